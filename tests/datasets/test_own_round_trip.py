"""What Precept exports of preferences, rankings, marks, rewrites and demonstrations comes in again as it left."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from feedback.capture.demonstrations import record_demonstration
from feedback.capture.edits import record_edit
from feedback.datasets.exporting import export
from feedback.datasets.importing import NothingImported, import_file
from feedback.models import Edit, Place, Preference, Project, Ranking, Rater, Response, Span, User
from tests import make


@pytest.fixture
def rater(project: Project, ben: User) -> Rater:
    return make.rater(project=project, user=ben)


@pytest.fixture
def again(project: Project, tmp_path: Path) -> Any:
    """Exports a format, brings it into another project twice and gives that back."""

    def bring(name: str) -> Project:
        export(project, out=tmp_path / name, format=name)
        other = make.project()
        for number in (1, 0):
            summary = import_file(other, tmp_path / name / f"{name}.jsonl", by=None)
            assert bool(summary.examples) == bool(number)
        return other

    return bring


def test_preferences_keep_strength_aspect_timing_and_reason(again, project, rater) -> None:
    a, b = make.pair(project=project)
    make.preference(a=a, b=b, rater=rater, outcome="b", strength=2, reason="Clearer.", aspect="style")
    make.preference(a=a, b=b, rater=rater, outcome="b", strength=1, timing="hindsight")
    make.preference(a=a, b=b, rater=rater, outcome="both-bad")
    rows = Preference.objects.filter(project=again("precept-preferences")).order_by("pk")
    assert [(row.outcome, row.strength, row.aspect, row.timing, row.reason) for row in rows] == [
        ("b", 2, "style", "now", "Clearer."), ("b", 1, "overall", "hindsight", ""),
        ("both-bad", None, "overall", "now", ""),
    ]  # fmt: skip
    assert {(row.response_a.text, row.response_b.text) for row in rows} == {(a.text, b.text)}


def test_rankings_keep_their_places_and_ties(again, project, rater) -> None:
    example = make.example(project=project, extra={"source": "Open-Assistant"})
    ranking = Ranking.objects.create(project=project, rater=rater, example=example, protocol="ranking", key="r")
    for text, place in (("First.", 1), ("Second.", 2), ("Also second.", 2)):
        Place.objects.create(ranking=ranking, response=make.response(example=example, text=text), place=place)
    other = again("precept-rankings")
    places = Place.objects.filter(ranking__project=other).values_list("response__text", "place")
    assert sorted(places) == [("Also second.", 2), ("First.", 1), ("Second.", 2)]
    assert other.examples.get().extra == {"source": "Open-Assistant"}


def test_marks_keep_their_places_in_any_script(again, project, rater) -> None:
    response = make.response(example=make.example(project=project), text="نهر 🌊 الراين")
    how = {"project": project, "rater": rater, "protocol": "single", "response": response, "category": "wrong"}
    Span.objects.create(**how, key="1", start=4, end=5, quote="🌊", replacement="", severity="minor")
    Span.objects.create(**how, key="2", reason="Where to?")
    rows = Span.objects.filter(project=again("precept-spans")).order_by("pk")
    assert [(row.start, row.end, row.quote, row.replacement, row.reason) for row in rows] == [
        (4, 5, "🌊", "", ""), (None, None, "", None, "Where to?"),
    ]  # fmt: skip


def test_rewrites_and_demonstrations_come_in_again(again, project, ben) -> None:
    response = make.response(example=make.example(project=project))
    record_edit(response, by=ben, text="Better.", reason="Shorter.", key="e")
    record_demonstration(response.example, by=ben, text="Best.", key="d")
    edit = Edit.objects.select_related("result", "response").get(project=again("precept-edits"))
    assert (edit.response.text, edit.result.text, edit.reason) == (response.text, "Better.", "Shorter.")
    assert Response.objects.get(example__project=again("precept-demonstrations")).text == "Best."


def test_what_trainers_get_is_read_as_well(again, project, ben) -> None:
    record_demonstration(make.example(project=project), by=ben, text="Best.", key="d")
    assert Response.objects.get(example__project=again("trl-demonstrations")).text == "Best."


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"response_a": "A", "response_b": "B", "outcome": "a", "strength": 2}, "does not go with"),
        ({"response_a": "A", "response_b": "B", "outcome": "c"}, "'outcome' should be one of"),
        ({"responses": [{"text": "A", "place": 0}], "aspect": "overall"}, "'place' should be"),
        ({"response": "Ab", "category": "wrong", "start": "0", "end": 1}, "should be numbers"),
        ({"response": "Ab", "category": "wrong", "start": 0, "end": 9}, "has 2 characters"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(db: None, wrong: dict, why: str) -> None:
    line = {"prompt": [{"role": "user", "content": "Why?"}], **wrong}
    with pytest.raises(NothingImported, match=f"line 1: .*{why}"):
        import_file(make.project(), io.BytesIO(json.dumps(line).encode()), by=None)
