"""Planted contradictions are found among many principles, each pair is read once, and people settle them."""

from __future__ import annotations

import pytest

from feedback.errors import NotAllowed, Refused
from feedback.llm.offline import Offline
from feedback.llm.prompts import fill
from feedback.models import Contradiction, ModelCall, Principle, Project, Trial, User
from feedback.principles.constitutions import current_constitution
from feedback.principles.contradicting import contradictions_of, settle
from feedback.principles.trials.opening import open_trial
from feedback.principles.trials.working import work_trial
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)

OTHERS = ("Name the sources you used.", "Do not apologise.", "Give one concrete example for the main point.")


def draft(project: Project, effect: str, domain: str = "") -> Principle:
    return make.principle(project=project, effect=effect, domain=domain)


def looked(project: Project, by: User, principle: Principle | None = None) -> Trial:
    trial = open_trial(project, kind="contradictions", by=by, principle=principle)
    while work_trial(trial.pk):
        pass
    trial.refresh_from_db()
    assert trial.state == "done", trial.error
    return trial


def found(project: Project) -> list[tuple[int, int]]:
    return [(row.first.number, row.second.number) for row in contradictions_of(project)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Use bullet lists.", "Never use bullet lists."),
        ("Write concise responses.", "Answer at length and in detail."),
        ("Name the law you rely on.", "Do not name the law you rely on."),
    ],
)
def test_a_planted_contradiction_is_found_among_others(project: Project, ana: User, one: str, other: str) -> None:
    for effect in (one, *OTHERS, other):
        draft(project, effect)
    trial = looked(project, ana)
    assert found(project) == [(1, 5)]
    assert trial.result["found"] == 1
    assert contradictions_of(project).get().rater.kind == "judge"


def test_what_applies_in_different_situations_or_says_the_same_is_none(project: Project, ana: User) -> None:
    draft(project, "Use lists.", "when steps are asked for")
    draft(project, "Never use lists.", "in poems")
    draft(project, "Be brief.")
    draft(project, "Write concise responses.")
    looked(project, ana)
    assert found(project) == []


def test_no_pair_is_read_twice_and_new_words_are_read_again(project: Project, ana: User) -> None:
    for effect in ("Use bullet lists.", "Never use bullet lists."):
        draft(project, effect)
    looked(project, ana)
    calls = ModelCall.objects.count()
    assert calls == 1
    assert looked(project, ana).result["read"] == []
    assert ModelCall.objects.count() == calls
    draft(project, "Use lists in every case.")
    looked(project, ana)
    assert ModelCall.objects.count() > calls


def test_one_principle_is_held_against_the_others_only(project: Project, ana: User) -> None:
    for effect in ("Use bullet lists.", "Never use bullet lists.", "Be brief.", "Answer at length and in detail."):
        draft(project, effect)
    looked(project, ana, project.principles.get(number=4))
    assert found(project) == [(3, 4)]


def test_ben_may_not_ask_and_one_principle_alone_is_refused(project: Project, ana: User, ben: User) -> None:
    draft(project, "Be brief.")
    with pytest.raises(Refused):
        looked(project, ana)
    with pytest.raises(NotAllowed):
        looked(project, ben)


@pytest.fixture
def pair(project: Project, ana: User) -> Contradiction:
    """A principle in force and a draft that contradicts it."""
    one, other = draft(project, "Use bullet lists."), draft(project, "Never use bullet lists.")
    make.constitution(project=project, principles=[one])
    rater = make.rater(project=project, kind="judge", model="simulated")
    return Contradiction.objects.create(first=one, second=other, why="Lists or none.", rater=rater)


def test_where_the_first_stands_the_draft_is_laid_aside(project: Project, ana: User, pair: Contradiction) -> None:
    settle(pair, settled="first", by=ana)
    settle(pair, settled="first", by=ana)
    pair.second.refresh_from_db()
    assert pair.second.drop_reason == "Contradicts principle 1, which stands."
    with pytest.raises(Refused, match="settled already"):
        settle(pair, settled="second", by=ana)


def test_where_the_second_stands_the_one_in_force_is_retired(project: Project, ana: User, pair: Contradiction) -> None:
    settle(pair, settled="second", by=ana, note="Ben is right")
    now = current_constitution(project)
    assert now is not None
    assert (now.articles.count(), now.reason) == (0, "Ben is right")


@pytest.mark.parametrize("settled", ["scoped", "none"])
def test_both_may_stand(project: Project, ana: User, pair: Contradiction, settled: str) -> None:
    row = settle(pair, settled=settled, by=ana, note="only in steps")
    assert (row.settled, row.settled_by, row.note) == (settled, ana, "only in steps")
    assert not Principle.objects.filter(dropped_at__isnull=False).exists()


def test_the_simulated_model_answers() -> None:
    prompt = fill("contradicts", first="Be brief.", second="Answer at length and in detail.")
    assert Offline().complete(prompt).data.contradicts  # type: ignore[union-attr]
