"""Research views leave, come in again, and leave once more with the same rows; or it is said here why they cannot."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest

from feedback import models as m
from feedback.datasets.exporting import export
from feedback.datasets.importing import import_file, preview
from feedback.datasets.readers import research_rows
from feedback.datasets.readers.rows import Unreadable
from feedback.datasets.views.research import FORMATS as VIEWS
from tests import make
from tests.datasets.lessons import lessons_of

CANNOT_HOLD = {
    "self-sft": "the first answer and the feedback are left out on purpose: self-tuples has them",
    "deepcritic-sft": "the words about steps and about the whole run together into one critique",
    "automathcritique-steps": "how hard the example is comes from attempts that are not in the row",
    "coh-text": "the dialogue and both answers run together into one text",
    "agent-r-trajectories": "the wrong path is cut after its first wrong step",
    "memento-distillation": "that an answer was written with guidance is known from the errand that asked for it",
    "guide-hints": "that an answer was written with a hint is known from the errand that asked for it",
    "lfm-steps": "the rest of the dialogue is not in the row",
    "s2j-solve-and-judge": "whether it was people or a check that said what is true is not in the row",
    "adcl-difficulty": "the attempts are counted, and not in the row",
}
SAID_ELSEWHERE = {
    "self-tuples": "the scores a refining model gave itself are no column of their own, only `why` says so"
}


def lines_of(project: m.Project, name: str, out: Path) -> list[dict[str, Any]]:
    export(project, out=out, format=name)
    return [json.loads(line) for line in (out / f"{name}.jsonl").read_text().splitlines()]


@pytest.mark.parametrize("name", [one.name for one in VIEWS if one.name not in CANNOT_HOLD])
def test_a_view_comes_in_again_and_leaves_as_it_was(project, ana, ben, cleo, tmp_path, name) -> None:
    lessons_of(project, ben, cleo)
    once = lines_of(project, name, tmp_path / "once")
    other = make.project(slug="again", owner=ana)
    file = tmp_path / "once" / f"{name}.jsonl"
    looked = preview(file)
    assert not looked.troubles, looked.troubles
    if name != "cut-judgments":
        assert looked.format == research_rows.NAME
    import_file(other, file, by=ana)
    m.Example.objects.filter(project=other).update(split="feedback")  # what was drawn for holdout would stay in
    again = lines_of(other, name, tmp_path / "again")
    if name in SAID_ELSEWHERE:
        once, again = ([{**one, "why": ""} for one in lines] for lines in (once, again))
    lost, new = ([one for one in left if one not in right] for left, right in ((once, again), (again, once)))
    assert (lost, new) == ([], []), f"lost {lost}\nnew {new}"
    assert len(again) == len(once)
    assert import_file(other, file, by=ana).feedback == 0


def test_all_views_but_those_named_are_read_again() -> None:
    read = set(research_rows.SHAPES)
    for one in VIEWS:
        if one.name in CANNOT_HOLD or one.name == "cut-judgments":
            continue
        assert frozenset(one.columns) in read, one.name


@pytest.mark.parametrize("columns", list(research_rows.SHAPES))
@pytest.mark.parametrize("value", [None, 1, True, "x", [], {}, [{}], [{"role": "user", "content": "x"}], 1e400])
def test_nonsense_in_the_columns_is_a_sentence(columns, value) -> None:
    record: dict[str, Any] = dict.fromkeys(columns, value)
    with contextlib.suppress(Unreadable):
        research_rows.read(record)
