"""Revisions as this product writes them in the shape of IteraTeR: a text before and after, every edit, its reason."""

from __future__ import annotations

from feedback.datasets.readers.checks import asked, different, rest, text_in, turns_in, words
from feedback.datasets.readers.rows import Answer, Record, Rewrite, Row
from feedback.datasets.readers.values import has, objects_in

NAME = "iterater-revisions"
LABEL = "a prompt, a text before and after its revision, and the edits (IteraTeR)"
RATER = "Imported editor"
USED = {"prompt", "before_revision", "after_revision", "edit_actions", "doc_id", "revision_depth", "rater"}


def fits(record: Record) -> bool:
    """Whether a record has this shape."""
    return has(record, "prompt", "before_revision", "after_revision", "edit_actions")


def read(record: Record) -> Row:
    """The example, the text before as its answer, and the revision with the edits' intents as its reason."""
    before, after = text_in(record, "before_revision"), text_in(record, "after_revision")
    different(before, after, "after_revision")
    told = objects_in(record, "edit_actions") if record.get("edit_actions") else []
    intents = list(dict.fromkeys(filter(None, (words(one, "major_intent") for one in told))))
    better = Rewrite(answer=0, text=after, rater=words(record, "rater") or RATER, reason="; ".join(intents))
    return Row(
        messages=asked(turns_in(record.get("prompt"), "prompt"), "prompt"),
        answers=(Answer(before),),
        rewrites=(better,),
        extra=rest(record, USED),
    )
