"""How entries of the memory did: uses and their outcomes, and whether answers went better with an entry than without.

An entry that took another's place, or took it in, has its record as well. Reads only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Coalesce

from feedback.desk.intervals import wilson
from feedback.models import Applied, Experience, Response, Split
from feedback.principles.applying import Word, verdict, words_on

Outcome = Applied.Outcome
HARMED_MORE = 3
WENT = {Outcome.POSITIVE: True, Outcome.NEGATIVE: False}
SHOULD = {Outcome.POSITIVE: True, Outcome.NOT_RETRIEVED: True, Outcome.IRRELEVANT: False, Outcome.NEGATIVE: False}


@dataclass(frozen=True)
class Tally:
    """The uses of one entry by outcome; `unknown` are those nobody has spoken of."""

    helped: int = 0
    harmed: int = 0
    missed: int = 0
    irrelevant: int = 0
    invalid: int = 0
    unknown: int = 0

    @property
    def uses(self) -> int:
        """How often it stood in a prompt."""
        return self.helped + self.harmed + self.irrelevant + self.invalid + self.unknown

    @property
    def utility(self) -> float:
        """The expected share of uses that help: the mean of a Beta posterior that began at one half."""
        return (1 + self.helped) / (2 + self.helped + self.harmed + self.irrelevant)

    @property
    def is_bad(self) -> bool:
        """Whether it harmed so much more often than it helped that it is used no more."""
        return self.harmed - self.helped >= HARMED_MORE


@dataclass(frozen=True)
class Benefit:
    """How many answers went well with an entry and without it, where it fits; and what that says."""

    good_with: int
    all_with: int
    good_without: int
    all_without: int

    @property
    def known(self) -> bool:
        """Whether there is something on both sides."""
        return bool(self.all_with and self.all_without)

    @property
    def difference(self) -> float:
        """Share with less share without."""
        return share(self.good_with, self.all_with) - share(self.good_without, self.all_without)

    @property
    def bounds(self) -> tuple[float, float]:
        """Where the difference lies with 95 % (Newcombe's method 10, on two Wilson intervals)."""
        one, other = share(self.good_with, self.all_with), share(self.good_without, self.all_without)
        low, high = wilson(self.good_with, self.all_with)
        under, over = wilson(self.good_without, self.all_without)
        gap = one - other
        down = ((one - low) ** 2 + (over - other) ** 2) ** 0.5
        up = ((high - one) ** 2 + (other - under) ** 2) ** 0.5
        return max(-1.0, gap - down), min(1.0, gap + up)


@dataclass(frozen=True)
class PastUse:
    """A request at which an entry was used or missed, and whether it should have been used."""

    request: str
    should: bool


def share(part: int, whole: int) -> float:
    """A share; 0 of nothing."""
    return part / whole if whole else 0.0


def uses_of(entry: Experience) -> QuerySet[Applied]:
    """The uses of an entry and of those it took in, newest first."""
    family = Q(experience=entry) | Q(experience__merged_into=entry)
    return Applied.objects.filter(family).select_related("response__example", "rater").order_by("-pk")


def tallies(entry_ids: Collection[int]) -> dict[int, Tally]:
    """How each of these entries did; one query."""
    family = Q(experience__in=entry_ids) | Q(experience__merged_into__in=entry_ids)
    rows = Applied.objects.filter(family).annotate(whose=Coalesce("experience__merged_into", "experience"))
    columns = {
        "helped": Outcome.POSITIVE, "harmed": Outcome.NEGATIVE, "missed": Outcome.NOT_RETRIEVED,
        "irrelevant": Outcome.IRRELEVANT, "invalid": Outcome.INVALID, "unknown": "",
    }  # fmt: skip
    counts = {name: Count("pk", filter=Q(outcome=outcome)) for name, outcome in columns.items()}
    counted = rows.order_by().values("whose").annotate(**counts)
    found = {row.pop("whose"): Tally(**row) for row in counted}
    return {pk: found.get(pk, Tally()) for pk in entry_ids}


def benefit(entry: Experience, fitting: Collection[int]) -> Benefit:
    """With and without: `fitting` are the examples an entry fits. Two queries.

    Without are answers made here to those examples in whose prompt it did not stand; one time in five a fitting entry
    is left out by lot, so there come to be some.
    """
    settled = uses_of(entry).filter(outcome__in=list(WENT)).order_by()
    good = list(settled.values_list("outcome", flat=True))
    used = Response.objects.filter(Q(applied__experience=entry) | Q(applied__experience__merged_into=entry))
    others = Response.objects.filter(example__in=fitting, origin__in=["generated", "refined"]).exclude(
        pk__in=used.values("pk")
    )
    went = outcomes_of(others)
    return Benefit(sum(one == Outcome.POSITIVE for one in good), len(good), sum(went), len(went))


def outcomes_of(responses: Iterable[Response]) -> list[bool]:
    """How answers went by what people said of them; those without a clear word are left out."""
    signs: dict[int, list[Word]] = defaultdict(list)
    for word in words_on([row.pk for row in responses]):
        signs[word.response].append(word)
    verdicts = [verdict(words)[0] for words in signs.values()]
    return [WENT[Outcome(one)] for one in verdicts if one in WENT]


def past_uses(entry: Experience) -> list[PastUse]:
    """At which requests an entry should have been used and at which not, by what is known; no held-out example."""
    rows = uses_of(entry).filter(outcome__in=list(SHOULD)).exclude(response__example__split=Split.HOLDOUT)
    return [PastUse(row.response.example.request, SHOULD[Outcome(row.outcome)]) for row in rows]


def wrong_uses(entry: Experience) -> int:
    """How often it was used where it did not belong, or not used where it did."""
    wrong = [Outcome.NOT_RETRIEVED, Outcome.IRRELEVANT, Outcome.NEGATIVE]
    return uses_of(entry).filter(outcome__in=wrong).count()


def in_order(entries: Sequence[Experience], counted: dict[int, Tally]) -> list[Experience]:
    """The most useful first."""
    return sorted(entries, key=lambda entry: (-counted[entry.pk].utility, -counted[entry.pk].uses, -entry.pk))
