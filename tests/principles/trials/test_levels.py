"""A constitution on three levels: text, followed, what people made of it; and the alarm of a closed loop."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from django.utils import timezone

from feedback.errors import Refused
from feedback.models import Evidence, Principle, PrincipleVersion, Project, Response, Trial, User
from feedback.principles.applying import note_uses
from feedback.principles.constitutions import newest_version
from feedback.principles.drift import alone, drift_of
from feedback.principles.trials.opening import open_trial
from feedback.principles.trials.working import work_trial
from feedback.web.levels_figures import figures_of
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)

NUMBERS = count()
ONCE = "Say each thing once."
TWICE = "The sky is blue because air scatters short waves most. The sky is blue because air scatters short waves most."


def done(project: Project, by: User, **parameters: Any) -> Trial:
    trial = open_trial(project, kind="levels", by=by, parameters=parameters)
    while work_trial(trial.pk):
        pass
    trial.refresh_from_db()
    assert trial.state == "done", trial.error
    return trial


def answer(principle: Principle, text: str, *, split: str = "feedback") -> Response:
    """An answer written under a principle."""
    example = make.example(project=principle.project, request=f"Why is sky {next(NUMBERS)} blue?", split=split)
    response = make.response(example=example, text=text)
    note_uses(response, versions=[newest_version(principle)])
    return response


def test_the_three_levels_are_told_apart(project: Project, ana: User) -> None:
    rater = make.rater(project=project, name="Ben")
    principle = make.principle(project=project, effect=ONCE)
    make.constitution(project=project, principles=[principle])
    kept, broken = answer(principle, "Air scatters short waves most."), answer(principle, TWICE)
    answer(principle, TWICE, split="holdout")
    make.rating(response=kept, rater=rater, score=5)
    make.rating(response=broken, rater=rater, score=1)
    trial = done(project, ana)
    result = trial.result
    assert (trial.expected, result["answers"], result["judged"]) == (1 + 2, 2, 2)
    assert result["text"] == 1.0
    assert (result["kept"]["right"], result["kept"]["n"]) == (1, 2)
    assert (result["outcome"]["right"], result["outcome"]["n"]) == (1, 2)
    assert not result["drift"]["alarm"]
    figures = figures_of(trial)
    assert (figures["text"], figures["principles"][0]["kept"]["rate"]) == (5.0, 0.5)
    assert len(figures_of(done(project, ana))["earlier"]) == 1


def by_model(project: Project, *, source: Any = None) -> Principle:
    """A principle that a model worded, from this feedback or from none."""
    principle = make.principle(project=project, origin="drafted", source=source)
    PrincipleVersion.objects.filter(principle=principle).update(model="m")
    return principle


def test_a_loop_that_feeds_on_itself_raises_the_alarm_and_people_end_it(project: Project) -> None:
    person = make.rater(project=project, name="Ben")
    judge = make.rater(project=project, kind="judge", model="m")
    response = make.response(example=make.example(project=project))
    heard = by_model(project, source=make.critique(response=response, rater=person))
    unheard = by_model(project, source=make.critique(response=response, rater=judge))
    make.constitution(project=project, principles=[heard])
    make.constitution(project=project, principles=[heard, unheard])
    assert not drift_of(project, up_to=2).alarm
    make.constitution(project=project, principles=[unheard, heard])
    make.constitution(project=project, principles=[unheard, heard, by_model(project)])
    drift = drift_of(project, up_to=4)
    assert drift.rounds == ((4, "model"), (3, "neither"), (2, "model"), (1, "people"))
    assert (drift.alone, drift.alarm) == (2, True)
    make.constitution(project=project, principles=[heard, make.principle(project=project)])
    assert not drift_of(project, up_to=5).alarm


def test_a_model_that_rewords_what_people_said_long_ago_speaks_for_itself(project: Project) -> None:
    person = make.rater(project=project, name="Ben")
    response = make.response(example=make.example(project=project))
    principle = by_model(project, source=make.critique(response=response, rater=person))
    make.constitution(project=project, principles=[principle])
    for number in (2, 3):
        PrincipleVersion.objects.create(principle=principle, number=number, effect=f"New {number}.", model="m")
        make.constitution(project=project, principles=[principle])
    assert drift_of(project, up_to=3).rounds == ((3, "model"), (2, "model"), (1, "people"))
    long_ago = timezone.now() - timedelta(days=1)
    PrincipleVersion.objects.update(created_at=long_ago)
    Evidence.objects.update(created_at=long_ago)
    Evidence.objects.create(principle=principle, critique=make.critique(response=response, rater=person))
    PrincipleVersion.objects.create(principle=principle, number=4, effect="As asked.", model="m")
    make.constitution(project=project, principles=[principle])
    assert drift_of(project, up_to=4).rounds[0] == (4, "people")


def test_how_many_changes_in_a_row_came_from_a_model_alone() -> None:
    assert alone(["model", "neither", "model", "people", "model"]) == 2
    assert alone(["neither", "people"]) == alone([]) == 0


def test_without_a_constitution_it_says_so(project: Project, ana: User) -> None:
    with pytest.raises(Refused, match="no constitution"):
        open_trial(project, kind="levels", by=ana)
