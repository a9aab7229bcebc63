"""What to ask next about examples, from what stands in the tables: reads what `routing` needs, for many at once.

Counted is what people, imported raters and model judges said; simulated raters are not. Reactions and ratings of one
turn or of somebody's words say nothing of the answer as a whole and are left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from feedback.desk.candidates import MADE_UP
from feedback.desk.filling import Filling
from feedback.desk.routing import Attempt, Known, Route, route
from feedback.errors import Refused
from feedback.models import (
    Critique,
    Demonstration,
    Edit,
    Errand,
    Example,
    Hint,
    Preference,
    Project,
    Queue,
    Rater,
    Rating,
    Response,
    Split,
)

COUNTED = (Rater.Kind.PERSON, Rater.Kind.IMPORTED, Rater.Kind.JUDGE)
ATTEMPTS = (Response.Origin.IMPORTED, Response.Origin.GENERATED, Response.Origin.REFINED)
CRITICISED = 0.35  # what a critique without a score says of an answer, and kudos the other way round
PRAISED = 0.85
BATCH = 500
AT_MOST = 5000
QUEUES = {
    "response": Queue.Asks.RESPONSE, "critique": Queue.Asks.RESPONSE, "edit": Queue.Asks.RESPONSE,
    "preference": Queue.Asks.PAIR, "hint": Queue.Asks.DEMONSTRATION, "demonstration": Queue.Asks.DEMONSTRATION,
}  # fmt: skip
Pair = tuple[int, int]


@dataclass
class Heard:
    """What was said about the answers of one example, while it is read."""

    scores: dict[int, list[float]] = field(default_factory=lambda: defaultdict(list))
    outcomes: dict[Pair, list[str]] = field(default_factory=lambda: defaultdict(list))
    rated: set[tuple[int, int]] = field(default_factory=set)
    criticised: set[int] = field(default_factory=set)
    rewritten: set[int] = field(default_factory=set)
    attempts: list[tuple[int, bool]] = field(default_factory=list)
    hints: int = 0
    demonstrations: int = 0

    def known(self) -> Known:
        """As the router takes it."""
        ids = {id_ for id_, _ in self.attempts}
        among = {pair: found for pair, found in self.outcomes.items() if ids.issuperset(pair)}
        return Known(
            attempts=tuple(Attempt(id=id_, scores=tuple(self.scores[id_]), hinted=hinted)
                           for id_, hinted in self.attempts),
            undecided=tuple(pair for pair, found in among.items() if is_undecided(found)),
            compared=tuple(among), criticised=frozenset(self.criticised), rewritten=frozenset(self.rewritten),
            hints=self.hints, demonstrations=self.demonstrations,
        )  # fmt: skip


def routes_of(project: Project, examples: Iterable[int]) -> dict[int, Route]:
    """What to ask next about each of these examples (ids). Eight queries for each five hundred."""
    found: dict[int, Route] = {}
    left = iter(examples)
    while some := list(islice(left, BATCH)):
        found |= {example: route(heard.known()) for example, heard in heard_of(project, some).items()}
    return found


def route_of(example: Example) -> Route:
    """What to ask next about one example."""
    return routes_of(example.project, [example.pk])[example.pk]


def sorted_out(project: Project, *, at_most: int = AT_MOST) -> dict[str, list[tuple[int, Route]]]:
    """What is to be asked next about the first so many examples that are not held out: {ask: [(number, route)]}, the
    least certain first."""
    rows = Example.objects.filter(project=project).exclude(split=Split.HOLDOUT).order_by("number")
    numbers = dict(rows.values_list("pk", "number")[:at_most])
    found: dict[str, list[tuple[int, Route]]] = defaultdict(list)
    for id_, one in routes_of(project, numbers).items():
        found[one.ask].append((numbers[id_], one))
    return {ask: sorted(those, key=lambda each: (each[1].certainty, each[0])) for ask, those in found.items()}


def filling_for(ask: str, routes: Sequence[tuple[int, Route]]) -> tuple[str, Filling]:
    """What kind of queue asks this, and what goes into it. Raises `Refused` for what no queue asks."""
    if ask not in QUEUES:
        raise Refused("Nobody has to be asked about these.")
    about = {response for _, one in routes for response in one.about}
    return QUEUES[ask], Filling(numbers=tuple(number for number, _ in routes), responses=tuple(sorted(about)))


def heard_of(project: Project, examples: Sequence[int]) -> dict[int, Heard]:
    """All that was said about the answers of these examples."""
    heard = {example: Heard() for example in examples}
    hinted = set(
        Errand.objects.filter(project=project, kind=Errand.Kind.HINTED, example__in=examples, result__isnull=False)
        .values_list("result", flat=True)
    )  # fmt: skip
    responses = attempts_at(examples)
    for id_, example in responses.values_list("pk", "example"):
        heard[example].attempts.append((id_, id_ in hinted))
    hear_ratings(heard, examples)
    hear_words(heard, examples)
    hear_preferences(heard, examples)
    for kind, name in ((Hint, "hints"), (Demonstration, "demonstrations")):
        for example in standing(kind).filter(example__in=examples).values_list("example", flat=True):
            setattr(heard[example], name, getattr(heard[example], name) + 1)
    for example, response in (
        standing(Edit).filter(response__example__in=examples).values_list("response__example", "response")
    ):
        heard[example].rewritten.add(response)
    return heard


def attempts_at(examples: Sequence[int]) -> Any:
    """Answers to the examples themselves; not what came of a talk, nor whole dialogues."""
    rows = Response.objects.filter(example__in=examples, origin__in=ATTEMPTS, turns__isnull=True)
    return rows.exclude(origin=Response.Origin.GENERATED, parent__isnull=False).order_by("pk")


def hear_ratings(heard: dict[int, Heard], examples: Sequence[int]) -> None:
    """Scores, brought to 0 to 1; of one rater on one answer the mean of the aspects."""
    rows = standing(Rating).filter(
        response__example__in=examples, cannot_judge=False, turn__isnull=True, critique__isnull=True
    )
    found: dict[tuple[int, int, int], list[float]] = defaultdict(list)
    said = rows.exclude(aspect="reaction").values_list("response__example", "response", "rater", "score", "scale")
    for example, response, rater, score, scale in said:
        found[example, response, rater].append((score - 1) / (scale - 1))
    for (example, response, rater), scores in found.items():
        heard[example].scores[response].append(sum(scores) / len(scores))
        heard[example].rated.add((response, rater))


def hear_words(heard: dict[int, Heard], examples: Sequence[int]) -> None:
    """Kudos and critiques of raters who gave no score."""
    rows = standing(Critique).filter(response__example__in=examples, scope__in=["response", "dialogue"])
    for example, response, rater, polarity in rows.values_list("response__example", "response", "rater", "polarity"):
        one = heard[example]
        if polarity == Critique.Polarity.CRITIQUE:
            one.criticised.add(response)
        if (response, rater) not in one.rated:
            one.rated.add((response, rater))
            one.scores[response].append(PRAISED if polarity == Critique.Polarity.KUDOS else CRITICISED)


def hear_preferences(heard: dict[int, Heard], examples: Sequence[int]) -> None:
    """Outcomes by pair, the lower id first; both good and both bad are words on each of the two."""
    rows = standing(Preference).filter(response_a__example__in=examples)
    said = rows.values_list("response_a__example", "response_a", "response_b", "rater", "outcome")
    for example, a, b, rater, outcome in said:
        one = heard[example]
        turned = {"a": "b", "b": "a"} if a > b else {}
        one.outcomes[min(a, b), max(a, b)].append(turned.get(outcome, outcome))
        for response in (a, b):
            if outcome in {"both-good", "both-bad"} and (response, rater) not in one.rated:
                one.scores[response].append(1.0 if outcome == "both-good" else 0.0)


def is_undecided(outcomes: Sequence[str]) -> bool:
    """Whether raters found both sides better, or most found no difference."""
    first, second = outcomes.count("a"), outcomes.count("b")
    return bool(first and second and abs(first - second) < 2) or outcomes.count("tie") > first + second


def standing(kind: Any) -> Any:
    """What stands of a kind and counts here."""
    return kind.objects.standing().filter(rater__kind__in=COUNTED).exclude(protocol__in=MADE_UP).order_by("pk")
