"""Under which principles a run works: settled when it begins, fewer where the project retrieves, kept as uses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from feedback.errors import Refused
from feedback.llm.answers import CitedRevision
from feedback.llm.model import Prompt
from feedback.models import Applied, Principle, Project, Response, User
from feedback.refinement import runs
from tests import make
from tests.refinement.conftest import plainly
from tests.refinement.scripted import ScriptedModel
from tests.refinement.worker import carry_to_its_end

pytestmark = pytest.mark.django_db


@pytest.fixture
def answers(project: Project) -> list[Response]:
    """Two requests, and a principle for each."""
    principles = [
        make.principle(project=project, domain="When asked for a poem", effect="Always say please."),
        make.principle(project=project, domain="When asked about taxes", effect="Always say thanks."),
    ]
    make.constitution(project=project, principles=principles)
    asked = ("Write me a poem about snow.", "How do taxes work in Norway?")
    return [make.response(example=make.example(project=project, request=one), text="Well.") for one in asked]


def texts(run: object) -> list[str]:
    """What came of each item."""
    return [item.result.text if item.result else "" for item in run.items.select_related("result")]  # type: ignore[attr-defined]


def test_every_answer_gets_what_fits_it(
    project: Project, ana: User, answers: list[Response], model: ScriptedModel
) -> None:
    Project.objects.filter(pk=project.pk).update(retrieves=1)
    project.refresh_from_db()
    run = carry_to_its_end(runs.start_run(project, strategy="cai_revision", by=ana))
    assert texts(run) == ["Well. please.", "Well. thanks."]
    assert run.pinned["compiled"]["at_most"] == 1
    for prompt in model.asked:
        assert ("taxes" in prompt.values["constitution"]) == ("taxes" in prompt.values["conversation"])


def test_where_nothing_fits_the_answer_stands(
    project: Project, ana: User, answers: list[Response], model: ScriptedModel
) -> None:
    Project.objects.filter(pk=project.pk).update(retrieves=3)
    project.refresh_from_db()
    other = make.response(example=make.example(project=project, request="Who won the match?"), text="They did.")
    run = carry_to_its_end(runs.start_run(project, strategy="cai_revision", by=ana, responses=[other]))
    assert texts(run) == [""]
    assert model.asked == []


def test_what_is_switched_off_is_left_alone_and_a_run_keeps_what_it_began_with(
    project: Project, ana: User, answers: list[Response], model: ScriptedModel
) -> None:
    first = Principle.objects.get(number=1)
    run = runs.start_run(project, strategy="cai_revision", by=ana)
    Principle.objects.filter(pk=first.pk).update(switched_off_at=timezone.now())
    assert texts(carry_to_its_end(run)) == ["Well. please. thanks."] * 2
    later = runs.start_run(project, strategy="cai_revision", by=ana)
    assert texts(carry_to_its_end(later)) == ["Well. thanks."] * 2
    Principle.objects.update(switched_off_at=timezone.now())
    with pytest.raises(Refused):
        runs.start_run(project, strategy="cai_revision", by=ana)


def test_what_a_run_made_says_what_it_was_made_under(
    project: Project, ana: User, answers: list[Response], model: ScriptedModel
) -> None:
    """Both stood in the prompt; the one that the answer kept already asked for nothing."""
    polite = make.response(example=make.example(project=project, request="Hello?"), text="Yes please.")
    carry_to_its_end(runs.start_run(project, strategy="cai_revision", by=ana, responses=[polite]))
    uses = Applied.objects.order_by("version__principle__number").values_list("version__principle__number", "cited")
    assert list(uses) == [(1, False), (2, True)]


def test_a_free_rewrite_cites_the_principles_it_followed(
    project: Project, ana: User, answers: list[Response], scripted: Callable[[Any], ScriptedModel]
) -> None:
    """It names number 2, and a number that is not there."""

    def answer(prompt: Prompt) -> Any:
        if prompt.answer is CitedRevision:
            return CitedRevision(text=f"{prompt.values['response']} Thanks!", changed="Thanked.", followed=(2, 9))
        return plainly(prompt)

    scripted(answer)
    given = {"strategy": "self_refine", "responses": answers[:1], "parameters": {"attempts": 1}}
    carry_to_its_end(runs.start_run(project, by=ana, **given))
    uses = Applied.objects.order_by("version__principle__number").values_list("version__principle__number", "cited")
    assert list(uses) == [(1, False), (2, True)]
