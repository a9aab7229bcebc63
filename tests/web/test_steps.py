"""Words on any step of a run: kept for training, or sent to mend the answer at once."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from feedback import models as m
from feedback.desk import errands
from tests import make
from tests.web.counting import queries_of


@pytest.fixture
def item(project: m.Project) -> m.RunItem:
    """An answer a run has rewritten in one step."""
    start = make.response(example=make.example(project=project), text="Sure! It is blue. It is blue.")
    refined = make.refined(response=start, text="It is blue, mostly.")
    assert refined.produced_by is not None
    return m.RunItem.objects.select_related("run__project", "result").get(pk=refined.produced_by.item_id)


def page(item: m.RunItem) -> str:
    return reverse("run_item", args=[item.run.project.slug, item.run.number, item.position])


def say(client: Client, item: m.RunItem, **said: str):
    seal = re.search(r'name="seal" value="([^"]+)"', client.get(page(item)).content.decode())
    assert seal
    url = reverse("step_feedback", args=[item.run.project.slug, item.run.number, item.position])
    step = str(item.steps.get().position)
    return client.post(url, {"seal": seal[1], "step": step, "polarity": "critique", **said})


def test_ana_says_something_of_a_step_and_it_stands_there(client: Client, item, ana) -> None:
    client.force_login(ana)
    assert "Say something of this step" in client.get(page(item)).content.decode()
    answer = say(client, item, text="It dropped the hedge.", improve="Keep what is unsure unsure.", use="train")
    assert answer["Location"].startswith(page(item) + "#step-")
    row = m.Critique.objects.get()
    assert (row.run_step, row.response, row.use, row.protocol) == (item.steps.get(), item.result, "train", "run-step")
    assert "It dropped the hedge." in client.get(page(item)).content.decode()
    assert not m.Errand.objects.exists()


def test_meant_for_now_the_words_go_to_a_model_at_once(client: Client, item, ana) -> None:
    client.force_login(ana)
    answer = say(client, item, text="It should be green, not blue.", use="refine")
    errand = m.Errand.objects.get()
    assert errand.kind == "message"
    assert answer["Location"] == reverse("talk", args=[item.run.project.slug, item.result_id]) + (
        f"?way=message&errand={errand.pk}#came"
    )
    done = errands.run_errand(errand.pk)
    assert done.result is not None
    assert done.result.text == "It is green, mostly."


def test_kudos_ask_for_no_mending_and_nothing_said_is_refused(client: Client, item, ana) -> None:
    client.force_login(ana)
    assert say(client, item, text="Well done.", polarity="kudos", use="refine").status_code == 422
    assert say(client, item, text=" ").status_code == 422
    assert not m.Critique.objects.exists()
    assert not m.Errand.objects.exists()


def test_ben_says_nothing_of_what_he_has_not_judged(client: Client, item, ben) -> None:
    client.force_login(ben)
    url = reverse("step_feedback", args=[item.run.project.slug, item.run.number, item.position])
    assert client.post(url, {"step": "0", "polarity": "critique", "text": "No."}).status_code == 403


def test_the_number_of_queries_does_not_grow(client: Client, item, ana) -> None:
    client.force_login(ana)
    say(client, item, text="One.")
    few = queries_of(client, page(item))
    for words in ("Two.", "Three.", "Four."):
        say(client, item, text=words)
    assert queries_of(client, page(item)) <= few


def test_dan_gets_nowhere(client: Client, item, dan) -> None:
    client.force_login(dan)
    url = reverse("step_feedback", args=[item.run.project.slug, item.run.number, item.position])
    assert client.post(url, {"step": "0", "polarity": "critique", "text": "No."}).status_code == 404
