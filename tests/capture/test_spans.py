"""Marks on pieces of a response."""

from __future__ import annotations

import pytest

from feedback.capture.definition import Category, Definition
from feedback.capture.forms import change_form
from feedback.capture.history import withdraw
from feedback.capture.spans import Marked, carried_over, record_span
from feedback.errors import NotAllowed, Refused
from feedback.models import Project, Response, Span, User
from tests import make

TEXT = "Der Rhein 🏞️ fließt **nach Norden**.\n\n| a | 漢字 |\n|---|---|\n| e\u0301 | שלום |"


@pytest.fixture
def answer(project: Project) -> Response:
    """A response in several scripts."""
    return make.response(example=make.example(project=project), text=TEXT)


def test_a_mark_is_kept_with_its_words_and_what_stands_beside_it(answer: Response, ben: User) -> None:
    start = TEXT.index("nach")
    span = record_span(
        answer, Marked(start, start + 11, "wrong", "major", "It is south.", "nach Süden"), by=ben, key="1"
    )
    assert (span.quote, span.replacement, span.severity) == ("nach Norden", "nach Süden", "major")
    assert span.prefix + span.quote + span.suffix in TEXT
    assert TEXT[span.start : span.end] == span.quote


@pytest.mark.parametrize("piece", ["🏞️", "漢字", "שלום", "e\u0301", "| a |", "**nach Norden**"])
def test_any_piece_can_be_marked(answer: Response, ben: User, piece: str) -> None:
    start = TEXT.index(piece)
    record_span(answer, Marked(start, start + len(piece), "unclear"), by=ben, key="1")
    assert Span.objects.get().quote == piece


def test_marks_overlap_and_the_same_sent_twice_is_one(answer: Response, ben: User) -> None:
    for number, (start, end) in enumerate([(0, 9), (4, 20), (4, 20)]):
        record_span(answer, Marked(start, end, "wrong"), by=ben, key=str(number % 2 if number < 2 else 1))
    assert Span.objects.count() == 2


def test_an_omission_has_words_and_no_place(answer: Response, ben: User) -> None:
    span = record_span(answer, Marked(None, None, "missing", reason="Its length."), by=ben, key="1")
    assert span.is_omission
    with pytest.raises(Refused, match="what is missing"):
        record_span(answer, Marked(None, None, "missing"), by=ben, key="2")


@pytest.mark.parametrize(
    ("marked", "why"),
    [
        (Marked(5, 500, "wrong"), "outside of the text"),
        (Marked(9, 9, "wrong"), "outside of the text"),
        (Marked(-1, 4, "wrong"), "outside of the text"),
        (Marked(0, 4, "invented"), "what kind"),
        (Marked(0, 4, "wrong", "dreadful"), "not a severity"),
        (Marked(0, 4, "wrong", turn=7), "no such turn"),
        (Marked(0, 4, "wrong", reason="a\x00b"), "NUL"),
        (Marked(0, 4, "wrong", replacement="a\x00b"), "NUL"),
    ],
)
def test_what_makes_no_sense_is_refused(answer: Response, ben: User, marked: Marked, why: str) -> None:
    with pytest.raises(Refused, match=why):
        record_span(answer, marked, by=ben, key="1")
    assert not Span.objects.exists()


def test_a_turn_of_the_dialogue_can_be_marked(project: Project, ben: User) -> None:
    turns = [{"role": "user", "content": "Where is Basel?"}, {"role": "assistant", "content": "In Austria."},
             {"role": "user", "content": "Sure?"}]  # fmt: skip
    answer = make.response(example=make.example(project=project, messages=turns))
    span = record_span(answer, Marked(3, 10, "wrong", turn=1, replacement="Switzerland"), by=ben, key="1")
    assert (span.quote, span.turn) == ("Austria", 1)


def test_the_form_it_was_asked_with_decides(answer: Response, ana: User, ben: User, project: Project) -> None:
    form = change_form(
        project, Definition(categories=(Category(name="typo", label="Typo", objective="style"),)), by=ana
    )
    span = record_span(answer, Marked(0, 3, "typo"), by=ben, key="1")
    assert (span.form_version, span.objective) == (form.number, "style")
    assert record_span(answer, Marked(0, 3, "wrong"), by=ben, key="2", form_version=1).form_version == 1
    with pytest.raises(Refused, match="The form's kinds are: Typo"):
        record_span(answer, Marked(0, 3, "wrong"), by=ben, key="3")


def test_a_mark_is_changed_and_taken_back_by_its_maker_alone(
    answer: Response, ben: User, cleo: User, dan: User
) -> None:
    first = record_span(answer, Marked(0, 9, "wrong"), by=ben, key="1")
    with pytest.raises(NotAllowed):
        record_span(answer, Marked(0, 9, "unclear"), by=cleo, key="2", replaces=first)
    with pytest.raises(NotAllowed):
        record_span(answer, Marked(0, 9, "unclear"), by=dan, key="2")
    second = record_span(answer, Marked(0, 9, "unclear"), by=ben, key="2", replaces=first)
    assert list(Span.objects.standing()) == [second]
    withdraw(second, by=ben)
    assert not Span.objects.standing().exists()


def test_marks_are_looked_for_in_the_text_that_came_after(answer: Response, ben: User) -> None:
    for piece in ("Rhein", "nach Norden", "שלום"):
        start = TEXT.index(piece)
        record_span(answer, Marked(start, start + len(piece), "wrong"), by=ben, key=piece)
    record_span(answer, Marked(None, None, "missing", reason="Its length."), by=ben, key="missing")
    now = TEXT.replace("**nach Norden**", "nach Süden, zur See")
    carried = {one.span.quote: one.found for one in carried_over(Span.objects.all(), "Also: " + now)}
    assert set(carried) == {"Rhein", "nach Norden", "שלום"}
    assert carried["שלום"] is not None
    assert carried["שלום"].sure
    assert carried["nach Norden"] is None or not carried["nach Norden"].sure
