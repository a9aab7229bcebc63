"""Demonstrations, hints, follow-ups and uptake: taken down once per key, refused in sentences, only by who may."""

from __future__ import annotations

import pytest

from feedback.capture.demonstrations import record_demonstration
from feedback.capture.follow_ups import record_follow_up, written_next
from feedback.capture.hints import record_hint
from feedback.capture.history import withdraw
from feedback.capture.uptake import record_uptake
from feedback.errors import NotAllowed, Refused
from feedback.models import Demonstration, Example, FollowUp, Hint, Project, Response, Uptake, User
from tests import make

TALK = [
    {"role": "user", "content": "Name a river."},
    {"role": "assistant", "content": "Lake Constance."},
    {"role": "user", "content": "No, that is a lake."},
]


@pytest.fixture
def example(project: Project) -> Example:
    return make.example(project=project, messages=TALK)


def test_the_same_demonstration_twice_is_one_answer(example: Example, ben: User) -> None:
    rows = [record_demonstration(example, by=ben, text=" The Rhine.\r\n", key="d") for _ in range(2)]
    assert rows[0] == rows[1]
    result = Response.objects.get()
    assert (result.text, result.origin, result.author) == ("The Rhine.", "written", rows[0].rater)
    assert Demonstration.objects.get().protocol == "demonstration"


def test_a_hint_is_kept_and_can_be_taken_back(example: Example, ben: User) -> None:
    row = record_hint(example, by=ben, text="Think of what flows.", key="h")
    withdraw(row, by=ben)
    assert not Hint.objects.standing().exists()
    with pytest.raises(Refused, match="empty"):
        record_hint(example, by=ben, text="  ", key="h2")


def test_what_the_user_wrote_next_is_found_inside_and_after_the_dialogue(example: Example) -> None:
    response = make.response(example=example, text="The Rhine.", next_message="Thanks!")
    assert written_next(response, 2) == "No, that is a lake."
    assert written_next(response, None) == "Thanks!"
    assert [written_next(response, turn) for turn in (0, 1, 7)] == ["", "", ""]


def test_a_detector_proposes_and_ben_confirms(project: Project, example: Example, ben: User) -> None:
    response = make.response(example=example)
    detector = make.rater(project=project, kind="check", name="rules")
    proposed = record_follow_up(response, rater=detector, turn=2, mark="corrected", says="No", key="rules:2")
    confirmed = record_follow_up(
        response, by=ben, turn=2, mark="corrected", says="that is a lake", prompt_quality=4, confirms=proposed, key="c"
    )
    assert list(FollowUp.objects.filter(confirms=proposed)) == [confirmed]
    other = make.response(example=example)
    for refused in (
        {"response": response, "turn": 1, "mark": "corrected"},
        {"response": response, "turn": None, "mark": "corrected"},
        {"response": response, "turn": 2, "mark": "amazed"},
        {"response": response, "turn": 2, "mark": "none", "prompt_quality": 6},
        {"response": other, "turn": 2, "mark": "none", "confirms": proposed},
    ):
        with pytest.raises(Refused):
            record_follow_up(refused.pop("response"), by=ben, key="r", **refused)


def test_uptake_is_about_a_later_answer_to_the_same_example(project: Project, example: Example, ben: User) -> None:
    first, later = make.response(example=example), make.response(example=example)
    critique = make.critique(response=first, rater=make.rater(project=project, user=ben))
    for _ in range(2):
        record_uptake(critique, later, by=ben, outcome="partly", note="Half of it.", key="u")
    assert Uptake.objects.get().outcome == "partly"
    elsewhere = make.response(example=make.example(project=project))
    for response, outcome in ((first, "yes"), (elsewhere, "yes"), (later, "somehow")):
        with pytest.raises(Refused):
            record_uptake(critique, response, by=ben, outcome=outcome, key="u2")


def test_dan_shows_nobody_the_way(example: Example, dan: User) -> None:
    response = make.response(example=example, next_message="Thanks!")
    for verb in (
        lambda: record_demonstration(example, by=dan, text="The Rhine.", key="d"),
        lambda: record_hint(example, by=dan, text="Think.", key="h"),
        lambda: record_follow_up(response, by=dan, mark="satisfied", key="f"),
    ):
        with pytest.raises(NotAllowed):
            verb()
    assert Response.objects.count() == 1
