"""The form in force, its versions, and definitions that cannot be."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from feedback.capture.definition import DEFAULT, Aspect, Category, Definition
from feedback.capture.forms import change_form, form_of
from feedback.errors import NotAllowed


def test_a_project_without_a_form_asks_the_default(project) -> None:
    assert form_of(project) == (1, DEFAULT)


def test_a_changed_form_is_a_new_version_and_the_old_ones_stay(project, ana) -> None:
    short = Definition(aspects=(Aspect(name="tone", label="Tone", style="thumbs", scale=2),))
    first = change_form(project, DEFAULT, by=ana)
    second = change_form(project, short, by=ana, change="Only the tone")
    assert (first.number, second.number) == (2, 3)
    assert form_of(project) == (3, short)
    assert form_of(project, 2) == (2, DEFAULT)
    assert change_form(project, short, by=ana).number == 3


def test_ben_and_dan_change_no_form(project, ben, dan) -> None:
    for person in (ben, dan):
        with pytest.raises(NotAllowed):
            change_form(project, DEFAULT, by=person)


@pytest.mark.parametrize(
    "wrong",
    [
        {"categories": [{"name": "a", "label": "A"}, {"name": "a", "label": "B"}]},
        {"categories": [{"name": "a", "label": "A", "parent": "nowhere"}]},
        {"categories": [{"name": "a", "label": "A", "key": "k"}, {"name": "b", "label": "B", "key": "k"}]},
        {"aspects": [{"name": "Tone!", "label": "Tone"}]},
        {"aspects": [{"name": "tone", "label": "Tone", "style": "thumbs", "scale": 5}]},
        {"aspects": [{"name": "tone", "label": "Tone", "anchors": {"6": "Six"}}]},
        {"no such thing": True},
    ],
)
def test_what_cannot_be_asked_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Definition.model_validate(wrong)


def test_a_definition_survives_json() -> None:
    deep = Definition(categories=(Category(name="fact", label="Fact"), Category(name="date", label="D", parent="fact")))
    assert Definition.model_validate(deep.model_dump(mode="json")) == deep
