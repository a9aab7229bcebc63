"""Items whose raters disagree, for a curator who sees all answers side by side and decides.

The decision is one more row of feedback, of the protocol "adjudication": nothing that raters said is changed by it. It
carries in `shown` which item it settles and which answers were seen. How far apart raters are, `spread` says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef

from feedback.capture.preferences import record_preference
from feedback.capture.rankings import record_ranking
from feedback.capture.ratings import record_rating
from feedback.desk.queues import may_curate
from feedback.desk.spread import ADJUDICATION, gaps_of
from feedback.errors import Refused
from feedback.models import (
    Critique,
    Edit,
    Preference,
    Project,
    Queue,
    QueueItem,
    Ranking,
    Rater,
    Rating,
    Response,
    Slot,
    Span,
    User,
)
from feedback.models.feedback import Feedback


@dataclass(frozen=True)
class Dispute:
    """An item whose raters are this far apart."""

    item: QueueItem
    gap: float


@dataclass
class Answer:
    """All that one rater said of an item."""

    rater: Rater
    ratings: list[Rating] = field(default_factory=list)
    critiques: list[Critique] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    edits: list[Edit] = field(default_factory=list)
    preferences: list[Preference] = field(default_factory=list)
    rankings: list[Ranking] = field(default_factory=list)
    is_decision: bool = False


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What a curator decides: scores by aspect (score, scale), an outcome, or places by response; and why."""

    scores: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    outcome: str = ""
    strength: int | None = None
    places: Mapping[Response, int] = field(default_factory=dict)
    reason: str = ""


def disputes(project: Project, *, queue: Queue | None = None) -> list[Dispute]:
    """Finished items whose raters disagree beyond their queue's threshold and that nobody decided; widest first.

    Some five queries a queue. An item is finished when none of its places is left.
    """
    found: list[Dispute] = []
    for one in [queue] if queue else Queue.objects.filter(project=project).order_by("number"):
        far = {item: gap for item, gap in gaps_of(one).items() if gap >= one.disagreement and gap > 0}
        if far:
            rows = undecided(one).filter(pk__in=far).select_related("queue", "example", "response_a", "response_b")
            found += [Dispute(item, far[item.pk]) for item in rows]
    return sorted(found, key=lambda one: (-one.gap, one.item.pk))


def undecided(queue: Queue) -> Any:
    """Items without an open place that nobody has decided."""
    open_places = Slot.objects.filter(item=OuterRef("pk")).exclude(state=Slot.State.DONE)
    rows = queue.items.filter(~Exists(open_places), gold__isnull=True)
    return rows.filter(*[~Exists(kind) for kind in decisions_on(OuterRef)])


def decisions_on(ref: Any) -> list[Any]:
    """Standing decisions on an item of which `ref` gives the columns."""
    by = {"protocol": ADJUDICATION}
    return [
        Rating.objects.standing().filter(response=ref("response_a"), **by),
        Preference.objects.standing().filter(response_a=ref("response_a"), response_b=ref("response_b"), **by),
        Ranking.objects.standing().filter(example=ref("example"), **by),
    ]


def answers_to(item: QueueItem) -> list[Answer]:
    """What each rater said of an item, curators' decisions last. At most eight queries, whatever there is."""
    raters = Rater.objects.filter(slots__item=item, slots__state=Slot.State.DONE).select_related("user")
    answers = {rater.pk: Answer(rater) for rater in raters.order_by("slots__done_at")}
    decided: dict[int, Answer] = {}
    for name, rows in said_of(item):
        for row in rows:
            if row.protocol == ADJUDICATION:
                answer = decided.setdefault(row.rater_id, Answer(row.rater, is_decision=True))
            else:
                answer = answers.get(row.rater_id)  # type: ignore[assignment]
            if answer is not None:
                getattr(answer, name).append(row)
    return [*answers.values(), *decided.values()]


def said_of(item: QueueItem) -> list[tuple[str, Any]]:
    """The standing feedback on an item, by kind."""
    sides = [one for one in (item.response_a_id, item.response_b_id) if one]
    found: list[tuple[str, Any]] = []
    if sides:
        for name, kind in (("ratings", Rating), ("critiques", Critique), ("spans", Span), ("edits", Edit)):
            rows: Any = kind._default_manager.standing().filter(response__in=sides).select_related("rater")  # type: ignore[attr-defined]
            found.append((name, rows.select_related("rater", "result") if kind is Edit else rows))
    if item.response_b_id:
        rows = Preference.objects.standing().filter(response_a__in=sides, response_b__in=sides)
        found.append(("preferences", rows.select_related("rater")))
    if not sides:
        rows = Ranking.objects.standing().filter(example=item.example_id).select_related("rater")
        found.append(("rankings", rows.prefetch_related("places__response")))
    return found


@transaction.atomic
def decide(item: QueueItem, decision: Decision, *, by: User, key: str, form_version: int = 1) -> list[Feedback]:
    """Record a curator's decision on an item. A second one by the same person replaces their first.

    Raises `Refused` when nothing that settles it was said.
    """
    may_curate(item.queue.project, by)
    shown = {"item": item.pk, "answers": seen(item)}
    how: dict[str, Any] = {"by": by, "protocol": ADJUDICATION, "form_version": form_version, "shown": shown}
    if item.queue.asks == Queue.Asks.RESPONSE and decision.scores and item.response_a:
        return scored(item.response_a, decision, key, how)
    if item.queue.asks == Queue.Asks.PAIR and decision.outcome and item.response_a and item.response_b:
        old = own(Preference, by, response_a=item.response_a, response_b=item.response_b)
        words = {"outcome": decision.outcome, "strength": decision.strength, "reason": decision.reason}
        return [record_preference(item.response_a, item.response_b, **words, key=key, replaces=old, **how)]
    if item.queue.asks == Queue.Asks.RANKING and decision.places:
        old = own(Ranking, by, example=item.example)
        return [record_ranking(item.example, decision.places, reason=decision.reason, key=key, replaces=old, **how)]
    raise Refused("Nothing was decided yet. Choose what counts, then keep it.")


def scored(response: Response, decision: Decision, key: str, how: dict[str, Any]) -> list[Feedback]:
    """A rating for each aspect; why is kept with what was shown."""
    shown = {**how["shown"], "why": decision.reason} if decision.reason else how["shown"]
    rows: list[Feedback] = []
    for aspect, (score, scale) in decision.scores.items():
        old = own(Rating, how["by"], response=response, aspect=aspect)
        given = {**how, "shown": shown, "key": f"{key}:{aspect}"[:80], "replaces": old}
        rows.append(record_rating(response, score=score, scale=scale, aspect=aspect, **given))
    return rows


def own(kind: Any, by: User, **about: Any) -> Any:
    """The person's standing decision of a kind."""
    return kind.objects.standing().filter(rater__user=by, protocol=ADJUDICATION, **about).order_by("pk").last()


def seen(item: QueueItem) -> list[list[Any]]:
    """The answers that were on the page: [kind, id] of each."""
    return [[name.rstrip("s"), row.pk] for name, rows in said_of(item) for row in rows if row.protocol != ADJUDICATION]
