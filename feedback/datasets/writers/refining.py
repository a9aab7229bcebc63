"""Learning from refinements: ILF, RLTF, SELF, natural-language alignment, ReflectEvo, ThinkTuning, CYCLE, code repair.

Every line stands on triples (see `triples.py`): an answer, what was said of it, the answer that came of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher

from feedback.datasets.writers.attempts import PEOPLE, Attempt, Attempts, Made
from feedback.datasets.writers.prompts import Untrainable
from feedback.datasets.writers.triples import Triple, asked, better, checked, differ, rank, triples, turn

UNKNOWN = "unknown"
COMMENT = "What should be better about this answer?"
ASK_FIRST = {"prompt": "turns", "first": "text", "feedback": "text"}
BY = {"feedback_by": "text"}
ILF = {**ASK_FIRST, "refinement": "text", "incorporation": "text", "others": "list[object{text: text, incorporation: text}]", **BY}  # fmt: skip  # noqa: E501
RLTF = {"prompt": "turns", "completion": "turns", "first": "text", "feedback": "text"}
RLTF_FEEDBACK = {"prompt": "turns", "completion": "turns", "first": "text", "second": "text"}
SELF = {"prompt": "turns", "response": "text", "feedback": "text", "refined": "text", "round": "int", "kept": "bool",
        "why": "text", **BY}  # fmt: skip
SELF_SFT = {"prompt": "turns", "completion": "turns", "round": "int"}
RECORDS = {"prompt": "turns", "response": "text", "critique": "text", "revision": "text", "iteration": "int",
           "original": "text", "better": "bool?", "critique_by": "text"}  # fmt: skip
REFLECT = {"prompt": "turns", "attempt": "text", "reflection": "text", "corrected": "text", "reflection_by": "text"}
REFLECT_PAIRS = {"prompt": "turns", "attempt": "text", "chosen": "text", "rejected": "text", "chosen_led_to": "text",
                 "rejected_led_to": "text"}  # fmt: skip
THINK = {"prompt": "turns", "attempt": "text", "corrective_feedback": "text", "solution": "text", "teacher": "text"}
CYCLE = {"task": "turns", "faulty": "text", "feedback": "text", "refined": "text", "refined_success": "bool?",
         "first_try_success": "bool?", "similarity": "float", **BY}  # fmt: skip
ILF_CODE = {"prompt": "turns", "program": "text", "feedback": "text", "refinement": "text", "passes": "bool", **BY}
DEBUG = {"prompt": "turns", "wrong": "text", "explanation": "text", "refinement": "text", "passes": "bool",
         "explanation_score": "float?", "refinement_score": "float?", "explanation_by": "text"}  # fmt: skip
CORRECT = {"prompt": "turns", "hypothesis": "text", "feedback": "text?", "correction": "text", "value_before": "float",
           "value_after": "float", "improvement": "float", "similarity": "float", "generator": "text",
           "corrector": "text"}  # fmt: skip
REPAIR = {"prompt": "turns", "before": "text", "after": "text", "reason": "text"}


def people(at: Attempts) -> Iterator[Triple]:
    """Triples whose words were asked for."""
    return triples(at)


def any_words(at: Attempts) -> Iterator[Triple]:
    """Triples, the refining model's own words among them."""
    return triples(at, own=True)


def made(triple: Triple, line: Mapping[str, object], *more: Attempt) -> Made:
    """The row of a triple."""
    rows = tuple(one.row for used in triple.uses for one in used.scores)
    return Made(dict(line), (*triple.uses, *more), (triple.words,), rows)


def by_words(at: Attempts) -> Iterator[list[Triple]]:
    """All refinements of one piece of feedback, the best first."""
    found: dict[tuple[str, str], list[Triple]] = defaultdict(list)
    for one in people(at):
        found[one.first.key, one.words.key + one.words.said].append(one)
    for several in found.values():
        yield sorted(several, key=lambda one: rank(at, one), reverse=True)


def ilf(at: Attempts, several: list[Triple]) -> Made:
    """Input, first output, feedback, the refinement that took most of it in, and the others beside it."""
    best = checked(several[0])
    if best.outcome in {"no", "worse"}:
        raise Untrainable("no refinement takes the words in")
    others = [{"text": one.second.text, "incorporation": one.outcome} for one in several[1:]]
    line = {**head(at, best), "refinement": best.second.text, "incorporation": best.outcome, "others": others,
            "feedback_by": best.words.voice}  # fmt: skip
    return made(best, line, *(one.second for one in several[1:]))


def head(at: Attempts, triple: Triple) -> dict[str, object]:
    """Prompt, first answer and the exact feedback."""
    return {"prompt": asked(at, triple.first), "first": triple.first.text, "feedback": triple.words.said}


def rltf(at: Attempts, triple: Triple) -> Made:
    """Prompt to second response: the first turn learns to match what the feedback made of it."""
    found = head(at, checked(triple))
    if better(at, triple) is False:
        raise Untrainable("the second answer was found worse")
    line = {"prompt": found["prompt"], "completion": turn(triple.second.text), "first": triple.first.text,
            "feedback": triple.words.said}  # fmt: skip
    return made(triple, line)


def rltf_feedback(at: Attempts, triple: Triple) -> Made:
    """Prompt and first response to the feedback."""
    before = asked(at, checked(triple).first)
    prompt = [*before, *turn(triple.first.text), {"role": "user", "content": COMMENT}]
    line = {"prompt": prompt, "completion": turn(triple.words.said), "first": triple.first.text,
            "second": triple.second.text}  # fmt: skip
    return made(triple, line)


def kept(at: Attempts, triple: Triple) -> tuple[bool, str]:
    """Whether a refinement passes the filter, and why; people's word goes before the model's own scores."""
    found = better(at, triple)
    if found is not None:
        return found, "found better" if found else "not found better"
    if triple.outcome in {"yes", "no", "worse"}:
        return triple.outcome == "yes", f"the words were taken in: {triple.outcome}"
    before, after = triple.first.own_score, triple.second.own_score
    if before is not None and after is not None:
        return after > before, f"the model scored it {after:g} after {before:g}"
    return True, "the model stopped at it, nobody judged it"


def self_tuple(at: Attempts, triple: Triple) -> Made:
    """Question, response, feedback, refined response; with the round, and what the filter says of it."""
    keep, why = kept(at, checked(triple))
    line = {
        "prompt": asked(at, triple.first), "response": triple.first.text, "feedback": triple.words.said,
        "refined": triple.second.text, "round": at.round_of(triple.second), "kept": keep, "why": why,
        "feedback_by": triple.words.voice,
    }  # fmt: skip
    return made(triple, line)


def self_sft(at: Attempts, triple: Triple) -> Made:
    """The refined answers that the filter keeps, by round."""
    keep, why = kept(at, checked(triple))
    if not keep:
        raise Untrainable(f"the filter leaves it out: {why.split(':')[0].split(' 0')[0]}")
    line = {"prompt": asked(at, triple.first), "completion": turn(triple.second.text),
            "round": at.round_of(triple.second)}  # fmt: skip
    return made(triple, line)


def record(at: Attempts, triple: Triple) -> Made:
    """Prompt, response, critique, revision, the iteration, and whether the revision won against the original."""
    first = at.chain_to(checked(triple).second)[0]
    won = at.compared(first, triple.second)
    line = {
        "prompt": asked(at, triple.first), "response": triple.first.text, "critique": triple.words.said,
        "revision": triple.second.text, "iteration": at.round_of(triple.second),
        "original": first.text, "better": None if won is None else won > 0, "critique_by": triple.words.voice,
    }  # fmt: skip
    return made(triple, line)


def fixed(at: Attempts, triple: Triple) -> bool | None:
    """Whether a wrong attempt became a right one; None while nothing says."""
    if triple.first.success is not None and triple.second.success is not None:
        return not triple.first.success and triple.second.success
    return better(at, triple)


def reflected(at: Attempts, triple: Triple) -> Made:
    """A wrong attempt, the reflection on it and the attempt it led to, where that is right."""
    if checked(triple).first.success:
        raise Untrainable("the first attempt was not wrong")
    if not fixed(at, triple):
        raise Untrainable("the reflection is not known to have led to a fix")
    line = {"prompt": asked(at, triple.first), "attempt": triple.first.text, "reflection": triple.words.said,
            "corrected": triple.second.text, "reflection_by": triple.words.voice}  # fmt: skip
    return made(triple, line)


def reflection_pairs(at: Attempts) -> Iterator[tuple[Triple, Triple]]:
    """Two reflections on one attempt of which one led to a fix and the other did not."""
    found = [(one, fixed(at, one)) for one in any_words(at)]
    for good, fixes in found:
        for bad, also in found:
            if fixes and also is False and good.first.key == bad.first.key:
                yield good, bad


def reflection_pair(at: Attempts, pair: tuple[Triple, Triple]) -> Made:
    """The reflection that led to a fix over one that did not."""
    good, bad = pair
    differ(good.words.said, bad.words.said)
    line = {"prompt": asked(at, good.first), "attempt": good.first.text, "chosen": good.words.said,
            "rejected": bad.words.said, "chosen_led_to": good.second.text,
            "rejected_led_to": bad.second.text}  # fmt: skip
    return Made(line, (good.first, good.second, bad.second), (good.words, bad.words))


def thought(at: Attempts, triple: Triple) -> Made:
    """Attempt, corrective feedback and the corrected solution; the teacher is a person or a model."""
    if better(at, checked(triple)) is False:
        raise Untrainable("the second answer was found worse")
    teacher = "person" if triple.words.by in PEOPLE else "model"
    line = {"prompt": asked(at, triple.first), "attempt": triple.first.text, "corrective_feedback": triple.words.said,
            "solution": triple.second.text, "teacher": teacher}  # fmt: skip
    return made(triple, line)


def cycle(at: Attempts, triple: Triple) -> Made:
    """A faulty output and what was said of it, to the refined output; how first tries went stands beside it."""
    if checked(triple).first.success:
        raise Untrainable("the first attempt was not wrong")
    line = {
        "task": asked(at, triple.first), "faulty": triple.first.text, "feedback": triple.words.said,
        "refined": triple.second.text, "refined_success": triple.second.success,
        "first_try_success": at.chain_to(triple.first)[0].success,
        "similarity": likeness(triple.first.text, triple.second.text), "feedback_by": triple.words.voice,
    }  # fmt: skip
    return made(triple, line)


def ilf_code(at: Attempts, triple: Triple) -> Made:
    """A program, the words about it and a refinement that passes; others are left out."""
    passes = checked(triple).second.passes
    if passes is None:
        raise Untrainable("nothing was run on the refinement")
    if not passes:
        raise Untrainable("the refinement does not pass")
    line = {"prompt": asked(at, triple.first), "program": triple.first.text, "feedback": triple.words.said,
            "refinement": triple.second.text, "passes": True, "feedback_by": triple.words.voice}  # fmt: skip
    return made(triple, line)


def debugged(at: Attempts, triple: Triple) -> Made:
    """Wrong output, explanation, refinement and whether that passes; both parts have a score of their own."""
    if checked(triple).first.success:
        raise Untrainable("the first attempt was not wrong")
    success = triple.second.success
    if success is None:
        raise Untrainable("nothing says whether the refinement is right")
    line = {
        "prompt": asked(at, triple.first), "wrong": triple.first.text, "explanation": triple.words.said,
        "refinement": triple.second.text, "passes": success, "explanation_score": triple.words.worth,
        "refinement_score": triple.second.reward, "explanation_by": triple.words.voice,
    }  # fmt: skip
    return made(triple, line)


def corrections(at: Attempts) -> Iterator[tuple[Attempt, Attempt]]:
    """Every attempt with what it was made of."""
    for after in at.all:
        before = at.parent_of(after)
        if before is not None:
            yield before, after


def corrected(at: Attempts, pair: tuple[Attempt, Attempt]) -> Made:
    """A hypothesis and a correction of higher value, with who wrote each."""
    before, after = pair
    differ(before.text, after.text)
    if before.reward is None or after.reward is None:
        raise Untrainable("one of the two has no score")
    if after.reward <= before.reward:
        raise Untrainable("the correction has no higher score")
    words = [one for one in before.words if after.key in one.leads]
    line = {
        "prompt": asked(at, before), "hypothesis": before.text, "feedback": words[0].said if words else None,
        "correction": after.text, "value_before": before.reward, "value_after": after.reward,
        "improvement": round(after.reward - before.reward, 3), "similarity": likeness(before.text, after.text),
        "generator": before.model or UNKNOWN, "corrector": after.model or UNKNOWN,
    }  # fmt: skip
    rows = tuple(one.row for used in pair for one in used.scores)
    return Made(line, pair, tuple(words[:1]), rows)


def repaired(at: Attempts, pair: tuple[Attempt, Attempt]) -> Made:
    """A change and the reason for it, as two things to learn."""
    before, after = pair
    differ(before.text, after.text)
    words = [one for one in before.counted if after.key in one.leads and one.said.strip()]
    reason = after.changed_for.strip() or (words[0].said if words else "")
    if after.origin != "edited" and not words:
        raise Untrainable("no person changed it or said why")
    if not reason:
        raise Untrainable("no reason was given for the change")
    line = {"prompt": asked(at, before), "before": before.text, "after": after.text, "reason": reason}
    return Made(line, pair, tuple(words[:1]))


def likeness(before: str, after: str) -> float:
    """How much of the words two texts share in order, from 0 to 1; of long texts the beginning is looked at."""
    one, other = before.split()[:600], after.split()[:600]
    return round(SequenceMatcher(None, one, other, autojunk=False).ratio(), 3)
