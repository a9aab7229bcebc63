"""Ana's project with a constitution and some responses, and a scripted model behind the seam."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from feedback.llm.answers import Choice, CitedRevision, FreeCritique, PrincipleCritique, Revision
from feedback.llm.model import Prompt
from feedback.models import Project, Response
from feedback.projects import budget
from tests import make
from tests.refinement.scripted import ScriptedModel


def plainly(prompt: Prompt) -> Any:
    """Each principle is broken by a text that does not say its word; a rewrite says it."""
    if prompt.answer is PrincipleCritique:
        word = prompt.values["principle"].split()[-1]
        return PrincipleCritique(applies=True, fault=word not in prompt.values["response"], critique=f"No {word}")
    if prompt.answer is FreeCritique:
        score = min(10, 5 + prompt.values["response"].count("!"))
        return FreeCritique(score=score, good_enough=score >= 7, critique="Louder.")
    if prompt.answer is Choice:
        return Choice(best=1, because="It comes first.")
    if "principle" in prompt.values:
        word = prompt.values["principle"].split()[-1]
        return Revision(text=f"{prompt.values['response']} {word}", changed=f"Said {word}")
    louder = f"{prompt.values.get('response') or prompt.values['approach']}!"
    if prompt.answer is CitedRevision:
        return CitedRevision(text=louder, changed="Louder.", followed=())
    return Revision(text=louder, changed="Louder.")


@pytest.fixture
def responses(project: Project) -> list[Response]:
    """Three responses to three examples, and a constitution of two principles."""
    principles = [make.principle(project=project, effect=f"Always say {word}.") for word in ("please", "thanks")]
    make.constitution(project=project, principles=principles)
    examples = [make.example(project=project, request=f"Question {number}?") for number in range(3)]
    return [make.response(example=one, text=f"Answer {number}.") for number, one in enumerate(examples)]


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch) -> Callable[[Any], ScriptedModel]:
    """Put a script behind the seam; returns the model so that a test can see what it was asked."""

    def put(answer: Any) -> ScriptedModel:
        model = ScriptedModel(answer)
        monkeypatch.setattr(budget, "the_model", lambda: model)
        return model

    return put


@pytest.fixture
def model(scripted: Callable[[Any], ScriptedModel]) -> ScriptedModel:
    """The plain script."""
    return scripted(plainly)
