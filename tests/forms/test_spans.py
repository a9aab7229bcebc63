"""The form of marks: rows by script, sentences without, and what of it is new, changed or taken away."""

from __future__ import annotations

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string

from feedback.capture.definition import DEFAULT, Category, Definition
from feedback.capture.marking import own_spans, record_marks
from feedback.capture.spans import Marked
from feedback.forms.spans import SpanFormSet, span_forms
from feedback.models import Response, User
from tests import make

TEXT = "Six rivers 🌊 rise here. **None** of them is long.\n\nThe end."


@pytest.fixture
def response(project) -> Response:
    return make.response(example=make.example(project=project), text=TEXT)


def sent(*rows: dict[str, object], **others: object) -> QueryDict:
    """What a browser posts for these rows."""
    data = QueryDict(mutable=True)
    data.update({"spans-TOTAL_FORMS": str(len(rows)), "spans-INITIAL_FORMS": "0"})
    for index, row in enumerate(rows):
        for name, value in row.items():
            data[f"spans-{index}-{name}"] = str(value)
    for name, value in others.items():
        data.setlist(name.replace("_", "-"), value if isinstance(value, list) else [str(value)])
    return data


def bound(data: QueryDict, response: Response, definition: Definition = DEFAULT, **more: object) -> SpanFormSet:
    return span_forms(data, response=response, definition=definition, **more)


def test_rows_become_marks_with_code_points(response) -> None:
    forms = bound(sent({"start": 4, "end": 12, "category": "wrong", "severity": "major", "reason": "Five."}), response)
    assert forms.is_valid(), forms.errors
    assert [mark.marked for mark in forms.marks()] == [Marked(4, 12, "wrong", "major", "Five.")]
    assert TEXT[4:12] == forms.forms[0].quote == "rivers 🌊"


def test_a_replacement_of_nothing_is_not_no_replacement(response) -> None:
    forms = bound(
        sent(
            {"start": 0, "end": 3, "category": "wrong", "replacement": "Five"},
            {"start": 0, "end": 3, "category": "wrong", "cut": "on"},
            {"start": 0, "end": 3, "category": "wrong"},
        ),
        response,
    )
    assert forms.is_valid()
    assert [mark.marked.replacement for mark in forms.marks()] == ["Five", "", None]


@pytest.mark.parametrize("place", [(5, 5), (5, 3), (0, len(TEXT) + 1), (3, ""), ("", 3)])
def test_a_place_outside_the_text_is_told(response, place) -> None:
    forms = bound(sent({"start": place[0], "end": place[1], "category": "wrong"}), response)
    assert not forms.is_valid()


def test_an_omission_says_what_is_missing_and_only_where_the_form_asks(response) -> None:
    assert not bound(sent({"category": "missing"}), response).is_valid()
    said = sent({"category": "missing", "reason": "Their names"})
    assert bound(said, response).is_valid()
    assert not bound(said, response, DEFAULT.model_copy(update={"omissions": False})).is_valid()


def test_a_row_taken_away_is_not_checked_and_nothing_is_needed(response) -> None:
    forms = bound(sent({"start": 9, "end": 1, "category": "nonsense", "DELETE": "on"}), response)
    assert forms.is_valid()
    assert forms.marks() == []
    assert forms.removed() == []


def test_a_form_without_the_part_has_no_marks(response) -> None:
    forms = bound(QueryDict("score=4"), response)
    assert forms.is_valid()
    assert (forms.marks(), forms.removed()) == ([], [])


def test_sentences_are_ticked_without_script(response) -> None:
    forms = bound(
        sent(sentence=["0-24", "25-50"], mark_category="unclear", mark_severity="minor", mark_reason="Why?"), response
    )
    assert forms.is_valid(), forms.non_form_errors()
    assert [mark.marked for mark in forms.marks()] == [
        Marked(0, 24, "unclear", "minor", "Why?"),
        Marked(25, 50, "unclear", "minor", "Why?"),
    ]
    assert forms.sentences[0].text == "Six rivers 🌊 rise here."


def test_what_is_missing_needs_no_sentence(response) -> None:
    forms = bound(sent(mark_category="wrong", mark_missing="Their names"), response)
    assert forms.is_valid()
    assert [mark.marked for mark in forms.marks()] == [Marked(None, None, "missing", "", "Their names")]


def test_ticked_sentences_outside_the_text_are_left_out(response) -> None:
    forms = bound(sent(sentence=["0-9999", "x", "7-3"], mark_category="wrong"), response)
    assert forms.is_valid()
    assert forms.marks() == []


def test_ones_own_marks_come_back_as_rows_and_only_changes_are_sent_on(response, ben: User) -> None:
    said = bound(sent({"start": 0, "end": 3, "category": "wrong", "words": "There are five."}), response)
    assert said.is_valid()
    record_marks(response, said.marks(), by=ben, key="one")
    own = list(own_spans(response, ben))
    page = span_forms(response=response, definition=DEFAULT, own=own)
    row = {"id": own[0].pk, "start": 0, "end": 3, "category": "wrong", "words": "There are five."}
    assert {name: page.forms[0][name].value() for name in row} == row

    same = bound(sent(row), response, own=own)
    assert same.is_valid()
    assert same.marks() == []
    changed = bound(sent({**row, "reason": "Counted"}), response, own=own)
    assert changed.is_valid()
    assert [(mark.changes, mark.marked.reason) for mark in changed.marks()] == [(own[0].pk, "Counted")]
    gone = bound(sent({**row, "DELETE": "on"}), response, own=own)
    assert gone.is_valid()
    assert gone.removed() == [own[0].pk]


def test_a_taxonomy_of_several_levels_is_offered_as_one(response) -> None:
    deep = Definition(
        categories=(
            Category(name="style", label="Style"),
            Category(name="fact", label="Fact"),
            Category(name="date", label="Date", parent="fact"),
        )
    )
    forms = span_forms(response=response, definition=deep)
    assert [(kind.label, kind.depth) for kind in forms.kinds] == [("Style", 0), ("Fact", 0), ("Fact › Date", 1)]


def test_a_form_that_asks_for_no_marks_shows_and_takes_none(response) -> None:
    forms = bound(
        sent({"start": 0, "end": 3, "category": "wrong"}), response, DEFAULT.model_copy(update={"spans": False})
    )
    assert forms.marks() == []
    assert render_to_string("spans/form.html", {"spans": forms, "response": response}).strip() == ""


def test_the_fragment_names_every_field_and_escapes_the_text(project) -> None:
    evil = make.response(example=make.example(project=project), text="<script>alert(1)</script> is here.")
    forms = bound(sent({"start": 0, "end": 8, "category": "wrong", "reason": '"><img src=x>'}), evil)
    html = render_to_string("spans/form.html", {"spans": forms, "response": evil})
    assert "<script>alert" not in html
    assert "<img" not in html
    assert html.count("data-span-row ") == 2
    assert 'name="spans-__prefix__-start"' in html
