"""What a model answers on an errand is written under what is in force, and says so."""

from __future__ import annotations

import pytest

from feedback.desk.errand_kinds.beside import answering, recalled
from feedback.desk.errands import run_errand
from feedback.models import Applied, Project, User
from feedback.principles import governing  # noqa: F401  (puts it there)
from tests import make


@pytest.mark.django_db(transaction=True)
def test_an_answer_is_written_under_what_is_in_force(project: Project, ana: User) -> None:
    """The example's answer has its uses; the prompt has the principles, sealed off like all that people wrote."""
    one = make.principle(project=project, effect="Leave out apologies.")
    two = make.principle(project=project, domain="When asked for a poem", effect="Rhyme.")
    make.constitution(project=project, principles=[one, two])
    example = make.example(project=project, request="Why is the sky blue?")
    errand = make.errand(example=example, by=ana)
    assert "1. Leave out apologies." in answering("…", recalled(errand)).shared
    run_errand(errand.pk)
    errand.refresh_from_db()
    assert errand.state == "done", errand.error
    assert Applied.objects.filter(response=example.responses.get()).count() == 2


@pytest.mark.django_db
def test_without_a_constitution_nothing_stands_beside(project: Project, ana: User) -> None:
    """The plain prompt."""
    errand = make.errand(example=make.example(project=project), by=ana)
    assert answering("…", recalled(errand)).name == "answer_message"
