"""Marks, choices and groups on the way to a draft and as evidence, as the pages show them."""

from __future__ import annotations

from django.test import Client
from django.urls import reverse

from feedback import models as m
from tests import make
from tests.web.counting import queries_of


def address(name: str, project: m.Project, *rest: object) -> str:
    return reverse(name, args=[project.slug, *rest])


def test_a_mark_is_drafted_from_where_it_stands(client: Client, project, ana) -> None:
    response = make.response(example=make.example(project=project), text="Paris is in Spain.")
    mark = make.span(response=response, rater=make.rater(project=project, user=ana), start=12, end=17)
    client.force_login(ana)
    url = address("ask_for_draft", project, "mark", mark.pk)
    assert url in client.get(address("judge", project, response.pk)).content.decode()
    assert client.post(url).status_code == 302
    job = m.Drafting.objects.get(span=mark)
    assert client.get(address("drafting", project, job.pk), headers={"HX-Request": "true"}).status_code == 200


def test_both_directions_of_a_choice_are_offered_until_asked(client: Client, project, ana) -> None:
    one, two = make.pair(project=project)
    choice = make.preference(a=one, b=two, rater=make.rater(project=project, user=ana))
    client.force_login(ana)
    url = address("ask_for_draft", project, "preference", choice.pk)
    line = client.post(url, {"turned": "1"}, headers={"HX-Request": "true"}).content.decode()
    assert "Draft a principle from this" in line
    assert "what speaks for the other" not in line
    assert m.Drafting.objects.get().turned


def test_marks_decisions_and_groups_stand_as_evidence(client: Client, project, ana, ben) -> None:
    response = make.response(example=make.example(project=project), text="Paris is in Spain.")
    rater = make.rater(project=project, user=ben)
    mark = make.span(response=response, rater=rater, start=12, end=17, reason="Geography!", replacement="France")
    why = {"why": "It misleads."}
    score = make.rating(response=response, rater=rater, protocol="adjudication", shown=why)
    said = [make.critique(response=response, rater=rater, text=text) for text in ("Too long.", "It rambles.")]
    principle = make.principle(project=project, source=mark)
    m.Evidence.objects.create(principle=principle, rating=score)
    m.Evidence.objects.create(principle=principle, group=make.group(project=project, critiques=said, label="Length"))
    make.constitution(project=project, principles=[principle])
    client.force_login(ana)
    for page in (address("principle", project, 1), address("constitution", project)):
        words = client.get(page).content.decode()
        for told in ("Geography!", "France", "It misleads.", "Too long.", "It rambles.", "Length"):
            assert told in words, told
    before = queries_of(client, address("principle", project, 1))
    more = [make.critique(response=response, rater=rater, text=f"Long {n}.") for n in range(5)]
    m.Evidence.objects.create(principle=principle, group=make.group(project=project, critiques=more))
    assert queries_of(client, address("principle", project, 1)) == before
