"""Marks on an example's page: a list that points into the text, blind where it must be, candidates ranked by them."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from feedback import models as m
from tests import make
from tests.web.counting import queries_of

TEXT = "The **Rhine** is the longest river of Europe."


@pytest.fixture
def marked(project: m.Project, cleo: m.User) -> m.Response:
    """A response on which Cleo marked a piece and missed something."""
    answer = make.response(example=make.example(project=project), text=TEXT)
    rater, start = make.rater(project=project, user=cleo), TEXT.index("longest")
    make.span(
        response=answer, rater=rater, start=start, end=start + 7, severity="critical", reason="The Volga is.",
        replacement="fourth longest",
    )  # fmt: skip
    make.span(response=answer, rater=rater, start=None, category="missing", reason="How long it is")
    return answer


def page_of(response: m.Response) -> str:
    return reverse("example", args=[response.example.project.slug, response.example.number])


def test_ana_sees_each_mark_with_its_place_kind_and_words(client: Client, ana, marked) -> None:
    client.force_login(ana)
    page = client.get(page_of(marked)).content.decode()
    start = TEXT.index("longest")
    item = re.search(r"<li data-span=.*?</li>", page, re.DOTALL)
    assert item is not None
    for part in (
        f'data-source="response-{marked.pk}"', f'data-from="{start}" data-to="{start + 7}"', 'data-severity="critical"',
        'data-polarity="critique"', "longest", "The Volga is.", "fourth longest", "Cleo Marchand", "Wrong",
    ):  # fmt: skip
        assert part in item.group()
    assert "How long it is" in page
    assert page.count("data-from=") == 1
    assert f'<div class="reading" dir="auto" data-source="response-{marked.pk}"' in page
    assert f'<pre class="raw" dir="auto" data-source="response-{marked.pk}"' in page
    assert f'<span data-at="0-{len(TEXT)}">' in page


def test_ben_sees_others_marks_once_he_has_judged(client: Client, project, ben, marked) -> None:
    client.force_login(ben)
    page = client.get(page_of(marked)).content.decode()
    assert "The Volga is." not in page
    assert 'id="weighing"' not in page
    make.rating(response=marked, rater=make.rater(project=project, user=ben))
    page = client.get(page_of(marked)).content.decode()
    assert "The Volga is." in page
    assert 'id="weighing"' in page


def test_dan_finds_nothing(client: Client, dan, marked) -> None:
    client.force_login(dan)
    assert client.get(page_of(marked)).status_code == 404


def test_other_weights_rank_the_candidates_anew(client: Client, project, ana, cleo, marked) -> None:
    other = make.response(example=marked.example, text="A river. Rivers flow.")
    make.span(response=other, rater=make.rater(project=project, user=cleo), end=8, category="unclear")
    client.force_login(ana)

    def order(**weights: str) -> list[str]:
        page = client.get(page_of(marked), {f"w-{name}": value for name, value in weights.items()}).content.decode()
        return re.findall(
            r'class="letter" href="#response-\d+"><span class="visually-hidden">Response </span>(\w)', page
        )

    assert order() == ["B", "A"]
    assert order(unclear="-3") == ["A", "B"]
    assert order(unclear="much") == ["B", "A"]


def test_it_is_told_what_became_of_marked_pieces(client: Client, project, ana, ben, marked) -> None:
    make.edit(
        response=marked, rater=make.rater(project=project, user=ben), text="The Rhine is 1230 km long, in Europe."
    )
    client.force_login(ana)
    page = client.get(page_of(marked)).content.decode()
    assert "One piece was marked in A:" in page
    assert "1 gone here" in page


def test_examples_with_marks_are_found_among_the_judged(client: Client, ana, project, marked) -> None:
    client.force_login(ana)
    page = client.get(reverse("examples", args=[project.slug]), {"judged": "yes"}).content.decode()
    assert page_of(marked) in page


def test_it_asks_as_much_for_forty_marks_as_for_two(client: Client, project, ana, cleo, marked) -> None:
    client.force_login(ana)
    before = queries_of(client, page_of(marked))
    for start in range(38):
        make.span(response=marked, rater=make.rater(project=project, user=cleo), start=start, end=start + 3)
    assert queries_of(client, page_of(marked)) == before
