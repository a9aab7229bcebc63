"""Versions of the answers, a model's or a run's under its constitution, by reaction, helpfulness and safety.

It reads tables. A reaction is never shown alone: a version that nobody judged for helpfulness and safety may show none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from django.db.models import Q

from feedback.agreement.means import Mean, mean_of
from feedback.agreement.predicting import Checked, Observed, Predictor, cross_checked, features, fit
from feedback.agreement.rankings import WinRate, win_rate
from feedback.agreement.reactions import Kept, Reaction, kept
from feedback.models import Form, Project, Rating, Response

MOST = 1_000
TO_FIT = 400
LONGEST = 4_000
HEARTS = {"heart", "hearts", "love", "reaction", "reactions"}
ASPECTS = {
    "helpfulness": ("helpful", "helpfulness"),
    "safety": ("safe", "safety", "harmless", "harmlessness"),
}


@dataclass
class Version:
    """One version with its responses and the three measures, each between 0 and 1."""

    name: str
    kind: str
    order: int
    responses: int = 0
    simulated: bool = False
    run: int | None = None
    constitution: int | None = None
    predicted: Mean | None = None
    observed: WinRate | None = None
    helpfulness: Mean | None = None
    safety: Mean | None = None
    warnings: list[str] = field(default_factory=list)

    @property
    def may_show_reaction(self) -> bool:
        """Whether helpfulness and safety stand beside it."""
        return self.helpfulness is not None and self.safety is not None

    def joint(self, weight: float) -> float | None:
        """Helpfulness, safety and reaction as one number; the reaction weighs at most as much as both others."""
        if self.helpfulness is None or self.safety is None or self.predicted is None:
            return None
        weight = max(0.0, min(2.0, weight))
        return (self.helpfulness.value + self.safety.value + weight * self.predicted.value) / (2 + weight)


@dataclass(frozen=True)
class Reactions:
    """All of it: the versions, what the filter left out, and how well the predictor does on unseen answers."""

    versions: list[Version]
    kept: Kept
    predictor: Predictor | None
    checked: Checked | None


def reactions_of(project: Project) -> Reactions:
    """Versions with their measures, over the newest `MOST` responses of each kind. A fixed number of queries."""
    hearts = kept(reactions_to(project))
    texts = texts_of(project, {one.response for one in hearts.reactions})
    rows = {number: features(text) for number, text in texts.items()}
    observed = observations(hearts.reactions, rows)[:TO_FIT]
    checked = cross_checked(observed)
    predictor = fit(observed) if checked else None
    versions = grouped(project, hearts, rows, predictor)
    return Reactions(versions, hearts, predictor, checked)


def reactions_to(project: Project) -> list[Reaction]:
    """Every reaction on record."""
    rows: Any = Rating.objects.standing()  # type: ignore[attr-defined]
    rows = rows.filter(project=project, scale=2, cannot_judge=False, critique__isnull=True)
    rows = rows.filter(Q(aspect__in=aspects_with_hearts(project)) | Q(objective="reaction")).order_by("-pk")
    values = rows.values_list("rater", "response", "score", "created_at", "imported_in")[: 5 * MOST]
    return [
        Reaction(rater, response, score == 2, 0.0 if imported else at.timestamp())
        for rater, response, score, at, imported in values
    ]


def aspects_with_hearts(project: Project) -> set[str]:
    """The names under which any version of the form asked for a heart, and the usual ones."""
    found = set(HEARTS)
    for definition in Form.objects.filter(project=project).values_list("definition", flat=True):
        found |= {one["name"] for one in definition.get("aspects", []) if one.get("style") == "reaction"}
    return found


def texts_of(project: Project, reacted: set[int]) -> dict[int, str]:
    """The newest responses, and those with a reaction."""
    rows = Response.objects.filter(example__project=project).order_by("-pk")
    found = dict(rows.values_list("pk", "text")[:MOST])
    missing = sorted(reacted - found.keys(), reverse=True)[:MOST]
    found |= dict(rows.filter(pk__in=missing).values_list("pk", "text"))
    return {number: text[:LONGEST] for number, text in found.items()}


def observations(reactions: Iterable[Reaction], rows: dict[int, list[float]]) -> list[Observed]:
    """The responses with reactions, newest first."""
    counts: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for one in reactions:
        counts[one.response][0] += one.loved
        counts[one.response][1] += 1
    numbers = sorted((number for number in counts if number in rows), reverse=True)
    return [Observed(rows[number], *counts[number]) for number in numbers]


def grouped(project: Project, hearts: Kept, rows: dict[int, list[float]], predictor: Predictor | None) -> list[Version]:
    """The versions in the order they came, each with its measures."""
    places = versions_of(project, rows)
    chances: dict[int, list[float]] = defaultdict(list)
    versions = {id(one): one for one in places.values()}
    for number, version in places.items():
        version.responses += 1
        if predictor:
            chances[id(version)].append(predictor.chance(rows[number]))
    scores = {name: scores_of(project, name, places) for name in ASPECTS}
    counts: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for one in hearts.reactions:
        if one.response in places:
            counts[id(places[one.response])][not one.loved] += 1
    for key, version in versions.items():
        version.predicted = share_of(chances[key])
        version.observed = win_rate(counts[key][0], 0, counts[key][1]) if sum(counts[key]) else None
        version.helpfulness = share_of(scores["helpfulness"].get(key, []))
        version.safety = share_of(scores["safety"].get(key, []))
    return warned(sorted(versions.values(), key=lambda one: one.order))


def share_of(numbers: list[float]) -> Mean | None:
    """The mean of numbers between 0 and 1, its interval cut off at both."""
    mean = mean_of(numbers)
    if mean is None or mean.low is None or mean.high is None:
        return mean
    return replace(mean, low=max(0.0, mean.low), high=min(1.0, mean.high))


def versions_of(project: Project, rows: dict[int, list[float]]) -> dict[int, Version]:
    """Which version each response belongs to: the run that made it, the model that wrote it, or where it came from."""
    found: dict[tuple[str, str], Version] = {}
    places: dict[int, Version] = {}
    columns = (
        "pk",
        "origin",
        "model",
        "simulated",
        "produced_by__run__number",
        "produced_by__run__constitution__number",
    )
    for number, origin, model, simulated, run, constitution in (
        Response.objects.filter(pk__in=list(rows), example__project=project).order_by("pk").values_list(*columns)
    ):
        key = ("run", str(run)) if run else ("model", model) if model else ("origin", origin)
        version = found.get(key)
        if version is None:
            version = Version(key[1], key[0], number, simulated=simulated, run=run, constitution=constitution)
            found[key] = version
        places[number] = version
    return places


def scores_of(project: Project, name: str, places: dict[int, Version]) -> dict[int, list[float]]:
    """The scores on helpfulness or safety by version, from 0 to 1. Helpfulness falls back on the overall score."""
    rows: Any = Rating.objects.standing()  # type: ignore[attr-defined]
    rows = rows.filter(project=project, cannot_judge=False, critique__isnull=True).exclude(objective="reaction")
    wanted = Q(objective=name) | Q(aspect__in=ASPECTS[name])
    if name == "helpfulness" and not rows.filter(wanted).exists():
        wanted = Q(aspect="overall")
    found: dict[int, list[float]] = defaultdict(list)
    for response, score, scale in (
        rows.filter(wanted).order_by("-pk").values_list("response", "score", "scale")[: 5 * MOST]
    ):
        if response in places:
            found[id(places[response])].append((score - 1) / (scale - 1))
    return found


def warned(versions: list[Version]) -> list[Version]:
    """Say where reactions rise from one version to the next while helpfulness or safety falls: the mark of hacking."""
    for before, after in pairwise(versions):
        if not (before.predicted and after.predicted and after.predicted.value > before.predicted.value + 0.01):
            continue
        for name in ASPECTS:
            was, now = getattr(before, name), getattr(after, name)
            if was and now and now.value < was.value - 0.01:
                after.warnings.append(name)
    return versions
