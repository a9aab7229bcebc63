"""What a useful record costs: plain arithmetic, then over a project's rows."""

from __future__ import annotations

import pytest

from feedback import models as m
from feedback.agreement.costs import Record, costs
from feedback.agreement.yields import wordings, yields
from tests import make


def test_the_time_for_useless_records_is_divided_among_the_useful_ones() -> None:
    (one,) = costs([Record("rating", "a", 10.0, True), Record("rating", "b", 20.0, False)])
    assert (one.records, one.useful, one.seconds_each) == (2, 1, 30.0)
    assert one.at(36.0) == pytest.approx(0.3)


def test_what_was_said_in_one_go_shares_its_time() -> None:
    rows = [Record("rating", "a", 60.0, True), Record("critique", "a", 60.0, True), Record("edit", "a", 60.0, True)]
    assert [one.seconds_each for one in costs(rows)] == [20.0, 20.0, 20.0]


def test_without_times_or_useful_records_nothing_is_made_up() -> None:
    (one,) = costs([Record("rating", "a", None, True)])
    assert one.seconds_each is None
    assert one.at(20.0) is None
    (other,) = costs([Record("rating", "a", 5.0, False)])
    assert other.seconds_each is None


def test_records_without_a_time_count_as_long_as_the_others() -> None:
    (one,) = costs([Record("edit", "a", 30.0, True), Record("edit", "b", None, True)])
    assert one.seconds_each == 30.0


def test_what_models_cost_is_added() -> None:
    (one,) = costs([Record("critique", "a", 36.0, True), Record("critique", "b", 36.0, True)], {"critique": 0.5})
    assert one.dollars_each == 0.25
    assert one.at(10.0) == pytest.approx(0.35)
    (only,) = costs([], {"edit": 0.5})
    assert (only.form, only.dollars_each) == ("edit", None)


def test_a_projects_rows_are_counted_by_form_and_usefulness(project: m.Project, ben: m.User) -> None:
    rater = make.rater(project=project, user=ben)
    a, b = make.pair(project=project)
    make.rating(response=a, rater=rater, seconds=4.0)
    make.rating(response=b, rater=rater, seconds=4.0, score=None, cannot_judge=True)
    make.critique(response=a, rater=rater, informative=False)
    make.preference(a=a, b=b, rater=rater, outcome="tie", seconds=9.0)
    found = {one.form: one for one in yields(project)}
    assert (found["rating"].records, found["rating"].useful, found["rating"].seconds_each) == (2, 1, 8.0)
    assert found["critique"].useful == 0
    assert found["preference"].useful == 0


def test_wording_is_told_by_source_and_simulated_comments_stand_apart(project: m.Project, ben: m.User) -> None:
    a, _b = make.pair(project=project)
    rater, ghost = make.rater(project=project, user=ben), make.rater(project=project, kind="simulated")
    make.critique(response=a, rater=rater, text="Name the rivers.", looks="forward", informative=True)
    make.critique(response=a, rater=rater, text="Too long.", looks="back", informative=False)
    for _ in range(3):
        make.critique(response=a, rater=ghost, text="Too long.", looks="back", informative=False)
    found = {one.source: one for one in wordings(project)}
    assert found["all"].diversity.comments == 2
    assert found["person"].forward_share == 0.5
    assert found["simulated"].diversity.repeated == 2
    assert "imported" not in found
