"""Every format leaves, comes into another project, and leaves again with the same rows; or here is why it cannot.

What research views do of this stands in `test_research_round_trips.py`, with reasons of their own.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from feedback.datasets.exporting import export
from feedback.datasets.importing import import_file
from feedback.datasets.registry import FORMATS
from feedback.datasets.views import research
from feedback.models import Example, Project, Rater, Response, User
from tests import make
from tests.datasets.everything import everything

Lines = list[dict[str, Any]]
# Comes in as what it says, which another format (with these wishes) writes again as the same rows.
AGAIN_AS: dict[str, tuple[str, dict[str, Any]]] = {
    "trl-ranked-pairs": ("trl-preference", {}),
    "trl-best-worst-pairs": ("trl-reward", {}),
    "trl-adjacent-pairs": ("trl-reward", {}),
    "nemo-rl": ("nemo-rl", {"pairs": "rankings"}),
    "helpsteer3-principle": ("helpsteer3-principle", {"raters": ["judge"]}),
    "orca-math-pairs": ("pit-improve", {}),
}
# Comes back but for these columns, for this reason.
WITHOUT: dict[str, tuple[tuple[str, ...], str]] = {
    "precept-preferences": (("protocol", "difficulty"), "an import is a way of asking of its own"),
    "precept-edits": (("difficulty", "synthetic"), "how hard an example is comes from all that was said of it"),
    "precept-spans": (("prefix", "suffix"), "what stands around a mark is read off the text anew"),
    "precept-critiques": (("difficulty",), "how hard an example is comes from all that was said of it"),
    "helpsteer3-preference": (("individual_preference",), "the overall score comes in as one more judgement"),
    "iterater-revisions": (("revision_depth",), "a file of revisions does not say which follows which"),
    "inpo-outcomes": (
        ("rater_kind", "policy_a", "policy_b", "round_a", "round_b"),
        "an imported judgement is not a person's here",
    ),
    "orca-math-pairs": (("round",), "two texts do not say in which round they were written"),
    "trl-rated-pairs": (("margin",), "a difference of scores is no strength that anybody gave"),
    "trl-checked-pairs": (("margin",), "a share of verdicts is no strength that anybody gave"),
    "trl-refinement-pairs": (("margin",), "a difference of scores is no strength that anybody gave"),
}
# Comes back but for rows that hold this, for this reason.
BUT_FOR = {"annotated-pairs": ("not_applicable", "a tie is no preference in that format, and comes in as none")}
KINDS = ["person", "imported", "judge", "check", "simulated"]
WORDLESS = "an answer to imitate comes in as an answer: the file does not say who found it good"
MARKED = "an answer that nothing in the row finds right or wrong comes in without a word on it"
DRAWN = "it is drawn from scores, rounds and what was made of what, which the row no longer holds apart"
# Comes in, and every prompt and answer of it is there; the rest cannot be, for this reason.
PARTLY: dict[str, str] = {
    **dict.fromkeys(("trl-sft", "trl-sft-completion", "llama-factory-sft", "llama-factory-alpaca", "axolotl-sft",
                     "llama-factory-openai", "openrlhf-sft", "openai-sft", "trl-demonstrations", "dress-turns",
                     "rest-em-samples"), WORDLESS),
    **dict.fromkeys(("axolotl-span-masks", "meds3-steps"), MARKED),
    **dict.fromkeys(("online-preference", "srpo-pairs", "evolve-pairs", "scl-pairs", "temporal-self-rewarding",
                     "ditto-pairs", "mm-upt-votes", "step-pairs"), DRAWN),
    "fine-grained-rlhf-segments": "a segment says which sentence is wrong, not where in it",
    "ultrafeedback": "its ratings are a model's in the published set, and so they come in",
    "dress-conditional": "a critique as a condition does not say whose it is",
    "best-of-n": "that a sample was found good beside another is in `right` alone, not in its score",
    "spa-rl-steps": "of an outcome of nothing every step has nothing, so no step is told from another",
    "precept-hints": "how well a try did is said of it elsewhere: the tries come in, their scores do not",
    "helpsteer3-edit-quality": "that two edits are of one answer is not kept, only which is better",
}  # fmt: skip
# Nothing of this kind can be in a project by capture alone, or other tests hold it.
ELSEWHERE = {
    "c3po": "made of scope tests: tests/datasets/test_scoped.py",
    "precept-stay-as-is": "made of scope tests: tests/datasets/test_scoped.py",
    "precept-uptake-pairs": "needs two words on one response: tests/datasets/test_as_given.py",
    "precept-principles": "principles come in on their own page: tests/principles",
    "precept-votes": "votes come in with their principles: tests/principles",
}
MINE = [name for name in FORMATS if name not in {one.name for one in research.FORMATS} and name not in ELSEWHERE]


@pytest.fixture
def rater(project: Project, ben: User) -> Rater:
    return make.rater(project=project, user=ben)


@pytest.fixture
def full(project: Project, rater: Rater, cleo: User) -> Project:
    """A project in which everything was said once."""
    everything(project, rater, make.rater(project=project, user=cleo))
    return project


def leave(project: Project, name: str, out: Path, **wishes: Any) -> tuple[Path, Lines]:
    """The file of a format, and its rows."""
    manifest = export(project, out=out, format=name, **wishes)
    file = out / manifest["data"]
    if file.suffix == ".csv":
        return file, list(csv.DictReader(file.open(newline="")))
    if file.suffix == ".json":
        return file, json.loads(file.read_bytes())["comparisons"]
    return file, [json.loads(line) for line in file.read_text().splitlines()]


def come_in(file: Path) -> Project:
    """The file in a project of its own, all of it for use: what was drawn to be held out would stay in."""
    other = make.project()
    assert import_file(other, file, by=None).examples
    Example.objects.filter(project=other).update(split="feedback")
    return other


def same(lines: Lines, leaving_out: tuple[str, ...] = ()) -> list[str]:
    """Rows to be compared, in no order."""
    kept = [{name: value for name, value in line.items() if name not in leaving_out} for line in lines]
    return sorted(json.dumps(line, ensure_ascii=False) for line in kept)


WHOLE = [name for name in MINE if name not in PARTLY]


@pytest.mark.parametrize("name", WHOLE)
def test_a_format_comes_in_again_and_leaves_with_the_same_rows(name: str, full: Project, tmp_path: Path) -> None:
    file, lines = leave(full, name, tmp_path / "once")
    assert lines
    other = come_in(file)
    target, wishes = AGAIN_AS.get(name, (name, {}))
    _, again = leave(other, target, tmp_path / "again", **wishes)
    leaving_out, _ = WITHOUT.get(name, ((), ""))
    lost, _ = BUT_FOR.get(name, ("", ""))
    lines = [line for line in lines if not lost or lost not in json.dumps(line)]
    if name == "orca-math-pairs":
        again = [{"prompt": line["prompt"], "chosen": line["improved"], "rejected": line["reference"], "round": 0}
                 for line in again]  # fmt: skip
    if name in ("trl-rated-pairs", "trl-checked-pairs", "trl-refinement-pairs"):
        _, again = leave(other, "trl-reward", tmp_path / "as-pairs")
    assert same(again, leaving_out) == same(lines, leaving_out)


@pytest.mark.parametrize("name", PARTLY)
def test_what_cannot_come_back_whole_still_brings_its_prompts_and_answers(name, full, tmp_path) -> None:
    file, lines = leave(full, name, tmp_path / "once")
    assert lines
    other = come_in(file)
    assert name in ("mm-upt-votes", "precept-hints") or Response.objects.filter(example__project=other).exists()
    _, again = leave(other, name, tmp_path / "again")
    assert same(again) != same(lines), f"{name} comes back whole by now: take it off the list"


def test_the_lists_name_formats_there_are_and_no_format_twice() -> None:
    named = [*{**WITHOUT, **AGAIN_AS}, *PARTLY, *ELSEWHERE]
    assert len(named) == len(set(named))
    assert {*named} <= {*FORMATS}, sorted({*named} - {*FORMATS})


def test_no_format_writes_a_row_that_its_own_check_would_refuse(full, tmp_path) -> None:
    defects = {name: export(full, out=tmp_path / name, format=name, raters=KINDS)["defects"] for name in FORMATS}
    assert {name: found for name, found in defects.items() if found} == {}
