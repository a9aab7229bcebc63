"""The project's first page: what to do next, the thread in numbers, and what happened, told without a verdict."""

from __future__ import annotations

from django.test import Client
from django.urls import reverse

from feedback import models as m
from tests import make
from tests.web.counting import queries_of


def page_of(client: Client, project: m.Project) -> str:
    return client.get(reverse("project", args=[project.slug])).content.decode()


def test_an_empty_project_sends_ana_to_the_import_and_tells_ben_to_wait(client: Client, project, ana, ben) -> None:
    client.force_login(ana)
    assert "Import a file" in page_of(client, project)
    client.force_login(ben)
    assert "Import a file" not in page_of(client, project)
    assert "Nothing is here yet" in page_of(client, project)


def test_ben_is_told_what_waits_for_him_and_ana_of_drafts(client: Client, project, ana, ben) -> None:
    first, _ = make.pair(project=project)
    make.refined(response=first)
    make.principle(project=project)
    client.force_login(ben)
    page = page_of(client, project)
    assert "1 refined answer to compare" in page
    assert "2 responses you have not judged" in page
    assert "to decide on.</span>" not in page
    client.force_login(ana)
    assert "1 draft of principles to decide on" in page_of(client, project)


def test_the_win_rate_stands_with_its_interval_and_n(client: Client, project, ana, ben) -> None:
    row = make.refined(response=make.response(example=make.example(project=project)))
    make.preference(
        a=row.parent, b=row, rater=make.rater(project=project, user=ben), outcome="b", protocol="refined-vs-original"
    )
    client.force_login(ana)
    page = page_of(client, project)
    assert "n = 1" in page
    assert "100 %" in page


def test_what_happened_is_told_without_what_was_said(client: Client, project, ben, cleo) -> None:
    response = make.response(example=make.example(project=project))
    make.critique(response=response, rater=make.rater(project=project, user=cleo), text="A secret verdict.")
    make.constitution(project=project, change="Principle 1 adopted")
    client.force_login(ben)
    page = page_of(client, project)
    assert "Cleo Marchand wrote about a response to" in page
    assert "A secret verdict." not in page
    assert "constitution v1" in page


def test_dan_finds_nothing(client: Client, project, dan) -> None:
    client.force_login(dan)
    assert client.get(reverse("project", args=[project.slug])).status_code == 404


def test_it_asks_as_much_with_two_hundred_of_everything_as_with_ten(client: Client, project, ana, ben) -> None:
    client.force_login(ana)
    rater = make.rater(project=project, user=ben)
    make.constitution(project=project)
    counts = []
    for size in (10, 190):
        for _ in range(size):
            a, b = make.pair(project=project)
            make.critique(response=a, rater=rater)
            make.rating(response=a, rater=rater)
            make.edit(response=a, rater=rater)
            make.preference(a=a, b=b, rater=rater)
            make.run(project=project)
        counts.append(queries_of(client, reverse("project", args=[project.slug])))
    assert counts[0] == counts[1]


def test_where_queues_are_open_the_work_is_theirs(client: Client, project, ben) -> None:
    queue = make.queue(project=project, items=2, raters_each=2)
    client.force_login(ben)
    page = client.get(reverse("project", args=[project.slug])).content.decode()
    assert "4 places left in the queues" in page
    assert "you have not judged yet" not in page
    queue.slots.all().delete()
    assert "places left" not in client.get(reverse("project", args=[project.slug])).content.decode()
