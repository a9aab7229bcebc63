"""Watching a response stream: presses with place and time are kept once, shown to their giver, and add up by round."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from django.urls import reverse

from feedback.models import Pulse, Response, User
from tests import make

TEXT = "The Rhine 🌊 is long. **So** is the Elbe."


@pytest.fixture
def response(project) -> Response:
    return make.response(example=make.example(project=project), text=TEXT, model="secret-model-9")


def page(response: Response, name: str = "stream") -> str:
    return reverse(name, args=[response.example.project.slug, response.pk])


def form(client: Client, response: Response) -> dict[str, str]:
    return {"seal": client.get(page(response)).context["seal"]}


def test_ben_sees_the_text_and_not_who_wrote_it(client: Client, response, ben: User) -> None:
    client.force_login(ben)
    html = client.get(page(response)).content.decode()
    assert "data-at=" in html
    assert "secret-model-9" not in html


def test_presses_are_kept_with_place_and_time_exactly_once(client: Client, response, ben: User) -> None:
    client.force_login(ben)
    sent = {**form(client, response), "presses": json.dumps([[1, 11, 900], [-1, len(TEXT), 2100]])}
    for _ in range(2):
        answer = client.post(page(response), sent)
        assert answer.status_code == 302
    rows = Pulse.objects.order_by("at").values_list("direction", "at", "milliseconds", "protocol", "rater__user")
    assert list(rows) == [(1, 11, 900, "stream", ben.pk), (-1, len(TEXT), 2100, "stream", ben.pk)]
    html = client.get(page(response)).content.decode()
    assert 'data-at="11" data-direction="1"' in html
    assert "0:02.1" in html


def test_without_script_sentences_are_marked(client: Client, response, ben: User) -> None:
    client.force_login(ben)
    names = [field.name for field in client.get(page(response)).context["form"].by_sentence]
    assert names == ["at-20", f"at-{len(TEXT)}"]
    client.post(page(response), {**form(client, response), names[0]: "1", names[1]: "-1"})
    assert list(Pulse.objects.order_by("at").values_list("direction", "at")) == [(1, 20), (-1, len(TEXT))]


@pytest.mark.parametrize(
    "presses", ["", "nonsense", "[[2, 3, 4]]", "[[1, 9999, 4]]", "[[1, -1, 4]]", "[[1, 2]]", "{}", "[[true, 2, 3]]"]
)
def test_what_makes_no_sense_is_told_and_not_kept(client: Client, response, ben: User, presses) -> None:
    client.force_login(ben)
    answer = client.post(page(response), {**form(client, response), "presses": presses})
    assert answer.status_code == 422
    assert not Pulse.objects.exists()


def test_ben_takes_his_presses_back_and_cleo_keeps_hers(client: Client, response, ben: User, cleo: User) -> None:
    for person in (cleo, ben):
        client.force_login(person)
        client.post(page(response), {**form(client, response), "presses": "[[1, 3, 5]]"})
    client.post(page(response, "clear_pulses"))
    assert [row.rater.user for row in Pulse.objects.standing()] == [cleo]


def test_cleo_does_not_see_what_ben_pressed(client: Client, response, ben: User, cleo: User) -> None:
    client.force_login(ben)
    client.post(page(response), {**form(client, response), "presses": "[[1, 11, 5]]"})
    client.force_login(cleo)
    assert client.get(page(response)).context["pressed"] == []


def test_rounds_stand_with_interval_and_gain(client: Client, response, project, ben: User) -> None:
    client.force_login(ben)
    assert "Nothing pressed yet" in client.get(reverse("pulses", args=[project.slug])).content.decode()
    client.post(page(response), {**form(client, response), "presses": "[[1, 11, 5]]"})
    other = make.response(example=response.example, text="Short.", model="newer")
    client.post(page(other), {**form(client, other), "presses": "[[-1, 6, 5]]"})
    html = client.get(reverse("pulses", args=[project.slug])).content.decode()
    assert "secret-model-9" in html
    assert "−100" in html
    assert "n = 1" in html


def test_queries_do_not_grow_with_presses(client: Client, response, ben: User, django_assert_max_num_queries) -> None:
    client.force_login(ben)
    many = json.dumps([[1, index % 30, index] for index in range(60)])
    client.post(page(response), {**form(client, response), "presses": many})
    with django_assert_max_num_queries(12):
        client.get(page(response))


def test_dan_gets_nowhere(client: Client, response, project, dan: User) -> None:
    client.force_login(dan)
    assert client.get(page(response)).status_code == 404
    assert client.post(page(response), {"presses": "[[1, 3, 5]]"}).status_code == 404
    assert client.get(reverse("pulses", args=[project.slug])).status_code == 404
