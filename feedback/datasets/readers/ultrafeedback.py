"""UltraFeedback (Cui et al. 2023): an instruction and several models' completions, rated with rationales by GPT-4.

Every aspect is a rating of 1 to 5 by a model judge, its rationales are comments on that aspect, its types are kept with
the answer, as are the principle and the system prompt it was written under.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from feedback.datasets.readers.checks import checked_text, conversation, fits_json, rest, text_in, words
from feedback.datasets.readers.rows import MODEL, Answer, Comment, Record, Row, Score, Unreadable
from feedback.datasets.readers.values import number_of, objects_in

NAME = "ultrafeedback"
LABEL = "an instruction and completions with annotations by aspect (UltraFeedback)"
JUDGE = "UltraFeedback annotator (GPT-4)"
USED = {"instruction", "completions", "id", "rater", "system"}
KEPT = ("principle", "custom_system_prompt", "overall_score", "fine-grained_score", "critique_origin")
RATIONALES = ("Rationale", "Rationale For Rating")


def fits(record: Record) -> bool:
    """Whether a record has this shape."""
    listed = record.get("completions")
    if "instruction" not in record or not isinstance(listed, list) or not listed:
        return False
    return isinstance(listed[0], dict) and "response" in listed[0]


def read(record: Record) -> Row:
    """The example, its answers, and what the judge said of them."""
    rater = words(record, "rater") or JUDGE
    found: dict[str, tuple[Answer, dict[str, Any]]] = {}
    for place, one in enumerate(objects_in(record, "completions")):
        text = checked_text(text_in(one, "response"), f"completions[{place}]")
        found.setdefault(text, (Answer(text, words(one, "model"), extra=extra_of(one)), one))
    scores: list[Score] = []
    comments: list[Comment] = []
    for place, (_, one) in enumerate(found.values()):
        for aspect, said in annotations_of(one):
            scores += score(place, aspect, said, rater)
            comments += [
                Comment(answer=place, text=text, rater=rater, objective=aspect, by=MODEL)
                for text in (words(said, name) for name in RATIONALES)
                if text
            ]
        critique = words(one, "critique")
        if critique:
            comments.append(Comment(answer=place, text=critique, rater=rater, by=MODEL))
    return Row(
        messages=conversation(record, "instruction"),
        answers=tuple(answer for answer, _ in found.values()),
        scores=tuple(scores),
        comments=tuple(comments),
        external_id=words(record, "id"),
        extra=rest(record, USED),
    )


def annotations_of(one: Record) -> Iterator[tuple[str, dict[str, Any]]]:
    """The aspects of a completion, each with what was said."""
    told = one.get("annotations") or {}
    if not isinstance(told, dict):
        raise Unreadable("'annotations' should be an object with the aspects.", column="completions")
    for aspect, said in told.items():
        for each in said if isinstance(said, list) else [said]:  # the oldest files hold several of an aspect
            if isinstance(each, dict):
                yield aspect[:60], each


def score(place: int, aspect: str, said: dict[str, Any], rater: str) -> list[Score]:
    """The rating of an aspect; "N/A" is none."""
    number = number_of(said.get("Rating"))
    if number is None:
        return []
    if number not in (1, 2, 3, 4, 5):
        raise Unreadable(f"The rating of {aspect!r} should be 1 to 5 but is {number:g}.", column="completions")
    return [Score(answer=place, score=int(number), rater=rater, aspect=aspect, by=MODEL)]


def extra_of(one: dict[str, Any]) -> dict[str, Any]:
    """What the answer was written under, its overall score, and the types the judge gave."""
    kept = {name: one[name] for name in KEPT if one.get(name) not in (None, "")}
    types = {aspect: said["Type"] for aspect, said in annotations_of(one) if said.get("Type")}
    kept |= {"types": types} if types else {}
    return {name: value for name, value in kept.items() if fits_json({name: value})}
