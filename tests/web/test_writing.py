"""People show the way: an answer from nothing, or a hint with which the model tries again."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from feedback import models as m
from tests import make
from tests.web.counting import queries_of


@pytest.fixture
def example(project: m.Project) -> m.Example:
    return make.example(project=project, request="How many legs have three spiders?")


@pytest.fixture
def address(project: m.Project, example: m.Example) -> str:
    return reverse("write", args=[project.slug, example.number])


def filled(client: Client, address: str, **fields: str) -> dict[str, str]:
    """The form's hidden fields as rendered, and what is typed."""
    page = client.get(address).content.decode().split('class="judge-form')[1]
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    return {**hidden, **fields}


def test_ben_writes_an_answer_once_however_often_it_is_sent(client: Client, ben, address, example) -> None:
    client.force_login(ben)
    sent = filled(client, address, text="Twenty-four.", reason="It counts.")
    for _ in range(2):
        assert client.post(address, sent).status_code == 302
    row = m.Demonstration.objects.select_related("result", "submission", "rater").get()
    assert (row.result.text, row.result.origin, row.reason) == ("Twenty-four.", "written", "It counts.")
    assert row.rater.user == ben
    assert row.submission.page == address
    assert "Twenty-four." in client.get(address).content.decode()


def test_where_all_attempts_failed_a_hint_is_asked_for_and_the_attempts_are_shown(
    client, ben, cleo, project, example, address
) -> None:
    failed = make.response(example=example, text="Eighteen, of course.", model="secret-model")
    make.rating(response=failed, rater=make.rater(project=project, user=cleo), score=1)
    client.force_login(ben)
    page = client.get(address).content.decode()
    assert 'name="what" value="hint"' in page
    assert "Eighteen, of course." in page
    assert "secret-model" not in page
    assert "Eighteen" not in client.get(f"{address}?as=answer").content.decode()


def test_a_hint_is_kept_and_the_model_is_sent_to_try_again(client, ben, project, example, address) -> None:
    make.response(example=example)
    client.force_login(ben)
    sent = filled(client, f"{address}?as=hint", text="Eight each.")
    assert client.post(address, {**sent, "retry": "on"}).status_code == 302
    hint = m.Hint.objects.get()
    assert (hint.text, hint.example) == ("Eight each.", example)
    for errand in m.Errand.objects.all():
        assert (errand.kind, errand.hint) == ("hinted", hint)


def test_nothing_written_is_said_where_it_is_missing(client, ben, address) -> None:
    client.force_login(ben)
    answer = client.post(address, filled(client, address, text=" "))
    assert answer.status_code == 422
    assert "Write something first" in answer.content.decode()
    assert not m.Demonstration.objects.exists()


def test_a_form_made_for_another_example_stores_nothing(client, ben, project, address) -> None:
    client.force_login(ben)
    other = reverse("write", args=[project.slug, make.example(project=project).number])
    answer = client.post(other, filled(client, address, text="Twenty-four."))
    assert answer.status_code == 422
    assert not m.Demonstration.objects.exists()


def test_the_outbox_is_answered_with_a_receipt(client, ben, address) -> None:
    client.force_login(ben)
    answer = client.post(address, filled(client, address, text="Twenty-four."), headers={"X-Outbox": "1"})
    assert answer.status_code == 200
    assert "Undo" in answer.content.decode()


def test_it_asks_as_much_for_ten_attempts_as_for_one(client, ben, example, address) -> None:
    client.force_login(ben)
    counts = []
    for size in (1, 9):
        for _ in range(size):
            make.response(example=example)
        counts.append(queries_of(client, f"{address}?as=hint"))
    assert counts[0] == counts[1]


def test_dan_finds_nothing_and_a_viewer_may_not_write(client, dan, project, address) -> None:
    client.force_login(dan)
    assert client.get(address).status_code == client.post(address).status_code == 404
    make.member(project=project, user=dan, role="viewer")
    assert client.get(address).status_code == 403
