"""What a project's feedback yields: what a useful record costs by form, and how its words are worded. Reads tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, Sum

from feedback.agreement.costs import FormCost, Record, costs
from feedback.agreement.rankings import wilson
from feedback.capture.wording import Diversity, diversity
from feedback.desk.listing import FORMATS, SOURCES
from feedback.models import Critique, Errand, ModelCall, Project

MOST = 5_000
WORDS_OF = 2_000
# What a model does on an errand, and the form of feedback it makes.
MADE_BY = {
    Errand.Kind.SUGGEST: "critique", Errand.Kind.SYNTHETIC_EDIT: "edit", Errand.Kind.FOLLOW_UPS: "follow-up",
}  # fmt: skip
# Which rows of a format teach something; the others cost the same time.
USEFUL = {
    "rating": Q(cannot_judge=False),
    "kudos": ~Q(informative=False),
    "critique": ~Q(informative=False),
    "preference": Q(outcome__in=["a", "b"]),
    "follow-up": ~Q(mark="none"),
}


def yields(project: Project) -> list[FormCost]:
    """What a useful record costs, by form, over the newest `MOST` records of each. Two queries a form and one more."""
    records = [record for name in FORMATS for record in records_of(project, name)]
    return costs(records, dollars_by_form(project))


def records_of(project: Project, name: str) -> Iterator[Record]:
    """The newest rows of one format, withdrawn and replaced ones too: they cost time and are of no use."""
    one = FORMATS[name]
    rows = one.table._default_manager.filter(one.which, project=project).order_by("-pk")
    numbers = list(rows.values_list("pk", "rater", "key", "submission", "seconds")[:MOST])
    lowest = numbers[-1][0] if numbers else 0
    standing: Any = one.table._default_manager.standing()  # type: ignore[attr-defined]
    of_use = standing.filter(one.which, USEFUL.get(name, Q()), project=project, pk__gte=lowest)
    useful = set(of_use.values_list("pk", flat=True))
    for number, rater, key, submission, seconds in numbers:
        sending = f"s{submission}" if submission else f"{rater}:{key.split(':')[0]}"
        yield Record(name, sending, seconds, number in useful)


def dollars_by_form(project: Project) -> dict[str, float]:
    """What models cost that were asked for feedback, as far as the price is known."""
    calls = ModelCall.objects.filter(project=project, errand__kind__in=list(MADE_BY), cost__isnull=False).order_by()
    found: dict[str, float] = {}
    for kind, spent in calls.values_list("errand__kind").annotate(spent=Sum("cost")):
        form = MADE_BY[Errand.Kind(kind)]
        found[form] = found.get(form, 0.0) + float(spent)
    return found


@dataclass(frozen=True)
class Wording:
    """How the comments of one source are worded: diversity, and shares that look forward or say something."""

    source: str
    diversity: Diversity
    tagged: int
    forward: int
    said: int
    informative: int

    @property
    def forward_bounds(self) -> tuple[float, float]:
        """The interval of the share that looks forward."""
        return wilson(self.forward, self.tagged)

    @property
    def informative_bounds(self) -> tuple[float, float]:
        """The interval of the share that says something."""
        return wilson(self.informative, self.said)

    @property
    def forward_share(self) -> float | None:
        """The share that says what to do."""
        return self.forward / self.tagged if self.tagged else None

    @property
    def informative_share(self) -> float | None:
        """The share that says something to act on."""
        return self.informative / self.said if self.said else None


def wordings(project: Project) -> list[Wording]:
    """The wording of comments, all together and by source, of the newest `WORDS_OF` each; simulated ones apart."""
    rows: Any = Critique.objects.standing().filter(project=project)  # type: ignore[attr-defined]
    found = [wording("all", rows.exclude(rater__kind="simulated"))]
    found += [wording(source, rows.filter(rater__kind__in=kinds)) for source, kinds in SOURCES.items()]
    return [one for one in found if one.diversity.comments]


def wording(source: str, rows: Any) -> Wording:
    """The wording of some comments."""
    texts = rows.order_by("-pk").values_list("text", "improve")[:WORDS_OF]
    counted = rows.order_by().aggregate(
        tagged=Count("pk", filter=~Q(looks="")), forward=Count("pk", filter=Q(looks__in=["forward", "both"])),
        said=Count("pk", filter=Q(informative__isnull=False)), informative=Count("pk", filter=Q(informative=True)),
    )  # fmt: skip
    return Wording(source, diversity(f"{text} {improve}" for text, improve in texts), **counted)
