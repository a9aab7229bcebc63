"""The engine: pure, the same each time, parkable between any two steps, for every strategy there is."""

from __future__ import annotations

import ast
import json
import random
from pathlib import Path
from typing import Any

import pytest

from feedback.errors import Refused
from feedback.llm.answers import Choice, FreeCritique, PrincipleCritique, Revision
from feedback.llm.model import Prompt
from feedback.refinement import engine, strategies
from feedback.refinement.parts.arrangement import Strategy, arrange
from feedback.refinement.parts.contracts import Trouble
from feedback.refinement.state import Case, Finished, Rule, StepPlan, StepRecord
from feedback.refinement.strategies import STRATEGIES
from tests.refinement.scripted import Walk, asking, case

ALL = list(STRATEGIES.values())


def walk(name: str, answer: Any, one: Case | None = None, seed: int = 1, **parameters: Any) -> Walk:
    """Carry a case to its end, one plan at a time."""
    arrangement, one = arrange(STRATEGIES[name], parameters), one or case()
    steps: list[tuple[str, int, int | None]] = []
    history: list[StepRecord] = []
    for _ in range(100):
        outcome = engine.step(arrangement, one, history, seed)
        if isinstance(outcome, Finished):
            return Walk(steps, history, outcome)
        for plan in outcome:
            output = engine.carry_out(arrangement, one, plan.part, plan.given, asking(answer))
            history.append(StepRecord(key=plan.key, output=json.loads(json.dumps(output))))
            steps.append((plan.part, plan.iteration, plan.rule))
    raise AssertionError("the case never ended")


def always_faulty(prompt: Prompt) -> Any:
    """Finds fault with everything and lengthens every text."""
    if prompt.answer is PrincipleCritique:
        return PrincipleCritique(applies=True, fault=True, critique="It is not.")
    if prompt.answer is FreeCritique:
        return FreeCritique(score=len(prompt.values["response"]) % 11, good_enough=False, critique="More.")
    if prompt.answer is Choice:
        return Choice(best=1, because="It is the first.")
    return Revision(text=f"{prompt.values.get('response', prompt.values.get('approach'))} And more.", changed="Longer.")


@pytest.mark.parametrize("strategy", ALL, ids=lambda s: s.name)
def test_the_same_history_gives_the_same_plan(strategy: Strategy) -> None:
    arrangement = arrange(strategy, {})
    first = engine.step(arrangement, case(), [], 7)
    assert first == engine.step(arrange(strategy, {}), case(), [], 7)
    assert isinstance(first, list)
    assert [plan.position for plan in first] == list(range(len(first)))


@pytest.mark.parametrize("strategy", ALL, ids=lambda s: s.name)
def test_parked_anywhere_and_gone_on_with_later_it_ends_the_same(strategy: Strategy) -> None:
    whole = walk(strategy.name, always_faulty)
    arrangement = arrange(strategy, {})
    for cut in range(len(whole.history)):
        outcome = engine.step(arrangement, case(), whole.history[:cut], 1)
        assert isinstance(outcome, list)
        assert whole.history[cut].key in [plan.key for plan in outcome]
    assert engine.step(arrangement, case(), whole.history, 1) == whole.finished


@pytest.mark.parametrize("strategy", ALL, ids=lambda s: s.name)
def test_the_order_in_which_results_come_in_does_not_matter(strategy: Strategy) -> None:
    whole = walk(strategy.name, always_faulty)
    mixed = random.Random(3).sample(whole.history, len(whole.history))
    assert engine.step(arrange(strategy, {}), case(), mixed, 1) == whole.finished


@pytest.mark.parametrize("strategy", ALL, ids=lambda s: s.name)
def test_two_items_never_share_a_key(strategy: Strategy) -> None:
    one, two = walk(strategy.name, always_faulty, case(item=0)), walk(strategy.name, always_faulty, case(item=1))
    assert not {record.key for record in one.history} & {record.key for record in two.history}


@pytest.mark.parametrize("strategy", ALL, ids=lambda s: s.name)
def test_the_forecast_is_never_below_what_is_asked(strategy: Strategy) -> None:
    for parameter in strategy.parameters:
        highest = parameter.choices[-1][0] if parameter.choices else parameter.highest
        for value in (parameter.default, highest):
            asked: list[Prompt] = []

            def counting(prompt: Prompt, asked: list[Prompt] = asked) -> Any:
                asked.append(prompt)
                return always_faulty(prompt)

            walk(strategy.name, counting, **{parameter.name: value})
            worst = engine.worst_questions(arrange(strategy, {parameter.name: value}), case(), 1)
            assert len(asked) == len(worst)


@pytest.mark.parametrize("strategy", ALL, ids=lambda s: s.name)
def test_an_answer_that_cannot_be_used_ends_the_case_with_its_reason(strategy: Strategy) -> None:
    arrangement = arrange(strategy, {})
    plans = engine.step(arrangement, case(), [], 1)
    assert isinstance(plans, list)
    output = engine.carry_out(
        arrangement, case(), plans[0].part, plans[0].given, lambda asked: [Trouble("No.")] * len(asked)
    )
    assert output["failed"]
    assert output["why"] == "No."
    failed = StepRecord(key=plans[0].key, output=output, failed="No.")
    outcome = engine.step(arrangement, case(), [failed], 1)
    assert isinstance(outcome, Finished)
    assert (outcome.failed, outcome.changed, outcome.why) == (True, False, "No.")


def test_strategies_are_documents_without_a_loop_of_their_own() -> None:
    tree = ast.parse(Path(strategies.__file__).read_text())
    banned = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.For, ast.While, ast.If, ast.ListComp)
    assert not [node for node in ast.walk(tree) if isinstance(node, banned)]
    documents = [node for node in tree.body if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)]
    assert not [node for node in documents if (node.end_lineno or 0) - node.lineno + 1 > 16]


@pytest.mark.parametrize("strategy", ALL, ids=lambda s: s.name)
def test_every_part_says_who_it_is(strategy: Strategy) -> None:
    arrangement = arrange(strategy, {})
    assert arrangement.working
    for kind, part in arrangement.working.items():
        assert (part.kind, bool(part.name), part.version >= 1, bool(part.prompts)) == (kind, True, True, True)
    assert all(len(digest) == 64 for digest in arrangement.prompts.values())


def test_settings_out_of_bounds_are_refused_with_a_sentence() -> None:
    for given, said in [
        ({"rounds": 9}, "between 1 and 4"),
        ({"order": "random"}, "not one of"),
        ({"n": 1}, "no setting"),
    ]:
        with pytest.raises(Refused, match=said):
            arrange(STRATEGIES["cai_revision"], given)


def test_a_drawn_order_depends_on_seed_and_item_alone() -> None:
    rules = tuple(Rule(id=i, text=f"Rule {i}.") for i in range(8))

    def order(item: int, seed: int) -> list[int | None]:
        done = walk("cai_revision", always_faulty, case(item=item, rules=rules), seed, order="drawn")
        return [rule for part, _, rule in done.steps if part == "critic"]

    assert order(0, 1) == order(0, 1)
    assert sorted(order(0, 1)) == list(range(8))  # type: ignore[type-var]
    assert order(0, 1) != order(0, 2)
    assert order(0, 1) != order(1, 1)


def test_a_plan_is_plain_data() -> None:
    for strategy in ALL:
        plans = engine.step(arrange(strategy, {}), case(), [], 1)
        assert isinstance(plans, list)
        for plan in plans:
            assert isinstance(plan, StepPlan)
            assert json.loads(json.dumps(plan.given)) == plan.given
