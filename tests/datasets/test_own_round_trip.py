"""What Precept exports of each kind of feedback comes in again as it left."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from feedback.capture.demonstrations import record_demonstration
from feedback.capture.edits import record_edit
from feedback.capture.follow_ups import record_follow_up
from feedback.capture.hints import record_hint
from feedback.datasets.exporting import export
from feedback.datasets.importing import NothingImported, import_file
from feedback.models import (
    Critique,
    Edit,
    Hint,
    Place,
    Preference,
    Project,
    Ranking,
    Rater,
    Response,
    Span,
    Uptake,
    User,
)
from tests import make
from tests.datasets.everything import everything


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


GIVEN = (
    "precept-ratings", "precept-critiques", "precept-failures", "precept-spans", "precept-edits",
    "precept-preferences", "precept-rankings", "precept-follow-ups", "precept-pulses", "precept-demonstrations",
    "precept-uptake",
)  # fmt: skip
# What is worked out anew, and what an import is by itself: a way of asking, in the order of the file, from a file.
NEW_HERE = dict.fromkeys(("difficulty", "protocol", "shown_first", "source", "prefix", "suffix"), "")
TALK = [
    {"role": "user", "content": "Name a river."},
    {"role": "assistant", "content": "Lake Constance."},
    {"role": "user", "content": "A river, I said."},
]


@pytest.fixture
def all_said(project: Project, rater: Rater, cleo: User) -> Project:
    """Every kind of feedback by two people and a model: of answers, turns, marks, pairs and of words."""
    other, judge = make.rater(project=project, user=cleo), make.rater(project=project, kind="judge", name="critic-1")
    everything(project, rater, other)
    response = make.response(
        example=make.example(project=project, messages=TALK), text="The Rhine.", next_message="Ah."
    )
    beside = make.response(example=response.example, text="The Elbe.")
    for one in (rater, other, judge):
        make.rating(response=response, rater=one, score=4, key=f"same-{one.pk}")
    make.rating(response=response, rater=other, score=1, turn=1)
    make.rating(response=response, rater=other, score=None, cannot_judge=True, aspect="style")
    mark = make.span(response=response, rater=other, start=4, end=9, category="wrong", reason="Which?", key="m")
    Span.objects.create(
        project=project, rater=other, protocol="single", key="t", response=response, turn=1, category="wrong",
        start=5, end=14, quote="Constance", prefix="Lake ", suffix=".",
    )  # fmt: skip
    how: dict[str, Any] = {"response": response, "rater": other}
    words = make.critique(**how, text="Where is it?", improve="Say so.", failure="vague", stage="writing", looks="both")
    make.critique(**how, text="Odd.", scope="span", span=mark, key="s", polarity="kudos")
    make.critique(**how, text="A lake.", scope="turn", turn=1, key="u", informative=True, perspective="reader")
    make.critique(**how, text="Shorter than that one.", scope="pair", beside=beside, key="p")
    make.critique(response=response, rater=judge, text="Fine on the whole.", scope="dialogue", key="d")
    make.rating(response=response, rater=rater, score=2, critique=words, aspect="useful")
    record_follow_up(response, by=cleo, mark="satisfied", says="Ah", prompt_quality=2, key="f")
    record_follow_up(response, by=cleo, mark="corrected", turn=2, key="g")
    record_edit(response, by=cleo, text="Lake Garda.", turn=1, key="e")
    return project


def lines_of(project: Project, name: str, folder: Path, **wishes: Any) -> list[str]:
    """The lines of an export, without what is worked out from other feedback; their order is the examples'."""
    export(project, out=folder, format=name, **wishes)
    read = [json.loads(line) for line in (folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]
    return sorted(json.dumps({**line, **NEW_HERE}, sort_keys=True) for line in read)


@pytest.mark.parametrize("name", GIVEN)
def test_every_line_comes_in_and_leaves_again_as_it_was(all_said: Project, tmp_path: Path, name: str) -> None:
    wish: dict[str, Any] = {"raters": ("person", "imported", "judge", "check")}
    before = lines_of(all_said, name, tmp_path / "before", **wish)
    assert before
    other = make.project()
    for _ in range(2):
        import_file(other, tmp_path / "before" / f"{name}.jsonl", by=None)
    other.examples.update(split="feedback")
    assert lines_of(other, name, tmp_path / "after", **wish) == before


def test_a_hint_comes_in_again_with_the_answers_that_were_tried(again, project, ben) -> None:
    example = make.example(project=project)
    make.response(example=example, text="Too vague.")
    record_hint(example, by=ben, text="Look at the map.", key="h")
    other = again("precept-hints")
    assert Hint.objects.get(project=other).text == "Look at the map."
    assert Response.objects.get(example__project=other).text == "Too vague."


def test_words_that_stand_in_several_files_are_one_piece_of_feedback(all_said: Project, tmp_path: Path) -> None:
    other = make.project()
    for name in ("precept-uptake", "precept-ratings", "precept-critiques", "precept-spans"):
        export(all_said, out=tmp_path / name, format=name)
        import_file(other, tmp_path / name / f"{name}.jsonl", by=None)
    counted = {kind: (kind.objects.filter(project=all_said).exclude(rater__kind="judge").count(),
                      kind.objects.filter(project=other).count()) for kind in (Critique, Span, Uptake)}  # fmt: skip
    assert all(one == two for one, two in counted.values()), counted
