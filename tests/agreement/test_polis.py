"""Opinion groups and consensus: the arithmetic against small cases done by hand and the Seattle votes counted anew."""

from __future__ import annotations

import csv
from fractions import Fraction
from math import isclose
from pathlib import Path

import pytest

from feedback.agreement import polis

FOLDER = Path(__file__).resolve().parents[1] / "data/polis"
LEFT = {"left 1": {"a": 1, "b": -1, "c": 1}, "left 2": {"a": 1, "b": -1, "c": 1}, "left 3": {"a": 1, "b": -1, "c": 0}}
RIGHT = {
    "right 1": {"a": -1, "b": 1, "c": 1},
    "right 2": {"a": -1, "b": 1, "c": 1},
    "right 3": {"a": -1, "b": 1, "c": 1},
}
BALLOTS = LEFT | RIGHT


def test_a_statement_both_sides_agree_with_comes_before_one_that_only_many_agree_with() -> None:
    first = polis.consensus(BALLOTS, [list(LEFT), list(RIGHT)], ["a", "b", "c"])[0]
    assert first.statement == "c"
    assert first.all == polis.Tally(5, 0, 1)
    assert isclose(first.consensus, 3 / 5 * 4 / 5)


def test_without_groups_everybody_is_one_group_and_a_statement_nobody_saw_stands_at_one_half() -> None:
    standings = {one.statement: one for one in polis.consensus(BALLOTS, [], ["a", "unseen"])}
    assert standings["a"].consensus == 4 / 8
    assert standings["unseen"].consensus == 1 / 2


def test_the_map_tells_the_two_sides_apart_and_is_the_same_each_time() -> None:
    places = polis.opinion_map(BALLOTS, ["a", "b", "c"])
    assert len({places[name][0] > 0 for name in LEFT}) == 1
    assert {places[name][0] > 0 for name in LEFT} != {places[name][0] > 0 for name in RIGHT}
    assert places == polis.opinion_map(BALLOTS, ["a", "b", "c"])
    groups = polis.opinion_groups(BALLOTS, places, statements=3)
    assert sorted(sorted(group) for group in groups) == [sorted(LEFT), sorted(RIGHT)]


def test_nobody_and_people_who_all_agree_make_no_groups() -> None:
    assert polis.opinion_map({}, []) == {}
    assert polis.opinion_groups({}, {}, statements=0) == []
    alike = {name: {"a": 1, "b": 1} for name in "uvwxyz"}
    places = polis.opinion_map(alike, ["a", "b"])
    assert set(places.values()) == {(0.0, 0.0)}
    assert polis.opinion_groups(alike, places, statements=2) == []


@pytest.mark.parametrize(("hits", "of", "z"), [(0, 0, 1.0), (9, 9, 10**0.5), (4, 9, 0.0), (0, 8, -7 / 3)])
def test_a_share_is_tested_against_one_half_with_both_counts_one_up(hits: int, of: int, z: float) -> None:
    assert isclose(polis.one_share_z(hits, of), z, abs_tol=1e-12)


def test_two_shares_are_tested_by_their_pooled_share() -> None:
    assert isclose(polis.two_shares_z(7, 9, 1, 9), (0.8 - 0.2) / (0.25 * 0.2) ** 0.5)
    assert polis.two_shares_z(3, 3, 5, 5) == 0.0


def test_what_sets_a_side_apart_is_named_with_its_side() -> None:
    many = {f"{name} {n}": votes for n in range(4) for name, votes in BALLOTS.items()}
    sides = [[name for name in many if name.startswith(side)] for side in ("left", "right")]
    standings = polis.consensus(many, sides, ["a", "b", "c"])
    left = {(one.statement, one.agrees) for one in polis.typical(standings, 0)}
    assert left == {("a", True), ("b", False)}


def test_the_seattle_consensus_is_what_one_counts_from_the_file() -> None:
    """Counted a second way: exact fractions over the rows of the file, without the module's words."""
    with (FOLDER / "participants-votes.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    statements = [column for column in rows[0] if column.isdecimal()]
    product = {one: Fraction(1) for one in statements}
    for group in ("0", "1"):
        for one in statements:
            cells = [row[one] for row in rows if row["group-id"] == group and row[one]]
            product[one] *= Fraction(cells.count("1") + 1, len(cells) + 2)
    ballots = {row["participant"]: {one: int(row[one]) for one in statements if row[one]} for row in rows}
    groups = [[row["participant"] for row in rows if row["group-id"] == group] for group in ("0", "1")]
    standings = polis.consensus(ballots, groups, statements)
    assert len(standings) == 54
    assert all(isclose(one.consensus, product[one.statement], rel_tol=1e-12) for one in standings)
    order = [product[one.statement] for one in standings]
    assert order == sorted(product.values(), reverse=True)


def test_the_seattle_opinion_groups_are_close_to_those_polis_found() -> None:
    with (FOLDER / "participants-votes.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    statements = [column for column in rows[0] if column.isdecimal()]
    ballots = {row["participant"]: {one: int(row[one]) for one in statements if row[one]} for row in rows}
    found = polis.opinion_groups(ballots, polis.opinion_map(ballots, statements), statements=len(statements))
    theirs = {row["participant"]: row["group-id"] for row in rows}
    assert len(found) == 2
    same = sum(max(sum(theirs[name] == group for name in one) for group in "01") for one in found)
    assert same / sum(map(len, found)) > 0.85
