"""Which principles and experiences stood behind an answer, and how that went by what people said of it later (ACE).

    note_uses(response, versions=compiled.versions, cited=[the ones the model named])   when it was written
    settle_uses(response)                                                             when somebody judged it
    record_of([version.pk])                                                           → helped, harmed, unknown

A use is a row, written once. Its outcome follows the words of people that stand on the answer; what a model says of its
own kind settles nothing. It does not know what follows from a bad record (see `records`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from feedback.live import announce
from feedback.models import (
    Applied,
    Critique,
    Edit,
    Experience,
    Preference,
    PrincipleVersion,
    Rating,
    Response,
    Uptake,
)

PEOPLE = ("person", "imported")
JUDGED_BY_HAND = (Applied.Outcome.NOT_RETRIEVED, Applied.Outcome.IRRELEVANT)
OUTCOMES = {1: Applied.Outcome.POSITIVE, -1: Applied.Outcome.NEGATIVE, 0: Applied.Outcome.INVALID}
LATELY = timedelta(minutes=15)
WAYS = ("critiques", "ratings", "preferences_as_a", "preferences_as_b", "edits", "uptakes")
SIGNS = {"kudos": 1, "critique": -1, "both-good": 1, "both-bad": -1, "yes": 1, "worse": -1}


@dataclass(frozen=True, kw_only=True)
class Word:
    """What one rater said of one answer: for it (1) or against it (-1)."""

    response: int
    rater: int
    sign: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Record:
    """How often a wording helped, harmed, or nobody said yet; and how often a model named it itself."""

    helped: int = 0
    harmed: int = 0
    unknown: int = 0
    cited: int = 0

    @property
    def uses(self) -> int:
        """All of them."""
        return self.helped + self.harmed + self.unknown

    @property
    def judged(self) -> int:
        """Those somebody judged."""
        return self.helped + self.harmed

    def with_one(self, outcome: str, *, cited: bool = False) -> Record:
        """The record and one more use."""
        helped, harmed = outcome == Applied.Outcome.POSITIVE, outcome == Applied.Outcome.NEGATIVE
        return Record(
            helped=self.helped + helped, harmed=self.harmed + harmed, cited=self.cited + cited,
            unknown=self.unknown + (not helped and not harmed),
        )  # fmt: skip


def note_uses(
    response: Response,
    *,
    versions: Iterable[PrincipleVersion] = (),
    experiences: Iterable[Experience] = (),
    cited: Collection[PrincipleVersion | Experience] = (),
) -> list[Applied]:
    """Write down what an answer was written under. Twice changes nothing. `cited` are those the model named."""
    used = dict.fromkeys([*versions, *experiences, *cited])
    rows = [
        Applied(
            version=one if isinstance(one, PrincipleVersion) else None,
            experience=one if isinstance(one, Experience) else None,
            response=response, cited=one in cited,
        )
        for one in used
    ]  # fmt: skip
    return Applied.objects.bulk_create(rows, ignore_conflicts=True)


def settle_uses(response: Response) -> int:
    """Set how the uses behind an answer went, by what stands of what people said of it; how many changed."""
    return settle_all([response.pk])


@transaction.atomic
def settle_all(response_ids: Collection[int]) -> int:
    """`settle_uses` for many answers, in a fixed number of queries.

    Where some principles are cited the word is theirs alone; the others only stood by, and stay open.
    """
    said: dict[int, list[Word]] = defaultdict(list)
    for word in words_on(response_ids):
        said[word.response].append(word)
    rows = list(
        Applied.objects.filter(response__in=response_ids)
        .exclude(outcome__in=JUDGED_BY_HAND).select_for_update().order_by("pk")
    )  # fmt: skip
    named = {row.response_id for row in rows if row.cited and row.version_id}
    changed = []
    for row in rows:
        bystander = row.version_id and not row.cited and row.response_id in named
        outcome, rater = verdict([] if bystander else said[row.response_id])
        if (row.outcome, row.rater_id) != (outcome, rater):
            row.outcome, row.rater_id = outcome, rater
            changed.append(row)
    Applied.objects.bulk_update(changed, ["outcome", "rater"])
    return len(changed)


def settle_open(*, now: datetime | None = None) -> int:
    """Settle what was judged lately, and what was judged and never settled. For a sweep."""
    since = (now or timezone.now()) - LATELY
    uses = Applied.objects.exclude(outcome__in=JUDGED_BY_HAND)
    due = sorted({pk for way in WAYS for pk in spoken_of(uses, f"response__{way}", since)})
    projects = set(Response.objects.filter(pk__in=due).values_list("example__project", flat=True))
    changed = settle_all(due) if due else 0
    for project in projects if changed else ():
        announce(project, "principles")
    return changed


def spoken_of(uses: QuerySet[Applied], path: str, since: datetime) -> QuerySet[Applied, int]:
    """The answers in use that one kind of people's feedback speaks of: unsettled ones, or spoken of lately."""
    lately = Q(**{f"{path}__created_at__gte": since}) | Q(**{f"{path}__withdrawn_at__gte": since})
    spoken = uses.filter(lately | Q(outcome=""), **{f"{path}__rater__kind__in": PEOPLE})
    return spoken.values_list("response_id", flat=True)


def verdict(words: list[Word]) -> tuple[str, int | None]:
    """What people make of an answer, and whose word it was last: each has one voice, the newest counts."""
    voices = {word.rater: word for word in sorted(words, key=lambda word: word.at)}
    if not voices:
        return "", None
    total = sum(word.sign for word in voices.values())
    side = (total > 0) - (total < 0)
    last = max((word for word in voices.values() if side in (0, word.sign)), key=lambda word: word.at)
    return OUTCOMES[side], last.rater


def words_on(response_ids: Collection[int]) -> Iterator[Word]:
    """All that people said for or against these answers and still stands. Five queries."""
    yield from signed(Critique, response_ids, lambda row: SIGNS[row.polarity])
    yield from signed(Rating, response_ids, sign_of_score, aspect="overall", critique=None)
    yield from signed(Edit, response_ids, lambda row: -1)
    yield from signed(Uptake, response_ids, lambda row: SIGNS.get(row.outcome, 0))
    yield from preferred(response_ids)


def signed(model: Any, response_ids: Collection[int], sign: Any, **only: Any) -> Iterator[Word]:
    """The words of one table."""
    rows = model.objects.standing().filter(response__in=response_ids, rater__kind__in=PEOPLE, **only)
    for row in rows:
        if value := sign(row):
            yield Word(response=row.response_id, rater=row.rater_id, sign=value, at=row.created_at)


def sign_of_score(row: Rating) -> int:
    """Above the middle of its scale, below it, or neither."""
    if row.score is None:
        return 0
    middle = (1 + row.scale) / 2
    return (row.score > middle) - (row.score < middle)


def preferred(response_ids: Collection[int]) -> Iterator[Word]:
    """What comparisons say: for the better one, against the worse; for or against both."""
    both = Q(response_a__in=response_ids) | Q(response_b__in=response_ids)
    wanted = set(response_ids)
    for row in Preference.objects.standing().filter(both, rater__kind__in=PEOPLE):
        for side, other, response in (("a", "b", row.response_a_id), ("b", "a", row.response_b_id)):
            sign = {side: 1, other: -1}.get(row.outcome, SIGNS.get(row.outcome, 0))
            if sign and response in wanted:
                yield Word(response=response, rater=row.rater_id, sign=sign, at=row.created_at)


def record_of(version_ids: Collection[int]) -> dict[int, Record]:
    """How each of these wordings did; one query. Those never used have an empty record."""
    rows = Applied.objects.filter(version__in=version_ids).values("version").order_by("version")
    counted = rows.annotate(
        helped=Count("pk", filter=Q(outcome=Applied.Outcome.POSITIVE)),
        harmed=Count("pk", filter=Q(outcome=Applied.Outcome.NEGATIVE)),
        unknown=Count("pk", filter=~Q(outcome__in=[Applied.Outcome.POSITIVE, Applied.Outcome.NEGATIVE])),
        named=Count("pk", filter=Q(cited=True)),
    )
    found = {
        row["version"]: Record(
            helped=row["helped"], harmed=row["harmed"], unknown=row["unknown"], cited=row["named"]
        )
        for row in counted
    }  # fmt: skip
    return {pk: found.get(pk, Record()) for pk in version_ids}
