"""Fine-Grained RLHF (Wu et al. 2023, `qa_feedback`): a question with passages, four predictions, typed error spans.

Errors are marks on the first prediction, missing information are omissions there, the corrected prediction is a rewrite
of it (an empty one, where nothing was left over, is no answer and makes none; that is kept with the prediction). The
six values of `preference` are verdicts on the pairs (1,2) (1,3) (1,4) (2,3) (2,4) (3,4); 0 is a tie.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

from feedback.capture.definition import Category
from feedback.datasets.readers.checks import checked_text, fits_json, marked_text, rest, storable, text_in, words
from feedback.datasets.readers.rows import Answer, Mark, Record, Rewrite, Row, Unreadable, Verdict

NAME = "fine-grained-rlhf"
LABEL = "a question, 'prediction 1' to 'prediction 4' and a 'feedback' of typed errors (Fine-Grained RLHF)"
RATER = "Fine-Grained RLHF annotators"
PREDICTIONS = tuple(f"prediction {number}" for number in (1, 2, 3, 4))
USED = {"question", "gold", "feedback", "preference", "id", *PREDICTIONS}
OUTCOMES = {0: "tie", 1: "a", 2: "b"}
CATEGORIES = (
    Category(name="relevance", label="Relevance", help="Of no help to answer", weight=-0.3, objective="relevance"),
    Category(name="irrelevant", label="Irrelevant", parent="relevance", weight=-0.3, objective="relevance"),
    Category(name="redundant", label="Redundant", parent="relevance", weight=-0.3, objective="relevance"),
    Category(name="incoherent", label="Incoherent", parent="relevance", weight=-0.3, objective="relevance"),
    Category(name="factuality", label="Factuality", help="What the passages do not bear out", level="sentence",
             weight=-0.5, objective="factuality"),
    Category(name="wrong-grounding", label="Wrong grounding", parent="factuality", level="sentence", weight=-0.5,
             objective="factuality"),
    Category(name="unverifiable", label="Unverifiable", parent="factuality", level="sentence", weight=-0.5,
             objective="factuality"),
    Category(name="completeness", label="Completeness", help="What should be there", level="response", weight=-0.3,
             objective="completeness"),
    Category(name="missing-answer", label="Missing answer", parent="completeness", level="response", weight=-0.5,
             objective="completeness"),
    Category(name="missing-major-auxiliary", label="Missing major auxiliary", parent="completeness", level="response",
             weight=-0.3, objective="completeness"),
    Category(name="missing-minor-auxiliary", label="Missing minor auxiliary", parent="completeness", level="response",
             weight=-0.1, objective="completeness"),
)  # fmt: skip


def fits(record: Record) -> bool:
    """Whether a record has this shape."""
    return "question" in record and "prediction 1" in record and isinstance(record.get("feedback"), dict)


def read(record: Record) -> Row:
    """The example, its answers and all that was said of them."""
    said: Mapping[str, Any] = record["feedback"]
    passages = passages_in(record)
    texts = [text_in(record, name) for name in PREDICTIONS if record.get(name) is not None]
    if not texts or record.get(PREDICTIONS[0]) is None:
        raise Unreadable("'prediction 1' is empty.", column="prediction 1")
    rater = words(record, "rater") or RATER
    marks = [error(one, texts[0], rater) for one in listed_in(said, "errors")]
    marks += [missing(one, passages, rater) for one in listed_in(said, "missing-info")]
    corrected = said.get("corrected-prediction")
    nothing = {"corrected-prediction": ""} if isinstance(corrected, str) and not corrected.strip() else {}
    return Row(
        messages=prompt(text_in(record, "question"), passages),
        answers=tuple(Answer(text, extra=nothing if not place else {}) for place, text in enumerate(texts)),
        verdicts=tuple(verdicts(record.get("preference"), len(texts), rater)),
        marks=tuple(marks),
        rewrites=(Rewrite(answer=0, text=checked_text(corrected, "corrected-prediction"), rater=rater),)
        if isinstance(corrected, str) and corrected.strip() and corrected != texts[0]
        else (),
        reference=words(record, "gold"),
        external_id=words(record, "id"),
        extra=rest(record, USED),
    )


def prompt(question: str, passages: Sequence[Sequence[str]]) -> tuple[dict[str, str], ...]:
    """The passages as a system turn, if there are any, and the question."""
    asked = {"role": "user", "content": question}
    if not passages:
        return (asked,)
    told = "\n\n".join(f"[{number}] {' '.join(passage)}" for number, passage in enumerate(passages, 1))
    return {"role": "system", "content": f"Answer from these passages.\n\n{told}"}, asked


def passages_in(record: Record) -> list[list[str]]:
    """The passages, each a list of its title and its sentences."""
    passages = record.get("passages") or []
    if not isinstance(passages, list) or not all(
        isinstance(one, list) and all(isinstance(sentence, str) for sentence in one) for one in passages
    ):
        raise Unreadable("'passages' should be a list of lists of sentences.", column="passages")
    return [[storable(sentence, "passages") for sentence in one] for one in passages]


def listed_in(said: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """A list of objects with a type of error."""
    found = said.get(name) or []
    if not isinstance(found, list) or not all(isinstance(one, dict) and one.get("error type") for one in found):
        raise Unreadable(f"'{name}' should be a list of objects, each with an 'error type'.", column="feedback")
    return found


def error(one: Mapping[str, Any], text: str, rater: str) -> Mark:
    """An error as a mark on the first prediction."""
    start, end = one.get("start"), one.get("end")
    if type(start) is not int or type(end) is not int:
        raise Unreadable("An error has no 'start' and 'end'.", column="feedback")
    mark = Mark(answer=0, category=category_of(one), rater=rater, start=start, end=end, severity=severity_of(one),
                reason=said_of(one), replacement=replacement_of(one))  # fmt: skip
    return marked_text(text, mark, "prediction 1")


def missing(one: Mapping[str, Any], passages: Sequence[Sequence[str]], rater: str) -> Mark:
    """Missing information as an omission; its reason is what the passage says, `shown` where that stands."""
    place = {"passage": one.get("passage_id"), "sentences": one.get("sentence_id")}
    evidence = {"evidence": place} if place["passage"] is not None and fits_json(place) else {}
    reason = said_of(one) or sentences_at(place, passages) or "Something is missing."
    return Mark(
        answer=0, category=category_of(one), rater=rater, severity=severity_of(one), reason=reason, shown=evidence
    )


def sentences_at(place: Mapping[str, Any], passages: Sequence[Sequence[str]]) -> str:
    """The sentences of a passage that hold what is missing. Passages count from 1; sentence 0 is the title."""
    number, sentences = place["passage"], place["sentences"]
    if not isinstance(number, int) or not isinstance(sentences, list) or not 1 <= number <= len(passages):
        return ""
    passage = passages[number - 1]
    return " ".join(passage[one] for one in sentences if isinstance(one, int) and 0 <= one < len(passage))


def category_of(one: Mapping[str, Any]) -> str:
    """The type of error as a category's name: "Wrong-Grounding" is "wrong-grounding"."""
    told = one["error type"]
    name = "-".join(re.findall(r"[a-z0-9]+", told.lower())) if isinstance(told, str) else ""
    if not name:
        raise Unreadable("An 'error type' should be a name in letters.", column="feedback")
    return name[:40].rstrip("-")


def severity_of(one: Mapping[str, Any]) -> str:
    """How bad it is, where the file says so."""
    severity = str(one.get("severity") or "").lower()
    return severity if severity in {"minor", "major", "critical"} else ""


def replacement_of(one: Mapping[str, Any]) -> str | None:
    """What should stand in its place, where that is told."""
    told = one.get("replacement")
    if told is not None and not isinstance(told, str):
        raise Unreadable("A 'replacement' should be text.", column="feedback")
    return None if told is None else storable(told, "replacement")


def said_of(one: Mapping[str, Any]) -> str:
    """The explanation."""
    return storable(str(one.get("explanation") or ""), "explanation")


def verdicts(values: object, answers: int, rater: str) -> list[Verdict]:
    """A verdict for each pair of answers, in the order of their places."""
    if values is None:
        return []
    pairs = list(combinations(range(answers), 2))
    if (
        not isinstance(values, list)
        or len(values) != len(pairs)
        or any(type(value) is not int or value not in OUTCOMES for value in values)
    ):
        raise Unreadable(
            f"'preference' should be {len(pairs)} values of 0, 1 and 2, one for each pair of predictions.",
            column="preference",
        )
    return [
        Verdict(OUTCOMES[value], rater, first=first, second=second)
        for value, (first, second) in zip(values, pairs, strict=True)
    ]
