"""What one wants to train, and which formats serve it: the shelves on which a hundred formats stand.

A format finds its shelf by its name; what no rule knows stands with other research. Knows no database.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from django.utils.translation import gettext_lazy as _

GIVEN, OTHER = "as-given", "research"
TRAINERS = ("TRL", "LLaMA-Factory", "OpenRLHF", "Axolotl", "NeMo-RL", "OpenAI", "Together")


class Named(Protocol):
    """As much of a format as its shelf depends on."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def group(self) -> str:
        """Under what it is listed."""


@dataclass(frozen=True, kw_only=True)
class Family:
    """A shelf: `fits` is held against the names of formats, in the order of the shelves."""

    name: str
    label: Any
    about: Any
    fits: str


FAMILIES = (
    Family(
        name=GIVEN, label=_("Nothing yet"),
        about=_("Feedback as it was given, kind by kind, to look at or to bring back in."),
        fits=r"^precept-(?!stay|uptake-pairs)",
    ),
    Family(
        name="rules", label=_("Principles"), about=_("Principles, and how they vote on pairs."),
        fits=r"principle|votes|icai|annotated|constitution|helpsteer3-principle",
    ),
    Family(
        name="steps", label=_("Steps and passages"),
        about=_("Process rewards, marked spans and masks: credit for a part of an answer."),
        fits=r"stepwise|-steps|step-|trajector|process|span|segment|mask|thought|iterater|prefix|tree|mcts|valued",
    ),
    Family(
        name="condition", label=_("Answers under feedback"),
        about=_("Feedback as words in the prompt: Chain of Hindsight, ALT, FCP, LeTI."),
        fits=r"^coh|^alt-|^fcp|^leti|^hir|conditional|^faft|relabel|^cut-",
    ),
    Family(
        name="critics", label=_("Critics"), about=_("Who finds the fault, or judges which answer is better."),
        fits=r"critiq|critic|verdict|^spark|-feedback$|edit-quality|acted-on|uptake-pairs|hard-negatives|pandalm",
    ),
    Family(
        name="repair", label=_("Self-correction"),
        about=_("From a first try to a better one: refinements, repairs, several turns."),
        fits=r"refine|repair|^self-|^ilf|^rltf|^rise|^score|turns|traces|reflect|retold|records|morepair|-edit$|dialogues|"
        r"^pit|^srpo|^evolve|^scl|correction",
    ),
    Family(
        name="binary", label=_("Good or bad"),
        about=_("One answer and a thumb: KTO, NFT. Both good and both bad count."),
        fits=r"kto|binary|nft|unpaired|gated",
    ),
    Family(
        name="imitate", label=_("Imitation"), about=_("Answers worth copying: chosen, rewritten, demonstrated. SFT."),
        fits=r"sft|completion|alpaca$|demonstrations|-openai$|oasst|best-of",
    ),
    Family(
        name="pairs", label=_("Preference"), about=_("Chosen over rejected: DPO, ORPO and reward models."),
        fits=r"preference|reward|dpo|orpo|pair|hh-rlhf|ultrafeedback|nemo-rl|axolotl-|argilla|intel|icr|ultra|c3po|stay",
    ),
    Family(
        name="prompts", label=_("Prompts"), about=_("Requests and hints alone, to sample from."),
        fits=r"prompts|hints|difficulty|distillation|egsr",
    ),
    Family(name=OTHER, label=_("Other research"), about=_("What single papers ask for."), fits=r""),
)  # fmt: skip
SHELVES = ("pairs", "binary", "imitate", "repair", "critics", "condition", "steps", "rules", "prompts", OTHER, GIVEN)
BY_NAME = {one.name: one for one in FAMILIES}


def family_of(one: Named) -> str:
    """The name of the shelf of a format."""
    return next(shelf.name for shelf in FAMILIES if re.search(shelf.fits, one.name))


def shelves(formats: Iterable[Any]) -> list[tuple[Family, list[Any]]]:
    """The shelves that hold something, each with its formats: the trainers' first, each trainer's together."""
    found: dict[str, list[Any]] = {name: [] for name in SHELVES}
    for one in formats:
        found[family_of(one)].append(one)
    return [(BY_NAME[name], sorted(rows, key=place_of)) for name, rows in found.items() if rows]


def place_of(one: Any) -> tuple[int, str]:
    """Trainers in the order people ask for them, then papers by name."""
    trainer = one.trainer or ("TRL" if one.name.startswith("trl-") else "")
    return (TRAINERS.index(trainer) if trainer in TRAINERS else len(TRAINERS), "" if trainer else one.name)
