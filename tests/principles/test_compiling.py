"""A constitution as a prompt gets it: whole or by what fits, without what was switched off, and never with a leak."""

from __future__ import annotations

import pytest
from django.utils import timezone

from feedback.models import Constitution, Principle, Project
from feedback.principles.compiling import Compiler, compiled_for, learned_from
from feedback.principles.fitting import is_general
from tests import make

SICK = "I have had a fever and a headache for two days. Which medicine should I take?"
CODE = "My Python function raises an error in the loop. How do I fix the code?"


@pytest.fixture
def principles(project: Project) -> list[Principle]:
    """One for medical questions, one for code, one for always, one for poems."""
    return [
        make.principle(project=project, domain="When somebody asks about medicine or a fever", effect="Name a doctor."),
        make.principle(project=project, domain="When asked about Python code", effect="Show the mended code."),
        make.principle(project=project, domain="Always", effect="Begin with the answer."),
        make.principle(project=project, domain="When asked for a poem", effect="Rhyme every second line."),
    ]


@pytest.fixture
def constitution(project: Project, principles: list[Principle]) -> Constitution:
    """All four in force."""
    return make.constitution(project=project, principles=principles)


def test_without_a_setting_all_of_it_goes_in(constitution: Constitution) -> None:
    """Whole is what a project starts with."""
    compiled = compiled_for(constitution, SICK)
    assert compiled.text.splitlines()[0] == "1. When somebody asks about medicine or a fever: Name a doctor."
    assert len(compiled.versions) == 4
    assert compiled.left_out == ()
    assert compiled.tokens == -(-len(compiled.text) // 4)


def test_no_constitution_is_no_text(db: None) -> None:
    """Nothing in, nothing out."""
    assert compiled_for(None, SICK).text == ""


def test_what_fits_goes_in_under_its_own_number(constitution: Constitution) -> None:
    """The medical one and the general one fit a question about a fever; the numbers stay those of the document."""
    compiled = compiled_for(constitution, SICK, at_most=2)
    assert [line.split(".")[0] for line in compiled.text.splitlines()] == ["1", "3"]
    assert {version.effect for version in compiled.left_out} == {"Show the mended code.", "Rhyme every second line."}
    assert [version.effect for version in compiled_for(constitution, CODE, at_most=1).versions] == [
        "Show the mended code."
    ]


def test_the_project_says_how_many(constitution: Constitution, project: Project) -> None:
    """`retrieves` is the project's; `whole` overrules it."""
    Project.objects.filter(pk=project.pk).update(retrieves=1)
    constitution = Constitution.objects.get(pk=constitution.pk)
    assert len(compiled_for(constitution, CODE).versions) == 1
    assert len(compiled_for(constitution, CODE, whole=True).versions) == 4


def test_what_was_switched_off_is_in_no_prompt(constitution: Constitution, principles: list[Principle]) -> None:
    """Neither whole nor by what fits; it is told as left out."""
    Principle.objects.filter(pk=principles[0].pk).update(switched_off_at=timezone.now())
    for compiled in (compiled_for(constitution, SICK, whole=True), compiled_for(constitution, SICK, at_most=4)):
        assert "doctor" not in compiled.text
        assert principles[0].versions.get() in compiled.left_out


def test_a_principle_is_found_by_what_it_was_learned_from(project: Project) -> None:
    """DROC: the situation of the correction is a key as well; but never one of the holdout."""
    ben = make.rater(project=project)
    told = make.critique(
        response=make.response(example=make.example(project=project, request="Translate this letter into Danish.")),
        rater=ben,
    )
    hidden = make.critique(
        response=make.response(example=make.example(project=project, request="Sort my stamps.", split="holdout")),
        rater=ben,
    )
    one = make.principle(project=project, domain="When tone matters", effect="Keep the greeting.", source=told)
    two = make.principle(project=project, domain="When tone matters", effect="Drop the greeting.", source=hidden)
    constitution = make.constitution(project=project, principles=[one, two])
    assert [v.effect for v in compiled_for(constitution, "Translate this note into Danish.", at_most=2).versions] == [
        "Keep the greeting."
    ]
    assert compiled_for(constitution, "Sort my stamps.", at_most=2).versions == ()
    assert learned_from([two.pk]) == {}


def test_a_condition_that_names_nothing_is_general() -> None:
    """Always, in all answers, or nothing at all."""
    assert all(is_general(domain) for domain in ("", "Always", "In all answers", "In every case"))
    assert not is_general("When asked for a poem")


def test_many_texts_cost_no_more_queries(
    constitution: Constitution, django_assert_max_num_queries: pytest.FixtureRequest
) -> None:
    """The compiler fetches once."""
    compiler = Compiler(constitution)
    compiler.compile(SICK, at_most=2)
    with django_assert_max_num_queries(0):  # type: ignore[operator]
        for _ in range(5):
            compiler.compile(CODE, at_most=2)
