"""Open WebUI: exported feedback (a thumb on one message, with a snapshot of its chat) and exported chats.

The rated message and its siblings are responses; the thumb, the 1 to 10 detail, the reason, comment and tags are what
was said of it. Users are told apart by pseudonyms.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from feedback.datasets.readers import branches
from feedback.datasets.readers.checks import asked, fits_json, words
from feedback.datasets.readers.loose import object_in, pseudonym, role_of, said_in, tags_in, whole
from feedback.datasets.readers.rows import Answer, Comment, Record, Row, Score, Unreadable
from feedback.datasets.readers.sound import sound

NAME = "open-webui"
LABEL = "Open WebUI's feedback or chats"
ASPECT = "thumbs"
DETAIL = "detail"
DETAIL_SCALE = 10
THUMBS = {1: 2, -1: 1}


def fits(record: Record) -> bool:
    """Whether a record has this shape."""
    data = record.get("data")
    rated = isinstance(data, dict) and "rating" in data and ("meta" in record or "snapshot" in record)
    chat = record.get("chat")
    return rated or (isinstance(chat, dict) and "history" in chat)


@sound
def read(record: Record) -> list[Row]:
    """The rated message with what was said of it; of a chat all branches."""
    if isinstance(record.get("data"), dict):
        return [rated(record)]
    chat = object_in(record["chat"], "chat")
    history = object_in(chat.get("history"), "history")
    messages = messages_in(history)
    extra = {"source": "Open WebUI", "title": words(record, "title"), "conversation": words(record, "id")}
    told = {name: value for name, value in extra.items() if value}
    rows = branches.rows_of([said(name, one) for name, one in messages.items()], told, column="chat")
    if not rows:
        raise Unreadable("This chat holds no answer to anything that was asked.", column="chat")
    return rows


def rated(record: Record) -> Row:
    """One piece of feedback."""
    meta, data = object_in(record.get("meta"), "meta"), object_in(record["data"], "data")
    messages = messages_in(history_of(object_in(record.get("snapshot"), "snapshot")))
    name = words(meta, "message_id")
    if name not in messages:
        raise Unreadable("The snapshot does not hold the message that was rated.", column="snapshot")
    tree = branches.tree_of([said(one, message) for one, message in messages.items()], "snapshot")
    if name not in tree.said or tree.said[name].role != "assistant":
        raise Unreadable("What was rated is not an answer, or is empty.", column="meta")
    one = tree.said[name]
    beside = [other for other in tree.under[one.parent] if other.role == "assistant" and other.text != one.text]
    path = tree.path(one)[:-1]
    rater = pseudonym(record.get("user_id")) or "Open WebUI user"
    if not path:
        raise Unreadable("The snapshot does not hold what was asked.", column="snapshot")
    others = {other.text: other for other in beside}.values()
    return Row(
        messages=asked([{"role": turn.role, "content": turn.text} for turn in path], "snapshot"),
        answers=(answer(one, tree), *(answer(other, tree) for other in others)),
        scores=scores_of(record, data, rater), comments=comments_of(data, rater), tags=tags_in(data.get("tags")),
        root=next(turn.text for turn in path if turn.role == "user"), external_id=name, extra=extra_of(record, meta),
    )  # fmt: skip


def answer(one: branches.Said, tree: branches.Tree) -> Answer:
    """A message as a response, with what the user wrote next."""
    after = [reply.text for reply in tree.under.get(one.id, ()) if reply.role == "user"]
    return Answer(one.text, one.model, next_message=after[0] if after else "")


def history_of(snapshot: Mapping[str, Any]) -> Mapping[str, Any]:
    """The history of a snapshot: its own, that of its chat, or that of the chat in its chat."""
    for _ in range(3):
        if isinstance(snapshot.get("history"), Mapping):
            return object_in(snapshot["history"], "history")
        snapshot = object_in(snapshot.get("chat"), "chat")
    raise Unreadable("There is no snapshot of the chat, so nobody can tell what was rated.", column="snapshot")


def messages_in(history: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The messages by id, given as an object or as a list."""
    messages = history.get("messages")
    if isinstance(messages, list):
        messages = {str(one.get("id")): one for one in messages if isinstance(one, Mapping)}
    return {str(name): object_in(one, "messages") for name, one in object_in(messages, "messages").items()}


def said(name: str, message: Mapping[str, Any]) -> branches.Said:
    """A message."""
    return branches.Said(
        id=name, parent=words(message, "parentId"), role=role_of(message),
        text=said_in(message.get("content"), "content"), model=words(message, "model", "modelName"),
    )  # fmt: skip


def scores_of(record: Record, data: Mapping[str, Any], rater: str) -> tuple[Score, ...]:
    """The thumb and, where it was asked, the detail from 1 to 10."""
    found = []
    rating = whole(data.get("rating"))
    if rating is not None:
        if rating not in THUMBS:
            raise Unreadable(f"A rating should be 1 or -1 but is {rating}.", column="data")
        found.append(Score(answer=0, score=THUMBS[rating], scale=2, aspect=ASPECT, rater=rater))
    details = data.get("details") if isinstance(data.get("details"), Mapping) else record.get("details")
    detail = whole(object_in(details, "details").get("rating"))
    if detail is not None:
        if not 1 <= detail <= DETAIL_SCALE:
            raise Unreadable(f"The detailed rating should be from 1 to 10 but is {detail}.", column="details")
        found.append(Score(answer=0, score=detail, scale=DETAIL_SCALE, aspect=DETAIL, rater=rater))
    return tuple(found)


def comments_of(data: Mapping[str, Any], rater: str) -> tuple[Comment, ...]:
    """The comment with its reason; of a reason alone, its words."""
    reason, comment = words(data, "reason").strip(), words(data, "comment").strip()
    if not reason and not comment:
        return ()
    bad = whole(data.get("rating")) == -1
    return (
        Comment(
            answer=0, text=comment or reason.replace("_", " "), rater=rater, polarity="critique" if bad else "kudos",
            failure=reason[:60] if bad else "",
        ),
    )  # fmt: skip


def extra_of(record: Record, meta: Mapping[str, Any]) -> dict[str, Any]:
    """What else is told: the chat, the models, the base models."""
    told = {"source": "Open WebUI", "conversation": words(meta, "chat_id"),
            "reason": words(record.get("data") or {}, "reason"),
            "base_models": meta.get("base_models") or record.get("base_models")}  # fmt: skip
    return {name: value for name, value in told.items() if value and fits_json({name: value})}
