"""Two responses side by side: which is better, and how much. Blind, in an order of each person's own."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse

from feedback.capture.preferences import record_preference
from feedback.desk.queue import Order, next_pair, order_for, pair_progress
from feedback.errors import Refused
from feedback.forms.judging import PairForm, as_answer
from feedback.models import Preference, Project, Response, Role
from feedback.projects.access import open_to
from feedback.web.answering import carried_out, person, show
from feedback.web.asked import Asked, ask, open_seal
from feedback.web.skipping import forget, skip, skipped_pairs
from feedback.web.thread import lines_of

PAGE = "pairs/pair.html"
PROTOCOL = "pair"


@open_to(Role.REVIEWER)
def pairs(request: HttpRequest, project: Project) -> HttpResponse:
    """To the next pair for this person; posted to, it passes one over or takes all that were passed over back."""
    if request.method == "POST":
        pass_over(request, project, PROTOCOL)
        return redirect("pairs", project.slug)
    skipped = skipped_pairs(request, project, PROTOCOL)
    found = next_pair(project, by=person(request), skipped=skipped)
    if found is None:
        context = {"progress": pair_progress(project, by=person(request)), "passed": skipped}
        return render(request, "pairs/pairs.html", {**context, **just_compared(request, project)})
    a, b = sorted(response.pk for response in found)
    number = request.GET.get("after", "")
    after = f"?after={number}" if number.isdecimal() else ""
    return HttpResponseRedirect(reverse("pair", args=[project.slug, a, b]) + after)


@open_to(Role.REVIEWER)
def pair(request: HttpRequest, project: Project, a: int, b: int) -> HttpResponse:
    """Compare two responses to one example."""
    first, second = two(project, a, b)
    order = order_for(person(request), first, second)
    if request.method == "POST":
        return take_down(request, project, order)
    return render(request, PAGE, side_by_side(request, project, order))


def take_down(request: HttpRequest, project: Project, order: Order) -> HttpResponse:
    """Store the answer; then the next pair."""
    form = PairForm(request.POST)
    row = carried_out(form, lambda said: store(request, project, order, form))
    if row is None:
        return show(request, PAGE, "comparing", side_by_side(request, project, order, form), status=422)
    return go_to(request, f"{reverse('pairs', args=[project.slug])}?after={row.pk}")


def store(
    request: HttpRequest,
    project: Project,
    order: Order,
    form: PairForm,
    *,
    protocol: str = PROTOCOL,
    run: int | None = None,
) -> Preference:
    """Take the answer down as a preference between the two in canonical order: the older one is a."""
    asked = opened(form.cleaned_data["seal"], request, project, order)
    a, b = canonical(order)
    said = form.preference(turned=order.first.pk == b.pk)
    shown: dict[str, Any] = {**order.shown, "blind": True, **({"run": run} if run else {})}
    key = f"{asked.key}:{said['outcome']}:{said['strength']}"
    return record_preference(
        a, b, **said, by=person(request), key=key, protocol=protocol, seconds=asked.seconds, shown=shown,
        replaces=standing(request, a, b, protocol),
    )  # fmt: skip


def two(project: Project, a: int, b: int) -> tuple[Response, Response]:
    """Two responses of this project to one example."""
    rows: QuerySet[Response] = Response.objects.filter(example__project=project, pk__in=[a, b])
    found = rows.select_related("example__project", "author").in_bulk()
    if len(found) != 2 or found[a].example_id != found[b].example_id:
        raise Http404("There is no such pair.")
    return found[a], found[b]


def side_by_side(
    request: HttpRequest, project: Project, order: Order, form: PairForm | None = None, *, protocol: str = PROTOCOL
) -> dict[str, Any]:
    """All that the page shows; who wrote what only to one who has answered."""
    a, b = canonical(order)
    answered = standing(request, a, b, protocol)
    turned = order.first.pk == b.pk
    initial = (
        {"answer": as_answer(answered.outcome, answered.strength, turned=turned), "reason": answered.reason}
        if answered
        else {}
    )
    return {
        "example": a.example,
        "left": order.first,
        "right": order.second,
        "sides": [("left", order.first), ("right", order.second)],
        "draft_name": "{}-{}-{}".format(protocol, *ids(order)),
        "answered": lines_of(project, [answered])[0] if answered else None,
        "blind": answered is None,
        "form": form or PairForm(initial=initial),
        "seal": kept_seal(request, project, order)
        or ask(project, person(request), ids(order), order=shown_ids(order)).seal,
        "progress": pair_progress(project, by=person(request)),
        **just_compared(request, project, but=answered),
    }


def canonical(order: Order) -> tuple[Response, Response]:
    """The two, the older one first."""
    low, high = sorted((order.first, order.second), key=lambda response: response.pk)
    return low, high


def ids(order: Order) -> list[int]:
    """The numbers of the two, the older one first."""
    return [response.pk for response in canonical(order)]


def shown_ids(order: Order) -> list[int]:
    """The numbers of the two, the left one first."""
    return [order.first.pk, order.second.pk]


def standing(request: HttpRequest, a: Response, b: Response, protocol: str) -> Preference | None:
    """This person's answer on the two that stands."""
    rows = Preference.objects.standing().filter(
        response_a=a, response_b=b, protocol=protocol, rater__user=person(request)
    )
    return rows.select_related("rater", "response_a__example", "response_b").last()


def opened(seal: str, request: HttpRequest, project: Project, order: Order) -> Asked:
    """The seal of this very question."""
    asked = open_seal(seal, project, person(request))
    if asked.responses != ids(order) or asked.order != shown_ids(order):
        raise Refused("This form was made for another pair. Nothing was stored; send it once more.")
    return asked


def kept_seal(request: HttpRequest, project: Project, order: Order) -> str:
    """The seal that was sent, when it is whole and the form comes back with mistakes."""
    seal = request.POST.get("seal", "")
    try:
        return seal if seal and opened(seal, request, project, order) else ""
    except Refused:
        return ""


def just_compared(request: HttpRequest, project: Project, *, but: Preference | None = None) -> dict[str, Any]:
    """What this person said about the pair before: now who wrote what may be told."""
    number = request.GET.get("after", "")
    if not number.isdecimal() or len(number) > 18:
        return {}
    rows = Preference.objects.standing().filter(project=project, pk=number, rater__user=person(request))
    row = rows.select_related("rater", "response_a__example", "response_b").first()
    if row is None or row == but:
        return {}
    better, worse = row.chosen or row.response_a, row.rejected or row.response_b
    return {"before": lines_of(project, [row])[0], "before_better": better, "before_worse": worse}


def pass_over(request: HttpRequest, project: Project, queue: str) -> None:
    """Remember the pair of a seal as passed over, or forget all that were."""
    if not request.POST.get("skip"):
        return forget(request, project, queue)
    try:
        asked = open_seal(request.POST.get("seal", ""), project, person(request))
    except Refused:
        return None
    return skip(request, project, queue, asked.responses)


def go_to(request: HttpRequest, url: str) -> HttpResponse:
    """To another page, also from within htmx."""
    if request.htmx:  # type: ignore[attr-defined]
        return HttpResponse(headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)
