"""The queue pages: making one, watching it, keeping places, items side by side, known answers, progress."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client
from django.urls import reverse

from feedback import models as m
from feedback.desk.claims import complete, next_slot, skip
from tests import make
from tests.web.counting import queries_of


def address(name: str, project: m.Project, *rest: int) -> str:
    return reverse(name, args=[project.slug, *rest])


def asked(**said: object) -> dict[str, object]:
    settings = {"name": "First look", "order": "random", "raters_each": 2, "minutes": 30, "gold_percent": 10}
    return {**settings, "disagreement": 0.5, "asks": "response", "which": "all", "key": str(uuid.uuid4()), **said}


def rate(project: m.Project, user: m.User, score: int) -> None:
    """Work off all there is with one score."""
    rater = make.rater(project=project, user=user)
    while slot := next_slot(project, by=user):
        make.rating(response=slot.item.response_a, rater=rater, score=score)
        complete(slot.pk, rater)


@pytest.fixture
def disputed(project: m.Project, ben: m.User, cleo: m.User) -> m.QueueItem:
    """An item on which Ben and Cleo are as far apart as can be."""
    queue = make.queue(project=project, items=1, raters_each=2)
    rate(project, ben, 1)
    rate(project, cleo, 5)
    return queue.items.get()


def test_ana_makes_a_queue_and_sending_it_twice_makes_one(client: Client, project, ana) -> None:
    make.pair(project=project)
    client.force_login(ana)
    said = asked()
    for _ in range(2):
        assert client.post(address("new_queue", project), said).status_code == 302
    queue = project.queues.get()
    assert (queue.name, queue.raters_each, queue.gold_share, queue.items.count()) == ("First look", 2, 0.1, 2)
    page = client.get(address("queue", project, 1)).content.decode()
    assert "First look" in page
    assert "2 items" in page


def test_mistakes_are_said_beside_the_field(client: Client, project, ana) -> None:
    client.force_login(ana)
    answer = client.post(address("new_queue", project), asked(raters_each=0, examples="one"))
    assert answer.status_code == 422
    assert project.queues.count() == 0
    assert "is no number" in answer.content.decode()


def test_an_empty_project_says_what_queues_are_for(client: Client, project, ana) -> None:
    client.force_login(ana)
    assert "hands out work" in client.get(address("queues", project)).content.decode()


def test_settings_are_changed_and_places_follow(client: Client, project, ana) -> None:
    queue = make.queue(project=project, items=2)
    client.force_login(ana)
    assert client.get(address("change_queue", project, 1)).status_code == 200
    client.post(address("change_queue", project, 1), asked(raters_each=3, quota=5))
    queue.refresh_from_db()
    assert (queue.raters_each, queue.quota, queue.slots.count()) == (3, 5, 6)


def test_a_queue_is_filled_further_closed_and_opened(client: Client, project, ana) -> None:
    queue = make.queue(project=project, items=1)
    make.pair(project=project)
    client.force_login(ana)
    client.post(address("fill_queue", project, 1), {"which": "all"})
    assert queue.items.count() == 3
    client.post(address("open_queue", project, 1), {"close": "1"})
    queue.refresh_from_db()
    assert not queue.is_open
    client.post(address("open_queue", project, 1))
    queue.refresh_from_db()
    assert queue.is_open


def test_places_are_kept_and_opened(client: Client, project, ana, ben) -> None:
    queue = make.queue(project=project, items=3)
    client.force_login(ana)
    client.post(address("assign_queue", project, 1), {"person": ben.pk, "number": 2})
    assert queue.slots.filter(reserved_for__user=ben).count() == 2
    client.post(address("assign_queue", project, 1), {"person": ben.pk, "open": "1"})
    assert not queue.slots.filter(reserved_for__user=ben).exists()
    assert client.post(address("assign_queue", project, 1), {"person": 0, "number": 2}).status_code == 422


def test_reviewers_see_the_queue_and_their_own_line_only(client: Client, project, ben, disputed) -> None:
    client.force_login(ben)
    page = client.get(address("queue", project, 1)).content.decode()
    assert "Ben Okafor" in page
    assert "Cleo Marchand" not in page
    for name in ("new_queue", "adjudication"):
        assert client.get(address(name, project)).status_code == 403
    for name, rest in (("change_queue", [1]), ("queue_items", [1]), ("queue_item", [1, disputed.pk])):
        assert client.get(address(name, project, *rest)).status_code == 403


def test_ana_sees_all_answers_side_by_side_and_decides(client: Client, project, ana, disputed) -> None:
    client.force_login(ana)
    listed = client.get(address("adjudication", project)).content.decode()
    assert address("queue_item", project, 1, disputed.pk) in listed
    page = client.get(address("queue_item", project, 1, disputed.pk)).content.decode()
    for name in ("Ben Okafor", "Cleo Marchand", "1 of 5", "5 of 5", "1.00 of the scale"):
        assert name in page
    said = {"score-overall": "2", "reason": "It misses the point.", "key": str(uuid.uuid4())}
    for _ in range(2):
        assert client.post(address("queue_item", project, 1, disputed.pk), said).status_code == 302
    row = m.Rating.objects.get(protocol="adjudication")
    assert (row.score, row.rater.user, row.shown["item"]) == (2, ana, disputed.pk)
    assert len(row.shown["answers"]) == 2
    assert "Nobody disagrees" in client.get(address("adjudication", project)).content.decode()
    assert m.Rating.objects.standing().count() == 3


def test_deciding_nothing_is_said(client: Client, project, ana, disputed) -> None:
    client.force_login(ana)
    answer = client.post(address("queue_item", project, 1, disputed.pk), {"key": "1"})
    assert answer.status_code == 422
    assert "Nothing was decided yet" in answer.content.decode()


def test_what_raters_agree_on_does_not_come_to_a_curator(client: Client, project, ana, ben, cleo) -> None:
    make.queue(project=project, items=1, raters_each=2)
    rate(project, ben, 4)
    rate(project, cleo, 5)
    client.force_login(ana)
    assert "Nobody disagrees" in client.get(address("adjudication", project)).content.decode()


def test_a_pair_is_decided(client: Client, project, ana, ben, cleo) -> None:
    a, b = make.pair(project=project)
    queue = make.queue(project=project, asks="pair", raters_each=2)
    item = make.queue_item(queue=queue, a=a, b=b)
    for user, outcome in ((ben, "a"), (cleo, "b")):
        slot = next_slot(project, by=user)
        make.preference(a=a, b=b, rater=make.rater(project=project, user=user), outcome=outcome)
        complete(slot.pk, make.rater(project=project, user=user))
    client.force_login(ana)
    client.post(address("queue_item", project, 1, item.pk), {"answer": "-2", "key": "1"})
    row = m.Preference.objects.get(protocol="adjudication")
    assert (row.outcome, row.strength) == ("a", -2)


def test_a_decision_becomes_a_known_answer(client: Client, project, ana, ben, disputed) -> None:
    client.force_login(ana)
    client.post(address("queue_item", project, 1, disputed.pk), {"score-overall": "2", "key": "1"})
    page = client.get(address("queue_item", project, 1, disputed.pk))
    assert page.context["gold_form"]["scores-overall"].value() == ["2"]
    client.post(address("mark_gold", project, 1, disputed.pk), {"scores-overall": ["1", "2"], "explanation": "So."})
    disputed.refresh_from_db()
    assert disputed.gold == {"scores": {"overall": [1, 2]}}
    seen = client.get(address("person_progress", project, ben.pk)).content.decode()
    assert "100%" in seen or "100 %" in seen
    assert client.post(address("mark_gold", project, 1, disputed.pk), {}).status_code == 422
    client.post(address("mark_gold", project, 1, disputed.pk), {"none": "1"})
    disputed.refresh_from_db()
    assert disputed.gold is None


def test_the_items_of_a_queue_are_listed(client: Client, project, ana, disputed) -> None:
    client.force_login(ana)
    page = client.get(address("queue_items", project, 1)).content.decode()
    assert "BO" in page
    assert "1.00" in page
    assert "Nothing here" in client.get(address("queue_items", project, 1) + "?which=gold").content.decode()


def test_progress_tells_each_person_their_own(client: Client, project, ana, ben, cleo, disputed) -> None:
    for user in (ben, cleo):
        rater = make.rater(project=project, user=user)
        m.Submission.objects.create(project=project, rater=rater, key="1", page="/")
    client.force_login(ben)
    page = client.get(address("progress", project)).content.decode()
    assert "Ben Okafor" in page
    assert "Cleo Marchand" not in page
    assert client.get(address("person_progress", project, ben.pk)).status_code == 200
    assert client.get(address("person_progress", project, cleo.pk)).status_code == 404
    client.force_login(ana)
    assert "Cleo Marchand" in client.get(address("progress", project)).content.decode()


def test_ben_takes_his_skips_back(client: Client, project, ben) -> None:
    make.queue(project=project, items=1)
    skip(next_slot(project, by=ben), by=ben, reason="Too long")
    client.force_login(ben)
    assert "Too long" in client.get(address("person_progress", project, ben.pk)).content.decode()
    client.post(address("return_skips", project))
    assert next_slot(project, by=ben) is not None


def test_dan_gets_nowhere(client: Client, project, dan, disputed) -> None:
    client.force_login(dan)
    for name, rest in (("queues", []), ("queue", [1]), ("progress", []), ("queue_item", [1, disputed.pk])):
        assert client.get(address(name, project, *rest)).status_code == 404


def answer_gold(project: m.Project, item: m.QueueItem, score: int) -> None:
    """Somebody new answers a gold item."""
    user = make.user()
    make.member(project=project, user=user)
    rater = make.rater(project=project, user=user)
    slot = make.gold_slot(item=item, rater=rater)
    make.rating(response=item.response_a, rater=rater, score=score)
    complete(slot.pk, rater)


def test_the_number_of_queries_does_not_grow(client: Client, project, ana, ben, cleo) -> None:
    queue = make.queue(project=project, items=1, raters_each=2)
    gold = make.queue_item(queue=queue, gold={"scores": {"overall": [5]}})
    ordinary = queue.items.get(gold__isnull=True)
    rate(project, ben, 1)
    rate(project, cleo, 5)
    answer_gold(project, gold, 5)
    client.force_login(ana)
    pages = [address(name, project, *rest) for name, rest in (
        ("queues", []), ("queue", [1]), ("queue_items", [1]), ("adjudication", []), ("progress", []),
        ("person_progress", [ben.pk]), ("queue_item", [1, ordinary.pk]),
    )]  # fmt: skip
    before = [queries_of(client, page) for page in pages]
    for score in (1, 2, 5):
        make.queue_item(queue=queue)
        answer_gold(project, gold, score)
    rate(project, ben, 1)
    rate(project, cleo, 5)
    assert [queries_of(client, page) for page in pages] == before


def test_when_nothing_waits_the_desk_says_why(client: Client, project, ben, cleo) -> None:
    make.queue(project=project, items=1, raters_each=1, quota=1)
    rate(project, cleo, 4)
    client.force_login(ben)
    page = client.get(address("desk", project)).content.decode()
    assert "needs other people than you" in page
    make.queue_item(queue=project.queues.get())
    skip(next_slot(project, by=ben), by=ben)
    assert "You passed over 1 item" in client.get(address("desk", project)).content.decode()
    client.force_login(cleo)
    assert "that one person may" in client.get(address("desk", project)).content.decode()


def test_the_desk_walks_through_a_queue(client: Client, project, ben) -> None:
    """From the desk to the item, the form sent, the receipt of a gold item, and on."""
    queue = make.queue(project=project, gold_share=0.5)
    make.queue_item(queue=queue, gold={"scores": {"overall": [5]}}, explanation="It is as good as can be.")
    slot = make.gold_slot(item=queue.items.get(), rater=make.rater(project=project, user=ben))
    client.force_login(ben)
    page = client.get(address("desk", project), follow=True)
    assert f"slot={slot.pk}" in page.redirect_chain[-1][0]
    seal = page.context["seal"]
    sent = client.post(page.redirect_chain[-1][0], {"seal": seal, "score-overall": "2", "then": "next"}, follow=True)
    slot.refresh_from_db()
    assert slot.state == "done"
    assert "It is as good as can be." in sent.content.decode()
