"""Which question next: nothing where all is good, a preference where raters doubt, an edit in between."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from feedback.desk.routing import Attempt, Known, route, spread


def of(*scores: tuple[float, ...], **more: object) -> Known:
    """An example whose answers 1, 2 … got these scores."""
    return Known(attempts=tuple(Attempt(id=number, scores=one) for number, one in enumerate(scores, 1)), **more)


def test_without_an_answer_a_person_is_asked_for_one() -> None:
    assert route(of()).ask == "demonstration"
    assert route(of(demonstrations=1)).ask == "nothing"


def test_what_nobody_judged_is_judged_first() -> None:
    asked = route(of((), ()))
    assert (asked.ask, asked.about, asked.difficulty) == ("response", (1,), "unknown")
    assert route(of((0.2,), ())).about == (2,)


def test_all_good_is_left_alone() -> None:
    asked = route(of((1.0, 1.0), (0.9, 1.0)))
    assert (asked.ask, asked.difficulty) == ("nothing", "easy")
    assert route(of((1.0, 1.0), (0.9, 1.0), undecided=((1, 2),))).ask == "nothing"


def test_an_easy_one_asks_for_words() -> None:
    assert route(of((1.0,))).ask == "critique"
    asked = route(of((1.0, 1.0), (0.5, 0.5)))
    assert (asked.ask, asked.about) == ("critique", (2,))


def test_divided_raters_are_asked_for_a_preference() -> None:
    asked = route(of((0.0, 1.0), (0.5,)))
    assert (asked.ask, asked.about, asked.difficulty) == ("preference", (1, 2), "hard")
    assert route(of((0.0, 1.0), (0.5,), compared=((2, 1),))).ask != "preference"


def test_answers_that_scores_do_not_tell_apart_are_compared_once() -> None:
    assert route(of((0.5, 0.5), (0.55, 0.5))).about == (2, 1)
    assert route(of((0.5, 0.5), (0.55, 0.5), compared=((1, 2),))).ask == "edit"
    assert route(of((0.5, 0.5), (0.55, 0.5), compared=((1, 2),), undecided=((1, 2),))).ask == "preference"


def test_a_middling_answer_is_edited() -> None:
    asked = route(of((0.6, 0.5)))
    assert (asked.ask, asked.about, asked.difficulty) == ("edit", (1,), "medium")


def test_what_was_done_is_not_asked_again() -> None:
    assert route(of((0.6, 0.5), rewritten=frozenset({1}))).ask == "nothing"
    assert route(of((1.0, 1.0), (0.5, 0.5), criticised=frozenset({2}))).ask == "nothing"


def test_where_all_failed_a_hint_comes_first_and_a_demonstration_last() -> None:
    assert route(of((0.0,), (0.25, 0.0))).ask == "hint"
    again = route(of((0.0,), hints=1))
    assert again.ask == "hint"
    assert "try again" in again.why
    hinted = Known(attempts=(Attempt(id=1, scores=(0.0,)), Attempt(id=2, scores=(0.1,), hinted=True)), hints=1)
    assert route(hinted).ask == "demonstration"
    assert route(of((0.0,), hints=1, demonstrations=1)).ask == "nothing"


def test_more_words_of_one_mind_make_surer_and_divided_ones_less() -> None:
    assert spread(()) > spread((1.0,)) > spread((1.0, 1.0, 1.0))
    assert spread((0.0, 1.0)) > spread((1.0, 1.0))


@given(st.lists(st.lists(st.floats(0, 1), max_size=4), max_size=5), st.integers(0, 2), st.integers(0, 2))
def test_there_is_always_a_question_and_it_is_about_answers_there_are(scores, hints, demonstrations) -> None:
    known = of(*map(tuple, scores), hints=hints, demonstrations=demonstrations)
    asked = route(known)
    assert asked.why.endswith(".")
    assert 0 <= asked.certainty <= 1
    assert set(asked.about) <= {one.id for one in known.attempts}
    assert len(asked.about) == {"preference": 2, "edit": 1, "critique": 1, "response": 1}.get(asked.ask, 0)
