"""A button sends a model on an errand; the fragment waits and then shows what came, to whoever asked."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client
from django.urls import reverse

from feedback import models as m
from feedback.capture.definition import DEFAULT, Named
from feedback.capture.forms import change_form
from feedback.desk import errands
from tests import make


@pytest.fixture
def example(project: m.Project) -> m.Example:
    """A question."""
    return make.example(project=project, request="Why is the sky blue?")


def post(client: Client, example: m.Example, *, htmx: bool = True, **given: str):
    headers = {"HX-Request": "true"} if htmx else {}
    url = reverse("ask_errand", args=[example.project.slug, example.number])
    said = {"kind": "generate", "key": str(uuid.uuid4()), **given}
    return client.post(url, {f"errand-{name}": value for name, value in said.items()}, headers=headers)


def test_ana_asks_waits_and_sees_the_answer(client: Client, example: m.Example, ana: m.User) -> None:
    client.force_login(ana)
    waiting = post(client, example).content.decode()
    row = m.Errand.objects.get()
    assert f"live:errand-{row.pk} from:body" in waiting
    done = errands.run_errand(row.pk)
    assert done.result is not None
    url = reverse("errand", args=[example.project.slug, row.pk])
    shown = client.get(url, headers={"HX-Request": "true"}).content.decode()
    assert "Simulated outline" in shown
    assert "live:errand" not in shown
    assert "<html" in client.get(url).content.decode()


def test_without_script_one_is_led_back_to_where_one_was(client: Client, example: m.Example, ana: m.User) -> None:
    client.force_login(ana)
    there = reverse("example", args=[example.project.slug, example.number])
    assert post(client, example, htmx=False, next=there)["Location"] == there
    away = post(client, example, htmx=False, next="https://elsewhere.example/")
    assert away["Location"].startswith(f"/p/{example.project.slug}/errands/")


def test_a_failed_errand_says_why(client: Client, example: m.Example, ana: m.User) -> None:
    client.force_login(ana)
    m.Budget.objects.update(cap_calls=0)
    row = make.errand(example=example, by=ana)
    errands.run_errand(row.pk)
    assert "Raise the cap" in client.get(reverse("errand", args=[example.project.slug, row.pk])).content.decode()


def test_ben_sees_only_his_own_errands(client: Client, example: m.Example, ana: m.User, ben: m.User) -> None:
    client.force_login(ben)
    anas, bens = make.errand(example=example, by=ana), make.errand(example=example, by=ben)
    assert client.get(reverse("errand", args=[example.project.slug, anas.pk])).status_code == 404
    assert client.get(reverse("errand", args=[example.project.slug, bens.pk])).status_code == 200


def test_ben_asks_nothing_about_words_he_may_not_read_yet(client: Client, example: m.Example, ben, cleo) -> None:
    first = make.response(example=example)
    edit = make.edit(response=first, rater=make.rater(project=example.project, user=cleo), text="Cleo's version.")
    client.force_login(ben)
    assert post(client, example, kind="suggest", response=str(edit.result_id)).status_code == 403
    make.rating(response=first, rater=make.rater(project=example.project, user=ben))
    assert post(client, example, kind="suggest", response=str(edit.result_id)).status_code == 200


def test_the_desk_offers_the_forms_perspectives(client: Client, example: m.Example, ana: m.User) -> None:
    views = (Named(name="novice", label="A novice", help="Has never heard of it."),)
    change_form(example.project, DEFAULT.model_copy(update={"perspectives": views}), by=ana)
    response = make.response(example=example, text="Sure! It is the light. It is the light.")
    client.force_login(ana)
    shown = client.get(reverse("judge", args=[example.project.slug, response.pk])).content.decode()
    assert '<option value="novice">A novice</option>' in shown
    post(client, example, kind="suggest", response=str(response.pk), words="novice")
    errands.run_errand(m.Errand.objects.get().pk)
    assert {row.perspective for row in m.Critique.objects.all()} == {"novice"}


def test_dan_gets_nowhere(client: Client, example: m.Example, ana: m.User, dan: m.User) -> None:
    client.force_login(dan)
    assert post(client, example).status_code == 404
    row = make.errand(example=example, by=ana)
    assert client.get(reverse("errand", args=[example.project.slug, row.pk])).status_code == 404
    assert m.Errand.objects.count() == 1
