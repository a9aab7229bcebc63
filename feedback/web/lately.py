"""What happened in a project lately, in sentences. It tells who did what, never what they said: judging stays blind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from feedback.models import Critique, Edit, Preference, Project, Rating, Run, Switching, User

SHOWN = 10
ENDS = {
    Run.State.FINISHED: "is finished", Run.State.STOPPED: "was cancelled", Run.State.FAILED: "failed",
    Run.State.WAITING_BUDGET: "stopped at its cap", Run.State.PAUSED: "is paused",
}  # fmt: skip
SAID = {
    Rating: "rated a response to", Critique: "wrote about a response to", Edit: "rewrote a response to",
    Preference: "compared two responses to",
}  # fmt: skip


@dataclass(frozen=True)
class Happening:
    """One thing that happened: when, and a sentence with a link in it."""

    at: datetime
    before: str
    about: str
    url: str
    after: str = ""


def lately(project: Project) -> list[Happening]:
    """The last things that happened, newest first. Eight queries."""
    found = [*said(project), *decided(project), *switched(project), *run(project), *brought(project)]
    return sorted(found, key=lambda one: one.at, reverse=True)[:SHOWN]


def said(project: Project) -> list[Happening]:
    """Feedback by people."""
    found = []
    for kind, verb in SAID.items():
        path = "response_a" if kind is Preference else "response"
        rows: Any = kind.objects.standing().filter(project=project, rater__kind="person")
        for row in rows.select_related("rater", f"{path}__example").order_by("-pk")[:SHOWN]:
            number = getattr(row, path).example.number
            url = reverse("example", args=[project.slug, number])
            found.append(Happening(row.created_at, f"{row.rater.name} {verb}", f"example {number}", url))
    return found


def decided(project: Project) -> list[Happening]:
    """New constitutions."""
    found = []
    for row in project.constitutions.select_related("made_by").order_by("-number")[:SHOWN]:
        url = reverse("constitution_version", args=[project.slug, row.number])
        found.append(Happening(row.created_at, f"{row.change}{by(row.made_by)} in", f"constitution v{row.number}", url))
    return found


def switched(project: Project) -> list[Happening]:
    """Principles that left the prompts or came back."""
    found = []
    rows = Switching.objects.filter(principle__project=project).select_related("principle", "by")
    for row in rows[:SHOWN]:
        url = reverse("principle", args=[project.slug, row.principle.number])
        who = by(row.by) if row.by else " by its own record" if row.off else ""
        after = f"was switched {'off' if row.off else 'on again'}{who}"
        found.append(Happening(row.created_at, "", f"Principle {row.principle.number}", url, after))
    return found


def run(project: Project) -> list[Happening]:
    """Runs that began or ended."""
    found = []
    for row in project.runs.select_related("asked_by").order_by("-number")[:SHOWN]:
        url, name = reverse("run", args=[project.slug, row.number]), f"Run {row.number}"
        found.append(Happening(row.created_at, "", name, url, f"started{by(row.asked_by)}"))
        if row.ended_at:
            found.append(Happening(row.ended_at, "", name, url, ENDS.get(Run.State(row.state), "goes on")))
    return found


def brought(project: Project) -> list[Happening]:
    """Files that came in."""
    found, url = [], reverse("examples", args=[project.slug])
    for row in project.imports.select_related("made_by").order_by("-pk")[:5]:
        about = f"{row.examples_added} examples from {row.filename}"
        found.append(Happening(row.created_at, "", about, url, f"brought in{by(row.made_by)}"))
    return found


def by(person: User | None) -> str:
    """Who did it, where that is known."""
    return f" by {person}" if person else ""
