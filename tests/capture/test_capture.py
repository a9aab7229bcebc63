"""Feedback is taken down once per key, replaced or taken back only by whoever gave it, and refused in sentences."""

from __future__ import annotations

from unittest.mock import Mock

import pytest

from feedback.capture import history
from feedback.capture.critiques import record_critique
from feedback.capture.edits import record_edit
from feedback.capture.history import withdraw
from feedback.capture.preferences import record_preference
from feedback.capture.ratings import record_rating
from feedback.errors import NotAllowed, Refused
from feedback.models import Critique, Edit, Preference, Project, Rating, Response, User
from tests import make


@pytest.fixture
def pair(project: Project) -> tuple[Response, Response]:
    return make.pair(project=project)


def test_the_same_submission_twice_is_one_row(pair: tuple[Response, Response], ben: User, cleo: User) -> None:
    a, b = pair
    for _ in range(2):
        record_rating(a, by=ben, score=4, key="r", seconds=3.5, shown={"order": [a.pk]})
        record_critique(a, by=ben, polarity="critique", text=" Too long.\r\n", key="c")
        record_preference(a, b, by=ben, outcome="a", strength=-2, reason="", shown={"order": [b.pk, a.pk]}, key="p")
        record_edit(a, by=ben, text="Shorter.", key="e")
    record_rating(a, by=cleo, score=2, key="r")
    assert [kind.objects.count() for kind in (Rating, Critique, Preference, Edit)] == [2, 1, 1, 1]
    assert Critique.objects.get().text == "Too long."
    assert Rating.objects.first().seconds == 3.5
    edit = Edit.objects.select_related("result").get()
    assert (edit.result.origin, edit.result.parent, edit.result.author) == ("edited", a, edit.rater)
    assert Response.objects.count() == 3


def test_ben_changes_his_mind(pair: tuple[Response, Response], ben: User, cleo: User) -> None:
    first = record_rating(pair[0], by=ben, score=4, key="1")
    second = record_rating(pair[0], by=ben, score=2, key="2", replaces=first)
    assert list(Rating.objects.standing()) == [second]
    with pytest.raises(Refused, match="already changed"):
        record_rating(pair[0], by=ben, score=1, key="3", replaces=first)
    with pytest.raises(NotAllowed):
        record_rating(pair[0], by=cleo, score=1, key="3", replaces=second)
    withdraw(second, by=ben)
    with pytest.raises(Refused, match="taken back"):
        record_rating(pair[0], by=ben, score=1, key="4", replaces=second)
    assert Rating.objects.count() == 2


def test_only_ben_takes_back_what_ben_said(pair: tuple[Response, Response], ben: User, ana: User, dan: User) -> None:
    row = record_critique(pair[0], by=ben, polarity="kudos", text="Clear.", key="1")
    for person in (ana, dan):
        with pytest.raises(NotAllowed):
            withdraw(row, by=person)
    when = withdraw(row, by=ben).withdrawn_at
    assert withdraw(row, by=ben).withdrawn_at == when
    assert not Critique.objects.standing().exists()


def test_dan_and_viewers_give_no_feedback(project: Project, pair: tuple[Response, Response], dan: User) -> None:
    viewer = make.user(name="Vera")
    make.member(project=project, user=viewer, role="viewer")
    for person in (dan, viewer):
        with pytest.raises(NotAllowed, match="Only reviewers"):
            record_rating(pair[0], by=person, score=3, key="1")
    assert not Rating.objects.exists()


def test_what_makes_no_sense_is_refused(project: Project, pair: tuple[Response, Response], ben: User) -> None:
    a, _ = pair
    with pytest.raises(Refused, match="from 1 to 5"):
        record_rating(a, by=ben, score=6, key="1")
    with pytest.raises(Refused, match="empty"):
        record_critique(a, by=ben, polarity="critique", text="  ", key="1")
    with pytest.raises(Refused, match="NUL"):
        record_critique(a, by=ben, polarity="critique", text="a\x00b", key="1")
    with pytest.raises(Refused, match="surrogate"):
        record_critique(a, by=ben, polarity="critique", text="a\ud800b", key="1")
    with pytest.raises(Refused, match="either kudos or"):
        record_critique(a, by=ben, polarity="rant", text="x", key="1")
    with pytest.raises(Refused, match="same as the original"):
        record_edit(a, by=ben, text=f" {a.text}\n", key="1")
    with pytest.raises(Refused, match="key"):
        record_rating(a, by=ben, score=3, key="")
    with pytest.raises(Refused, match="one and the same"):
        record_preference(a, a, by=ben, outcome="a", key="1")
    with pytest.raises(Refused, match="different examples"):
        record_preference(a, make.pair(project=project)[0], by=ben, outcome="a", key="1")
    with pytest.raises(Refused, match="belongs to another project"):
        record_rating(a, rater=make.rater(project=make.project()), score=3, key="1")


@pytest.mark.parametrize(("outcome", "strength"), [("a", 1), ("b", -1), ("a", 0), ("tie", 1), ("a", -4), ("won", None)])
def test_a_strength_must_go_with_its_outcome(
    pair: tuple[Response, Response], ben: User, outcome: str, strength: int | None
) -> None:
    with pytest.raises(Refused):
        record_preference(*pair, by=ben, outcome=outcome, strength=strength, key="1")


@pytest.mark.parametrize(("outcome", "strength"), [("a", -3), ("b", 3), ("tie", 0), ("both-bad", None), ("a", None)])
def test_every_sensible_answer_is_stored(
    pair: tuple[Response, Response], ben: User, outcome: str, strength: int | None
) -> None:
    row = record_preference(*pair, by=ben, outcome=outcome, strength=strength, key="1")
    row.refresh_from_db()
    assert (row.outcome, row.strength, row.protocol) == (outcome, strength, "pair")


def test_the_pages_of_the_project_are_told(
    pair: tuple[Response, Response], ben: User, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = Mock()
    monkeypatch.setattr(history, "announce", told)
    record_rating(pair[0], by=ben, score=3, key="1")
    record_rating(pair[0], by=ben, score=3, key="1")
    told.assert_called_once_with(project, "feedback", f"example-{pair[0].example.number}")
