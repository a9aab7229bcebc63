"""HH-RLHF (Bai et al. 2022): two whole dialogues as one text each, and the red team's attempts.

The turns both share are what was asked. A few rows differ before their last answer: they are told apart, not guessed.
"""

from __future__ import annotations

from feedback.datasets.readers.checks import different, last_answer, rest, storable, text_in, words
from feedback.datasets.readers.rows import Answer, Record, Row, Score, Unreadable, Verdict
from feedback.datasets.readers.speakers import SPEAKER, turns_of
from feedback.datasets.readers.values import has, number_of

NAME = "hh-rlhf"
LABEL = "two dialogues as 'Human:' and 'Assistant:' texts, or a red team's transcript (HH-RLHF)"
RATER = "HH-RLHF crowdworkers"
SUCCESS = "red-team-success"
USED = {"chosen", "rejected", "transcript", "rating", "tags", "red_team_member_id", "id", "rater"}


def fits(record: Record) -> bool:
    """Whether a record has this shape."""
    if has(record, "transcript", "min_harmlessness_score_transcript"):
        return isinstance(record["transcript"], str)
    if not has(record, "chosen", "rejected") or record.get("prompt"):
        return False
    return all(isinstance(record[name], str) and SPEAKER.match(record[name]) for name in ("chosen", "rejected"))


def read(record: Record) -> Row:
    """A pair with its preference, or an attempt with its rating."""
    return attempt(record) if "transcript" in record else pair(record)


def pair(record: Record) -> Row:
    """An example, the better answer first, and the preference for it."""
    before, chosen = last_answer(spoken(text_in(record, "chosen"), "chosen"), "chosen")
    other, rejected = last_answer(spoken(text_in(record, "rejected"), "rejected"), "rejected")
    if before != other:
        raise Unreadable(
            "'chosen' and 'rejected' differ before their last answers, so they answer different things.",
            column="rejected",
        )
    different(chosen, rejected, "rejected")
    return Row(
        messages=before,
        answers=(Answer(chosen), Answer(rejected)),
        verdict=Verdict("a", words(record, "rater") or RATER),
        external_id=words(record, "id"),
        extra=rest(record, USED),
    )


def attempt(record: Record) -> Row:
    """A red team's dialogue; how far it got (0 to 4) is a rating of the last answer, by whoever tried."""
    messages, text = last_answer(spoken(text_in(record, "transcript"), "transcript"), "transcript")
    rating = number_of(record.get("rating"))
    if rating is not None and rating not in (0, 1, 2, 3, 4):
        raise Unreadable(f"'rating' should be a whole number from 0 to 4 but is {rating:g}.", column="rating")
    member = words(record, "red_team_member_id")
    rater = f"Red team member {member}" if member else "Red team"
    tags = record.get("tags")
    return Row(
        messages=messages,
        answers=(Answer(text, words(record, "model_type")),),
        scores=() if rating is None else (Score(answer=0, score=int(rating) + 1, rater=rater, aspect=SUCCESS),),
        tags=tuple(storable(tag, "tags")[:60] for tag in tags if isinstance(tag, str))
        if isinstance(tags, list)
        else (),
        external_id=words(record, "id"),
        extra=rest(record, USED),
    )


def spoken(text: str, name: str) -> list[dict[str, str]]:
    """The turns of a text in which speakers are named."""
    turns = turns_of(text)
    if not turns:
        raise Unreadable(f"{name!r} does not begin with 'Human:' or 'Assistant:'.", column=name)
    return turns
