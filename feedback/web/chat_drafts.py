"""What stands beside a talk: the principles that came of it and how each stands, and the constitution it follows."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from feedback.models import (
    Article,
    Chat,
    ChatTurn,
    Constitution,
    Critique,
    Edit,
    Errand,
    Evidence,
    Member,
    Principle,
    PrincipleVersion,
    Role,
)


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A principle that came of a talk. `source` is the words it was drafted from; None: written by hand.

    `turn` is where those words were said, and `here` whether they stand on the way that is shown.
    """

    principle: Principle
    version: PrincipleVersion
    status: str
    source: Critique | Edit | None
    source_kind: str
    turn: int
    here: bool
    readable: bool
    tried: bool
    may_reword: bool


def drafts_of(chat: Chat, turn: ChatTurn | None, *, member: Member, seen: Any, way: Collection[int]) -> list[Draft]:
    """The principles drafted from the words of a talk or tried in it, newest first. Five queries.

    `way` are the turns that are shown.
    """
    rows = principles_of(chat)
    resting = Evidence.objects.filter(principle__in=rows).filter(of_talk(chat))
    sources = {one.principle_id: one for one in resting.select_related("critique__rater", "edit__rater")}
    tried = set(turn.tried) if turn else set()
    written = Errand.objects.filter(turn__chat=chat, result__isnull=False).order_by("pk")
    turns: dict[int, list[int]] = {}
    for result, number in written.values_list("result", "turn"):
        turns.setdefault(result or 0, []).append(number or 0)
    return [draft_of(row, sources.get(row.pk), tried, member, seen, turns=turns, way=way) for row in rows]


def principles_of(chat: Chat) -> list[Principle]:
    """The principles themselves, with their wordings."""
    tried = {pk for row in chat.turns.all() for pk in row.tried}
    ours = Evidence.objects.filter(of_talk(chat)).values("principle")
    rows: QuerySet[Principle] = chat.project.principles.with_status().filter(  # type: ignore[attr-defined]
        Q(pk__in=ours) | Q(versions__in=tried)
    )
    return list(rows.distinct().prefetch_related("versions").order_by("-number"))


def of_talk(chat: Chat) -> Q:
    """Evidence that is words or a rewrite of a reply of this talk."""
    return Q(critique__response__written_on_errand__turn__chat=chat) | Q(
        edit__response__written_on_errand__turn__chat=chat
    )


def draft_of(
    row: Principle, evidence: Evidence | None, tried: set[int], member: Member, seen: Any, *,
    turns: dict[int, list[int]], way: Collection[int],
) -> Draft:  # fmt: skip
    """One principle as its card shows it."""
    versions = list(row.versions.all())
    source = (evidence.critique or evidence.edit) if evidence else None
    status = row.status  # type: ignore[attr-defined]
    mine = row.made_by_id == member.user_id
    said_at = turns.get(source.response_id, [0]) if source else [0]
    return Draft(
        principle=row,
        version=next((one for one in versions if one.pk in tried), versions[-1]),
        status=status,
        source=source,
        source_kind=source.polarity if isinstance(source, Critique) else "rewrite",
        turn=said_at[0],
        here=any(one in way for one in said_at),
        readable=source is not None and (source.rater.user_id == member.user_id or source.response_id in seen),
        tried=any(one.pk in tried for one in versions),
        may_reword=status != Principle.Status.ADOPTED and (mine or member.may(Role.CURATOR)),
    )


def in_force(constitution: Constitution | None) -> list[Article]:
    """The articles a turn follows, in order."""
    return list(constitution.articles.select_related("version__principle")) if constitution else []
