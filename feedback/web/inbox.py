"""The inbox: the draft in hand, the list it was taken from, and what is still being drafted.

One draft at a time has its forms, so that two hundred cost no more than ten. `?at=` says which; `?by=group` reads them
group by group, `?of=aside` those that were laid aside. A decision posted from here carries `next`, and what follows it
comes into the hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property

from feedback.forms.principles import AdoptForm, WriteForm
from feedback.models import Drafting, JobState, Motion, Principle, PrincipleVersion, Project
from feedback.principles.motions import PENDING
from feedback.web.answering import show
from feedback.web.drafts import of_status, whole_card
from feedback.web.evidence import SOURCES
from feedback.web.likeness import Groups, newest_words

PAGE = "principles/principles.html"
MOST_LINES = 100


@dataclass(frozen=True)
class Line:
    """One draft in the list: its words and the signs that matter for choosing it."""

    principle: Principle
    version: PrincipleVersion
    twin: bool
    motion: int | None
    heading: str | None = None


class Inbox:
    """The drafts in the order they are read, and which one is in hand. Each part asks for itself, once."""

    def __init__(self, project: Project, asked: dict[str, str]) -> None:
        self.project = project
        self.by_group = asked.get("by") == "group"
        self.of_aside = asked.get("of") == "aside"
        self.asked_for = number_in(asked.get("at"))
        self.asked_page = asked.get("page")

    @cached_property
    def groups(self) -> Groups:
        """What says the same."""
        return Groups(self.project)

    @cached_property
    def order(self) -> list[Principle]:
        """All that are listed, in order."""
        status = Principle.Status.DROPPED if self.of_aside else Principle.Status.DRAFTED
        rows = list(of_status(self.project, status).only("project", "number"))
        return self.groups.ordered(rows) if self.by_group else rows

    @cached_property
    def numbers(self) -> list[int]:
        """Their numbers."""
        return [one.number for one in self.order]

    @cached_property
    def place(self) -> int:
        """Where the draft in hand stands: the one asked for or, when that is gone, the next; else the page's first."""
        if self.asked_for in self.numbers:
            return self.numbers.index(self.asked_for)
        if self.asked_for and not self.by_group:
            return next((place for place, number in enumerate(self.numbers) if number < self.asked_for), 0)
        return Paginator(self.numbers, MOST_LINES).get_page(self.asked_page).start_index() - 1

    @cached_property
    def page(self) -> Page:
        """The page of the list on which the draft in hand stands."""
        return Paginator(self.order, MOST_LINES).get_page(max(self.place, 0) // MOST_LINES + 1)

    @property
    def at(self) -> int | None:
        """The number of the draft in hand."""
        return self.numbers[self.place] if self.numbers else None

    @property
    def after(self) -> int | None:
        """The next draft."""
        return self.numbers[self.place + 1] if self.numbers and self.place + 1 < len(self.numbers) else None

    @property
    def before(self) -> int | None:
        """The draft before."""
        return self.numbers[self.place - 1] if self.numbers and self.place > 0 else None

    @property
    def position(self) -> int:
        """Its place, from 1."""
        return self.place + 1

    @property
    def then(self) -> int | str:
        """What comes into the hand once this one is decided."""
        return self.after or self.before or ""

    @property
    def query(self) -> str:
        """How the list is read, as the rest of an address."""
        return urlencode({"by": "group"} if self.by_group else {"of": "aside"} if self.of_aside else {})

    @cached_property
    def card(self) -> dict[str, Any] | None:
        """The draft in hand with its forms."""
        return whole_card(self.project, self.groups, self.at) if self.at else None

    def lines(self) -> list[Line]:
        """The list as its page shows it, each group under its name."""
        found: list[Line] = []
        before: tuple[int, str] | None = None
        for line in lines_of(self.project, list(self.page), self.groups):
            here = self.groups.place_of(line.principle)
            starts = self.by_group and here != before
            found.append(Line(line.principle, line.version, line.twin, line.motion, here[1] if starts else None))
            before = here
        return found


def number_in(text: str | None) -> int:
    """A number of a principle as an address gives it; 0 for what is none."""
    return int(text) if text and text.isdecimal() and len(text) < 9 else 0


def lines_of(project: Project, rows: Sequence[Principle], groups: Groups) -> list[Line]:
    """Drafts as lines, in two queries."""
    words = newest_words([row.pk for row in rows])
    pending = Motion.objects.filter(project=project, state__in=PENDING, principle__in=[row.pk for row in rows])
    motions = dict(pending.values_list("principle_id", "number"))
    return [Line(row, words[row.pk], row.pk in groups.twins, motions.get(row.pk)) for row in rows if row.pk in words]


def inbox_page(project: Project, asked: dict[str, str], **more: Any) -> dict[str, Any]:
    """All that the inbox shows."""
    adopted = project.principles.with_status().filter(status=Principle.Status.ADOPTED)
    return {
        "inbox": Inbox(project, asked),
        "writing": WriteForm(),
        "adopted": adopted.count(),
        "aside": project.principles.filter(dropped_at__isnull=False).count(),
        **under_way(project),
        **more,
    }


def arrivals(project: Project, asked: dict[str, str]) -> dict[str, Any]:
    """The drafts that came since the page was made, and what is still being drafted."""
    box = Inbox(project, {"by": asked.get("by", "")})
    newer = of_status(project, Principle.Status.DRAFTED).filter(number__gt=number_in(asked["after"]))
    fresh = list(newer)
    return {
        "inbox": box, "arrived": lines_of(project, fresh, box.groups) if fresh else [], "fresh": True,
        "was_empty": "empty" in asked and bool(fresh), **under_way(project),
    }  # fmt: skip


def under_way(project: Project) -> dict[str, Any]:
    """Draftings a worker has yet to finish or could not, and the highest number given out so far."""
    jobs = Drafting.objects.filter(project=project)
    waiting = jobs.filter(state__in=[JobState.WAITING, JobState.LEASED])
    highest = project.principles.order_by("-number").values_list("number", flat=True).first()
    return {
        "waiting": with_source(waiting.order_by("id")),
        "failed": with_source(jobs.filter(state=JobState.FAILED).order_by("-id")[:5]),
        "newest": highest or 0,
    }


def with_source(jobs: QuerySet[Drafting]) -> list[Drafting]:
    """Draftings with what they are drafted from. Mostly there are none, and then all its tables are left in peace."""
    there = list(jobs.values_list("pk", flat=True))
    rows = Drafting.objects.filter(pk__in=there).select_related(*SOURCES, "asked_by").in_bulk() if there else {}
    return [rows[number] for number in there]


def address_in(project: Project, box: Inbox) -> str:
    """The page of the inbox with this draft in hand."""
    query = "&".join(part for part in (box.query, f"at={box.at}" if box.at else "") if part)
    return f"{reverse('principles', args=[project.slug])}{'?' if query else ''}{query}"


def moved_on(request: HttpRequest, project: Project, sentence: str, number: int, **more: Any) -> HttpResponse:
    """A decision is made: what comes next is in hand, and a line says what became of the one before.

    `more` may hold `back`, the address at which it can be undone, `motion`, the number of one it was put into, and
    `stays`, when it keeps its line in the list.
    """
    asked = {"at": request.POST["next"], "by": request.POST.get("by", ""), "of": request.POST.get("of", "")}
    box = Inbox(project, asked)
    if not request.htmx:  # type: ignore[attr-defined]
        messages.success(request, sentence)
        return HttpResponseRedirect(address_in(project, box))
    kept = [one for one in box.order if one.number == number] if more.get("stays") else []
    said = {
        "sentence": sentence,
        "number": number,
        "line": next(iter(lines_of(project, kept, box.groups)), None),
        **more,
    }
    answer = render(request, f"{PAGE}#moved", {"inbox": box, "said": said})
    answer["HX-Replace-Url"] = address_in(project, box)
    return answer


def still_in_hand(
    request: HttpRequest, project: Project, number: int, form: AdoptForm | None, refusals: Sequence[str] = ()
) -> HttpResponse:
    """The draft with what was typed and why nothing was done."""
    asked = {"at": str(number), "by": request.POST.get("by", "")}
    box = Inbox(project, asked)
    box.card = whole_card(project, box.groups, number, form, refusals)
    around = {} if request.htmx else inbox_page(project, asked)  # type: ignore[attr-defined]
    return show(request, PAGE, "hand", {**around, "inbox": box}, status=422)
