"""What a useful record of each form of feedback costs, in seconds and in money. Plain arithmetic; knows no rows.

A record is useful when something can be learnt from it. The time for those that are not is spent all the same, so it is
divided among the useful ones. Everything said in one sending of the desk shares its seconds evenly.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Record:
    """One row of feedback: its form, the sending it was part of, the seconds of that sending, whether it is useful."""

    form: str
    sending: str
    seconds: float | None
    useful: bool


@dataclass(frozen=True)
class FormCost:
    """What the records of one form cost. `timed` of `records` have a time; `dollars` is None where none is known."""

    form: str
    records: int
    useful: int
    timed: int
    seconds: float
    dollars: float | None = None

    @property
    def useful_share(self) -> float:
        """The share of records that are useful."""
        return self.useful / self.records if self.records else 0.0

    @property
    def seconds_each(self) -> float | None:
        """Seconds for one useful record, as if the records without a time took as long as the others."""
        if not self.timed or not self.useful:
            return None
        return self.seconds / self.timed * self.records / self.useful

    @property
    def dollars_each(self) -> float | None:
        """What models cost for one useful record."""
        return None if self.dollars is None or not self.useful else self.dollars / self.useful

    def at(self, wage: float) -> float | None:
        """Dollars for one useful record, models and people at `wage` dollars an hour together."""
        if self.seconds_each is None and self.dollars_each is None:
            return None
        return (self.seconds_each or 0.0) * wage / 3600 + (self.dollars_each or 0.0)


def costs(records: Iterable[Record], dollars: Mapping[str, float] | None = None) -> list[FormCost]:
    """The cost of every form there are records or calls of, the most frequent first."""
    rows = list(records)
    parts = Counter(row.sending for row in rows)
    totals: dict[str, list[float]] = defaultdict(lambda: [0, 0, 0, 0.0])
    for row in rows:
        total = totals[row.form]
        total[0] += 1
        total[1] += row.useful
        if row.seconds is not None:
            total[2] += 1
            total[3] += row.seconds / parts[row.sending]
    spent = dollars or {}
    for form in spent:
        totals.setdefault(form, [0, 0, 0, 0.0])
    found = [
        FormCost(form, int(n), int(useful), int(timed), seconds, spent.get(form))
        for form, (n, useful, timed, seconds) in totals.items()
    ]
    return sorted(found, key=lambda one: (-one.records, one.form))
