"""The desk: Ben reads a response and says what he has to say; it is stored once, blind, and nothing typed is lost."""

from __future__ import annotations

import json
import re

import pytest
from django.test import Client
from django.urls import reverse

from feedback import models as m
from feedback.capture.forms import change_form, form_of
from feedback.datasets.exporting import export
from tests import make
from tests.web.counting import queries_of


@pytest.fixture
def response(project: m.Project) -> m.Response:
    """A response to judge, by a model whose name must not show."""
    return make.response(
        example=make.example(project=project, request="Why is the sky blue?"), text="It is the sea.", model="parrot-7b"
    )


def desk(response: m.Response) -> str:
    return reverse("judge", args=[response.example.project.slug, response.pk])


def seal_of(client: Client, url: str) -> str:
    found = re.search(r'name="seal" value="([^"]+)"', client.get(url).content.decode())
    assert found
    return found.group(1)


def say(client: Client, response: m.Response, **said: str):
    url = desk(response)
    said = {name.replace("_", "-") if name.startswith("score_") else name: value for name, value in said.items()}
    return client.post(url, {"seal": seal_of(client, url), "rewrite": response.text, **said})


def test_review_leads_to_the_next_response_and_says_when_all_are_judged(client: Client, project, ben, response) -> None:
    client.force_login(ben)
    review = reverse("review", args=[project.slug])
    assert client.get(review)["Location"] == desk(response)
    say(client, response, score_overall="4")
    assert "All judged" in client.get(review).content.decode()


def test_ben_gives_everything_at_once_and_goes_on(client: Client, project, ben, response) -> None:
    client.force_login(ben)
    said = {"score-overall": "2", "critique": "That is wrong.", "kudos": "It is short.", "rewrite": "Light scatters."}
    answer = say(client, response, **said)
    submission = m.Submission.objects.get()
    assert answer["Location"] == reverse("desk", args=[project.slug]) + f"?after={submission.pk}"
    assert response.ratings.get().score == 2
    assert sorted(response.critiques.values_list("polarity", "text")) == [
        ("critique", "That is wrong."), ("kudos", "It is short."),
    ]  # fmt: skip
    assert response.edits.get().result.text == "Light scatters."
    assert response.ratings.get().seconds is not None
    assert response.ratings.get().shown["responses"] == [response.pk]


@pytest.mark.parametrize(
    "said", [{"score-overall": "5"}, {"kudos": "Nice."}, {"critique": "No."}, {"rewrite": "Rayleigh."}]
)
def test_each_part_alone_is_enough(client: Client, ben, response, said) -> None:
    client.force_login(ben)
    assert say(client, response, **said).status_code == 302


def test_nothing_said_is_refused(client: Client, ben, response) -> None:
    client.force_login(ben)
    answer = say(client, response)
    assert answer.status_code == 422
    assert "Nothing was said yet" in answer.content.decode()


def test_the_same_form_twice_is_stored_once_and_a_corrected_one_is_kept(client: Client, ben, response) -> None:
    client.force_login(ben)
    seal = seal_of(client, desk(response))
    for text in ("Wrong.", "Wrong.", "Quite wrong."):
        client.post(desk(response), {"seal": seal, "critique": text, "score-overall": "1", "rewrite": response.text})
    assert list(response.critiques.values_list("text", flat=True)) == ["Wrong.", "Quite wrong."]
    assert response.ratings.count() == 1


def test_several_critiques_may_be_given_and_a_new_rating_takes_the_place_of_the_old(
    client: Client, ben, response
) -> None:
    client.force_login(ben)
    say(client, response, critique="Wrong.", score_overall="1", then="stay")
    say(client, response, critique="No source.", score_overall="2", then="stay")
    assert response.critiques.count() == 2
    assert m.Rating.objects.standing().get().score == 2


def test_ben_changes_his_words_and_takes_them_back(client: Client, project, ben, response) -> None:
    client.force_login(ben)
    say(client, response, critique="Rong.")
    first = response.critiques.get()
    assert "Rong." in client.get(f"{desk(response)}?change={first.pk}").content.decode()
    say(client, response, critique="Wrong.", changing=str(first.pk))
    second = m.Critique.objects.standing().get()
    assert second.text == "Wrong."
    client.post(reverse("withdraw_feedback", args=[project.slug, "critique", second.pk]))
    assert not m.Critique.objects.standing().exists()


def test_a_mistake_is_answered_with_everything_that_was_typed(client: Client, ben, response) -> None:
    client.force_login(ben)
    answer = say(client, response, score_overall="9", critique="It is not the sea.", rewrite="Light, scattered.")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "It is not the sea." in page
    assert "Light, scattered." in page
    part = client.post(desk(response), {"critique": "Kept.", "seal": "broken"}, headers={"HX-Request": "true"})
    assert part.status_code == 422
    assert "Kept." in part.content.decode()
    assert "<html" not in part.content.decode()


def test_who_wrote_it_and_what_others_said_stay_hidden_until_ben_has_judged(
    client, project, ben, cleo, response
) -> None:
    make.critique(response=response, rater=make.rater(project=project, user=cleo), text="Cleo thinks so.")
    client.force_login(ben)
    page = client.get(desk(response)).content.decode()
    assert "parrot-7b" not in page
    assert "Cleo thinks so." not in page
    say(client, response, score_overall="3")
    assert "parrot-7b" in client.get(desk(response)).content.decode()


def test_after_saying_something_a_draft_is_asked_for_and_its_state_is_shown(client, project, ben, response) -> None:
    client.force_login(ben)
    say(client, response, critique="No source.", then="stay")
    row = response.critiques.get()
    ask = reverse("ask_for_draft", args=[project.slug, "critique", row.pk])
    assert ask in client.get(desk(response)).content.decode()
    waiting = client.post(ask, headers={"HX-Request": "true"}).content.decode()
    job = m.Drafting.objects.get()
    assert f"live:drafting-{job.pk}" in waiting
    client.post(ask)
    assert m.Drafting.objects.count() == 1
    state = reverse("drafting", args=[project.slug, job.pk])
    m.Drafting.objects.update(state="failed", error="The model did not answer.")
    failed = client.get(state, headers={"HX-Request": "true"}).content.decode()
    assert "The model did not answer." in failed
    assert "Ask again" in failed


def test_a_line_that_was_swapped_in_leads_back_to_the_page_it_stands_on(client, project, ben, response) -> None:
    client.force_login(ben)
    say(client, response, critique="No source.", then="stay")
    row = response.critiques.get()
    asked = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{desk(response)}"}
    line = client.post(
        reverse("ask_for_draft", args=[project.slug, "critique", row.pk]), headers=asked
    ).content.decode()
    assert f'name="next" value="{desk(response)}"' in line
    back = client.post(
        reverse("withdraw_feedback", args=[project.slug, "critique", row.pk]), {"next": "//elsewhere.org/"}
    )
    assert back["Location"] == desk(response)


def test_a_draft_that_came_is_shown_with_its_evidence_and_ana_may_adopt_it_there(
    client, project, ana, response
) -> None:
    client.force_login(ana)
    say(client, response, critique="No source.", then="stay")
    row = response.critiques.get()
    principle = make.principle(project=project, effect="Name a source.", source=row)
    job = make.drafting(source=row, state="done", principle=principle)
    page = client.get(reverse("drafting", args=[project.slug, job.pk]), headers={"HX-Request": "true"}).content.decode()
    assert "Name a source." in page
    assert reverse("adopt_principle", args=[project.slug, principle.number]) in page


def test_a_response_passed_over_comes_back_when_asked_for(client: Client, project, ben, response) -> None:
    client.force_login(ben)
    review = reverse("review", args=[project.slug])
    client.post(review, {"skip": response.pk})
    assert "passed over 1 item" in client.get(review).content.decode()
    client.post(review)
    assert client.get(review)["Location"] == desk(response)


def test_nobody_asks_for_drafts_from_others_words_nor_takes_them_back(client, project, ben, cleo, response) -> None:
    row = make.critique(response=response, rater=make.rater(project=project, user=cleo))
    client.force_login(ben)
    assert client.post(reverse("ask_for_draft", args=[project.slug, "critique", row.pk])).status_code == 403
    assert client.post(reverse("withdraw_feedback", args=[project.slug, "critique", row.pk])).status_code == 403
    assert client.get(reverse("judge", args=[project.slug, response.pk]) + f"?change={row.pk}").status_code == 200


def test_a_viewer_judges_nothing_and_dan_finds_nothing(client: Client, project, dan, response) -> None:
    viewer = make.user()
    make.member(project=project, user=viewer, role="viewer")
    client.force_login(viewer)
    assert client.post(desk(response), {"score-overall": "4"}).status_code == 403
    client.force_login(dan)
    for url in (desk(response), reverse("review", args=[project.slug])):
        assert client.get(url).status_code == 404
        assert client.post(url, {"score-overall": "4"}).status_code == 404
    assert not m.Rating.objects.exists()


def test_a_response_of_another_project_is_not_found(client: Client, project, ben) -> None:
    other = make.response(example=make.example(project=make.project()))
    client.force_login(ben)
    assert client.get(reverse("judge", args=[project.slug, other.pk])).status_code == 404


def test_the_desk_asks_as_much_with_two_hundred_responses_and_words_as_with_ten(
    client, project, ben, cleo, response
) -> None:
    client.force_login(ben)
    rater = make.rater(project=project, user=ben)
    counts = []
    for size in (10, 190):
        for _ in range(size):
            row = make.critique(response=response, rater=rater)
            make.principle(project=project, source=row)
            make.response(example=make.example(project=project))
        counts.append(queries_of(client, desk(response)))
    assert counts[0] == counts[1]


def test_where_the_form_asks_for_it_the_reference_stands_in_view_and_the_words_keep_that_it_did(
    client: Client, project, ana, ben, response, tmp_path
) -> None:
    m.Example.objects.filter(pk=response.example_id).update(reference="Short waves **scatter** more.")
    client.force_login(ben)
    assert "scatter" not in client.get(desk(response)).content.decode()
    _, definition = form_of(project)
    change_form(project, definition.model_copy(update={"reference": True}), by=ana, base=1, change="With references")
    assert "<strong>scatter</strong>" in client.get(desk(response)).content.decode()
    say(client, response, critique="The sea has nothing to do with it.", rewrite="Blue light is scattered more.")
    critique, edit = response.critiques.get(), response.edits.get()
    assert critique.shown["reference"] is True
    make.rating(response=edit.result, rater=make.rater(project=project, user=ana), score=5)
    export(project, out=tmp_path / "out", format="scrit-critiques")
    (line,) = (tmp_path / "out" / "scrit-critiques.jsonl").read_text().splitlines()
    told = json.loads(line)
    assert (told["reference"], told["correction"]) == ("Short waves **scatter** more.", "Blue light is scattered more.")
