"""A submission holds all that was said at once: stored once, undone and redone as one, and never in part."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from feedback import models as m
from feedback.capture.judgements import Judgement, Score, record_judgement
from feedback.desk.submitting import last_undone, latest, redo, rows_of, submit, undo
from feedback.errors import NotAllowed, Refused
from tests import make


@pytest.fixture
def response(project: m.Project) -> m.Response:
    return make.response(example=make.example(project=project), text="It is the sea.")


def said(response: m.Response, by: m.User, key: str, *, slot: int | None = None, **what) -> m.Submission:
    """Send a judgement."""
    judgement = Judgement(**what)

    def record(submission: m.Submission):
        return record_judgement(response, judgement, by=by, key=key, submission=submission)

    return submit(response.example.project, by=by, key=key, page="/here/", slot=slot, record=record)


def overall(score: int | None) -> list[Score]:
    return [Score(aspect="overall", score=score)]


def test_the_same_key_gives_the_same_submission_and_records_nothing_more(response, ben, cleo) -> None:
    first = said(response, ben, "k", scores=overall(4), critique="Wrong.")
    again = said(response, ben, "k", scores=overall(1), critique="Another thing.")
    other = said(response, cleo, "k", scores=overall(2))
    assert first == again != other
    assert [row.score for row in m.Rating.objects.order_by("pk")] == [4, 2]
    assert {type(row) for row in rows_of(first)} == {m.Rating, m.Critique}


def test_what_is_refused_leaves_nothing_behind(response, ben) -> None:
    with pytest.raises(Refused):
        said(response, ben, "k")
    assert not m.Submission.objects.exists()


def test_undo_takes_all_of_it_back_and_lets_what_was_before_stand_again(response, ben) -> None:
    said(response, ben, "1", scores=overall(2))
    second = said(response, ben, "2", scores=overall(5), kudos="Short.", rewrite="Light scatters.")
    assert m.Rating.objects.standing().get().score == 5
    undo(second, by=ben)
    undo(second, by=ben)
    assert m.Rating.objects.standing().get().score == 2
    assert not m.Critique.objects.standing().exists()
    assert not m.Edit.objects.standing().exists()
    assert m.Rating.objects.count() == 2, "nothing is lost from the record"


def test_redo_brings_it_back_once(response, ben) -> None:
    said(response, ben, "1", scores=overall(2))
    second = said(response, ben, "2", scores=overall(5), kudos="Short.")
    undo(second, by=ben)
    assert last_undone(response.example.project, ben) == second
    redo(second, by=ben)
    redo(second, by=ben)
    assert m.Rating.objects.standing().get().score == 5
    assert m.Critique.objects.standing().count() == 1
    assert last_undone(response.example.project, ben) is None


def test_undo_goes_back_one_after_the_other(response, ben) -> None:
    project = response.example.project
    one, two = (said(response, ben, key, scores=overall(score)) for key, score in (("1", 2), ("2", 5)))
    with pytest.raises(Refused, match="changed since"):
        undo(one, by=ben)
    assert latest(project, ben) == two
    undo(two, by=ben)
    assert latest(project, ben) == one
    undo(one, by=ben)
    assert latest(project, ben) is None
    assert not m.Rating.objects.standing().exists()


def test_what_was_changed_anew_cannot_be_redone(response, ben) -> None:
    said(response, ben, "1", scores=overall(2))
    second = said(response, ben, "2", scores=overall(5))
    undo(second, by=ben)
    said(response, ben, "3", scores=overall(4))
    with pytest.raises(Refused, match="changed anew"):
        redo(second, by=ben)
    assert m.Rating.objects.standing().get().score == 4


def test_nobody_undoes_what_another_said(response, ben, cleo, dan) -> None:
    row = said(response, ben, "1", scores=overall(2))
    for person in (cleo, dan):
        with pytest.raises(NotAllowed):
            undo(row, by=person)
    with pytest.raises(NotAllowed):
        said(response, dan, "2", scores=overall(2))


def claimed(response: m.Response, by: m.User) -> m.Slot:
    """A place in a queue that this person holds."""
    project = response.example.project
    queue = m.Queue.objects.create(project=project, number=1, name="Queue")
    item = m.QueueItem.objects.create(queue=queue, example=response.example, response_a=response)
    until = timezone.now() + timedelta(hours=1)
    rater = make.rater(project=project, user=by)
    return m.Slot.objects.create(item=item, queue=queue, number=1, state="claimed", rater=rater, claimed_until=until)


def test_a_place_in_a_queue_is_done_by_it_open_after_undo_and_done_again_after_redo(response, ben) -> None:
    slot = claimed(response, ben)
    row = said(response, ben, "1", slot=slot.pk, scores=overall(2))
    slot.refresh_from_db()
    assert (row.counts, slot.state) == (True, "done")
    undo(row, by=ben)
    slot.refresh_from_db()
    assert slot.state == "claimed"
    redo(row, by=ben)
    slot.refresh_from_db()
    assert slot.state == "done"


def test_what_comes_too_late_is_on_record_but_does_not_count(response, ben, cleo) -> None:
    slot = claimed(response, ben)
    said(response, ben, "1", slot=slot.pk, scores=overall(2))
    late = said(response, cleo, "1", slot=slot.pk, scores=overall(5))
    assert not late.counts
    assert [row.score for row in m.Rating.objects.standing()] == [2]
    assert m.Rating.objects.count() == 2
