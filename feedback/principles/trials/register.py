"""Which module belongs to which kind of trial, and what such a module has to offer.

The modules are loaded when they are asked for, so that a kind may build on whatever else stands in `principles`.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, Protocol, cast

from feedback.errors import Refused
from feedback.models import Trial
from feedback.principles.trials.asking import Until
from feedback.projects.budget import RecordedModel

Kind = Trial.Kind
HOME = "feedback.principles.trials.kinds"
KINDS: dict[str, str] = {
    Kind.RECONSTRUCTION: f"{HOME}.reconstruction",
    Kind.ICAI: f"{HOME}.icai",
    Kind.SCOPE: f"{HOME}.scope",
    Kind.PROBES: f"{HOME}.probes",
    Kind.DISTANCE: f"{HOME}.distance",
    Kind.LEVELS: f"{HOME}.levels",
    Kind.CONTRADICTIONS: f"{HOME}.contradictions",
    Kind.CRITERION: f"{HOME}.criterion",
    Kind.REFLECT: f"{HOME}.reflect",
    Kind.FAILURES: f"{HOME}.failures",
    Kind.KNOWLEDGE: f"{HOME}.knowledge",
}


class KindOfTrial(Protocol):
    """The functions of a kind's module."""

    def plan(self, trial: Trial, /) -> int:
        """Check that it can be done and say how many calls are foreseen; in the transaction that opens the trial.

        Fills in what `trial.parameters` leaves open. Raises `Refused` with a sentence.
        """
        ...

    def work(self, trial: Trial, model: RecordedModel, until: Until, /) -> bool:
        """Do what can be done until then, outside any transaction, each finished cell kept at once; whether more waits.

        Called again it goes on: what has a cell, or an answer in the ledger, is not asked for again.
        """
        ...

    def conclude(self, trial: Trial, /) -> dict[str, Any]:
        """What came of it, as plain data for `trial.result`; in the transaction that ends the trial."""
        ...


def kind_of(trial: Trial) -> KindOfTrial:
    """The module of a trial's kind. Raises `Refused` for one there is not."""
    if trial.kind not in KINDS:
        raise Refused(f"There is no test of the kind {trial.kind!r}.")
    return cast(KindOfTrial, import_module(KINDS[trial.kind]))
