"""Motions: what the team is asked, each with its words, votes and discussion, and the buttons that decide it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from feedback.forms.motions import NoteForm, ProposeForm, RemarkForm, RulesForm, VoteForm, WhyForm
from feedback.forms.principles import AdoptForm
from feedback.models import Motion, PrincipleVersion, Project, Role
from feedback.principles import motions as verbs
from feedback.principles.constitutions import Change, articles_in_force, changes_between, history
from feedback.principles.remarks import in_thread, remark, settle_remark
from feedback.principles.restoring import restore
from feedback.principles.voting import cast_on, own_vote, vote
from feedback.projects.access import open_to
from feedback.web.answering import carried_out, page_of, person
from feedback.web.ballots import motion_lines
from feedback.web.inbox import moved_on, still_in_hand

LIST = "motions/motions.html"
ONE = "motions/motion.html"


@open_to(Role.VIEWER)
def motions(request: HttpRequest, project: Project) -> HttpResponse:
    """What is open, what was decided, and the rules."""
    return render(request, LIST, all_of(request, project))


@open_to(Role.OWNER)
@require_POST
def change_rules(request: HttpRequest, project: Project) -> HttpResponse:
    """How many must vote from now on, and which share must agree."""
    form = RulesForm(request.POST)
    if carried_out(form, lambda said: verbs.set_rules(project, by=person(request), **said)) is None:
        return render(request, LIST, {**all_of(request, project), "rules": form}, status=422)
    messages.success(request, "From now on motions are decided by these rules.")
    return redirect("motions", project.slug)


@open_to(Role.REVIEWER)
@require_POST
def propose(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """Put a principle to the vote, as it reads or in better words."""
    principle = get_object_or_404(project.principles, number=number)
    in_inbox = "next" in request.POST
    form = AdoptForm(request.POST, auto_id=f"draft-{number}-%s") if in_inbox else ProposeForm(request.POST)
    motion = carried_out(form, lambda said: verbs.propose(principle, by=person(request), **said))
    if not in_inbox:
        return opened(request, project, form, motion, ("principle", project.slug, number))
    if motion is None:
        return still_in_hand(request, project, number, form)  # type: ignore[arg-type]
    sentence = f"Motion {motion.number} is open: principle {number} is put to the vote."
    return moved_on(request, project, sentence, number, motion=motion.number, stays=True)


@open_to(Role.CURATOR)
@require_POST
def propose_to_retire(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """Put to the vote that a principle goes out of force."""
    principle = get_object_or_404(project.principles, number=number)
    form = WhyForm(request.POST)
    motion = carried_out(form, lambda said: verbs.propose_to_retire(principle, by=person(request), **said))
    return opened(request, project, form, motion, ("principle", project.slug, number))


@open_to(Role.CURATOR)
@require_POST
def restore_version(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """Bring an old version back: at once where a curator's word is enough, else by a motion."""
    old = get_object_or_404(project.constitutions, number=number)
    form = WhyForm(request.POST)
    if project.quorum > 1:
        motion = carried_out(form, lambda said: verbs.propose_to_restore(old, by=person(request), **said))
        return opened(request, project, form, motion, ("constitution_version", project.slug, number))
    done = carried_out(form, lambda said: restore(old, by=person(request), **said))
    if done is None:
        return back(request, form, ("constitution_version", project.slug, number))
    messages.success(request, f"Version {number} is in force again, as version {done.number}.")
    return redirect("constitution", project.slug)


@open_to(Role.VIEWER)
def motion(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """One motion: what it would change, how it stands, what is said about it."""
    return render(request, ONE, whole(request, project, number))


@open_to(Role.REVIEWER)
@require_POST
def vote_on_motion(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """Agree, disagree or pass."""
    row = get_object_or_404(project.motions, number=number)

    def cast(said: dict[str, Any]) -> object:
        return vote(row, by=person(request), choice=said["choice"], reason=said["reason"], key=str(said["key"]))

    return carried(request, project, number, VoteForm(request.POST), "voting", cast)


@open_to(Role.REVIEWER)
@require_POST
def remark_on_motion(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """Say something where everybody sees it, or ask for changes."""
    row = get_object_or_404(project.motions, number=number)

    def say(said: dict[str, Any]) -> object:
        answers = row.remarks.filter(pk=said["answers"]).first() if said["answers"] else None
        return remark(
            row, by=person(request), text=said["text"], asks_for_changes=said["asks_for_changes"], answers=answers
        )

    return carried(request, project, number, RemarkForm(request.POST), "saying", say)


@open_to(Role.REVIEWER)
@require_POST
def settle(request: HttpRequest, project: Project, number: int, id: int) -> HttpResponse:  # noqa: A002
    """Say that what a remark asked for is done."""
    row = get_object_or_404(project.motions, number=number)
    said = get_object_or_404(row.remarks, pk=id)
    form = NoteForm(request.POST)
    return carried(request, project, number, form, "deciding", lambda _: settle_remark(said, by=person(request)))


@open_to(Role.REVIEWER)
@require_POST
def revise_motion(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """Propose other words; the votes on the old ones count no more."""
    row = get_object_or_404(project.motions, number=number)

    def change(said: dict[str, Any]) -> object:
        return verbs.revise(row, by=person(request), domain=said["domain"], effect=said["effect"])

    return carried(request, project, number, ProposeForm(request.POST), "revising", change)


@open_to(Role.CURATOR)
@require_POST
def ratify_motion(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """Carry it out."""
    return ended(request, project, number, verbs.ratify)


@open_to(Role.CURATOR)
@require_POST
def reject_motion(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """Close it without a change."""
    return ended(request, project, number, verbs.reject)


@open_to(Role.REVIEWER)
@require_POST
def withdraw_motion(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """Take it back."""
    return ended(request, project, number, verbs.withdraw_motion)


def ended(request: HttpRequest, project: Project, number: int, verb: Callable[..., Motion]) -> HttpResponse:
    """Decide a motion by one of its verbs, with a note."""
    row = get_object_or_404(project.motions, number=number)
    form = NoteForm(request.POST)
    return carried(request, project, number, form, "deciding", lambda said: verb(row, by=person(request), **said))


def carried(
    request: HttpRequest, project: Project, number: int, form: forms.Form, name: str, verb: Callable[..., object]
) -> HttpResponse:
    """Back to the motion; with the form and what stands in the way when it was refused."""
    if carried_out(form, verb) is None:
        return render(request, ONE, {**whole(request, project, number), name: form}, status=422)
    return redirect("motion", project.slug, number)


def opened(
    request: HttpRequest, project: Project, form: forms.Form, row: Motion | None, origin: tuple[Any, ...]
) -> HttpResponse:
    """On to the motion that was opened, or back with the reason why it was not."""
    if row is None:
        return back(request, form, origin)
    messages.success(request, f"Motion {row.number} is open. Tell the others.")
    return redirect("motion", project.slug, row.number)


def back(request: HttpRequest, form: forms.Form, origin: tuple[Any, ...]) -> HttpResponse:
    """Where one came from, with what stands in the way."""
    for errors in form.errors.values():
        for error in errors:
            messages.error(request, error)
    return redirect(*origin)


def motions_of(project: Project) -> QuerySet[Motion]:
    """A project's motions with all that a line shows."""
    return project.motions.select_related(
        "principle", "version__principle", "restores", "opened_by", "closed_by", "outcome"
    )


def all_of(request: HttpRequest, project: Project) -> dict[str, Any]:
    """All that the list shows."""
    rows = motions_of(project)
    closed = page_of(request, rows.exclude(state__in=verbs.PENDING), size=30)
    by = person(request)
    rules = {"quorum": project.quorum, "majority": project.majority}
    return {
        "open": motion_lines(project, list(rows.filter(state__in=verbs.PENDING)), by=by),
        "closed": closed,
        "closed_lines": motion_lines(project, list(closed), by=by),
        "rules": RulesForm(initial=rules),
    }


def whole(request: HttpRequest, project: Project, number: int) -> dict[str, Any]:
    """All that the page of a motion shows. Others' votes stay hidden from a reviewer who has yet to vote."""
    row = get_object_or_404(motions_of(project), number=number)
    own = own_vote(row, by=person(request))
    if own and own.shown.get("version") != row.version_id:
        own = None
    is_open = row.state in verbs.PENDING
    words = {"domain": row.version.domain, "effect": row.version.effect} if row.version else {}
    return {
        "motion": row,
        "is_open": is_open,
        "own": own,
        "blind": is_open and own is None and project.member.role == Role.REVIEWER,  # type: ignore[attr-defined]
        "mine": row.opened_by_id == person(request).pk,
        "outlook": verbs.outlook_of(row),
        "votes": cast_on(row),
        "before": in_force_of(project, row) if is_open else None,
        "changes": restored_changes(project, row),
        "remarks": in_thread(row.remarks.select_related("user")),
        "voting": VoteForm(initial={"reason": own.reason if own else ""}),
        "saying": RemarkForm(),
        "revising": ProposeForm(initial=words),
        "deciding": NoteForm(),
    }


def in_force_of(project: Project, row: Motion) -> PrincipleVersion | None:
    """The wording in force of the principle a motion is about."""
    found = (one.version for one in articles_in_force(project) if one.version.principle_id == row.principle_id)
    return next(found, None)


def restored_changes(project: Project, row: Motion) -> list[Change]:
    """What going back to a version would change against the one in force when it was asked, or is now."""
    if row.restores is None:
        return []
    both = history(project)
    ahead = row.outcome.number if row.outcome else None
    against = both.filter(number__lt=ahead).first() if ahead else both.first()
    restores = both.get(pk=row.restores_id)
    return [change for change in changes_between(against, restores) if change.kind != "kept"]
