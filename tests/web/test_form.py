"""The form builder: versions with who, when, why and what; rows by posting; collisions told; the past stays."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from feedback import models as m
from feedback.capture.definition import DEFAULT, Aspect, Category, Definition
from feedback.capture.forms import change_form, form_of
from feedback.capture.starting import STARTS
from feedback.forms.building import Builder, filled_from
from tests import make
from tests.web.counting import queries_of


def address(name: str, project: m.Project, *rest: int) -> str:
    return reverse(name, args=[project.slug, *rest])


def sent(definition: Definition, **more: Any) -> dict[str, Any]:
    """What the browser sends for a definition."""
    builder = Builder(before=definition, filled=filled_from(definition, base=more.pop("base", 1)))
    data: dict[str, Any] = {}
    for rows in builder.lists.values():
        data[f"{rows.prefix}-TOTAL_FORMS"], data[f"{rows.prefix}-INITIAL_FORMS"] = len(rows.forms), 0
        for row in rows.forms:
            data |= {bound.html_name: bound.value() for bound in row}
    data |= {bound.html_name: bound.value() for form in (builder.switches, builder.version) for bound in form}
    data = {name: value for name, value in data.items() if value is not None and value is not False}
    return {**data, "change": "A reason", **more}


def test_the_page_shows_what_the_desk_asks(client: Client, project, ben) -> None:
    client.force_login(ben)
    page = client.get(address("form", project)).content.decode()
    for part in ("Overall", "Excellent", "Irrelevant", "what every project begins with"):
        assert part in page
    assert address("edit_form", project) not in page


def test_ana_adds_an_aspect_and_the_version_says_who_and_why_and_what(client: Client, project, ana) -> None:
    client.force_login(ana)
    wanted = DEFAULT.model_copy(update={"aspects": (*DEFAULT.aspects, Aspect(name="tone", label="Tone"))})
    answer = client.post(address("edit_form", project), sent(wanted, change="We care for the tone"))
    assert answer.status_code == 302
    assert form_of(project) == (2, wanted)
    page = client.get(address("form", project)).content.decode()
    for part in ("We care for the tone", "Ana Ferreira", "What this version changed", "Tone"):
        assert part in page
    assert client.get(address("form_version", project, 1)).status_code == 200
    assert client.get(address("form_version", project, 9)).status_code == 404


@pytest.mark.parametrize("start", STARTS)
def test_every_start_goes_through_the_builder_unharmed(client: Client, project, ana, start: str) -> None:
    client.force_login(ana)
    assert client.get(address("edit_form", project), {"from": start}).status_code == 200
    wanted = STARTS[start]
    answer = client.post(address("edit_form", project), sent(wanted, approved_by="Dr Osei"))
    assert answer.status_code == 302
    assert form_of(project) == (2, wanted)


def test_rows_come_go_and_move_without_script_and_nothing_typed_is_lost(client: Client, project, ana) -> None:
    client.force_login(ana)
    here = address("edit_form", project)
    page = client.post(here, sent(DEFAULT, then="add-categories", change="half a thought")).content.decode()
    assert 'name="categories-6-label"' in page
    assert "autofocus" in page
    assert "half a thought" in page
    assert "errorlist" not in page
    page = client.post(here, sent(DEFAULT, then="drop-categories-0")).content.decode()
    assert 'value="Irrelevant"' in page
    assert 'value="Wrong"' not in page
    page = client.post(here, sent(DEFAULT, then="up-categories-1")).content.decode()
    assert page.index('value="Irrelevant"') < page.index('value="Wrong"')
    assert form_of(project)[0] == 1


def test_a_new_row_gets_a_name_of_its_label_that_no_other_has(client: Client, project, ana) -> None:
    client.force_login(ana)
    new = {
        "failures-TOTAL_FORMS": 3, "failures-0-label": "No source", "failures-1-label": "No source!",
        "failures-2-label": "没有来源", "approved_by": "Dr Osei",
    }  # fmt: skip
    assert client.post(address("edit_form", project), {**sent(DEFAULT), **new}).status_code == 302
    assert [one.name for one in form_of(project)[1].failures] == ["no-source", "no-source-2", "failure"]


def test_a_taxonomy_several_levels_deep_names_its_approver(client: Client, project, ana) -> None:
    client.force_login(ana)
    deep = Definition(
        categories=(
            Category(name="facts", label="Facts"), Category(name="dates", label="Dates", parent="facts"),
            Category(name="years", label="Years", parent="dates", key="y"),
        )
    )  # fmt: skip
    answer = client.post(address("edit_form", project), sent(deep))
    assert answer.status_code == 422
    assert "Say who stands for it" in answer.content.decode()
    assert client.post(address("edit_form", project), sent(deep, approved_by="Dr Osei")).status_code == 302
    page = client.get(address("form", project)).content.decode()
    assert "Dr Osei" in page
    assert "form-depth-2" in page


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"categories-1-key": "W"}, "have the same key"),
        ({"categories-1-key": "/"}, "searches in the browser"),
        ({"categories-1-key": "ß"}, "not on every keyboard"),
        ({"categories-0-parent": "irrelevant", "categories-1-parent": "wrong"}, "under itself"),
        ({"aspects-0-anchors": "Excellent"}, "not a score, a colon and its meaning"),
        ({"aspects-0-scale": "3"}, "above the highest one"),
        ({"aspects-0-label": ""}, "Give it a label"),
        ({"change": ""}, "Say what changes and why"),
    ],
)
def test_what_cannot_be_is_told_and_nothing_is_saved(client: Client, project, ana, changed, told) -> None:
    client.force_login(ana)
    answer = client.post(address("edit_form", project), {**sent(DEFAULT, approved_by="Dr Osei"), **changed})
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert form_of(project)[0] == 1


def test_two_curators_at_once_do_not_write_over_each_other(client: Client, project, ana) -> None:
    change_form(project, Definition(kudos=False), by=ana, change="Less")
    client.force_login(ana)
    answer = client.post(address("edit_form", project), sent(Definition(edit=False), base=1))
    assert answer.status_code == 422
    assert "Somebody made version 2" in answer.content.decode()


def test_the_preview_shows_the_desk_and_saves_nothing(client: Client, project, ana) -> None:
    client.force_login(ana)
    wanted = DEFAULT.model_copy(
        update={"aspects": (Aspect(name="tone", label="Tone of voice", style="slider", scale=100),)}
    )
    page = client.post(address("edit_form", project), sent(wanted, then="preview", change="")).content.decode()
    assert "form-preview" in page
    assert "Tone of voice" in page
    assert form_of(project)[0] == 1


def test_what_was_said_with_an_older_form_stays_readable(client: Client, project, ana, ben) -> None:
    response = make.response(example=make.example(project=project))
    rater = make.rater(project=project, user=ben)
    make.rating(response=response, rater=rater, aspect="overall")
    make.span(response=response, rater=rater, start=0, end=3, category="wrong")
    change_form(project, Definition(aspects=(Aspect(name="tone", label="Tone"),), spans=False), by=ana, change="New")
    client.force_login(ana)
    assert client.get(reverse("example", args=[project.slug, response.example.number])).status_code == 200


def test_ben_reads_and_dan_finds_nothing(client: Client, project, ben, dan) -> None:
    client.force_login(ben)
    assert client.get(address("form", project)).status_code == 200
    assert client.get(address("edit_form", project)).status_code == 403
    client.force_login(dan)
    for url in (address("form", project), address("edit_form", project), address("form_version", project, 1)):
        assert client.get(url).status_code == 404


def test_it_asks_as_much_for_forty_versions_as_for_four(client: Client, project, ana) -> None:
    client.force_login(ana)
    counts = []
    for size in (4, 36):
        for number in range(size):
            change_form(project, Definition(kudos=bool(number % 2)), by=ana, change="Again")
        counts.append(queries_of(client, address("form", project)))
    assert counts[0] == counts[1]
