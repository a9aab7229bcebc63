"""Prodigy's examples: `{text, spans, options, accept, answer, _annotator_id}`.

`accept` makes the spans marks and the chosen options choices; `reject` says that the text does not do what its label
asks; `ignore` says nothing. Options to a prompt that read like answers are answers, and the accepted ones are better.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from feedback.datasets.readers.checks import checked_text, rest, words
from feedback.datasets.readers.hearing import LONG, Heard
from feedback.datasets.readers.loose import alone, objects_in, pseudonym, said_in
from feedback.datasets.readers.rows import PERSON, Answer, Fulfilment, Record, Row, Score, Unreadable, Verdict
from feedback.datasets.readers.sound import sound

NAME = "prodigy"
LABEL = "an example of Prodigy with its answer"
RATER = "Prodigy annotator"
ANSWERS = ("accept", "reject", "ignore")
USED = {"text", "spans", "tokens", "options", "accept", "answer", "html", "_annotator_id", "_session_id", "_input_hash",
        "_task_hash", "_view_id", "_timestamp", "prompt", "response", "label", "config", "user_input"}  # fmt: skip


def fits(record: Record) -> bool:
    """Whether a record has this shape."""
    if not isinstance(record.get("answer"), str) or record["answer"] not in ANSWERS:
        return False
    return any(name in record for name in ("_input_hash", "_task_hash", "spans", "options", "_session_id", "_view_id"))


@sound
def read(record: Record) -> Row:
    """The text or the options, and what was decided."""
    rater = pseudonym(record.get("_annotator_id") or record.get("_session_id"), "annotator") or RATER
    options = objects_in(record.get("options"), "options")
    answers = options_as_answers(record, options)
    if answers:
        return choice(record, answers, rater)
    text = checked_text(said_in(record.get("response") or record.get("text"), "text"), "text")
    heard = Heard(("text",), (Answer(text),))
    extra = {"source": "Prodigy", "answer": record["answer"], **rest(record, USED)}
    fulfilments = decide(record, heard, options, rater, extra)
    prompt = said_in(record.get("prompt"), "prompt") if record.get("response") or record.get("text") != text else ""
    messages = ({"role": "user", "content": prompt},) if prompt.strip() else alone(text)
    row = heard.row(messages=messages, external_id=words(record, "id", "_task_hash"), extra=extra)
    return Row(**{**vars(row), "fulfilments": tuple(fulfilments)})


def decide(
    record: Record, heard: Heard, options: list[Mapping[str, Any]], rater: str, extra: dict[str, Any]
) -> list[Fulfilment]:
    """What accepting or rejecting a text says."""
    spans, label = objects_in(record.get("spans"), "spans"), words(record, "label")
    if record["answer"] == "ignore":
        return []
    accepted = record["answer"] == "accept"
    if spans and not accepted:
        extra["rejected_spans"] = [dict(one) for one in spans]
    for one in spans if accepted else ():
        heard.mark({**one, "label": one.get("label", label or "mark")}, rater)
    for name in chosen_in(record) if accepted else ():
        told = next((said_in(one.get("text"), "options") for one in options if str(one.get("id")) == name), name)
        heard.tag("accept", told or name, rater)
    if words(record, "user_input") and accepted:
        heard.say(words(record, "user_input"), rater)
    if label and not spans:
        return [Fulfilment(answer=0, asks=label[:2000], passes=accepted, rater=rater, by=PERSON)]
    if not spans and not options:
        heard.scores.append(Score(answer=0, score=2 if accepted else 1, scale=2, aspect="accept", rater=rater))
    return []


def chosen_in(record: Record) -> list[str]:
    """The ids of the options that were accepted."""
    accepted = record.get("accept")
    return [str(one) for one in accepted] if isinstance(accepted, list) else []


def options_as_answers(record: Record, options: list[Mapping[str, Any]]) -> dict[str, str]:
    """The options by id, where they read like answers to a prompt; {} where they are labels."""
    texts = {str(one.get("id")): said_in(one.get("text") or one.get("html"), "options") for one in options}
    prompt = record.get("prompt") or record.get("text")
    if len(set(texts.values())) < 2 or not isinstance(prompt, str) or not all(one.strip() for one in texts.values()):
        return {}
    return texts if sum(map(len, texts.values())) > LONG * len(texts) else {}


def choice(record: Record, texts: dict[str, str], rater: str) -> Row:
    """A prompt with answers; every accepted one is better than every other."""
    places = {text: place for place, text in enumerate(dict.fromkeys(texts.values()))}
    better = {places[texts[name]] for name in chosen_in(record) if name in texts}
    if record["answer"] != "accept":
        better = set()
    verdicts = [
        Verdict("a", rater, first=good, second=other)
        for good in sorted(better)
        for other in range(len(places))
        if other not in better
    ]
    prompt = said_in(record.get("prompt") or record.get("text"), "prompt")
    if not prompt.strip():
        raise Unreadable("There is no prompt to these options.", column="text")
    return Row(
        messages=({"role": "user", "content": prompt},), answers=tuple(Answer(text) for text in places),
        verdicts=tuple(verdicts), external_id=words(record, "id", "_task_hash"),
        extra={"source": "Prodigy", "answer": record["answer"], **rest(record, USED)},
    )  # fmt: skip
