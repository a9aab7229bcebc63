"""Our files under the configuration we ship with them, read by validators that share no code with the writers.

Each trap of the trainers' loaders stands here as a row that breaks the rule: the validator must lose something of it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from feedback.datasets.exporting import export
from feedback.datasets.registry import FORMATS
from feedback.models import Project, Rater, User
from tests import make
from tests.validators import axolotl, llama_factory, openrlhf, trl

ASK = [{"role": "user", "content": "Name a river."}]
TALK = [{"role": "system", "content": "Be brief."}, *ASK, {"role": "assistant", "content": "The Rhine."},
        {"role": "user", "content": "And a lake?"}]  # fmt: skip
TWO_IN_A_ROW = [*ASK, {"role": "user", "content": "And quickly!"}]
GOOD, BAD = "A careful answer. It is right.", "Some words. They are wrong."


def formats(trainer: str) -> list[str]:
    """The formats of a trainer that ship a configuration."""
    return [name for name, one in FORMATS.items() if trainer in one.configs]


@pytest.fixture
def rater(project: Project, ben: User) -> Rater:
    return make.rater(project=project, user=ben)


@pytest.fixture
def said(project: Project, rater: Rater) -> None:
    """Ben's word on pairs of one turn, of several with a system text, and of two user turns in a row."""
    for messages in (ASK, TALK, TWO_IN_A_ROW):
        example = make.example(project=project, messages=messages, reference="Lake Como")
        a, b = make.response(example=example, text=GOOD), make.response(example=example, text=BAD)
        make.preference(a=a, b=b, rater=rater, strength=-2)
        make.rating(response=a, rater=rater, score=5)
        make.rating(response=b, rater=rater, score=1)
        make.span(response=b, rater=rater, start=12, end=27, category="wrong")
        ranked = make.m.Ranking.objects.create(
            project=project, example=example, rater=rater, protocol="rank", key=f"r{example.number}"
        )
        for place, one in enumerate((a, b), start=1):
            make.m.Place.objects.create(ranking=ranked, response=one, place=place)


@pytest.fixture
def rows(project: Project, said: None, tmp_path: Path) -> Any:
    """The rows of a format."""

    def of(name: str) -> list[dict]:
        export(project, out=tmp_path / name, format=name)
        return [json.loads(line) for line in (tmp_path / name / f"{name}.jsonl").read_text().splitlines()]

    return of


@pytest.mark.parametrize("name", formats("llama_factory"))
def test_llama_factory_learns_from_every_row(name, rows) -> None:
    entry = FORMATS[name].configs["llama_factory"]
    found = [llama_factory.loaded(row, entry) for row in rows(name)]
    assert found
    for one in found:
        assert one.prompt
        assert one.prompt[-1] in ("Name a river.", "And a lake?", "Name a river.\n\nAnd quickly!")
        assert any(answer in (GOOD, BAD) for answer in one.answers)
        assert (one.system == "Be brief.") == (one.prompt[-1] == "And a lake?")
    if entry.get("ranking"):
        assert {tuple(one.answers) for one in found} == {(GOOD, BAD)}
    if "kto_tag" in entry["columns"]:
        assert {tuple(one.answers) for one in found} == {(GOOD, ""), ("", BAD)}


def test_llama_factory_empties_what_our_rules_keep_out(rows) -> None:
    entry = FORMATS["llama-factory-preference"].configs["llama_factory"]
    row = rows("llama-factory-preference")[0]
    ends_with_answer = {**row, "conversations": [*row["conversations"], {"from": "gpt", "value": "x"}]}
    doubled = {**row, "conversations": row["conversations"] * 2}
    for broken in (ends_with_answer, doubled):
        assert llama_factory.loaded(broken, entry).prompt == []
        assert FORMATS["llama-factory-preference"].rules(broken)
    as_lists = {**row, "chosen": [row["chosen"]], "rejected": [row["rejected"]]}
    assert GOOD not in llama_factory.loaded(as_lists, entry).answers  # the user's turn became the response
    with pytest.raises(KeyError):
        llama_factory.loaded({name: value for name, value in row.items() if name != "system"}, entry)


def test_a_word_for_a_label_turns_kto_into_plain_fine_tuning(rows) -> None:
    entry = FORMATS["llama-factory-kto"].configs["llama_factory"]
    row = next(row for row in rows("llama-factory-kto") if not row["kto_tag"])
    assert llama_factory.loaded(row, entry).answers == ["", BAD]
    assert llama_factory.loaded({**row, "kto_tag": "false"}, entry).answers == [BAD]


def test_openrlhf_reads_prompt_answers_and_margin_apart(rows) -> None:
    flags = FORMATS["openrlhf-preference"].configs["openrlhf"]
    for row in rows("openrlhf-preference"):
        prompt, chosen, rejected, margin = openrlhf.reward(row, flags)
        assert prompt.endswith("<assistant>")
        assert (chosen, rejected, margin) == (f"{GOOD}</>", f"{BAD}</>", 2.0)
    flags = FORMATS["openrlhf-sft"].configs["openrlhf"]
    assert {openrlhf.fine_tuning(row, flags)[1] for row in rows("openrlhf-sft")} == {f"{GOOD}</>"}
    flags = FORMATS["openrlhf-prompts"].configs["openrlhf"]
    assert {openrlhf.asking(row, flags)[1] for row in rows("openrlhf-prompts")} == {"Lake Como"}


def test_trl_would_move_what_both_answers_begin_with_into_the_prompt_were_it_not_written_apart(rows) -> None:
    joined = {"chosen": "Q? The sky is blue.", "rejected": "Q? The sky is green."}
    assert trl.prompt_of(joined) == "Q? The sky is"  # words of the answer
    shared = {"chosen": "Q? Yes indeed", "rejected": "Q? Ye"}
    assert trl.prompt_of(shared) == "Q? Y"  # within a word
    for name in ("trl-preference", "trl-reward"):
        for row in rows(name):
            assert trl.prompt_of(row) == row["prompt"]
    for row in rows("trl-reward-implicit"):
        assert trl.prompt_of(row)[-1]["role"] == "user"


def test_openrlhfs_arguments_stand_beside_its_file(project, said, tmp_path) -> None:
    manifest = export(project, out=tmp_path / "o", format="openrlhf-sft")
    assert "openrlhf.args" in manifest["beside"]
    told = (tmp_path / "o" / "openrlhf.args").read_text().splitlines()
    assert told == ["--data.input_key messages", "--data.apply_chat_template"]


PAIRS = [name for name in formats("axolotl") if "chosen" in "".join(FORMATS[name].columns)]


@pytest.mark.parametrize("name", PAIRS)
def test_axolotl_reads_whole_prompts_and_both_answers(name, rows) -> None:
    entry = FORMATS[name].configs["axolotl"]
    found = [axolotl.pair(row, entry) for row in rows(name)]
    assert {(chosen, rejected) for _, chosen, rejected in found} == {(GOOD, BAD)}
    asked = [prompt for prompt, _, _ in found]
    assert ["Name a river."] in asked
    several = entry["type"].startswith("chat_template")
    assert (["Be brief.", "Name a river.", "The Rhine.", "And a lake?"] in asked) == several


def test_axolotl_cuts_turns_of_the_single_families_which_we_therefore_leave_out(rows) -> None:
    long = {
        "system": "",
        "prompt": "x",
        "chosen": [*TALK[1:], {"role": "assistant", "content": GOOD}],
        "rejected": TALK,
    }
    assert axolotl.pair(long, {"type": "chatml.ultra"})[1] == "The Rhine."  # not the answer at all
    assert all(len(row["chosen"]) == 2 for row in rows("axolotl-ultra"))


def test_axolotl_labels_steps_and_ranks(rows) -> None:
    entry = FORMATS["axolotl-kto"].configs["axolotl"]
    assert {axolotl.labelled(row, entry)[1:] for row in rows("axolotl-kto")} == {(GOOD, True), (BAD, False)}
    assert [("Some words.", True), ("They are wrong.", False)] in [
        axolotl.stepwise(row) for row in rows("axolotl-stepwise")
    ]
    with pytest.raises(ValueError, match="zip"):
        axolotl.stepwise({"completions": ["a", "b"], "labels": [True]})
    assert {tuple(one["rank"] for one in row["answers"]) for row in rows("axolotl-nectar")} == {(1, 2)}


def test_axolotl_learns_everything_but_what_was_marked(rows) -> None:
    entry = FORMATS["axolotl-span-masks"].configs["axolotl"]
    found = set()
    for row in rows("axolotl-span-masks"):
        learned = axolotl.trained(row, entry)
        (place,) = learned  # only the last turn is learned
        text = row["messages"][place]["content"]
        found.add((text, "".join(text[at] for at in sorted(learned[place]))))
    assert found == {(GOOD, GOOD), (BAD, "Some words.")}


def test_exclusive_ends_and_gaps_lose_text_that_was_good() -> None:
    text = "One two three four."
    whole = [{"begin_offset": 0, "end_offset": len(text) - 1, "train": True}]
    assert len(axolotl.learned(text, whole)) == len(text)
    gap = [{"begin_offset": 0, "end_offset": 2, "train": True}, {"begin_offset": 14, "end_offset": 18, "train": True}]
    assert len(axolotl.learned(text, gap)) < len(text)
    before_the_space = [{"begin_offset": 0, "end_offset": 2, "train": True}, {"begin_offset": 3, "end_offset": 6,
                         "train": False}, {"begin_offset": 7, "end_offset": 18, "train": True}]  # fmt: skip
    flagged = set(range(4, 7))
    assert not axolotl.learned(text, before_the_space) & flagged
    assert len(axolotl.learned(text, before_the_space)) == len(text) - 4


@pytest.mark.parametrize(
    "name", [*formats("axolotl"), *formats("llama_factory"), *formats("openrlhf"), *formats("trl")]
)
def test_every_row_of_a_file_has_the_keys_of_the_first(name, rows) -> None:
    found = rows(name)
    assert len({tuple(row) for row in found}) <= 1
