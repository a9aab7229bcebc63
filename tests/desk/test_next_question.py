"""What stands in the tables decides what is asked next, in a fixed number of queries."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from feedback.capture.demonstrations import record_demonstration
from feedback.capture.hints import record_hint
from feedback.desk.next_question import filling_for, route_of, routes_of, sorted_out
from feedback.desk.queues import create_queue
from feedback.errors import Refused
from feedback.models import Errand, Project, Rater, User
from tests import make


@pytest.fixture
def rater(project: Project, ben: User) -> Rater:
    return make.rater(project=project, user=ben)


def test_an_example_goes_from_judging_to_hint_to_demonstration_to_nothing(project, ben, ana, rater) -> None:
    example = make.example(project=project)
    response = make.response(example=example)
    assert route_of(example).ask == "response"
    make.rating(response=response, rater=rater, score=1)
    assert route_of(example).ask == "hint"
    hint = record_hint(example, by=ben, text="Count the legs.", key="h")
    again = make.response(example=example, origin="generated")
    Errand.objects.create(
        project=project, kind="hinted", example=example, hint=hint, key="e", asked_by=ana, state="done", result=again
    )
    assert route_of(example).about == (again.pk,)
    make.rating(response=again, rater=rater, score=1)
    assert route_of(example).ask == "demonstration"
    record_demonstration(example, by=ben, text="Eight.", key="d")
    assert route_of(example).ask == "nothing"


def test_words_without_a_score_count_and_simulated_raters_do_not(project, rater) -> None:
    example = make.example(project=project)
    response = make.response(example=example)
    make.rating(response=response, rater=make.rater(project=project, kind="simulated"), score=5)
    assert route_of(example).ask == "response"
    make.critique(response=response, rater=rater)
    assert route_of(example).ask == "hint"


def test_raters_who_prefer_one_each_are_asked_for_more(project, rater, cleo) -> None:
    a, b = make.pair(project=project)
    for response in (a, b):
        make.rating(response=response, rater=rater, score=3)
    make.preference(a=a, b=b, rater=rater, outcome="a")
    assert route_of(a.example).ask == "edit"
    make.preference(a=b, b=a, rater=make.rater(project=project, user=cleo), outcome="a")
    found = route_of(a.example)
    assert (found.ask, set(found.about)) == ("preference", {a.pk, b.pk})
    assert "did not agree" in found.why


def test_both_bad_is_a_failure_of_both_and_reactions_are_no_judgement(project, rater) -> None:
    a, b = make.pair(project=project)
    make.rating(response=a, rater=make.rater(project=project), score=2, scale=2, aspect="reaction")
    assert route_of(a.example).ask == "response"
    make.preference(a=a, b=b, rater=rater, outcome="both-bad")
    assert route_of(a.example).ask == "hint"


def test_what_to_ask_is_listed_by_kind_the_least_certain_first(project, rater) -> None:
    rows = [make.response(example=make.example(project=project)) for _ in range(3)]
    for response, scores in zip(rows, ([1], [1, 1], [5, 5]), strict=True):
        for number, score in enumerate(scores):
            who = rater if not number else make.rater(project=project)
            make.rating(response=response, rater=who, score=score)
    held = make.example(project=project, split="holdout")
    make.rating(response=make.response(example=held), rater=rater, score=1)
    found = sorted_out(project)
    assert {ask: [number for number, _ in those] for ask, those in found.items()} == {"hint": [1, 2], "nothing": [3]}


def test_a_queue_is_filled_with_just_the_answers_that_are_in_doubt(project, ana, rater) -> None:
    example = make.example(project=project)
    rows = [make.response(example=example) for _ in range(3)]
    for response, score in zip(rows, (3, 3, 1), strict=True):
        make.rating(response=response, rater=rater, score=score)
    found = sorted_out(project)
    asks, filling = filling_for("preference", found["preference"])
    queue = create_queue(project, by=ana, name="In doubt", asks=asks, filling=filling)
    assert [(one.response_a, one.response_b) for one in queue.items.all()] == [(rows[0], rows[1])]
    with pytest.raises(Refused):
        filling_for("nothing", [])


def test_many_examples_are_read_in_as_many_queries_as_one(project, rater) -> None:
    counts = []
    for size in (1, 20):
        rows = [make.response(example=make.example(project=project)) for _ in range(size)]
        for row in rows:
            make.rating(response=row, rater=rater)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            routes_of(project, [row.example_id for row in rows])
        counts.append(len(queries))
    assert counts[0] == counts[1] == 8
