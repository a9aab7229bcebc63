"""A snapshot is what was chosen when it was frozen, for good: whatever is said, replaced or withdrawn afterwards."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.utils import timezone

from feedback.datasets.choosing import chosen
from feedback.datasets.outlook import outlook
from feedback.datasets.snapshots import freeze, wish_for
from feedback.errors import NotAllowed, Refused
from feedback.models import Preference, Rating, Snapshot, SnapshotExample, SnapshotRow
from tests import make


@pytest.fixture
def ben_says(project, ben) -> Any:
    return make.rater(project=project, user=ben)


@pytest.fixture
def cleo_says(project, cleo) -> Any:
    return make.rater(project=project, user=cleo)


@pytest.fixture
def machine(project) -> Any:
    return make.rater(project=project, kind="judge", name="judge", model="m")


def rows(snapshot: Snapshot) -> set[tuple[str, int]]:
    return set(SnapshotRow.objects.filter(snapshot=snapshot).values_list("kind", "row"))


def test_what_stands_is_taken_with_its_examples_and_counted(project, ana, ben_says, machine) -> None:
    a, b = make.pair(project=project)
    kept = make.preference(a=a, b=b, rater=ben_says)
    make.rating(response=a, rater=ben_says, withdrawn_at=timezone.now())
    make.rating(response=a, rater=machine)
    snapshot = freeze(project, by=ana, name="First")
    assert rows(snapshot) == {("preference", kept.pk)}
    assert snapshot.frozen_at
    assert snapshot.number == 1
    assert len(snapshot.sha256) == 64
    assert snapshot.facts["rows"] == {"all": 1, "by_kind": {"preference": 1}, "by_rater": {"person": 1}}
    assert snapshot.facts["examples"]["by_part"] == {"train": 1}


def test_the_words_of_judges_come_in_only_when_asked_for(project, ana, ben_says, machine) -> None:
    a, b = make.pair(project=project)
    make.preference(a=a, b=b, rater=ben_says)
    said = make.preference(a=a, b=b, rater=machine)
    assert ("preference", said.pk) not in rows(freeze(project, by=ana))
    both = freeze(project, by=ana, filters={"raters": ["person", "judge"]})
    assert ("preference", said.pk) in rows(both)


def test_a_frozen_set_gives_the_same_rows_whatever_happens_later(project, ana, ben_says, cleo_says, tmp_path) -> None:
    a, b = make.pair(project=project)
    first = make.preference(a=a, b=b, rater=ben_says, strength=-2)
    rated = make.rating(response=a, rater=ben_says)
    snapshot = freeze(project, by=ana)
    before = [outlook_lines(project, snapshot, name) for name in ("trl-preference", "precept-ratings")]
    Preference.objects.filter(pk=first.pk).update(withdrawn_at=timezone.now())
    make.preference(a=a, b=b, rater=cleo_says, outcome="b")
    make.rating(response=a, rater=ben_says, score=1, replaces=rated)
    make.preference(a=make.response(example=a.example), b=b, rater=ben_says)
    assert [outlook_lines(project, snapshot, name) for name in ("trl-preference", "precept-ratings")] == before
    assert list(chosen(Rating, project, wish_for(snapshot)).values_list("pk", flat=True)) == [rated.pk]


def outlook_lines(project: Any, snapshot: Snapshot, format_: str) -> str:
    found = outlook(project, format=format_, snapshot=snapshot)
    return json.dumps([line for line, _ in found.first], sort_keys=True)


@pytest.mark.parametrize(
    ("filters", "left"),
    [
        ({"least_strength": 2}, {"strong"}), ({"least_votes": 2}, {"agreed", "split"}),
        ({"least_votes": 2, "least_agreement": 0.9}, {"agreed"}), ({"least_certainty": 0.8}, {"agreed"}),
        ({"tags": ["maths"]}, {"strong"}), ({"models": ["m1"]}, {"weak"}), ({"votes": "adjudicated"}, set()),
        ({"objective": "safety"}, {"split"}), ({"since": "2999-01-01"}, set()), ({"aspect": "tone"}, {"weak"}),
    ],
)  # fmt: skip
def test_filters_let_through_what_they_say(project, ana, ben_says, cleo_says, filters, left) -> None:
    judged = {
        "strong": make.pair(project=project, tags=["maths"]), "weak": make.pair(project=project),
        "agreed": make.pair(project=project), "split": make.pair(project=project),
    }  # fmt: skip
    for side in judged["weak"]:
        type(side).objects.filter(pk=side.pk).update(model="m1")
    say(judged["strong"], ben_says, strength=-3)
    say(judged["weak"], ben_says, strength=-1, aspect="tone")
    say(judged["agreed"], ben_says, strength=-1)
    say(judged["agreed"], cleo_says, strength=-1)
    for outcome, rater in (("a", ben_says), ("a", cleo_says), ("b", make.rater(project=project))):
        say(judged["split"], rater, outcome=outcome, objective="safety")
    if not left:
        with pytest.raises(Refused):
            freeze(project, by=ana, filters=filters)
        assert not Snapshot.objects.exists()
        return
    snapshot = freeze(project, by=ana, filters=filters)
    frozen = set(SnapshotExample.objects.filter(snapshot=snapshot).values_list("example", flat=True))
    assert frozen == {judged[name][0].example_id for name in left}


def say(pair: Any, rater: Any, **how: Any) -> Preference:
    return make.preference(a=pair[0], b=pair[1], rater=rater, **how)


def test_near_duplicates_leave_one_example_the_one_most_is_said_about(project, ana, ben_says, cleo_says) -> None:
    words = "Explain to a child of seven years why the sky is blue by day and red at dusk, in {} sentences please"
    few, many = (make.pair(project=project, request=words.format(n)) for n in ("five", "six"))
    other = make.pair(project=project, request="Write a poem about a lighthouse keeper who is afraid of the dark water")
    for pair in (few, many, other):
        say(pair, ben_says)
    say(many, cleo_says)
    kept = freeze(project, by=ana, filters={"duplicates": "near"})
    examples = {row.example_id: row.cluster for row in kept.examples.all()}
    assert set(examples) == {many[0].example_id, other[0].example_id}
    assert kept.facts["left_out"] == {"nearly the same as another example": 1}
    assert kept.facts["rows"]["all"] == 3
    assert kept.facts["pairs"]["pairs"] == 2
    every = freeze(project, by=ana)
    assert every.examples.get(example=many[0].example_id).cluster == few[0].example.number


def test_a_dialogue_and_its_near_duplicates_stand_in_one_part(project, ana, ben_says) -> None:
    for n in range(40):
        opening = f"Question {n} of the list: what should one know about the place number {n} before one goes there?"
        talk = [{"role": "user", "content": opening}]
        later = [*talk, {"role": "assistant", "content": "Much."}, {"role": "user", "content": f"More of it {n}."}]
        for messages in (talk, later):
            example = make.example(project=project, messages=messages)
            make.rating(response=make.response(example=example), rater=ben_says)
    snapshot = freeze(project, by=ana, filters={"validation": 30, "test": 30})
    parts = dict(snapshot.examples.values_list("example__number", "part"))
    assert all(parts[number] == parts[number + 1] for number in range(1, 80, 2))
    assert set(parts.values()) == {"train", "validation", "test"}
    again = freeze(project, by=ana, filters={"validation": 30, "test": 30})
    assert again.sha256 == snapshot.sha256
    of_test = chosen(Rating, project, wish_for(snapshot, part="test"))
    assert of_test.count() == sum(part == "test" for part in parts.values())


def test_held_out_examples_stand_alone(project, ana, ben_says) -> None:
    inside, outside = make.pair(project=project), make.pair(project=project, split="holdout")
    say(inside, ben_says), say(outside, ben_says)
    assert freeze(project, by=ana).facts["examples"]["by_split"] == {"feedback": 1}
    assert freeze(project, by=ana, filters={"split": "holdout"}).facts["examples"]["by_split"] == {"holdout": 1}


def test_nonsense_is_refused_with_a_sentence(project, ana, ben, dan) -> None:
    for wrong in ({"colour": 1}, {"raters": []}, {"raters": ["god"]}, {"least_agreement": 7}, {"test": 95},
                  {"since": "2026-02-01", "until": "2026-01-01"}, {"since": "soon"}):  # fmt: skip
        with pytest.raises(Refused, match=r"\w+ \w+.*\.$"):
            freeze(project, by=ana, filters=wrong)
    for stranger in (ben, dan):
        with pytest.raises(NotAllowed):
            freeze(project, by=stranger)


def test_numbers_go_up_and_a_set_that_comes_to_nothing_leaves_no_gap(project, ana, ben_says) -> None:
    with pytest.raises(Refused):
        freeze(project, by=ana)
    say(make.pair(project=project), ben_says)
    assert [freeze(project, by=ana).number, freeze(project, by=ana).number] == [1, 2]
