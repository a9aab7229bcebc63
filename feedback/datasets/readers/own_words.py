"""Ratings, critiques, reasons for failure, hints, presses, follow-ups and uptake as they are written here, read again.

What was rated or taken in comes with the words it is about, so that each is found where it is there already.
"""

from __future__ import annotations

from typing import Any

from feedback.datasets.readers.checks import asked, text_in, turns_in, words
from feedback.datasets.readers.guidance import Followed, Hinting, Press, Taken
from feedback.datasets.readers.own_places import Placed, giver, mark_in, one_of, placed, whole_in
from feedback.datasets.readers.rows import Answer, Comment, Mark, Record, Row, Score, Unreadable

SCOPES = ("response", "span", "turn", "pair", "dialogue")
LONGEST = 2**31 - 1


def rating(record: Record) -> Row:
    """A score, of an answer, of a turn, or of what somebody said of an answer."""
    where = placed(record)
    scale = whole_in(record, "scale", 2, 100) or 5
    score = None if record.get("cannot_judge") is True else whole_in(record, "score", 1, scale)
    if score is None and record.get("cannot_judge") is not True:
        raise Unreadable("There is neither a 'score' nor 'cannot_judge' in this row.", column="score")
    about = record.get("about")
    row = spoken(about, where) if isinstance(about, dict) else Row(messages=where.messages, answers=(where.answer,))
    said = Score(answer=0, score=score, scale=scale, aspect=(words(record, "aspect") or "overall")[:60],
                 turn=where.turn, comment=0 if row.comments else None, **giver(record))  # fmt: skip
    return with_more(row, scores=(said,))


def with_more(row: Row, **more: Any) -> Row:
    """The row with further columns."""
    return Row(**{**vars(row), **more})


def critique(record: Record) -> Row:
    """Kudos or a critique with its place."""
    return spoken(record, placed(record))


def spoken(record: Record, where: Placed) -> Row:
    """Words about an answer, with the mark or the other answer they are about."""
    scope = one_of(record, "scope", SCOPES)
    text, improve, failure = (words(record, name) for name in ("text", "improve", "failure"))
    if not (text or improve or failure):
        raise Unreadable("Nothing is said in this row: there is no 'text', 'improve' or 'failure'.", column="text")
    answers, marks = [where.answer], []
    if scope == "pair":
        answers.append(Answer(text_in(record, "beside")))
        if answers[1].text == answers[0].text:
            raise Unreadable("Both answers of the pair are the same.", column="beside")
    if scope == "span":
        marks.append(mark_of(record, where))
    if scope == "turn" and where.turn is None and whole_in(record, "turn", 0, 10_000) is not None:
        scope = "response"  # an older file: the turn stands as the answer
    informative = record.get("informative")
    said = Comment(
        answer=0, text=text, improve=improve, failure=failure[:60], stage=words(record, "stage")[:60],
        polarity=one_of(record, "polarity", ("kudos", "critique")), turn=where.turn if scope == "turn" else None,
        beside=1 if scope == "pair" else None, mark=0 if marks else None, whole=scope == "dialogue",
        perspective=words(record, "perspective")[:60], objective=words(record, "objective")[:60],
        looks=one_of(record, "looks", ("", "back", "forward", "both")) if record.get("looks") else "",
        informative=informative if isinstance(informative, bool) else None, **giver(record),
    )  # fmt: skip
    return Row(messages=where.messages, answers=tuple(answers), marks=tuple(marks), comments=(said,))


def mark_of(record: Record, where: Placed) -> Mark:
    """The mark that words are about."""
    told = record.get("mark")
    if not isinstance(told, dict):
        raise Unreadable("These words are about a mark, but the row does not tell which.", column="mark")
    return mark_in(told, record, where)


def failure(record: Record) -> Row:
    """A named reason for failure."""
    where, named = placed(record), words(record, "failure")
    if not named:
        raise Unreadable(
            "This row names a stage but no failure; its words stand in precept-critiques.", column="failure"
        )
    said = Comment(answer=0, text="", failure=named[:60], stage=words(record, "stage")[:60], turn=where.turn,
                   **giver(record))  # fmt: skip
    return Row(messages=where.messages, answers=(where.answer,), comments=(said,))


def hint(record: Record) -> Row:
    """A hint and the tries without it and with it; how these were judged stands in files of its own."""
    tried: dict[str, Answer] = {}
    for side in ("without", "with"):
        listed = record[side]
        if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
            raise Unreadable(f"{side!r} should be a list of tries.", column=side)
        for one in listed:
            told = {"hint": words(record, "hint")} if side == "with" else {}
            tried.setdefault(text_in(one, "text"), Answer(text_in(one, "text"), words(one, "model"), extra=told))
    said = Hinting(text=text_in(record, "hint"), **giver(record))
    messages = asked(turns_in(record["prompt"], "prompt"), "prompt")
    return Row(messages=messages, answers=tuple(tried.values()), guidance=(said,))


def press(record: Record) -> Row:
    """Plus or minus at a place of a text that was streaming."""
    where = placed(record)
    at = whole_in(record, "at", 0, len(where.answer.text))
    direction, late = whole_in(record, "direction", -1, 1), whole_in(record, "milliseconds", 0, LONGEST)
    if not direction or at is None or late is None:
        raise Unreadable("A press needs a 'direction' of 1 or -1, 'at' and 'milliseconds'.", column="direction")
    said = Press(answer=0, direction=direction, at=at, milliseconds=late, **giver(record))
    return Row(messages=where.messages, answers=(where.answer,), guidance=(said,))


def follow_up(record: Record) -> Row:
    """What somebody found in the user's next message."""
    marks = ("satisfied", "corrected", "repeated", "gave-up", "none")
    where = placed(record, next_message=text_in(record, "next_message"))
    said = Followed(
        answer=0, mark=one_of(record, "mark", marks), says=words(record, "says"),
        prompt_quality=whole_in(record, "prompt_quality", 1, 5),
        detected=one_of(record, "detected", marks) if record.get("detected") else "",
        turn=None if where.turn is None else where.turn + 1, **giver(record),
    )  # fmt: skip
    return Row(messages=where.messages, answers=(where.answer,), guidance=(said,))


def uptake(record: Record) -> Row:
    """Whether a later answer took words in; the words are told whole, or as far as an older file does."""
    about = record.get("about")
    told = about if isinstance(about, dict) else {**record, "scope": "response", "by": None, "rater": None}
    row = spoken(told, placed(told if "prompt" in told else record))
    later = text_in(record, "later")
    texts = [one.text for one in row.answers]
    answers = row.answers if later in texts else (*row.answers, Answer(later))
    said = Taken(
        comment=0, answer=texts.index(later) if later in texts else len(texts), note=words(record, "note"),
        outcome=one_of(record, "outcome", ("yes", "partly", "no", "worse")), **giver(record),
    )  # fmt: skip
    return with_more(row, answers=answers, guidance=(said,))
