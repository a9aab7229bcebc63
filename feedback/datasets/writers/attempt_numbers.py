"""What refining brought, counted over examples: does turn k beat turn 1, what became of being right, who helps.

Memory stays small whatever the number of examples. Nothing here knows the database.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from feedback.datasets.writers.attempts import Attempt, Attempts, Words
from feedback.datasets.writers.chains import FLIPS, edit_kind, flip, rewarded
from feedback.datasets.writers.conditioning import LONG

LISTED = 20
OFF_POLICY_MANY = 0.5
ONE_EDIT_MANY = 0.8
ENOUGH = 5
WHOLE = {"response", "dialogue"}


@dataclass
class Won:
    """How often something was better, the same or worse."""

    better: int = 0
    same: int = 0
    worse: int = 0

    def add(self, result: int | None) -> None:
        """Count a comparison, if there is one."""
        if result is not None:
            self.better += result > 0
            self.same += result == 0
            self.worse += result < 0

    @property
    def n(self) -> int:
        """How many were compared."""
        return self.better + self.same + self.worse

    @property
    def rate(self) -> float | None:
        """The win rate, a tie as half a win; None for none."""
        return round((self.better + self.same / 2) / self.n, 3) if self.n else None


@dataclass
class Critic:
    """A critic's two scores: how often its verdict is right, and how often what it led to is better."""

    verdicts: int = 0
    right: int = 0
    acted_on: Won = field(default_factory=Won)

    @property
    def discrimination(self) -> float | None:
        """The share of verdicts that agree with the truth."""
        return round(self.right / self.verdicts, 3) if self.verdicts else None

    @property
    def helpfulness(self) -> float | None:
        """The win rate of what it led to."""
        return self.acted_on.rate


@dataclass
class Numbers:
    """All that was counted; feed it with `take`."""

    examples: int = 0
    turns: dict[int, Won] = field(default_factory=lambda: defaultdict(Won))
    flips: Counter[str] = field(default_factory=Counter)
    edits: Counter[str] = field(default_factory=Counter)
    traces: int = 0
    off_policy: int = 0
    first_tries: Counter[bool] = field(default_factory=Counter)
    later_tries: Counter[bool] = field(default_factory=Counter)
    critics: dict[tuple[str, str], Critic] = field(default_factory=lambda: defaultdict(Critic))
    stuck: list[int] = field(default_factory=list)
    stuck_in_all: int = 0
    hints: list[str] = field(default_factory=list)
    hints_in_all: int = 0
    answers: int = 0
    long: int = 0

    def take(self, at: Attempts) -> None:
        """Count one example."""
        self.examples += 1
        for chain in at.chains():
            self.follow(at, chain)
        for one in at.all:
            self.answers += 1
            self.long += len(one.text) >= LONG
            if one.success is not None:
                (self.later_tries if at.parent_of(one) else self.first_tries)[one.success] += 1
            self.trace(at, one)
            for words in one.words:
                self.criticised(at, one, words)
        self.unsolved(at)

    def follow(self, at: Attempts, chain: list[Attempt]) -> None:
        """Turn k against turn 1. A turn that two chains share is counted in each."""
        for place, one in enumerate(chain[1:], 2):
            self.turns[place].add(at.compared(chain[0], one))

    def trace(self, at: Attempts, after: Attempt) -> None:
        """One step from an attempt to the next."""
        before = at.parent_of(after)
        if before is None:
            return
        self.traces += 1
        self.off_policy += rewarded(after, before)["on_policy"] is False
        self.edits[edit_kind(before.text, after.text)] += 1
        self.flips[flip(before, after)] += 1

    def criticised(self, at: Attempts, attempt: Attempt, words: Words) -> None:
        """One thing a critic said."""
        if words.scope not in WHOLE:
            return
        critic = self.critics[words.rater or words.voice, words.voice]
        if attempt.success is not None:
            critic.verdicts += 1
            critic.right += words.praises == attempt.success
        for key in words.leads:
            if key in at.tried and not words.praises:
                critic.acted_on.add(at.compared(attempt, at.tried[key]))

    def unsolved(self, at: Attempts) -> None:
        """Examples nothing helped with yet, and hints that still stand in prompts only."""
        found = [one.success for one in at.all if one.success is not None]
        if len(found) > 1 and not any(found):
            self.stuck_in_all += 1
            if len(self.stuck) < LISTED:
                self.stuck.append(at.example.number)
        for hint in at.hints:
            without = [one for one in at.all if not one.hint and not one.by_person and one.success]
            if hint.tries and not without:
                self.hints_in_all += 1
                self.hints += [hint.text] if len(self.hints) < LISTED else []

    @property
    def warnings(self) -> list[str]:
        """Which warnings hold: "off-policy", "one-edit", "worse-than-before", "long"."""
        found = []
        if self.traces >= ENOUGH and self.off_policy > OFF_POLICY_MANY * self.traces:
            found.append("off-policy")
        if self.traces >= ENOUGH and max(self.edits.values()) >= ONE_EDIT_MANY * self.traces:
            found.append("one-edit")
        if self.flips["right to wrong"] > self.flips["wrong to right"]:
            found.append("worse-than-before")
        return [*found, "long"] if self.answers and self.long * 10 >= self.answers else found

    @property
    def known_flips(self) -> list[tuple[str, int, float]]:
        """What became of being right: (words, how many, share), of those known."""
        known = sum(self.flips[name] for name in FLIPS.values())
        return [(name, self.flips[name], round(self.flips[name] / known, 3)) for name in FLIPS.values() if known]

    def shares(self) -> dict[str, float | None]:
        """Quality of first tries beside that of refinements."""
        found = {}
        for name, counts in (("first tries", self.first_tries), ("refinements", self.later_tries)):
            found[name] = round(counts[True] / counts.total(), 3) if counts.total() else None
        return found
