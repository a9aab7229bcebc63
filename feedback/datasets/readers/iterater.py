"""IteraTeR's R3 (Du et al. 2022): edits of a text, each accepted or rejected by a person, depth by depth.

A file of the model's edits holds the text before every depth; a file of people's edits holds the edited passages only,
which are put together with `[…]` for what is not there. The text is the response, an accepted edit is a mark with its
replacement, a rejected one praise for what was to be changed (`kept`), and the text a person let stand at the end of a
depth is a rewrite. Where text was to be put in, the mark stands on the character before.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any

from feedback.capture.definition import Category
from feedback.datasets.readers.checks import checked_text, storable, text_in
from feedback.datasets.readers.rows import MODEL, PERSON, Answer, Mark, Record, Rewrite, Row, Unreadable
from feedback.datasets.readers.values import list_in, object_in

NAME = "iterater"
LABEL = "edits of a text that were accepted or rejected (IteraTeR R3)"
DEPTH = re.compile(r"rev_depth_([1-9]\d?)")
FILE = re.compile(r"(ann\d+)-[A-Z]+-(.+?)-cycle")
DECISIONS = {"Accept": "accepted", "Reject": "rejected"}
KEPT, GAP = "kept", "[…]"
INTENTS = ("clarity", "fluency", "coherence", "style", "meaning-changed", "others")
CATEGORIES = (
    *(Category(name=f"edit-{one}", label=f"Edit: {one.replace('-', ' ')}", weight=-0.2) for one in INTENTS),
    Category(name=KEPT, label="An edit was turned down: good as it is", polarity="kudos", weight=0.1),
)
EDITORS = "Revise this text where it can be clearer, more fluent, more coherent or better in style."


def fits(record: Record) -> bool:
    """Whether a record has this shape."""
    return isinstance(record.get("rev_depth_0"), dict) or (
        isinstance(record.get("edits"), list)
        and isinstance(record.get("file"), str)
        and set(record) == {"file", "edits"}
    )


def read(record: Record) -> list[Row]:
    """A row for every depth, or one for a file of people's edits."""
    file = storable(str(record.get("file") or ""), "file")
    rows = [passages(record, file)] if "edits" in record else depths(record, file)
    if not rows:
        raise Unreadable("The file holds no edits.", column="rev_depth_1")
    return rows


def depths(record: Record, file: str) -> list[Row]:
    """The depths of a model's revision, each beginning with what was left by the one before."""
    rater, by = editor_of(file)
    first = object_in(object_in(record, "rev_depth_0"), "doc")
    document = str(first.get("doc_id") or "a text")
    root = text_in(first, "before_revision")
    rows = []
    for name in sorted(name for name in record if DEPTH.fullmatch(name)):
        doc = object_in(object_in(record, name), "doc")
        if "edit_actions" not in doc:
            continue
        text, depth = text_in(doc, "before_revision"), int(name.rpartition("_")[2])
        edits = list_in(doc, "edit_actions")
        told = {"file": file, "document": document, "depth": depth}
        marks = [mark(one, text, told, rater, by) for one in edits]
        after = doc.get("after_human_evaluation", doc.get("after_revision"))
        better = (
            (Rewrite(answer=0, text=checked_text(after, name), rater=rater, by=by),)
            if isinstance(after, str) and after.strip() and after != text
            else ()
        )
        rows.append(row_of(document, depth, text, marks, better, root=root))
    return rows


def passages(record: Record, file: str) -> Row:
    """The passages somebody's edits are about, as one text with gaps."""
    rater, by = editor_of(file)
    found = FILE.search(PurePosixPath(file).name)
    document = found[2] if found else PurePosixPath(file).stem
    edits = sorted((valid(one) for one in list_in(record, "edits")), key=lambda one: int(one["start_char_pos"]))
    text, marks = GAP, []
    for one in edits:
        start = len(text) + 1
        text += f" {one['before']} {GAP}" if one["before"] else f" {GAP}"
        here = {**one, "start_char_pos": start, "end_char_pos": start + len(one["before"])}
        marks.append((here, {"file": file, "document": document, "at": one["start_char_pos"]}))
    return row_of(document, 0, text, [mark(one, text, told, rater, by) for one, told in marks], (), root=document)


def row_of(
    document: str, depth: int, text: str, marks: Sequence[Mark], better: tuple[Rewrite, ...], *, root: str
) -> Row:
    """A text under revision as a row."""
    numbered = []
    seen: dict[Any, int] = {}
    for one in marks:  # the very same edit twice in one text is two decisions
        key = (one.start, one.end, one.category, one.replacement, str(one.shown))
        seen[key] = seen.get(key, 0) + 1
        numbered.append(one if seen[key] == 1 else replace(one, shown={**one.shown, "again": seen[key]}))
    asks = f"{EDITORS} ({document}{f', depth {depth}' if depth else ''})"
    return Row(
        messages=({"role": "user", "content": storable(asks, "doc_id")},),
        answers=(Answer(text, extra={"document": document, "depth": depth} if depth else {"document": document}),),
        marks=tuple(numbered),
        rewrites=better,
        root=root,
        extra={"source": "IteraTeR R3", "document": document},
    )


def mark(one: Any, text: str, told: Mapping[str, Any], rater: str, by: str) -> Mark:
    """An edit as a mark, with what was decided about it."""
    edit = valid(one)
    start, end = edit["start_char_pos"], edit["end_char_pos"]
    if not 0 <= start <= end <= len(text) or text[start:end] != edit["before"]:
        raise Unreadable(f"An edit from {start} to {end} does not stand where the text says.", column="edit_actions")
    decision = DECISIONS[edit["accept_or_reject"]]
    shown = {
        **told,
        "decision": decision,
        "type": edit["type"],
        "intent": edit["major_intent"],
        "start": start,
        "end": end,
    }
    replacement = edit["after"]
    if start == end:
        start, end = (start - 1, start) if start else (0, 1)
        replacement = text[start:end] + replacement if shown["start"] else replacement + text[start:end]
    category = f"edit-{edit['major_intent']}" if decision == "accepted" else KEPT
    return Mark(answer=0, category=category, rater=rater, start=start, end=end, replacement=replacement,
                shown=shown, by=by)  # fmt: skip


def valid(one: Any) -> dict[str, Any]:
    """An edit with all that it needs."""
    if not isinstance(one, dict):
        raise Unreadable("An edit should be an object.", column="edit_actions")
    before, after = one.get("before") or "", one.get("after") or ""
    places = [one.get("start_char_pos"), one.get("end_char_pos")]
    if not isinstance(before, str) or not isinstance(after, str) or not all(type(place) is int for place in places):
        raise Unreadable("An edit needs its texts 'before' and 'after' and where it stands.", column="edit_actions")
    if str(one.get("accept_or_reject")) not in DECISIONS or str(one.get("type")) not in ("A", "D", "R"):
        raise Unreadable("An edit needs a type (A, D or R) and Accept or Reject.", column="edit_actions")
    intent = str(one.get("major_intent") or "others").strip().lower()
    return {
        **one,
        "before": storable(before, "before"),
        "after": storable(after, "after"),
        "major_intent": intent if intent in INTENTS else "others",
    }


def editor_of(file: str) -> tuple[str, str]:
    """Who decided, by the name of the file: an annotator, or the model by itself (`system_only`)."""
    if "system_only" in file:
        return "IteraTeR system", MODEL
    found = re.search(r"(ann\d+)", file)
    return f"IteraTeR {found[1]}" if found else "IteraTeR writers", PERSON
