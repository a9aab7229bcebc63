"""What users wrote next is found on a button, read in its dialogue, and decided one by one, with script or without."""

from __future__ import annotations

import io
import json
import re

import pytest
from django.test import Client
from django.urls import reverse

from feedback import models as m
from feedback.datasets.importing import import_file
from feedback.desk.following import detect, mine_pairs
from tests import make
from tests.web.counting import queries_of

TALK = [
    {"role": "user", "content": "Name a river that lies wholly in France."},
    {"role": "assistant", "content": "The Rhine."},
    {"role": "user", "content": "Well. No, I meant wholly in France."},
    {"role": "assistant", "content": "The Loire."},
    {"role": "user", "content": "Perfect, thanks! And how long is it?"},
]
HTMX = {"HX-Request": "true"}


@pytest.fixture
def address(project: m.Project) -> str:
    return reverse("follow_ups", args=[project.slug])


@pytest.fixture
def chat(project: m.Project, ana: m.User) -> m.Response:
    import_file(project, io.BytesIO(json.dumps({"conversation": TALK}).encode()), by=ana)
    m.Example.objects.update(split="feedback")
    return m.Response.objects.get()


@pytest.fixture
def found(project: m.Project, ana: m.User, chat: m.Response) -> list[m.FollowUp]:
    detect(project, by=ana)
    mine_pairs(project, by=ana)
    return list(m.FollowUp.objects.order_by("pk"))


def key_in(page: str) -> str:
    return re.findall(r'name="key" value="([^"]+)"', page)[0]


def test_an_empty_page_says_what_to_bring_in(client: Client, ana, address) -> None:
    client.force_login(ana)
    assert "Bring in chat logs" in client.get(address).content.decode()


def test_ana_lets_the_rules_look_and_reads_what_they_found(client: Client, ana, address, project, chat) -> None:
    client.force_login(ana)
    answer = client.post(reverse("find_follow_ups", args=[project.slug]), follow=True)
    page = answer.content.decode()
    assert "2 new messages found, and 1 pair" in page
    assert '<mark class="critique">No, I meant wholly in France.</mark>' in page
    assert '<mark class="kudos">Perfect, thanks!</mark>' in page
    assert 'value="corrected" id="follow-up-1-mark_1" checked' in page or page.count("checked") == 2


def test_ben_confirms_one_and_corrects_the_other(client: Client, ben, address, project, found) -> None:
    client.force_login(ben)
    for row, mark in zip(found, ("corrected", "none"), strict=True):
        key = key_in(client.get(address).content.decode())
        sent = {"mark": mark, "says": row.says, "prompt_quality": "3", "key": key}
        for _ in range(2):
            answer = client.post(reverse("settle_follow_up", args=[project.slug, row.pk]), sent, headers=HTMX)
            assert answer.status_code == 200
            assert "Kept" in answer.content.decode()
    decided = list(m.FollowUp.objects.filter(rater__user=ben).order_by("pk").values_list("mark", "confirms"))
    assert sorted(decided) == sorted([("corrected", found[0].pk), ("none", found[1].pk)])
    assert "No message waits" in client.get(address).content.decode()
    page = client.get(address, {"show": "settled"}).content.decode()
    assert "The detector had" in page
    assert "As the detector had it" in page


def test_without_script_the_page_comes_back_and_a_decision_can_be_taken_back(
    client, ben, address, project, found
) -> None:
    client.force_login(ben)
    sent = {"mark": "corrected", "key": key_in(client.get(address).content.decode())}
    assert client.post(reverse("settle_follow_up", args=[project.slug, found[0].pk]), sent)["Location"] == address
    own = m.FollowUp.objects.get(rater__user=ben)
    client.post(reverse("settle_follow_up", args=[project.slug, own.pk]), {"take_back": "1"})
    assert not m.FollowUp.objects.standing().filter(rater__user=ben).exists()
    bad = client.post(reverse("settle_follow_up", args=[project.slug, found[0].pk]), {"mark": "amazed"})
    assert bad.status_code == 422


def test_a_mined_pair_becomes_a_preference_when_ben_says_so(client: Client, ben, address, project, found) -> None:
    client.force_login(ben)
    page = client.get(address, {"show": "pairs"}).content.decode()
    assert "The Loire." in page
    assert "This one is better, as found" in page
    proposal = m.Preference.objects.get()
    sent = {"outcome": proposal.outcome, "key": key_in(page)}
    answer = client.post(reverse("settle_mined_pair", args=[project.slug, proposal.pk]), sent, headers=HTMX)
    assert "marked “follow-up”" in answer.content.decode()
    row = m.Preference.objects.get(rater__user=ben)
    assert (row.protocol, row.chosen.text) == ("follow-up", "The Loire.")
    assert "No pair waits" in client.get(address, {"show": "pairs"}).content.decode()


def test_a_model_reads_what_the_rules_found_nothing_in(client: Client, ana, address, project) -> None:
    quiet = make.response(example=make.example(project=project), next_message="Und wie lang ist er?")
    client.force_login(ana)
    for told in ("A model reads 1 dialogue.", "There is no dialogue that nobody has read."):
        answer = client.post(reverse("read_follow_ups", args=[project.slug]), follow=True)
        assert told in answer.content.decode()
    errand = m.Errand.objects.get()
    assert (errand.kind, errand.response) == ("follow-ups", quiet)


def test_it_asks_as_much_for_many_messages_as_for_few(client: Client, ana, address, project) -> None:
    client.force_login(ana)
    counts = []
    for size in (2, 10):
        for _ in range(size):
            make.response(example=make.example(project=project), next_message="Thanks, that helps.")
        detect(project, by=ana)
        counts.append(queries_of(client, address))
    assert counts[0] == counts[1]


def test_dan_finds_nothing_ben_does_not_start_the_search_and_a_viewer_decides_nothing(
    client: Client, dan, ben, address, project, found
) -> None:
    settle = reverse("settle_follow_up", args=[project.slug, found[0].pk])
    client.force_login(dan)
    assert client.get(address).status_code == client.post(settle).status_code == 404
    make.member(project=project, user=dan, role="viewer")
    assert client.get(address).status_code == 200
    assert client.post(settle).status_code == 403
    client.force_login(ben)
    assert client.post(reverse("find_follow_ups", args=[project.slug])).status_code == 403
