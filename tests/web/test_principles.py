"""The principles pages: drafts are read, bettered, adopted and laid aside by curators; everyone else reads."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client
from django.urls import reverse

from feedback import models as m
from tests import make
from tests.web.counting import queries_of


@pytest.fixture
def drafted(project: m.Project, ben: m.User) -> m.Principle:
    """A draft that came from Ben's critique."""
    response = make.response(example=make.example(project=project, request="Name three rivers."))
    rater = make.rater(project=project, user=ben)
    critique = make.critique(response=response, rater=rater, text="It names four rivers.")
    return make.principle(
        project=project, domain="when a number is asked for", effect="Give exactly so many.", source=critique
    )


def address(name: str, project: m.Project, *rest: int) -> str:
    return reverse(name, args=[project.slug, *rest])


def test_ana_sees_a_draft_with_the_words_it_came_from(client: Client, project, ana, drafted) -> None:
    client.force_login(ana)
    page = client.get(address("principles", project)).content.decode()
    assert "Give exactly so many." in page
    assert "It names four rivers." in page
    assert "Ben Okafor" in page


def test_a_draft_a_model_worded_names_the_model_and_that_it_is_simulated(client, project, ana, drafted) -> None:
    drafted.versions.update(model="simulated", simulated=True)
    client.force_login(ana)
    page = client.get(address("principles", project)).content.decode()
    assert "simulated" in page


def test_ana_adopts_a_draft_in_better_words(client: Client, project, ana, drafted) -> None:
    client.force_login(ana)
    words = {"domain": "when a number is asked for", "effect": "Give that many, no more.", "reason": "Ben is right"}
    answer = client.post(address("adopt_principle", project, drafted.number), words)
    assert answer.status_code == 302
    made = project.constitutions.get()
    assert made.reason == "Ben is right"
    assert made.articles.get().version.effect == "Give that many, no more."


def test_adopting_twice_makes_one_version(client: Client, project, ana, drafted) -> None:
    client.force_login(ana)
    words = {"domain": "when a number is asked for", "effect": "Give exactly so many."}
    client.post(address("adopt_principle", project, drafted.number), words)
    again = client.post(address("adopt_principle", project, drafted.number), words)
    assert project.constitutions.count() == 1
    assert again.status_code == 422
    assert "nothing to adopt" in again.content.decode()


def test_an_empty_effect_is_refused_and_the_rest_of_what_was_typed_stays(client: Client, project, ana, drafted) -> None:
    client.force_login(ana)
    words = {"domain": "in letters to Jean", "effect": " ", "reason": "he asked"}
    answer = client.post(address("adopt_principle", project, drafted.number), words)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "in letters to Jean" in page
    assert "he asked" in page
    assert not project.constitutions.exists()


def test_an_htmx_adoption_is_answered_with_a_line_in_place(client: Client, project, ana, drafted) -> None:
    client.force_login(ana)
    words = {"domain": "", "effect": "Give exactly so many."}
    page = client.post(address("adopt_principle", project, drafted.number), words, headers={"HX-Request": "true"})
    assert "version 1" in page.content.decode()
    assert "<html" not in page.content.decode()


def test_ana_lays_a_draft_aside_and_takes_it_back(client: Client, project, ana, drafted) -> None:
    client.force_login(ana)
    client.post(address("drop_principle", project, drafted.number), {"reason": "too narrow"})
    drafted.refresh_from_db()
    assert drafted.drop_reason == "too narrow"
    assert "too narrow" in client.get(address("principles", project) + "?of=aside").content.decode()
    client.post(address("reinstate_principle", project, drafted.number))
    drafted.refresh_from_db()
    assert drafted.dropped_at is None


def test_ana_writes_one_by_hand_and_sending_it_twice_adds_one(client: Client, project, ana) -> None:
    client.force_login(ana)
    said = {"domain": "", "effect": "Say it in one sentence.", "key": str(uuid.uuid4())}
    for _ in range(2):
        assert client.post(address("write_principle", project), said).status_code == 302
    assert project.principles.count() == 1


def test_a_principle_by_hand_without_an_effect_keeps_its_domain(client: Client, project, ana) -> None:
    client.force_login(ana)
    answer = client.post(
        address("write_principle", project), {"domain": "in poems", "effect": "", "key": str(uuid.uuid4())}
    )
    assert answer.status_code == 422
    assert "in poems" in answer.content.decode()


def test_the_page_of_a_principle_shows_its_words_over_time(client: Client, project, ana, drafted) -> None:
    client.force_login(ana)
    make.constitution(project=project, principles=[drafted])
    client.post(
        address("reword_principle", project, 1),
        {"domain": "", "effect": "Count before you answer.", "reason": "shorter"},
    )
    page = client.get(address("principle", project, 1)).content.decode()
    assert "Count before you answer." in page
    assert "Give exactly so many." in page
    assert "It names four rivers." in page
    assert project.constitutions.count() == 2


def test_the_page_of_a_principle_shows_what_it_changed(client: Client, project, ana, drafted) -> None:
    response = make.response(example=make.example(project=project))
    item = make.item(run=make.run(project=project), start=response)
    make.step(
        item=item, part="reviser", state="done", principle=drafted.versions.get(),
        output={"text": "Three.", "changed": "Cut the fourth river."},
    )  # fmt: skip
    client.force_login(ana)
    assert "Cut the fourth river." in client.get(address("principle", project, 1)).content.decode()


def test_ana_retires_a_principle_in_force(client: Client, project, ana, drafted) -> None:
    make.constitution(project=project, principles=[drafted])
    client.force_login(ana)
    client.post(address("retire_principle", project, 1), {"reason": "covered by another"})
    assert project.constitutions.first().articles.count() == 0


def test_new_drafts_are_asked_for_by_number_so_open_forms_stay(client: Client, project, ana, drafted) -> None:
    client.force_login(ana)
    later = make.principle(project=project, effect="Answer in the language of the question.")
    url = address("principles", project) + f"?after={drafted.number}"
    page = client.get(url, headers={"HX-Request": "true"}).content.decode()
    assert later.versions.get().effect in page
    assert "Give exactly so many." not in page
    assert f"?after={later.number}" in page


def test_what_is_being_drafted_and_what_failed_is_said(client: Client, project, ana, ben) -> None:
    rater = make.rater(project=project, user=ben)
    response = make.response(example=make.example(project=project))
    make.drafting(source=make.critique(response=response, rater=rater, text="It rambles."), state="waiting")
    make.drafting(
        source=make.critique(response=response, rater=rater, text="Too shy."),
        state="failed",
        error="The model refused.",
    )
    client.force_login(ana)
    page = client.get(address("principles", project)).content.decode()
    assert "It rambles." in page
    assert "The model refused." in page


def test_ben_reads_the_inbox_and_decides_nothing(client: Client, project, ben, drafted) -> None:
    client.force_login(ben)
    assert client.get(address("principles", project)).status_code == 200
    assert client.get(address("principle", project, 1)).status_code == 200
    for name in ("adopt_principle", "drop_principle", "reinstate_principle", "reword_principle", "retire_principle"):
        assert client.post(address(name, project, 1), {"effect": "Mine."}).status_code == 403
    assert client.post(address("write_principle", project), {"effect": "Mine."}).status_code == 403
    assert not project.constitutions.exists()


def test_dan_finds_nothing(client: Client, project, dan, drafted) -> None:
    client.force_login(dan)
    assert client.get(address("principles", project)).status_code == 404
    assert client.get(address("principle", project, 1)).status_code == 404
    for name in ("adopt_principle", "drop_principle", "reinstate_principle", "reword_principle", "retire_principle"):
        assert client.post(address(name, project, 1), {"effect": "Mine."}).status_code == 404
    assert client.post(address("write_principle", project), {}).status_code == 404


def test_the_inbox_asks_as_much_for_two_hundred_drafts_as_for_ten(client: Client, project, ana, ben) -> None:
    client.force_login(ana)
    rater = make.rater(project=project, user=ben)
    response = make.response(example=make.example(project=project))
    counts = []
    for size in (10, 190):
        for _ in range(size):
            make.principle(project=project, source=make.critique(response=response, rater=rater))
        counts.append(queries_of(client, address("principles", project)))
    assert counts[0] == counts[1]


def test_cleo_sees_bens_words_behind_a_principle_only_after_judging_that_answer(client, project, cleo, drafted) -> None:
    client.force_login(cleo)
    address_of_it = address("principle", project, drafted.number)
    assert "It names four rivers." not in client.get(address_of_it).content.decode()
    response = drafted.evidence.get().critique.response
    make.rating(response=response, rater=make.rater(project=project, user=cleo))
    assert "It names four rivers." in client.get(address_of_it).content.decode()


def test_ben_sees_his_own_words_behind_a_principle(client, project, ben, drafted) -> None:
    client.force_login(ben)
    assert "It names four rivers." in client.get(address("principle", project, drafted.number)).content.decode()
