"""What every page shows around its own matter: where one is, which model answers, whether a worker does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from feedback.desk.blindness import Seen
from feedback.models import Project, Role
from feedback.projects.budget import model_name
from feedback.projects.workers import no_worker_answers

THEMES = ("light", "dark")
# The thread: each station with its pages, in the order the work goes.
STATIONS = [
    (
        _("Words"),
        [
            ("examples", _("Examples")),
            ("review", _("Review")),
            ("pairs", _("Pairs")),
            ("queues", _("Queues")),
            ("follow_ups", _("Follow-ups")),
            ("feedback", _("Said")),
        ],
    ),
    (
        _("Principles"),
        [
            ("playground", _("Playground")),
            ("principles", _("Drafts")),
            ("learning", _("Looking back")),
            ("trials", _("Tests")),
            ("motions", _("Motions")),
            ("constitution", _("Constitution")),
            ("memory", _("Memory")),
        ],
    ),
    (_("Changes"), [("runs", _("Runs")), ("compare", _("Compare"))]),
    (_("Rows"), [("snapshots", _("Snapshots")), ("export", _("Export"))]),
]
HOUSEKEEPING = [("form", _("Form")), ("people", _("People")), ("budget", _("Budget"))]
# Pages that stand under another one in the navigation.
UNDER = {
    "example": "examples",
    "import": "examples",
    "import_preview": "examples",
    "import_job": "examples",
    "judge": "review",
    "stream": "review",
    "pulses": "review",
    "talk": "examples",
    "relabel": "examples",
    "errand": "examples",
    "checks": "examples",
    "stand_in": "people",
    "tokens": "people",
    "pair": "pairs",
    "rank": "pairs",
    "hindsight": "pairs",
    "reversals": "pairs",
    "write": "review",
    "uptake": "examples",
    "next_questions": "examples",
    **dict.fromkeys(("queue", "new_queue", "change_queue", "fill_queue", "assign_queue", "queue_items"), "queues"),
    **dict.fromkeys(("queue_item", "mark_gold", "adjudication", "progress", "person_progress"), "queues"),
    "chat": "playground",
    "principle": "principles",
    "scope": "principles",
    "bring_in_principles": "principles",
    **dict.fromkeys(("comment_groups", "criterion", "look_back"), "learning"),
    "contradictions": "principles",
    **dict.fromkeys(("trial", "start_trial"), "trials"),
    **dict.fromkeys(("adopt_principle", "retire_principle", "decide_change", "test_change"), "principles"),
    **dict.fromkeys(("constitution_version", "go_back"), "constitution"),
    **dict.fromkeys(("memory_entry", "tidy_memory", "bring_in_memory"), "memory"),
    **dict.fromkeys(("memory_of_principle", "memory_of_example"), "memory"),
    **dict.fromkeys(("motion", "consensus", "import_polis"), "motions"),
    "edit_form": "form",
    "feedback_numbers": "feedback",
    "rate_quality": "feedback",
    "reactions": "feedback",
    "form_version": "form",
    "start_run": "runs",
    "run": "runs",
    "run_item": "runs",
    **dict.fromkeys(("export_row", "row_lineage", "systems", "exports"), "export"),
    **dict.fromkeys(("snapshot", "new_snapshot", "snapshot_difference", "benchmarks"), "snapshots"),
    **dict.fromkeys(("snapshot_rows", "snapshot_row", "snapshot_numbers", "snapshot_lineage"), "snapshots"),
}


@dataclass(frozen=True)
class Link:
    """A page in the navigation."""

    url: str
    label: str
    current: bool


@dataclass(frozen=True)
class Station:
    """A stretch of the thread."""

    name: str
    links: list[Link]

    @property
    def current(self) -> bool:
        """Whether one stands here."""
        return any(link.current for link in self.links)


def page(request: HttpRequest) -> dict[str, Any]:
    """For every template: where one is and may go, the model that answers, and whether a worker does."""
    project: Project | None = getattr(request, "project", None)
    name, simulated = model_name()
    theme = request.COOKIES.get("theme", "")
    member = getattr(project, "member", None)
    return {
        "theme": theme if theme in THEMES else "",
        "answering_model": name,
        "answering_simulated": simulated,
        "no_worker_answers": no_worker_answers,
        "stations": stations_of(request, project) if project else [],
        "housekeeping": links_of(request, project, HOUSEKEEPING) if project else [],
        "here": project,
        "role": member.role if member else "",
        "seen": Seen(member) if member else (),
        "may_review": bool(member and member.may(Role.REVIEWER)),
        "may_curate": bool(member and member.may(Role.CURATOR)),
        "is_owner": bool(member and member.may(Role.OWNER)),
        "debug": settings.DEBUG,
    }


def stations_of(request: HttpRequest, project: Project) -> list[Station]:
    """The thread with all its pages."""
    return [Station(str(name), links_of(request, project, pages)) for name, pages in STATIONS]


def links_of(request: HttpRequest, project: Project, pages: list[tuple[str, Any]]) -> list[Link]:
    """Links to pages of a project; the one that is shown is marked."""
    match = request.resolver_match
    shown = (match.url_name or "") if match else ""
    shown = UNDER.get(shown, shown)
    return [Link(reverse(name, args=[project.slug]), str(label), name == shown) for name, label in pages]
