"""Golden sequences: for each strategy, what is done in which order on a tiny case, and what it ends with."""

from __future__ import annotations

from typing import Any

from feedback.llm.answers import Choice, CitedRevision, FreeCritique, PrincipleCritique, Revision
from feedback.llm.model import Completion, Prompt, Usage
from feedback.refinement import engine
from feedback.refinement.parts.arrangement import arrange
from feedback.refinement.parts.contracts import Trouble
from feedback.refinement.strategies import STRATEGIES
from tests.refinement.scripted import case
from tests.refinement.test_engine import always_faulty, walk

CRITIC, REVISER = "critic", "reviser"


def kind_only(prompt: Prompt) -> Any:
    """Only the first principle is broken, and only until the text is kind."""
    if prompt.answer is PrincipleCritique:
        kind = "kind" in prompt.values["principle"]
        broken = kind and "thank you" not in prompt.values["response"]
        return PrincipleCritique(applies=kind, fault=broken, critique="Curt." if broken else "")
    return Revision(text=f"{prompt.values['response']} And thank you.", changed="Thanked.")


def test_cai_revision_rewrites_only_where_a_principle_is_broken() -> None:
    done = walk("cai_revision", kind_only)
    assert done.steps == [(CRITIC, 0, 1), (REVISER, 0, 1), (CRITIC, 1, 2)]
    assert done.finished.version.text == "Fine. And thank you."
    assert done.finished.version.step == 1


def test_cai_revision_critiques_the_text_as_the_principle_before_left_it() -> None:
    seen: list[str] = []

    def noting(prompt: Prompt) -> Any:
        if prompt.answer is PrincipleCritique:
            seen.append(prompt.values["response"])
        return always_faulty(prompt)

    done = walk("cai_revision", noting)
    assert done.steps == [(CRITIC, 0, 1), (REVISER, 0, 1), (CRITIC, 1, 2), (REVISER, 1, 2)]
    assert seen == ["Fine.", "Fine. And more."]
    assert done.finished.version.text == "Fine. And more. And more."


def test_cai_revision_stops_after_a_round_that_found_nothing() -> None:
    done = walk("cai_revision", kind_only, rounds=4)
    assert [step for step in done.steps if step[0] == CRITIC] == [(CRITIC, 0, 1), (CRITIC, 1, 2), (CRITIC, 2, 1)]
    assert "whole round" in done.finished.why


def test_cai_revision_leaves_a_response_alone_that_keeps_every_principle() -> None:
    done = walk("cai_revision", kind_only, case(response="Fine, thank you."))
    assert done.steps == [(CRITIC, 0, 1), (CRITIC, 1, 2)]
    assert not done.finished.changed
    assert "stands as it was" in done.finished.why


def test_a_principle_that_does_not_apply_cannot_be_broken() -> None:
    def confused(prompt: Prompt) -> Any:
        return PrincipleCritique(applies=False, fault=True, critique="Hm.")

    assert [part for part, _, _ in walk("cai_revision", confused).steps] == [CRITIC, CRITIC]


def test_one_drawn_principle_a_round() -> None:
    done = walk("cai_revision", always_faulty, order="one_drawn", rounds=3)
    assert [part for part, _, _ in done.steps] == [CRITIC, REVISER] * 3


def scores(*values: int) -> Any:
    """Scores the versions in turn; the text is lengthened each time."""
    left = list(values)

    def answer(prompt: Prompt) -> Any:
        if prompt.answer is FreeCritique:
            score = left.pop(0)
            return FreeCritique(score=score, good_enough=score >= 9, critique=f"Worth {score}.")
        return Revision(text=f"{prompt.values['response']}!", changed="Louder.")

    return answer


def test_self_refine_stops_when_the_critic_is_satisfied() -> None:
    done = walk("self_refine", scores(4, 9))
    assert done.steps == [(CRITIC, 0, None), (REVISER, 0, None), (CRITIC, 1, None)]
    assert done.finished.version.text == "Fine.!"
    assert "good enough" in done.finished.why


def test_self_refine_revises_three_times_at_most_and_judges_the_last() -> None:
    done = walk("self_refine", scores(1, 2, 3, 4))
    assert [part for part, _, _ in done.steps] == [CRITIC, REVISER] * 3 + [CRITIC]
    assert done.finished.version.text == "Fine.!!!"


def test_self_refine_returns_the_best_scored_version_not_the_last() -> None:
    done = walk("self_refine", scores(2, 7, 3, 5))
    assert done.finished.version.text == "Fine.!"
    assert done.finished.version.step == 1


def test_self_refine_keeps_the_original_when_nothing_scores_higher() -> None:
    done = walk("self_refine", scores(5, 5, 4, 3))
    assert not done.finished.changed


def test_self_refine_shows_the_reviser_all_versions_so_far() -> None:
    seen: list[str] = []

    def noting(prompt: Prompt) -> Any:
        if prompt.answer is CitedRevision:
            seen.append(prompt.values["history"])
        return scores(1)(prompt) if prompt.answer is FreeCritique else scores()(prompt)

    walk("self_refine", noting)
    assert [history.count("Score 1 of 10") for history in seen] == [1, 2, 3]


def best_is(text: str) -> Any:
    """Writes a different text each time and prefers the one that holds `text`."""

    def answer(prompt: Prompt) -> Any:
        if prompt.answer is Choice:
            shown = prompt.values["candidates"]
            place = 1 + shown[: shown.index(text)].count('<data name="candidate') - 1
            return Choice(best=place, because="It says so.")
        return Revision(text=f"Afresh: {prompt.values['approach'][:24]}", changed="")

    return answer


def test_best_of_n_writes_all_samples_in_one_step_and_chooses_once() -> None:
    done = walk("best_of_n", best_is("Afresh: Begin"), calls=4)
    assert done.steps == [("runner", 0, None), ("judge", 0, None)]
    assert len(done.history[0].output["drafts"]) == 3
    assert done.finished.version.text.startswith("Afresh: Begin")
    assert (done.finished.version.step, done.finished.version.sample) == (0, 1)


def test_best_of_n_has_the_original_among_its_candidates() -> None:
    done = walk("best_of_n", best_is("Fine."), calls=4)
    assert not done.finished.changed


def test_best_of_n_shows_the_candidates_in_an_order_drawn_for_the_item() -> None:
    arrangement = arrange(STRATEGIES["best_of_n"], {"calls": 8})
    orders = set()
    for item in range(12):
        history = walk("best_of_n", best_is("Fine."), case(item=item), calls=8).history[:1]
        plans = engine.step(arrangement, case(item=item), history, 1)
        assert isinstance(plans, list)
        orders.add(tuple(plans[0].given["order"]))
    assert len(orders) > 6


def test_best_of_n_makes_just_as_many_calls_as_the_case_allows() -> None:
    for calls in (2, 3, 7):
        done = walk("best_of_n", best_is("Fine."), case(calls=calls), calls=24)
        assert len(done.history[0].output["drafts"]) + 1 == calls


def test_best_of_n_with_too_few_calls_leaves_the_original() -> None:
    done = walk("best_of_n", best_is("Fine."), case(calls=1))
    assert done.steps == []
    assert "too few" in done.finished.why


def test_best_of_n_goes_on_with_the_samples_that_came_about() -> None:
    arrangement = arrange(STRATEGIES["best_of_n"], {"calls": 3})
    plans = engine.step(arrangement, case(), [], 1)
    assert isinstance(plans, list)
    good = Completion(text="", usage=Usage(), model="m", data=Revision(text="New.", changed=""))
    output = engine.carry_out(arrangement, case(), "runner", plans[0].given, lambda asked: [Trouble("Cut."), good])
    assert not output["failed"]


def test_a_choice_of_a_candidate_that_is_not_there_keeps_the_original() -> None:
    def wild(prompt: Prompt) -> Any:
        return Choice(best=40, because="") if prompt.answer is Choice else best_is("")(prompt)

    done = walk("best_of_n", wild, calls=3)
    assert not done.finished.changed
    assert "candidate 40" in done.finished.why


def test_a_rewrite_that_changes_nothing_does_not_enter() -> None:
    def lazy(prompt: Prompt) -> Any:
        if prompt.answer is PrincipleCritique:
            return PrincipleCritique(applies=True, fault=True, critique="Bad.")
        return Revision(text=f"  {prompt.values['response']} ", changed="Everything.")

    done = walk("cai_revision", lazy)
    assert not done.finished.changed
    assert "same as before" in done.finished.why


def test_self_refine_begins_with_what_people_said_where_it_is_asked_to() -> None:
    strategy = STRATEGIES["self_refine"]
    told = case(said="Too short for anybody.")
    given = {"text": told.response, "history": (), "critique": ""}
    for piece in (strategy.critic, strategy.reviser):
        assert piece is not None
        asked = piece.make({}).questions(told, given)[0]
        assert "People said of it:\nToo short for anybody." in asked.prompt.values["history"]
        assert piece.make({}).questions(case(), given)[0].prompt.values["history"] == ""
