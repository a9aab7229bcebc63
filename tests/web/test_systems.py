"""Which file serves which paper, and what refining brought."""

from __future__ import annotations

from django.test import Client
from django.urls import reverse

from feedback import models as m
from tests import make
from tests.datasets.lessons import lessons_of
from tests.web.counting import queries_of


def test_ana_sees_what_refining_brought_and_which_file_serves_a_paper(client: Client, project, ana, ben, cleo) -> None:
    lessons_of(project, ben, cleo)
    client.force_login(ana)
    page = client.get(reverse("systems", args=[project.slug])).content.decode()
    assert "Does turn k beat turn 1?" in page
    assert "wrong to right" in page
    assert "RISE (recursive introspection)" in page
    assert f"{reverse('export', args=[project.slug])}?format=rise-turns" in page


def test_a_paper_is_found_by_its_name_or_its_file(client: Client, project, ana) -> None:
    client.force_login(ana)
    page = client.get(reverse("systems", args=[project.slug]), {"q": "scrit"}).content.decode()
    assert "scrit-critiques" in page
    assert "rise-turns" not in page
    assert "Nothing yet" in page
    none = client.get(reverse("systems", args=[project.slug]), {"q": "no such paper"}).content.decode()
    assert "No paper and no format is called that" in none


def test_dan_gets_404(client: Client, project, dan) -> None:
    client.force_login(dan)
    assert client.get(reverse("systems", args=[project.slug])).status_code == 404


def test_queries_do_not_grow_with_examples(client: Client, project, ana, ben, cleo) -> None:
    lessons_of(project, ben, cleo)
    client.force_login(ana)
    url = reverse("systems", args=[project.slug])
    few = queries_of(client, url)
    rater = make.rater(project=project, user=ben)
    for number in range(5):
        response = make.response(example=make.example(project=project))
        make.critique(response=response, rater=rater, text=f"Too long by {number}.")
        make.edit(response=response, rater=rater, text=f"Shorter {number}.")
    assert queries_of(client, url) <= few
    assert m.Example.objects.filter(project=project).count() > 5
