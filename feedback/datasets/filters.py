"""What a snapshot is asked to hold: whose word, about what, from when, how sure; and what is done with the examples.

`Filters` is what stands on a `Snapshot` row as JSON. The part of it that is about rows is a `Wish`; the rest (near
duplicates, parts, benchmarks, sampling) only freezing knows. Text from outside becomes one by `filters_of`, which
refuses nonsense with a sentence.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any, Self

from feedback.datasets.pieces import COUNTED, Wish
from feedback.datasets.writers.deciding import ADJUDICATED, MAJORITY, ONE, Rule
from feedback.errors import Refused
from feedback.models import Preference, Rater, Response, Split
from feedback.models.feedback import Use

KEEP, EXACT, NEAR = "keep", "exact", "near"
DROP, MARK = "drop", "mark"
RANDOM, DIVERSE, CLUSTERS, COMPLEX = "random", "diverse", "clusters", "complex"
CHOICES: dict[str, set[str]] = {
    "raters": set(Rater.Kind.values), "origins": set(Response.Origin.values), "split": {"", *Split.values},
    "timing": {"", *Preference.Timing.values}, "use": {"", *Use.values}, "votes": {MAJORITY, ONE, ADJUDICATED},
    "duplicates": {KEEP, EXACT, NEAR}, "contaminated": {DROP, MARK}, "sampler": {RANDOM, DIVERSE, CLUSTERS, COMPLEX},
}  # fmt: skip
SHARES = ("least_agreement", "least_certainty")


@dataclass(frozen=True, kw_only=True)
class Filters:
    """Every filter with the value that lets all pass.

    `kinds` are kinds of feedback by their tables' names, () for all. `validation` and `test` are shares in a hundred.
    `limit` is a number of examples, 0 for all, that `sampler` picks. `unjudged` takes in examples nobody judged.
    """

    raters: tuple[str, ...] = tuple(sorted(COUNTED))
    kinds: tuple[str, ...] = ()
    split: str = ""
    tags: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    rounds: tuple[int, ...] = ()
    constitution: int | None = None
    prompt: str = ""
    since: date | None = None
    until: date | None = None
    aspect: str = ""
    timing: str = ""
    objective: str = ""
    use: str = ""
    votes: str = MAJORITY
    least_votes: int = 1
    least_agreement: float = 0.0
    least_strength: float = 0.0
    least_certainty: float = 0.0
    real_only: bool = False
    unjudged: bool = False
    duplicates: str = KEEP
    benchmarks: tuple[int, ...] = ()
    contaminated: str = DROP
    sampler: str = RANDOM
    limit: int = 0
    validation: int = 0
    test: int = 0

    @property
    def held_out(self) -> bool:
        """Whether it is of held-out examples alone."""
        return self.split == Split.HOLDOUT

    @property
    def rule(self) -> Rule:
        """What pairs must fulfil."""
        return Rule(
            self.votes, self.least_votes, self.least_agreement, self.least_strength, self.least_certainty
        )  # fmt: skip

    def wish(self) -> Wish:
        """The filters that are about rows."""
        same = ("constitution", "prompt", "since", "until", "aspect", "timing", "objective", "use", "rule", "held_out")
        told: dict[str, Any] = {
            name: frozenset(getattr(self, name)) for name in ("tags", "origins", "models", "rounds")
        }
        told |= {name: getattr(self, name) for name in same}
        return Wish(kinds=frozenset(self.raters), split="" if self.held_out else self.split, **told)

    def narrowed(self) -> dict[str, Any]:
        """What of it narrows or shapes the set, as JSON; raters always."""
        plain = asdict(Filters())
        said = {name: value for name, value in asdict(self).items() if value != plain[name] or name == "raters"}
        return {name: value.isoformat() if isinstance(value, date) else value for name, value in said.items()}

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Self:
        """Those of a row, or of somebody's words. Raises `Refused` for what makes no sense."""
        unknown = set(said) - {one.name for one in fields(cls)}
        if unknown:
            raise Refused(f"There is no filter {', '.join(sorted(unknown))}.")
        found = cls(**{name: typed(name, value) for name, value in said.items()})
        for name, known in CHOICES.items():
            value = getattr(found, name)
            wrong = set(value if isinstance(value, tuple) else [value]) - known
            if wrong:
                raise Refused(f"{name} cannot be {', '.join(sorted(wrong))}. Known are: {', '.join(sorted(known))}.")
        return checked(found)  # type: ignore[return-value]


def typed(name: str, value: Any) -> Any:
    """A value as its filter holds it. Raises `Refused` for one of another kind."""
    plain = getattr(Filters(), name)
    try:
        if name in ("since", "until"):
            return date.fromisoformat(value) if isinstance(value, str) and value else value or None
        if name == "constitution":
            return int(value) if value else None
        if isinstance(plain, tuple):
            return tuple(sorted({(int if name in ("rounds", "benchmarks") else str)(one) for one in value}))
        return type(plain)(value)
    except (TypeError, ValueError) as trouble:
        raise Refused(f"{name} cannot be {value!r}.") from trouble


def checked(found: Filters) -> Filters:
    """The same, when its numbers make sense. Raises `Refused`."""
    if not found.raters:
        raise Refused("Say whose word counts: a data set of nobody's word is empty.")
    if any(not 0 <= getattr(found, name) <= 1 for name in SHARES):
        raise Refused("Agreement and certainty are shares between 0 and 1.")
    if not 0 <= found.least_strength <= 3:
        raise Refused("Strength runs from 1 (slightly better) to 3 (much better).")
    if found.least_votes < 1 or found.limit < 0:
        raise Refused("At least one must have judged, and a size is no less than 1.")
    if found.validation < 0 or found.test < 0 or found.validation + found.test > 90:
        raise Refused("Validation and test take up to 90 in a hundred together; the rest is for training.")
    if found.since and found.until and found.since > found.until:
        raise Refused("The last day lies before the first.")
    return found
