"""Queues: what goes in, how many places there are, in which order, kept for whom, and what has a known answer."""

from __future__ import annotations

import pytest

from feedback.desk import gold, queues
from feedback.desk.claims import complete, next_slot, skip
from feedback.desk.filling import Filling
from feedback.desk.ordering import effect, in_front, put_in_order
from feedback.desk.progress import standing_at
from feedback.desk.spread import gaps_of
from feedback.errors import NotAllowed, Refused
from feedback.models import Project, Queue, QueueItem, Rater, Submission, User
from tests import make

ALL = Filling()


def rater(project: Project, user: User) -> Rater:
    return make.rater(project=project, user=user)


def work_off(project: Project, user: User, **said: int) -> list[int]:
    """Do all there is; the items in the order they came."""
    items = []
    while slot := next_slot(project, by=user):
        if said and slot.item.response_a:
            make.rating(response=slot.item.response_a, rater=rater(project, user), **said)
        complete(slot.pk, rater(project, user))
        items.append(slot.item_id)
    return items


def slots_of(queue: Queue) -> list[int]:
    return [item.slots.count() for item in queue.items.order_by("pk")]


def test_ana_makes_a_queue_of_everything(project: Project, ana: User) -> None:
    pairs = [make.pair(project=project) for _ in range(3)]
    make.response(example=make.example(project=project, split="holdout"))
    queue = queues.create_queue(project, by=ana, name="All", asks="response", raters_each=2, filling=ALL)
    assert sorted(queue.items.values_list("response_a", flat=True)) == sorted(r.pk for pair in pairs for r in pair)
    assert slots_of(queue) == [2] * 6


@pytest.mark.parametrize(("asks", "items"), [("response", 3), ("pair", 3), ("ranking", 1), ("demonstration", 2)])
def test_each_kind_of_question_has_its_things(project: Project, ana: User, asks: str, items: int) -> None:
    example = make.example(project=project)
    for _ in range(3):
        make.response(example=example)
    make.example(project=project)
    queue = queues.create_queue(project, by=ana, name="Some", asks=asks, filling=ALL)
    assert queue.items.count() == items


def test_a_queue_can_be_of_some_examples_a_tag_or_a_lot(project: Project, ana: User) -> None:
    for tags in (["law"], ["law"], ["art"]):
        make.response(example=make.example(project=project, tags=tags))

    def size(**filling: object) -> int:
        return queues.create_queue(
            project, by=ana, name="Some", asks="response", filling=Filling(**filling)
        ).items.count()

    assert (size(tag="law"), size(numbers=(1, 3)), size(most=1), size(tag="none")) == (2, 2, 1, 0)


def test_what_somebody_has_judged_can_be_left_out(project: Project, ana: User, ben: User) -> None:
    one, two = make.pair(project=project)
    make.rating(response=one, rater=rater(project, ben))
    queue = queues.create_queue(project, by=ana, name="New", asks="response", filling=Filling(unjudged=True))
    assert [item.response_a for item in queue.items.all()] == [two]


def test_refined_answers_of_a_run_beside_their_originals(project: Project, ana: User) -> None:
    run = make.run(project=project, state="finished")
    start = make.response(example=make.example(project=project))
    result = make.refined(response=start, run=run)
    queue = queues.create_queue(project, by=ana, name="Run 1", asks="pair", filling=Filling(run=run))
    item = queue.items.get()
    assert (item.response_a, item.response_b) == (start, result)


def test_filling_again_adds_only_what_is_new(project: Project, ana: User) -> None:
    make.pair(project=project)
    queue = queues.create_queue(project, by=ana, name="All", asks="pair", raters_each=2, filling=ALL)
    assert queues.fill_queue(queue, by=ana, filling=ALL) == 0
    make.pair(project=project)
    assert queues.fill_queue(queue, by=ana, filling=ALL) == 1
    assert slots_of(queue) == [2, 2]


def test_more_raters_each_make_places_and_fewer_take_only_free_ones(project: Project, ana: User, ben: User) -> None:
    queue = make.queue(project=project, items=2, raters_each=2)
    slot = next_slot(project, by=ben)
    assert slot is not None
    complete(slot.pk, rater(project, ben))
    queues.change_queue(queue, by=ana, raters_each=4)
    assert slots_of(queue) == [4, 4]
    queue = queues.change_queue(queue, by=ana, raters_each=1)
    assert slots_of(queue) == [1, 1]
    assert queue.slots.filter(state="done", rater=rater(project, ben)).count() == 1


def test_work_in_hand_is_never_taken_away(project: Project, ana: User, ben: User, cleo: User) -> None:
    queue = make.queue(project=project, items=1, raters_each=3)
    slots = [next_slot(project, by=user) for user in (ben, cleo)]
    queues.change_queue(queue, by=ana, raters_each=1)
    assert slots_of(queue) == [2]
    for slot, user in zip(slots, (ben, cleo), strict=True):
        assert slot is not None
        assert complete(slot.pk, rater(project, user))


def test_reviewers_make_no_queues_and_change_none(project: Project, ben: User) -> None:
    queue = make.queue(project=project, items=1)
    item = queue.items.get()
    for verb in (
        lambda: queues.create_queue(project, by=ben, name="Mine", asks="response"),
        lambda: queues.fill_queue(queue, by=ben, filling=ALL),
        lambda: queues.change_queue(queue, by=ben, raters_each=3),
        lambda: queues.close_queue(queue, by=ben),
        lambda: queues.assign(queue, to=ben, number=1, by=ben),
        lambda: queues.mark_gold(item, answer={"scores": {"overall": [5]}}, by=ben),
    ):
        with pytest.raises(NotAllowed):
            verb()


def test_nonsense_is_refused(project: Project, ana: User, dan: User) -> None:
    queue = make.queue(project=project, items=1)
    for settings in ({"raters_each": 0}, {"lease_seconds": 1}, {"gold_share": 0.9}, {"name": " "}):
        with pytest.raises(Refused):
            queues.change_queue(queue, by=ana, **settings)
    with pytest.raises(Refused):
        queues.assign(queue, to=dan, number=1, by=ana)
    with pytest.raises(Refused):
        queues.mark_gold(queue.items.get(), answer={"scores": {}}, by=ana)


def test_places_are_kept_for_ben_and_opened_again(project: Project, ana: User, ben: User, cleo: User) -> None:
    queue = make.queue(project=project, items=3, raters_each=1)
    assert queues.assign(queue, to=ben, number=2, by=ana) == 2
    assert len(work_off(project, cleo)) == 1
    assert queues.take_assignment_back(queue, of=ben, by=ana) == 2
    assert len(work_off(project, cleo)) == 2


def test_a_person_is_kept_one_place_of_an_item(project: Project, ana: User, ben: User) -> None:
    queue = make.queue(project=project, items=2, raters_each=3)
    assert queues.assign(queue, to=ben, number=10, by=ana) == 2
    assert queues.assign(queue, to=ben, number=10, by=ana) == 0


def test_in_order_goes_by_example(project: Project, ana: User, ben: User) -> None:
    for _ in range(4):
        make.pair(project=project)
    queue = queues.create_queue(project, by=ana, name="All", asks="response", order="in-order", filling=ALL)
    assert work_off(project, ben) == list(
        queue.items.order_by("example__number", "response_a").values_list("pk", flat=True)
    )


def test_most_disagreed_comes_first(project: Project, ana: User, ben: User, cleo: User) -> None:
    queue = make.queue(project=project, items=3, raters_each=3, order="disagreement")
    middle = queue.items.order_by("pk")[1]
    for user in (ben, cleo):
        work_off(project, user)
        for item in queue.items.all():
            score = 1 if (user, item) == (ben, middle) else 5
            make.rating(response=item.response_a, rater=rater(project, user), score=score)
    assert gaps_of(queue)[middle.pk] == 1.0
    put_in_order(queue)
    slot = next_slot(project, by=ana)
    assert slot is not None
    assert slot.item == middle


def test_an_answer_moves_the_order_once_it_is_committed(
    project: Project, ben: User, cleo: User, ana: User, django_capture_on_commit_callbacks
) -> None:
    queue = make.queue(project=project, items=3, raters_each=3, order="disagreement")
    with django_capture_on_commit_callbacks(execute=True):
        work_off(project, ben, score=5)
    last = queue.items.order_by("pk")[2]
    while slot := next_slot(project, by=cleo):
        make.rating(response=slot.item.response_a, rater=rater(project, cleo), score=1 if slot.item == last else 5)
        with django_capture_on_commit_callbacks(execute=True):
            complete(slot.pk, rater(project, cleo))
    assert in_front(queue)[0] == last.pk
    found = next_slot(project, by=ana)
    assert found is not None
    assert found.item == last


def test_pairs_that_teach_most_come_first(project: Project, ana: User, ben: User) -> None:
    """One pair was judged eight times the same way, the other once."""
    settled, open_question = make.pair(project=project), make.pair(project=project)
    raters = [make.rater(project=project) for _ in range(8)]
    for one in raters:
        make.preference(a=settled[0], b=settled[1], rater=one, outcome="a")
    make.preference(a=open_question[0], b=open_question[1], rater=raters[0], outcome="a")
    queue = queues.create_queue(project, by=ana, name="Pairs", asks="pair", order="information", filling=ALL)
    slot = next_slot(project, by=ben)
    assert slot is not None
    assert slot.item.response_a == open_question[0]
    assert queue.items.count() == 2


def test_high_potential_and_little_covered_comes_first_and_the_effect_is_told(project: Project, ana: User) -> None:
    known_bad, known_good, unknown = (make.response(example=make.example(project=project)) for _ in range(3))
    for _ in range(4):
        make.rating(response=known_bad, rater=make.rater(project=project), score=1)
        make.rating(response=known_good, rater=make.rater(project=project), score=5)
    queue = queues.create_queue(project, by=ana, name="Explore", asks="response", order="potential", filling=ALL)
    found = [QueueItem.objects.get(pk=pk).response_a for pk in in_front(queue)]
    assert found == [unknown, known_good, known_bad]
    seen = effect(queue, most=1)
    assert seen is not None
    assert seen.potential > seen.potential_of_all
    assert seen.judgements < seen.judgements_of_all


def test_of_pairs_equally_hopeful_the_one_never_compared_comes_first(project: Project, ana: User) -> None:
    (a, b), (c, d) = make.pair(project=project), make.pair(project=project)
    for _ in range(3):
        make.preference(a=a, b=b, rater=make.rater(project=project), outcome="a")
    queue = queues.create_queue(project, by=ana, name="Explore", asks="pair", order="potential", filling=ALL)
    assert [QueueItem.objects.get(pk=pk).response_a for pk in in_front(queue)] == [c, a]
    assert d.pk > c.pk


def test_gold_is_mixed_in_once_a_person(project: Project, ana: User, ben: User, cleo: User) -> None:
    queue = make.queue(project=project, items=1, gold_share=0.5)
    item = make.queue_item(queue=queue, gold={"scores": {"overall": [4, 5]}})
    assert item.slots.count() == 0
    for user in (ben, cleo):
        found = gold.gold_slot(queue, rater(project, user), draw=0.49)
        assert found is not None
        assert gold.gold_slot(queue, rater(project, user), draw=0.0) is None
        slot = next_slot(project, by=user)
        assert slot is not None
        assert slot.item == item
        assert complete(slot.pk, rater(project, user))
    assert gold.gold_slot(queue, rater(project, ana), draw=0.5) is None


def test_a_skipped_gold_item_goes_to_nobody_else(project: Project, ben: User, cleo: User) -> None:
    queue = make.queue(project=project, gold_share=0.5)
    make.queue_item(queue=queue, gold={"scores": {"overall": [5]}})
    gold.gold_slot(queue, rater(project, ben), draw=0.0)
    slot = next_slot(project, by=ben)
    assert slot is not None
    skip(slot, by=ben)
    Queue.objects.update(gold_share=0.0)
    assert next_slot(project, by=ben) is None
    assert next_slot(project, by=cleo) is None


def test_the_verdict_on_gold_is_told_or_not(project: Project, ben: User) -> None:
    queue = make.queue(project=project, gold_share=0.5)
    item = make.queue_item(queue=queue, gold={"scores": {"overall": [4, 5]}}, explanation="It is right and short.")
    slot = make.gold_slot(item=item, rater=rater(project, ben))
    row = Submission.objects.create(project=project, rater=rater(project, ben), key="1", page="/", slot=slot)
    assert gold.verdict(row) is None
    make.rating(response=item.response_a, rater=rater(project, ben), score=2)
    found = gold.verdict(row)
    assert found is not None
    assert (found.right, found.expected, found.given) == (False, "overall: 4 or 5", "overall: 2")
    assert found.explanation == "It is right and short."
    Queue.objects.update(gold_feedback=False)
    assert gold.verdict(Submission.objects.get()) is None


@pytest.mark.parametrize(("outcome", "right"), [("a", True), ("b", False), ("tie", False)])
def test_gold_pairs_hold_whichever_way_round(project: Project, ben: User, outcome: str, right: bool) -> None:
    a, b = make.pair(project=project)
    item = make.queue_item(queue=make.queue(project=project, asks="pair"), a=a, b=b, gold={"outcomes": ["a"]})
    make.preference(a=a, b=b, rater=rater(project, ben), outcome=outcome)
    found = gold.held_against(item, rater(project, ben))
    assert found is not None
    assert found.right is right
    turned = {"a": "b", "b": "a"}.get(outcome, outcome)
    make.preference(a=b, b=a, rater=rater(project, ben), outcome=turned)
    again = gold.held_against(item, rater(project, ben))
    assert again is not None
    assert again.right is right


def test_an_item_becomes_gold_and_ordinary_again(project: Project, ana: User, ben: User) -> None:
    queue = make.queue(project=project, items=1, raters_each=3)
    slot = next_slot(project, by=ben)
    assert slot is not None
    complete(slot.pk, rater(project, ben))
    item = queues.mark_gold(queue.items.get(), answer={"scores": {"overall": [5]}}, by=ana)
    assert [one.reserved_for for one in item.slots.all()] == [rater(project, ben)]
    item = queues.unmark_gold(item, by=ana)
    assert item.slots.filter(reserved_for=None).count() == 3


def test_how_far_apart_raters_of_pairs_and_rankings_are(project: Project, ben: User, cleo: User) -> None:
    a, b = make.pair(project=project)
    pairs = make.queue(project=project, asks="pair", raters_each=2)
    item = make.queue_item(queue=pairs, a=a, b=b)
    for user, (first, second), strength in ((ben, (a, b), -3), (cleo, (b, a), -3)):
        make.preference(a=first, b=second, rater=rater(project, user), outcome="a", strength=strength)
    assert gaps_of(pairs) == {}
    for user in (ben, cleo):
        work_off(project, user)
    assert gaps_of(pairs) == {item.pk: 1.0}


def test_the_line_over_the_desk_says_how_far_the_queue_is(project: Project, ben: User, cleo: User) -> None:
    make.queue(project=project, items=2, raters_each=2)
    work_off(project, cleo)
    slot = next_slot(project, by=ben)
    assert slot is not None
    complete(slot.pk, rater(project, ben))
    found = standing_at(slot.pk, ben)
    assert found is not None
    assert (found.done, found.places, found.left, found.mine, found.today) == (3, 4, 1, 1, 1)
