"""Potato: lines of its JSONL (`{user_id, instance_id, displayed_text, label_annotations, span_annotations}`), and
`user_state.json`, of which only rewrites can be read: it holds the answers of a person but not the texts.

Error spans keep type, subtype and severity; `pairwise` is a side or a place on a scale (negative: the left is better);
`text_edit` is a rewrite.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from feedback.datasets.readers.checks import words
from feedback.datasets.readers.hearing import Heard
from feedback.datasets.readers.layout import Layout, layout_of
from feedback.datasets.readers.loose import alone, number_in, object_in, objects_in, parsed, pseudonym, said_in
from feedback.datasets.readers.rows import Answer, Record, Row, Unreadable
from feedback.datasets.readers.sound import sound

NAME = "potato"
LABEL = "a line of Potato, or a person's state"
RATER = "Potato annotator"
STATE = "instance_id_to_label_to_value"
SAID = ("label_annotations", "annotations")
USED = {"user_id", "user", "instance_id", "id", "span_annotations", "behavioral_data", "link_annotations", *SAID}
YES = ("true", "on", "1", "yes")


def fits(record: Record) -> bool:
    """Whether a record has this shape."""
    if isinstance(record.get(STATE), dict):
        return True
    said = any(isinstance(record.get(name), dict) for name in SAID) or "span_annotations" in record
    return said and ("instance_id" in record or "displayed_text" in record)


@sound
def read(record: Record) -> list[Row]:
    """One person's answers to one item; of a state all rewrites."""
    rater = pseudonym(record.get("user_id") or record.get("user"), "annotator") or RATER
    if isinstance(record.get(STATE), dict):
        return states(record[STATE], rater)
    fields = {name: value for name, value in record.items() if name not in USED}
    shown = fields.pop("displayed_text", None)
    layout = layout_of(fields if any(fields.values()) else {"text": shown}, "displayed_text")
    if not layout.answers and isinstance(shown, str) and shown.strip():
        layout = Layout(layout.messages, ("displayed_text",), (Answer(shown),), layout.beside)
    heard = Heard(layout.names, layout.answers)
    for question, value in said_of(record):
        take(heard, question, parsed(value), rater)
    for question, value in spans_of(record.get("span_annotations")):
        heard.mark({"label": question, **value}, rater)
    return [
        heard.row(messages=layout.messages, external_id=words(record, "instance_id", "id"),
                  extra={"source": "Potato", **layout.beside})
    ]  # fmt: skip


def said_of(record: Record) -> Iterator[tuple[str, Any]]:
    """The answers by the names of their schemes."""
    for name in SAID:
        yield from object_in(record.get(name), name).items()


def spans_of(value: object) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The marked pieces, in a list or by scheme."""
    value = parsed(value)
    if isinstance(value, Mapping):
        for name, held in value.items():
            for one in objects_in(held, "span_annotations") if isinstance(held, list) else ():
                yield str(name), one
    elif isinstance(value, list):
        for one in objects_in(value, "span_annotations"):
            yield str(one.get("name") or one.get("annotation") or one.get("schema") or "mark"), {
                **one, "text": one.get("text", one.get("span"))
            }  # fmt: skip


def take(heard: Heard, question: str, value: Any, rater: str) -> None:
    """One answer, by what is in it."""
    inner = object_in(value.get("labels"), "labels") if isinstance(value, Mapping) and "labels" in value else value
    if not isinstance(inner, Mapping):
        heard.take(question, inner, rater)
    elif "selection" in inner:
        if not heard.choose("preference", str(inner["selection"]), rater, "imported"):
            heard.keep(question, dict(inner), rater)
    elif "scale_value" in inner:
        scale(heard, question, inner["scale_value"], rater)
    elif isinstance(inner.get("errors"), list):
        for one in objects_in(inner["errors"], "errors"):
            heard.mark({**one, "label": one.get("subtype") or one.get("type")}, rater)
    elif "edited_text" in inner:
        rewrite(heard, inner, rater)
    else:
        for name, told in inner.items():
            pick(heard, question, str(name), told, rater)


def scale(heard: Heard, question: str, value: Any, rater: str) -> None:
    """A place on a scale between two answers: negative is the left one's."""
    number = number_in(value)
    if number is None or len(heard.answers) != 2:
        heard.keep(question, value, rater)
        return
    strength = max(-3, min(3, round(number))) or (-1 if number < 0 else 1 if number > 0 else 0)
    heard.choose("preference", "tie" if number == 0 else "left" if number < 0 else "right", rater, "imported", strength)


def rewrite(heard: Heard, inner: Mapping[str, Any], rater: str) -> None:
    """An edited text, of the answer that it was made from."""
    before, after = said_in(inner.get("original_text"), "original_text"), said_in(inner["edited_text"], "edited_text")
    places = [place for place, answer in enumerate(heard.answers) if answer.text.strip() == before.strip()]
    if heard.answers and after.strip() and (places or not before):
        heard.rewrite(after, rater, place=places[0] if places else 0)
    else:
        heard.keep("text_edit", dict(inner), rater)


def pick(heard: Heard, question: str, name: str, told: Any, rater: str) -> None:
    """A box that was ticked, a score, or words."""
    if told in (None, "", False) or str(told).lower() == "false":
        return
    if told is True or str(told).lower() in YES or str(told) == name:
        ends = name.rpartition("_")[2]
        heard.take(question, int(ends) if ends.isdecimal() and len(ends) < 4 else name, rater)
    elif number_in(told) is not None:
        heard.score(name if name != question else question, told, rater, "imported")
    else:
        heard.take(question if name in {"text_box", "free_response"} else name, told, rater)


def states(items: Mapping[str, Any], rater: str) -> list[Row]:
    """The rewrites of a person's state, each with the text it was made from."""
    rows = []
    for item, schemes in items.items():
        for value in object_in(schemes, STATE).values():
            inner = value.get("labels", value) if isinstance(value, Mapping) else {}
            before = said_in(inner.get("original_text"), "original_text") if isinstance(inner, Mapping) else ""
            if before.strip() and inner.get("edited_text"):
                heard = Heard(("text",), (Answer(before),))
                rewrite(heard, inner, rater)
                rows.append(heard.row(messages=alone(before), external_id=str(item)[:200], extra={"source": "Potato"}))
    if not rows:
        raise Unreadable(
            "A user_state.json holds what somebody answered but not the texts. Bring Potato's JSONL export instead.",
            column=STATE,
        )
    return rows
