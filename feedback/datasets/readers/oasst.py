"""Open-Assistant trees: `{message_tree_id, prompt: {text, role, replies: [...]}}`. One record makes several rows.

Every message of a user's that was answered is an example with the path to it before it; the answers are its responses,
their `rank` (0 is best) is a ranking, their `labels`, where there are any, are ratings, both by the project's
volunteers, and what users wrote under an answer is its next message (the first, where there are several). Deleted
messages and all under them are left out. A tree nobody answered is its question alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from feedback.datasets.readers.checks import checked_text, fits_json, kind_of, storable, words
from feedback.datasets.readers.rows import Answer, Order, Record, Row, Score, Unreadable

NAME = "oasst-tree"
LABEL = "an Open-Assistant conversation tree"
RATER = "Open-Assistant volunteers"
DEEPEST = 200
ROLES = {"prompter": "user", "assistant": "assistant"}
KEPT = ("lang", "synthetic", "emojis", "labels")
Turns = tuple[dict[str, str], ...]


def fits(record: Record) -> bool:
    """Whether a record has this shape."""
    return "message_tree_id" in record and isinstance(record.get("prompt"), dict)


def read(record: Record) -> list[Row]:
    """All examples of a tree, from the root down."""
    root = record["prompt"]
    tree = storable(str(record["message_tree_id"]), "message_tree_id")
    rows = list(rows_under(root, (), tree))
    if rows:
        return rows
    turn = turn_of(root)
    if turn["role"] != "user":
        raise Unreadable("The tree begins with an answer, not with something that was asked.", column="prompt")
    return [Row(messages=(turn,), external_id=id_of(root) or tree, extra=extra_of(root, tree))]


def rows_under(message: Any, before: Turns, tree: str) -> Iterator[Row]:
    """The row of a user's message if it was answered, and those further down."""
    if len(before) > DEEPEST:
        raise Unreadable(f"The tree is deeper than {DEEPEST} messages.", column="prompt")
    path = (*before, turn_of(message))
    replies = replies_of(message)
    answers = [reply for reply in replies if turn_of(reply)["role"] == "assistant"]
    if path[-1]["role"] == "user" and answers:
        yield row_of(message, path, distinct(answers), tree)
    for reply in replies:
        yield from rows_under(reply, path, tree)


def row_of(message: Any, path: Turns, answers: list[Any], tree: str) -> Row:
    """A user's message with its answers and their ranking."""
    found = tuple(
        Answer(turn_of(one)["content"], words(one, "model_name"), next_message=next_of(one), extra=labels_of(one))
        for one in answers
    )
    scores = tuple(score for place, one in enumerate(answers) for score in scores_of(place, one))
    return Row(
        messages=path, answers=found, order=order_of(answers), root=path[0]["content"], scores=scores,
        external_id=id_of(message), extra=extra_of(message, tree),
    )  # fmt: skip


def labels_of(answer: Any) -> dict[str, Any]:
    """The volunteers' labels of an answer as the tree has them: how far each applies, from 0 to 1."""
    told = answer.get("labels")
    return {"labels": told} if told and fits_json(told) else {}


def scores_of(place: int, answer: Any) -> list[Score]:
    """The labels as ratings in five steps: 0 is 1 and 1 is 5."""
    told = answer.get("labels")
    if not isinstance(told, dict):
        return []
    if isinstance(told.get("name"), list) and isinstance(told.get("value"), list):  # as `datasets` writes it
        told = dict(zip(map(str, told["name"]), told["value"], strict=False))
    values = {name: one.get("value") if isinstance(one, dict) else one for name, one in told.items()}
    return [
        Score(answer=place, score=round(value * 4) + 1, rater=RATER, aspect=storable(name, "labels")[:60])
        for name, value in values.items()
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1
    ]


def order_of(answers: list[Any]) -> Order | None:
    """The ranking of the answers, when every one has a rank; ranks are made places without gaps."""
    ranks = [one.get("rank") for one in answers]
    if len(ranks) < 2 or not all(isinstance(rank, int) and not isinstance(rank, bool) for rank in ranks):
        return None
    places = {rank: place for place, rank in enumerate(sorted(set(ranks)), 1)}
    return Order(places=tuple(places[rank] for rank in ranks), rater=RATER)


def distinct(answers: list[Any]) -> list[Any]:
    """The answers without those that say the same as an earlier one."""
    found = {turn_of(one)["content"]: one for one in reversed(answers)}
    return list(reversed(found.values()))


def next_of(answer: Any) -> str:
    """What the user wrote under an answer."""
    return next((turn["content"] for turn in map(turn_of, replies_of(answer)) if turn["role"] == "user"), "")


def replies_of(message: Any) -> list[Any]:
    """The replies that were not deleted."""
    replies = message.get("replies") or []
    if not isinstance(replies, list):
        raise Unreadable(f"'replies' should be a list but is {kind_of(replies)}.", column="prompt")
    return [one for one in replies if not (isinstance(one, dict) and one.get("deleted"))]


def turn_of(message: Any) -> dict[str, str]:
    """A message as a turn."""
    if not isinstance(message, dict):
        raise Unreadable(f"A message of the tree is {kind_of(message)}, not an object.", column="prompt")
    role, text = ROLES.get(str(message.get("role"))), message.get("text")
    if role is None or not isinstance(text, str):
        raise Unreadable("A message of the tree has no text or no role of prompter or assistant.", column="prompt")
    return {"role": role, "content": checked_text(text, "text")}


def id_of(message: Any) -> str:
    """The id of a message."""
    return storable(str(message.get("message_id") or ""), "message_id")


def extra_of(message: Any, tree: str) -> dict[str, Any]:
    """What else the tree tells of a message."""
    kept = {name: message[name] for name in KEPT if message.get(name) not in (None, "", {}, [])}
    kept = {name: value for name, value in kept.items() if fits_json({name: value})}
    return {"source": "Open-Assistant", "message_tree_id": tree, **kept}
