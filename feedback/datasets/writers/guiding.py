"""Learning what guidance brought, without the guidance: Memento No More, Guide, LFM, and learning by difficulty.

A run under a hint or a constitution is written down as if neither had been there; what was taken away stands beside.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from feedback.datasets.writers.attempts import Attempt, Attempts, Hinted, Made, Score, Words
from feedback.datasets.writers.prompts import Untrainable, trainable_prompt
from feedback.datasets.writers.triples import asked, differ, turn

MEMENTO = {"prompt": "turns", "completion": "turns", "removed": "text", "removed_kind": "text",
           "saved_characters": "int"}  # fmt: skip
TRY = "object{text: text, success: bool?}"
GUIDE = {"prompt": "turns", "hint": "text", "without": f"list[{TRY}]", "with": f"list[{TRY}]",
         "success_without": "float?", "success_with": "float?"}  # fmt: skip
LFM = {"prompt": "turns", "completion": "turns", "reason": "text", "step": "int", "marked_by": "text",
       "verified": "bool"}  # fmt: skip
ROUND = "object{round: int, attempts: int, difficulty: float}"
DIFFICULTY = {"prompt": "turns", "difficulty": "float", "rounds": f"list[{ROUND}]", "attempts": "int"}
RETOLD = {"prompt": "turns", "completion": "turns", "original": "text", "retold_by": "text"}


def guided(at: Attempts) -> Iterator[Attempt]:
    """Answers written with a hint, or under a constitution."""
    return (one for one in at.all if one.hint or under(one))


def under(attempt: Attempt) -> str:
    """The constitution an answer was refined under, by its number; "" for none."""
    step = getattr(attempt.row, "produced_by", None)
    constitution = step.run.constitution if step else None
    return f"constitution {constitution.number}" if constitution else ""


def memento(at: Attempts, attempt: Attempt) -> Made:
    """The prompt without the guidance, and the answer that was written with it; how much shorter the prompt is."""
    if attempt.success is False:
        raise Untrainable("the answer written with guidance is not right")
    if not attempt.text.strip():
        raise Untrainable("a response is empty")
    removed, kind = (attempt.hint, "hint") if attempt.hint else (under(attempt), "constitution")
    saved = len(attempt.hint) if attempt.hint else 0
    hints = [one for one in at.hints if attempt.key in one.tries]
    line = {"prompt": asked(at, attempt), "completion": turn(attempt.text), "removed": removed, "removed_kind": kind,
            "saved_characters": saved}  # fmt: skip
    return Made(line, (attempt,), (), tuple(one.row for one in hints))


def hints(at: Attempts) -> Iterator[Hinted]:
    """The hints of an example."""
    return iter(at.hints)


def guide(at: Attempts, hint: Hinted) -> Made:
    """A hint with the attempts without any and with this one, and the share that succeeded of each."""
    without = [one for one in at.all if not one.hint and not one.by_person and one.turns is None]
    with_it = [at.tried[key] for key in hint.tries]
    if not with_it:
        raise Untrainable("nobody has tried with the hint yet")
    line = {
        "prompt": trainable_prompt(at.prompt), "hint": hint.text, "without": [tried(one) for one in without],
        "with": [tried(one) for one in with_it], "success_without": share(without), "success_with": share(with_it),
    }  # fmt: skip
    return Made(line, (*without, *with_it), (), (hint.row,))


def tried(attempt: Attempt) -> dict[str, object]:
    """A try and whether it succeeded."""
    return {"text": attempt.text, "success": attempt.success}


def share(attempts: list[Attempt]) -> float | None:
    """The share that succeeded, of those judged."""
    found = [one.success for one in attempts if one.success is not None]
    return round(sum(found) / len(found), 3) if found else None


Step = tuple[Attempt, int, Words | None, Score | None]


def steps(at: Attempts) -> Iterator[Step]:
    """Turns of a dialogue that somebody praised or scored."""
    for attempt in at.all:
        messages = attempt.turns if attempt.turns is not None else at.prompt
        for place, one in enumerate(messages):
            if one["role"] == "assistant":
                words = [said for said in attempt.counted if said.scope == "turn" and said.turn == place]
                scores = [score for score in attempt.scores if score.turn == place]
                if words or scores:
                    yield attempt, place, words[0] if words else None, scores[0] if scores else None


def desirable(at: Attempts, found: Step) -> Made:
    """A step somebody marked as desirable, with the reason, to be imitated; the others are left out."""
    attempt, place, words, score = found
    if (words is not None and not words.praises) or (score is not None and score.value < 0.7):
        raise Untrainable("the step is not marked as desirable")
    messages = attempt.turns if attempt.turns is not None else at.prompt
    reason = words.said if words is not None else ""
    by = words.by if words is not None else score.by if score is not None else ""
    picked = bool(words is not None and words.row is not None and words.row.picked_from_id)
    line = {
        "prompt": trainable_prompt(messages[:place]), "completion": turn(messages[place]["content"]), "reason": reason,
        "step": place, "marked_by": "model, verified by a person" if picked else by,
        "verified": by in {"person", "imported"},
    }  # fmt: skip
    return Made(line, (attempt,), (words,) if words else (), (score.row,) if score else ())


def whole(at: Attempts) -> Iterator[Attempts]:
    """The example itself."""
    yield at


def difficulty(at: Attempts, _: Attempts) -> Made:
    """How hard a prompt is, anew for each round: one minus the share of its attempts that were right."""
    rounds: dict[int, list[Attempt]] = defaultdict(list)
    for one in at.all:
        if one.success is not None:
            rounds[at.round_of(one)].append(one)
    if not rounds:
        raise Untrainable("no attempt at it was judged")
    found = [
        {
            "round": number,
            "attempts": len(some),
            "difficulty": round(1.0 - (share(some) or 0.0), 3),
        }
        for number, some in sorted(rounds.items())
    ]
    uses = tuple(one for some in rounds.values() for one in some)
    line = {"prompt": trainable_prompt(at.prompt), "difficulty": found[-1]["difficulty"], "rounds": found,
            "attempts": len(uses)}  # fmt: skip
    return Made(line, uses, (), tuple(score.row for one in uses for score in one.scores))


def retold(at: Attempts) -> Iterator[tuple[Attempt, Attempt]]:
    """Answers in a model's own words of what an expert wrote."""
    for one in at.all:
        before = at.parent_of(one)
        if before is not None and before.origin == "written":
            yield before, one


def retelling(at: Attempts, pair: tuple[Attempt, Attempt]) -> Made:
    """The expert's answer and the same in the model's own words."""
    original, own = pair
    differ(original.text, own.text)
    line = {"prompt": asked(at, own), "completion": turn(own.text), "original": original.text,
            "retold_by": own.model or own.writer or own.origin}  # fmt: skip
    return Made(line, pair)
