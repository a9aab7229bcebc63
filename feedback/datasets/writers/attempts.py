"""An example with all attempts at it and all that was said of each: plain data that the research views are drawn from.

An attempt is known by the hash of its text, so that one text is one attempt however often it came in. Scores run from 0
to 1. Nothing here knows the database: `row` is whatever the loader keeps for the way back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

SUCCESS = 0.7  # as of hints: a score from here on is a success
PEOPLE = frozenset({"person", "imported"})
BETTER, SAME, WORSE = 1, 0, -1
Line = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Words:
    """What one rater said of an attempt. `by` is the kind of rater, `counted` whether its word was asked for.

    `text` looks back, `improve` forward. `leads` are the attempts that came of it, each with how it was taken in: yes,
    partly, no, worse, or "made" where the attempt was written with it and nobody judged. `worth` is how good others
    found the words; `with_reference` whether they were written with a right answer in view.
    """

    text: str
    improve: str = ""
    polarity: str = "critique"
    rater: str = ""
    by: str = "person"
    counted: bool = True
    aspect: str = ""
    failure: str = ""
    scope: str = "response"
    quote: str = ""
    start: int | None = None
    end: int | None = None
    turn: int | None = None
    with_reference: bool = False
    worth: float | None = None
    second: str = ""
    leads: Mapping[str, str] = field(default_factory=dict)
    simulated: bool = False
    key: str = ""
    row: Any = None

    @property
    def said(self) -> str:
        """All of it: what is the matter, then how to do better."""
        return "\n".join(part for part in (self.text, self.improve) if part.strip()) or self.failure

    @property
    def praises(self) -> bool:
        """Whether it is kudos."""
        return self.polarity == "kudos"

    @property
    def voice(self) -> str:
        """Who spoke, as lines have it: person, model, check or simulated."""
        return "person" if self.by in PEOPLE else "model" if self.by == "judge" else self.by


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A typed mark on a piece of an attempt (code points, end exclusive), or an omission without a place."""

    category: str
    start: int | None = None
    end: int | None = None
    severity: str = ""
    reason: str = ""
    replacement: str | None = None
    good: bool = False
    rater: str = ""
    row: Any = None


@dataclass(frozen=True, kw_only=True)
class Score:
    """A score from 0 to 1 of one aspect; with `turn` of that turn of the dialogue."""

    value: float
    aspect: str = "overall"
    rater: str = ""
    by: str = "person"
    turn: int | None = None
    row: Any = None


@dataclass(frozen=True, kw_only=True)
class Checked:
    """Whether an attempt passes a check."""

    asks: str
    passes: bool
    by: str = "check"


@dataclass(kw_only=True)
class Attempt:
    """One text that answers the example, where it came from and what was said of it.

    `turns` is the dialogue it ends where that is not the example's own. `changed_for` is the reason of whoever rewrote
    its parent into it, `condition` what it was written under, `own_score` what the model that refines gave it itself.
    """

    key: str
    text: str
    parent: str = ""
    origin: str = "imported"
    model: str = ""
    writer: str = ""
    simulated: bool = False
    run: int | None = None
    condition: str = ""
    changed_for: str = ""
    hint: str = ""
    turns: list[dict[str, str]] | None = None
    edited_turn: int | None = None
    own_score: float | None = None
    consequence: str = ""
    words: list[Words] = field(default_factory=list)
    scores: list[Score] = field(default_factory=list)
    judge_scores: list[Score] = field(default_factory=list)
    checks: list[Checked] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    row: Any = None

    @property
    def by_person(self) -> bool:
        """Whether a person wrote it."""
        return self.origin in {"edited", "written"}

    @property
    def counted(self) -> list[Words]:
        """The words that were asked for."""
        return [one for one in self.words if one.counted]

    @property
    def critiques(self) -> list[Words]:
        """What is said to be wrong with it."""
        return [one for one in self.counted if not one.praises]

    @property
    def kudos(self) -> list[Words]:
        """What is said to be right with it."""
        return [one for one in self.counted if one.praises]

    @property
    def reward(self) -> float | None:
        """The mean of all scores of the whole, else the share of checks it passes; None while nobody judged it."""
        found = [one.value for one in self.scores if one.turn is None]
        found = found or [float(one.passes) for one in self.checks]
        return round(sum(found) / len(found), 3) if found else None

    @property
    def passes(self) -> bool | None:
        """Whether it passes every check; None where none was tried."""
        return all(one.passes for one in self.checks) if self.checks else None

    @property
    def success(self) -> bool | None:
        """Whether it is right: by its checks, else by its scores, else by clear words; None while nobody said."""
        if self.passes is not None:
            return self.passes
        return None if self.reward is None else self.reward >= SUCCESS

    @property
    def verdict(self) -> bool | None:
        """The same; where nothing was scored, praise alone is right and criticism alone is wrong."""
        if self.success is not None or not self.counted:
            return self.success
        return None if self.kudos and self.critiques else bool(self.kudos)


@dataclass(frozen=True, kw_only=True)
class Order:
    """One rater's word on two attempts: `result` is 1 where the first is better, -1 the second, 0 neither."""

    first: str
    second: str
    result: int
    reason: str = ""
    aspect: str = "overall"
    rater: str = ""
    by: str = "person"
    row: Any = None


@dataclass(frozen=True, kw_only=True)
class Hinted:
    """A hint for the example and the attempts that were given it."""

    text: str
    tries: tuple[str, ...] = ()
    rater: str = ""
    row: Any = None


@dataclass(kw_only=True)
class Attempts:
    """An example with everything that was tried at it, oldest first."""

    prompt: list[dict[str, str]]
    tried: dict[str, Attempt] = field(default_factory=dict)
    orders: list[Order] = field(default_factory=list)
    hints: list[Hinted] = field(default_factory=list)
    reference: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)
    tags: Sequence[str] = ()
    example: Any = None

    @property
    def all(self) -> list[Attempt]:
        """The attempts, oldest first."""
        return list(self.tried.values())

    @property
    def first(self) -> list[Attempt]:
        """Those that are made of no other here."""
        return [one for one in self.tried.values() if one.parent not in self.tried]

    def made_of(self, attempt: Attempt) -> list[Attempt]:
        """The attempts made of this one."""
        return [one for one in self.tried.values() if one.parent == attempt.key and one.key != attempt.key]

    def parent_of(self, attempt: Attempt) -> Attempt | None:
        """What it was made of."""
        return self.tried.get(attempt.parent) if attempt.parent != attempt.key else None

    def chain_to(self, attempt: Attempt) -> list[Attempt]:
        """From the first attempt to this one."""
        found, seen = [attempt], {attempt.key}
        while (before := self.parent_of(found[0])) is not None and before.key not in seen:
            found.insert(0, before)
            seen.add(before.key)
        return found

    def chains(self) -> Iterator[list[Attempt]]:
        """Every longest chain of two and more."""
        for one in self.tried.values():
            if not self.made_of(one) and len(chain := self.chain_to(one)) > 1:
                yield chain

    def round_of(self, attempt: Attempt) -> int:
        """How often it was worked over: 0 for a first attempt."""
        return len(self.chain_to(attempt)) - 1

    def compared(self, before: Attempt, after: Attempt) -> int | None:
        """1 where `after` is better, -1 where it is worse, 0 where neither is; None while nothing says.

        People's word on the two comes first, then scores and checks, then that a person rewrote one into the other.
        """
        votes = [one.result for one in self.orders if {one.first, one.second} == {before.key, after.key}]
        sides = [one.first == after.key for one in self.orders if {one.first, one.second} == {before.key, after.key}]
        if votes:
            tally = sum(vote if first else -vote for vote, first in zip(votes, sides, strict=True))
            return (tally > 0) - (tally < 0)
        if before.reward is not None and after.reward is not None and before.reward != after.reward:
            return BETTER if after.reward > before.reward else WORSE
        if before.success is not None and after.success is not None:
            return int(after.success) - int(before.success)
        return BETTER if after.origin == "edited" and after.parent == before.key else None


@dataclass(frozen=True)
class Made:
    """A row that was drawn: its line, the attempts in it, the words in it, and further rows it stands on."""

    line: Line
    uses: tuple[Attempt, ...]
    words: tuple[Words, ...] = ()
    rows: tuple[Any, ...] = ()
