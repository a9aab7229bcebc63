"""The inbox: one draft in hand with its forms, the others as lines, and what comes into the hand after a decision."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from feedback import models as m
from tests import make
from tests.web.counting import queries_of

HTMX = {"HX-Request": "true"}


def address(name: str, project: m.Project, *rest: int) -> str:
    return reverse(name, args=[project.slug, *rest])


@pytest.fixture
def three(project: m.Project) -> list[m.Principle]:
    """Three drafts."""
    return [make.principle(project=project, effect=f"Rule {name}.") for name in ("one", "two", "three")]


def test_only_the_draft_in_hand_has_forms(client: Client, project, ana) -> None:
    for number in range(120):
        make.principle(project=project, effect=f"Rule {number}.")
    client.force_login(ana)
    page = client.get(address("principles", project)).content.decode()
    assert page.count('class="draft-form"') == 1
    assert page.count('class="line"') == 100
    assert 'data-line="line-120"' in page
    second = client.get(address("principles", project) + "?page=2").content.decode()
    assert 'data-line="line-20"' in second
    assert second.count('class="line"') == 20


def test_a_draft_is_taken_in_hand_by_its_address_and_knows_its_neighbours(client: Client, project, ana, three) -> None:
    client.force_login(ana)
    page = client.get(address("principles", project) + "?at=2").content.decode()
    assert 'data-line="line-2"' in page
    assert 'rel="next" data-key="j" href="?at=1"' in page
    assert 'rel="prev" data-key="k" href="?at=3"' in page
    part = client.get(address("principles", project) + "?at=2", headers=HTMX).content.decode()
    assert part.lstrip().startswith("<section")
    assert 'class="line"' not in part


def test_a_draft_that_somebody_else_decided_on_gives_way_to_the_next(client: Client, project, ana, three) -> None:
    three[1].dropped_at = three[1].created_at
    three[1].save()
    client.force_login(ana)
    assert 'data-line="line-1"' in client.get(address("principles", project) + "?at=2").content.decode()
    for nonsense in ("x", "-1", "9" * 40, "0"):
        assert client.get(address("principles", project) + f"?at={nonsense}").status_code == 200


def test_a_decision_brings_the_next_draft_and_says_what_was_done(client: Client, project, ana, three) -> None:
    client.force_login(ana)
    said = {"domain": "", "effect": "Rule two.", "reason": "", "next": "1"}
    answer = client.post(address("adopt_principle", project, 2), said, headers=HTMX)
    part = answer.content.decode()
    assert 'data-line="line-1"' in part
    assert "Principle 2 adopted" in part
    assert '<li id="line-2" hx-swap-oob="delete">' in part
    assert answer["HX-Replace-Url"].endswith("?at=1")
    plain = client.post(address("drop_principle", project, 1), {"reason": "", "next": "3"})
    assert plain.status_code == 302
    assert plain["Location"].endswith("?at=3")


def test_what_is_laid_aside_can_be_taken_back_at_once(client: Client, project, ana, three) -> None:
    client.force_login(ana)
    part = client.post(
        address("drop_principle", project, 3), {"reason": "", "next": "2"}, headers=HTMX
    ).content.decode()
    assert address("reinstate_principle", project, 3) in part
    back = client.post(address("reinstate_principle", project, 3), {"next": "3"}, headers=HTMX).content.decode()
    assert 'data-line="line-3"' in back
    three[2].refresh_from_db()
    assert three[2].dropped_at is None


def test_a_refusal_stays_in_hand_with_what_was_typed(client: Client, project, ana, three) -> None:
    client.force_login(ana)
    said = {"domain": "in letters", "effect": " ", "reason": "he asked", "next": "1"}
    answer = client.post(address("adopt_principle", project, 2), said, headers=HTMX)
    assert answer.status_code == 422
    for typed in ('data-line="line-2"', "in letters", "he asked"):
        assert typed in answer.content.decode()
    assert client.post(address("adopt_principle", project, 2), said).status_code == 422


def test_where_the_team_decides_the_inbox_puts_to_the_vote(client: Client, project, ana, ben, three) -> None:
    m.Project.objects.filter(pk=project.pk).update(quorum=2)
    client.force_login(ana)
    page = client.get(address("principles", project) + "?at=2").content.decode()
    assert "Put it to the vote" in page
    assert 'data-key="a"' not in page
    said = {"domain": "in letters", "effect": "Rule two.", "reason": "he asked", "next": "1"}
    part = client.post(address("propose", project, 2), said, headers=HTMX).content.decode()
    motion = m.Motion.objects.get()
    assert (motion.version.domain, motion.reason) == ("in letters", "he asked")
    assert 'data-line="line-1"' in part
    assert "motion 1" in part
    again = client.post(address("propose", project, 2), said, headers=HTMX)
    assert again.status_code == 422
    assert "Motion 1 on principle 2 is open" in again.content.decode()
    assert "put to the vote: motion 1" in client.get(address("principles", project) + "?at=2").content.decode()


def test_ben_proposes_from_the_inbox_and_decides_nothing(client: Client, project, ben, three) -> None:
    client.force_login(ben)
    page = client.get(address("principles", project)).content.decode()
    assert "Put it to the vote" in page
    assert "Lay aside" not in page
    assert ">Adopt" not in page
    client.post(address("propose", project, 3), {"effect": "Rule three.", "next": "2"})
    assert m.Motion.objects.get().opened_by == ben


def test_what_was_laid_aside_is_a_list_of_its_own(client: Client, project, ana, three) -> None:
    client.force_login(ana)
    client.post(address("drop_principle", project, 2), {"reason": "too narrow"})
    page = client.get(address("principles", project) + "?of=aside").content.decode()
    assert "too narrow" in page
    assert 'data-line="line-2"' in page
    assert "Rule one." not in page


def test_a_contradiction_and_a_twin_are_seen_before_deciding(client: Client, project, ana, three) -> None:
    other = make.principle(project=project, effect="Rule three!")
    rater = make.rater(project=project, kind="judge", model="simulated")
    m.Contradiction.objects.create(first=three[0], second=other, why="One or four.", rater=rater)
    client.force_login(ana)
    client.post(address("group_principles", project))
    page = client.get(address("principles", project) + "?at=4").content.decode()
    assert "One or four." in page
    assert "Merge into 3" in page


def test_a_hand_asks_as_much_among_two_hundred_as_among_ten(client: Client, project, ana) -> None:
    client.force_login(ana)
    counts = []
    for size in (10, 190):
        for _ in range(size):
            make.principle(project=project)
        page = address("principles", project)
        counts.append(
            (queries_of(client, page), queries_of(client, page + "?at=5"), queries_of(client, page + "?page=2"))
        )
    assert counts[0] == counts[1]


def test_dan_finds_nothing(client: Client, project, dan, three) -> None:
    client.force_login(dan)
    assert client.get(address("principles", project) + "?at=2").status_code == 404
    assert client.post(address("propose", project, 2), {"effect": "Mine.", "next": "1"}).status_code == 404
