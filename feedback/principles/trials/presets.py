"""Settings of the ICAI pipeline: those of its paper, experiment by experiment, those its repository starts with, ours.

`prompts` propose `rules` each for every pair; `groups` is how many groups the proposals are put into; `repeats` of each
vote count by `how`; a principle has to be right in `least_right` of all pairs; `final` is how many remain. `flipped`
and `drawn` say whether the constitution is also tried the wrong way round, and beside as many candidates drawn at
random. The paper's models and data are not part of a preset.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from feedback.principles.tallies import UNANIMOUS


@dataclass(frozen=True, kw_only=True)
class Preset:
    """One set of settings, with what it is called and where it is from."""

    label: Any
    told: Any
    prompts: tuple[str, ...] = ("propose_rules", "propose_bad_traits")
    rules: int = 2
    groups: int = 40
    repeats: int = 3
    how: str = UNANIMOUS
    least_right: float = 0.1
    final: int | None = 5
    again: float = 1.5
    flipped: bool = False
    drawn: bool = False
    at_most: int | None = None

    @property
    def settings(self) -> dict[str, Any]:
        """As a trial's parameters."""
        given = asdict(self)
        return {name: given[name] for name in given if name not in {"label", "told"}} | {"prompts": list(self.prompts)}


PRESETS: dict[str, Preset] = {
    "ours": Preset(
        label=_("Ours"), told=_("Two ways of proposing, 20 groups, two votes a pair with sides swapped, five remain"),
        groups=20, repeats=2, flipped=True, drawn=True,
    ),
    "paper-synthetic": Preset(
        label=_("Paper: synthetic"), told=_("Two prompts with two rules each, 40 groups, five remain")
    ),
    "paper-alpacaeval": Preset(
        label=_("Paper: AlpacaEval"), told=_("As synthetic with 80 groups"), groups=80, at_most=65
    ),
    "paper-arena": Preset(
        label=_("Paper: Arena users"), told=_("One prompt, 20 groups, three remain, hardly a minimum of pairs"),
        prompts=("propose_rules",), groups=20, final=3, least_right=0.01,
    ),
    "paper-prism": Preset(label=_("Paper: PRISM"), told=_("160 groups, 1,000 pairs"), groups=160, at_most=1000),
    "paper-hh": Preset(label=_("Paper: HH"), told=_("160 groups, 100 pairs"), groups=160, at_most=100),
    "repository": Preset(
        label=_("The repository's defaults"), told=_("One prompt with three rules, three groups, all remain (v0.4.8)"),
        prompts=("propose_rules",), rules=3, groups=3, final=None,
    ),
}  # fmt: skip
