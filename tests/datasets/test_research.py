"""The research views: every one drawn from the same rows, each line as its paper takes it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from feedback import models as m
from feedback.datasets.checking import check_of
from feedback.datasets.exporting import export
from feedback.datasets.registry import FORMATS
from feedback.datasets.views.drawn import RESEARCH
from feedback.datasets.views.research import FORMATS as VIEWS
from tests import make
from tests.datasets.lessons import Lessons, lessons_of


@pytest.fixture
def lessons(project: m.Project, ben: m.User, cleo: m.User) -> Lessons:
    """One example of everything the views are drawn from."""
    return lessons_of(project, ben, cleo)


@pytest.fixture
def written(project: m.Project, tmp_path: Path) -> Any:
    """Writes a format and gives back its lines; the sidecar is as long."""

    def write(name: str, **wish: Any) -> list[dict[str, Any]]:
        export(project, out=tmp_path / name, format=name, **wish)
        files = (tmp_path / name / f"{name}.jsonl", tmp_path / name / f"{name}.meta.jsonl")
        lines, origins = ([json.loads(line) for line in file.read_text().splitlines()] for file in files)
        assert len(lines) == len(origins)
        return lines

    return write


@pytest.mark.parametrize("name", [one.name for one in VIEWS])
def test_every_view_draws_rows_that_are_as_it_says(written, lessons, name) -> None:
    format = FORMATS[name]  # noqa: A001
    assert format.group == RESEARCH
    assert all((format.systems, format.needs, format.columns, format.trainer))
    lines = written(name)
    assert lines, f"{name} drew nothing"
    check = check_of(format)
    assert [check(line) for line in lines] == [""] * len(lines)
    assert {tuple(line) for line in lines} == {tuple(format.columns)}


def test_s2j_ties_what_a_judge_solves_to_how_it_judges(project, ben, tmp_path) -> None:
    example = make.example(project=project, request="Which is larger, 9.8 or 9.11?")
    own = make.response(example=example, text="9.8, as 9.80 is more than 9.11.", model="judge-1")
    wrong = make.response(example=example, text="9.11.", model="small-1")
    judge = make.rater(project=project, kind="judge", name="a judge", model="judge-1")
    other = make.rater(project=project, kind="judge", name="another", model="judge-2")
    person = make.rater(project=project, user=ben)
    make.rating(response=own, rater=person, score=5)
    make.rating(response=wrong, rater=person, score=1)
    for rater in (judge, other):  # the other never tried it itself
        make.rating(response=wrong, rater=rater, score=5)
    make.rating(response=own, rater=judge, score=5)  # nobody judges their own answer here
    manifest = export(project, out=tmp_path / "out", format="s2j-solve-and-judge")
    (line,) = map(json.loads, (tmp_path / "out" / "s2j-solve-and-judge.jsonl").read_text().splitlines())
    assert not manifest["defects"]
    assert (line["judge"], line["solution"], line["response"]) == ("a judge", own.text, wrong.text)
    assert (line["verdict"], line["truth"], line["judged_right"]) == (True, False, False)
    assert line["completion"][0]["content"].startswith(own.text)
    assert line["completion"][0]["content"].endswith("wrong.")
