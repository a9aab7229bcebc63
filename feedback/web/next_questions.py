"""What to ask next and why: for one example on its page, for all of them as a list from which queues are made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from feedback.desk.next_question import AT_MOST, QUEUES, filling_for, route_of, sorted_out
from feedback.desk.queues import create_queue
from feedback.desk.routing import Route
from feedback.models import Example, Project, Role
from feedback.projects.access import open_to
from feedback.web.answering import person

SHOWN = 12
# Each question: what it is called, and what becomes of the examples.
QUESTIONS = {
    "response": (gettext_lazy("Judge an answer"), gettext_lazy("nobody has judged an answer, or none is good so far")),
    "preference": (gettext_lazy("Compare two"), gettext_lazy("raters are unsure or divided: hard")),
    "edit": (gettext_lazy("Rewrite the best"), gettext_lazy("the best answer is middling: of medium difficulty")),
    "critique": (gettext_lazy("Say it in words"), gettext_lazy("there is a good answer: easy")),
    "hint": (gettext_lazy("Give a hint"), gettext_lazy("all attempts failed")),
    "demonstration": (gettext_lazy("Write the answer"), gettext_lazy("no attempt helped, or there is none")),
    "nothing": (gettext_lazy("Nothing"), gettext_lazy("all is good, or somebody has shown how")),
}


@dataclass(frozen=True)
class NextQuestion:
    """What to ask next about an example, and where it is asked."""

    route: Route
    name: str
    address: str

    @property
    def certainty(self) -> int:
        """In hundredths."""
        return round(100 * self.route.certainty)


@dataclass(frozen=True)
class Group:
    """The examples about which the same is to be asked."""

    ask: str
    name: Any
    why: Any
    examples: list[tuple[int, NextQuestion]]
    many: int

    @property
    def has_queue(self) -> bool:
        """Whether a queue can ask it."""
        return self.ask in QUEUES


@open_to(Role.CURATOR)
def next_questions(request: HttpRequest, project: Project) -> HttpResponse:
    """All examples by what is to be asked next."""
    found = sorted_out(project)
    groups = [group_of(project, ask, found.get(ask, [])) for ask in QUESTIONS if found.get(ask)]
    in_all = sum(len(those) for those in found.values())
    context = {"groups": groups, "in_all": in_all, "at_most": AT_MOST, "whole": in_all < AT_MOST}
    return render(request, "next_questions/next_questions.html", context)


@open_to(Role.CURATOR)
@require_POST
def queue_next_questions(request: HttpRequest, project: Project) -> HttpResponse:
    """Make a queue of all examples about which this is to be asked next."""
    ask = request.POST.get("ask", "")
    asks, filling = filling_for(ask, sorted_out(project).get(ask, []))
    name = str(QUESTIONS[ask][0])
    queue = create_queue(project, by=person(request), name=name, asks=asks, filling=filling, order="in-order")
    n = queue.items.count()
    told = ngettext("A queue of %(n)d item was made: %(name)s.", "A queue of %(n)d items was made: %(name)s.", n)
    messages.success(request, told % {"n": n, "name": name})
    return redirect("next_questions", project.slug)


def group_of(project: Project, ask: str, those: list[tuple[int, Route]]) -> Group:
    """One question with the first examples it is to be asked of."""
    shown = [(number, question(project, number, one)) for number, one in those[:SHOWN]]
    return Group(ask, *QUESTIONS[ask], shown, len(those))


def next_question(project: Project, example: Example) -> NextQuestion:
    """What to ask next about one example."""
    return question(project, example.number, route_of(example))


def question(project: Project, number: int, route: Route) -> NextQuestion:
    """A route with its name and the page it leads to."""
    return NextQuestion(route, str(QUESTIONS[route.ask][0]), address_of(project, number, route))


def address_of(project: Project, number: int, route: Route) -> str:
    """The page on which it is asked; "" where nothing is."""
    about = sorted(route.about)
    if route.ask in {"hint", "demonstration"}:
        way = "hint" if route.ask == "hint" else "answer"
        return f"{reverse('write', args=[project.slug, number])}?as={way}"
    if route.ask == "preference":
        return reverse("pair", args=[project.slug, *about])
    if route.ask in {"response", "critique", "edit"} and about:
        return reverse("judge", args=[project.slug, about[0]])
    return ""
