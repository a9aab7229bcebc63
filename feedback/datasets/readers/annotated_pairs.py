"""Annotated pairs 2.0 (ICAI, Feedback Forensics): a comparison, and what each annotator says of it.

People's choices are people's; those of principles and models are model judges', under the principle's words. Where a
principle speaks for both or for neither, it is a check of each answer; other reasons for no choice are kept with the
example. A comparison without a prompt stands for itself. In a file of lines nothing tells who the annotators are: then
their ids name them.
"""

from __future__ import annotations

from typing import Any

from feedback.datasets.readers.checks import asked, different, fits_json, storable, text_in, words
from feedback.datasets.readers.rows import MODEL, PERSON, Answer, Fulfilment, Record, Row, Unreadable, Verdict
from feedback.datasets.readers.values import has, no_prompt, object_in

NAME = "annotated-pairs"
LABEL = "a comparison with its annotations (annotated pairs 2.0)"
OUTCOMES = {"a": "a", "b": "b", "tie": "tie"}
CHECKED = {"both": True, "neither": False}
PRINCIPLE = "principle"


def fits(record: Record) -> bool:
    """Whether a record has this shape."""
    return has(record, "response_a", "response_b") and isinstance(record.get("annotations"), dict)


def read(record: Record) -> Row:
    """The example, its two answers, and a verdict or two checks for each annotator."""
    first, second = (object_in(record, name) for name in ("response_a", "response_b"))
    texts = text_in(first, "text"), text_in(second, "text")
    different(*texts, "response_b")
    about = record.get("about")
    listed = about.get("annotators") if isinstance(about, dict) else None
    known = listed if isinstance(listed, dict) else {}
    verdicts: list[Verdict] = []
    checks: list[Fulfilment] = []
    others: dict[str, Any] = {}
    for name, said in object_in(record, "annotations").items():
        rater, by = rater_of(known.get(name), name)
        pref, reason = pref_of(said, name)
        if pref:
            verdicts.append(Verdict(pref, rater, by=by))
        elif reason in CHECKED and by == MODEL:
            asks, passes = asks_of(known.get(name), name), CHECKED[reason]
            checks += [Fulfilment(answer=place, asks=asks, passes=passes, rater=rater) for place in (0, 1)]
        elif reason in CHECKED:
            verdicts.append(Verdict("both-good" if CHECKED[reason] else "both-bad", rater, by=by))
        else:
            others[rater] = said
    prompt = words(record, "prompt") or no_prompt(*texts)
    return Row(
        messages=asked([{"role": "user", "content": prompt}], "prompt"),
        answers=tuple(
            Answer(text, words(one, "model"), extra=extra_of(one, {"text", "model"}))
            for text, one in zip(texts, (first, second), strict=True)
        ),
        verdict=verdicts[0] if verdicts else None,
        verdicts=tuple(verdicts[1:]),
        fulfilments=tuple(checks),
        external_id=words(record, "id"),
        extra=extra_of({"comparison": record.get("metadata") or {}, "no_preference": others}, set()),
    )


def rater_of(annotator: Any, name: str) -> tuple[str, str]:
    """The name of an annotator, and whether it is a person's or a model's word."""
    told = annotator if isinstance(annotator, dict) else {}
    kind = str(told.get("type") or "unknown")
    by = PERSON if kind in ("human", "unknown") else MODEL
    if kind == PRINCIPLE:
        return f"Principle: {asks_of(annotator, name)}"[:120], by
    return storable((words(told, "name", "description") or name)[:120], "annotators"), by


def asks_of(annotator: Any, name: str) -> str:
    """What a principle asks."""
    return (words(annotator, "description", "name") if isinstance(annotator, dict) else "") or name


def pref_of(said: Any, name: str) -> tuple[str, str]:
    """An annotator's choice, or why there is none."""
    if not isinstance(said, dict):
        raise Unreadable(f"The annotation of {name!r} should be an object.", column="annotations")
    pref = said.get("pref")
    value = pref.strip().lower() if isinstance(pref, str) else ""
    if pref is not None and value not in OUTCOMES:
        raise Unreadable(
            f"The annotation of {name!r} prefers {str(pref)[:40]!r}, which is neither a nor b.", column="annotations"
        )
    reason = said.get("no_pref_reason")
    return OUTCOMES.get(value, ""), reason if isinstance(reason, str) else ""


def extra_of(one: Record, used: set[str]) -> dict[str, Any]:
    """What else is told."""
    return {name: value for name, value in one.items() if name not in used and value and fits_json({name: value})}
