"""HelpSteer3 (Wang et al. 2025), all five subsets: preference, feedback, edit, edit quality, principle.

-3 to 3 is a preference with its strength, below zero for the first response; the subset's overall one and each of the
annotators' own, with their reasons and their words on either answer. Feedback is comments, edits are rewrites with
their summary, good against bad edits a preference, and a principle with its fulfilment a check by a model.
"""

from __future__ import annotations

from typing import Any

from feedback.datasets.readers.checks import checked_text, conversation, different, rest, text_in, words
from feedback.datasets.readers.helpsteer2 import outcome_of
from feedback.datasets.readers.rows import Answer, Comment, Fulfilment, Record, Rewrite, Row, Unreadable, Verdict
from feedback.datasets.readers.values import chosen_value, has, objects_in, texts_in, whole

NAME = "helpsteer3"
LABEL = "a context with responses and a preference, feedback, edits or a principle (HelpSteer3)"
OVERALL = "HelpSteer3 overall"
EDITOR = "HelpSteer3 editors"
CHECKER = "HelpSteer3 principle check"
FULFILLED = {"yes": "yes", "no": "no", "true": "yes", "false": "no"}
USED = {"context", "response", "response1", "response2", "overall_preference", "individual_preference", "feedback",
        "original_response", "edited_response", "good_edited_response", "bad_edited_response", "change_summary",
        "principle", "fulfilment", "fulfillment", "id"}  # fmt: skip


def fits(record: Record) -> bool:
    """Whether a record has this shape."""
    return "context" in record and shape_of(record) != ""


def shape_of(record: Record) -> str:
    """Which subset a record belongs to."""
    shapes = {
        "preference": ("response1", "response2", "overall_preference"),
        "edit_quality": ("original_response", "good_edited_response", "bad_edited_response"),
        "edit": ("original_response", "edited_response"),
        "principle": ("response", "principle"),
        "feedback": ("response", "feedback"),
    }
    return next((name for name, columns in shapes.items() if has(record, *columns)), "")


def read(record: Record) -> Row:
    """A row of the subset it belongs to."""
    more: dict[str, Any] = {
        "messages": conversation(record, "context"),
        "external_id": words(record, "id"),
        "extra": rest(record, USED),
    }
    found: Row = READ[shape_of(record)](record, more)
    return found


def preference(record: Record, more: dict[str, Any]) -> Row:
    """Two answers; what was said of them by all and by each."""
    first, second = text_in(record, "response1"), text_in(record, "response2")
    different(first, second, "response2")
    overall = whole(record, "overall_preference", -3, 3)
    said = objects_in(record, "individual_preference") if record.get("individual_preference") else []
    verdicts, comments = [], []
    for place, one in enumerate(said, 1):
        rater = f"HelpSteer3 annotator {place}"
        score = whole(one, "score", -3, 3)
        verdicts.append(Verdict(outcome_of(score), rater, words(one, "reasoning"), strength=score))
        comments += [
            Comment(answer=answer, text=text, rater=rater, beside=1 - answer)
            for answer, text in enumerate((words(one, "feedback1"), words(one, "feedback2")))
            if text
        ]
    return Row(
        answers=(Answer(first), Answer(second)),
        verdict=Verdict(outcome_of(overall), OVERALL, strength=overall),
        verdicts=tuple(verdicts), comments=tuple(comments), **more,
    )  # fmt: skip


def feedback(record: Record, more: dict[str, Any]) -> Row:
    """An answer and what annotators said of it."""
    return Row(answers=(Answer(text_in(record, "response")),), comments=comments_in(record), **more)


def comments_in(record: Record) -> tuple[Comment, ...]:
    """The annotators' words on the first answer."""
    said = texts_in(record, "feedback") if record.get("feedback") else []
    return tuple(
        Comment(answer=0, text=checked_text(text, "feedback"), rater=f"HelpSteer3 annotator {place}")
        for place, text in enumerate(said, 1)
        if text.strip()
    )


def edit(record: Record, more: dict[str, Any]) -> Row:
    """An answer, what was said of it, and what an editor made of that."""
    before, after = text_in(record, "original_response"), text_in(record, "edited_response")
    different(before, after, "edited_response")
    better = Rewrite(answer=0, text=after, rater=EDITOR, reason=words(record, "change_summary"))
    return Row(answers=(Answer(before),), comments=comments_in(record), rewrites=(better,), **more)


def edit_quality(record: Record, more: dict[str, Any]) -> Row:
    """An answer and two edits of it: the good one follows the feedback, the bad one does not."""
    texts = [text_in(record, name) for name in ("original_response", "good_edited_response", "bad_edited_response")]
    different(texts[1], texts[2], "bad_edited_response")
    return Row(
        answers=tuple(Answer(text) for text in texts),
        verdict=Verdict("a", EDITOR, first=1, second=2, aspect="edit-quality"),
        comments=comments_in(record),
        **more,
    )


def principle(record: Record, more: dict[str, Any]) -> Row:
    """An answer and whether it does what a principle asks."""
    name = "fulfilment" if "fulfilment" in record else "fulfillment"
    if record.get(name) is None:
        raise Unreadable("There is no 'fulfilment' in this row.", column="fulfilment")
    passes = chosen_value(FULFILLED, record, name) == "yes" if not isinstance(record[name], bool) else record[name]
    check = Fulfilment(answer=0, asks=text_in(record, "principle"), passes=passes, rater=CHECKER)
    return Row(answers=(Answer(text_in(record, "response")),), fulfilments=(check,), **more)


READ = {"preference": preference, "feedback": feedback, "edit": edit, "edit_quality": edit_quality,
        "principle": principle}  # fmt: skip
