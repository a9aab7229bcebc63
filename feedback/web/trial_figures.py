"""The figures of a test as its page shows them: each kind of test has its own way, most have that of `trial_tables`.

A kind with figures of its own has its line in `OWN`; the module is loaded when it is asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from feedback.models import Trial
from feedback.web import trial_tables

OWN = {
    "scope": "feedback.web.scope_figures",
    "distance": "feedback.web.distance_figures",
    "levels": "feedback.web.levels_figures",
    **dict.fromkeys(("reflect", "failures", "knowledge"), "feedback.web.finding_figures"),
}


def figures_for(trial: Trial) -> dict[str, Any]:
    """What the middle of the page is given as `figures`."""
    own = OWN.get(trial.kind)
    figures: dict[str, Any] = import_module(own).figures_of(trial) if own else trial_tables.figures_of(trial)
    return figures
