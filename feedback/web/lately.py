"""What happened in a project lately, in sentences. It tells who did what, never what they said: judging stays blind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from feedback.models import Critique, Edit, Preference, Project, Rating, Run

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
    """One thing that happened: when, who (empty when nobody), the sentence, and what it is about."""

    at: datetime
    who: str
    sentence: str
    about: str
    url: str


def lately(project: Project) -> list[Happening]:
    """The last things that happened, newest first. Seven queries."""
    found = [*said(project), *decided(project), *run(project), *brought(project)]
    return sorted(found, key=lambda one: one.at, reverse=True)[:SHOWN]


def said(project: Project) -> list[Happening]:
    """Feedback by people."""
    found = []
    for kind, verb in SAID.items():
        path = "response_a" if kind is Preference else "response"
        rows: Any = (
            kind.objects.standing()
            .filter(project=project, rater__kind="person")
            .select_related("rater", f"{path}__example")
        )
        for row in rows.order_by("-pk")[:SHOWN]:
            number = getattr(row, path).example.number
            url = reverse("example", args=[project.slug, number])
            found.append(Happening(row.created_at, row.rater.name, verb, f"example {number}", url))
    return found


def decided(project: Project) -> list[Happening]:
    """New constitutions."""
    return [
        Happening(
            row.created_at, str(row.made_by or ""), f"{row.change[:1].lower()}{row.change[1:]}:", f"constitution v{row.number}",
            reverse("constitution_version", args=[project.slug, row.number]),
        )
        for row in project.constitutions.select_related("made_by").order_by("-number")[:SHOWN]
    ]  # fmt: skip


def run(project: Project) -> list[Happening]:
    """Runs that began or ended."""
    found = []
    for row in project.runs.select_related("asked_by").order_by("-number")[:SHOWN]:
        url = reverse("run", args=[project.slug, row.number])
        found.append(Happening(row.created_at, str(row.asked_by or ""), "started", f"run {row.number}", url))
        if row.ended_at:
            found.append(
                Happening(row.ended_at, "", f"{ENDS.get(Run.State(row.state), 'goes on')}.", f"Run {row.number}", url)
            )
    return found


def brought(project: Project) -> list[Happening]:
    """Files that came in."""
    url = reverse("examples", args=[project.slug])
    return [
        Happening(
            row.created_at,
            str(row.made_by or ""),
            "brought in",
            f"{row.examples_added} examples from {row.filename}",
            url,
        )
        for row in project.imports.select_related("made_by").order_by("-pk")[:5]
    ]
