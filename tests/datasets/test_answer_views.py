"""Answers to imitate, labelled answers, steps and masks: what Ben and Cleo said becomes what each trainer reads."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.datasets.checking import check_of
from feedback.datasets.exporting import export
from feedback.datasets.registry import FORMATS
from feedback.datasets.views import answers, asking, steps
from feedback.datasets.writers import units
from feedback.datasets.writers.attempts import Mark
from feedback.datasets.writers.prompts import Untrainable
from feedback.models import Project, Rater, User
from tests import make

ALL = [one.name for one in (*answers.FORMATS, *asking.FORMATS, *steps.FORMATS)]
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


def test_every_format_says_who_reads_it_and_what_it_needs() -> None:
    for name in ALL:
        one = FORMATS[name]
        assert one.trainer
        assert one.needs
        assert one.columns
        assert one.about


def rated(project: Project, rater: Rater, text: str, score: int, **fields: Any) -> Any:
    """A rated answer to a new example."""
    response = make.response(example=make.example(project=project, **fields), text=text)
    make.rating(response=response, rater=rater, score=score)
    return response


def test_good_and_bad_ratings_are_labels_and_those_between_none(written, project, rater) -> None:
    rated(project, rater, "Good.", 5)
    rated(project, rater, "Bad.", 1)
    rated(project, rater, "So so.", 3)
    lines, manifest = written("trl-kto")
    assert [(line["completion"][0]["content"], line["label"]) for line in lines] == [("Good.", True), ("Bad.", False)]
    assert manifest["skipped"] == {"found neither good nor bad": 1}


LABELS = [("trl-kto", "label"), ("llama-factory-kto", "kto_tag"), ("axolotl-kto", "label")]


@pytest.mark.parametrize(("name", "column"), LABELS)
def test_labels_are_booleans_and_never_words(name, column, written, project, rater) -> None:
    rated(project, rater, "Good.", 5)
    lines, _ = written(name)
    assert lines[0][column] is True
    assert "not true or false" in check_of(FORMATS[name])({**lines[0], column: "true"})


@pytest.mark.parametrize(("outcome", "label"), [("both-good", True), ("both-bad", False)])
def test_both_good_and_both_bad_are_two_labelled_answers_and_no_pair(outcome, label, written, project, rater) -> None:
    a, b = make.pair(project=project)
    make.preference(a=a, b=b, rater=rater, outcome=outcome)
    lines, _ = written("trl-kto")
    assert [line["label"] for line in lines] == [label, label]
    assert written("trl-preference")[0] == []


def test_rewrites_and_the_chosen_are_imitated_and_what_was_rewritten_is_not(written, project, rater) -> None:
    response = rated(project, rater, "Fine but long.", 4)
    make.edit(response=response, rater=rater, text="Fine.")
    a, b = make.pair(project=project)
    make.preference(a=a, b=b, rater=rater, outcome="b")
    lines, manifest = written("trl-sft")
    assert [line["messages"][-1]["content"] for line in lines] == ["Fine.", b.text]
    assert manifest["skipped"] == {"somebody rewrote it": 1, "another answer was preferred": 1}


def test_a_dialogue_is_learned_at_its_last_turn_only(written, project, rater) -> None:
    rated(project, rater, "Lake Como.", 5, messages=TALK)
    (line,), _ = written("axolotl-sft")
    assert [turn["train"] for turn in line["messages"]] == [False, False, False, False, True]
    (line,), _ = written("llama-factory-sft")
    assert [turn["from"] for turn in line["conversations"]] == ["human", "gpt", "human", "gpt"]
    (line,), _ = written("llama-factory-alpaca")
    assert line["history"] == [["Name a river.", "The Rhine."]]
    assert written("axolotl-kto")[0] == []


def test_prompts_leave_without_answers_and_held_out_ones_stay(written, project) -> None:
    make.example(project=project, request="One?", reference="1")
    make.example(project=project, request="Two?", split="holdout")
    assert [line["prompt"][0]["content"] for line in written("trl-prompts")[0]] == ["One?"]
    (line,), _ = written("openrlhf-prompts")
    assert line == {"context_messages": [{"role": "user", "content": "One?"}], "answer": "1",
                    "datasource": "written here"}  # fmt: skip


@pytest.fixture
def marked(project: Project, rater: Rater) -> Any:
    """A good sentence, a marked one, and another."""
    text = "Water is wet. Fire is cold 🔥. Snow is white."
    response = make.response(example=make.example(project=project), text=text)
    make.span(response=response, rater=rater, start=14, end=26, category="wrong")
    make.rating(response=response, rater=rater, score=3)
    return response


def test_steps_are_right_until_the_first_marked_one(written, marked) -> None:
    for name in ("trl-stepwise", "axolotl-stepwise"):
        (line,), _ = written(name)
        assert line["completions"] == ["Water is wet.", "Fire is cold 🔥."]
        assert line["labels"] == [True, False]


def test_masks_cover_the_whole_answer_and_the_space_before_a_mark_goes_with_it(written, marked) -> None:
    (line,), _ = written("axolotl-span-masks")
    detail = line["messages"][-1]["train_detail"]
    pieces = [(marked.text[one["begin_offset"] : one["end_offset"] + 1], one["train"]) for one in detail]
    assert pieces == [("Water is wet.", True), (" Fire is cold", False), (" 🔥. Snow is white.", True)]
    assert line["messages"][0]["train"] is False


def test_units_and_step_rewards_say_the_same_of_the_marks(written, marked) -> None:
    (line,), _ = written("tp-grpo-units")
    assert [one["reward"] for one in line["units"]] == [1.0, 0.0, 1.0]
    (line,), _ = written("spa-rl-steps")
    assert line["rewards"] == [0.25, 0.0, 0.25]
    assert line["outcome"] == 0.5
    assert written("meds3-steps")[0][0]["values"] == [0.5, 0.25, 0.3333]


def test_answers_that_begin_alike_make_a_pair_of_steps(written, project, rater) -> None:
    example = make.example(project=project)
    a = make.response(example=example, text="First. Then left. Done.")
    b = make.response(example=example, text="First. Then right. Done.")
    make.preference(a=a, b=b, rater=rater, outcome="b", reason="right is right")
    (line,), _ = written("step-pairs")
    assert (line["prefix"], line["chosen"], line["rejected"]) == ("First.", "Then right.", "Then left.")
    assert line["reason"] == "right is right"
    (line,), _ = written("oprl-trajectories")
    assert line["chosen_steps"] == ["First.", "Then right.", "Done."]


@given(st.text(min_size=1, max_size=60), st.lists(st.tuples(st.integers(0, 60), st.integers(1, 20)), max_size=4))
def test_masks_never_leave_a_gap_whatever_was_marked(text: str, places: list[tuple[int, int]]) -> None:
    marks = [Mark(category="x", start=min(start, len(text) - 1), end=min(start + size, len(text)))
             for start, size in places if start < len(text)]  # fmt: skip
    line = {"messages": [{"content": text, "train_detail": units.masks(text, marks)}]}
    assert steps.without_gap(line) == ""
    learned = {place for one in line["messages"][0]["train_detail"] if one["train"]
               for place in range(one["begin_offset"], one["end_offset"] + 1)}  # fmt: skip
    for mark in marks:
        assert not [place for place in range(mark.start, mark.end) if place in learned and not text[place].isspace()]


def test_an_exclusive_end_or_a_gap_is_found() -> None:
    detail = units.masks("abcd", [Mark(category="x", start=1, end=2)])
    good = {"messages": [{"content": "abcd", "train_detail": detail}]}
    assert steps.without_gap(good) == ""
    for segment, name, value in ((0, "end_offset", 1), (1, "begin_offset", 2), (2, "end_offset", 4)):
        broken = json.loads(json.dumps(good))
        broken["messages"][0]["train_detail"][segment][name] = value
        assert steps.without_gap(broken)


@given(st.text(max_size=200), st.floats(0, 1))
def test_rewards_of_steps_add_up_to_the_outcome(text: str, outcome: float) -> None:
    found = units.units_of(text)
    if found:
        assert abs(sum(units.shares(found, outcome)) - outcome) < 1e-6


def test_answers_that_share_no_beginning_make_no_step_pair() -> None:
    with pytest.raises(Untrainable, match="do not begin alike"):
        units.step_pair("One. Two.", "Three. Two.")
