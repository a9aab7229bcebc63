"""Steps and pieces of answers: process labels, units with rewards, step pairs, and loss masks by character."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from itertools import combinations
from typing import Any

from feedback.capture.forms import form_of
from feedback.datasets.attempted import attempts_in, either, having, worked_over
from feedback.datasets.pieces import FOR_TRAINERS, Format, Line, Wish
from feedback.datasets.views.drawn import Drawn, view
from feedback.datasets.writers import answer_shapes, units
from feedback.datasets.writers.attempts import Attempt, Attempts, Made
from feedback.datasets.writers.prompts import Untrainable, trainable_prompt
from feedback.datasets.writers.worth import dialogue, known, orders_of, rows_behind
from feedback.models import Edit, Preference, Ranking, Rating, Span

COMPARED = either(having(Preference, Ranking, Rating, Edit), worked_over)
MARKED = having(Span, Rating)
ONE_STEP = "it is a single step"
Make = Callable[[Attempts, Attempt, Collection[str]], Made]


def praised(project: Any) -> frozenset[str]:
    """The categories of the form that praise."""
    _, form = form_of(project)
    return frozenset(one.name for one in form.categories if one.polarity != "critique")


def marked(made: Format, make: Make) -> Format:
    """A view of attempts whose marks are read by the project's form; for trainers."""

    def pieces(project: Any, wish: Wish) -> Iterator[Drawn]:
        good = praised(project)
        for at in attempts_in(project, wish, MARKED):
            for attempt in labelled_by_marks(at, good):
                yield Drawn(at, attempt, lambda at, attempt: make(at, attempt, good))

    return replace(made, pieces=pieces, group=FOR_TRAINERS)


def labelled_by_marks(at: Attempts, good: Collection[str]) -> Iterator[Attempt]:
    """The attempts whose steps were marked, and those found good without a mark."""
    for attempt in at.all:
        praise = any(one.start is not None and (one.good or one.category in good) for one in attempt.marks)
        if attempt.row is not None and (praise or units.faults(attempt, good) or known(at, attempt)):
            yield attempt


def marks_behind(at: Attempts, attempt: Attempt) -> tuple[Any, ...]:
    """The rows that say it: marks and what found it good."""
    return (*(mark.row for mark in attempt.marks), *rows_behind(at, attempt))


def steps_in(attempt: Attempt, good: Collection[str]) -> list[units.Unit]:
    """Its steps with their marks. Raises `Untrainable`."""
    found = units.units_of(attempt.text, units.faults(attempt, good))
    if not found:
        raise Untrainable("a response is empty")
    return found


def stepwise(at: Attempts, attempt: Attempt, good: Collection[str]) -> Made:
    """Labels up to the first error, as strings."""
    row = answer_shapes.one(dialogue(at, attempt), attempt.text)
    if row.system:
        raise Untrainable("the format has no place for a system text")
    steps = units.until_error(steps_in(attempt, good))
    line = {"prompt": row.only, "completions": [one.text for one in steps], "labels": [one.good for one in steps]}
    return Made(line, (attempt,), rows=marks_behind(at, attempt))


def masked(at: Attempts, attempt: Attempt, good: Collection[str]) -> Made:
    """The dialogue, of the answer everything learned but what was marked."""
    row = answer_shapes.one(dialogue(at, attempt), attempt.text)
    detail = units.masks(attempt.text, units.faults(attempt, good))
    if not any(one["train"] for one in detail):
        raise Untrainable("all of it is marked, so nothing is left to learn")
    last = len(row.prompt)
    turns: list[Line] = [{**turn, "train": place == last, "train_detail": detail if place == last else []}
                         for place, turn in enumerate(row.whole)]  # fmt: skip
    return Made({"messages": turns}, (attempt,), rows=marks_behind(at, attempt))


def thoughts(at: Attempts, attempt: Attempt, good: Collection[str]) -> Made:
    """Units of one verdict with their reward."""
    found = units.merged(steps_in(attempt, good), attempt.text)
    line = {
        "prompt": trainable_prompt(dialogue(at, attempt)), "response": attempt.text, "outcome": attempt.reward,
        "units": [{"start": one.start, "end": one.end, "text": one.text, "reward": float(one.good)} for one in found],
    }  # fmt: skip
    return Made(line, (attempt,), rows=marks_behind(at, attempt))


def contributions(at: Attempts, attempt: Attempt, good: Collection[str]) -> Made:
    """Steps whose rewards add up to the outcome."""
    if attempt.reward is None:
        raise Untrainable("no outcome was rated")
    found = steps_in(attempt, good)
    line = {
        "prompt": trainable_prompt(dialogue(at, attempt)), "steps": [one.text for one in found],
        "rewards": units.shares(found, attempt.reward), "outcome": attempt.reward,
    }  # fmt: skip
    return Made(line, (attempt,), rows=marks_behind(at, attempt))


def valued(at: Attempts, attempt: Attempt, good: Collection[str]) -> Made:
    """Steps with a value each, by domain: the share of steps up to it that nothing criticises, times the outcome."""
    found = steps_in(attempt, good)
    outcome = attempt.reward if attempt.reward is not None else float(all(one.good for one in found))
    right = [sum(one.good for one in found[: place + 1]) / (place + 1) for place in range(len(found))]
    line = {
        "prompt": trainable_prompt(dialogue(at, attempt)), "steps": [one.text for one in found],
        "values": [round(outcome * share, 4) for share in right], "verified": bool(attempt.success),
        "domain": str(at.extra.get("domain") or (at.tags[0] if at.tags else "")),
    }  # fmt: skip
    return Made(line, (attempt,), rows=marks_behind(at, attempt))


def parallel(line: Line) -> str:
    """Labels and steps are as many: trainers pair them strictly."""
    return "" if len(line["completions"]) == len(line["labels"]) else "there are not as many labels as steps"


def without_gap(line: Line) -> str:
    """Segments cover the whole answer, ends inclusive: Axolotl masks whatever lies between."""
    last = line["messages"][-1]
    at = 0
    for one in last["train_detail"]:
        if one["begin_offset"] != at or one["end_offset"] < one["begin_offset"]:
            return "the segments leave a gap or overlap"
        at = one["end_offset"] + 1
    return "" if at == len(last["content"]) else "the segments do not reach the end of the answer"


def adding_up(line: Line) -> str:
    """The rewards of the steps make the outcome."""
    return "" if abs(sum(line["rewards"]) - line["outcome"]) < 1e-6 else "the rewards do not add up to the outcome"


def better_first(at: Attempts) -> Iterator[tuple[Attempt, Attempt]]:
    """Every two attempts of which one is known to be better."""
    for one, other in combinations([one for one in at.all if one.row is not None], 2):
        came_out = at.compared(one, other)
        if came_out:
            yield (other, one) if came_out > 0 else (one, other)


def between(at: Attempts, better: Attempt, worse: Attempt) -> tuple[Any, ...]:
    """The rows that say so."""
    keys = {better.key, worse.key}
    orders = [one.row for one in at.orders if {one.first, one.second} == keys]
    return tuple(orders) or (*rows_behind(at, better), *rows_behind(at, worse))


def divided(at: Attempts, pair: tuple[Attempt, Attempt]) -> Made:
    """What both begin with, the better next step and the worse one."""
    better, worse = pair
    prefix, chosen, rejected = units.step_pair(better.text, worse.text)
    line = {
        "prompt": trainable_prompt(dialogue(at, better)), "prefix": prefix, "chosen": chosen, "rejected": rejected,
        "chosen_value": better.reward, "rejected_value": worse.reward, "rest_chosen": better.text,
        "rest_rejected": worse.text, "round": better.run if better.run is not None else worse.run,
        "reason": next((one.reason for one in orders_of(at, better) if one.reason and worse.key in
                        (one.first, one.second)), ""),
    }  # fmt: skip
    return Made(line, pair, rows=between(at, better, worse))


def trajectories(at: Attempts, pair: tuple[Attempt, Attempt]) -> Made:
    """Two whole answers cut into steps, one preferred; no step is labelled."""
    better, worse = pair
    steps = [[one.text for one in units.units_of(side.text)] for side in pair]
    if max(map(len, steps)) < 2:
        raise Untrainable(ONE_STEP)
    line = {"prompt": trainable_prompt(dialogue(at, better)), "chosen_steps": steps[0], "rejected_steps": steps[1]}
    return Made(line, pair, rows=between(at, better, worse))


def marked_view(name: str, label: str, make: Make, *, about: str, **more: Any) -> Format:
    """A view of marked answers."""
    made = view(
        name, label, one="answer", many="answers with marks", about=about, asked=MARKED, each=lambda at: (),
        make=lambda at, item: make(at, item, ()), needs="Marks of errors on answers; good ratings for those without.",
        kinds=(Span, Rating), **{"systems": (), **more},
    )  # fmt: skip
    return marked(made, make)


STEPS = "`prompt`, `completions` (sentences) and `labels`: true up to the first sentence that somebody marked as wrong."
STEPWISE = {"prompt": "text", "completions": "list[text]", "labels": "list[bool]"}
SEGMENT = "object{begin_offset: int, end_offset: int, train: bool}"
TURN = f"object{{role: text, content: text, train: bool, train_detail: list[{SEGMENT}]}}"
FORMATS: tuple[Format, ...] = (
    marked_view("trl-stepwise", "TRL steps with labels (PRM)", stepwise, about=STEPS, columns=STEPWISE, rules=parallel,
                trainer="TRL"),
    replace(
        marked_view("axolotl-stepwise", "Axolotl steps with labels (PRM)", stepwise, about=STEPS, columns=STEPWISE,
                    rules=parallel, trainer="Axolotl"),
        configs={"axolotl": {"type": "stepwise_supervised", "process_reward_model": True}}),
    replace(
        marked_view(
            "axolotl-span-masks", "Axolotl dialogues with loss masks by character", masked, trainer="Axolotl",
            about="`messages`; of the last turn `train_detail` says which characters are learned: all but those marked."
            " Segments leave no gap and their `end_offset` is inclusive.",
            columns={"messages": f"list[{TURN}]"},
            rules=without_gap),
        configs={"axolotl": {"type": "chat_template", "field_messages": "messages", "message_field_training": "train",
                             "message_field_training_detail": "train_detail", "roles_to_train": []}}),
    marked_view(
        "tp-grpo-units", "TP-GRPO: connected thoughts with a reward each", thoughts, trainer="TP-GRPO",
        about="`response` as `units`: neighbouring sentences of one verdict, `reward` 1.0 or 0.0; `outcome` is the mean"
        " score of the whole, null where nobody gave one.", systems=("TP-GRPO (thought-level process rewards)",),
        columns={"prompt": "turns", "response": "text", "outcome": "float?",
                 "units": "list[object{start: int, end: int, text: text, reward: float}]"}),
    marked_view(
        "spa-rl-steps", "SPA-RL: an outcome spread over the steps", contributions, trainer="SPA-RL", rules=adding_up,
        about="`steps` and their `rewards`, which add up to the `outcome` (the mean score, 0 to 1). A sentence that was"
        " marked gets less: half for a minor mark, a quarter for a major one, nothing for a critical one.",
        systems=("SPA-RL",),
        columns={"prompt": "turns", "steps": "list[text]", "rewards": "list[float]", "outcome": "float"}),
    marked_view(
        "meds3-steps", "MedS3: steps with a value each, by domain", valued, trainer="MedS3", systems=("MedS3",),
        about="`steps` with `values`: the outcome times the share of unmarked steps so far. `verified` chains are those"
        " that were found right; `domain` is the example's column of that name or its first tag.",
        columns={"prompt": "turns", "steps": "list[text]", "values": "list[float]", "verified": "bool",
                 "domain": "text"}),
    replace(view(
        "step-pairs", "Step pairs: a shared beginning, the better and the worse next step", one="step pair",
        many="step pairs", asked=COMPARED, each=better_first, make=divided, trainer="LongDPO",
        about="`prefix` is what both answers begin with, `chosen` and `rejected` the sentence each goes on with;"
        " `rest_chosen` and `rest_rejected` the whole answers, the values their mean scores where there are any,"
        " `round` the run. Better is known from comparing what came of them, never from a score asked for a step.",
        columns={"prompt": "turns", "prefix": "text", "chosen": "text", "rejected": "text", "chosen_value": "float?",
                 "rejected_value": "float?", "rest_chosen": "text", "rest_rejected": "text", "round": "int?",
                 "reason": "text"},
        needs="Preferences, scores or rewrites of answers that begin alike.", kinds=(Preference, Edit),
        systems=("LongDPO", "MCTS-DPO", "rStar-Math")), group=FOR_TRAINERS),
    replace(view(
        "oprl-trajectories", "OPRL: preferred trajectories, cut into steps", one="pair of trajectories",
        many="pairs of trajectories", asked=COMPARED, each=better_first, make=trajectories, trainer="OPRL",
        about="`chosen_steps` and `rejected_steps`: two whole answers by sentences. No step has a label; OPRL learns"
        " step rewards from the preference alone.",
        columns={"prompt": "turns", "chosen_steps": "list[text]", "rejected_steps": "list[text]"},
        needs="Preferences between answers of several sentences.", systems=("OPRL",), kinds=(Preference, Edit)),
        group=FOR_TRAINERS),
)  # fmt: skip
