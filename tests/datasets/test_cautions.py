"""What is to be minded of a data set, found while its rows go by; and the shelves its formats stand on."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from feedback.datasets.cautions import Watch
from feedback.datasets.facets import Facets
from feedback.datasets.families import SHELVES, family_of, shelves
from feedback.datasets.registry import FORMATS


def piece(number: int, **fields: Any) -> Any:
    """A pair two people preferred strongly, of which the chosen one is a person's."""
    rater = SimpleNamespace(name=fields.get("rater", f"Rater {number % 3}"))
    strength = fields.get("strength", 3)
    judgements = [SimpleNamespace(row=SimpleNamespace(rater=rater, strength=strength), rater=rater, outcome="first")]
    run = SimpleNamespace(number=fields.get("run", 0))
    made = SimpleNamespace(run=run) if fields.get("run") else None
    response = SimpleNamespace(origin=fields.get("origin", "written"), model=fields.get("model", ""), produced_by=made)
    return SimpleNamespace(
        judgements=judgements, decision=SimpleNamespace(winner="first"), chosen=response, response=None,
        simulated=fields.get("simulated", False), agreement=fields.get("agreement", (2, True)),
        example=SimpleNamespace(request=f"Question {number}"),
    )  # fmt: skip


def codes(size: int = 120, words: int = 3, newest: int = 0, answering: str = "", **fields: Any) -> list[str]:
    facets, watch = Facets(), Watch()
    for number in range(size):
        one = piece(number, **fields)
        facets.take({"chosen": f"{number} " + "word " * words, "rejected": "a b c d e"}, one)
        watch.take(one)
    return [one.code for one in watch.cautions(facets.as_dict(), newest_round=newest, answering=answering)]


def test_a_good_set_has_nothing_to_be_minded() -> None:
    assert codes() == []
    assert codes(size=0) == []


@pytest.mark.parametrize(
    ("code", "how"),
    [
        ("simulated", {"simulated": True}), ("unreal", {"origin": "generated", "model": "m"}), ("few", {"size": 9}),
        ("unconfirmed", {"agreement": (1, True)}), ("disagreement", {"agreement": (3, False)}),
        ("slight", {"strength": 1}), ("no-margin", {"strength": None}), ("longer", {"words": 30}),
        ("one-voice", {"rater": "Ana"}), ("stale", {"origin": "refined", "run": 1, "newest": 4}),
        ("off-policy", {"origin": "imported", "model": "another", "answering": "mine"}),
    ],
)  # fmt: skip
def test_each_trouble_is_named(code: str, how: dict[str, Any]) -> None:
    assert code in codes(**how)


@pytest.mark.parametrize(("labels", "said"), [([True], "all-good"), ([False], "all-bad"), ([True, False], "")])
def test_answers_that_are_all_good_or_all_bad_are_told_of(labels: list[bool], said: str) -> None:
    for name in ("label", "kto_tag"):
        facets, watch = Facets(), Watch()
        for number in range(120):
            line, one = {"completion": f"{number}", name: labels[number % len(labels)]}, piece(number)
            facets.take(line, one)
            watch.take(one, line)
        found = [one.code for one in watch.cautions(facets.as_dict()) if one.code.startswith("all-")]
        assert found == ([said] if said else [])


def test_the_worst_stands_first() -> None:
    assert codes(size=9, simulated=True, strength=1)[0] == "simulated"


def test_every_format_stands_on_one_shelf_and_trainers_come_first() -> None:
    found = shelves(FORMATS.values())
    assert sum(len(rows) for _, rows in found) == len(FORMATS)
    assert {shelf.name for shelf, _ in found} <= set(SHELVES)
    for name, shelf in {
        "trl-preference": "pairs", "trl-reward": "pairs", "trl-kto": "binary", "trl-sft": "imitate",
        "llama-factory-alpaca": "imitate", "coh-text": "condition", "ctrl-critiques": "critics",
        "rise-turns": "repair", "fine-grained-rlhf-spans": "steps", "trl-prompts": "prompts",
        "precept-ratings": "as-given",
    }.items():  # fmt: skip
        assert family_of(FORMATS[name]) == shelf, name
    pairs = next(rows for shelf, rows in found if shelf.name == "pairs")
    assert pairs[0].name.startswith("trl-")
