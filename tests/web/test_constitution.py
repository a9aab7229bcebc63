"""The constitution as a document: what is in force, what each version changed, and who may only read it."""

from __future__ import annotations

from django.test import Client
from django.urls import reverse

from feedback import models as m
from tests import make
from tests.web.counting import queries_of


def address(name: str, project: m.Project, *rest: int) -> str:
    return reverse(name, args=[project.slug, *rest])


def test_before_the_first_adoption_the_page_says_what_it_is_for(client: Client, project, ana) -> None:
    client.force_login(ana)
    page = client.get(address("constitution", project)).content.decode()
    assert address("principles", project) in page


def test_the_document_numbers_its_principles_and_shows_their_evidence(client: Client, project, ana, ben) -> None:
    response = make.response(example=make.example(project=project))
    critique = make.critique(response=response, rater=make.rater(project=project, user=ben), text="Where is the year?")
    dated = make.principle(project=project, domain="for events", effect="Name the year.", source=critique)
    make.constitution(project=project, principles=[dated])
    client.force_login(ana)
    page = client.get(address("constitution", project)).content.decode()
    assert "Name the year." in page
    assert "for events" in page
    assert "Where is the year?" in page


def test_a_version_says_what_it_changed_against_the_one_before(client: Client, project, ana) -> None:
    first = make.principle(project=project, effect="Be brief.")
    second = make.principle(project=project, effect="Be kind.")
    make.constitution(project=project, principles=[first], change="Principle 1 adopted")
    make.constitution(
        project=project, principles=[second], change="Principle 1 retired", reason="It cut too much", made_by=ana
    )
    client.force_login(ana)
    page = client.get(address("constitution_version", project, 2)).content.decode()
    assert "Principle 1 retired" in page
    assert "It cut too much" in page
    assert "Be brief." in page
    assert "Ana Ferreira" in page
    assert client.get(address("constitution_version", project, 3)).status_code == 404


def test_ben_reads_it_and_dan_finds_nothing(client: Client, project, ben, dan) -> None:
    make.constitution(project=project)
    client.force_login(ben)
    assert client.get(address("constitution", project)).status_code == 200
    client.force_login(dan)
    assert client.get(address("constitution", project)).status_code == 404
    assert client.get(address("constitution_version", project, 1)).status_code == 404


def test_it_asks_as_much_for_two_hundred_principles_as_for_ten(client: Client, project, ana, ben) -> None:
    client.force_login(ana)
    rater = make.rater(project=project, user=ben)
    response = make.response(example=make.example(project=project))
    counts = []
    for size in (10, 200):
        rows = [
            make.principle(project=project, source=make.critique(response=response, rater=rater)) for _ in range(size)
        ]
        make.constitution(project=project, principles=rows)
        make.constitution(project=project, principles=rows)
        counts.append(queries_of(client, address("constitution", project)))
    assert counts[0] == counts[1]
