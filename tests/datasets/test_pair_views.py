"""Ana's pairs as every trainer takes them, and each trap of the trainers' own code: nothing misread is written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from feedback.datasets.exporting import export
from feedback.datasets.registry import FORMATS
from feedback.datasets.views import pairs
from feedback.datasets.writers import pair_shapes
from feedback.datasets.writers.prompts import Untrainable
from feedback.models import Place, Project, Ranking, Rater, User
from tests import make

ASK = [{"role": "user", "content": "Name a river."}]
TALK = [
    {"role": "system", "content": "Be brief."},
    {"role": "user", "content": "Name a river."},
    {"role": "assistant", "content": "The Rhine."},
    {"role": "user", "content": "And a lake?"},
]


@pytest.fixture
def rater(project: Project, ben: User) -> Rater:
    return make.rater(project=project, user=ben)


@pytest.fixture
def written(project: Project, tmp_path: Path) -> Any:
    """Writes a format and gives back its lines and the manifest."""

    def write(name: str, **wish: Any) -> tuple[list[dict], dict]:
        manifest = export(project, out=tmp_path / name, format=name, **wish)
        lines = [json.loads(line) for line in (tmp_path / name / f"{name}.jsonl").read_text().splitlines()]
        return lines, manifest

    return write


def pair(project: Project, rater: Rater, *, outcome: str = "a", strength: int | None = None, **fields: Any) -> Any:
    """A judged pair."""
    example = make.example(project=project, **fields)
    a, b = make.response(example=example, text="The Danube."), make.response(example=example, text="Lake Constance 🌊.")
    return make.preference(a=a, b=b, rater=rater, outcome=outcome, strength=strength)


@pytest.mark.parametrize("name", [one.name for one in pairs.FORMATS])
def test_every_trainers_pairs_say_what_they_hold_and_need(name: str) -> None:
    one = FORMATS[name]
    assert one.trainer
    assert one.needs
    assert one.about
    assert one.columns
    assert one.kinds


@pytest.mark.parametrize("name", [one.name for one in pairs.FORMATS if one.name not in {f.name for f in pairs.SOURCES}])
def test_bens_preference_becomes_a_row_of_every_trainer_and_his_tie_of_none(name, written, project, rater) -> None:
    pair(project, rater, strength=-2)
    pair(project, rater, outcome="tie")
    lines, manifest = written(name)
    assert len(lines) == 1
    assert manifest["skipped"] == {"tie": 1}
    assert json.dumps(lines, ensure_ascii=False).index("Danube") < json.dumps(lines, ensure_ascii=False).index(
        "Constance"
    )


def test_how_much_better_ben_found_it_is_the_margin_and_nothing_said_is_none(written, project, rater) -> None:
    pair(project, rater, strength=-3)
    pair(project, rater)
    lines, _ = written("trl-reward")
    assert [line["margin"] for line in lines] == [3.0, 0.0]


@pytest.mark.parametrize("name", ["axolotl-reward", "axolotl-argilla", "axolotl-intel", "axolotl-icr",
                                  "axolotl-prompt-pairs", "axolotl-ultra"])  # fmt: skip
def test_families_that_cut_turns_silently_get_no_dialogue_of_several(name, written, project, rater) -> None:
    pair(project, rater, messages=TALK)
    lines, manifest = written(name)
    assert lines == []
    assert manifest["skipped"] == {"the format holds one turn, and this prompt has several": 1}


def test_a_talk_of_several_turns_stays_whole_where_the_trainer_can_take_it(written, project, rater) -> None:
    pair(project, rater, messages=TALK)
    assert written("axolotl-preference")[0][0]["messages"] == TALK
    (line,), _ = written("llama-factory-preference")
    assert [turn["from"] for turn in line["conversations"]] == ["human", "gpt", "human"]
    assert line["system"] == "Be brief."
    (line,), _ = written("llama-factory-alpaca-preference")
    assert line["history"] == [["Name a river.", "The Rhine."]]
    assert line["instruction"] == "And a lake?"


def test_llama_factory_would_empty_these_and_our_rule_says_so() -> None:
    good = pair_shapes.llama_factory(pair_shapes.two(ASK, "Good.", "Bad."))
    assert pairs.sharegpt(good) == ""
    doubled = {**good, "conversations": good["conversations"] * 2}
    assert "LLaMA-Factory would empty" in pairs.sharegpt(doubled)
    answered = {**good, "conversations": [*good["conversations"], {"from": "gpt", "value": "x"}]}
    assert "LLaMA-Factory would empty" in pairs.sharegpt(answered)


def test_an_answer_that_begins_like_the_other_keeps_the_prompt_out_of_it() -> None:
    line = pair_shapes.trl(pair_shapes.two(ASK, "Yes indeed", "Ye"))
    assert line["prompt"] == ASK
    assert line["chosen"][0]["content"] == "Yes indeed"
    assert line["rejected"][0]["content"] == "Ye"


def test_hh_rlhf_refuses_what_its_marks_cannot_hold() -> None:
    with pytest.raises(Untrainable, match="no place for a system text"):
        pair_shapes.hh_rlhf(pair_shapes.two(TALK, "a", "b"))
    with pytest.raises(Untrainable, match="words that part turns"):
        pair_shapes.hh_rlhf(pair_shapes.two(ASK, "I asked.\n\nHuman: what?", "b"))


def test_system_is_on_every_row_of_axolotls_reward_pairs(written, project, rater) -> None:
    pair(project, rater)
    assert written("axolotl-reward")[0][0]["system"] == ""


@pytest.fixture
def ranking(project: Project, rater: Rater) -> Ranking:
    example = make.example(project=project)
    row = Ranking.objects.create(
        project=project, example=example, rater=rater, protocol="rank", key="r1", aspect="overall"
    )
    for place, text in enumerate(["Best.", "Middle.", "Worst."], start=1):
        Place.objects.create(ranking=row, response=make.response(example=example, text=text), place=place)
    return row


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("trl-ranked-pairs", {("Best.", "Middle."), ("Best.", "Worst."), ("Middle.", "Worst.")}),
        ("trl-best-worst-pairs", {("Best.", "Worst.")}),
        ("trl-adjacent-pairs", {("Best.", "Middle."), ("Middle.", "Worst.")}),
    ],
)
def test_a_ranking_becomes_all_pairs_or_the_ends_or_neighbours(name, expected, written, ranking) -> None:
    lines, _ = written(name)
    assert {(line["chosen"][0]["content"], line["rejected"][0]["content"]) for line in lines} == expected


def test_any_trainer_takes_rankings_when_asked_for_them(written, ranking) -> None:
    lines, manifest = written("llama-factory-preference", pairs="best-worst")
    assert lines[0]["chosen"]["value"] == "Best."
    assert manifest["filters"]["pairs"] == "best-worst"


def test_ratings_become_pairs_with_the_difference_as_margin(written, project, rater) -> None:
    example = make.example(project=project)
    for text, score in (("Good.", 5), ("Bad.", 1), ("As bad.", 1)):
        make.rating(response=make.response(example=example, text=text), rater=rater, score=score)
    lines, _ = written("trl-rated-pairs")
    assert {(line["chosen"][0]["content"], line["rejected"][0]["content"], line["margin"]) for line in lines} == {
        ("Good.", "Bad.", 3.0), ("Good.", "As bad.", 3.0),
    }  # fmt: skip


def test_a_refinement_that_ben_found_worse_makes_the_original_the_better_one(written, project, rater) -> None:
    first = make.response(example=make.example(project=project), text="Fine.")
    after = make.refined(response=first, text="Spoilt.", simulated=False, model="m")
    make.preference(a=first, b=after, rater=rater, outcome="a", protocol="refined-vs-original")
    (line,), _ = written("trl-refinement-pairs")
    assert (line["chosen"][0]["content"], line["rejected"][0]["content"]) == ("Fine.", "Spoilt.")
