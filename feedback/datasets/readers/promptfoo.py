"""promptfoo's results: `{prompt, vars, response, provider, gradingResult: {pass, componentResults}}`, one a row.

The rendered prompt is what was asked; each assertion is something that is asked of the answer, with whether it passes
and who says so: a check, a model, or a person who pressed a thumb.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from feedback.datasets.readers.checks import fits_json, words
from feedback.datasets.readers.loose import (
    answer_from,
    as_json,
    object_in,
    objects_in,
    parsed,
    said_in,
    scored,
    turns_from,
    waiting,
)
from feedback.datasets.readers.rows import CHECK, MODEL, PERSON, Answer, Comment, Fulfilment, Record, Row, Unreadable
from feedback.datasets.readers.sound import sound

NAME = "promptfoo"
LABEL = "a result of promptfoo"
TOOL = "promptfoo"
PEOPLE = "promptfoo people"
GRADED = re.compile(
    r"^(not-)?(llm-rubric|model-graded|factuality|g-eval|answer-relevance|context-|select-best|similar|moderation"
    r"|search-rubric|agent-rubric|pi|conversation-relevance)"
)


def fits(record: Record) -> bool:
    """Whether a record has this shape."""
    graded = isinstance(record.get("gradingResult"), dict) and ("response" in record or "vars" in record)
    tried = "vars" in record and "response" in record and ("prompt" in record or "promptIdx" in record)
    return graded or tried


@sound
def read(record: Record) -> Row:
    """One test of one prompt by one provider."""
    answer, model = answered(record), provider_of(record.get("provider"))
    grading = object_in(record.get("gradingResult"), "gradingResult")
    row = Row(
        messages=waiting(asked(record), "prompt"), answers=(Answer(answer, model),) if answer.strip() else (),
        external_id=words(record, "id"), extra=extra_of(record),
    )  # fmt: skip
    if not row.answers:
        return row
    fulfilments, comments = [], []
    for one in objects_in(grading.get("componentResults"), "componentResults") or lone(grading):
        fulfilled, said = verdict_of(one)
        fulfilments += fulfilled
        comments += said
    if words(grading, "comment"):
        bad = grading.get("pass") is False
        comments.append(Comment(answer=0, text=words(grading, "comment"), rater=PEOPLE,
                                polarity="critique" if bad else "kudos"))  # fmt: skip
    scores = [
        scored(0, name, value, f"{TOOL} {name}"[:120], CHECK, share=True)
        for name, value in object_in(record.get("namedScores"), "namedScores").items()
    ]
    told = {**vars(row), "fulfilments": tuple(fulfilments), "comments": tuple(comments)}
    return Row(**{**told, "scores": tuple(one for one in scores if one is not None)})


def asked(record: Record) -> list[dict[str, str]]:
    """The rendered prompt; without one the variables."""
    prompt = parsed(record.get("prompt"))
    raw = prompt.get("raw") if isinstance(prompt, Mapping) else prompt
    turns = turns_from(raw, "prompt") or turns_from(record.get("vars"), "vars")
    if not turns:
        raise Unreadable("There is neither a prompt nor a variable in this result.", column="prompt")
    return turns


def answered(record: Record) -> str:
    """What the provider put out."""
    response = parsed(record.get("response"))
    output = response.get("output") if isinstance(response, Mapping) else response
    return answer_from(output, "response")


def provider_of(value: object) -> str:
    """The provider's name."""
    if isinstance(value, Mapping):
        return words(value, "id", "label")
    return said_in(value, "provider") if isinstance(value, str) else ""


def lone(grading: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """A grading without parts, as its own part."""
    return [grading] if isinstance(grading.get("pass"), bool) else []


def verdict_of(one: Mapping[str, Any]) -> tuple[list[Fulfilment], list[Comment]]:
    """An assertion as something asked, and what a model or person said about it."""
    assertion = object_in(one.get("assertion"), "assertion")
    kind = words(assertion, "type") or "all assertions"
    passes, reason = one.get("pass"), said_in(one.get("reason"), "reason")
    if not isinstance(passes, bool):
        return [], []
    by = PERSON if kind == "human" else MODEL if GRADED.match(kind) else CHECK
    rater = PEOPLE if by == PERSON else f"{TOOL} {kind}"[:120]
    told = assertion.get("value")
    wanted = told if isinstance(told, str) else as_json(told, "value") if told not in (None, "", [], {}) else ""
    asks = words(assertion, "metric") if by == PERSON else f"{kind}: {wanted}" if wanted else kind
    fulfilled = Fulfilment(answer=0, asks=(asks or "thumbs")[:2000], passes=passes, rater=rater, by=by)
    if by == CHECK or not reason.strip():
        return [fulfilled], []
    polarity = "kudos" if passes else "critique"
    return [fulfilled], [Comment(answer=0, text=reason, rater=rater, polarity=polarity, objective=kind[:60], by=by)]


def extra_of(record: Record) -> dict[str, Any]:
    """The variables, the prompt's name and version, what the test says of itself, what it cost."""
    prompt, test = parsed(record.get("prompt")), object_in(record.get("testCase"), "testCase")
    told = {
        "source": TOOL, "vars": record.get("vars"), "description": words(test, "description"),
        "metadata": test.get("metadata"), "error": words(record, "error"), "latency": record.get("latencyMs"),
        "prompt": words(prompt, "label", "id") if isinstance(prompt, Mapping) else "",
        "prompt_version": words(record, "promptId") or (words(prompt, "id") if isinstance(prompt, Mapping) else ""),
    }  # fmt: skip
    return {name: value for name, value in told.items() if value and fits_json({name: value})}
