"""The talk page: Ben edits an answer in place, sees what the model kept and changed, and what a message would cost."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client
from django.urls import reverse

from feedback import models as m
from feedback.desk import errands
from tests import make
from tests.web.counting import queries_of

TEXT = "The tower is 300 metres tall. It was built in 1890. Since 1890 many people have climbed it."
EDITED = TEXT.replace("built in 1890", "built in 1889")


@pytest.fixture
def response(project: m.Project) -> m.Response:
    """An answer with a mistake, by a model whose name must not show."""
    example = make.example(project=project, request="Tell me about the tower.")
    return make.response(example=example, text=TEXT, model="parrot-7b")


def page(response: m.Response, query: str = "") -> str:
    return reverse("talk", args=[response.example.project.slug, response.pk]) + query


def tell(client: Client, response: m.Response, way: str, **said: str):
    return client.post(page(response), {"way": way, "key": str(uuid.uuid4()), **said})


def test_ben_edits_in_place_and_sees_who_changed_what(client: Client, response, ben) -> None:
    client.force_login(ben)
    shown = client.get(page(response)).content.decode()
    assert "Continue from my edit" in shown
    assert TEXT in shown
    assert "parrot-7b" not in shown
    came = tell(client, response, "edit", text=EDITED)
    assert came["Location"].startswith(page(response) + "?way=edit&errand=")
    waiting = client.get(came["Location"]).content.decode()
    row = m.Errand.objects.get()
    assert f"live:errand-{row.pk} from:body" in waiting
    errands.run_errand(row.pk)
    done = client.get(came["Location"]).content.decode()
    assert '<del class="of-person">1890</del><ins class="of-person">1889</ins>' in done
    assert '<del class="of-model">1890</del><ins class="of-model">1889</ins>' in done
    assert "16 of 18" in done
    assert "Ask for the same in a message" in done


def test_both_ways_are_compared(client: Client, response, ben) -> None:
    client.force_login(ben)
    for way, said in (("edit", {"text": EDITED}), ("message", {"words": "It was 1889, not 1890."})):
        tell(client, response, way, **said)
        errands.run_errand(m.Errand.objects.latest("pk").pk)
    shown = client.get(page(response, "?way=message")).content.decode()
    assert "After your edit the model wrote" in shown
    assert "n = 1" in shown


def test_a_refusal_keeps_what_was_typed(client: Client, response, ben) -> None:
    client.force_login(ben)
    answer = tell(client, response, "edit", text=TEXT)
    assert answer.status_code == 422
    assert "same as the original" in answer.content.decode()
    answer = tell(client, response, "message", words="")
    assert answer.status_code == 422
    assert not m.Errand.objects.exists()


def test_an_earlier_answer_can_be_edited_and_nothing_else(client: Client, project, ben) -> None:
    messages = [
        {"role": "user", "content": "How tall?"}, {"role": "assistant", "content": TEXT},
        {"role": "user", "content": "How wide?"},
    ]  # fmt: skip
    response = make.response(example=make.example(project=project, messages=messages), text="125 metres.")
    client.force_login(ben)
    shown = client.get(page(response, "?turn=1")).content.decode()
    assert '<input type="hidden" name="turn" value="1"' in shown
    assert "125 metres." in client.get(page(response, "?turn=0")).content.decode()
    came = tell(client, response, "edit", text=EDITED, turn="1")
    assert m.Edit.objects.get().turn == 1
    done = errands.run_errand(m.Errand.objects.get().pk)
    assert done.result is not None
    after = client.get(came["Location"]).content.decode()
    assert "Ask it again after the new turn" in after
    tell(client, done.result, "message", words="How wide?")
    again = errands.run_errand(m.Errand.objects.latest("pk").pk)
    assert again.result is not None
    assert [turn["content"] for turn in again.result.messages] == ["How tall?", done.result.text, "How wide?"]


def test_ben_does_not_read_what_cleo_wrote_before_he_has_judged(client: Client, response, ben, cleo) -> None:
    edit = make.edit(response=response, rater=make.rater(project=response.example.project, user=cleo), text=EDITED)
    client.force_login(ben)
    assert client.get(page(edit.result)).status_code == 403
    make.rating(response=response, rater=make.rater(project=response.example.project, user=ben))
    assert client.get(page(edit.result)).status_code == 200


def test_the_number_of_queries_does_not_grow(client: Client, response, ben) -> None:
    client.force_login(ben)
    tell(client, response, "edit", text=EDITED)
    errands.run_errand(m.Errand.objects.get().pk)
    few = queries_of(client, page(response))
    for number in range(3):
        tell(client, response, "message", words=f"It was 188{number}, not 1890.")
        errands.run_errand(m.Errand.objects.latest("pk").pk)
    first = m.Errand.objects.order_by("pk")[0].pk
    assert queries_of(client, page(response, f"?errand={first}")) <= few


def test_dan_gets_nowhere(client: Client, response, dan) -> None:
    client.force_login(dan)
    assert client.get(page(response)).status_code == 404
    assert tell(client, response, "edit", text=EDITED).status_code == 404
    assert not m.Edit.objects.exists()
