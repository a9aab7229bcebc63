"""What to mind of a data set before it is trained on, worst first: found while its rows go by.

What moves results most is the data (Unpacking DPO and PPO): whether raters agree, by how much answers differ, whose
words they are. Pairs of earlier policies teach less than fresh ones (OAIF, RLHF Workflow), text of the simulated model
teaches nothing, a set without people's words feeds a model to itself (self-consuming models), and where the chosen one
is nearly always the longer, length is what is learned. It reads pieces as they are and asks no query.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

FEW, THIN = 100, 0.1
ALIKE, SLIGHT, LONGER, ONE_VOICE, STALE = 0.7, 0.5, 0.7, 0.8, 0.5
SEVERE, WARNING, NOTE = "severe", "warning", "note"
LABELS = ("label", "kto_tag")
ORDER = {SEVERE: 0, WARNING: 1, NOTE: 2}


@dataclass(frozen=True, kw_only=True)
class Caution:
    """One thing to mind: `code` says which, `level` how much, `share` of what it is true, `name` of whom."""

    code: str
    level: str
    share: float = 0.0
    name: str = ""
    n: int = 0


@dataclass
class Watch:
    """The tally behind the cautions."""

    rows: int = 0
    strengths: Counter[int | None] = field(default_factory=Counter)
    raters: Counter[str] = field(default_factory=Counter)
    rounds: Counter[int] = field(default_factory=Counter)
    models: Counter[str] = field(default_factory=Counter)
    labels: Counter[bool] = field(default_factory=Counter)
    taught_models: int = 0

    def take(self, piece: Any, line: Mapping[str, Any] | None = None) -> None:
        """Count a piece that makes a row, and what its line calls it, if that is good or bad."""
        self.rows += 1
        label = next((line[name] for name in LABELS if name in line), None) if line else None
        if isinstance(label, bool):
            self.labels[label] += 1
        for row, rater in rows_in(piece):
            self.raters[getattr(rater, "name", "")] += 1
            if hasattr(row, "strength"):
                self.strengths[None if row.strength is None else abs(row.strength)] += 1
        taught = getattr(piece, "chosen", None) or getattr(piece, "response", None)
        if taught is not None and taught.origin not in {"edited", "written"}:
            self.taught_models += 1
            self.models[taught.model or ""] += 1
            self.rounds[round_of(taught)] += 1

    def cautions(self, facets: Mapping[str, Any], *, newest_round: int = 0, answering: str = "") -> list[Caution]:
        """What is to be minded, the worst first. `answering` is the model that is going to be trained or asked."""
        if not self.rows:
            return []
        found = [
            *self.of_labels(),
            *self.of_agreement(facets),
            *self.of_margin(),
            *self.of_sources(facets),
            *self.of_policy(newest_round, answering),
        ]
        if self.rows < FEW:
            found.append(Caution(code="few", level=NOTE, n=self.rows))
        return sorted(found, key=lambda one: ORDER[one.level])

    def of_labels(self) -> list[Caution]:
        """Whether rows that are good or bad are of both kinds."""
        if len(self.labels) != 1:
            return []
        ((label, n),) = self.labels.items()
        return [Caution(code="all-good" if label else "all-bad", level=SEVERE, n=n)]

    def of_agreement(self, facets: Mapping[str, Any]) -> list[Caution]:
        """Whether several judged, and whether they agree."""
        several, alike = facets["agreement"]["judged_by_several"], facets["agreement"]["of_one_mind"]
        if several < THIN * self.rows:
            return [Caution(code="unconfirmed", level=WARNING, share=several / self.rows, n=several)]
        return [Caution(code="disagreement", level=WARNING, share=alike, n=several)] if alike < ALIKE else []

    def of_margin(self) -> list[Caution]:
        """Whether answers differ by more than a little."""
        asked = sum(count for strength, count in self.strengths.items() if strength is not None)
        if not self.strengths:
            return []
        if not asked:
            return [Caution(code="no-margin", level=NOTE)]
        slight = (self.strengths[1] + self.strengths[0]) / asked
        return [Caution(code="slight", level=WARNING, share=slight, n=asked)] if slight > SLIGHT else []

    def of_sources(self, facets: Mapping[str, Any]) -> list[Caution]:
        """Whose words they are, and who judged."""
        sources, longer = facets["sources"], facets["length"]["chosen_longer"]
        found = []
        if sources["simulated"]:
            found.append(Caution(code="simulated", level=SEVERE, share=sources["simulated"]))
        if sources["by_people"] < THIN and sources["by_models"] + sources["simulated"] > 0.5:
            found.append(Caution(code="unreal", level=WARNING, share=sources["by_people"]))
        name, most = max(self.raters.items(), key=lambda one: one[1], default=("", 0))
        if most > ONE_VOICE * sum(self.raters.values()) and self.rows >= 10:
            found.append(Caution(code="one-voice", level=NOTE, share=most / sum(self.raters.values()), name=name))
        if longer is not None and longer > LONGER:
            found.append(Caution(code="longer", level=WARNING, share=longer))
        return found

    def of_policy(self, newest_round: int, answering: str) -> list[Caution]:
        """Whether the answers are those of the policy at hand."""
        if not self.taught_models:
            return []
        found = []
        stale = sum(count for number, count in self.rounds.items() if number < newest_round) / self.taught_models
        if newest_round and stale > STALE:
            found.append(Caution(code="stale", level=WARNING, share=stale, n=newest_round))
        others = sum(count for model, count in self.models.items() if model != answering) / self.taught_models
        if answering and others > STALE:
            unknown = self.models[""] / self.taught_models
            found.append(Caution(code="off-policy", level=NOTE, share=others, name=answering, n=round(100 * unknown)))
        return found


def rows_in(piece: Any) -> list[tuple[Any, Any]]:
    """The rows of feedback behind a piece with their raters, as far as it has them at hand."""
    judgements = getattr(piece, "judgements", None)
    if judgements is not None:
        return [(one.row, one.rater) for one in judgements]
    row = getattr(piece, "row", None)
    rater = getattr(row, "rater", None)
    return [] if rater is None else [(row, rater)]


def round_of(response: Any) -> int:
    """The run that made a response, 0 for none; nothing is fetched for it."""
    step = at_hand(response, "produced_by")
    run = at_hand(step, "run")
    return int(run.number) if run is not None else 0


def at_hand(row: Any, name: str) -> Any:
    """What a row points at, when it has been fetched."""
    state = getattr(row, "_state", None)
    return state.fields_cache.get(name) if state is not None else getattr(row, name, None)
