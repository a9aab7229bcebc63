"""One example as it may be read: what a reviewer has yet to judge keeps its maker and others' words to itself.

A reviewer sees who wrote a response, and what others said about it, once they have judged it themselves; what others
said of a pair, once they have compared it; what people or runs made of a response, once they have judged that.
Curators, owners and viewers see everything. A fixed number of queries.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Prefetch

from feedback.capture.definition import Definition
from feedback.capture.forms import form_of
from feedback.desk.weights import weights_from
from feedback.models import (
    Critique,
    Edit,
    Example,
    Preference,
    PrincipleVersion,
    Project,
    Rating,
    Response,
    Role,
    Span,
    Step,
    User,
)
from feedback.models.feedback import Feedback
from feedback.web.drafts import card
from feedback.web.evidence import with_words
from feedback.web.marks import ShownMark, WhatBecame, became_of, marks_shown, weighing
from feedback.web.thread import Line, lines_of

DERIVED = {Response.Origin.EDITED, Response.Origin.REFINED, Response.Origin.WRITTEN}
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, kw_only=True)
class Change:
    """What one principle asked to be changed in a refined response."""

    principle: PrincipleVersion
    words: str


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One response as the page shows it. `open` says that its maker and others' words may be seen."""

    response: Response
    letter: str
    open: bool
    lines: list[Line]
    marks: list[ShownMark] = field(default_factory=list)
    became: WhatBecame | None = None
    before: Response | None = None
    before_letter: str = ""
    changes: list[Change] = field(default_factory=list)

    @property
    def candidate(self) -> tuple[str, Response, list[Span]]:
        """It as a candidate to be ranked by its marks."""
        return self.letter, self.response, [mark.span for mark in self.marks]

    @property
    def item(self) -> Any:
        """The item of the run that made it, if one did."""
        return self.response.produced_by.item if self.response.produced_by else None


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """A preference between two of the responses shown."""

    line: Line
    better: str
    worse: str


def whole(project: Project, example: Example, user: User, asked: Mapping[str, str]) -> dict[str, Any]:
    """All that an example's page shows to this person; `asked` may hold weights of marks to rank the candidates by."""
    responses = responses_of(example)
    said = said_about(example)
    blind = project.member.role == Role.REVIEWER  # type: ignore[attr-defined]
    opened = known_to(user, said) if blind else {response.pk for response in responses}
    compared = pairs_of(row for row in said if isinstance(row, Preference) and row.rater.user_id == user.pk)
    seen = [row for row in said if not blind or may_see(row, user, opened, compared)]
    opened |= {row.result_id for row in seen if isinstance(row, Edit)}
    opened |= written_open(responses, opened, user)
    visible = [response for response in responses if response.pk in opened or is_nobodys(response, opened)]
    lines = lines_of(project, [row for row in seen if not isinstance(row, Span)])
    spans = [row for row in seen if isinstance(row, Span)]
    letters = {response.pk: letter_of(place) for place, response in enumerate(visible)}
    _, form = form_of(project)
    shown = [shown_as(response, letters, lines, opened, marks_on(response, spans, form)) for response in visible]
    compared_here = comparisons(lines, letters)
    return {
        "example": example,
        "shown": shown,
        "comparisons": compared_here,
        "hidden": len(said) - len(seen) + len(responses) - len(visible),
        "threads": threads(project, lines, shown, compared_here, blind=blind),
        "unjudged": [one for one in shown if not one.open],
        "weighing": weighing([one.candidate for one in shown if one.open], form, weights_from(asked, form)),
    }


@dataclass(frozen=True, kw_only=True)
class Marks:
    """The marks on a response, and what became of those on the one it was made from."""

    on: list[ShownMark]
    became: WhatBecame | None


def marks_on(response: Response, spans: Sequence[Span], form: Definition) -> Marks:
    """What of these marks concerns a response."""
    before = [span for span in spans if span.response_id == response.parent_id]
    criticised = [one.span for one in marks_shown(before, form) if one.polarity == "critique"]
    own = [span for span in spans if span.response_id == response.pk]
    return Marks(on=marks_shown(own, form), became=became_of(criticised, response.text))


def responses_of(example: Example) -> list[Response]:
    """Its responses, each with who or what made it and the steps behind it."""
    steps = Step.objects.filter(part="reviser", state="done", principle__isnull=False).select_related(
        "principle__principle"
    )
    rows = example.responses.select_related("author", "produced_by__item__run", "parent").order_by("pk")
    return list(rows.prefetch_related(Prefetch("produced_by__item__steps", steps.order_by("position"))))


def said_about(example: Example) -> list[Feedback]:
    """All that stands about its responses, oldest first. Five queries."""
    rows: list[Feedback] = []
    for kind, path in (*((kind, "response") for kind in (Rating, Critique, Span, Edit)), (Preference, "response_a")):
        more = ["result"] if kind is Edit else ["response_b"] if kind is Preference else []
        found = kind._default_manager.standing().filter(**{f"{path}__example": example})
        rows += list(found.select_related("rater", f"{path}__example", *more))
    return sorted(rows, key=lambda row: row.created_at)


def responses_in(row: Any) -> tuple[int, ...]:
    """The numbers of the responses a piece of feedback is about."""
    return (row.response_a_id, row.response_b_id) if isinstance(row, Preference) else (row.response_id,)


def known_to(user: User, said: Sequence[Feedback]) -> set[int]:
    """The responses this person has judged, alone or in a pair, and those they wrote."""
    own = [row for row in said if row.rater.user_id == user.pk]
    return {number for row in own for number in responses_in(row)} | {
        row.result_id for row in own if isinstance(row, Edit)
    }


def is_nobodys(response: Response, opened: set[int]) -> bool:
    """Whether no other person's words went into a response: neither made of another, nor told about in a message."""
    return response.origin not in DERIVED and (response.parent_id is None or response.parent_id in opened)


def written_open(responses: Sequence[Response], opened: set[int], user: User) -> set[int]:
    """Answers written by hand that may be seen: one's own, and all once one has judged everything else there is."""
    written = [one for one in responses if one.origin == Response.Origin.WRITTEN]
    judged_all = all(one.pk in opened for one in responses if one.origin not in DERIVED)
    return {one.pk for one in written if judged_all or (one.author and one.author.user_id == user.pk)}


def pairs_of(rows: Any) -> set[frozenset[int]]:
    """The pairs of these preferences."""
    return {frozenset(responses_in(row)) for row in rows}


def may_see(row: Feedback, user: User, opened: set[int], compared: set[frozenset[int]]) -> bool:
    """Whether a reviewer may see this piece of feedback by now."""
    if row.rater.user_id == user.pk:
        return True
    if isinstance(row, Preference):
        return frozenset(responses_in(row)) in compared
    return responses_in(row)[0] in opened


def shown_as(response: Response, letters: dict[int, str], lines: list[Line], opened: set[int], marks: Marks) -> Shown:
    """One response with what was said about it, and what was changed in it if that may be told."""
    about = [line for line in lines if line.kind != "preference" and line.row.response_id == response.pk]
    if response.pk not in opened:
        return Shown(response=response, letter=letters[response.pk], open=False, lines=about, marks=marks.on)
    return Shown(
        response=response, letter=letters[response.pk], open=True, lines=about, marks=marks.on, became=marks.became,
        before=response.parent, before_letter=letters.get(response.parent_id or 0, ""), changes=changes_in(response),
    )  # fmt: skip


def changes_in(response: Response) -> list[Change]:
    """What was asked for on the way to a refined response, and by which principle."""
    if response.produced_by is None:
        return []
    done = [step for step in response.produced_by.item.steps.all() if (step.output or {}).get("text")]
    return [Change(principle=step.principle, words=step.output.get("changed", "")) for step in done]


def comparisons(lines: list[Line], letters: dict[int, str]) -> list[Comparison]:
    """The preferences, with the letters of the better and the worse one."""
    rows = [line for line in lines if line.kind == "preference"]
    return [
        Comparison(line=line, better=letter(line, "chosen", letters), worse=letter(line, "rejected", letters))
        for line in rows
    ]


def letter(line: Line, side: str, letters: dict[int, str]) -> str:
    """The letter of the better or the worse response; empty when neither is."""
    response = getattr(line.row, side)
    return letters.get(response.pk, "") if response else ""


def letter_of(place: int) -> str:
    """A, B, C … Z, AA, AB …"""
    return LETTERS[place] if place < 26 else LETTERS[place // 26 - 1] + LETTERS[place % 26]


def threads(
    project: Project, lines: list[Line], shown: list[Shown], compared: list[Comparison], *, blind: bool
) -> list[dict[str, Any]]:
    """Words -> principle -> change -> row: a strand for each principle that rests on words about this example, and one
    for each that changed an answer to it though its words stand elsewhere (a reviewer does not see those here)."""
    strands = [strand(card, shown, compared, line=line) for line in lines for card in line.cards]
    told = {one["principle"].pk for one in strands}
    asked = {change.principle.principle_id for one in shown for change in one.changes} - told
    others = with_words(project.principles.with_status().filter(pk__in=asked)) if asked else []
    for principle in others:
        one = card(principle)
        source = None if blind else next(iter(one["sources"]), None)
        strands.append(strand(one, shown, compared, source=source))
    return strands


def strand(card: dict[str, Any], shown: list[Shown], compared: list[Comparison], **beginning: Any) -> dict[str, Any]:
    """One principle, what it begins with, the changes it asked for here, and the rows those responses stand in."""
    number = card["principle"].pk
    changes = [
        (one, change.words) for one in shown for change in one.changes if change.principle.principle_id == number
    ]
    letters = {one.letter for one, _ in changes}
    return {
        "principle": card["principle"],
        "version": card["version"],
        "changes": [{"shown": one, "words": words} for one, words in changes],
        "rows": [one for one in compared if letters & {one.better, one.worse}],
        **beginning,
    }
