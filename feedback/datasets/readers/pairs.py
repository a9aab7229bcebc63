"""Two responses in columns and which is better: SHP, PandaLM, AlpacaFarm, and tables with a `winner`.

Each published set has its own columns, values and raters; a table of one's own has a prompt, two responses under any of
the usual names (`response_a`, `answer_1`, `output_2`, `model_a_response` and so on) and a column that names the better.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from feedback.datasets.readers.checks import conversation, different, rest, text_in, words
from feedback.datasets.readers.rows import PERSON, SIMULATED, Answer, Record, Row, Unreadable, Verdict
from feedback.datasets.readers.values import chosen_value, has, number_of

NAME = "two-responses"
LABEL = "a prompt, two responses and which is better (SHP, PandaLM, AlpacaFarm, or a table with a winner)"
RATER = "Imported label"
PROMPTS = ("prompt", "instruction", "question", "query", "input", "history")
ANSWER = "(?:response|answer|output|completion|text|reply)"
SIDES = re.compile(rf"^(?:model_)?{ANSWER}_?(a|b|0|1|2)$|^(?:model_)?(a|b|1|2)_{ANSWER}$", re.IGNORECASE)

WINNERS = ("winner", "preferred", "better", "choice", "preference", "label", "winning", "better_response_id")
LETTERS = {"a": "a", "b": "b", "1": "a", "2": "b", "model_a": "a", "model_b": "b", "response_a": "a", "left": "a",
           "response_b": "b", "right": "b", "response_1": "a", "response_2": "b", "first": "a", "second": "b",
           "response1": "a", "response2": "b", "answer_a": "a", "answer_b": "b", "output_1": "a", "output_2": "b",
           "tie": "tie", "tie (bothbad)": "both-bad", "both_bad": "both-bad", "bothbad": "both-bad",
           "both bad": "both-bad", "both_good": "both-good", "both good": "both-good", "equal": "tie", "same": "tie",
           "none": "tie", "draw": "tie"}  # fmt: skip


@dataclass(frozen=True)
class Shape:
    """The columns of a set, and what its values mean; `voters` are columns of one vote each."""

    prompt: str
    first: str
    second: str
    voters: tuple[str, ...]
    outcomes: dict[str, str]
    rater: str


SHP = Shape("history", "human_ref_A", "human_ref_B", ("labels",), {"1": "a", "0": "b"}, "Reddit votes (SHP)")
PANDALM = Shape(
    "instruction", "response1", "response2", ("annotator1", "annotator2", "annotator3"),
    {"0": "tie", "1": "a", "2": "b"}, "PandaLM",
)  # fmt: skip
FARM = Shape("instruction", "output_1", "output_2", ("preference",), {"1": "a", "2": "b", "0": "tie"}, "AlpacaFarm")
KNOWN = (SHP, PANDALM, FARM)


def fits(record: Record) -> bool:
    """Whether a record has this shape."""
    return shape_of(record) is not None


def shape_of(record: Record) -> Shape | None:
    """The set a record belongs to, or the table it is a row of."""
    for one in KNOWN:
        if has(record, one.prompt, one.first, one.second) and any(name in record for name in one.voters):
            return one
    return table_of(record)


def table_of(record: Record) -> Shape | None:
    """A table of one's own, if it names a prompt, two responses and the better one."""
    prompt = next((name for name in PROMPTS if name in record), None)
    winner = next((name for name in WINNERS if name in record), None)
    sides: dict[str, list[str]] = {}
    for name, value in record.items():
        found = SIDES.match(name)
        if found and isinstance(value, str):
            sides.setdefault((found[1] or found[2]).lower(), []).append(name)
    pair = next(
        (one for one in (("a", "b"), ("1", "2"), ("0", "1")) if all(len(sides.get(x, [])) == 1 for x in one)), None
    )
    if prompt is None or winner is None or pair is None:
        return None
    outcomes = {**LETTERS, "0": "a", "1": "b"} if pair == ("0", "1") else LETTERS
    return Shape(prompt, sides[pair[0]][0], sides[pair[1]][0], (winner,), outcomes, RATER)


def read(record: Record) -> Row:
    """An example, its two answers in their order, and a preference for every vote."""
    shape = shape_of(record)
    assert shape is not None
    first, second = text_in(record, shape.first), text_in(record, shape.second)
    different(first, second, shape.second)
    verdicts = [verdict for name in shape.voters if (verdict := verdict_of(record, shape, name))]
    if not verdicts:
        raise Unreadable(f"{shape.voters[0]!r} does not say which answer is better.", column=shape.voters[0])
    models = [words(record, *names) for names in (("model_a", "generator_1"), ("model_b", "generator_2"))]
    used = {shape.prompt, shape.first, shape.second, *shape.voters, "input", "model_a", "model_b", "generator_1",
            "generator_2", "annotator", "rater", "reason", "id", "post_id", "system"}  # fmt: skip
    return Row(
        messages=asked_in(record, shape),
        answers=(
            Answer(first, models[0], extra=scored(record, "A")),
            Answer(second, models[1], extra=scored(record, "B")),
        ),
        verdict=verdicts[0],
        verdicts=tuple(verdicts[1:]),
        external_id=words(record, "id"),
        extra=rest(record, used) | ({"post_id": record["post_id"]} if words(record, "post_id") else {}),
    )


def asked_in(record: Record, shape: Shape) -> tuple[dict[str, str], ...]:
    """What was asked, with an `input` below an instruction."""
    more = record.get("input")
    if shape.prompt != "instruction" or not isinstance(more, str) or not more.strip():
        return conversation(record, shape.prompt)
    whole = f"{text_in(record, 'instruction')}\n\n{text_in(record, 'input')}"
    return conversation({**record, "instruction": whole}, "instruction")


def verdict_of(record: Record, shape: Shape, name: str) -> Verdict | None:
    """One vote; none where the column is empty."""
    if record.get(name) in (None, ""):
        return None
    outcome, strength = outcome_of(record, shape, name)
    annotator = words(record, "annotator", "rater")
    rater = annotator or (f"PandaLM {name}" if shape is PANDALM else shape.rater)
    return Verdict(outcome, rater, words(record, "reason"), strength=strength, by=voice(shape, annotator))


def outcome_of(record: Record, shape: Shape, name: str) -> tuple[str, int | None]:
    """Who is better; a number between 1 and 2 (AlpacaEval) leans to the nearer."""
    number = number_of(record[name])
    if shape is FARM and number is not None and 1 < number < 2:
        return ("tie" if number == 1.5 else "a" if number < 1.5 else "b"), None
    return chosen_value(shape.outcomes, record, name), None


def voice(shape: Shape, annotator: str) -> str:
    """Whose word it is: AlpacaFarm's annotators are simulated unless they are called human."""
    simulated = shape is FARM and "human" not in annotator.lower()
    return SIMULATED if simulated and annotator else PERSON


def scored(record: Record, side: str) -> dict[str, Any]:
    """SHP's score of a side."""
    number = record.get(f"score_{side}")
    return {"score": number} if isinstance(number, int | float) and not isinstance(number, bool) else {}
