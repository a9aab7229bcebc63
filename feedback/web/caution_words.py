"""What to mind of a data set, in sentences; and its figures in a line each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from feedback.datasets.cautions import Caution
from feedback.datasets.outlook import Outlook

SENTENCES: dict[str, tuple[Any, Any]] = {
    "simulated": (
        lazy("%(share)s of the rows teach text of the simulated model."),
        lazy("It is no language model: do not train on these."),
    ),
    "unreal": (
        lazy("Of what is taught, people wrote %(share)s."),
        lazy("Trained on in rounds, a model feeds on itself and its curators' taste grows; keep some real text in."),
    ),
    "all-good": (
        lazy("All %(n)s rows are good ones."),
        lazy("KTO learns from good and bad beside each other: have some answers found bad first, or imitate."),
    ),
    "all-bad": (
        lazy("All %(n)s rows are bad ones."),
        lazy("KTO learns from good and bad beside each other: have some answers found good first."),
    ),
    "unconfirmed": (
        lazy("%(n)s were judged by more than one rater."),
        lazy("How far people agree is unknown, so nobody can say how much of this is noise."),
    ),
    "disagreement": (
        lazy("Of %(n)s judged by several, they were of one mind about %(share)s."),
        lazy("Ask for agreement when freezing a snapshot, or have them settled under Disagreements."),
    ),
    "no-margin": (
        lazy("Nobody said how much better the better one is."),
        lazy("Margins are unknown: a reward model learns only the order."),
    ),
    "slight": (
        lazy("%(share)s of the preferences are slight or none."),
        lazy("Pairs far apart teach more; a snapshot can ask for strength 2 and more."),
    ),
    "longer": (
        lazy("In %(share)s of the pairs the chosen answer is the longer one."),
        lazy("A model may learn length. Look at the numbers before training."),
    ),
    "one-voice": (
        lazy("%(share)s of the judgements are by one rater, %(name)s."),
        lazy("It is that rater's taste which is learned."),
    ),
    "stale": (
        lazy("%(share)s of the answers were made before run %(n)s, the newest."),
        lazy("Pairs of earlier policies teach less than fresh ones."),
    ),
    "off-policy": (
        lazy("%(share)s of the answers were not written by %(name)s."),
        lazy("For methods that learn from their own policy these are off-policy."),
    ),
    "few": (
        lazy("Only %(n)s rows so far."),
        lazy("Enough to see that a trainer runs, not to train."),
    ),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Warned:
    """A caution as it is shown: what is the case, and why it matters."""

    level: str
    case: str
    why: Any


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A figure with its name, and what stands small beside it."""

    label: Any
    value: str
    beside: str = ""


def in_words(one: Caution) -> Warned:
    """A caution in two sentences."""
    case, why = SENTENCES[one.code]
    return Warned(
        level=one.level, case=str(case) % {"share": percent(one.share), "name": one.name, "n": one.n}, why=why
    )


def figures_of(look: Outlook) -> list[Figure]:
    """The figures one looks at first: agreement, margin, sources; then quality, diversity, complexity, length."""
    return facet_figures(look.facets)


def facet_figures(facets: Mapping[str, Any]) -> list[Figure]:
    """The facets as figures."""
    if not facets.get("rows"):
        return []
    agreement, sources, length = facets["agreement"], facets["sources"], facets["length"]
    several = _("of %(n)d judged by several") % {"n": agreement["judged_by_several"]}
    return [
        Figure(label=_("Of one mind"), value=percent(agreement["of_one_mind"]), beside=several),
        Figure(label=_("Clear choice"), value=share_of(facets["quality"]["mean"]), beside=_("0 none, 1 all surely")),
        Figure(label=_("People's words"), value=percent(sources["by_people"]), beside=mix(sources)),
        Figure(label=_("Diversity"), value=share_of(facets["diversity"]), beside=_("0 all alike, 1 all different")),
        Figure(label=_("Complexity"), value=whole(facets["complexity"]["median"]), beside=_("bytes, packed")),
        Figure(label=_("Length"), value=whole(length["median"]), beside=spread(length)),
        Figure(label=_("Duplicates"), value=percent(facets["duplicates"])),
    ]  # fmt: skip


def mix(sources: dict[str, Any]) -> str:
    """The other sources."""
    names = (("by_models", _("models")), ("simulated", _("simulated")), ("unknown", _("unknown")))
    return ", ".join(f"{name} {percent(sources[key])}" for key, name in names if sources[key])


def spread(length: dict[str, Any]) -> str:
    """Where nine tenths of the lengths lie."""
    return _("words; most %(low)s to %(high)s") % {"low": whole(length["low"]), "high": whole(length["high"])}


def percent(part: float | None) -> str:
    """A share in whole percent."""
    return "–" if part is None else f"{part * 100:.0f}\u00a0%"


def share_of(part: float | None) -> str:
    """A figure between 0 and 1."""
    return "–" if part is None else f"{part:.2f}"


def whole(number: float | None) -> str:
    """A whole number."""
    return "–" if number is None else f"{number:.0f}"
