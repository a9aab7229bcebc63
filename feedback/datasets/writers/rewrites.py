"""Rewrites as pair and as sequence of edits (SYNFAC-EDIT, coactive learning): what was added, deleted and replaced."""

from __future__ import annotations

from typing import Any

from feedback.datasets.writers.heads import Line, graded
from feedback.datasets.writers.prompts import Untrainable
from feedback.desk.diff import word_diff

NAME = "precept-edits"
LABEL = "Rewrites, as pair and as sequence of edits"
ABOUT = """\
`prompt`, the text `before` and `after` (after is the better one; that it is the best there is, only `ideal` says),
and `edits`: each with `type` (add, delete, replace), `start` and `end` in code points of `before`, the words
`before` and `after`. Made from the last to the first, they turn one text into the other. `form` is "refinement",
`difficulty` how hard the example seems (CDF). With `turn` that turn of the dialogue was rewritten."""


def edit_line(row: Any, *, difficulty: str = "unknown") -> Line:
    """One rewrite."""
    messages = list(row.response.messages)
    before = row.response.text if row.turn is None else messages[row.turn]["content"]
    if before.strip() == row.result.text.strip():
        raise Untrainable("both responses say the same")
    line = {
        "prompt": messages if row.turn is None else messages[: row.turn],
        "before": before,
        "after": row.result.text,
        "edits": edits_between(before, row.result.text),
        "reason": row.reason,
        "ideal": row.ideal,
        "turn": row.turn,
        "synthetic": row.rater.kind in {"judge", "simulated", "check"},
    }
    return graded(line, "refinement", difficulty)


def edits_between(before: str, after: str) -> list[Line]:
    """The edits that make one text of the other, in reading order."""
    found: list[Line] = []
    place = 0
    for change in word_diff(before, after):
        if change.kind == "same":
            place += len(change.text)
        elif change.kind == "removed":
            found.append(edit("delete", place, place + len(change.text), change.text, ""))
            place += len(change.text)
        elif found and found[-1]["type"] == "delete" and found[-1]["end"] == place:
            last = found.pop()
            found.append(edit("replace", last["start"], place, last["before"], change.text))
        else:
            found.append(edit("add", place, place, "", change.text))
    return found


def edit(kind: str, start: int, end: int, before: str, after: str) -> Line:
    """One edit."""
    return {"type": kind, "start": start, "end": end, "before": before, "after": after}


def applied(before: str, edits: list[Line]) -> str:
    """The text after all edits, made from the last to the first."""
    for one in reversed(edits):
        before = before[: one["start"]] + one["after"] + before[one["end"] :]
    return before
