"""The playground: the talks there are, one talk with its replies and what came of it, and their parts."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from feedback.desk.blindness import Seen
from feedback.errors import NotAllowed
from feedback.forms.playground import OpenForm, SayForm
from feedback.models import Chat, ChatTurn, Errand, Project, Role
from feedback.principles.playground import chats
from feedback.projects.access import open_to
from feedback.tasks import ring_errand
from feedback.web.answering import carried_out, page_of, person
from feedback.web.chat_drafts import drafts_of, in_force
from feedback.web.chat_reading import read
from feedback.web.chat_shapes import Reply, Turn
from feedback.web.once import once

LIST = "playground/playground.html"
ONE = "playground/chat.html"


@open_to(Role.VIEWER)
def playground(request: HttpRequest, project: Project) -> HttpResponse:
    """All talks, newest first, and the first message of another."""
    first = {"key": uuid4(), "text": request.GET.get("text", "")}
    form = OpenForm(request.POST or None, initial=first)
    if request.method != "POST":
        return render(request, LIST, talks(request, project, form))
    keep_to_reviewers(project)
    turn = carried_out(form, lambda said: opened(request, project, said))
    if turn is None:
        return render(request, LIST, talks(request, project, form), status=422)
    return redirect(address(turn))


@open_to(Role.VIEWER)
def chat(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """One talk, along the way to the turn asked for, or to the newest."""
    return page(request, project, number, request.GET.get("turn"))


@open_to(Role.VIEWER)
def reply(request: HttpRequest, project: Project, number: int, id: int) -> HttpResponse:  # noqa: A002
    """One reply as it stands now."""
    return one_reply(request, project, number, id)


@open_to(Role.VIEWER)
def reply_picks(request: HttpRequest, project: Project, number: int, id: int) -> HttpResponse:  # noqa: A002
    """What a model suggests to say of a reply."""
    return picks(request, project, number, id)


@open_to(Role.VIEWER)
def turn_parts(request: HttpRequest, project: Project, number: int, id: int, part: str) -> HttpResponse:  # noqa: A002
    """What changes of a turn while its page is open: the drafts beside it, or what a run changed."""
    if part not in {"drafts", "effect"}:
        raise Http404("There is no such part of a turn.")
    get_object_or_404(turns_in(project, number), pk=id)
    return render(request, f"playground/{part}.html", whole(request, project, number, str(id)))


def talks(request: HttpRequest, project: Project, form: OpenForm) -> dict[str, Any]:
    """What the list shows."""
    rows = Chat.objects.filter(project=project).select_related("made_by")
    counted = rows.annotate(said=Count("turns")).order_by("-number")
    newest = project.constitutions.order_by("-number").first()
    return {"chats": page_of(request, counted, size=30), "form": form, "newest": newest, "articles": in_force(newest)}


def opened(request: HttpRequest, project: Project, said: dict[str, Any]) -> ChatTurn:
    """The talk that was asked for; the one already opened when the same page is sent again."""
    with once(project, said["key"]) as first:
        there = None if first else ChatTurn.objects.filter(chat__project=project).order_by("-pk").first()
        if there is not None:
            return there
        turn = chats.open_chat(project, text=said["text"], system=said["system"], by=person(request))
    return rung(turn)


def keep_to(project: Project, role: str, why: str) -> None:
    """Raise `NotAllowed` for members whose role does not cover this one."""
    if not project.member.may(role):  # type: ignore[attr-defined]
        raise NotAllowed(why)


def keep_to_reviewers(project: Project) -> None:
    """Raise `NotAllowed` for those who only look."""
    keep_to(project, Role.REVIEWER, "Only reviewers, curators and owners talk with the model here.")


def rung(turn: ChatTurn) -> ChatTurn:
    """The turn, with a worker called for each reply that waits."""
    for errand in turn.errands.filter(state="waiting"):
        ring_errand(errand)
    return turn


def address(turn: ChatTurn) -> str:
    """Where a turn stands."""
    return f"{reverse('chat', args=[turn.chat.project.slug, turn.chat.number])}?turn={turn.pk}#turn-{turn.pk}"


def turns_in(project: Project, number: int) -> QuerySet[ChatTurn]:
    """The turns of one talk."""
    rows = ChatTurn.objects.filter(chat__project=project, chat__number=number)
    return rows.select_related("chat__project", "example", "chosen", "parent", "constitution")


def whole(request: HttpRequest, project: Project, number: int, wanted: str | None, **more: Any) -> dict[str, Any]:
    """All that a talk's page shows."""
    row = get_object_or_404(Chat.objects.select_related("project", "made_by"), project=project, number=number)
    member, seen = project.member, Seen(project.member)  # type: ignore[attr-defined]
    turns = read(row, wanted=wanted, user=person(request), seen=seen, at=request.GET.get("at", ""))
    last = turns[-1] if turns else None
    at = next((turn for turn in turns if str(turn.row.pk) == wanted), last)
    shown = [pk for turn in turns if turn.shows_replies for pk in (turn.row.pk, *turn.runs_before)]
    return {
        "chat": row, "turns": turns, "last": last, "turn": at,
        "drafts": drafts_of(row, last.row if last else None, member=member, seen=seen, way=shown),
        "articles": in_force(last.row.constitution if last else None),
        "newest": project.constitutions.order_by("-number").first(),
        "saying": SayForm(initial={"key": uuid4()}), **more,
    }  # fmt: skip


def page(
    request: HttpRequest, project: Project, number: int, wanted: str | None, *, status: int = 200, **more: Any
) -> HttpResponse:
    """The page of a talk."""
    return render(request, ONE, whole(request, project, number, wanted, **more), status=status)


def turn_and_reply(request: HttpRequest, project: Project, number: int, errand: int) -> tuple[Turn, Reply]:
    """A reply with all that hangs on it, and its turn."""
    rows = Errand.objects.filter(turn__chat__project=project, turn__chat__number=number)
    row = get_object_or_404(rows.select_related("turn__chat__project"), pk=errand)
    seen = Seen(project.member)  # type: ignore[attr-defined]
    assert row.turn is not None
    turns = read(row.turn.chat, wanted=str(row.turn_id), user=person(request), seen=seen)
    turn = next(one for one in turns if one.row.pk == row.turn_id)
    return turn, next(one for one in turn.replies if one.errand.pk == errand)


def one_reply(
    request: HttpRequest, project: Project, number: int, errand: int, *, status: int = 200, **more: Any
) -> HttpResponse:
    """A reply as a part of the page."""
    turn, found = turn_and_reply(request, project, number, errand)
    chat = turn.row.chat
    return render(request, "playground/reply.html", {"turn": turn, "reply": found, "chat": chat, **more}, status=status)


def picks(request: HttpRequest, project: Project, number: int, errand: int) -> HttpResponse:
    """The suggestions for one reply, of the kind asked for."""
    turn, found = turn_and_reply(request, project, number, errand)
    context = {"turn": turn, "reply": found, "chat": turn.row.chat, "polarity": polarity_of(request)}
    return render(request, "playground/picks.html", context)


def polarity_of(request: HttpRequest) -> str:
    """Kudos or critique, as asked for."""
    asked = request.POST.get("polarity") or request.GET.get("polarity", "")
    return asked if asked == "kudos" else "critique"


def refusals_of(form: forms.Form) -> list[str]:
    """Why a form was not carried out, in sentences."""
    return [str(error) for errors in form.errors.values() for error in errors]
