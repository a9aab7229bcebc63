"""Claims: nobody gets an item twice, an item gets exactly as many raters as it needs, finished work wins."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from feedback.desk.claims import complete, extend, next_slot, release, reopen, skip, take_back_skips
from feedback.models import Project, Queue, Rater, Slot, User
from tests import make


@pytest.fixture
def queue(project: Project) -> Queue:
    """Three items, two raters each."""
    return make.queue(project=project, items=3, raters_each=2)


def run_out(slot: Slot) -> None:
    Slot.objects.filter(pk=slot.pk).update(claimed_until=timezone.now() - timedelta(minutes=1))


def rater(project: Project, user: User) -> Rater:
    return make.rater(project=project, user=user)


def take(project: Project, user: User) -> Slot:
    found = next_slot(project, by=user)
    assert found is not None
    return found


def test_ben_is_given_every_item_once_and_then_none(project: Project, queue: Queue, ben: User) -> None:
    items = []
    while slot := next_slot(project, by=ben):
        assert complete(slot.pk, rater(project, ben))
        items.append(slot.item_id)
    assert sorted(items) == sorted(queue.items.values_list("pk", flat=True))


def test_two_raters_an_item_and_no_third(project: Project, queue: Queue, ana: User, ben: User, cleo: User) -> None:
    for user in (ben, cleo):
        while slot := next_slot(project, by=user):
            assert complete(slot.pk, rater(project, user))
    assert next_slot(project, by=ana) is None
    for item in queue.items.all():
        assert item.slots.filter(state="done").values("rater").distinct().count() == 2


def test_what_one_holds_comes_again_unless_something_beside_it_is_asked_for(
    project: Project, queue: Queue, ben: User
) -> None:
    first = take(project, ben)
    assert take(project, ben) == first
    beside = next_slot(project, by=ben, beside=[first.pk])
    assert beside is not None
    assert beside.item_id != first.item_id
    assert take(project, ben) == first


def test_a_claim_that_ran_out_is_ones_own_until_somebody_takes_it(
    project: Project, ana: User, ben: User, cleo: User
) -> None:
    make.queue(project=project, items=1)
    slot = take(project, ben)
    assert next_slot(project, by=cleo) is None
    run_out(slot)
    assert take(project, ben) == slot
    assert next_slot(project, by=cleo) is None
    run_out(slot)
    assert take(project, cleo) == slot
    assert next_slot(project, by=ben) is None


def test_work_under_a_claim_that_ran_out_counts(project: Project, queue: Queue, ben: User) -> None:
    slot = take(project, ben)
    run_out(slot)
    assert complete(slot.pk, rater(project, ben))


def test_finished_work_goes_before_a_claim(project: Project, ben: User, cleo: User, ana: User) -> None:
    """Ben's claim ran out and Cleo took it; he finishes first, so it is his, and hers does not count any more."""
    make.queue(project=project, items=1)
    slot = take(project, ben)
    run_out(slot)
    assert take(project, cleo) == slot
    assert complete(slot.pk, rater(project, ben))
    assert not complete(slot.pk, rater(project, cleo))
    slot.refresh_from_db()
    assert slot.rater == rater(project, ben)


def test_who_lost_a_place_gets_a_free_one_of_the_item_rather_than_somebodys(
    project: Project, ben: User, cleo: User
) -> None:
    queue = make.queue(project=project, items=1, raters_each=2)
    slot = take(project, ben)
    run_out(slot)
    Slot.objects.filter(pk=slot.pk).update(
        rater=rater(project, cleo), claimed_until=timezone.now() + timedelta(hours=1)
    )
    assert complete(slot.pk, rater(project, ben))
    slot.refresh_from_db()
    assert (slot.rater, slot.state) == (rater(project, cleo), "claimed")
    assert queue.slots.get(state="done").rater == rater(project, ben)


def test_completing_twice_is_completing_once(project: Project, queue: Queue, ben: User) -> None:
    slot = take(project, ben)
    assert complete(slot.pk, rater(project, ben))
    assert complete(slot.pk, rater(project, ben))
    assert queue.slots.filter(state="done").count() == 1


def test_a_slot_that_is_gone_does_not_count_and_raises_nothing(project: Project, ben: User) -> None:
    assert not complete(10**9, rater(project, ben))
    reopen(10**9, rater(project, ben))
    assert not extend(10**9, rater(project, ben))


def test_undoing_gives_the_slot_back_into_ones_hands(project: Project, queue: Queue, ben: User) -> None:
    slot = take(project, ben)
    complete(slot.pk, rater(project, ben))
    reopen(slot.pk, rater(project, ben))
    assert take(project, ben) == slot
    assert complete(slot.pk, rater(project, ben))


def test_a_claim_is_given_back(project: Project, ben: User, cleo: User) -> None:
    make.queue(project=project, items=1)
    slot = take(project, ben)
    assert release(slot, by=cleo).state == "claimed"
    assert release(slot, by=ben).state == "free"
    assert take(project, cleo) == slot


def test_giving_back_checks_the_row_itself(project: Project, queue: Queue, ben: User) -> None:
    """A condition in a subquery is not checked again on a row that another rater finishes at this very moment."""
    slot = take(project, ben)
    with CaptureQueriesContext(connection) as asked:
        release(slot, by=ben)
    updates = [one["sql"] for one in asked.captured_queries if one["sql"].startswith("UPDATE")]
    assert len(updates) == 1
    assert "SELECT" not in updates[0]


def test_what_ben_passes_over_goes_to_cleo_and_back_to_ben_when_he_wants(
    project: Project, ben: User, cleo: User
) -> None:
    make.queue(project=project, items=1, raters_each=2)
    slot = take(project, ben)
    row = skip(slot, by=ben, reason="Not my field")
    assert row.reason == "Not my field"
    assert next_slot(project, by=ben) is None
    assert take(project, cleo).item == slot.item
    assert take_back_skips(project, by=ben) == 1
    assert take(project, ben).item == slot.item


def test_a_renewed_claim_holds_longer(project: Project, queue: Queue, ben: User, cleo: User) -> None:
    slot = take(project, ben)
    run_out(slot)
    assert extend(slot, rater(project, ben))
    slot.refresh_from_db()
    assert slot.claimed_until
    assert slot.claimed_until > timezone.now() + timedelta(minutes=20)
    assert not extend(slot, rater(project, cleo))


def test_a_quota_is_kept_and_counts_what_one_holds(project: Project, ben: User) -> None:
    make.queue(project=project, items=5, quota=2)
    first = take(project, ben)
    second = next_slot(project, by=ben, beside=[first.pk])
    assert second is not None
    assert next_slot(project, by=ben, beside=[first.pk, second.pk]) is None
    complete(first.pk, rater(project, ben))
    complete(second.pk, rater(project, ben))
    assert next_slot(project, by=ben) is None


def test_what_is_kept_for_somebody_is_offered_to_nobody_else(project: Project, ben: User, cleo: User) -> None:
    queue = make.queue(project=project, items=2)
    last = queue.slots.order_by("-rank").first()
    queue.slots.filter(pk=last.pk).update(reserved_for=rater(project, ben))
    assert take(project, ben) == last
    theirs = take(project, cleo)
    assert theirs != last
    assert next_slot(project, by=cleo, beside=[theirs.pk]) is None


def test_closed_queues_give_nothing_and_take_what_was_begun(project: Project, queue: Queue, ben: User) -> None:
    slot = take(project, ben)
    Queue.objects.update(is_open=False)
    assert next_slot(project, by=ben) is None
    assert complete(slot.pk, rater(project, ben))


def test_queues_of_higher_priority_come_first(project: Project, queue: Queue, ben: User) -> None:
    urgent = make.queue(project=project, items=1, priority=5)
    assert take(project, ben).queue == urgent


def test_a_person_goes_on_from_where_they_are_and_round_to_the_front(project: Project, ben: User, cleo: User) -> None:
    """Ranks behind one's own place are looked at last, but they are looked at."""
    queue = make.queue(project=project, items=4, order="in-order")
    items = list(queue.items.order_by("pk"))
    first = take(project, cleo)
    assert first.item == items[0]
    done = take(project, ben)
    assert done.item == items[1]
    complete(done.pk, rater(project, ben))
    release(first, by=cleo)
    order = []
    while slot := next_slot(project, by=ben):
        complete(slot.pk, rater(project, ben))
        order.append(slot.item)
    assert order == [items[2], items[3], items[0]]


def test_a_claim_takes_as_many_queries_however_long_the_queue(
    project: Project, ben: User, django_assert_max_num_queries
) -> None:
    make.queue(project=project, items=40)
    rater(project, ben)
    with django_assert_max_num_queries(14):
        take(project, ben)
