"""What is done with a draft: written, adopted, laid aside, taken back; in the inbox or beside the words behind it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from feedback.forms.principles import AdoptForm, ReasonForm, WriteForm
from feedback.models import Project, Role
from feedback.principles import constitutions
from feedback.projects.access import open_to
from feedback.web.answering import carried_out, go_to, person, show
from feedback.web.drafts import card
from feedback.web.evidence import with_words
from feedback.web.inbox import PAGE, Inbox, arrivals, inbox_page, moved_on, still_in_hand
from feedback.web.once import once


@open_to(Role.VIEWER)
def principles(request: HttpRequest, project: Project) -> HttpResponse:
    """The inbox: the draft in hand and the list; what has come since, to a page that is open."""
    asked = request.GET.dict()
    if "after" in asked:
        return render(request, f"{PAGE}#arrivals", arrivals(project, asked))
    if request.htmx:  # type: ignore[attr-defined]
        part = "lines" if request.htmx.target == "lines" else "hand"  # type: ignore[attr-defined]
        return render(request, f"{PAGE}#{part}", {"inbox": Inbox(project, asked)})
    return show(request, PAGE, "hand", inbox_page(project, asked))


@open_to(Role.CURATOR)
@require_POST
def write_principle(request: HttpRequest, project: Project) -> HttpResponse:
    """Add a draft in a person's own words."""
    form = WriteForm(request.POST)

    def write(said: dict[str, Any]) -> bool:
        with once(project, said["key"]) as first:
            if first:
                words = {"domain": said["domain"], "effect": said["effect"]}
                constitutions.write_principle(project, by=person(request), **words)
        return True

    if carried_out(form, write) is None:
        return show(request, PAGE, "write", inbox_page(project, {}, writing=form), status=422)
    return go_to(request, "principles", project.slug)


@open_to(Role.CURATOR)
@require_POST
def adopt_principle(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """Put a draft into the constitution, in its own words or in better ones."""
    principle = get_object_or_404(project.principles, number=number)
    form = AdoptForm(request.POST, auto_id=f"draft-{number}-%s")
    constitution = carried_out(form, lambda said: constitutions.adopt(principle, by=person(request), **said))
    if constitution is None:
        return decide_again(request, project, number, form)
    return decided(request, project, f"Principle {number} adopted: it stands in version {constitution.number}.", number)


@open_to(Role.CURATOR)
@require_POST
def drop_principle(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """Lay a draft aside, with a reason."""
    principle = get_object_or_404(project.principles, number=number)
    form = ReasonForm(request.POST)
    if carried_out(form, lambda said: constitutions.drop(principle, by=person(request), **said)) is None:
        words = AdoptForm(request.POST, auto_id=f"draft-{number}-%s")
        return decide_again(request, project, number, words, form.non_field_errors())
    back = reverse("reinstate_principle", args=[project.slug, number])
    return decided(request, project, f"Principle {number} laid aside.", number, back=back)


@open_to(Role.CURATOR)
@require_POST
def reinstate_principle(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """Take a draft that was laid aside back among the drafts."""
    principle = get_object_or_404(project.principles, number=number)
    constitutions.reinstate(principle, by=person(request))
    if "next" not in request.POST:
        return redirect("principles", project.slug)
    stays = request.POST.get("of") != "aside"
    return moved_on(request, project, f"Principle {number} is among the drafts again.", number, stays=stays)


def decide_again(
    request: HttpRequest, project: Project, number: int, form: AdoptForm | None, refusals: Sequence[str] = ()
) -> HttpResponse:
    """The draft with its form as it was sent, and what stands in the way."""
    if "next" in request.POST:
        return still_in_hand(request, project, number, form, refusals)
    draft = get_object_or_404(with_words(project.principles.with_status()), number=number)
    context = {"card": card(draft, form, refusals)}
    return show(request, "principles/draft.html", "draft", context, status=422)


def decided(request: HttpRequest, project: Project, sentence: str, number: int, **more: Any) -> HttpResponse:
    """What became of a draft: the next one in hand, a line in its place, or the inbox without it."""
    if "next" in request.POST:
        return moved_on(request, project, sentence, number, **more)
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "principles/draft.html#decided", {"sentence": sentence, "number": number})
    messages.success(request, sentence)
    return redirect("principles", project.slug)
