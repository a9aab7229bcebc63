"""A principle said once, asked for many turns later: forgotten without a reminder, kept with one; cells bought once."""

from __future__ import annotations

from typing import Any

import pytest

from feedback.errors import Refused
from feedback.models import ModelCall, Principle, Project, ScopeInput, ScopeResult, Trial, User
from feedback.principles.scope import scope_report
from feedback.principles.trials.opening import open_trial
from feedback.principles.trials.small_talk import talk_before
from feedback.principles.trials.working import work_trial
from feedback.web.distance_figures import figures_of
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def principle(project: Project) -> Principle:
    """One with eight requests that it applies to."""
    found = make.principle(project=project, effect="Put them into a list, one a line.")
    for number in range(8):
        ScopeInput.objects.create(principle=found, scope="in", text=f"Name {number + 2} rivers.")
    return found


def done(principle: Principle, by: User, **parameters: Any) -> Trial:
    trial = open_trial(principle.project, kind="distance", by=by, principle=principle, parameters=parameters)
    while work_trial(trial.pk):
        pass
    trial.refresh_from_db()
    assert trial.state == "done", trial.error
    return trial


def kept(trial: Trial, distance: int, *, reminded: bool) -> int:
    lines = trial.result["lines"]
    return next(one["kept"] for one in lines if (one["distance"], one["reminded"]) == (distance, reminded))


def test_adherence_falls_with_distance_and_a_reminder_keeps_it(principle: Principle, ana: User) -> None:
    trial = done(principle, ana)
    assert trial.expected == 8 * 4 * 2 * 2 == ModelCall.objects.filter(trial=trial, state="settled").count()
    assert [kept(trial, distance, reminded=True) for distance in (0, 2, 5, 10)] == [8, 8, 8, 8]
    assert kept(trial, 0, reminded=False) == 8
    assert kept(trial, 10, reminded=False) < 4
    assert trial.result["tokens"]["10"] > 500
    assert (trial.result["unanswered"], ScopeResult.objects.count()) == (0, 64)
    figures = figures_of(trial)
    assert [row["distance"] for row in figures["rows"]] == [0, 2, 5, 10]
    assert len(figures["chart"]["series"]) == 2


def test_a_new_distance_buys_only_its_own_cells(principle: Principle, ana: User) -> None:
    done(principle, ana, distances=[0, 2])
    again = done(principle, ana, distances=[0, 2, 4])
    assert again.expected == 8 * 2 * 2
    assert kept(again, 0, reminded=False) == 8
    assert scope_report(principle.versions.get()) is None  # it says nothing about where the principle applies


def test_without_requests_it_says_what_to_do_first(project: Project, ana: User) -> None:
    with pytest.raises(Refused, match="Test where it applies first"):
        open_trial(project, kind="distance", by=ana, principle=make.principle(project=project))
    with pytest.raises(Refused, match="one principle at a time"):
        open_trial(project, kind="distance", by=ana)


def test_the_talk_between_has_so_many_turns_and_begins_with_the_wish() -> None:
    talk = talk_before("Be brief.", "Why?", turns=14, start=3)
    assert (talk[0]["content"], talk[-1]["content"], len(talk)) == ("Be brief.", "Why?", 2 + 28 + 1)
    assert [turn["role"] for turn in talk][:3] == ["user", "assistant", "user"]
