"""Items of a queue one by one: what each rater said, side by side; a decision where they disagree; a known answer."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from feedback.capture.forms import form_of
from feedback.desk import queues as verbs
from feedback.desk.adjudication import Answer, answers_to, decide, disputes
from feedback.desk.filling import candidates_of
from feedback.desk.spread import gaps_of
from feedback.forms.settling import DecisionForm, GoldForm, outcome_of
from feedback.models import Project, QueueItem, Role
from feedback.models.feedback import Feedback
from feedback.projects.access import open_to
from feedback.web.answering import carried_out, page_of, person, show
from feedback.web.queues import queue_of
from feedback.web.thread import lines_of

ITEM = "queues/item.html"
KINDS = {"all": {}, "gold": {"gold__isnull": False}, "ordinary": {"gold__isnull": True}}


@open_to(Role.CURATOR)
@require_GET
def adjudication(request: HttpRequest, project: Project) -> HttpResponse:
    """Everything whose raters disagree, widest first."""
    found = page_of(request, disputes(project), size=50)
    return show(request, "queues/adjudication.html", "disputes", {"disputes": found})


@open_to(Role.CURATOR)
@require_GET
def queue_items(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """The items of a queue with their places."""
    queue = queue_of(project, number)
    which = request.GET.get("which", "all")
    rows = queue.items.filter(**KINDS.get(which, {})).select_related("example").prefetch_related("slots__rater")
    items = page_of(request, rows.order_by("pk"), size=50)
    gaps = gaps_of(queue, [item.pk for item in items])
    lines = [(item, gaps.get(item.pk)) for item in items]
    return render(request, "queues/items.html", {"queue": queue, "page": items, "lines": lines, "which": which})


@open_to(Role.CURATOR)
def queue_item(request: HttpRequest, project: Project, number: int, id: int) -> HttpResponse:  # noqa: A002
    """All answers to one item side by side; posted to, the curator's decision."""
    item = item_of(project, number, id)
    version, definition = form_of(project)
    form = DecisionForm(item, definition, request.POST or None, initial=settled(item))
    if request.method != "POST":
        return render(request, ITEM, sight(project, item, form))
    rows = carried_out(
        form,
        lambda said: decide(item, form.decision(), by=person(request), key=said["key"], form_version=version),
    )
    if rows is None:
        return render(request, ITEM, sight(project, item, form), status=422)
    messages.success(request, _("Decided."))
    left = next((one for one in disputes(project) if one.item.pk != item.pk), None)
    return redirect("queue_item", project.slug, left.item.queue.number, left.item.pk) if left else redirect(
        "adjudication", project.slug
    )  # fmt: skip


@open_to(Role.CURATOR)
@require_POST
def mark_gold(request: HttpRequest, project: Project, number: int, id: int) -> HttpResponse:  # noqa: A002
    """Give an item a known answer, or take it away (`none`)."""
    item = item_of(project, number, id)
    form = GoldForm(item, form_of(project)[1], request.POST)
    if request.POST.get("none"):
        verbs.unmark_gold(item, by=person(request))
        return redirect("queue_item", project.slug, number, id)
    done = carried_out(form, lambda said: verbs.mark_gold(
        item, answer=form.answer(), explanation=said["explanation"], is_check=said["is_check"], by=person(request)
    ))  # fmt: skip
    if done is None:
        return render(request, ITEM, {**sight(project, item, None), "gold_form": form}, status=422)
    messages.success(request, _("Its answer is known now; it is mixed in at the queue's rate."))
    return redirect("queue_item", project.slug, number, id)


def item_of(project: Project, number: int, item: int) -> QueueItem:
    """An item of a queue of the project."""
    rows = QueueItem.objects.select_related("queue__project", "example", "response_a", "response_b")
    return get_object_or_404(rows, queue__project=project, queue__number=number, pk=item)


def sight(project: Project, item: QueueItem, form: DecisionForm | None) -> dict[str, Any]:
    """All that an item's page shows."""
    definition = form_of(project)[1]
    answers = answers_to(item)
    gold = GoldForm(item, definition)
    if not item.gold:
        propose(gold, answers)
    return {
        "item": item,
        "queue": item.queue,
        "example": item.example,
        "responses": list(zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", candidates_of(item), strict=False)),
        "answers": answers,
        "decided": lines_of(project, [row for one in answers if one.is_decision for row in decisions_in(one)]),
        "places": list(item.slots.select_related("rater", "reserved_for")),
        "skips": list(item.skips.select_related("rater").filter(returned_at=None)),
        "gap": gaps_of(item.queue, [item.pk]).get(item.pk),
        "form": form or DecisionForm(item, definition, initial=settled(item)),
        "gold_form": gold,
        "labels": {aspect.name: aspect for aspect in definition.aspects},
    }


def decisions_in(answer: Answer) -> list[Feedback]:
    """The rows of a decision that a principle may be drafted from."""
    return [*answer.ratings, *answer.preferences, *answer.rankings]


def settled(item: QueueItem) -> dict[str, Any]:
    """A fresh key, and the decision that stands."""
    found: dict[str, Any] = {"key": str(uuid.uuid4())}
    for answer in answers_to(item):
        if answer.is_decision:
            found |= {f"score-{row.aspect}": row.score for row in answer.ratings}
            found["answer"] = next(map(outcome_of, answer.preferences), "")
            found |= {f"place-{p.response_id}": p.place for row in answer.rankings for p in row.places.all()}
            why = [row.shown.get("why", "") for row in answer.ratings] + [row.reason for row in answer.preferences]
            found["reason"] = next(filter(None, why), "")
    return found


def propose(form: GoldForm, answers: list[Answer]) -> None:
    """Tick what the curator decided, as a first answer."""
    for answer in answers:
        if answer.is_decision:
            for row in answer.ratings:
                tick(form, f"scores-{row.aspect}", row.score)
            for preference in answer.preferences:
                tick(form, "outcomes", preference.outcome)
            for place in (one for ranking in answer.rankings for one in ranking.places.all() if one.place == 1):
                tick(form, "best", place.response_id)


def tick(form: GoldForm, name: str, value: Any) -> None:
    """One answer that counts."""
    if name in form.fields and value is not None:
        form.fields[name].initial = [*(form.fields[name].initial or []), str(value)]
