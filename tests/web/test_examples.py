"""Examples: the list finds them by their words; each page tells everything said, to those who may know it by now."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from feedback import models as m
from tests import make
from tests.web.counting import queries_of


def listing(project: m.Project) -> str:
    return reverse("examples", args=[project.slug])


def page_of(example: m.Example) -> str:
    return reverse("example", args=[example.project.slug, example.number])


@pytest.fixture
def judged(project: m.Project, cleo: m.User) -> m.Response:
    """A response Cleo criticised; a principle came of it, and a run changed the answer in its name."""
    response = make.response(
        example=make.example(project=project, request="Name a river."), text="A river.", model="parrot-7b"
    )
    rater = make.rater(project=project, user=cleo)
    critique = make.critique(response=response, rater=rater, text="Which one, though?")
    make.rating(response=response, rater=rater, score=2)
    principle = make.principle(project=project, effect="Name exactly one.", source=critique)
    refined = make.refined(response=response, text="The Nile.", model="raven-9b")
    step = refined.produced_by
    step.principle, step.output = principle.versions.get(), {"text": "The Nile.", "changed": "Named the Nile."}
    step.save()
    return response


def test_examples_are_found_by_the_words_of_request_and_answer(client: Client, project, ben) -> None:
    make.response(example=make.example(project=project, request='Say "hello" in Malay.'), text="Selamat.")
    make.example(project=project, request="Count to ten.")
    client.force_login(ben)
    for words in ('"hello" in', "selamat"):
        page = client.get(listing(project), {"q": words}).content.decode()
        assert "in Malay" in page
        assert "Count to ten" not in page
    assert "No example fits" in client.get(listing(project), {"q": "zebra"}).content.decode()


def test_examples_are_filtered_by_split_judged_and_refined(client: Client, project, ben, judged) -> None:
    make.example(project=project, request="Count to ten.", split="holdout")
    client.force_login(ben)
    for asked, found in [
        ({"split": "holdout"}, "Count to ten"), ({"judged": "yes"}, "Name a river"), ({"judged": "no"}, "Count to ten"),
        ({"refined": "yes"}, "Name a river"), ({"refined": "no"}, "Count to ten"),
    ]:  # fmt: skip
        page = client.get(listing(project), asked).content.decode()
        assert found in page
        assert (
            len({"Count to ten", "Name a river"} & {text for text in ("Count to ten", "Name a river") if text in page})
            == 1
        )
    assert "No example fits" in client.get(listing(project), {"judged": "me"}).content.decode()


def test_an_empty_project_says_what_the_page_is_for(client: Client, project, ana) -> None:
    client.force_login(ana)
    assert reverse("import", args=[project.slug]) in client.get(listing(project)).content.decode()


def test_ana_sees_the_thread_from_words_to_principle_to_change(client: Client, project, ana, judged) -> None:
    client.force_login(ana)
    page = client.get(page_of(judged.example)).content.decode()
    for part in (
        "Which one, though?",
        "Cleo Marchand",
        "Name exactly one.",
        "Named the Nile.",
        "parrot-7b",
        "raven-9b",
    ):
        assert part in page
    assert reverse("run_item", args=[project.slug, 1, 0]) in page


def test_ben_sees_neither_makers_nor_others_words_before_he_has_judged(client: Client, project, ben, judged) -> None:
    cleos = m.Rater.objects.get(name="Cleo Marchand")
    make.edit(response=judged, rater=cleos, text="Rewritten by Cleo.")
    client.force_login(ben)
    page = client.get(page_of(judged.example)).content.decode()
    for secret in (
        "Which one, though?",
        "Cleo",
        "Name exactly one.",
        "Named the Nile.",
        "parrot-7b",
        "raven-9b",
        "Refined",
        "The Nile.",
        "Rewritten by Cleo.",
    ):
        assert secret not in page
    make.rating(response=judged, rater=make.rater(project=project, user=ben))
    page = client.get(page_of(judged.example)).content.decode()
    assert "Which one, though?" in page
    assert "parrot-7b" in page
    assert "Rewritten by Cleo." in page
    assert "raven-9b" not in page
    assert "The Nile." not in page


def test_what_others_said_of_a_pair_shows_once_ben_has_compared_it(client: Client, project, ben, cleo) -> None:
    a, b = make.pair(project=project)
    make.preference(a=a, b=b, rater=make.rater(project=project, user=cleo), reason="Cleo's reason.")
    client.force_login(ben)
    assert "Cleo&#x27;s reason." not in client.get(page_of(a.example)).content.decode()
    make.preference(a=a, b=b, rater=make.rater(project=project, user=ben), outcome="b")
    assert "Cleo&#x27;s reason." in client.get(page_of(a.example)).content.decode()


def test_what_a_model_wrote_names_it_and_that_it_is_simulated(client: Client, project, ana) -> None:
    row = make.response(example=make.example(project=project), model="simulated", simulated=True)
    client.force_login(ana)
    assert "is-simulated" in client.get(page_of(row.example)).content.decode()


def test_markup_in_texts_stays_text(client: Client, project, ana, ben) -> None:
    row = make.response(
        example=make.example(project=project, request="<script>a</script>"), text="<img src=x onerror=y>"
    )
    make.critique(response=row, rater=make.rater(project=project, user=ben), text="<b>bold</b>")
    client.force_login(ana)
    page = client.get(page_of(row.example)).content.decode()
    assert "<script>a" not in page
    assert "<img src=x" not in page
    assert "<b>bold" not in page


def test_dan_finds_nothing(client: Client, project, dan, judged) -> None:
    client.force_login(dan)
    assert client.get(listing(project)).status_code == 404
    assert client.get(page_of(judged.example)).status_code == 404


def test_the_list_asks_as_much_for_two_hundred_examples_as_for_ten(client: Client, project, ben) -> None:
    client.force_login(ben)
    counts = []
    for size in (10, 190):
        for _ in range(size):
            make.pair(project=project)
        counts.append(queries_of(client, listing(project)))
    assert counts[0] == counts[1]


def test_an_example_asks_as_much_for_two_hundred_responses_and_words_as_for_ten(
    client, project, ana, ben, judged
) -> None:
    client.force_login(ana)
    rater = make.rater(project=project, user=ben)
    run = make.run(project=project)
    counts = []
    for size in (10, 190):
        for _ in range(size):
            start = make.response(example=judged.example)
            make.refined(response=start, run=run)
            make.principle(project=project, source=make.critique(response=start, rater=rater))
            make.preference(a=judged, b=start, rater=rater)
        counts.append(queries_of(client, page_of(judged.example)))
    assert counts[0] == counts[1]
