"""How far a criterion's judge is to be trusted: its answers beside people's, on what was said and on what was scored.

It reads judgements and changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from feedback.desk.intervals import wilson
from feedback.models import Critique, Group, Rater, Rating
from feedback.principles.criteria import MEETS, judged_on

PEOPLE = (Rater.Kind.PERSON, Rater.Kind.IMPORTED)


@dataclass(frozen=True)
class Share:
    """So many of so many, with the interval at 95 %."""

    hits: int
    n: int

    @property
    def rate(self) -> float:
        """From 0 to 1."""
        return self.hits / self.n if self.n else 0.0

    @property
    def low(self) -> float:
        """The lower end."""
        return wilson(self.hits, self.n)[0] if self.n else 0.0

    @property
    def high(self) -> float:
        """The upper end."""
        return wilson(self.hits, self.n)[1] if self.n else 1.0


@dataclass(frozen=True, kw_only=True)
class Trust:
    """What a criterion's judge found, and how that goes with what people say.

    `agrees` with people's own answers to the same question, `kappa` beyond chance (None where that cannot be said);
    `failed` of the answers criticised in the group, `met` of those praised in it; `overall` is the mean score people
    gave, from 0 to 1, to answers that meet it and to those that do not.
    """

    judged: Share
    agrees: Share
    kappa: float | None
    failed: Share
    met: Share
    overall: tuple[float | None, float | None]
    model: str = ""
    simulated: bool = False


def trust_in(group: Group) -> Trust:
    """The newest judge's answers against people's. Four queries."""
    rows = list(judged_on(group).select_related("rater").order_by("pk"))
    judges = [row for row in rows if row.rater.kind == Rater.Kind.JUDGE]
    last = judges[-1].rater if judges else None
    said = {row.response_id: row.score == MEETS for row in judges if row.rater_id == judges[-1].rater_id}
    pairs = [
        (said[row.response_id], row.score == MEETS)
        for row in rows
        if row.rater.kind in PEOPLE and row.score is not None and row.response_id in said
    ]
    blamed, praised = commented_on(group)
    return Trust(
        judged=Share(sum(said.values()), len(said)),
        agrees=Share(sum(one == other for one, other in pairs), len(pairs)),
        kappa=kappa_of(pairs),
        failed=Share(sum(not said[pk] for pk in blamed if pk in said), sum(pk in said for pk in blamed)),
        met=Share(sum(said[pk] for pk in praised if pk in said), sum(pk in said for pk in praised)),
        overall=means_of(said),
        model=last.model if last else "",
        simulated=bool(last and last.model == "simulated"),
    )


def commented_on(group: Group) -> tuple[set[int], set[int]]:
    """The answers criticised in a group, and those praised."""
    rows = group.critiques.filter(withdrawn_at__isnull=True).values_list("response_id", "polarity")
    blamed = {pk for pk, polarity in rows if polarity == Critique.Polarity.CRITIQUE}
    return blamed, {pk for pk, polarity in rows} - blamed


def kappa_of(pairs: Sequence[tuple[bool, bool]]) -> float | None:
    """Cohen's kappa of two who answered yes or no; None where one of them always says the same."""
    if not pairs:
        return None
    n = len(pairs)
    observed = sum(one == other for one, other in pairs) / n
    first, second = (sum(pair[side] for pair in pairs) / n for side in (0, 1))
    chance = first * second + (1 - first) * (1 - second)
    return None if chance > 1 - 1e-9 or first in (0, 1) or second in (0, 1) else (observed - chance) / (1 - chance)


def means_of(said: dict[int, bool]) -> tuple[float | None, float | None]:
    """What people score answers that meet a criterion, and those that do not; from 0 to 1. One query."""
    rows = Rating.objects.standing().filter(response__in=said, aspect="overall", critique=None, score__isnull=False)
    scored: dict[bool, list[float]] = {True: [], False: []}
    for response, score, scale in rows.filter(rater__kind__in=PEOPLE).values_list("response", "score", "scale"):
        scored[said[response]].append((score - 1) / (scale - 1))
    return mean(scored[True]), mean(scored[False])


def mean(numbers: Iterable[float]) -> float | None:
    """The mean, or None of nothing."""
    found = list(numbers)
    return sum(found) / len(found) if found else None
