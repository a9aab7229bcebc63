"""Checks of an example: Ben is asked about one at a time, the answers are put in order again."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from feedback import models as m
from feedback.desk import errands
from tests import make
from tests.web.counting import queries_of

TEXTS = ["There are 9 of them.", "There are 19 of them.", "Sure! There are 19, I think: one, two and more."]


@pytest.fixture
def example(project: m.Project) -> m.Example:
    """A question with three answers, by models whose names must not show."""
    row = make.example(project=project, request="How many are there?")
    for text in TEXTS:
        make.response(example=row, text=text, model="parrot-7b")
    return row


@pytest.fixture
def proposed(example: m.Example, ana: m.User) -> list[m.Check]:
    """What a model proposed and tried."""
    errands.run_errand(errands.ask_errand("checks", example=example, key="c", by=ana).pk)
    return list(m.Check.objects.order_by("pk"))


def page(example: m.Example) -> str:
    return reverse("checks", args=[example.project.slug, example.number])


def rule(client: Client, example: m.Example, check: m.Check, holds: str):
    seal = re.search(r'name="seal" value="([^"]+)"', client.get(page(example)).content.decode())
    assert seal
    return client.post(page(example), {"seal": seal[1], "about": check.pk, "holds": holds})


def order_in(shown: str) -> list[str]:
    return re.findall(r'<li><p class="check-candidate-head"><span class="letter">(.)</span>', shown)


def test_an_example_without_checks_says_what_they_are_for(client: Client, example, ben) -> None:
    client.force_login(ben)
    shown = client.get(page(example)).content.decode()
    assert "Propose checks" in shown
    assert "parrot" not in shown


def test_ben_rules_and_the_answers_are_put_in_order_again(client: Client, example, proposed, ben) -> None:
    client.force_login(ben)
    shown = client.get(page(example)).content.decode()
    assert "Is this right to ask for here?" in shown
    nine, nineteen = proposed[:2]
    assert rule(client, example, nineteen, "yes")["Location"] == page(example)
    rule(client, example, nine, "no")
    after = client.get(page(example)).content.decode()
    assert order_in(after)[-1] == "A"
    assert "parrot" not in after
    ruling = m.CheckRuling.objects.get(about=nine)
    assert (ruling.holds, ruling.rater.user, ruling.protocol) == ("no", ben, "check")


def test_a_ruling_can_be_changed_and_the_old_one_stays(client: Client, example, proposed, ben) -> None:
    client.force_login(ben)
    rule(client, example, proposed[0], "no")
    rule(client, example, proposed[0], "yes")
    assert [row.holds for row in m.CheckRuling.objects.order_by("pk")] == ["no", "yes"]
    assert m.CheckRuling.objects.standing().get().holds == "yes"


def test_one_question_at_a_time_until_none_is_worth_it(client: Client, example, proposed, ben) -> None:
    client.force_login(ben)
    asked = []
    while found := re.search(r'name="about" value="(\d+)">\s+<button', client.get(page(example)).content.decode()):
        assert found[1] not in asked
        asked.append(found[1])
        rule(client, example, m.Check.objects.get(pk=found[1]), "unsure")
    assert asked
    assert "No other check" in client.get(page(example)).content.decode()


def test_ben_does_not_see_what_cleo_ruled(client: Client, example, proposed, ben, cleo) -> None:
    client.force_login(cleo)
    rule(client, example, proposed[0], "no")
    client.force_login(ben)
    shown = client.get(page(example)).content.decode()
    assert shown.count("not asked yet") == len(proposed)


def test_an_answer_without_a_choice_is_not_stored(client: Client, example, proposed, ben) -> None:
    client.force_login(ben)
    assert rule(client, example, proposed[0], "perhaps").status_code == 422
    assert client.post(page(example), {"seal": "x", "about": proposed[0].pk, "holds": "yes"}).status_code == 422
    assert not m.CheckRuling.objects.exists()


def test_the_number_of_queries_does_not_grow(client: Client, example, proposed, ana) -> None:
    client.force_login(ana)
    few = queries_of(client, page(example))
    for number in range(5):
        check = m.Check.objects.create(example=example, text=f"Check {number}", rater=proposed[0].rater)
        for response in example.responses.all():
            m.CheckResult.objects.create(about=check, response=response, rater=check.rater, passes=bool(number % 2))
    assert queries_of(client, page(example)) <= few


def test_dan_gets_nowhere(client: Client, example, proposed, dan) -> None:
    client.force_login(dan)
    assert client.get(page(example)).status_code == 404
    assert client.post(page(example), {"about": proposed[0].pk, "holds": "yes", "seal": "x"}).status_code == 404
