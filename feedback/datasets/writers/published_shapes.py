"""Rows in the shapes of published data sets: HelpSteer3, UltraFeedback, IteraTeR, annotated-pairs, rankings. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from itertools import combinations
from statistics import mean
from typing import Any

from feedback.datasets.writers.answer_shapes import one
from feedback.datasets.writers.attempts import Attempt, Attempts, Order
from feedback.datasets.writers.pair_shapes import rank
from feedback.datasets.writers.prompts import Untrainable, trainable_prompt
from feedback.datasets.writers.rewrites import edits_between
from feedback.datasets.writers.worth import dialogue

Line = dict[str, Any]
AGREEING = 3
MAJOR = {"add": "A", "delete": "D", "replace": "R"}
ASPECTS = {
    "instruction_following": ("instruction_following", "instruction-following"), "honesty": ("honesty",),
    "truthfulness": ("truthfulness",), "helpfulness": ("helpfulness",),
}  # fmt: skip
TYPED = {"truthfulness", "helpfulness"}
NO_PREFERENCE = {"both-good": "both", "both-bad": "neither", "tie": "not_applicable"}


def heading(at: Attempts) -> Line:
    """Domain and language as the source told them, else what HelpSteer3 calls the most common ones."""
    domain, language = at.extra.get("domain"), at.extra.get("language")
    return {"domain": domain if isinstance(domain, str) and domain else "general",
            "language": language if isinstance(language, str) and language else "english"}  # fmt: skip


def context(at: Attempts, attempt: Attempt) -> Line:
    """Heading and dialogue."""
    return {**heading(at), "context": trainable_prompt(dialogue(at, attempt))}


def score_of(order: Order, first: str) -> int:
    """HelpSteer3's -3 to 3: below zero the first is better; where no strength was said, a side counts 1."""
    strength = getattr(order.row, "strength", None)
    size = abs(strength) if strength else 1
    return 0 if not order.result else (-size if (order.result > 0) == (order.first == first) else size)


def overall(scores: Sequence[int]) -> int:
    """HelpSteer3's rule: of several the three that agree most, their mean as a whole number."""
    if len(scores) > AGREEING:
        scores = min(combinations(sorted(scores), AGREEING), key=lambda some: (max(some) - min(some), some))
    value = mean(scores)
    return round(value) if value >= 0 else -round(-value)


def words_by(attempt: Attempt, rater: str) -> str:
    """What one rater said of an answer."""
    return "\n".join(one.said for one in attempt.counted if one.rater == rater)


def preference(at: Attempts, first: Attempt, second: Attempt, orders: Sequence[Order]) -> Line:
    """HelpSteer3 preference; ties are 0."""
    scores = [score_of(order, first.key) for order in orders]
    return {
        **context(at, first), "response1": first.text, "response2": second.text, "overall_preference": overall(scores),
        "individual_preference": [
            {"score": score, "reasoning": order.reason, "feedback1": words_by(first, order.rater),
             "feedback2": words_by(second, order.rater)}
            for score, order in zip(scores, orders, strict=True)
        ],
    }  # fmt: skip


def feedback(at: Attempts, attempt: Attempt) -> Line:
    """HelpSteer3 feedback."""
    return {**context(at, attempt), "response": attempt.text, "feedback": said_of(attempt)}


def said_of(attempt: Attempt) -> list[str]:
    """All that was said of it in words."""
    return [one.said for one in attempt.counted if one.said.strip()]


def edit(at: Attempts, before: Attempt, after: Attempt) -> Line:
    """HelpSteer3 edit."""
    return {
        **context(at, before), "original_response": before.text, "edited_response": after.text,
        "feedback": said_of(before), "change_summary": after.changed_for,
    }  # fmt: skip


def edit_quality(at: Attempts, before: Attempt, good: Attempt, bad: Attempt) -> Line:
    """HelpSteer3 edit quality."""
    return {
        **context(at, before), "original_response": before.text, "good_edited_response": good.text,
        "bad_edited_response": bad.text, "feedback": said_of(before),
    }  # fmt: skip


def principle(at: Attempts, attempt: Attempt, asks: str, passes: bool) -> Line:
    """HelpSteer3 principle."""
    fulfilment = "Yes" if passes else "No"
    return {**context(at, attempt), "response": attempt.text, "principle": asks, "fulfilment": fulfilment}


def ultrafeedback(at: Attempts, tried: Sequence[Attempt]) -> Line:
    """UltraFeedback: all answers to one instruction with their ratings. Raises `Untrainable` for several turns."""
    row = one(at.prompt, tried[0].text)
    return {
        "source": str(at.extra.get("source") or "precept"), "instruction": row.only,
        "models": [attempt.model for attempt in tried], "correct_answers": [at.reference or "None"],
        "incorrect_answers": ["None"], "completions": [completion(attempt, row.system) for attempt in tried],
    }  # fmt: skip


def completion(attempt: Attempt, system: str) -> Line:
    """One of its answers."""
    return {
        "model": attempt.model, "principle": "", "custom_system_prompt": system, "response": attempt.text,
        "annotations": {name: annotation(attempt, name, named) for name, named in ASPECTS.items()},
        "critique": "\n".join(said_of(attempt)), "overall_score": rating(attempt, ("overall",), top=10.0),
    }  # fmt: skip


def annotation(attempt: Attempt, name: str, named: Sequence[str]) -> Line:
    """One aspect, "N/A" where nobody rated it, as in the published file."""
    value = rating(attempt, named, top=5.0)
    told = "N/A" if value is None else str(round(value))
    if name in TYPED:
        return {"Type": ["None"], "Rationale": "", "Rating": told, "Rationale For Rating": ""}
    return {"Rating": told, "Rationale": ""}


def rating(attempt: Attempt, named: Sequence[str], *, top: float) -> float | None:
    """The mean score on an aspect, from 1 to `top`."""
    found = [score.value for score in attempt.scores if score.aspect in named and score.turn is None]
    return round(1 + mean(found) * (top - 1), 3) if found else None


def revision(at: Attempts, before: Attempt, after: Attempt) -> Line:
    """IteraTeR: a text before and after, and every edit with its place. All of a rewrite are accepted."""
    return {
        "doc_id": at.example.content_hash[:16] if at.example is not None else "", "revision_depth": at.round_of(after),
        "prompt": list(at.prompt), "before_revision": before.text, "after_revision": after.text,
        "edit_actions": [
            {"type": MAJOR[one["type"]], "before": one["before"], "after": one["after"], "start_char_pos": one["start"],
             "end_char_pos": one["end"], "major_intent": after.changed_for, "accept_or_reject": "accept"}
            for one in edits_between(before.text, after.text)
        ],
    }  # fmt: skip


def nectar(example: Any, places: Sequence[Any]) -> Line:
    """Axolotl `zephyr.nectar`: the answers with their ranks."""
    row = one(example.messages, places[0].response.text)
    if row.system:
        raise Untrainable("the format has no place for a system text")
    return {"prompt": row.only, "answers": [{"answer": place.response.text, "rank": place.place} for place in places]}


def nemo_ranked(example: Any, places: Sequence[Any]) -> Line:
    """NeMo-RL: all completions with their ranks, from 0. Raises `Untrainable` where two stand in one place."""
    if len({place.place for place in places}) < len(places):
        raise Untrainable("two responses share a place")
    return {"context": trainable_prompt(example.messages),
            "completions": [rank(number, place.response.text) for number, place in enumerate(places)]}  # fmt: skip


def short(text: str) -> str:
    """annotated-pairs' ids: the first 8 hex digits of an MD5."""
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()[:8]


def annotator(rater: str, kind: str) -> tuple[str, Line]:
    """Who annotates, with the id over the description."""
    human = kind in {"person", "imported"}
    description = f"{'Person' if human else 'Model'} {rater}"
    return short(description), {"name": rater, "description": description, "type": "human" if human else "ai"}


def principle_annotator(effect: str) -> tuple[str, Line]:
    """A principle that annotates: it has no name, only its words."""
    description = f"Select the response that {effect[:1].lower()}{effect[1:]}"
    return short(description), {"description": description, "type": "principle"}


def comparison(at: Attempts, first: Attempt, second: Attempt, orders: Sequence[Order], votes: Sequence[Any]) -> Line:
    """annotated-pairs 2.0: one comparison with everybody's word; `votes` are principles' (effect, outcome) on it."""
    prompt = one(at.prompt, first.text).only
    sides = [{"text": side.text, "model": side.model or "unknown"} for side in (first, second)]
    told = [json.dumps(side, sort_keys=True) for side in sides]
    annotators: Line = {}
    annotations: Line = {}
    for order in orders:
        name, who = annotator(order.rater, order.by)
        annotators[name] = who
        annotations[name] = annotation_of(order, first.key)
    for effect, outcome in votes:
        name, who = principle_annotator(effect)
        annotators[name] = who
        annotations[name] = {"pref": outcome} if outcome in ("a", "b") else {"pref": None, "no_pref_reason": outcome}
    return {
        "id": short("|".join([prompt, *told])), "prompt": prompt, "response_a": sides[0], "response_b": sides[1],
        "annotations": annotations, "metadata": {"index": at.example.content_hash[:8]}, "annotators": annotators,
    }  # fmt: skip


def annotation_of(order: Order, first: str) -> Line:
    """One person's word on two answers."""
    if not order.result:
        outcome = getattr(order.row, "outcome", "tie")
        return {"pref": None, "no_pref_reason": NO_PREFERENCE.get(outcome, "not_applicable")}
    return {"pref": "a" if (order.result > 0) == (order.first == first) else "b"}
