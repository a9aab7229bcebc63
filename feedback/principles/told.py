"""What people said of answers, as material for looking back: which answers were spoken of or rejected, and their words.

Nothing that is held out, withdrawn or only made up is among it. Reads rows, changes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q

from feedback.desk.candidates import MADE_UP
from feedback.llm.prompts import data_block
from feedback.models import Critique, Edit, Preference, Project, Rater, Rating, Split

PEOPLE = (Rater.Kind.PERSON, Rater.Kind.IMPORTED)
NOT_A_WORD = "Nothing was said in words."


@dataclass(frozen=True, kw_only=True)
class Said:
    """One piece of feedback on an answer in words. `kind` is kudos, critique, score, rewrite or choice."""

    response: int
    kind: str
    words: str
    pk: int
    against: bool


def spoken_of(project: Project) -> list[int]:
    """The answers people said something of, the latest said first."""
    return list(dict.fromkeys(said.response for said in everything(project)))


def rejected(project: Project) -> list[int]:
    """The answers people criticised, scored low, rewrote or put behind another, the latest first."""
    return list(dict.fromkeys(said.response for said in everything(project) if said.against))


def how_many(project: Project) -> tuple[int, int]:
    """How many answers people said something of, and how many they rejected. Two queries."""
    scored = scores_in(project).annotate(middle=1 + F("scale"), twice=2 * F("score"))
    chosen = choices_in(project)
    rewritten = rows_of(Edit, project, None).order_by().values_list("response")
    spoken = [rows_of(Critique, project, None), scored.exclude(twice=F("middle"))]
    against = [spoken[0].filter(polarity=Critique.Polarity.CRITIQUE), scored.filter(twice__lt=F("middle"))]
    lost = [chosen.filter(outcome="b").values_list("response_a"), chosen.filter(outcome="a").values_list("response_b")]
    both = [chosen.values_list("response_a"), chosen.values_list("response_b")]
    counts = [
        rewritten.union(*(one.order_by().values_list("response") for one in rows), *pairs).count()
        for rows, pairs in ((spoken, both), (against, lost))
    ]
    return counts[0], counts[1]


def everything(project: Project) -> list[Said]:
    """All that was said, the latest first. Four queries."""
    found = [*critiques(project), *scores(project), *rewrites(project), *choices(project)]
    return [said for _, said in sorted(found, key=lambda pair: (pair[0], pair[1].pk), reverse=True)]


def said_of(project: Project, responses: Collection[int]) -> dict[int, list[Said]]:
    """What was said of each of these answers, in the order of its kinds. Four queries."""
    found: dict[int, list[Said]] = defaultdict(list)
    wanted = set(responses)
    for part in (critiques, scores, rewrites, choices):
        for _, said in part(project, wanted):
            if said.response in wanted:
                found[said.response].append(said)
    return found


def as_material(said: Iterable[Said]) -> str:
    """For a prompt: each piece a block of its own, so that nobody's words pass for an instruction."""
    return "\n".join(data_block(one.kind, one.words) for one in said if one.words) or NOT_A_WORD


Timed = Iterator[tuple[Any, Said]]


def critiques(project: Project, only: Collection[int] | None = None) -> Timed:
    """Kudos and critiques."""
    for row in rows_of(Critique, project, only):
        against = row.polarity == Critique.Polarity.CRITIQUE
        yield (
            row.created_at,
            Said(response=row.response_id, kind=row.polarity, words=row.words, pk=row.pk, against=against),
        )


def scores(project: Project, only: Collection[int] | None = None) -> Timed:
    """Overall scores that are not in the middle."""
    for row in scores_in(project, only):
        middle = (1 + row.scale) / 2
        if row.score != middle:
            words = f"{row.score} of {row.scale}"
            yield (
                row.created_at,
                Said(response=row.response_id, kind="score", words=words, pk=row.pk, against=row.score < middle),
            )


def rewrites(project: Project, only: Collection[int] | None = None) -> Timed:
    """Rewrites: the answer was not left as it was."""
    for row in rows_of(Edit, project, only).select_related("result"):
        words = f"Rewritten to:\n{row.result.text}" + (f"\nBecause: {row.reason}" if row.reason else "")
        yield row.created_at, Said(response=row.response_id, kind="rewrite", words=words, pk=row.pk, against=True)


def choices(project: Project, only: Collection[int] | None = None) -> Timed:
    """Comparisons that found one better, told of both."""
    rows = choices_in(project)
    if only is not None:
        rows = rows.filter(Q(response_a__in=only) | Q(response_b__in=only))
    for row in rows:
        for side, response in (("a", row.response_a_id), ("b", row.response_b_id)):
            won = row.outcome == side
            words = "Preferred over another answer." if won else "Another answer was preferred."
            words = f"{words} {row.reason}".strip()
            yield row.created_at, Said(response=response, kind="choice", words=words, pk=row.pk, against=not won)


def rows_of(kind: Any, project: Project, only: Collection[int] | None) -> Any:
    """The standing feedback of one kind by people, on answers that may be learned from."""
    rows = kind.objects.standing().filter(project=project, rater__kind__in=PEOPLE).exclude(protocol__in=MADE_UP)
    rows = rows.exclude(response__example__split=Split.HOLDOUT)
    return rows if only is None else rows.filter(response__in=only)


def scores_in(project: Project, only: Collection[int] | None = None) -> Any:
    """Overall scores of answers."""
    return rows_of(Rating, project, only).filter(aspect="overall", critique=None, score__isnull=False)


def choices_in(project: Project) -> Any:
    """Comparisons by people that found one better."""
    rows = Preference.objects.standing().filter(project=project, rater__kind__in=PEOPLE, outcome__in=["a", "b"])
    return rows.exclude(response_a__example__split=Split.HOLDOUT).order_by()
