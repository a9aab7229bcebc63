"""Pairs: Ben compares two responses, blind, in an order of his own that is stored with the answer."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from feedback import models as m
from feedback.capture.definition import DEFAULT, Aspect
from feedback.capture.forms import change_form
from feedback.desk.filling import Filling
from feedback.desk.queue import order_for
from feedback.desk.queues import create_queue, fill_queue, open_queue
from feedback.forms.pairs import as_answer, as_preference
from tests import make
from tests.web.counting import queries_of


@pytest.fixture
def two(project: m.Project) -> tuple[m.Response, m.Response]:
    """Two responses to one example, by models whose names must not show."""
    example = make.example(project=project, request="Name a river.")
    return (
        make.response(example=example, text="The Nile.", model="parrot-7b"),
        make.response(example=example, text="The Thames.", model="raven-9b"),
    )


def page_of(two: tuple[m.Response, m.Response]) -> str:
    return reverse("pair", args=[two[0].example.project.slug, two[0].pk, two[1].pk])


def seal_of(client: Client, url: str) -> str:
    found = re.search(r'name="seal" value="([^"]+)"', client.get(url).content.decode())
    assert found
    return found.group(1)


def test_pairs_lead_to_the_next_one_and_say_when_all_are_compared(client: Client, project, ben, two) -> None:
    client.force_login(ben)
    assert client.get(reverse("pairs", args=[project.slug]), follow=True).redirect_chain[-1][0] == page_of(two)
    answer = client.post(page_of(two), {"seal": seal_of(client, page_of(two)), "answer": "0"})
    assert "after=" in answer["Location"]
    page = client.get(answer["Location"]).content.decode()
    assert "All compared" in page


def test_left_means_the_one_that_was_shown_left(client: Client, ben, two) -> None:
    client.force_login(ben)
    client.post(page_of(two), {"seal": seal_of(client, page_of(two)), "answer": "-3", "reason": "Longer river."})
    row = m.Preference.objects.get()
    order = order_for(ben, *two)
    assert row.chosen == order.first
    assert abs(row.strength) == 3
    assert row.shown["order"] == [order.first.pk, order.second.pk]
    assert (row.response_a, row.response_b) == two
    assert row.reason == "Longer river."
    assert row.seconds is not None


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("answer", ["-3", "-2", "-1", "0", "1", "2", "3", "both-good", "both-bad"])
def test_an_answer_survives_the_way_into_the_table_and_back(answer: str, turned: bool) -> None:
    assert as_answer(**as_preference(answer, turned=turned), turned=turned) == answer


def test_both_good_and_both_bad_have_no_strength(client: Client, ben, two) -> None:
    client.force_login(ben)
    client.post(page_of(two), {"seal": seal_of(client, page_of(two)), "answer": "both-bad"})
    assert (m.Preference.objects.get().outcome, m.Preference.objects.get().strength) == ("both-bad", None)


def test_the_models_stay_hidden_until_ben_has_answered(client: Client, project, ben, cleo, two) -> None:
    make.preference(a=two[0], b=two[1], rater=make.rater(project=project, user=cleo), reason="Cleo says Nile.")
    client.force_login(ben)
    page = client.get(page_of(two)).content.decode()
    for secret in ("parrot-7b", "raven-9b", "mported", "Cleo says Nile."):
        assert secret not in page
    answer = client.post(page_of(two), {"seal": seal_of(client, page_of(two)), "answer": "1"})
    assert "parrot-7b" in client.get(answer["Location"]).content.decode()
    assert "raven-9b" in client.get(page_of(two)).content.decode()


def test_the_same_answer_twice_is_stored_once_and_another_takes_its_place(client: Client, ben, two) -> None:
    client.force_login(ben)
    seal = seal_of(client, page_of(two))
    for answer in ("2", "2", "-1"):
        client.post(page_of(two), {"seal": seal, "answer": answer})
    assert m.Preference.objects.count() == 2
    assert m.Preference.objects.standing().count() == 1


def test_no_choice_is_refused_and_the_reason_stays(client: Client, ben, two) -> None:
    client.force_login(ben)
    answer = client.post(page_of(two), {"seal": seal_of(client, page_of(two)), "reason": "Because of the delta."})
    assert answer.status_code == 422
    assert "Because of the delta." in answer.content.decode()
    assert "Choose how the two compare" in answer.content.decode()


def test_a_seal_of_somebody_else_is_refused(client: Client, ben, cleo, two) -> None:
    client.force_login(cleo)
    seal = seal_of(client, page_of(two))
    client.force_login(ben)
    answer = client.post(page_of(two), {"seal": seal, "answer": "1"})
    assert answer.status_code == 422
    assert not m.Preference.objects.exists()


def test_a_pair_passed_over_comes_back_when_asked_for(client: Client, project, ben, two) -> None:
    client.force_login(ben)
    pairs = reverse("pairs", args=[project.slug])
    skip = reverse("pass_over", args=[project.slug])
    client.post(skip, {"skip": "1", "way": "pairs", "seal": seal_of(client, page_of(two))})
    assert "passed over 1" in client.get(pairs, follow=True).content.decode()
    client.post(skip, {"back": "1", "way": "pairs"})
    assert client.get(pairs, follow=True).redirect_chain[-1][0] == page_of(two)


def test_two_responses_to_different_examples_are_no_pair(client: Client, project, ben, two) -> None:
    other = make.response(example=make.example(project=project))
    client.force_login(ben)
    assert client.get(reverse("pair", args=[project.slug, two[0].pk, other.pk])).status_code == 404
    assert client.get(reverse("pair", args=[project.slug, two[0].pk, two[0].pk])).status_code == 404


def test_words_about_the_two_are_a_critique_of_the_pair(client: Client, project, ben, two) -> None:
    client.force_login(ben)
    said = {"seal": seal_of(client, page_of(two)), "answer": "both-bad", "critique": "Both name no country.",
            "improve": "Say where it flows.", "kudos": "Both are short."}  # fmt: skip
    client.post(page_of(two), said)
    rows = {row.polarity: row for row in m.Critique.objects.all()}
    assert {(row.scope, row.response, row.beside) for row in rows.values()} == {("pair", *two)}
    assert (rows["critique"].text, rows["critique"].improve) == ("Both name no country.", "Say where it flows.")
    assert rows["kudos"].text == "Both are short."
    assert m.Submission.objects.get().preferences.count() == 1
    client.post(reverse("undo", args=[project.slug]))
    assert not m.Critique.objects.standing().exists()
    assert not m.Preference.objects.standing().exists()


def test_a_pair_can_be_compared_on_an_aspect(client: Client, project, ana, ben, two) -> None:
    aspects = (*DEFAULT.aspects, Aspect(name="safety", label="Safety"))
    change_form(project, DEFAULT.model_copy(update={"aspects": aspects}), by=ana)
    client.force_login(ben)
    client.post(page_of(two), {"seal": seal_of(client, page_of(two)), "answer": "1", "aspect": "safety"})
    assert (m.Preference.objects.get().aspect, m.Preference.objects.get().form_version) == ("safety", 2)


def test_a_form_without_degrees_asks_only_which(client: Client, project, ana, ben, two) -> None:
    change_form(project, DEFAULT.model_copy(update={"strength": False, "both": False}), by=ana)
    client.force_login(ben)
    page = client.get(page_of(two)).content.decode()
    assert 'value="both-good"' not in page
    assert 'value="-3"' not in page
    client.post(page_of(two), {"seal": seal_of(client, page_of(two)), "answer": "left"})
    row = m.Preference.objects.get()
    assert (row.chosen, row.strength) == (order_for(ben, *two).first, None)


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("answer", ["left", "same", "right", "both-good"])
def test_an_answer_without_degrees_survives_the_way_back_too(answer: str, turned: bool) -> None:
    assert as_answer(**as_preference(answer, turned=turned), turned=turned, graded=False) == answer


def test_whole_dialogues_are_compared_from_where_they_part(client: Client, project, ben) -> None:
    example = make.example(project=project, request="Where does the Rhine rise?")
    asked = example.messages
    more = [
        [*asked, {"role": "assistant", "content": f"In {place}."}, {"role": "user", "content": f"{place}, really?"}]
        for place in ("France", "Tyrol")
    ]
    pair = tuple(make.response(example=example, text=f"I was wrong {n}.", turns=turns) for n, turns in enumerate(more))
    client.force_login(ben)
    page = client.get(page_of(pair)).content.decode()  # type: ignore[arg-type]
    question, columns = page.split('class="columns"')
    assert "Where does the Rhine rise?" in question
    assert "France, really?" not in question
    assert "Where does the Rhine rise?" not in columns
    for words in ("In France.", "France, really?", "In Tyrol.", "Tyrol, really?", "I was wrong 0.", "I was wrong 1."):
        assert words in columns
    client.post(page_of(pair), {"seal": seal_of(client, page_of(pair)), "answer": "2"})  # type: ignore[arg-type]
    assert m.Preference.objects.get().chosen == order_for(ben, *pair).second


def test_what_differs_is_told_in_words_and_in_places(client: Client, ben, two) -> None:
    client.force_login(ben)
    page = client.get(page_of(two)).content.decode()
    assert "<del>" in page.split("data-differences")[1]
    order = order_for(ben, *two)
    texts = re.findall(r'data-source="(left|right)" data-differs="(\d+)-(\d+)"', page)
    shown = {"left": order.first.text, "right": order.second.text}
    assert {shown[side][int(start) : int(end)] for side, start, end in texts} == {"Nile", "Thames"}


def test_stacked_or_side_by_side_is_remembered(client: Client, ben, two) -> None:
    client.force_login(ben)
    assert 'data-view="columns"' in client.get(page_of(two)).content.decode()
    client.get(page_of(two) + "?view=stacked")
    assert 'data-view="stacked"' in client.get(page_of(two)).content.decode()
    assert 'data-view="columns"' in client.get(page_of(two) + "?view=nonsense").content.decode()


def test_the_desk_gets_the_pair_alone_and_the_outbox_the_receipt(client: Client, ben, two) -> None:
    client.force_login(ben)
    part = client.get(page_of(two), headers={"X-Part": "desk"}).content.decode()
    assert "data-outbox" in part
    assert "<html" not in part
    said = {"seal": seal_of(client, page_of(two)), "answer": "2"}
    for _ in range(2):
        answer = client.post(page_of(two), said, headers={"X-Outbox": "1"})
        assert answer["X-Kept"]
        assert "right better" in answer.content.decode()
    assert m.Preference.objects.count() == 1


def test_a_pair_from_a_queue_fills_its_slot(client: Client, project, ana, ben, two) -> None:
    queue = create_queue(project, by=ana, name="Pairs", asks="pair")
    fill_queue(queue, by=ana, filling=Filling())
    open_queue(queue, by=ana)
    client.force_login(ben)
    url = client.get(reverse("desk", args=[project.slug]))["Location"]
    assert url.startswith(page_of(two))
    client.post(url, {"seal": seal_of(client, url), "answer": "-1"})
    assert m.Slot.objects.get().state == "done"
    assert m.Preference.objects.standing().count() == 1


def test_a_viewer_compares_nothing_and_dan_finds_nothing(client: Client, project, dan, two) -> None:
    viewer = make.user()
    make.member(project=project, user=viewer, role="viewer")
    client.force_login(viewer)
    assert client.post(page_of(two), {"answer": "1"}).status_code == 403
    client.force_login(dan)
    assert client.get(page_of(two)).status_code == 404
    assert client.post(page_of(two), {"answer": "1"}).status_code == 404
    assert client.get(reverse("pairs", args=[project.slug])).status_code == 404


def test_a_pair_asks_as_much_with_two_hundred_pairs_as_with_ten(client: Client, project, ben, two) -> None:
    client.force_login(ben)
    counts = []
    for size in (10, 190):
        for _ in range(size):
            make.pair(project=project)
        counts.append(queries_of(client, page_of(two)))
    assert counts[0] == counts[1]
