"""Training whoever criticises: CUT, CTRL, SCRIT, Critique-RL, Critique-GRPO, MultiCritique.

A critique is judged by what it does: whether it tells right from wrong, whether the attempt it led to is better.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from feedback.datasets.writers.attempts import Attempt, Attempts, Line, Made, Words
from feedback.datasets.writers.prompts import Untrainable
from feedback.datasets.writers.steps_said import STEP, steps_of
from feedback.datasets.writers.triples import Triple, asked, checked, differ, triples

WHOLE = {"response", "dialogue"}
CUT = {"id": "text", "instruction": "text", "input": "text", "output": "text", "judgment": "text?", "score": "int?"}
CTRL = {"prompt": "turns", "draft": "text", "critique": "text", "revision": "text", "before": "float", "after": "float",
        "utility": "float", "critic": "text", "critic_by": "text", "refiner": "text"}  # fmt: skip
SCRIT = {"prompt": "turns", "reference": "text", "solution": "text", "critique": "text", "steps": f"list[{STEP}]",
         "first_wrong": "int?", "correction": "text", "critic": "text", "critic_by": "text"}  # fmt: skip
CRITIQUE_RL = {"prompt": "turns", "response": "text", "critique": "text", "verdict": "bool", "truth": "bool",
               "verdict_right": "bool", "revision": "text?", "improved": "bool?", "critic": "text",
               "critic_by": "text"}  # fmt: skip
GROUP = "object{response: text, reward: float?, critique: text?, refinement: text?, refinement_reward: float?}"
GRPO = {"prompt": "turns", "group": f"list[{GROUP}]", "persistent_failure": "bool"}
SOURCE = "object{text: text, by: text, polarity: text, quality: float?}"
MULTI = {"prompt": "turns", "response": "text", "critique": "text", "critiques": f"list[{SOURCE}]"}
MULTI_PAIRS = {"prompt": "turns", "response": "text", "chosen": "text", "rejected": "text", "chosen_quality": "float",
               "rejected_quality": "float"}  # fmt: skip


def judged(at: Attempts) -> Iterator[Attempt]:
    """Attempts of which something was said or scored."""
    return (one for one in at.all if one.counted or one.scores or one.marks)


def cut(at: Attempts, attempt: Attempt) -> Made:
    """Instruction, output, and the judgement in words: null where somebody said that nothing is wrong.

    Praise is no judgement, and silence is no praise: without a word or a score there is no row.
    """
    defects = [one for one in attempt.critiques if one.scope in WHOLE | {"span"} and one.text.strip()]
    marked = [f"{one.category}: {one.reason}".removesuffix(": ") for one in attempt.marks if not one.good]
    said = [one.text.strip() for one in defects] or marked
    if not said and attempt.verdict is not True:
        raise Untrainable("nobody said what is wrong, or that nothing is")
    line = {
        "id": attempt.key[:16], "instruction": single_turn(at, attempt), "input": "", "output": filled(attempt.text),
        "judgment": "\n".join(dict.fromkeys(said)) or None,
        "score": None if attempt.reward is None else round(attempt.reward * 9) + 1,
    }  # fmt: skip
    words = tuple(defects or attempt.kudos)
    return Made(
        line, (attempt,), words, tuple([one.row for one in attempt.marks] + [one.row for one in attempt.scores])
    )


def single_turn(at: Attempts, attempt: Attempt) -> str:
    """The one thing that was asked. Raises `Untrainable` for a dialogue, which this shape cannot hold."""
    turns = asked(at, attempt)
    if len(turns) != 1:
        raise Untrainable("the prompt has more than one turn, and this shape holds one")
    return turns[0]["content"]


def filled(text: str) -> str:
    """The text, if it says something."""
    if not text.strip():
        raise Untrainable("a response is empty")
    return text


def acted_on(at: Attempts) -> Iterator[Triple]:
    """Critiques by whoever, with what came of each."""
    return triples(at, own=True)


def ctrl(at: Attempts, triple: Triple) -> Made:
    """A critique and its utility: success after it minus success before, whoever refined named beside it."""
    before, after = checked(triple).first.reward, triple.second.reward
    if before is None or after is None:
        raise Untrainable("one of the two has no score")
    line = {
        "prompt": asked(at, triple.first), "draft": triple.first.text, "critique": triple.words.said,
        "revision": triple.second.text, "before": before, "after": after, "utility": round(after - before, 3),
        "critic": triple.words.rater or triple.words.voice, "critic_by": triple.words.voice,
        "refiner": refiner(triple.second),
    }  # fmt: skip
    return made(triple, line)


def refiner(attempt: Attempt) -> str:
    """Who made an attempt of another: the model, else the person."""
    return attempt.model or attempt.writer or "unknown"


def made(triple: Triple, line: Line) -> Made:
    """The row of a triple, with the scores it stands on."""
    return Made(line, triple.uses, (triple.words,), tuple(one.row for used in triple.uses for one in used.scores))


def scrit(at: Attempts, triple: Triple) -> Made:
    """A critique written with the reference in view, located by step, whose correction is right."""
    if not at.reference.strip():
        raise Untrainable("the example has no reference")
    if not checked(triple).words.with_reference:
        raise Untrainable("the critique was written without the reference in view")
    if not triple.second.success:
        raise Untrainable("the correction is not known to be right")
    steps = steps_of(triple.first, [triple.words])
    wrong = [one["step"] for one in steps if one["right"] is False]
    line = {
        "prompt": asked(at, triple.first), "reference": at.reference, "solution": triple.first.text,
        "critique": triple.words.said, "steps": steps, "first_wrong": wrong[0] if wrong else None,
        "correction": triple.second.text, "critic": triple.words.rater or triple.words.voice,
        "critic_by": triple.words.voice,
    }  # fmt: skip
    return made(triple, line)


def verdicts(at: Attempts) -> Iterator[tuple[Attempt, Words]]:
    """Every critique of a whole answer, whoever wrote it."""
    return ((one, words) for one in at.all for words in one.words if words.scope in WHOLE and words.said.strip())


def critique_rl(at: Attempts, said: tuple[Attempt, Words]) -> Made:
    """A critique's verdict against the truth, and whether the revision it led to got better: two scores."""
    attempt, words = said
    if attempt.success is None:
        raise Untrainable("nothing says whether the answer is right")
    led = [at.tried[key] for key in words.leads if key in at.tried]
    compared = at.compared(attempt, led[0]) if led else None
    line = {
        "prompt": asked(at, attempt), "response": filled(attempt.text), "critique": words.said,
        "verdict": words.praises, "truth": attempt.success, "verdict_right": words.praises == attempt.success,
        "revision": led[0].text if led else None, "improved": None if compared is None else compared > 0,
        "critic": words.rater or words.voice, "critic_by": words.voice,
    }  # fmt: skip
    return Made(line, (attempt, *led[:1]), (words,), tuple(one.row for one in attempt.scores))


def whole(at: Attempts) -> Iterator[Attempts]:
    """The example as one group."""
    yield at


def grpo(at: Attempts, _: Attempts) -> Made:
    """All first answers to a prompt with their critiques, what came of them and both scores."""
    firsts = [one for one in at.first if one.turns is None and one.text.strip()]
    if not firsts:
        raise Untrainable("nobody answered it")
    group, uses, words = [], [], []
    for one in firsts:
        said = [each for each in one.words if not each.praises and each.said.strip()]
        led = next((at.tried[key] for each in said for key in each.leads if key in at.tried), None)
        group.append({
            "response": one.text, "reward": one.reward, "critique": said[0].said if said else None,
            "refinement": led.text if led else None, "refinement_reward": led.reward if led else None,
        })  # fmt: skip
        uses += [one, *([led] if led else [])]
        words += said[:1]
    if not any(one["critique"] for one in group):
        raise Untrainable("no answer to it was criticised")
    rewards = [one.success for one in uses]
    line = {"prompt": asked(at, firsts[0]), "group": group,
            "persistent_failure": bool(rewards) and all(one is False for one in rewards)}  # fmt: skip
    return Made(line, tuple(uses), tuple(words), tuple(score.row for one in uses for score in one.scores))


def by_several(at: Attempts) -> Iterator[Attempt]:
    """Attempts that two and more raters put into words."""
    return (one for one in at.all if len({words.rater for words in sources(one)}) > 1)


def sources(attempt: Attempt) -> list[Words]:
    """What was said of the whole answer, the best-rated first."""
    said = [one for one in attempt.words if one.scope in WHOLE and one.said.strip()]
    return sorted(said, key=lambda one: -1.0 if one.worth is None else one.worth, reverse=True)


def multi(at: Attempts, attempt: Attempt) -> Made:
    """Several critics' words merged: each point once, those others found good first, poor ones left out."""
    said = sources(attempt)
    good = [one for one in said if one.worth is None or one.worth >= 0.5] or said[:1]
    line = {
        "prompt": asked(at, attempt), "response": filled(attempt.text), "critique": merged(good),
        "critiques": [
            {"text": one.said, "by": one.voice, "polarity": one.polarity, "quality": one.worth} for one in said
        ],
    }  # fmt: skip
    return Made(line, (attempt,), tuple(said))


def merged(said: list[Words]) -> str:
    """The points of several critiques, a line each, none twice."""
    points = (point.strip() for one in said for point in one.said.splitlines())
    return "\n".join({" ".join(point.lower().split()).rstrip("."): point for point in points if point}.values())


def quality_pairs(at: Attempts) -> Iterator[tuple[Attempt, Words, Words]]:
    """Two critiques of one answer of which others found one better."""
    for attempt in at.all:
        rated = [one for one in sources(attempt) if one.worth is not None]
        for good, bad in combinations(rated, 2):
            if (good.worth or 0) > (bad.worth or 0):
                yield attempt, good, bad


def multi_pair(at: Attempts, found: tuple[Attempt, Words, Words]) -> Made:
    """The better-rated critique over the other."""
    attempt, good, bad = found
    differ(good.said, bad.said)
    line = {"prompt": asked(at, attempt), "response": filled(attempt.text), "chosen": good.said, "rejected": bad.said,
            "chosen_quality": good.worth, "rejected_quality": bad.worth}  # fmt: skip
    return Made(line, (attempt,), (good, bad))
