"""How much changed between two constitutions, and what each way of compiling takes."""

from __future__ import annotations

import pytest

from feedback.models import Constitution, Principle, Project, User, Verdict
from feedback.principles.churn import Share, churn_between, churn_if
from feedback.principles.constitutions import adopt, retire, reword
from feedback.principles.sizes import sizes_of
from feedback.principles.trials.cells import instructions_hash
from feedback.principles.wording import compiled
from tests import make


@pytest.fixture
def principles(project: Project) -> list[Principle]:
    """Four in force, of four words each."""
    made = [
        make.principle(project=project, domain=domain, effect="Say it quite plainly.")
        for domain in ("When asked for poems", "When asked about taxes", "When asked about code", "Always")
    ]
    make.constitution(project=project, principles=made)
    return made


def newest_two(project: Project) -> tuple[Constitution, Constitution]:
    """The one before and the one in force."""
    newer, older = project.constitutions.order_by("-number")[:2]
    return older, newer


def test_one_of_four_reworded_is_a_quarter(project: Project, principles: list[Principle], ana: User) -> None:
    """Words are counted by the word: two of all were taken, two came."""
    reword(principles[3], by=ana, domain="Always", effect="Say it very bluntly.")
    churn = churn_between(*newest_two(project))
    assert churn.articles == Share(part=1, whole=4)
    assert 0 < churn.words.rate < 0.2
    assert not churn.is_much
    assert churn.choices is None


def test_much_at_once_is_said(project: Project, principles: list[Principle], ana: User) -> None:
    """Two thirds gone between two versions."""
    older = project.constitutions.get()
    for one in principles[:2]:
        retire(one, by=ana)
    newer = project.constitutions.order_by("-number")[0]
    churn = churn_between(older, newer)
    assert churn.articles.rate == 0.5
    assert churn.is_much
    assert churn_between(None, older).articles.rate == 1


def test_choices_made_under_both_are_compared(project: Project, principles: list[Principle], ana: User) -> None:
    """A judge that chose in the same pairs under both versions, once otherwise."""
    adopt(make.principle(project=project), by=ana)
    older, newer = newest_two(project)
    judge = make.rater(project=project, kind="judge")
    for number in range(3):
        one, other = make.pair(project=project)
        for which, outcome in ((older, "a"), (newer, "b" if number == 0 else "a")):
            Verdict.objects.create(
                instructions=instructions_hash("choose_by_rules", compiled(which)), response_a=one, response_b=other,
                rater=judge, repeat=0, outcome=outcome, swapped=False,
            )  # fmt: skip
    assert churn_between(older, newer).choices == Share(part=1, whole=3)


def test_before_a_change_its_reach_is_known(project: Project, principles: list[Principle]) -> None:
    """Where prompts get what fits, a principle about taxes changes the prompts about taxes."""
    for request in ("How do taxes work?", "Write a poem on snow.", "My code fails.", "Are taxes fair?"):
        make.example(project=project, request=request)
    new = make.principle(project=project, domain="When asked about taxes", effect="Name the year.")
    assert churn_if(project, [new.versions.get()]).prompts == Share(part=4, whole=4)
    Project.objects.update(retrieves=3)
    project.refresh_from_db()
    churn = churn_if(project, [new.versions.get()])
    assert churn.prompts == Share(part=2, whole=4)
    assert churn.articles == Share(part=1, whole=5)
    assert churn_if(project, [], retiring=[principles[0].pk]).articles == Share(part=1, whole=4)


def test_each_choice_says_what_it_takes(project: Project, principles: list[Principle]) -> None:
    """Less for fewer, and a price where the model has one."""
    for request in ("How do taxes work?", "Write a poem on snow."):
        make.example(project=project, request=request)
    sizes = sizes_of(project.constitutions.get(), "claude-sonnet-4-5")
    whole, three, one = sizes.lines
    assert (whole.at_most, whole.principles, whole.chosen) == (None, 4, True)
    assert three.at_most == 3
    assert one.tokens <= three.tokens < whole.tokens
    assert sizes.requests == 2
    assert 1 <= sizes.fit <= 3
    assert sizes_of(project.constitutions.get(), "unheard-of").lines[0].cost is None
