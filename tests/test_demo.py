"""The demo project: everything is there on first start, made once, at no cost, and taken in by the first owner."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command

from feedback.agreement.reports import refined_win_rate
from feedback.models import (
    Chat,
    ChatTurn,
    Constitution,
    Critique,
    Edit,
    Example,
    ModelCall,
    Preference,
    Principle,
    Project,
    Run,
    Span,
    User,
)
from feedback.projects.setup import adopt_ownerless

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_demo_is_made_once_and_has_something_for_every_page(settings: Any) -> None:
    settings.ANTHROPIC_API_KEY = "never-to-be-used"
    call_command("demo")
    project = Project.objects.get(slug="demo")
    nouns = (Chat, ChatTurn, Example, Preference, Critique, Span, Edit, Principle, Constitution, Run, ModelCall)
    counts = {noun.__name__: noun.objects.count() for noun in nouns}
    assert counts["Example"] == 24 + 1  # the message of a talk
    assert counts["Constitution"] == 3
    run = Run.objects.get()
    assert (run.state, run.simulated) == ("finished", True)
    assert run.items.filter(result__isnull=False).count() >= 5
    assert refined_win_rate(project).n == 5
    statuses = set(Principle.objects.with_status().values_list("status", flat=True))
    assert statuses == {"adopted", "drafted"}
    assert set(ModelCall.objects.values_list("model", flat=True)) == {"simulated"}
    call_command("demo")
    assert {noun.__name__: noun.objects.count() for noun in nouns} == counts
    owner = User.objects.create_user("first@example.org", None, name="First")
    assert adopt_ownerless(owner) == [project]
