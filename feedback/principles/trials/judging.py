"""What trials against preferences have in common: votes of single principles, and choices under constitutions."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from feedback.models import PrincipleVersion, Trial
from feedback.principles.tallies import UNANIMOUS, Tally
from feedback.principles.trials.asking import Until, ask_all, together
from feedback.principles.trials.cells import (
    instructions_hash,
    judge,
    keep_verdicts,
    keep_votes,
    missing_verdicts,
    missing_votes,
    verdicts_there,
    votes_there,
)
from feedback.principles.trials.opening import staged
from feedback.principles.trials.pairs import Pair
from feedback.principles.trials.tables import Choices, choices_of, tallies_of
from feedback.projects.budget import RecordedModel

VOTE, BY, AGAINST, UNAIDED = "vote_on_rules", "choose_by_rules", "choose_against_rules", "choose_unaided"


def vote(
    trial: Trial, model: RecordedModel, until: Until, versions: Sequence[PrincipleVersion], pairs: Sequence[Pair]
) -> bool:
    """Buy the votes that are missing; whether some still are."""
    staged(trial, "Voting")
    who = judge(trial.project, model.name, VOTE)
    questions = missing_votes(trial, who, versions, pairs, repeats=trial.parameters["repeats"])
    with together(partial(keep_votes, trial, who)) as keep:
        return ask_all(trial, model, questions, until=until, keep=keep)


def voted(trial: Trial, versions: Sequence[int], pairs: Sequence[Pair]) -> dict[int, Tally]:
    """What the votes on each wording come to."""
    rows = votes_there(judge(trial.project, trial.model, VOTE), versions, pairs)
    how, repeats = trial.parameters.get("how", UNANIMOUS), trial.parameters["repeats"]
    return tallies_of(rows, pairs, versions, how=how, repeats=repeats)


def ways_of(trial: Trial, constitution: str) -> dict[str, tuple[str, str]]:
    """The judges asked, by name: their prompt and what they are to follow."""
    ways = {"constitution": (BY, constitution), "none": (UNAIDED, "")}
    if trial.parameters.get("flipped"):
        ways["flipped"] = (AGAINST, constitution)
    if drawn := trial.result.get("drawn"):
        ways["random"] = (BY, drawn)
    return ways


def choose(trial: Trial, model: RecordedModel, until: Until, constitution: str, pairs: Sequence[Pair]) -> bool:
    """Buy the choices that are missing; whether some still are. Without a constitution there are none to buy."""
    if not constitution:
        return False
    staged(trial, "Choosing")
    for prompt, words in ways_of(trial, constitution).values():
        who = judge(trial.project, model.name, prompt)
        questions = missing_verdicts(trial, who, words, pairs)
        with together(partial(keep_verdicts, trial, who)) as keep:
            if ask_all(trial, model, questions, until=until, keep=keep):
                return True
    return False


def chosen(trial: Trial, constitution: str, pairs: Sequence[Pair]) -> dict[str, Choices]:
    """What each judge chose in each pair."""
    if not constitution:
        return {}
    found: dict[str, Choices] = {}
    for name, (prompt, words) in ways_of(trial, constitution).items():
        who = judge(trial.project, trial.model, prompt)
        found[name] = choices_of(verdicts_there(who, instructions_hash(prompt, words), pairs))
    return found


def whole(number: Any, *, least: int, most: int, otherwise: int) -> int:
    """A whole number between two bounds, from what a form or a file said."""
    try:
        return max(least, min(most, int(number)))
    except (TypeError, ValueError):
        return otherwise
