"""The facets of a data set: the same wherever they are counted, in constant memory, and true where truth is known."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import Any

from feedback.datasets.facets import ALL, KEPT, Facets, at_least, measures_of


def pair(number: int, *, winner: str = "first", strengths: tuple[int | None, ...] = (2,), **fields: Any) -> Any:
    example = SimpleNamespace(request=f"What is {number} and {number * 7}?")
    judgements = [SimpleNamespace(row=SimpleNamespace(strength=one), outcome=winner) for one in strengths]
    return SimpleNamespace(
        example=example, judgements=judgements, decision=SimpleNamespace(winner=winner), simulated=False,
        chosen=SimpleNamespace(origin="edited", model=""), agreement=(len(strengths), True), **fields,
    )  # fmt: skip


def line(number: int) -> dict[str, Any]:
    return {
        "prompt": [{"role": "user", "content": f"What is {number}?"}],
        "chosen": [{"role": "assistant", "content": f"It is number {number} of the row, said at length."}],
        "rejected": [{"role": "assistant", "content": "No idea."}],
    }


def test_shares_quality_and_length_are_as_they_are() -> None:
    facets = Facets()
    for number in range(40):
        facets.take(line(number), pair(number, strengths=(3, 3) if number % 2 else (None,)))
    said = facets.as_dict()
    assert said["rows"] == said["measured"] == 40
    assert said["quality"] == {"mean": 0.8333, "said_of": 1.0}
    assert said["agreement"] == {"judged_by_several": 20, "of_one_mind": 1.0}
    assert said["sources"]["by_people"] == 1.0
    assert said["length"]["median"] == 10.0
    assert said["length"]["chosen_longer"] == 1.0
    assert said["duplicates"] == 0.0


def test_a_set_that_says_the_same_is_less_diverse_and_its_duplicates_are_seen() -> None:
    same, different = Facets(), Facets()
    for number in range(100):
        same.take(line(number % 10), pair(number % 10))
        different.take({"text": " ".join(f"w{number}x{place}" for place in range(20))})
    assert same.duplicates == 0.9
    assert different.as_dict()["diversity"] > same.as_dict()["diversity"]


def test_the_order_of_rows_does_not_matter_and_memory_stays() -> None:
    forth, back = Facets(), Facets()
    numbers = range(ALL + 3000)
    started = time.perf_counter()
    for number in numbers:
        forth.take(line(number), pair(number))
    assert time.perf_counter() - started < 10
    for number in reversed(numbers):
        back.take(line(number), pair(number))
    assert len(forth.kept) <= KEPT
    assert forth.as_dict() == back.as_dict()


def test_a_higher_bar_of_quality_leaves_fewer_rows() -> None:
    facets = Facets()
    for number in range(30):
        facets.take(line(number), pair(number, strengths=(1 + number % 3,)))
    rows = list(facets.kept.values())
    assert [len(at_least(rows, bar)) for bar in (0, 0.5, 1)] == [30, 20, 10]
    assert measures_of(at_least(rows, 1))["quality"]["mean"] == 1.0


def test_a_row_of_any_shape_is_taken() -> None:
    facets = Facets()
    for odd in (
        {},
        {"messages": [{"role": "user", "content": "a"}, {"from": "gpt", "value": "b c"}]},
        {"x": 3},
        {"text": None},
    ):
        facets.take(odd)
    assert facets.as_dict()["rows"] == 4
    assert Facets().as_dict()["quality"]["mean"] is None
