"""All marks of one person in one response: stored once, changed in place of the old, taken away with what was said."""

from __future__ import annotations

import pytest

from feedback.capture.marking import Mark, own_spans, record_marks
from feedback.capture.spans import Marked
from feedback.desk.submitting import redo, submit, undo
from feedback.errors import NotAllowed
from feedback.models import Critique, Response, Span, Submission, User
from feedback.models.feedback import Feedback
from tests import make

FIRST = Mark(Marked(0, 3, "wrong", "major"), words="There are five.", improve="Count them.")
GOOD = Mark(Marked(4, 10, "good"), words="Well put.")


@pytest.fixture
def response(project) -> Response:
    return make.response(example=make.example(project=project), text="Six rivers rise here.")


def test_marks_and_words_about_them_are_stored_once(response, ben: User) -> None:
    for _ in range(2):
        record_marks(response, [FIRST, GOOD], by=ben, key="k")
    assert [(span.quote, span.category) for span in own_spans(response, ben)] == [("Six", "wrong"), ("rivers", "good")]
    said = Critique.objects.order_by("pk")
    assert [(one.scope, one.polarity, one.text, one.improve) for one in said] == [
        ("span", "critique", "There are five.", "Count them."),
        ("span", "kudos", "Well put.", ""),
    ]


def test_a_changed_mark_replaces_the_old_one_and_its_words(response, ben: User) -> None:
    span = record_marks(response, [FIRST], by=ben, key="k")[0]
    record_marks(response, [Mark(Marked(0, 10, "wrong"), words="Five.", changes=span.pk)], by=ben, key="l")
    assert [one.quote for one in own_spans(response, ben)] == ["Six rivers"]
    assert Span.objects.get(quote="Six rivers").replaces_id == span.pk
    assert [one.text for one in Critique.objects.standing()] == ["Five."]


def test_words_that_were_emptied_are_taken_back(response, ben: User) -> None:
    span = record_marks(response, [FIRST], by=ben, key="k")[0]
    record_marks(response, [Mark(Marked(0, 10, "wrong"), changes=span.pk)], by=ben, key="l")
    assert not Critique.objects.standing().exists()
    assert Critique.objects.count() == 1


def test_a_mark_taken_away_takes_its_words_along(response, ben: User) -> None:
    span = record_marks(response, [FIRST], by=ben, key="k")[0]
    record_marks(response, [], by=ben, removed=[span.pk], key="l")
    assert not Span.objects.standing().exists()
    assert not Critique.objects.standing().exists()


def test_undoing_a_submission_puts_back_what_it_took_away(project, response, ben: User) -> None:
    span = record_marks(response, [FIRST], by=ben, key="k")[0]

    def take(submission: Submission) -> list[Feedback]:
        return record_marks(response, [GOOD], by=ben, removed=[span.pk], submission=submission, key="l")

    sent = submit(project, by=ben, key="l", page="/", slot=None, record=take)
    assert [one.quote for one in own_spans(response, ben)] == ["rivers"]
    undo(sent, by=ben)
    assert [one.quote for one in own_spans(response, ben)] == ["Six"]
    assert [one.text for one in Critique.objects.standing()] == ["There are five."]
    redo(sent, by=ben)
    assert [one.quote for one in own_spans(response, ben)] == ["rivers"]
    assert [one.text for one in Critique.objects.standing()] == ["Well put."]


def test_nobody_changes_a_mark_of_another(response, ben: User, cleo: User, dan: User) -> None:
    span = record_marks(response, [FIRST], by=ben, key="k")[0]
    with pytest.raises(NotAllowed):
        record_marks(response, [], by=cleo, removed=[span.pk], key="l")
    with pytest.raises(NotAllowed):
        record_marks(response, [Mark(Marked(0, 3, "good"), changes=span.pk)], by=cleo, key="m")
    with pytest.raises(NotAllowed):
        record_marks(response, [FIRST], by=dan, key="n")


def test_ones_own_marks_are_found_in_two_queries(response, ben: User, django_assert_num_queries) -> None:
    record_marks(response, [FIRST, GOOD], by=ben, key="k")
    with django_assert_num_queries(2):
        assert [[said.text for said in span.critiques.all()] for span in own_spans(response, ben)] == [
            ["There are five."],
            ["Well put."],
        ]
