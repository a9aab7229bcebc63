"""The desk: one response to read, and a form for whatever there is to say. Who wrote it stays hidden until then."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect

from feedback.capture.forms import form_of
from feedback.capture.judgements import judgement_of, own, record_judgement
from feedback.desk.drafts import draft_of
from feedback.desk.errand_kinds.suggesting import pickable
from feedback.desk.queue import response_progress
from feedback.desk.submitting import submit
from feedback.errors import Refused
from feedback.forms.judgement import JudgementForm
from feedback.forms.spans import SpanFormSet, span_forms
from feedback.models import Critique, Edit, Project, Rating, Response, Role, Span, Submission
from feedback.models.feedback import Feedback
from feedback.projects.access import open_to
from feedback.web.answering import person, show
from feedback.web.asked import Asked, ask, open_seal
from feedback.web.desk import (
    claimed_slot,
    desk_page,
    file_sent,
    keeping_after,
    next_address,
    nothing_left,
    said_key,
    seconds_of,
    taken,
)
from feedback.web.dialogue import dialogue_of
from feedback.web.skipping import forget, passed_over, skip
from feedback.web.thread import lines_of

PAGE = "judging/judge.html"


@open_to(Role.REVIEWER)
def review(request: HttpRequest, project: Project) -> HttpResponse:
    """To the next response for this person; posted to, it passes one over or takes all that were passed over back."""
    if request.method == "POST":
        pass_over(request, project)
        return redirect("review", project.slug)
    address = next_address(request, project)
    if address is None:
        return desk_page(request, "desk/done.html", nothing_left(request, project))
    return HttpResponseRedirect(keeping_after(request, address))


@open_to(Role.REVIEWER)
def judge(request: HttpRequest, project: Project, id: int) -> HttpResponse:  # noqa: A002 - the name in the address
    """Read one response; say anything about it, as often as one likes."""
    desk = Desk(request, project, get_object_or_404(responses_of(project), pk=id))
    if request.method == "POST":
        return take_down(request, project, desk)
    return desk_page(request, PAGE, desk.sight())


def take_down(request: HttpRequest, project: Project, desk: Desk) -> HttpResponse:
    """Store what was said. Then the next response, or this one again for saying more."""
    submission = desk.take_down()
    part = bool(request.htmx)  # type: ignore[attr-defined]
    if submission is None and part:
        return show(request, PAGE, "judging", desk.sight(), status=422)
    if submission is None:
        return desk_page(request, PAGE, desk.sight(), status=422)
    if not part and request.POST.get("then") != "stay":
        return taken(request, project, submission)
    file_sent(request, submission)
    if part:
        return show(request, PAGE, "judging", Desk(request, project, desk.response).sight(afresh=True))
    return redirect(submission.page)


class Desk:
    """One response on one person's desk: the form in force, what they said already, what they send."""

    def __init__(self, request: HttpRequest, project: Project, response: Response) -> None:
        self.request, self.project, self.response = request, project, response
        self.user = person(request)
        self.number, self.definition = form_of(project)
        self.said = judgement_of(response, self.user)
        self.dialogue = dialogue_of(response)
        self.form: JudgementForm | None = None
        self.spans: SpanFormSet | None = None

    def take_down(self) -> Submission | None:
        """Everything the forms say as one submission; None when something is not right, which the forms then say."""
        self.read_with_its_form()
        self.form = self.form_with(self.request.POST)
        self.spans = self.spans_with(self.request.POST)
        if not all([self.form.is_valid(), self.spans.is_valid()]):
            return None
        try:
            return self.submitted(self.form, self.spans)
        except Refused as refusal:
            self.form.add_error(None, str(refusal))
            return None

    def submitted(self, form: JudgementForm, spans: SpanFormSet) -> Submission:
        """Store it."""
        asked = self.opened(form.cleaned_data["seal"])
        key = said_key(self.request, asked)
        seconds = seconds_of(self.request, asked)
        shown = {"responses": asked.responses, "blind": not self.said}
        if self.reference:
            shown["reference"] = True
        judgement = form.judgement(
            self.own_words(form.cleaned_data["changing"]), picked=self.picked(), marks=spans.marks(),
            removed=spans.removed(),
        )  # fmt: skip

        def record(submission: Submission) -> list[Feedback]:
            return record_judgement(
                self.response, judgement, by=self.user, key=key, submission=submission, seconds=seconds,
                shown=shown, form_version=asked.form, use=self.definition.use,
            )  # fmt: skip

        page = self.address(asked.slot)
        return submit(self.project, by=self.user, key=key, page=page, slot=asked.slot, record=record)

    def address(self, slot: int | None) -> str:
        """The address of this page, with the place in a queue it is worked on for."""
        return f"{self.request.path}?slot={slot}" if slot else self.request.path

    def read_with_its_form(self) -> None:
        """What is sent was asked by the form of its seal, which may be an older one than is in force by now."""
        try:
            asked = self.opened(self.request.POST.get("seal", ""))
        except Refused:
            return
        if asked.form != self.number:
            self.number, self.definition = form_of(self.project, asked.form)

    def sight(self, *, afresh: bool = False) -> dict[str, Any]:
        """All that the page shows."""
        slot = claimed_slot(self.request, self.project, self.response.pk)
        draft = None if afresh else draft_of(self.project, by=self.user, name=self.draft_name)
        form = self.form or self.empty_form(draft.content if draft and self.request.method == "GET" else {})
        asked = ask(self.project, self.user, [self.response.pk], slot=slot, form=self.number)
        return {
            "response": self.response,
            "example": self.response.example,
            "dialogue": self.dialogue,
            "reference": self.reference,
            "definition": self.definition,
            "form": form,
            "spans": self.spans or self.spans_with(None),
            "draft_name": self.draft_name,
            "draft": draft,
            "about": f"response-{self.response.pk}",
            "slot": slot,
            "address": self.address(slot),
            "seal": self.kept_seal() or asked.seal,
            "said": lines_of(self.project, self.said),
            "blind": not self.said,
            "progress": None if slot else response_progress(self.project, by=self.user),
        }

    @property
    def reference(self) -> str:
        """The reference answer that stands in view; "" for none."""
        return self.response.example.reference.strip() if self.definition.reference else ""

    @property
    def draft_name(self) -> str:
        """The name under which what is typed is kept: another one once something was said."""
        return f"judge-{self.response.pk}"

    def form_with(self, data: Any, **more: Any) -> JudgementForm:
        """The form on some data."""
        texts = [self.response.text, *(row.result.text for row in self.said if isinstance(row, Edit))]
        turns = self.dialogue.judged_by_turn
        return JudgementForm(data, definition=self.definition, untouched=texts, turns=turns, **more)

    def spans_with(self, data: Any) -> SpanFormSet:
        """The marks, the person's own first."""
        rows = own(Span, self.response, self.user).prefetch_related(
            Prefetch("critiques", Critique.objects.standing().filter(rater__user=self.user))
        )
        return span_forms(data, response=self.response, definition=self.definition, own=rows)

    def empty_form(self, draft: dict[str, list[str]]) -> JudgementForm:
        """The form before anything is typed: the scores and the rewrite that stand, the words that are being changed or
        taken from a suggestion, and a draft that was kept."""
        rated = [row for row in self.said if isinstance(row, Rating) and row.turn is None]
        scores = {f"score-{row.aspect}": "cannot" if row.cannot_judge else str(row.score) for row in rated}
        rewrite = next((row.result.text for row in self.said if isinstance(row, Edit)), self.response.text)
        initial: dict[str, Any] = {**scores, "rewrite": rewrite, "scope": "response"}
        changing = self.own_words(self.request.GET.get("change", ""))
        suggestion = pickable(self.response, self.request.GET.get("pick", ""))
        for row in (suggestion, changing):
            if row is not None:
                initial |= {row.polarity: row.text, "improve": row.improve, "failure": row.failure, "stage": row.stage}
        if changing is not None:
            initial["changing"] = changing.pk
        form = self.form_with(None, initial=initial)
        form.initial |= {name: values[0] for name, values in draft.items() if values and name in form.fields}
        return form

    def picked(self) -> list[Critique]:
        """The suggestions that the words sent began as."""
        names = ("picked_critique", "picked_kudos")
        found = [pickable(self.response, self.request.POST.get(name, "")) for name in names]
        return [row for row in found if row is not None]

    def opened(self, seal: str) -> Asked:
        """The seal of this very question."""
        asked = open_seal(seal, self.project, self.user)
        if asked.responses != [self.response.pk]:
            raise Refused("This form was made for another response. Nothing was stored; send it once more.")
        return asked

    def kept_seal(self) -> str:
        """The seal that was sent, when it is whole and the form comes back with mistakes."""
        seal = self.request.POST.get("seal", "")
        try:
            return seal if self.form and seal and self.opened(seal) else ""
        except Refused:
            return ""

    def own_words(self, number: Any) -> Critique | None:
        """The person's own standing words of that number on this response."""
        rows = [row for row in self.said if isinstance(row, Critique)] if number else []
        return next((row for row in rows if str(row.pk) == str(number)), None)


def responses_of(project: Project) -> QuerySet[Response]:
    """The responses of a project, with all that the desk shows."""
    return Response.objects.filter(example__project=project).select_related("example__project", "author")


def pass_over(request: HttpRequest, project: Project) -> None:
    """Remember one response as passed over, or forget all that were."""
    number = request.POST.get("skip", "")
    if number.isdecimal() and len(number) < 18:
        skip(request, project, "responses", [int(number)])
    elif passed_over(request, project, "responses"):
        forget(request, project, "responses")
