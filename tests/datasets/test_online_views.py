"""What online and iterative methods ask for, from chains, rounds, samples and dialogues that Ben and Cleo judged."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from feedback.capture.demonstrations import record_demonstration
from feedback.datasets.exporting import export
from feedback.datasets.registry import FORMATS
from feedback.datasets.views import online, published
from feedback.datasets.writers.generations import parts
from feedback.datasets.writers.samples import final, similarity
from feedback.models import Check, CheckResult, Project, Rater, User
from tests import make

MINE = [one.name for one in (*online.FORMATS, *published.FORMATS)]


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
    for name in MINE:
        one = FORMATS[name]
        assert one.trainer
        assert one.needs
        assert one.columns
        assert one.about


@pytest.fixture
def chain(project: Project, rater: Rater) -> Any:
    """A first answer, a better refinement, and a rewrite of that."""
    first = make.response(example=make.example(project=project), text="First.", model="m0")
    second = make.refined(response=first, text="Second.", simulated=False, model="m1")
    make.rating(response=first, rater=rater, score=1)
    make.rating(response=second, rater=rater, score=4)
    make.preference(a=first, b=second, rater=rater, outcome="b", strength=2)
    third = make.edit(response=second, rater=rater, text="Third.").result
    return first, second, third


def test_a_chain_gives_later_over_earlier_for_answering_and_refining(written, chain) -> None:
    lines, _ = written("evolve-pairs")
    assert {(line["objective"], line["chosen"], line["rejected"]) for line in lines} == {
        ("answer", "Second.", "First."), ("refine", "Second.", "First."),
        ("answer", "Third.", "Second."), ("refine", "Third.", "Second."),
    }  # fmt: skip
    assert {line["draft"] for line in lines if line["objective"] == "refine"} == {"First.", "Second."}


def test_a_pair_knows_its_certainty_stage_policies_and_rounds(written, chain) -> None:
    line = next(line for line in written("online-preference")[0] if line["votes_for"])
    assert (line["certainty"], line["stage"], line["strength"]) == (0.75, "corrected", 2.0)
    assert (line["chosen_policy"], line["rejected_policy"]) == ("m1", "m0")
    assert (line["chosen_generation"], line["rejected_generation"]) == (1, 0)


def test_refinements_are_kept_both_ways_and_know_what_they_were_given(written, project, rater, chain) -> None:
    worse = make.refined(response=chain[0], text="Spoilt.", simulated=False, model="m1")
    make.preference(a=chain[0], b=worse, rater=rater, outcome="a")
    lines = {line["refined"]: line for line in written("scl-pairs")[0]}
    assert lines["Spoilt."]["chosen"] == "First."
    assert lines["Second."]["chosen"] == "Second."
    given = {(line["chosen"], line["chosen_given"]) for line in written("srpo-pairs")[0]}
    assert ("Second.", "First.") in given
    assert {"reference": "First.", "improved": "Second."}.items() <= written("pit-improve")[0][0].items()


def test_pairs_over_generations_name_their_strategy_and_gap(written, chain) -> None:
    lines = {(line["chosen"], line["rejected"]): line for line in written("temporal-self-rewarding")[0]}
    assert lines["Second.", "First."]["strategy"] == "anchored"
    assert lines["Second.", "First."]["gap"] == 0.75
    assert lines["Third.", "Second."]["strategy"] == "future"


def test_a_demonstration_stands_over_every_sample_with_its_iteration(written, project, ben) -> None:
    example = make.example(project=project)
    make.response(example=example, text="Old.", model="m", extra={"round": 0})
    make.response(example=example, text="New.", model="m", extra={"round": 3})
    record_demonstration(example, text="Mine.", by=ben, key="d")
    lines, _ = written("ditto-pairs")
    assert {(one["kind"], one["chosen"], one["rejected"], one["iteration"]) for one in lines} == {
        ("demonstration", "Mine.", "Old.", 0), ("demonstration", "Mine.", "New.", 3), ("replay", "New.", "Old.", 0),
    }  # fmt: skip


@pytest.fixture
def samples(project: Project, rater: Rater) -> Any:
    """Three samples: two right, one wrong."""
    example = make.example(project=project)
    for text, score in (("So the answer is 4.", 5), ("#### 4", 5), ("It is 5", 1)):
        make.rating(response=make.response(example=example, text=text), rater=rater, score=score)
    return example


def test_samples_are_filtered_kept_with_verdicts_paired_and_voted_on(written, samples) -> None:
    assert [line["right"] for line in written("rest-em-samples")[0]] == [2, 2]
    assert [line["label"] for line in written("nft-samples")[0]] == [True, True, False]
    assert len(written("orca-math-pairs")[0]) == 2
    (line,), _ = written("best-of-n")
    assert len(line["samples"]) == 3
    (line,), _ = written("mm-upt-votes")
    assert (line["pseudo_label"], line["share"]) == ("4", 0.6667)


def test_ties_and_circles_stay_raw_for_inpo(written, project, rater) -> None:
    a, b = make.pair(project=project)
    make.preference(a=a, b=b, rater=rater, outcome="tie")
    assert [line["outcome"] for line in written("inpo-outcomes")[0]] == ["tie"]


def test_whole_dialogues_pair_from_where_they_part_and_tools_are_masked(written, project, rater) -> None:
    ask = [{"role": "user", "content": "Sum it."}]
    example = make.example(project=project, messages=ask)
    used = [*ask, {"role": "assistant", "content": "add(1, 2)"}, {"role": "tool", "content": "3"}]
    a = make.response(example=example, text="Three.", turns=used)
    b = make.response(example=example, text="Four.")
    make.preference(a=a, b=b, rater=rater)
    make.rating(response=a, rater=rater, score=5)
    (line,), _ = written("multi-turn-preference")
    assert line["prompt"] == ask
    assert line["chosen_mask"] == [True, False, True]
    (line,), _ = written("multi-turn-kto")
    assert line["mask"] == [False, True, False, True]


def test_a_short_context_wins_over_a_long_one_unless_people_say_otherwise(written, project, rater) -> None:
    ask = [{"role": "user", "content": "Who?"}]
    long = [{"role": "user", "content": "A long, long text."}, {"role": "assistant", "content": "Read."}, *ask]
    example = make.example(project=project, messages=ask)
    make.rating(response=make.response(example=example, text="Ada."), rater=rater)
    make.response(example=example, text="Bo.", turns=long)
    (line,), _ = written("longpo-pairs")
    assert (line["chosen"][0]["content"], line["prompt_long"]) == ("Ada.", long)


def test_a_corrupted_instruction_is_the_rejected_one(written, project, rater) -> None:
    example = make.example(project=project, request="Write 5 lines.",
                           extra={"corrupted_instruction": "Write 9 lines.", "constraints": ["5 lines"]})  # fmt: skip
    make.rating(response=make.response(example=example, text="Lines."), rater=rater, score=5)
    (line,), _ = written("suri-pairs")
    assert line == {"chosen_instruction": "Write 5 lines.", "rejected_instruction": "Write 9 lines.",
                    "response": "Lines.", "constraints": ["5 lines"]}  # fmt: skip


def test_reasoning_is_told_apart_from_the_answer() -> None:
    text = "<think>Hm.</think> <reflect>No.</reflect> Four."
    assert parts(text) == {"thinking": "Hm.", "reflection": "No.", "answer": "Four."}
    assert final("so \\boxed{12}") == "12"
    assert final("no number") is None
    assert similarity(["a b", "a b"]) == 1.0


def test_helpsteer_has_preferences_with_ties_feedback_edits_and_verdicts(written, project, rater, chain) -> None:
    a, b = make.pair(project=project)
    make.preference(a=a, b=b, rater=rater, outcome="tie")
    make.critique(response=chain[1], rater=rater, text="Too short.")
    check = Check.objects.create(example=chain[0].example, text="Names a lake.", rater=rater)
    CheckResult.objects.create(about=check, response=chain[0], rater=rater, passes=False)
    assert sorted(line["overall_preference"] for line in written("helpsteer3-preference")[0]) == [0, 2]
    (line,), _ = written("helpsteer3-feedback")
    assert line["feedback"] == ["Too short."]
    (line,), _ = written("helpsteer3-edit")
    assert (line["original_response"], line["edited_response"], line["feedback"]) == (
        "Second.", "Third.", ["Too short."])  # fmt: skip
    (line,), _ = written("helpsteer3-principle")
    assert (line["principle"], line["fulfilment"]) == ("Names a lake.", "No")
    (line,), _ = written("iterater-revisions")
    assert line["edit_actions"][0]["type"] == "R"
    lines, _ = written("ultrafeedback")
    assert [one["overall_score"] for one in lines[0]["completions"]] == [1.0, 7.75]


def test_two_edits_of_one_answer_tell_good_from_bad(written, project, rater, cleo) -> None:
    first = make.response(example=make.example(project=project), text="First.")
    good = make.edit(response=first, rater=rater, text="Good edit.").result
    bad = make.edit(response=first, rater=make.rater(project=project, user=cleo), text="Bad edit.").result
    make.preference(a=good, b=bad, rater=rater)
    (line,), _ = written("helpsteer3-edit-quality")
    assert (line["good_edited_response"], line["bad_edited_response"]) == ("Good edit.", "Bad edit.")


def test_annotated_pairs_and_icai_are_a_document_and_a_table(project, rater, tmp_path) -> None:
    a, b = make.pair(project=project)
    make.preference(a=a, b=b, rater=rater, outcome="b")
    export(project, out=tmp_path / "ap", format="annotated-pairs")
    document = json.loads((tmp_path / "ap" / "annotated-pairs.json").read_bytes())
    (found,) = document["comparisons"]
    (who,) = document["annotators"]
    assert found["annotations"] == {who: {"pref": "b"}}
    assert document["metadata"]["version"] == "2.0"
    assert document["metadata"]["default_annotator"] == who
    export(project, out=tmp_path / "csv", format="icai-csv")
    head, row = (tmp_path / "csv" / "icai-csv.csv").read_text().splitlines()
    assert head == "text_a,text_b,preferred_text,input,model_a,model_b"
    assert row.split(",")[{"text_a": 0, "text_b": 1}[row.split(",")[2]]] == b.text


def test_principles_leave_with_their_votes_and_votes_under_pseudonyms(written, project, rater, ben) -> None:
    principle = make.principle(project=project, effect="Be brief.")
    make.constitution(project=project, principles=[principle])
    make.m.Vote.objects.create(project=project, rater=rater, principle=principle, choice="agree", key="v", protocol="v")
    (line,), _ = written("precept-principles")
    assert (line["effect"], line["in_force"], line["agree"], line["disagree"]) == ("Be brief.", True, 1, 0)
    (line,), _ = written("precept-votes")
    assert line["choice"] == "agree"
    assert line["rater"].startswith("rater-")
    assert ben.name not in json.dumps(line)
    assert written("precept-votes", held_out=True)[0] == []
