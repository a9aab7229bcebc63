"""Talks in the playground: opened, gone on with, rewound and run again; every turn asks for three replies.

Nothing is overwritten. Other words at a turn, other principles or another choice make a sibling of it; the turns before
stay. The examples it makes are for feedback and never held out. It does not know what the model is told (see
`replying`), what people say of a reply (see `saying`) or who rings.
Paper: Petridis et al., ConstitutionMaker, 2023.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Max

from feedback.capture.history import may_review, said
from feedback.errors import Refused
from feedback.examples.intake import NewExample, add_examples
from feedback.examples.splits import sketch, split_of_text
from feedback.live import announce
from feedback.models import (
    Chat,
    ChatTurn,
    Constitution,
    Edit,
    Errand,
    Example,
    JobState,
    PrincipleVersion,
    Project,
    Response,
    Split,
    User,
)
from feedback.principles.constitutions import lock_project
from feedback.principles.playground.replying import APPROACHES

MOST = 8000
TAG = "playground"
HELD_OUT = (
    "This message is, but for a few words, one of the examples that are held out, and nothing may be learned from "
    "those. Ask something else."
)


@transaction.atomic
def open_chat(project: Project, *, text: str, by: User | None, system: str = "") -> ChatTurn:
    """A new talk with its first message. Raises `Refused` for an empty message and for one that is held out."""
    if by is not None:
        may_review(project, by)
    text, system = checked(text, "message"), said(system, what="instruction", may_be_empty=True)
    project = lock_project(project)
    highest = Chat.objects.filter(project=project).aggregate(highest=Max("number"))["highest"] or 0
    chat = Chat.objects.create(project=project, number=highest + 1, title=title_of(text), system=system, made_by=by)
    first = [{"role": "system", "content": system}] if system else []
    example = example_for(project, [*first, {"role": "user", "content": text}])
    return new_turn(chat, text=text, example=example, by=by)


@transaction.atomic
def say(turn: ChatTurn, *, text: str, by: User | None) -> ChatTurn:
    """The next message, after the reply that was chosen. Raises `Refused` while none is."""
    if by is not None:
        may_review(turn.chat.project, by)
    text = checked(text, "message")
    if turn.chosen is None:
        raise Refused("Choose the reply to go on from, then write your message.")
    before = [*turn.example.messages, {"role": "assistant", "content": turn.chosen.text}]
    example = example_for(turn.chat.project, [*before, {"role": "user", "content": text}])
    return new_turn(turn.chat, text=text, example=example, by=by, parent=turn, tried=still_tried(turn))


@transaction.atomic
def say_otherwise(turn: ChatTurn, *, text: str, by: User | None) -> ChatTurn:
    """Rewind to a turn and say it in other words: a sibling of it. The same words again run it again."""
    if by is not None:
        may_review(turn.chat.project, by)
    text = checked(text, "message")
    example = example_for(turn.chat.project, [*turn.example.messages[:-1], {"role": "user", "content": text}])
    return new_turn(turn.chat, text=text, example=example, by=by, parent=turn.parent, tried=still_tried(turn))


@transaction.atomic
def rerun(turn: ChatTurn, *, by: User | None, tried: Sequence[PrincipleVersion] | None = None) -> ChatTurn:
    """The same message under the constitution in force now, and under `tried` (None: what was tried before)."""
    if by is not None:
        may_review(turn.chat.project, by)
    numbers = still_tried(turn) if tried is None else [version.pk for version in tried]
    return new_turn(
        turn.chat, text=turn.text, example=turn.example, by=by, parent=turn.parent, tried=numbers, rerun_of=turn
    )


@transaction.atomic
def go_on_from(turn: ChatTurn, reply: Response, *, by: User | None) -> ChatTurn:
    """Choose the reply the talk goes on from; where it went on from another one already, in a sibling of the turn.

    `reply` is one of the turn's replies, or somebody's rewrite of one.
    """
    if by is not None:
        may_review(turn.chat.project, by)
    turn = ChatTurn.objects.select_for_update(of=("self",)).select_related("chat__project", "example").get(pk=turn.pk)
    if not belongs(turn, reply):
        raise Refused("This is no reply to this message.")
    if turn.chosen_id != reply.pk and turn.children.exists():
        turn = beside(turn)
    ChatTurn.objects.filter(pk=turn.pk).update(chosen=reply)
    turn.chosen = reply
    tell(turn)
    return turn


def belongs(turn: ChatTurn, reply: Response) -> bool:
    """Whether it is a reply of this turn, or a rewrite of one."""
    replies = Errand.objects.filter(turn=turn, result__isnull=False).values("result")
    return (
        Response.objects.filter(pk=reply.pk, pk__in=replies).exists()
        or Edit.objects.standing().filter(result=reply, response__in=replies).exists()
    )


def beside(turn: ChatTurn) -> ChatTurn:
    """A sibling with the very same replies, so that the talk can go on from another one. Asks no model."""
    twin = ChatTurn.objects.create(
        chat=turn.chat, parent=turn.parent, text=turn.text, example=turn.example, constitution=turn.constitution,
        tried=turn.tried,
    )  # fmt: skip
    rows = turn.errands.filter(kind=Errand.Kind.REPLY, state=JobState.DONE).order_by("pk")
    Errand.objects.bulk_create(
        Errand(
            project=row.project, kind=row.kind, example=row.example, turn=twin, state=row.state, asked_by=row.asked_by,
            answer=row.answer, result=row.result, finished_at=row.finished_at,
            key=key_of(twin, int(row.answer.get("place", place))),
        )
        for place, row in enumerate(rows)
    )  # fmt: skip
    return twin


def new_turn(
    chat: Chat, *, text: str, example: Example, by: User | None, parent: ChatTurn | None = None,
    tried: Sequence[int] = (), rerun_of: ChatTurn | None = None,
) -> ChatTurn:  # fmt: skip
    """A turn under the constitution in force, with the three replies it waits for."""
    in_force = Constitution.objects.filter(project=chat.project).order_by("-number").first()
    turn = ChatTurn.objects.create(
        chat=chat, parent=parent, text=text, example=example, constitution=in_force, tried=list(tried),
        rerun_of=rerun_of,
    )  # fmt: skip
    Errand.objects.bulk_create(
        Errand(
            project=chat.project, kind=Errand.Kind.REPLY, example=example, turn=turn, asked_by=by,
            key=key_of(turn, place), answer={"place": place},
        )
        for place in range(len(APPROACHES))
    )  # fmt: skip
    tell(turn)
    return turn


def still_tried(turn: ChatTurn) -> list[int]:
    """What was tried at a turn and has not come into force, been laid aside or got other words in the meantime."""
    rows = PrincipleVersion.objects.filter(pk__in=turn.tried, principle__dropped_at__isnull=True)
    newest = Constitution.objects.filter(project=turn.chat.project).order_by("-number").first()
    in_force = set(newest.articles.values_list("version__principle", flat=True)) if newest else set()
    there = {row.pk: row for row in rows}
    return [pk for pk in turn.tried if pk in there and there[pk].principle_id not in in_force]


def example_for(project: Project, messages: list[dict[str, str]]) -> Example:
    """The example of a talk up to a message: the one that is there, or a new one that is not held out."""
    text = messages[-1]["content"]
    if split_of_text(text) == Split.HOLDOUT and is_near_holdout(project, text):
        raise Refused(HELD_OUT)
    added = add_examples(project, [NewExample(messages=messages, tags=(TAG,), said_here=True)])
    example = Example.objects.get(pk=next(iter(added.ids.values())))
    if example.split == Split.HOLDOUT:
        raise Refused(HELD_OUT)
    return example


def is_near_holdout(project: Project, text: str) -> bool:
    """Whether an example that is held out has the same sketch: only then would the same split have been its own."""
    ours = sketch(text)
    held_out = Example.objects.filter(project=project, split=Split.HOLDOUT).only("messages")
    return any(sketch(row.request) == ours for row in held_out.iterator())


def checked(text: str, what: str) -> str:
    """The words, if they can be sent."""
    text = said(text, what=what)
    if len(text) > MOST:
        raise Refused(f"A {what} has at most {MOST} characters. Shorten it.")
    return text


def title_of(text: str) -> str:
    """What a talk is called: how it begins."""
    line = " ".join(text.split())
    return line if len(line) <= 100 else f"{line[:99].rsplit(' ', 1)[0]}…"


def key_of(turn: ChatTurn, place: int) -> str:
    """What makes a reply asked for once."""
    return f"turn-{turn.pk}-{place}"


def tell(turn: ChatTurn) -> None:
    """Say that a talk has changed."""
    announce(turn.chat.project_id, f"chat-{turn.chat.number}", f"turn-{turn.pk}")
