"""Motions in the browser's plain forms: propose, vote, talk, decide; what a reviewer may not see yet; Dan nowhere."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from feedback.models import Motion, Principle, Project, Remark, User, Vote
from feedback.principles import motions
from tests import make
from tests.web.counting import queries_of


@pytest.fixture
def draft(project: Project, ana: User, ben: User, cleo: User) -> Principle:
    motions.set_rules(project, by=ana, quorum=2, majority=0.5)
    project.refresh_from_db()
    return make.principle(project=project, domain="In letters", effect="Be brief.")


def address(name: str, project: Project, *rest: int) -> str:
    return reverse(name, args=[project.slug, *rest])


def cast(client: Client, project: Project, choice: str, **more: Any) -> int:
    data = {"choice": choice, "key": str(uuid4()), **more}
    return client.post(address("vote_on_motion", project, 1), data).status_code


def test_ben_proposes_cleo_asks_for_changes_and_ana_ratifies(client: Client, project, draft, ana, ben, cleo) -> None:
    client.force_login(ben)
    words = {"domain": "In letters", "effect": "Be very brief.", "reason": "They ramble."}
    assert client.post(address("propose", project, 1), words).url == address("motion", project, 1)
    assert cast(client, project, "agree", reason="Mine.") == 302
    client.force_login(cleo)
    page = client.get(address("motion", project, 1)).content.decode()
    assert "They ramble." in page
    assert "once you have voted" in page
    assert "Mine." not in page
    client.post(address("remark_on_motion", project, 1), {"text": "Too strict.", "asks_for_changes": "on"})
    client.force_login(ben)
    new = {"domain": "In letters", "effect": "Be brief."}
    assert client.post(address("revise_motion", project, 1), new).status_code == 302
    for person in (ben, cleo):
        client.force_login(person)
        cast(client, project, "agree")
    client.force_login(ana)
    page = client.get(address("motion", project, 1)).content.decode()
    assert "It carries" in page
    assert "settled" in page
    client.post(address("ratify_motion", project, 1), {"note": "Good."})
    motion = Motion.objects.get()
    assert motion.state == "ratified"
    page = client.get(address("constitution", project)).content.decode()
    assert "Be brief." in page
    assert "Be very brief." not in page


def test_what_does_not_carry_is_said_on_the_page(client: Client, project, draft, ana, ben) -> None:
    make.motion(principle=draft, by=ben, quorum=2)
    client.force_login(ana)
    answer = client.post(address("ratify_motion", project, 1), {})
    assert answer.status_code == 422
    assert "0 of the 2 votes" in answer.content.decode()
    assert client.post(address("reject_motion", project, 1), {"note": "Not now."}).status_code == 302
    assert "Not now." in client.get(address("motion", project, 1)).content.decode()
    assert cast(client, project, "agree") == 422


def test_a_vote_without_a_choice_and_an_empty_remark_are_refused(client: Client, project, draft, ben) -> None:
    make.motion(principle=draft, by=ben)
    client.force_login(ben)
    assert cast(client, project, "perhaps") == 422
    assert client.post(address("remark_on_motion", project, 1), {"text": " "}).status_code == 422
    assert not Vote.objects.exists()
    assert not Remark.objects.exists()


def test_an_asked_for_change_is_settled_and_a_motion_withdrawn(client: Client, project, draft, ben, cleo) -> None:
    motion = make.motion(principle=draft, by=ben)
    client.force_login(cleo)
    client.post(address("remark_on_motion", project, 1), {"text": "Say when.", "asks_for_changes": "on"})
    row = Remark.objects.get()
    assert client.post(address("settle_remark", project, 1, row.pk), {}).status_code == 302
    motion.refresh_from_db()
    assert motion.state == "open"
    assert client.post(address("withdraw_motion", project, 1), {}).status_code == 403
    client.force_login(ben)
    assert client.post(address("withdraw_motion", project, 1), {}).status_code == 302


def test_the_list_says_how_it_stands_only_to_those_who_have_voted(client: Client, project, draft, ben, cleo) -> None:
    motions.propose(draft, by=ben)
    client.force_login(ben)
    cast(client, project, "agree")
    assert "1 agrees" in client.get(address("motions", project)).content.decode()
    client.force_login(cleo)
    page = client.get(address("motions", project)).content.decode()
    assert "waits for your vote" in page
    assert "1 agrees" not in page


def test_an_answer_stands_below_what_it_answers(client: Client, project, draft, ben, cleo) -> None:
    motion = motions.propose(draft, by=ben)
    client.force_login(ben)
    for text in ("Is that so?", "Fine with me."):
        client.post(address("remark_on_motion", project, motion.number), {"text": text})
    first = Remark.objects.first()
    client.force_login(cleo)
    client.post(address("remark_on_motion", project, motion.number), {"text": "It is.", "answers": first.pk})
    page = client.get(address("motion", project, motion.number)).content.decode()
    assert page.index("Is that so?") < page.index("It is.") < page.index("Fine with me.")
    assert f'class="remark is-answer" id="remark-{Remark.objects.last().pk}"' in page


def test_an_old_version_is_restored_at_once_or_put_to_the_vote(client: Client, project, ana, ben, cleo) -> None:
    principle = make.principle(project=project, effect="Be kind.")
    make.constitution(project=project, principles=[principle])
    make.constitution(project=project, principles=[])
    client.force_login(ana)
    assert "Restore this version" in client.get(address("constitution_version", project, 1)).content.decode()
    client.post(address("restore_version", project, 1), {"reason": "Better."})
    assert "Be kind." in client.get(address("constitution", project)).content.decode()
    motions.set_rules(project, by=ana, quorum=2, majority=0.5)
    client.post(address("restore_version", project, 2), {"reason": "Emptier."})
    page = client.get(address("motion", project, 1)).content.decode()
    assert "Emptier." in page
    assert "Be kind." in page
    again = client.post(address("restore_version", project, 3), {}, follow=True).content.decode()
    assert "nothing to restore" in again


def test_a_principle_in_force_is_proposed_for_retirement(client: Client, project, draft, ana, ben) -> None:
    make.constitution(project=project, principles=[draft])
    client.force_login(ben)
    assert client.post(address("propose_to_retire", project, 1), {}).status_code == 403
    client.force_login(ana)
    client.post(address("propose_to_retire", project, 1), {"reason": "Unused."})
    page = client.get(address("motion", project, 1)).content.decode()
    assert "Unused." in page
    assert "Be brief." in page


def test_ana_changes_the_rules_and_ben_may_not(client: Client, project, draft, ana, ben) -> None:
    client.force_login(ana)
    assert client.post(address("change_rules", project), {"quorum": 3, "majority": "0.66"}).status_code == 302
    assert client.post(address("change_rules", project), {"quorum": 9, "majority": "0.5"}).status_code == 422
    project.refresh_from_db()
    assert (project.quorum, project.majority) == (3, 0.66)
    client.force_login(ben)
    assert client.post(address("change_rules", project), {"quorum": 1, "majority": "0.5"}).status_code == 403


def test_ben_reads_and_dan_finds_nothing(client: Client, project, draft, ben, dan) -> None:
    make.motion(principle=draft, by=ben)
    for person, status in ((ben, 200), (dan, 404)):
        client.force_login(person)
        assert client.get(address("motions", project)).status_code == status
        assert client.get(address("motion", project, 1)).status_code == status


def test_the_pages_ask_as_much_for_many_rows_as_for_few(client: Client, project, draft, ana, ben, cleo) -> None:
    motion = make.motion(principle=draft, by=ben)
    client.force_login(ana)

    def fill(size: int) -> None:
        for _ in range(size):
            make.motion(principle=make.principle(project=project), by=ben)
            Remark.objects.create(principle=draft, motion=motion, user=cleo, text="Yes.")
            rater = make.rater(project=project, user=make.user())
            Vote.objects.create(
                project=project, rater=rater, principle=draft, motion=motion, choice="agree", protocol="motion",
                key="k", shown={"version": motion.version_id},
            )  # fmt: skip

    counts = []
    for size in (2, 12):
        fill(size)
        counts.append([queries_of(client, address(*place)) for place in (("motions", project), ("motion", project, 1))])
    assert counts[0] == counts[1]
