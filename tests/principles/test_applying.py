"""Uses of principles and how they went: written once, settled by people, told per wording."""

from __future__ import annotations

import pytest
from django.utils import timezone

from feedback.models import Applied, Critique, PrincipleVersion, Project, Response, User
from feedback.principles.applying import Record, note_uses, record_of, settle_open, settle_uses
from tests import make


@pytest.fixture
def answer(project: Project) -> Response:
    """An answer somebody may judge."""
    return make.response(example=make.example(project=project))


@pytest.fixture
def versions(project: Project) -> list[PrincipleVersion]:
    """Two wordings."""
    return [make.principle(project=project).versions.get() for _ in range(2)]


def test_a_use_is_written_once(answer: Response, versions: list[PrincipleVersion]) -> None:
    """Twice changes nothing, and what the model cited says so."""
    note_uses(answer, versions=versions, cited=versions[:1])
    note_uses(answer, versions=versions)
    assert [(row.version_id, row.cited) for row in Applied.objects.all()] == [
        (versions[0].pk, True), (versions[1].pk, False),
    ]  # fmt: skip


def test_kudos_helped_and_a_critique_harmed(
    answer: Response, versions: list[PrincipleVersion], project: Project, ben: User
) -> None:
    """The newest word of a rater counts, and the row says whose it was."""
    note_uses(answer, versions=versions)
    who = make.rater(project=project, user=ben)
    make.critique(response=answer, rater=who, polarity="kudos")
    assert settle_uses(answer) == 2
    assert record_of([versions[0].pk]) == {versions[0].pk: Record(helped=1)}
    make.critique(response=answer, rater=who)
    settle_uses(answer)
    row = Applied.objects.get(version=versions[0])
    assert (row.outcome, row.rater) == ("negative", who)
    assert settle_uses(answer) == 0


def test_a_comparison_settles_both_answers(
    project: Project, versions: list[PrincipleVersion], ben: User, cleo: User
) -> None:
    """Chosen helped, rejected harmed; one for and one against cannot be told."""
    one, other = make.pair(project=project)
    note_uses(one, versions=versions[:1])
    note_uses(other, versions=versions[1:])
    make.preference(a=one, b=other, rater=make.rater(project=project, user=ben), outcome="a")
    settle_uses(one)
    settle_uses(other)
    assert list(Applied.objects.values_list("outcome", flat=True)) == ["positive", "negative"]
    make.preference(a=one, b=other, rater=make.rater(project=project, user=cleo), outcome="b")
    settle_uses(one)
    assert Applied.objects.get(version=versions[0]).outcome == "invalid"


def test_what_a_model_says_settles_nothing(
    answer: Response, versions: list[PrincipleVersion], project: Project
) -> None:
    """A loop that praises itself has no record."""
    note_uses(answer, versions=versions)
    make.critique(response=answer, rater=make.rater(project=project, kind="judge"), polarity="kudos")
    assert settle_uses(answer) == 0
    assert settle_open() == 0


def test_the_sweep_settles_and_unsettles(
    answer: Response, versions: list[PrincipleVersion], project: Project, ben: User
) -> None:
    """What was judged is settled, and what is taken back is open again."""
    note_uses(answer, versions=versions)
    said = make.rating(response=answer, rater=make.rater(project=project, user=ben), score=1)
    assert settle_open() == 2
    assert record_of([versions[1].pk])[versions[1].pk].harmed == 1
    type(said).objects.filter(pk=said.pk).update(withdrawn_at=timezone.now())
    assert settle_open() == 2
    assert record_of([versions[1].pk])[versions[1].pk] == Record(unknown=1)


def test_what_was_judged_by_hand_stays(
    answer: Response, versions: list[PrincipleVersion], project: Project, ben: User
) -> None:
    """That a rule did not apply is a finer word than a thumb."""
    note_uses(answer, versions=versions[:1])
    Applied.objects.update(outcome="irrelevant")
    make.critique(response=answer, rater=make.rater(project=project, user=ben))
    assert settle_uses(answer) == 0
    assert Critique.objects.count() == 1


def test_where_one_was_cited_the_word_is_its_alone(
    answer: Response, versions: list[PrincipleVersion], project: Project, ben: User
) -> None:
    """The other stood in the prompt and did nothing."""
    note_uses(answer, versions=versions, cited=versions[:1])
    make.critique(response=answer, rater=make.rater(project=project, user=ben))
    settle_uses(answer)
    assert record_of([one.pk for one in versions]) == {
        versions[0].pk: Record(harmed=1, cited=1), versions[1].pk: Record(unknown=1),
    }  # fmt: skip
