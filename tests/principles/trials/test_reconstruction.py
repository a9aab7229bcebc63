"""Principles against what people chose: cells are bought once, the tables are right, ICAI comes to its principles."""

from __future__ import annotations

from typing import Any

import pytest

from feedback.errors import Refused
from feedback.models import ModelCall, PairVote, Principle, Project, Rater, Response, Trial, User, Verdict
from feedback.principles.trials.opening import open_trial
from feedback.principles.trials.pairs import pairs_of
from feedback.principles.trials.working import work_trial
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)

LONG = "The sky is blue because air scatters short waves most. The sky is blue because air scatters short waves most."
SHORT = "Air scatters short waves most."
ONCE, BRIEF = "Say each thing once.", "Say it in as few sentences as it takes, and leave out what was not asked for."


def chosen_short(project: Project, rater: Rater, number: int, *, split: str = "feedback") -> tuple[Response, Response]:
    """A pair whose second, shorter response was preferred."""
    example = make.example(project=project, request=f"Why is sky {number} blue?", split=split)
    long = make.response(example=example, text=f"{LONG} Number {number}.")
    short = make.response(example=example, text=f"{SHORT} Number {number}.")
    make.preference(a=long, b=short, rater=rater, outcome="b")
    return long, short


@pytest.fixture
def rater(project: Project) -> Rater:
    return make.rater(project=project, name="Ben")


@pytest.fixture
def pairs(project: Project, rater: Rater) -> list[tuple[Response, Response]]:
    return [chosen_short(project, rater, n, split="holdout" if n > 4 else "feedback") for n in range(6)]


def done(trial: Trial) -> Trial:
    while work_trial(trial.pk):
        pass
    trial.refresh_from_db()
    assert trial.state == "done", trial.error
    return trial


def line(table: list[dict[str, Any]], name: str) -> dict[str, Any]:
    return next(one for one in table if one["name"] == name)


def test_a_constitution_is_held_against_choices_beside_all_it_has_to_beat(
    project: Project, ana: User, pairs: list[Any]
) -> None:
    make.constitution(project=project, principles=[make.principle(project=project, effect=ONCE)])
    trial = done(open_trial(project, kind="reconstruction", by=ana))
    result = trial.result
    assert (result["pairs"], result["held_out"]) == (6, 2 - 1)
    (principle,) = result["principles"]
    assert (principle["right"], principle["wrong"], principle["coverage"]) == (6, 0, 1.0)
    assert principle["strength"] == pytest.approx(1.0)
    assert principle["interval"][0] > 0.5
    table = result["table"]
    assert line(table, "constitution")["rate"] == 1.0
    assert line(table, "flipped")["rate"] == 0.0
    assert line(table, "none")["rate"] + line(table, "none-flipped")["rate"] == pytest.approx(1.0)
    assert (line(table, "longer")["rate"], line(table, "first")["rate"], line(table, "second")["rate"]) == (0, 0, 1)
    assert line(result["held_out_table"], "constitution")["n"] == 1
    longer = line(table, "longer")
    assert (longer["better"], longer["worse"], longer["p"]) == (6, 0, pytest.approx(2 / 2**6))
    assert "p" not in line(table, "constitution")
    assert trial.expected == ModelCall.objects.filter(trial=trial, state="settled").count() == 6 * 2 + 6 * 3


def test_new_pairs_and_new_principles_buy_only_new_cells(
    project: Project, ana: User, rater: Rater, pairs: list[Any]
) -> None:
    first = make.principle(project=project, effect=ONCE)
    make.constitution(project=project, principles=[first])
    done(open_trial(project, kind="reconstruction", by=ana))
    again = done(open_trial(project, kind="reconstruction", by=ana))
    assert not ModelCall.objects.filter(trial=again).exists()
    assert line(again.result["table"], "constitution")["rate"] == 1.0
    chosen_short(project, rater, 7)
    more = done(open_trial(project, kind="reconstruction", by=ana))
    assert ModelCall.objects.filter(trial=more).count() == 2 + 3
    second = make.principle(project=project, effect=BRIEF)
    make.constitution(project=project, principles=[first, second])
    more = done(open_trial(project, kind="reconstruction", by=ana))
    votes = PairVote.objects.filter(trial=more)
    assert set(votes.values_list("version__principle", flat=True)) == {second.pk}
    assert Verdict.objects.filter(trial=more).count() == 7 * 2  # without a constitution nothing is new


def test_sides_are_swapped_from_one_repeat_to_the_next(project: Project, ana: User, pairs: list[Any]) -> None:
    principle = make.principle(project=project, effect=ONCE)
    done(open_trial(project, kind="reconstruction", by=ana, principle=principle, parameters={"repeats": 2}))
    for a, b in pairs:
        swapped = PairVote.objects.filter(response_a=a, response_b=b).values_list("swapped", flat=True)
        assert sorted(swapped) == [False, True]


def test_people_who_judged_the_same_pairs_give_the_ceiling_and_a_line_each(
    project: Project, ana: User, pairs: list[Any]
) -> None:
    cleo = make.rater(project=project, name="Cleo")
    for number, (a, b) in enumerate(pairs):
        make.preference(a=a, b=b, rater=cleo, outcome="b" if number else "a")
    make.constitution(project=project, principles=[make.principle(project=project, effect=ONCE)])
    result = done(open_trial(project, kind="reconstruction", by=ana)).result
    assert line(result["table"], "people")["rate"] == pytest.approx(1.0)  # the pair they differ on has no majority
    by_person = {one["name"]: one["constitution"]["rate"] for one in result["parts"]["people"]}
    assert by_person == {"Ben": 1.0, "Cleo": 1.0}


def test_without_pairs_or_principles_it_says_what_is_missing(project: Project, ana: User, rater: Rater) -> None:
    with pytest.raises(Refused, match="no constitution"):
        open_trial(project, kind="reconstruction", by=ana)
    make.constitution(project=project)
    with pytest.raises(Refused, match="Nobody has chosen"):
        open_trial(project, kind="reconstruction", by=ana)
    with pytest.raises(Refused, match="at least two pairs"):
        open_trial(project, kind="icai", by=ana)
    assert not Trial.objects.exists()


def test_a_pair_has_one_label_whichever_way_round_it_was_shown(project: Project, rater: Rater) -> None:
    a, b = chosen_short(project, rater, 1)
    make.preference(a=b, b=a, rater=make.rater(project=project), outcome="a")
    make.preference(a=a, b=b, rater=make.rater(project=project, kind="judge"), outcome="a")
    (pair,) = pairs_of(project)
    assert (pair.label, len(pair.labels), pair.longer, pair.first) == ("b", 2, "a", "a")


def test_the_whole_pipeline_finds_the_rule_behind_the_choices(project: Project, ana: User, pairs: list[Any]) -> None:
    trial = done(open_trial(project, kind="icai", by=ana, parameters={"preset": "paper-synthetic"}))
    result = trial.result
    assert (result["pairs"], result["held_out"]) == (5, 1)
    kept = [one["words"] for one in result["principles"] if one["kept"]]
    assert ONCE in kept
    assert len(kept) <= 5
    assert line(result["held_out_table"], "constitution")["rate"] == 1.0
    drafts = Principle.objects.filter(project=project).with_status().filter(status="drafted")
    assert {one.versions.get().effect for one in drafts} == set(kept)
    assert all(one.origin == "proposed" and one.evidence.count() for one in drafts)
    dropped = Principle.objects.filter(project=project).with_status().filter(status="dropped")
    assert all(one.drop_reason.startswith("Test 1: ") for one in dropped)


def test_the_pipeline_again_takes_the_words_it_tested_before(project: Project, ana: User, pairs: list[Any]) -> None:
    done(open_trial(project, kind="icai", by=ana, parameters={"preset": "paper-synthetic"}))
    principles = Principle.objects.count()
    again = done(open_trial(project, kind="icai", by=ana, parameters={"preset": "paper-synthetic"}))
    assert Principle.objects.count() == principles
    assert set(ModelCall.objects.filter(trial=again).values_list("role", flat=True)) == {"proposer"}
    assert any(one["kept"] for one in again.result["principles"])


def test_what_is_held_out_is_never_shown_to_whoever_proposes(project: Project, ana: User, pairs: list[Any]) -> None:
    trial = done(open_trial(project, kind="icai", by=ana))
    held = pairs[5]
    assert not ModelCall.objects.filter(trial=trial, role="proposer", slot__contains=f"-{held[0].pk}-").exists()


def test_rules_drawn_at_random_stand_beside_those_that_were_voted_for(
    project: Project, ana: User, rater: Rater, pairs: list[Any]
) -> None:
    trial = done(open_trial(project, kind="icai", by=ana, parameters={"preset": "ours", "final": 1}))
    drawn = line(trial.result["held_out_table"], "random")
    assert trial.result["drawn"].startswith("1. ")
    assert (drawn["n"], trial.result["drawn"].count("\n")) == (1, 0)
    plain = done(open_trial(project, kind="icai", by=ana, parameters={"preset": "repository"}))
    assert "random" not in [one["name"] for one in plain.result["table"]]
