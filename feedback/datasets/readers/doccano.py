"""doccano's lines: `{text, label: [[start, end, "L"], …]}`, `{text, entities: […], relations, Comments}`, text classes.

The text is an answer that nobody asked for. Relations are kept beside; long labels (sequence to sequence) are answers
people wrote.
"""

from __future__ import annotations

from typing import Any

from feedback.datasets.readers.checks import kind_of, rest, text_in, words
from feedback.datasets.readers.hearing import LONG, Heard
from feedback.datasets.readers.loose import alone, as_json, said_in, tags_in
from feedback.datasets.readers.rows import Answer, Record, Row, Unreadable
from feedback.datasets.readers.sound import sound

NAME = "doccano"
LABEL = "a line of doccano: a text with its labels"
RATER = "doccano annotators"
LABELS = ("label", "labels", "entities")
USED = {"id", "text", "Comments", "comments", "cats", *LABELS}


def fits(record: Record) -> bool:
    """Whether a record has this shape."""
    if not isinstance(record.get("text"), str):
        return False
    return any(isinstance(record.get(name), list) for name in LABELS) and "spans" not in record


@sound
def read(record: Record) -> Row:
    """The text with its marks, classes and comments."""
    text = text_in(record, "text")
    heard = Heard(("text",), (Answer(text),))
    for name in LABELS:
        for one in listed(record, name):
            take(heard, one)
    said = record.get("Comments", record.get("comments"))
    for comment in said if isinstance(said, list) else [said]:
        if comment not in (None, "", [], {}):
            heard.say(said_in(comment, "Comments"), RATER)
    return heard.row(
        messages=alone(text), external_id=words(record, "id"), tags=tags_in(record.get("cats")),
        extra={"source": "doccano", **rest(record, USED)},
    )  # fmt: skip


def listed(record: Record, name: str) -> list[Any]:
    """The labels under a name."""
    found = record.get(name)
    if found is None:
        return []
    if not isinstance(found, list):
        raise Unreadable(f"{name!r} should be a list of labels but is {kind_of(found)}.", column=name)
    return found


def take(heard: Heard, one: Any) -> None:
    """One label: a mark, a class, or an answer that was written."""
    if isinstance(one, list) and len(one) == 3:
        one = {"start_offset": one[0], "end_offset": one[1], "label": one[2]}
    if isinstance(one, dict) and ("start_offset" in one or "start" in one):
        start, end = one.get("start_offset", one.get("start")), one.get("end_offset", one.get("end"))
        length = len(heard.answers[0].text)
        if not (type(start) is int and type(end) is int and 0 <= start < end <= length):
            raise Unreadable(
                f"A label runs from {start!r} to {end!r}, but the text has {length} characters.", column="label"
            )
        heard.mark({"start": start, "end": end, "label": one.get("label")}, RATER)
    elif isinstance(one, str) and len(one) > LONG:
        heard.demonstrate(said_in(one, "label"), RATER)
    elif isinstance(one, str | int):
        heard.tags[str(said_in(one, "label") if isinstance(one, str) else one)[:60]] = None
    else:
        heard.keep("label", as_json(one, "label"), RATER)
