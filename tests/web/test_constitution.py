"""The constitution as a document: what is in force, what each version changed, and who may only read it."""

from __future__ import annotations

from django.test import Client
from django.urls import reverse
from django.utils import timezone

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


def test_the_margin_tells_votes_tests_and_the_record(client: Client, project, ana, ben) -> None:
    one = make.principle(project=project, effect="Be brief.")
    shown = make.constitution(project=project, principles=[one])
    version = one.versions.get()
    rater = make.rater(project=project, user=ben)
    m.Vote.objects.create(project=project, rater=rater, principle=one, choice="agree", key="v", protocol="vote")
    line = {"number": 1, "wording": 1, "right": 12, "wrong": 3, "accuracy": 0.8, "interval": [0.55, 0.93]}
    make.trial(project=project, state="done", result={"principles": [line]}, constitution=shown)
    answer = make.response(example=make.example(project=project))
    m.Applied.objects.create(version=version, response=answer, outcome="negative")
    client.force_login(ana)
    page = client.get(address("constitution", project)).content.decode()
    assert "1 agrees" in page
    assert "right in 12 of 15" in page
    assert "helped 0, harmed 1" in page
    make.motion(principle=one)
    assert "1 agrees" not in client.get(address("constitution", project)).content.decode()


def test_how_much_changed_is_said(client: Client, project, ana) -> None:
    kept, gone, new = (make.principle(project=project, effect=f"Say {word}.") for word in ("this", "that", "more"))
    make.constitution(project=project, principles=[kept, gone])
    make.constitution(project=project, principles=[kept, new])
    client.force_login(ana)
    page = client.get(address("constitution", project)).content.decode()
    assert "2 of 3 articles (67 %)" in page
    assert "That is much at once" in page
    assert 'aria-label="2 of 3 changed"' in page


def test_the_owner_decides_how_much_a_prompt_gets(client: Client, project, ana, ben) -> None:
    principles = [
        make.principle(project=project, domain=f"When asked about {word}") for word in ("tax", "law", "art", "war")
    ]
    make.constitution(project=project, principles=principles)
    make.example(project=project, request="What is the law?")
    client.force_login(ana)
    page = client.get(address("constitution", project)).content.decode()
    assert "Every prompt gets the whole constitution." in page
    assert "at most 3 that fit" in page
    assert client.post(address("set_compiling", project), {"retrieves": "0"}).status_code == 422
    client.post(address("set_compiling", project), {"retrieves": "3"})
    project.refresh_from_db()
    assert (project.retrieves, project.switches_off) == (3, False)
    assert "A prompt gets at most 3 principles" in client.get(address("constitution", project)).content.decode()
    client.force_login(ben)
    assert client.post(address("set_compiling", project), {}).status_code == 403


def test_what_is_switched_off_is_marked(client: Client, project, ana) -> None:
    one = make.principle(project=project, switched_off_at=timezone.now())
    make.constitution(project=project, principles=[one, make.principle(project=project)])
    client.force_login(ana)
    page = client.get(address("constitution", project)).content.decode()
    assert "article-off" in page
    assert "1 switched off" in page


def test_a_loop_that_learns_from_itself_alone_is_told_on_the_constitution(client: Client, project, ana) -> None:
    """SkillLearnBench: two changes in a row that a model made from no feedback of people raise the alarm."""
    found = [make.principle(project=project, origin="drafted") for _ in range(2)]
    m.PrincipleVersion.objects.update(model="m")
    client.force_login(ana)
    make.constitution(project=project, principles=found[:1])
    assert "feeds on its own feedback" not in client.get(reverse("constitution", args=[project.slug])).content.decode()
    make.constitution(project=project, principles=found)
    assert "feeds on its own feedback" in client.get(reverse("constitution", args=[project.slug])).content.decode()
