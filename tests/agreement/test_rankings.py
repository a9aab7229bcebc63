"""Intervals against published values, and the win rate of refined answers as people's preferences add up."""

from __future__ import annotations

import pytest

from feedback.agreement.rankings import wilson, win_rate
from feedback.agreement.reports import refined_win_rate, refined_win_rates
from feedback.models import Project, User
from tests import make


def test_wilson_gives_the_textbook_values() -> None:
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=1e-4)  # Newcombe 1998, table I
    assert wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=1e-4)
    assert wilson(1, 29) == pytest.approx((0.0061, 0.1718), abs=1e-4)
    assert wilson(0, 0) == (0.0, 1.0)


def test_a_tie_is_half_a_win() -> None:
    rate = win_rate(3, 2, 1)
    assert (rate.rate, rate.n) == (pytest.approx(4 / 6), 6)
    assert win_rate(0, 0, 0).rate is None
    assert win_rate(30, 0, 0).decided
    assert not win_rate(2, 0, 1).decided


def test_the_win_rate_counts_what_people_preferred_whichever_side_it_was_on(
    project: Project, ben: User, cleo: User
) -> None:
    run = make.run(project=project)
    raters = [make.rater(project=project, user=person) for person in (ben, cleo)]
    judge = make.rater(project=project, kind="judge", model="m")
    for turned in (False, True, False):
        original = make.response(example=make.example(project=project))
        refined = make.refined(response=original, run=run)
        a, b = (refined, original) if turned else (original, refined)
        make.preference(a=a, b=b, outcome="a" if turned else "b", rater=raters[0], protocol="refined-vs-original")
        make.preference(a=a, b=b, outcome="tie", rater=raters[1], protocol="refined-vs-original")
        make.preference(a=a, b=b, outcome="b" if turned else "a", rater=judge, protocol="refined-vs-original")
        make.preference(a=a, b=b, outcome="a", rater=raters[0], protocol="pair")
    rate = refined_win_rate(project)
    assert (rate.wins, rate.ties, rate.losses, rate.n) == (3, 3, 0, 6)
    assert refined_win_rate(project, run) == rate
    assert refined_win_rates(project) == {run.pk: rate}
    assert refined_win_rate(project, make.run(project=project)).n == 0


def test_what_was_withdrawn_or_replaced_does_not_count(project: Project, ben: User) -> None:
    original = make.response(example=make.example(project=project))
    refined = make.refined(response=original)
    rater = make.rater(project=project, user=ben)
    how = {"a": original, "b": refined, "rater": rater, "protocol": "refined-vs-original"}
    first = make.preference(**how, outcome="a")
    make.preference(**how, outcome="b", replaces=first)
    make.preference(**how, outcome="a", withdrawn_at="2026-01-01T00:00Z")
    assert (refined_win_rate(project).wins, refined_win_rate(project).n) == (1, 1)
