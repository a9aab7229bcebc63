"""The page of where a principle applies: tested, read, corrected; reviewers look on, and Dan sees nothing."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client
from django.urls import reverse

from feedback import models as m
from feedback.principles.trials.working import work_trial
from tests import make
from tests.web.counting import queries_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def principle(project: m.Project) -> m.Principle:
    """One that names no situation and reaches too far."""
    return make.principle(project=project, effect="Put them into a list, one a line.")


def address(name: str, principle: m.Principle, *rest: int) -> str:
    return reverse(name, args=[principle.project.slug, principle.number, *rest])


def work(project: m.Project) -> None:
    for trial in project.trials.filter(state="waiting"):
        while work_trial(trial.pk):
            pass


def page(client: Client, principle: m.Principle) -> str:
    return client.get(address("scope", principle)).content.decode()


def test_ana_tests_a_principle_and_corrects_when_it_applies(client: Client, principle, ana) -> None:
    client.force_login(ana)
    assert "Write requests and test" in page(client, principle)
    for _ in range(2):
        assert client.post(address("try_scope", principle)).status_code == 302
    assert principle.project.trials.count() == 1
    assert "calls" in page(client, principle)
    work(principle.project)
    shown = page(client, principle)
    for words in ("It does not pass", "It reaches too far", "Without it", "With it", "Belongs rather"):
        assert words in shown
    assert "It reaches too far" in client.get(reverse("trial", args=["answers", 1])).content.decode()
    client.post(address("correct_domain", principle), {"domain": "When several things are asked for"})
    work(principle.project)
    shown = page(client, principle)
    assert "It stays where it belongs" in shown
    assert "Its wordings on the same requests" in shown
    assert principle.versions.count() == 2


def test_ana_moves_leaves_out_takes_back_and_adds_a_request(client: Client, principle, ana) -> None:
    row = m.ScopeInput.objects.create(principle=principle, scope="near", text="Write a haiku.")
    client.force_login(ana)
    answer = client.post(address("settle_scope_input", principle, row.pk), {"do": "general"})
    assert answer["Location"].endswith(f"?open={row.pk}#input-{row.pk}")
    row.refresh_from_db()
    assert (row.scope, row.moved_by) == ("general", ana)
    client.post(address("settle_scope_input", principle, row.pk), {"do": "out"})
    assert "1 left out" in page(client, principle)
    client.post(address("settle_scope_input", principle, row.pk), {"do": "back"}, headers={"HX-Request": "true"})
    row.refresh_from_db()
    assert row.left_out_at is None
    client.post(address("add_scope_input", principle), {"text": "Name two birds.", "scope": "in"})
    assert "Name two birds." in page(client, principle)
    again = client.post(address("add_scope_input", principle), {"text": "Name two birds.", "scope": "in"})
    assert again.status_code == 422
    assert "there already" in again.content.decode()
    client.post(address("settle_scope_input", principle, row.pk), {"do": "nonsense"})
    row.refresh_from_db()
    assert row.scope == "general"


def test_ben_looks_on_and_dan_sees_nothing(client: Client, principle, ben, dan) -> None:
    client.force_login(ben)
    assert client.get(address("scope", principle)).status_code == 200
    assert client.post(address("try_scope", principle)).status_code == 403
    assert client.post(address("add_scope_input", principle), {}).status_code == 403
    client.force_login(dan)
    assert client.get(address("scope", principle)).status_code == 404


def test_the_page_costs_as_many_queries_for_many_requests_as_for_few(client: Client, principle, ana) -> None:
    client.force_login(ana)
    make_input = m.ScopeInput.objects.create
    make_input(principle=principle, scope="near", text="One?", moved_by=ana)
    few = queries_of(client, address("scope", principle))
    for number in range(9):
        make_input(principle=principle, scope="in", text=f"And {number}?", moved_by=ana)
    assert queries_of(client, address("scope", principle)) == few


def test_the_form_of_tests_asks_for_each_kind_and_their_pages_read(client: Client, principle, ana) -> None:
    m.ScopeInput.objects.create(principle=principle, scope="in", text="Name two birds.")
    make.constitution(project=principle.project, principles=[principle])
    client.force_login(ana)
    start = reverse("start_trial", args=["answers"])
    shown = {"distance": "so many turns after it was said", "levels": "Whose feedback each version came from"}
    for number, (kind, words) in enumerate(shown.items(), start=1):
        said = {"kind": kind, "principle": principle.number, "key": str(uuid.uuid4())}
        assert client.post(start, said).status_code == 302
        assert client.get(reverse("trial", args=["answers", number])).status_code == 200
        work(principle.project)
        assert words in client.get(reverse("trial", args=["answers", number])).content.decode()
    answer = client.post(start, {"kind": "scope", "key": str(uuid.uuid4())})
    assert answer.status_code == 422
    assert "one principle at a time" in answer.content.decode()
