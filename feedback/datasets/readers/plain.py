"""`{prompt, response}`: one example and one answer, under any of their usual names; or a prompt alone."""

from __future__ import annotations

from dataclasses import replace

from feedback.datasets.readers.checks import BESIDE, beside, checked_text, conversation, rest, text_in, turns_in, words
from feedback.datasets.readers.rows import Answer, Record, Row, Score, Unreadable
from feedback.datasets.readers.values import number_of

NAME = "prompt-response"
LABEL = "a prompt and a response"
RATER = "Imported rating"
PROMPTS = ("prompt", "question", "instruction", "query", "input")
RESPONSES = ("response", "completion", "answer", "output")
KEPT = {"system", "reference", "id", "model"}


def fits(record: Record) -> bool:
    """Whether a record has this shape."""
    return column(record, PROMPTS) is not None


def read(record: Record) -> Row:
    """One example, with one answer if there is one."""
    prompt = column(record, PROMPTS) or "prompt"
    response = column(record, RESPONSES)
    used = {prompt, *KEPT, *([response, *BESIDE] if response else [])}
    scores = ratings_in(record) if response else ()
    used |= {"rating", "scale", "score", "rater"} if scores else set()
    messages = conversation(record, prompt)
    answer = answer_in(record, response, messages) if response else None
    told = {"model": words(record, "model"), **beside(record)} if response else {}
    return Row(
        messages=messages,
        answers=(replace(answer, **told),) if answer else (),
        scores=scores,
        reference=words(record, "reference"),
        external_id=words(record, "id"),
        extra=rest(record, used),
    )


def ratings_in(record: Record) -> tuple[Score, ...]:
    """A `rating` from 1 to 5 or to `scale`, or a `score` with its `scale`; any other number is kept as it is."""
    name = "rating" if record.get("rating") not in (None, "") else "score"
    told, scale = number_of(record.get(name)), number_of(record.get("scale", 5 if name == "rating" else None))
    if told is None or scale is None or scale not in range(2, 101) or told not in range(1, int(scale) + 1):
        return ()
    return (Score(answer=0, score=int(told), scale=int(scale), rater=words(record, "rater") or RATER),)


def answer_in(record: Record, name: str, messages: tuple[dict[str, str], ...]) -> Answer:
    """The answer: text, or turns (TRL's prompt-completion), of which those before the last stay with it."""
    value = record.get(name)
    if not isinstance(value, list):
        return Answer(text_in(record, name))
    turns = tuple(turns_in(value, name))
    if turns[-1]["role"] != "assistant":
        raise Unreadable(f"{name!r} does not end with an assistant's turn, so it holds no response.", column=name)
    text = checked_text(turns[-1]["content"], name)
    return Answer(text, turns=(*messages, *turns[:-1]) if len(turns) > 1 else None)


def column(record: Record, names: tuple[str, ...]) -> str | None:
    """The first of these columns that the record has."""
    return next((name for name in names if name in record), None)
