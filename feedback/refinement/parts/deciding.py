"""The parts that decide without asking anybody: schedulers, acceptors, selectors and stoppers."""

from __future__ import annotations

import random
from dataclasses import dataclass

from feedback.refinement.state import Archive, Case, Draft, Rule, Turn, Version, seed_of


@dataclass(frozen=True)
class Rounds:
    """So many rounds, and one more turn at the end in which the last version is only judged."""

    rounds: int

    def turns(self, case: Case, seed: int) -> tuple[Turn, ...]:
        """`rounds` + 1 turns."""
        return tuple(Turn(iteration=i, last=i == self.rounds) for i in range(self.rounds + 1))


@dataclass(frozen=True)
class PrincipleByPrinciple:
    """In every round every principle once: in the constitution's order, or in one drawn for this case and round."""

    rounds: int = 1
    order: str = "in_order"

    def turns(self, case: Case, seed: int) -> tuple[Turn, ...]:
        """`rounds` times as many turns as there are principles."""
        rules = [rule for number in range(self.rounds) for rule in self._ordered(case, seed, number)]
        return tuple(Turn(iteration=i, rule=rule) for i, rule in enumerate(rules))

    def _ordered(self, case: Case, seed: int, number: int) -> list[Rule]:
        rules = list(case.rules)
        if self.order in {"drawn", "one_drawn"}:
            random.Random(seed_of(seed, case.item, "order", number)).shuffle(rules)
        return list(rules[:1] if self.order == "one_drawn" else rules)


@dataclass(frozen=True)
class Once:
    """A single turn."""

    def turns(self, case: Case, seed: int) -> tuple[Turn, ...]:
        """One."""
        return (Turn(iteration=0),)


@dataclass(frozen=True)
class Changed:
    """Takes every draft that says something and says it differently."""

    def refuse(self, archive: Archive, draft: Draft) -> str:
        """Why a draft does not enter."""
        if not draft.text.strip():
            return "The new text was empty."
        if draft.text.strip() == archive.version.text.strip():
            return "The new text was the same as before."
        return ""


@dataclass(frozen=True)
class Latest:
    """Ends with the version worked on last."""

    def select(self, archive: Archive) -> Version:
        """The current one."""
        return archive.version


@dataclass(frozen=True)
class BestScored:
    """Ends with the version of the highest score; of equals with the earliest, which was changed least."""

    def select(self, archive: Archive) -> Version:
        """A version nobody scored counts as the lowest."""
        return max(archive.versions, key=score_of)


@dataclass(frozen=True)
class Picked:
    """Ends with the judge's pick; with the original when there is none."""

    def select(self, archive: Archive) -> Version:
        """The pick counts among all versions."""
        best = archive.pick.best if archive.pick else None
        return archive.versions[best or 0]


@dataclass(frozen=True)
class NeverEarly:
    """Goes through all turns."""

    def enough(self, archive: Archive, case: Case) -> str:
        """Never."""
        return ""


@dataclass(frozen=True)
class CriticSatisfied:
    """Stops once the critic finds the current version good enough."""

    def enough(self, archive: Archive, case: Case) -> str:
        """A verdict of this turn that says so."""
        satisfied = archive.latest is not None and archive.latest.good_enough
        return "The critic found it good enough." if satisfied else ""


@dataclass(frozen=True)
class WholeRoundWithoutFault:
    """Stops when a whole round through the principles found nothing to mend."""

    def enough(self, archive: Archive, case: Case) -> str:
        """As many clean verdicts in a row as there are principles, on a text that was not changed since."""
        size = len(case.rules)
        round_of_verdicts = archive.verdicts[-size:] if size else ()
        clean = len(round_of_verdicts) == size > 0 and not any(verdict.fault for verdict in round_of_verdicts)
        return "A whole round through the principles found nothing to mend." if clean else ""


@dataclass(frozen=True)
class TooFewCalls:
    """Stops at once when the calls per item do not allow a fresh answer and a choice."""

    calls: int

    def enough(self, archive: Archive, case: Case) -> str:
        """Fewer than two calls."""
        calls = self.calls if case.calls is None else case.calls
        return (
            ""
            if calls >= 2
            else f"{calls} calls are too few to write an answer afresh and to choose: the original stands."
        )


def score_of(version: Version) -> int:
    """The critic's score of a version; -1 when there is none."""
    score = version.verdict.score if version.verdict else None
    return -1 if score is None else score
