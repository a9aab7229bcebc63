"""HelpSteer and HelpSteer2 (Wang et al.): five attributes from 0 to 4, and the preferences with their reasons.

A rating of 0 to 4 is kept as 1 to 5. Several turns stand in a prompt as text between `<extra_id_1>` marks. Where the
single annotators' scores are known (the `disagreements` file), each is a rater's.
"""

from __future__ import annotations

import re
from typing import Any

from feedback.datasets.readers.checks import asked, different, rest, text_in, words
from feedback.datasets.readers.rows import Answer, Comment, Record, Row, Score, Unreadable, Verdict
from feedback.datasets.readers.values import has, number_of, whole

NAME = "helpsteer2"
LABEL = "a prompt and a response rated for helpfulness and more, or two with a preference strength (HelpSteer2)"
RATER = "HelpSteer2 annotators"
ASPECTS = ("helpfulness", "correctness", "coherence", "complexity", "verbosity")
SPEAKER = re.compile(r"<extra_id_1>(User|Assistant)\n")
USED = {"prompt", "response", "response_1", "response_2", "preference_strength", "preference_statement",
        "preference_elaboration", "id", *ASPECTS}  # fmt: skip


def fits(record: Record) -> bool:
    """Whether a record has this shape."""
    rated = has(record, "prompt", "response", *ASPECTS)
    return rated or has(record, "prompt", "response_1", "response_2", "preference_strength")


def read(record: Record) -> Row:
    """The example with its rated answer, or with two and the preference."""
    more: dict[str, Any] = {
        "messages": asked(turns_of(text_in(record, "prompt")), "prompt"),
        "external_id": words(record, "id"),
        "extra": rest(record, USED),
    }
    return pair(record, more) if "preference_strength" in record else rated(record, more)


def rated(record: Record, more: dict[str, Any]) -> Row:
    """An answer with its scores."""
    scores: list[Score] = []
    for aspect in ASPECTS:
        values = record[aspect] if isinstance(record[aspect], list) else [record[aspect]]
        for place, value in enumerate(values, 1):
            number = whole({aspect: value}, aspect, 0, 4)
            rater = f"HelpSteer2 annotator {place}" if isinstance(record[aspect], list) else RATER
            scores.append(Score(answer=0, score=number + 1, rater=rater, aspect=aspect))
    return Row(answers=(Answer(text_in(record, "response")),), scores=tuple(scores), **more)


def pair(record: Record, more: dict[str, Any]) -> Row:
    """Two answers and how much better one is: below zero the first."""
    first, second = text_in(record, "response_1"), text_in(record, "response_2")
    different(first, second, "response_2")
    told = number_of(record["preference_strength"])
    if told is None or told not in range(-4, 5):
        given = str(record["preference_strength"])[:40]
        raise Unreadable(
            f"'preference_strength' should be a whole number from -3 to 3 but is {given!r}.",
            column="preference_strength",
        )
    if abs(told) > 3:
        raise Unreadable(
            "'preference_strength' says that both answers are invalid, so there is no preference.",
            column="preference_strength",
        )
    reason = words(record, "preference_statement")
    elaboration = words(record, "preference_elaboration")
    place = 0 if told <= 0 else 1
    said = Comment(
        answer=place, text=elaboration, rater=RATER, polarity="kudos" if told else "critique", beside=1 - place
    )
    return Row(
        answers=(Answer(first), Answer(second)),
        verdict=Verdict(outcome_of(int(told)), RATER, reason, strength=int(told)),
        comments=(said,) if elaboration else (),
        **more,
    )


def outcome_of(strength: int) -> str:
    """The better answer by a strength."""
    return "tie" if strength == 0 else "a" if strength < 0 else "b"


def turns_of(prompt: str) -> list[dict[str, str]]:
    """The turns of a prompt: the user's, and what stands between marks after it."""
    pieces = SPEAKER.split(prompt)
    roles = {"User": "user", "Assistant": "assistant"}
    turns = [{"role": "user", "content": pieces[0].strip()}] if pieces[0].strip() else []
    turns += [
        {"role": roles[role], "content": text.strip()} for role, text in zip(pieces[1::2], pieces[2::2], strict=True)
    ]
    return turns[:-1] if len(turns) > 1 and turns[-1] == {"role": "assistant", "content": ""} else turns
