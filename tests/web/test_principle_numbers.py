"""How the principles do: corrections over time, each one's own record, and those to look at."""

from __future__ import annotations

from django.test import Client
from django.utils import timezone

from feedback import models as m
from tests import make
from tests.web.counting import queries_of
from tests.web.test_principles import address


def numbers(client: Client, project: m.Project) -> str:
    return client.get(address("principle_numbers", project)).content.decode()


def test_an_empty_project_says_what_the_page_is_for(client: Client, project, ana) -> None:
    client.force_login(ana)
    page = numbers(client, project)
    assert "Nobody judged an answer yet." in page
    assert "No principle is in force yet" in page


def test_each_principle_has_its_record_and_the_bad_ones_are_listed(client: Client, project, ana, ben) -> None:
    good, bad, idle = (make.principle(project=project, effect=f"Say {word}.") for word in ("this", "that", "more"))
    make.constitution(project=project, principles=[good, bad, idle])
    example = make.example(project=project)
    for principle, outcome in ((good, "positive"), (good, "positive"), (bad, "negative"), (bad, "positive")):
        answer = make.response(example=example)
        m.Applied.objects.create(version=principle.versions.get(), response=answer, outcome=outcome)
    m.Principle.objects.filter(pk=idle.pk).update(switched_off_at=timezone.now())
    client.force_login(ana)
    page = numbers(client, project)
    lists = page[page.index("to-look-at") : page.index("</dl>")]
    assert lists.index("Switched off") < lists.index("#record") < lists.index("Harmed as often")
    assert [f"/{number}/#record" in lists for number in (1, 2, 3)] == [False, True, True]


def test_corrections_are_drawn_where_two_versions_have_a_figure(client: Client, project, ana, ben) -> None:
    who = make.rater(project=project, user=ben)
    for _ in range(2):
        make.constitution(project=project)
        answer = make.response(example=make.example(project=project))
        make.critique(response=answer, rater=who)
        make.rating(response=answer, rater=who, score=5)
    client.force_login(ana)
    page = numbers(client, project)
    assert '<svg class="corrections"' in page
    assert "1.00" in page


def test_the_page_costs_the_same_however_much_there_is(client: Client, project, ana) -> None:
    make.constitution(project=project)
    make.example(project=project)
    client.force_login(ana)
    numbers(client, project)
    few = queries_of(client, address("principle_numbers", project))
    make.constitution(project=project, principles=[make.principle(project=project) for _ in range(9)])
    for _ in range(9):
        make.example(project=project)
    numbers(client, project)
    assert queries_of(client, address("principle_numbers", project)) <= few


def test_dan_gets_nowhere(client: Client, project, dan) -> None:
    client.force_login(dan)
    assert client.get(address("principle_numbers", project)).status_code == 404
