"""From many comments to decisions for the whole system: groups of comments, and the criteria people make of them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, Exists, OuterRef, Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from feedback.errors import Refused
from feedback.forms.criteria import AnswerForm, CriterionForm, TakeOutForm
from feedback.models import Critique, Drafting, Group, Grouping, JobState, Project, Rater, Response, Role, Trial
from feedback.principles import criteria, drafting, grouping
from feedback.principles.constitutions import newest_version
from feedback.principles.trials.opening import open_trial
from feedback.principles.trusting import trust_in
from feedback.projects.access import open_to
from feedback.tasks import ring_drafting, ring_trial
from feedback.web.answering import carried_out, page_of, person, show

LIST = "criteria/comment_groups.html"
ONE = "criteria/criterion.html"
UNDER_WAY = (JobState.WAITING, JobState.LEASED)


@open_to(Role.REVIEWER)
def comment_groups(request: HttpRequest, project: Project) -> HttpResponse:
    """The criteria there are, then the groups of the newest sorting that are none yet."""
    newest = grouping.latest(project, Grouping.Of.COMMENTS)
    confirmed = list(criteria.criteria_of(project).annotate(comments=Count("critiques")))
    rows = with_comments(newest.groups.filter(confirmed_at__isnull=True)).order_by("-comments", "pk") if newest else []
    context = {"newest": newest, "criteria": confirmed, "groups": page_of(request, rows, size=20)}
    return show(request, LIST, "groups", context)


@open_to(Role.CURATOR)
@require_POST
def group_comments(request: HttpRequest, project: Project) -> HttpResponse:
    """Sort what people said anew."""
    try:
        grouping.group_comments(project, by=person(request))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("comment_groups", project.slug)


@open_to(Role.REVIEWER)
def criterion(request: HttpRequest, project: Project, id: int) -> HttpResponse:  # noqa: A002
    """One group: what was said, its metric and clause, and what its judge is worth."""
    group = group_of(project, id)
    part = "trust" if request.GET.get("part") == "trust" else "criterion"
    return show(request, ONE, part, whole(request, group))


@open_to(Role.CURATOR)
@require_POST
def draft_criterion(request: HttpRequest, project: Project, id: int) -> HttpResponse:  # noqa: A002
    """Have metric and clause drafted together."""
    group = group_of(project, id)
    try:
        ring_drafting(drafting.ask_for_draft(group, by=person(request)))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("criterion", project.slug, id)


@open_to(Role.CURATOR)
@require_POST
def confirm_criterion(request: HttpRequest, project: Project, id: int) -> HttpResponse:  # noqa: A002
    """Make the group a criterion, in these words."""
    group = group_of(project, id)
    form = CriterionForm(request.POST)
    if carried_out(form, lambda said: criteria.confirm_criterion(group, by=person(request), **said)) is None:
        return show(request, ONE, "criterion", whole(request, group, form=form), status=422)
    messages.success(request, "Confirmed. Its clause waits among the drafts; its question can be judged now.")
    return redirect("criterion", project.slug, id)


@open_to(Role.CURATOR)
@require_POST
def unconfirm_criterion(request: HttpRequest, project: Project, id: int) -> HttpResponse:  # noqa: A002
    """Take the confirmation back."""
    criteria.unconfirm_criterion(group_of(project, id), by=person(request))
    return redirect("criterion", project.slug, id)


@open_to(Role.CURATOR)
@require_POST
def take_out_comment(request: HttpRequest, project: Project, id: int) -> HttpResponse:  # noqa: A002
    """Take a comment that is about something else out of the group."""
    group = group_of(project, id)
    form = TakeOutForm(group, request.POST)
    if carried_out(form, lambda said: criteria.take_out_comment(group, by=person(request), **said)) is None:
        refusals = [str(one) for errors in form.errors.values() for one in errors]
        messages.error(request, " ".join(refusals))
    return redirect("criterion", project.slug, id)


@open_to(Role.CURATOR)
@require_POST
def measure_criterion(request: HttpRequest, project: Project, id: int) -> HttpResponse:  # noqa: A002
    """Have a model answer its question of answers people judged."""
    group = group_of(project, id)
    given = {"group": group.pk}
    try:
        trial = open_trial(project, kind=Trial.Kind.CRITERION, by=person(request), parameters=given)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("criterion", project.slug, id)
    ring_trial(trial)
    return redirect("trial", project.slug, trial.number)


@open_to(Role.REVIEWER)
@require_POST
def answer_criterion(request: HttpRequest, project: Project, id: int) -> HttpResponse:  # noqa: A002
    """Answer its question oneself, without knowing what the judge said."""
    group = group_of(project, id)
    form = AnswerForm(group, request.POST)

    def answer(said: dict[str, Any]) -> object:
        return criteria.answer_criterion(group, by=person(request), **{**said, "key": str(said["key"])})

    if carried_out(form, answer) is None:
        return show(request, ONE, "trust", {**whole(request, group), "refused": form}, status=422)
    if request.htmx:  # type: ignore[attr-defined]
        return show(request, ONE, "trust", whole(request, group))
    return redirect("criterion", project.slug, id)


def group_of(project: Project, number: int) -> Group:
    """One group of comments of this project."""
    return get_object_or_404(criteria.groups_of(project), pk=number)


def with_comments(groups: QuerySet[Group]) -> QuerySet[Group]:
    """Groups with their comments and how many these are; three queries however many there are."""
    rows = Critique.objects.filter(withdrawn_at__isnull=True).select_related("rater", "response__example")
    return groups.annotate(comments=Count("critiques")).prefetch_related(Prefetch("critiques", rows.order_by("pk")))


def whole(request: HttpRequest, group: Group, *, form: CriterionForm | None = None) -> dict[str, Any]:
    """All that the page of one group shows."""
    clause = criteria.clause_of(group)
    words = newest_version(clause) if clause else None
    jobs = Drafting.objects.filter(group=group).order_by("-pk")
    first = {"metric": group.metric, "domain": words.domain if words else "", "effect": words.effect if words else ""}
    answering = next_to_answer(request, group)
    return {
        "group": group, "comments": comments_in(group), "clause": clause, "words": words,
        "form": form or CriterionForm(initial=first), "job": jobs.first(), "under_way": UNDER_WAY,
        "trust": trust_in(group), "tested": tested(group), "asked": answering,
        "answering": AnswerForm(group, initial={"response": answering.pk}) if answering else None,
    }  # fmt: skip


def comments_in(group: Group) -> list[Critique]:
    """What was said, oldest first, with who said it about which example."""
    rows = group.critiques.filter(withdrawn_at__isnull=True).select_related("rater", "response__example")
    return list(rows.order_by("pk"))


def tested(group: Group) -> Trial | None:
    """The last test of this criterion."""
    rows = Trial.objects.filter(project=group.grouping.project_id, kind=Trial.Kind.CRITERION)
    return rows.filter(parameters__group=group.pk).first()


def next_to_answer(request: HttpRequest, group: Group) -> Response | None:
    """An answer that the judge answered the question of, and this person has not."""
    if group.confirmed_at is None:
        return None
    there = criteria.judged_on(group).filter(response=OuterRef("pk"))
    mine, judges = there.filter(rater__user=person(request)), there.filter(rater__kind=Rater.Kind.JUDGE)
    rows = Response.objects.filter(example__project=group.grouping.project_id).select_related("example")
    return rows.filter(Exists(judges), ~Exists(mine)).order_by("example__number", "pk").first()
