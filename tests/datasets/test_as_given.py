"""Every kind of feedback leaves as it was given, each layer in a file of its own, with the way back beside it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from feedback.capture.demonstrations import record_demonstration
from feedback.capture.edits import record_edit
from feedback.capture.follow_ups import record_follow_up
from feedback.capture.hints import record_hint
from feedback.capture.history import withdraw
from feedback.capture.uptake import record_uptake
from feedback.datasets.exporting import export
from feedback.datasets.registry import FORMATS
from feedback.datasets.writers.rewrites import applied, edits_between
from feedback.models import Errand, Example, Place, Project, Pulse, Ranking, Rater, Response, Span, Uptake, User
from tests import make

TALK = [
    {"role": "user", "content": "Name a river."},
    {"role": "assistant", "content": "Lake Constance."},
    {"role": "user", "content": "No, a river 🏞️."},
]


@pytest.fixture
def rater(project: Project, ben: User) -> Rater:
    return make.rater(project=project, user=ben)


@pytest.fixture
def response(project: Project) -> Response:
    example = make.example(project=project, messages=TALK, extra={"source": "Open-Assistant"})
    return make.response(example=example, text="The Rhine 🌊 flows.", next_message="Perfect, thanks!")


@pytest.fixture
def written(project: Project, tmp_path: Path) -> Any:
    """Writes a format and gives back its lines and the lines of its sidecar."""

    def write(name: str, **wish: Any) -> tuple[list[dict], list[dict]]:
        export(project, out=tmp_path / name, format=name, **wish)
        files = (tmp_path / name / f"{name}.jsonl", tmp_path / name / f"{name}.meta.jsonl")
        lines, origins = ([json.loads(line) for line in file.read_text().splitlines()] for file in files)
        assert len(lines) == len(origins)
        return lines, origins

    return write


def test_the_layers_of_one_review_are_files_of_their_own(written, response, rater) -> None:
    make.rating(response=response, rater=rater, score=2, scale=2, turn=1)
    make.critique(
        response=response, rater=rater, text="A lake.", improve="Name a river.", failure="wrong", stage="retrieval",
        scope="turn", turn=1, looks="both", informative=True, perspective="teacher",
    )  # fmt: skip
    (rating,), (origin,) = written("precept-ratings")
    assert (rating["score"], rating["scale"], rating["response"]) == (2, 2, "Lake Constance.")
    assert rating["prompt"] == TALK[:1]
    assert origin["feedback"][0]["rater"].startswith("rater-")
    (critique,), _ = written("precept-critiques")
    assert (critique["text"], critique["improve"], critique["looks"]) == ("A lake.", "Name a river.", "both")
    assert (critique["form"], critique["difficulty"]) == ("critique", "unknown")
    (failure,), _ = written("precept-failures")
    assert (failure["failure"], failure["stage"], failure["turn"]) == ("wrong", "retrieval", 1)


def test_spans_leave_with_the_offsets_they_came_with(written, response, rater, project) -> None:
    how = {"project": project, "rater": rater, "protocol": "single", "response": response, "category": "wrong"}
    Span.objects.create(
        **how, key="1", start=4, end=11, quote="Rhine 🌊", prefix="The ", suffix=" flows.", replacement=""
    )
    Span.objects.create(**how, key="2", reason="Where to?")
    (mark, omission), _ = written("precept-spans")
    assert mark["response"][mark["start"] : mark["end"]] == mark["quote"] == "Rhine 🌊"
    assert mark["replacement"] == ""
    assert (omission["start"], omission["quote"], omission["reason"]) == (None, None, "Where to?")


def test_a_rewrite_is_a_pair_and_a_sequence_of_edits(written, response, ben) -> None:
    record_edit(response, by=ben, text="The Elbe 🌊 flows north.", reason="Another one.", key="e")
    record_edit(response, by=ben, text="The Oder.", turn=1, key="t")
    (whole, turn), _ = written("precept-edits")
    assert [one["type"] for one in whole["edits"]] == ["replace", "add"]
    assert applied(whole["before"], whole["edits"]) == whole["after"] == "The Elbe 🌊 flows north."
    assert (whole["form"], whole["synthetic"], whole["ideal"]) == ("refinement", False, False)
    assert (turn["before"], turn["after"], turn["prompt"]) == ("Lake Constance.", "The Oder.", TALK[:1])
    pairs, _ = written("trl-preference")
    assert [pair["chosen"][0]["content"] for pair in pairs] == ["The Elbe 🌊 flows north."]


@given(st.text(), st.text())
def test_edits_turn_one_text_into_the_other(before: str, after: str) -> None:
    edits = edits_between(before, after)
    assert applied(before, edits) == after
    assert all(before[one["start"] : one["end"]] == one["before"] for one in edits)
    assert {one["type"] for one in edits} <= {"add", "delete", "replace"}


def test_preferences_carry_timing_strength_aspect_and_difficulty_and_timing_is_chosen(written, project, rater) -> None:
    a, b = make.pair(project=project)
    make.preference(a=a, b=b, rater=rater, outcome="a", strength=-3, reason="Shorter.", aspect="style")
    make.preference(a=a, b=b, rater=rater, outcome="b", strength=1, timing="hindsight")
    both, _ = written("precept-preferences")
    assert [(one["timing"], one["strength"], one["aspect"]) for one in both] == [
        ("now", -3, "style"), ("hindsight", 1, "overall"),
    ]  # fmt: skip
    assert {(one["form"], one["shown_first"]) for one in both} == {("preference", "a")}
    (now,), _ = written("precept-preferences", timing="now")
    (later,), _ = written("trl-preference", timing="hindsight")
    assert (now["outcome"], later["chosen"][0]["content"]) == ("a", b.text)


def ranked(project: Project, example: Example, rater: Rater, *places: int) -> list[Response]:
    """A ranking of new responses to an example."""
    rows = [make.response(example=example) for _ in places]
    ranking = Ranking.objects.create(
        project=project, rater=rater, example=example, protocol="ranking", key=f"r{example.pk}", reason="So."
    )
    for response, place in zip(rows, places, strict=True):
        Place.objects.create(ranking=ranking, response=response, place=place)
    return rows


def test_a_ranking_is_kept_whole_and_expands_to_pairs_with_the_prompts_source(
    written, project, rater, response
) -> None:
    rows = ranked(project, response.example, rater, 2, 1, 2)
    (line,), _ = written("precept-rankings")
    assert [one["place"] for one in line["responses"]] == [1, 2, 2]
    assert (line["responses"][0]["text"], line["source"]) == (rows[1].text, "Open-Assistant")
    pairs, origins = written("trl-ranked-pairs")
    assert {(one["chosen"][0]["content"], one["rejected"][0]["content"]) for one in pairs} == {
        (rows[1].text, rows[0].text), (rows[1].text, rows[2].text),
    }  # fmt: skip
    assert {(one["source"], one["weight"]) for one in origins} == {("Open-Assistant", 0.5)}
    assert set(pairs[0]) == {"prompt", "chosen", "rejected"}


def test_follow_ups_are_data_when_a_person_confirmed_them(written, project, response, ben) -> None:
    detector = make.rater(project=project, kind="check")
    proposed = record_follow_up(response, rater=detector, mark="satisfied", says="Perfect", key="d")
    assert written("precept-follow-ups") == ([], [])
    record_follow_up(response, by=ben, mark="satisfied", says="Perfect", prompt_quality=2, confirms=proposed, key="c")
    record_follow_up(response, by=ben, mark="corrected", turn=2, key="c2")
    (last, inner), _ = written("precept-follow-ups")
    assert (last["next_message"], last["polarity"], last["detected"]) == ("Perfect, thanks!", "kudos", "satisfied")
    assert (inner["response"], inner["prompt"], inner["polarity"]) == ("Lake Constance.", TALK[:1], "critique")


def test_presses_keep_their_place_and_time(written, project, response, rater) -> None:
    Pulse.objects.create(
        project=project,
        rater=rater,
        protocol="stream",
        key="p",
        response=response,
        direction=-1,
        at=11,
        milliseconds=840,
    )
    (press,), _ = written("precept-pulses")
    assert (press["direction"], press["at"], press["milliseconds"], press["shown"]) == (-1, 11, 840, "The Rhine 🌊")


def test_demonstrations_are_a_set_apart(written, project, response, ben) -> None:
    record_demonstration(response.example, by=ben, text="The Elbe.", reason="Short.", key="d")
    (line,), _ = written("precept-demonstrations")
    assert (line["demonstration"], line["reason"], line["source"]) == ("The Elbe.", "Short.", "Open-Assistant")
    (trained,), _ = written("trl-demonstrations")
    assert trained == {"prompt": TALK, "completion": [{"role": "assistant", "content": "The Elbe."}]}
    assert written("trl-preference")[0] == []


def test_hints_leave_with_the_tries_without_and_with_them(written, project, response, ben, rater) -> None:
    hint = record_hint(response.example, by=ben, text="It flows.", key="h")
    again = make.response(example=response.example, origin="generated", text="The Elbe.", simulated=True)
    Errand.objects.create(project=project, kind="hinted", example=response.example, hint=hint, key="e", result=again)
    make.rating(response=response, rater=rater, score=1)
    make.rating(response=again, rater=rater, score=5)
    (line,), (origin,) = written("precept-hints")
    assert origin["simulated"]
    assert [(one["text"], one["success"]) for one in line["without"]] == [("The Rhine 🌊 flows.", False)]
    assert [(one["text"], one["success"]) for one in line["with"]] == [("The Elbe.", True)]
    assert (line["success_without"], line["success_with"]) == (0.0, 1.0)


def test_words_acted_on_stand_over_words_that_were_not(written, project, response, ben, rater) -> None:
    later = make.response(example=response.example)
    kept = make.critique(response=response, rater=rater, text="Say where it flows.", perspective="reader")
    left = make.critique(response=response, rater=rater, text="Hm.")
    record_uptake(kept, later, by=ben, outcome="yes", key="1")
    record_uptake(left, later, by=ben, outcome="no", key="2")
    (pair,), (origin,) = written("precept-uptake-pairs")
    assert (pair["chosen"], pair["rejected"]) == ("Say where it flows.", "Hm.")
    assert (pair["chosen_outcome"], pair["chosen_perspective"]) == ("yes", "reader")
    assert len(origin["feedback"]) == 2
    lines, _ = written("precept-uptake")
    assert [(one["text"], one["outcome"], one["later"]) for one in lines] == [
        ("Say where it flows.", "yes", later.text), ("Hm.", "no", later.text),
    ]  # fmt: skip


def test_dress_conditions_on_the_critique_and_keeps_the_improvement_turn(written, response, ben, rater) -> None:
    make.critique(response=response, rater=rater, text="Too flowery.", improve="Drop the picture.")
    make.critique(response=response, rater=rater, text="", improve="Be shorter.", key="only-improve")
    record_edit(response, by=ben, text="The Rhine flows.", key="e")
    (conditional,), _ = written("dress-conditional")
    assert (conditional["critique"], conditional["completion"][0]["content"]) == ("Too flowery.", response.text)
    turns, _ = written("dress-turns")
    assert [turn["content"] for turn in turns[0]["messages"][-3:]] == [
        "The Rhine 🌊 flows.", "Drop the picture.", "The Rhine flows.",
    ]  # fmt: skip


@pytest.mark.parametrize("name", [name for name, one in FORMATS.items() if one.document is None])
def test_every_format_can_be_empty_and_says_what_it_is(written, name: str) -> None:
    assert written(name) == ([], [])
    one = FORMATS[name]
    assert one.label
    assert one.about
    assert one.group


def test_what_is_taken_back_or_held_out_or_only_simulated_stays_in_the_house(
    written, project, response, ben, rater
) -> None:
    withdraw(make.critique(response=response, rater=rater), by=ben)
    make.critique(response=response, rater=make.rater(project=project, kind="simulated"))
    make.critique(response=make.response(example=make.example(project=project, split="holdout")), rater=rater)
    assert written("precept-critiques") == ([], [])
    (one,), _ = written("precept-critiques", include_simulated=True)
    assert one["text"] == "Too long."


@pytest.mark.parametrize("name", ["precept-critiques", "precept-rankings", "precept-hints", "precept-demonstrations"])
def test_twenty_rows_cost_as_many_queries_as_two(name, project, ben, rater, tmp_path) -> None:
    counts = []
    for size in (2, 18):
        for number in range(size):
            response = make.response(example=make.example(project=project))
            make.critique(response=response, rater=rater)
            ranked(project, response.example, rater, 1, 2)
            record_hint(response.example, by=ben, text="Think.", key=f"{response.pk}")
            record_demonstration(response.example, by=ben, text=f"So {number}.", key=f"{response.pk}")
        with CaptureQueriesContext(connection) as queries:
            export(project, out=tmp_path / f"{name}-{size}", format=name)
        counts.append(len([one for one in queries if "SELECT" in one["sql"]]))
    assert counts[0] == counts[1]


def test_a_judgement_that_does_not_count_parts_no_pair_of_words(written, project, response, ben, rater) -> None:
    later = make.response(example=response.example)
    kept = make.critique(response=response, rater=rater, text="Say where it flows.")
    left = make.critique(response=response, rater=rater, text="Hm.")
    record_uptake(kept, later, by=ben, outcome="yes", key="1")
    judge = make.rater(project=project, kind="judge")
    Uptake.objects.create(critique=left, response=later, outcome="yes", **make.judged(response, judge, {}))
    record_uptake(left, later, by=ben, outcome="no", key="2")
    (pair,), _ = written("precept-uptake-pairs")
    assert (pair["chosen"], pair["rejected"]) == ("Say where it flows.", "Hm.")
