"""How sure one may be: the figures of the tests and intervals are those of the books."""

from __future__ import annotations

import pytest

from feedback.desk.intervals import mcnemar, wilson


def test_wilsons_bounds_of_26_in_30_are_those_of_the_table() -> None:
    assert wilson(26, 30) == (pytest.approx(0.703, abs=0.001), pytest.approx(0.947, abs=0.001))


def test_mcnemars_exact_p_is_that_of_a_fair_coin() -> None:
    assert mcnemar(0, 0) == 1.0
    assert mcnemar(5, 5) == 1.0
    assert mcnemar(1, 9) == mcnemar(9, 1) == pytest.approx(2 * (1 + 10) / 2**10)
    assert mcnemar(0, 20) < 1e-5
