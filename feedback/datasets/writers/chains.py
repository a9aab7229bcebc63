"""Attempts in a row as dialogues: RISE, SCoRe, CORGI, Agent-R. Every turn keeps its reward and who wrote it.

`train` says on which turns the loss counts: never on the user's, and only on the assistant's that are worth it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from math import exp

from feedback.datasets.writers.attempts import PEOPLE, Attempt, Attempts, Line, Made, Mark, Words
from feedback.datasets.writers.prompts import Untrainable
from feedback.datasets.writers.refining import likeness
from feedback.datasets.writers.steps_said import places_of
from feedback.datasets.writers.triples import asked, differ

TURN = "object{role: text, content: text, train: bool}"
REWARDED = "object{reward: float?, writer: text, on_policy: bool?}"
RISE = {"messages": f"list[{TURN}]", "attempts": f"list[{REWARDED}]", "weight": "float?", "improves": "bool?"}
SCORE = {"prompt": "turns", "first": "text", "second": "text", "first_by": "text", "second_by": "text",
         "first_success": "bool?", "second_success": "bool?", "first_reward": "float?", "second_reward": "float?",
         "flip": "text", "on_policy": "bool", "edit": "text"}  # fmt: skip
CHECK = "object{asks: text, passes: bool}"
CORGI = {"messages": f"list[{TURN}]", "turns": f"list[object{{reward: float, checks: list[{CHECK}]}}]",
         "solved": "bool"}  # fmt: skip
AGENT = {"prompt": "turns", "trajectory": f"list[{TURN}]", "first_wrong": "int", "reflection": "text",
         "spliced": "text"}  # fmt: skip
TRY_AGAIN = "Something in this answer can be better. Try again."
TEMPERATURE = 0.4
FLIPS = {(False, True): "wrong to right", (True, False): "right to wrong", (True, True): "right both times",
         (False, False): "wrong both times"}  # fmt: skip


def chains(at: Attempts) -> Iterator[list[Attempt]]:
    """Every longest chain of attempts."""
    return at.chains()


def rise(at: Attempts, chain: list[Attempt]) -> Made:
    """A dialogue of attempts, each after what was said of the one before; only the chosen last turn is learned.

    `weight` is exp(reward / 0.4) of that turn over the same of a perfect one, as RISE weights its turns.
    """
    same_dialogue(chain)
    words = [told_between(*pair) for pair in pairwise(chain)]
    messages = turns_of(at, chain, [one.said if one else TRY_AGAIN for one in words])
    last = chain[-1]
    improves = at.compared(chain[0], last)
    line = {
        "messages": messages, "attempts": [rewarded(one, chain[0]) for one in chain],
        "weight": None if last.reward is None else weight(last.reward),
        "improves": None if improves is None else improves > 0,
    }  # fmt: skip
    return Made(line, tuple(chain), tuple(one for one in words if one), score_rows(chain))


def weight(reward: float) -> float:
    """How much a turn counts, from 0 to 1."""
    return round(exp((reward - 1) / TEMPERATURE), 4)


def rewarded(attempt: Attempt, first: Attempt) -> Line:
    """What is known of a turn: its reward, who wrote it, whether the same model did as the first."""
    same = None if not attempt.model or not first.model else attempt.model == first.model and not attempt.by_person
    return {"reward": attempt.reward, "writer": writer(attempt), "on_policy": False if attempt.by_person else same}


def writer(attempt: Attempt) -> str:
    """Who wrote an attempt: a person, else the model."""
    return "person" if attempt.by_person else attempt.model or "unknown"


def same_dialogue(chain: list[Attempt]) -> None:
    """Raise `Untrainable` unless these are whole answers to one prompt, each different from the one before."""
    if any(one.turns != chain[0].turns for one in chain):
        raise Untrainable("the answers end different dialogues")
    for one, other in pairwise(chain):
        differ(one.text, other.text)


def told_between(before: Attempt, after: Attempt) -> Words | None:
    """What was said of an attempt that led to the next."""
    led = [one for one in before.words if after.key in one.leads and not one.praises and one.said.strip()]
    if led:
        return led[0]
    return Words(text=after.changed_for, rater=after.writer, key="reason") if after.changed_for.strip() else None


def turns_of(at: Attempts, chain: list[Attempt], between: list[str]) -> list[Line]:
    """The dialogue with only the last turn to be learned."""
    turns: list[Line] = [{**one, "train": False} for one in asked(at, chain[0])]
    for place, attempt in enumerate(chain):
        last = place == len(chain) - 1
        turns.append({"role": "assistant", "content": attempt.text, "train": last})
        if not last:
            turns.append({"role": "user", "content": between[place], "train": False})
    return turns


def score_rows(chain: list[Attempt]) -> tuple[object, ...]:
    """The rows of the scores of these attempts."""
    return tuple(score.row for one in chain for score in one.scores)


def twos(at: Attempts) -> Iterator[tuple[Attempt, Attempt]]:
    """Every attempt with the one made of it."""
    for after in at.all:
        before = at.parent_of(after)
        if before is not None:
            yield before, after


def score(at: Attempts, pair: tuple[Attempt, Attempt]) -> Made:
    """Two turns with who wrote each, what became of it, whether the trace is the model's own, and the kind of edit."""
    first, second = pair
    same_dialogue([first, second])
    facts = rewarded(second, first)
    line = {
        "prompt": asked(at, first), "first": first.text, "second": second.text, "first_by": writer(first),
        "second_by": writer(second), "first_success": first.success, "second_success": second.success,
        "first_reward": first.reward, "second_reward": second.reward, "flip": flip(first, second),
        "on_policy": bool(facts["on_policy"]), "edit": edit_kind(first.text, second.text),
    }  # fmt: skip
    return Made(line, pair, (), score_rows([first, second]))


def flip(first: Attempt, second: Attempt) -> str:
    """What became of being right."""
    if first.success is None or second.success is None:
        return "unknown"
    return FLIPS[first.success, second.success]


def edit_kind(first: str, second: str) -> str:
    """The kind of change: a small one, longer, shorter, or written anew."""
    alike = likeness(first, second)
    if alike >= 0.9:
        return "small change"
    if alike < 0.3:
        return "written anew"
    ratio = len(second) / max(len(first), 1)
    return "longer" if ratio > 1.3 else "shorter" if ratio < 0.75 else "rewritten in part"


def checked_chains(at: Attempts) -> Iterator[list[Attempt]]:
    """Chains, and single attempts, that were held against checks."""
    single = ([one] for one in at.first if not at.made_of(one))
    for chain in (*at.chains(), *single):
        if any(one.checks for one in chain):
            yield chain


def corgi(at: Attempts, chain: list[Attempt]) -> Made:
    """A dialogue in which the checks answer: what is not met is the user's next turn; pass or fail for each turn."""
    same_dialogue(chain)
    if not all(one.checks for one in chain):
        raise Untrainable("one of the answers was not held against the checks")
    turns = turns_of(at, chain, [unmet(one) for one in chain[:-1]])
    line = {
        "messages": turns,
        "turns": [{"reward": share(one), "checks": [{"asks": c.asks, "passes": c.passes} for c in one.checks]}
                  for one in chain],
        "solved": bool(chain[-1].passes),
    }  # fmt: skip
    return Made(line, tuple(chain))


def share(attempt: Attempt) -> float:
    """The share of checks an attempt passes."""
    return round(sum(one.passes for one in attempt.checks) / len(attempt.checks), 3)


def unmet(attempt: Attempt) -> str:
    """The checks' answer to an attempt."""
    failed = [f"- {one.asks}" for one in attempt.checks if not one.passes]
    return "\n".join(["This is not met yet:", *failed]) if failed else "All of this is met. Can it be said better?"


def spliced(at: Attempts) -> Iterator[tuple[Attempt, Mark, Attempt]]:
    """Attempts whose first wrong step is marked, with a better one made of them or beside them."""
    for wrong in at.all:
        bad = sorted((one for one in wrong.marks if not one.good and one.start is not None), key=starts)
        others = at.made_of(wrong) or [one for one in at.all if one.parent == wrong.parent and one is not wrong]
        right = next((one for one in others if (at.compared(wrong, one) or 0) > 0), None)
        if bad and right is not None:
            yield wrong, bad[0], right


def starts(mark: Mark) -> int:
    """Where a mark begins."""
    return mark.start or 0


def agent(at: Attempts, found: tuple[Attempt, Mark, Attempt]) -> Made:
    """The wrong beginning up to its first wrong step, the reflection on that step, and the right path from there."""
    wrong, mark, right = found
    differ(wrong.text, right.text)
    step = next((n for n, (_, end) in enumerate(places_of(wrong.text)) if starts(mark) < end), 0)
    start, end = places_of(wrong.text)[step]
    kept = wrong.text[:start] if right.text.startswith(wrong.text[:start]) else ""
    reflection = mark.reason.strip() or next((one.text for one in wrong.critiques if one.text.strip()), "")
    if not reflection:
        raise Untrainable("nobody said why the step is wrong")
    goes_on = right.text[len(kept) :].strip()
    if not goes_on:
        raise Untrainable("the right path ends before the wrong step")
    trajectory = [
        {"role": "assistant", "content": wrong.text[:end], "train": False},
        {"role": "assistant", "content": reflection, "train": True},
        {"role": "assistant", "content": goes_on, "train": True},
    ]
    line = {"prompt": asked(at, wrong), "trajectory": trajectory, "first_wrong": step, "reflection": reflection,
            "spliced": "\n\n".join(str(one["content"]) for one in trajectory)}  # fmt: skip
    return Made(line, (wrong, right), (), (mark.row,))


def by_people(words: Words) -> bool:
    """Whether people said it."""
    return words.by in PEOPLE
