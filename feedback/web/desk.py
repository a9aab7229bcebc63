"""What all pages of the desk share: the way to the next piece of work, the frame, taking what was sent, drafts, undo.

A desk page renders through `desk_page` a template that extends `desk/frame.html`; stores by `desk.submitting.submit`;
and answers a submission with `taken`. With the header `X-Part: desk` only the frame's inside is answered, which
`static/js/desk.js` swaps in; with `X-Outbox: 1` (see `static/js/outbox.js`) `taken` answers the receipt alone.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_POST

from feedback.desk import claims, drafts, submitting
from feedback.desk.candidates import ASKED_ABOUT
from feedback.desk.progress import queue_lines, standing_at
from feedback.errors import Refused
from feedback.models import Project, Queue, Role, Slot, Submission
from feedback.projects.access import open_to
from feedback.projects.raters import rater_of
from feedback.web.answering import person
from feedback.web.asked import Asked, open_seal
from feedback.web.receipts import asked_for, may_be_redone, own_submission, receipt_of
from feedback.web.skipping import forget, passed_over, skip
from feedback.web.ways import WAYS, way_of

RECEIPT = "desk/receipt.html"
PASSED = {1: "responses", 2: "pair"}


@open_to(Role.REVIEWER)
def desk(request: HttpRequest, project: Project) -> HttpResponse:
    """To the next piece of work for this person, or the news that there is none."""
    address = next_address(request, project)
    if address is None:
        return desk_page(request, "desk/done.html", nothing_left(request, project))
    return HttpResponseRedirect(keeping_after(request, address))


@open_to(Role.REVIEWER)
def desk_next(request: HttpRequest, project: Project) -> HttpResponse:
    """To the piece of work after those named by `beside` (places in queues) and `but` (what is shown or on its way)."""
    address = next_address(request, project)
    return HttpResponseRedirect(address) if address else HttpResponse(status=204)


@open_to(Role.REVIEWER)
@require_POST
def pass_over(request: HttpRequest, project: Project) -> HttpResponse:
    """Pass over what a seal asks, with a reason if one is given; or (`back`) take everything passed over back."""
    way = way_of(request)
    if request.POST.get("back"):
        forget_all(request, project)
    else:
        asked = open_seal(request.POST.get("seal", ""), project, person(request))
        slot = submitting.place_of(project, asked.slot)
        if slot is not None:
            claims.skip(slot, by=person(request), reason=request.POST.get("skip_reason", "")[:300])
        else:
            skip(request, project, PASSED.get(len(asked.responses), "ranking"), asked.responses)
    if request.headers.get("X-Outbox"):
        return kept(render(request, f"{RECEIPT}#passed", {"here": project}), "skipped")
    return redirect(f"{reverse('desk', args=[project.slug])}?way={way}")


@open_to(Role.REVIEWER)
@require_POST
def undo(request: HttpRequest, project: Project) -> HttpResponse:
    """Take the last submission (or the one named) back; its page opens again with what was typed."""
    submission = named(request, project) or submitting.latest(project, person(request))
    if submission is None:
        raise Refused("There is nothing to undo.")
    submission = submitting.undo(submission, by=person(request))
    drafts.bring_back(submission, by=person(request))
    address = with_query(submission.page, undone=str(submission.pk))
    if request.headers.get("X-Outbox"):
        return kept(HttpResponse(headers={"X-Page": address}), str(submission.pk))
    return HttpResponseRedirect(address)


@open_to(Role.REVIEWER)
@require_POST
def redo(request: HttpRequest, project: Project) -> HttpResponse:
    """Let what was undone last (or what is named) stand again; then the next piece of work."""
    submission = named(request, project) or submitting.last_undone(project, person(request))
    if submission is None:
        raise Refused("There is nothing to redo.")
    submission = submitting.redo(submission, by=person(request))
    drafts.put_away(submission, by=person(request))
    return taken(request, project, submission)


@open_to(Role.REVIEWER)
@require_POST
def leave(request: HttpRequest, project: Project) -> HttpResponse:
    """Give back the places that were fetched ahead and not begun, so that nobody waits for them."""
    for number in request.POST.getlist("slot")[:9]:
        slot = submitting.place_of(project, int(number)) if number.isdecimal() and len(number) < 18 else None
        if slot is not None:
            claims.release(slot, by=person(request))
    return HttpResponse(status=204)


@open_to(Role.REVIEWER)
@require_POST
def save_draft(request: HttpRequest, project: Project) -> HttpResponse:
    """Keep what is typed: a JSON object {"name": of the form, "fields": {name: [values]}}."""
    try:
        sent = json.loads(request.body)
        name, fields = str(sent["name"]), dict(sent["fields"])
    except (ValueError, KeyError, TypeError, UnicodeDecodeError) as trouble:
        raise Refused("This is no draft.") from trouble
    drafts.keep_draft(project, by=person(request), name=name, content=fields)
    return HttpResponse(status=204)


def desk_page(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """A page of the desk, or only the inside of its frame when the desk itself asks for it.

    The template extends `desk/frame.html`. `context` may hold: `draft_name` (its kept draft is then given as `drafted`;
    `draft` is it where it was read already), `seal`, `slot`, `about` (what it shows: "response-7", "pair-7-8"), `way`,
    `progress`.
    """
    project: Project = request.project  # type: ignore[attr-defined]
    part = bool(request.headers.get("X-Part") or request.headers.get("X-Outbox"))
    name = context.get("draft_name", "")
    if "draft" not in context:
        context["draft"] = drafts.draft_of(project, by=person(request), name=name) if name else None
    kept_draft = context["draft"]
    undone = own_submission(request, project, request.GET.get("undone", ""))
    found = {
        "frame_base": "desk/part.html" if part else "base.html",
        "drafted": {"at": kept_draft.at.timestamp(), "fields": kept_draft.content} if kept_draft else None,
        "receipt": None if part else asked_for(request, project),
        "undone": undone if undone and may_be_redone(request, project, undone) else None,
        "way": "responses",
        "standing": standing_at(context["slot"], person(request)) if context.get("slot") else None,
        **context,
    }
    response = render(request, template, found, status=status)
    patch_vary_headers(response, ["X-Part", "X-Outbox", "HX-Request"])
    response["Cache-Control"] = "no-store"
    return response


def taken(request: HttpRequest, project: Project, submission: Submission, *, way: str = "responses") -> HttpResponse:
    """The answer to a submission: on to the next piece of work, or only the receipt when the outbox sent it."""
    file_sent(request, submission)
    if request.headers.get("X-Outbox"):
        context = {"receipt": receipt_of(project, submission), "way": way, **line(request, project, submission, way)}
        return kept(render(request, RECEIPT, context), str(submission.pk))
    query = QueryDict(mutable=True)
    query.update({"after": str(submission.pk), **({"way": way} if way != "responses" else {})})
    return HttpResponseRedirect(f"{reverse('desk', args=[project.slug])}?{query.urlencode()}")


def file_sent(request: HttpRequest, submission: Submission) -> None:
    """The draft of the form that was sent goes; what was sent is filed for an undo."""
    if name := request.POST.get("draft", ""):
        content = {field: request.POST.getlist(field) for field in request.POST}
        drafts.file_draft(submission, by=person(request), name=name, content=content)


def kept(response: HttpResponse, what: str) -> HttpResponse:
    """The sign by which the outbox knows that it was taken, and not answered by a sign-in page or a proxy."""
    response["X-Kept"] = what
    return response


def said_key(request: HttpRequest, asked: Asked) -> str:
    """The key of what was sent: the same words under the same seal have the same key, mended ones another."""
    said = sorted((name, request.POST.getlist(name)) for name in request.POST if name not in drafts.LEFT_OUT)
    return f"{asked.key}:{hashlib.sha256(json.dumps(said).encode('utf-8', 'replace')).hexdigest()[:12]}"


def seconds_of(request: HttpRequest, asked: Asked) -> float:
    """How long it was looked at, as the page measured it (it was fetched ahead); at most since it was asked."""
    try:
        spent = float(request.POST.get("spent", ""))
    except ValueError:
        return asked.seconds
    return min(spent, asked.seconds) if spent >= 0 else asked.seconds


def claimed_slot(request: HttpRequest, project: Project, *responses: int, example: int | None = None) -> int | None:
    """The place in a queue that ?slot= names, if it is this person's and about just this. Prolongs its claim."""
    number = request.GET.get("slot", "")
    slot = submitting.place_of(project, int(number)) if number.isdecimal() and len(number) < 18 else None
    if slot is None or slot.rater_id != rater_of(person(request), project).pk:
        return None
    about = sorted(one for one in (slot.item.response_a_id, slot.item.response_b_id) if one)
    if about != sorted(responses) or (example is not None and slot.item.example_id != example):
        return None
    if slot.state == Slot.State.CLAIMED and slot.rater is not None:
        claims.extend(slot, slot.rater)
    return slot.pk


def address_of(slot: Slot) -> str:
    """The page on which a place in a queue is worked on."""
    item, project = slot.item, slot.queue.project
    about: dict[str, tuple[str, list[Any]]] = {
        "response": ("judge", [item.response_a_id]),
        "pair": ("pair", sorted([item.response_a_id or 0, item.response_b_id or 0])),
        "ranking": ("rank", [item.example.number]),
        "demonstration": ("write", [item.example.number]),
    }
    name, places = about[slot.queue.asks]
    return f"{reverse(name, args=[project.slug, *places])}?slot={slot.pk}"


def next_address(request: HttpRequest, project: Project) -> str | None:
    """Where the next piece of work is: a place in an open queue, else what is not judged yet. None: nothing is left."""
    beside = [int(one) for one in request.GET.getlist("beside") if one.isdecimal() and len(one) < 18]
    if Queue.objects.filter(project=project, is_open=True).exists():
        slot = claims.next_slot(project, by=person(request), beside=beside)
        return address_of(slot) if slot else None
    return WAYS[way_of(request)].next_address(request, project)


def nothing_left(request: HttpRequest, project: Project) -> dict[str, Any]:
    """What the page says when there is no work."""
    way = way_of(request)
    progress = WAYS[way].progress(project, by=person(request))
    passed = passed_over(request, project, WAYS[way].passed)
    lines = [line for line in queue_lines(project, person(request)) if line.queue.is_open]
    return {"progress": progress, "passed": passed, "way": way, "asked": ASKED_ABOUT, "queue_lines": lines,
            "passed_in_queues": sum(line.passed for line in lines)}  # fmt: skip


def line(request: HttpRequest, project: Project, submission: Submission, way: str) -> dict[str, Any]:
    """How far one is, for the line at the top."""
    if submission.slot_id is not None:
        return {"standing": standing_at(submission.slot_id, person(request))}
    return {"progress": WAYS[way].progress(project, by=person(request))}


def named(request: HttpRequest, project: Project) -> Submission | None:
    """The submission that a button names."""
    return own_submission(request, project, request.POST.get("submission", ""))


def forget_all(request: HttpRequest, project: Project) -> None:
    """Offer again whatever was passed over."""
    for way in WAYS.values():
        forget(request, project, way.passed)
    claims.take_back_skips(project, by=person(request))


def keeping_after(request: HttpRequest, address: str) -> str:
    """The address, with the number of what was sent just before."""
    number = request.GET.get("after", "")
    return with_query(address, after=number) if number.isdecimal() else address


def with_query(address: str, **fields: str) -> str:
    """The address with these fields in its query."""
    path, _, query = address.partition("?")
    found = QueryDict(query, mutable=True)
    for name, value in fields.items():
        found[name] = value
    return f"{path}?{found.urlencode()}"
