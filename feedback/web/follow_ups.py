"""What users wrote next in dialogues: found by rules, confirmed by people; and pairs of answers mined from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from feedback import tasks
from feedback.capture.follow_ups import written_next
from feedback.capture.history import withdraw
from feedback.desk import following
from feedback.desk.detecting import POLARITY, prompt_quality
from feedback.desk.errands import ask_errand
from feedback.forms.following import FollowUpForm, MinedPairForm
from feedback.models import FollowUp, Preference, Project, Rater, Response, Role
from feedback.projects.access import open_to
from feedback.web.answering import carried_out, page_of, person, show

PAGE = "follow_ups/follow_ups.html"
READ_AT_ONCE = 20
PARTS = ("messages", "pairs", "settled")


@dataclass(frozen=True)
class Message:
    """What a user wrote next, with the dialogue around it: the part that is feedback stands between two others."""

    row: FollowUp
    asked: str
    answer: str
    before: str
    says: str
    after: str
    first: str
    form: FollowUpForm | None = None

    @property
    def polarity(self) -> str:
        """Whether it is praise or blame."""
        return POLARITY[self.row.mark]


@dataclass(frozen=True)
class Mined:
    """A pair mined from what users wrote next, its sides as they are stored."""

    row: Preference

    @property
    def sides(self) -> list[tuple[str, Response]]:
        """The outcome that says a side is better, and the response on it."""
        return [("a", self.row.response_a), ("b", self.row.response_b)]


@open_to(Role.VIEWER)
def follow_ups(request: HttpRequest, project: Project) -> HttpResponse:
    """What waits for a decision: messages or mined pairs; and what was decided."""
    part = request.GET.get("show", "")
    part = part if part in PARTS else PARTS[0]
    return show(request, PAGE, "tabs", {**listed(request, project, part), "part": part, **counts(project)})


@open_to(Role.CURATOR)
@require_POST
def find_follow_ups(request: HttpRequest, project: Project) -> HttpResponse:
    """Look through all dialogues for messages that say something, then for pairs they make."""
    found = following.detect(project, by=person(request))
    pairs = following.mine_pairs(project, by=person(request))
    said = ngettext("%(n)d new message found", "%(n)d new messages found", found) % {"n": found}
    made = ngettext("%(n)d pair", "%(n)d pairs", pairs) % {"n": pairs}
    messages.info(request, _("%(said)s, and %(made)s. They count once a person has confirmed them.")
                  % {"said": said, "made": made})  # fmt: skip
    return redirect("follow_ups", project.slug)


@open_to(Role.CURATOR)
@require_POST
def read_follow_ups(request: HttpRequest, project: Project) -> HttpResponse:
    """Let a model read some of the dialogues in which the rules found nothing."""
    rows = list(following.unread(project)[:READ_AT_ONCE])
    for response in rows:
        key = f"read-{response.pk}"
        errand = ask_errand("follow-ups", example=response.example, response=response, key=key, by=person(request))
        tasks.ring_errand(errand)
    if rows:
        told = ngettext("A model reads %(n)d dialogue.", "A model reads %(n)d dialogues.", len(rows)) % {"n": len(rows)}
        messages.info(request, _("%(told)s What it finds appears here to be confirmed.") % {"told": told})
    else:
        messages.info(request, _("There is no dialogue that nobody has read."))
    return redirect("follow_ups", project.slug)


@open_to(Role.REVIEWER)
@require_POST
def settle_follow_up(request: HttpRequest, project: Project, id: int) -> HttpResponse:  # noqa: A002
    """Decide on one message, or take one's decision back."""
    row = get_object_or_404(with_dialogue(project.followups.all()), pk=id)
    if "take_back" in request.POST:
        withdraw(row, by=person(request))
        return redirect("follow_ups", project.slug)
    form = FollowUpForm(request.POST, auto_id=f"follow-up-{id}-%s")
    said = carried_out(form, lambda said: settle(request, row, said))
    if said is None:
        return answered(request, project, "item", {"item": message_of(row, form)}, status=422)
    return answered(request, project, "kept", {"row": said, "proposal": row})


@open_to(Role.REVIEWER)
@require_POST
def settle_mined_pair(request: HttpRequest, project: Project, id: int) -> HttpResponse:  # noqa: A002
    """Say which of two mined answers is better."""
    proposals = project.preferences.select_related("response_a__example__project", "response_b")
    row = get_object_or_404(proposals, pk=id, rater__kind=Rater.Kind.CHECK)
    form = MinedPairForm(request.POST)

    def verb(said: dict[str, Any]) -> Preference:
        return following.settle_pair(row, by=person(request), outcome=said["outcome"], key=str(said["key"]))

    said = carried_out(form, verb)
    if said is None:
        return answered(
            request, project, "pair", {"pair": Mined(row), "key": uuid4(), "trouble": form.errors}, status=422
        )
    return answered(request, project, "kept_pair", {"row": said})


def settle(request: HttpRequest, proposal: FollowUp, said: dict[str, Any]) -> FollowUp:
    """A person's decision. What they decided before on this message is replaced."""
    user = person(request)
    own = FollowUp.objects.standing().filter(response=proposal.response, turn=proposal.turn, rater__user=user).last()
    return following.settle(
        proposal, by=user, mark=said["mark"], says=said["says"], prompt_quality=said["prompt_quality"],
        key=str(said["key"]), replaces=own if own and own.key != str(said["key"]) else None,
    )  # fmt: skip


def answered(
    request: HttpRequest, project: Project, part: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """The line alone for htmx; for a plain form the page again."""
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, f"follow_ups/item.html#{part}", context, status=status)
    if status == 422:
        return render(request, "follow_ups/one.html", {**context, "shows": part}, status=422)
    return redirect("follow_ups", project.slug)


def listed(request: HttpRequest, project: Project, part: str) -> dict[str, Any]:
    """What the page lists: at most twenty."""
    if part == "pairs":
        rows = following.mined_pairs(project).select_related("response_a__example", "response_b")
        page = page_of(request, rows, size=10)
        return {"page": page, "pairs": [Mined(row) for row in page], "key": uuid4}
    if part == "settled":
        rows = with_dialogue(following.settled(project))
        blind = project.member.role == Role.REVIEWER  # type: ignore[attr-defined]
        page = page_of(request, rows.filter(rater__user=person(request)) if blind else rows, size=20)
        return {"page": page, "items": [message_of(row) for row in page]}
    waiting = following.proposals(project).values("pk")
    page = page_of(request, with_dialogue(project.followups.filter(pk__in=waiting)).order_by("pk"), size=20)
    return {"page": page, "items": [message_of(row, empty_form(row)) for row in page]}


def with_dialogue(rows: Any) -> Any:
    """The rows with all the page shows of them."""
    return rows.select_related("rater", "response__example__project", "confirms__rater")


def message_of(row: FollowUp, form: FollowUpForm | None = None) -> Message:
    """One message in its dialogue."""
    turns, message = row.response.messages, written_next(row.response, row.turn)
    answer = row.response.text if row.turn is None else str(turns[row.turn - 1]["content"])
    earlier = turns if row.turn is None else turns[: row.turn - 1]
    asked = next((turn["content"] for turn in reversed(earlier) if turn["role"] == "user"), "")
    before, says, after = message.partition(row.says) if row.says else (message, "", "")
    return Message(row, asked, answer, before, says, after, first_of(turns), form)


def first_of(turns: list[dict[str, Any]]) -> str:
    """The user's first message."""
    return next((str(turn["content"]) for turn in turns if turn["role"] == "user"), "")


def empty_form(row: FollowUp) -> FollowUpForm:
    """The form with what the detector found and the rules' guess at the first message."""
    quality = prompt_quality(first_of(row.response.messages))
    initial = {"mark": row.mark, "says": row.says, "prompt_quality": quality, "key": uuid4()}
    return FollowUpForm(initial=initial, auto_id=f"follow-up-{row.pk}-%s")


def counts(project: Project) -> dict[str, Any]:
    """How many wait, and what was decided: by mark, and by how good the first message was."""
    rows = following.settled(project).order_by()
    by_mark = dict(rows.values_list("mark").annotate(n=Count("pk")))
    quality: dict[int, list[int]] = {}
    for value, mark, n in (
        rows.exclude(prompt_quality=None).values_list("prompt_quality", "mark").annotate(n=Count("pk"))
    ):
        found = quality.setdefault(value, [0, 0])
        found[0] += n if mark == FollowUp.Mark.SATISFIED else 0
        found[1] += n
    return {
        "waiting": project.followups.filter(pk__in=following.proposals(project).values("pk")).count(),
        "waiting_pairs": following.mined_pairs(project).count(),
        "marks": [(label, by_mark.get(value, 0), POLARITY[value]) for value, label in FollowUp.Mark.choices],
        "decided": sum(by_mark.values()),
        "quality": [(value, *quality[value]) for value in sorted(quality)],
        "any_dialogue": bool(following.with_messages(project).exists()),
    }  # fmt: skip
