"""What one does in a talk: say, rewind, run again, go on, say something of a reply, try and adopt principles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from feedback.desk.errands import ask_errand
from feedback.errors import Refused
from feedback.forms.playground import ReplyWordsForm, RewriteReplyForm, SayForm, TryForm
from feedback.models import ChatTurn, Critique, Drafting, Errand, Project, Response, Role
from feedback.principles.playground import chats, saying, trying
from feedback.projects.access import open_to
from feedback.tasks import ring_drafting, ring_errand
from feedback.web.answering import carried_out, person
from feedback.web.once import once
from feedback.web.playground import address, keep_to, one_reply, page, picks, refusals_of, rung, turns_in


@open_to(Role.REVIEWER)
@require_POST
def say_in_chat(request: HttpRequest, project: Project, number: int, id: int) -> HttpResponse:  # noqa: A002
    """The next message, after the reply that was chosen."""
    return turned(
        request, project, number, id, SayForm,
        lambda turn, said: chats.say(turn, text=said["text"], by=person(request)), "saying",
    )  # fmt: skip


@open_to(Role.REVIEWER)
@require_POST
def say_otherwise(request: HttpRequest, project: Project, number: int, id: int) -> HttpResponse:  # noqa: A002
    """Rewind to a message and say it in other words."""
    return turned(
        request, project, number, id, SayForm,
        lambda turn, said: chats.say_otherwise(turn, text=said["text"], by=person(request)),
    )  # fmt: skip


@open_to(Role.REVIEWER)
@require_POST
def rerun_turn(request: HttpRequest, project: Project, number: int, id: int) -> HttpResponse:  # noqa: A002
    """Run a message again under what is in force and tried now."""
    return turned(request, project, number, id, Again, lambda turn, said: chats.rerun(turn, by=person(request)))


@open_to(Role.REVIEWER)
@require_POST
def go_on_from_reply(request: HttpRequest, project: Project, number: int, id: int) -> HttpResponse:  # noqa: A002
    """Choose the reply the talk goes on from."""
    turn = get_object_or_404(turns_in(project, number), pk=id)
    reply = get_object_or_404(Response, example=turn.example, pk=whole_number(request.POST.get("reply")))
    turn = chats.go_on_from(turn, reply, by=person(request))
    return redirect(address(turn).partition("#")[0] + "#id_text")


@open_to(Role.REVIEWER)
@require_POST
def say_of_reply(request: HttpRequest, project: Project, number: int, id: int) -> HttpResponse:  # noqa: A002
    """Kudos or a critique, typed or picked; a principle is drafted from it at once."""
    turn = get_object_or_404(turns_in(project, number), pk=id)

    def say(said: dict[str, Any]) -> Drafting:
        picked = Critique.objects.filter(project=project, protocol="suggested", pk=said["picked"] or 0).first()
        return saying.say_of_reply(
            turn, reply_in(turn, said), polarity=said["polarity"], text=said["text"], picked=picked,
            key=str(said["key"]), by=person(request),
        )  # fmt: skip

    return said_of(request, project, turn, ReplyWordsForm(request.POST), say)


@open_to(Role.REVIEWER)
@require_POST
def rewrite_reply(request: HttpRequest, project: Project, number: int, id: int) -> HttpResponse:  # noqa: A002
    """One's own version of a reply; a principle is drafted from the difference."""
    turn = get_object_or_404(turns_in(project, number), pk=id)

    def say(said: dict[str, Any]) -> Drafting:
        return saying.rewrite_reply(
            turn, reply_in(turn, said), text=said["text"], key=str(said["key"]), by=person(request)
        )

    return said_of(request, project, turn, RewriteReplyForm(request.POST), say)


@open_to(Role.REVIEWER)
@require_POST
def suggest_for_reply(request: HttpRequest, project: Project, number: int, id: int) -> HttpResponse:  # noqa: A002
    """Ask a model for words to pick from about a reply."""
    turn = get_object_or_404(turns_in(project, number), pk=id)
    row = get_object_or_404(
        turn.errands.select_related("result", "turn__chat__project"), result=whole_number(request.POST.get("reply"))
    )
    key = f"suggest-{row.result_id}"
    ring_errand(ask_errand("suggest", example=turn.example, response=row.result, key=key, by=person(request)))
    if request.htmx:  # type: ignore[attr-defined]
        return picks(request, project, number, row.pk)
    return redirect(address_of(row))


@open_to(Role.REVIEWER)
@require_POST
def try_principle(request: HttpRequest, project: Project, number: int, id: int) -> HttpResponse:  # noqa: A002
    """Run a message again with a principle in these words; one without a number is written by hand."""

    def attempt(turn: ChatTurn, said: dict[str, Any]) -> ChatTurn:
        words = {"domain": said["domain"], "effect": said["effect"], "by": person(request)}
        if said["principle"] is None:
            keep_to(project, Role.CURATOR, "Only curators and owners write principles of their own.")
            return trying.write_and_try(turn, **words)
        return trying.try_principle(turn, principle_in(project, said), **words)

    return turned(request, project, number, id, TryForm, attempt)


@open_to(Role.REVIEWER)
@require_POST
def try_without(request: HttpRequest, project: Project, number: int, id: int) -> HttpResponse:  # noqa: A002
    """Run a message again without a principle that was tried."""
    principle = get_object_or_404(project.principles, number=whole_number(request.POST.get("principle")))
    return turned(
        request, project, number, id, Again,
        lambda turn, said: trying.try_without(turn, principle, by=person(request)),
    )  # fmt: skip


@open_to(Role.CURATOR)
@require_POST
def adopt_in_chat(request: HttpRequest, project: Project, number: int, id: int) -> HttpResponse:  # noqa: A002
    """Put a principle into force and run the message again under it."""

    def adopt(turn: ChatTurn, said: dict[str, Any]) -> ChatTurn:
        words = {name: said[name] for name in ("domain", "effect", "reason")}
        after = trying.adopt_here(turn, principle_in(project, said), **words, by=person(request))
        messages.success(
            request, f"Principle {said['principle']} is in force with version {after.constitution.number}."
        )
        return after

    return turned(request, project, number, id, TryForm, adopt)


@open_to(Role.CURATOR)
@require_POST
def lay_aside_in_chat(request: HttpRequest, project: Project, number: int, id: int) -> HttpResponse:  # noqa: A002
    """Lay a draft aside; a turn that tried it is run again without it."""

    def lay_aside(turn: ChatTurn, said: dict[str, Any]) -> ChatTurn:
        after = trying.lay_aside_here(turn, principle_in(project, said), reason=said["reason"], by=person(request))
        messages.success(request, f"Principle {said['principle']} laid aside.")
        return after

    return turned(request, project, number, id, TryForm, lay_aside)


class Again(forms.Form):
    """Only the key."""

    key = SayForm.base_fields["key"]


def turned(
    request: HttpRequest, project: Project, number: int, id: int, kind: type[forms.Form],  # noqa: A002
    verb: Callable[[ChatTurn, dict[str, Any]], ChatTurn], named: str = "",
) -> HttpResponse:  # fmt: skip
    """Carry out what makes another turn, once, and go to it; a refusal stands on the page with what was typed."""
    turn = get_object_or_404(turns_in(project, number), pk=id)
    form = kind(request.POST)

    def carry_out(said: dict[str, Any]) -> ChatTurn:
        with once(project, said["key"]) as first:
            newest = None if first else turns_in(project, number).order_by("-pk").first()
            return newest or rung(verb(turn, said))

    after = carried_out(form, carry_out)
    if after is not None:
        return redirect(address(after))
    more = {"saying": form} if named else {"refusals": refusals_of(form), "typed": form}
    return page(request, project, number, str(turn.pk), status=422, **more)


def said_of(
    request: HttpRequest, project: Project, turn: ChatTurn, form: forms.Form,
    say: Callable[[dict[str, Any]], Drafting],
) -> HttpResponse:  # fmt: skip
    """Carry out what was said of a reply and show the reply with it; without script the page."""
    drafting = carried_out(form, say)
    if drafting is not None:
        ring_drafting(drafting)
    errand = reply_row(turn, whole_number(request.POST.get("reply")))
    more: dict[str, Any] = {"said_now": True} if drafting else {"refusals": refusals_of(form), "typed": form}
    if request.htmx:  # type: ignore[attr-defined]
        return one_reply(request, project, turn.chat.number, errand.pk, status=200 if drafting else 422, **more)
    if drafting is None:
        return page(request, project, turn.chat.number, str(turn.pk), status=422, refused=errand.pk, **more)
    return redirect(address_of(errand))


def reply_in(turn: ChatTurn, said: dict[str, Any]) -> Response:
    """The reply of the turn that is spoken of. Raises `Refused` for another."""
    row = turn.errands.filter(result=said["reply"]).select_related("result__example__project").first()
    if row is None or row.result is None:
        raise Refused("This is no reply to this message.")
    reply: Response = row.result
    return reply


def reply_row(turn: ChatTurn, reply: int) -> Errand:
    """The errand a reply was written on."""
    row: Errand = get_object_or_404(turn.errands.select_related("turn__chat__project"), result=reply)
    return row


def address_of(reply: Errand) -> str:
    """Where a reply stands, on the page that shows it."""
    turn = reply.turn
    assert turn is not None
    return f"{address(turn).partition('#')[0]}&at={turn.pk}#reply-{reply.pk}"


def principle_in(project: Project, said: dict[str, Any]) -> Any:
    """The principle that is meant."""
    return get_object_or_404(project.principles, number=said["principle"] or 0)


def whole_number(text: str | None) -> int:
    """A number from a form; nought for anything else."""
    return int(text) if text and text.isdecimal() and len(text) < 19 else 0
