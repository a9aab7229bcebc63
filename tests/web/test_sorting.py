"""Many drafts made fewer: groups in the inbox, merging in place, contradictions shown as pairs to settle."""

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
def twins(project: m.Project) -> tuple[m.Principle, m.Principle]:
    """Two drafts that say nearly the same, and one that does not."""
    one = make.principle(project=project, effect="Do not apologise.")
    other = make.principle(project=project, effect="Avoid apologies.")
    make.principle(project=project, effect="Name the sources you used.")
    return one, other


@pytest.fixture
def pair(project: m.Project) -> m.Contradiction:
    """A contradiction that waits."""
    one, other = (make.principle(project=project, effect=e) for e in ("Use lists.", "Never use lists."))
    rater = make.rater(project=project, kind="judge", model="simulated")
    return m.Contradiction.objects.create(first=one, second=other, why="Lists or none.", rater=rater)


def test_ana_groups_the_drafts_and_merges_one_into_its_twin(client: Client, project, ana, twins) -> None:
    client.force_login(ana)
    answer = client.post(address("group_principles", project), follow=True)
    page = answer.content.decode()
    assert "Merge into 2" in page
    assert "Do not apologise." in page.split("line-heading")[1]
    assert "In no group" in page
    assert "Merge into 1" in client.get(address("principles", project) + "?by=group&at=2").content.decode()
    answer = client.post(address("merge_principle", project, 2), {"into": 1}, headers=HTMX)
    line = answer.content.decode()
    assert "merged into principle 1" in line
    assert 'id="draft-2"' in line
    twins[1].refresh_from_db()
    assert twins[1].merged_into == twins[0]
    assert "Merge into" not in client.get(address("principles", project)).content.decode()


def test_merging_into_nothing_is_said_in_place(client: Client, project, ana, twins) -> None:
    client.force_login(ana)
    answer = client.post(address("merge_principle", project, 2), {"into": 99}, headers=HTMX)
    assert answer.status_code == 422
    assert "There is no principle 99" in answer.content.decode()


def test_one_draft_alone_is_not_grouped_and_that_is_said(client: Client, project, ana) -> None:
    client.force_login(ana)
    make.principle(project=project)
    page = client.post(address("group_principles", project), follow=True).content.decode()
    assert "at least two principles" in page


def test_ana_sees_a_pair_and_settles_it(client: Client, project, ana, pair) -> None:
    client.force_login(ana)
    page = client.get(address("contradictions", project)).content.decode()
    assert "Lists or none." in page
    assert "Never use lists." in page
    answer = client.post(address("settle_contradiction", project, pair.pk), {"settled": "first", "note": "steps"})
    assert answer.status_code == 302
    pair.refresh_from_db()
    assert (pair.settled, pair.settled_by) == ("first", ana)
    assert "1 settled" in client.get(address("contradictions", project)).content.decode()


def test_settling_without_an_answer_is_refused(client: Client, project, ana, pair) -> None:
    client.force_login(ana)
    answer = client.post(address("settle_contradiction", project, pair.pk), {"note": "hm"})
    assert answer.status_code == 422
    assert "Say which of the two stands" in answer.content.decode()


def test_looking_opens_a_test(client: Client, project, ana, pair) -> None:
    client.force_login(ana)
    answer = client.post(address("look_for_contradictions", project), follow=True)
    assert answer.status_code == 200
    assert project.trials.get().kind == "contradictions"


def test_ben_reads_and_changes_nothing(client: Client, project, ben, twins, pair) -> None:
    client.force_login(ben)
    assert client.get(address("contradictions", project)).status_code == 200
    assert client.post(address("group_principles", project)).status_code == 403
    assert client.post(address("merge_principle", project, 2), {"into": 1}).status_code == 403
    assert client.post(address("look_for_contradictions", project)).status_code == 403
    assert client.post(address("settle_contradiction", project, pair.pk), {"settled": "none"}).status_code == 403


def test_dan_finds_nothing(client: Client, project, dan, pair) -> None:
    client.force_login(dan)
    assert client.get(address("contradictions", project)).status_code == 404
    assert client.post(address("merge_principle", project, 2), {"into": 1}).status_code == 404


def test_the_grouped_inbox_and_the_pairs_ask_as_much_for_many_as_for_few(client: Client, project, ana) -> None:
    client.force_login(ana)
    rater = make.rater(project=project, kind="judge", model="simulated")
    counts = []
    for size in (4, 60):
        rows = [make.principle(project=project, effect=f"Do not apologise, case {n % 3}.") for n in range(size)]
        for one, other in zip(rows[::2], rows[1::2], strict=True):
            m.Contradiction.objects.create(first=one, second=other, why="No.", rater=rater)
        client.post(address("group_principles", project))
        counts.append(
            (
                queries_of(client, address("principles", project) + "?by=group"),
                queries_of(client, address("contradictions", project)),
            )
        )
    assert counts[0] == counts[1]
