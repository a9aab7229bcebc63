"""What this product exports of each kind of feedback as it was given, read again (`precept-…`).

Each line names its rater by a pseudonym and says what kind of voice it is; older files do not, then raters come in
under one name. Lines about one turn of a dialogue tell the rest of it.
"""

from __future__ import annotations

from typing import Any

from feedback.datasets.readers import own_words
from feedback.datasets.readers.checks import asked, checked_text, kind_of, text_in, turns_in, words
from feedback.datasets.readers.own_places import Placed, giver, mark_in, placed
from feedback.datasets.readers.rows import Answer, Order, Record, Rewrite, Row, Shown, Unreadable, Verdict

NAME = "precept"
LABEL = "what Precept itself exports of each kind of feedback"
SHAPES = {
    "ranking": {"prompt", "responses", "aspect"},
    "preference": {"prompt", "response_a", "response_b", "outcome"},
    "mark": {"prompt", "response", "category", "start", "end"},
    "rewrite": {"prompt", "before", "after", "edits"},
    "demonstration": {"prompt", "demonstration"},
    "uptake": {"prompt", "response", "later", "outcome"},
    "critique": {"prompt", "response", "polarity", "text", "improve", "scope"},
    "failure": {"prompt", "response", "failure", "stage"},
    "rating": {"prompt", "response", "aspect", "score", "scale", "cannot_judge"},
    "hint": {"prompt", "hint", "without", "with"},
    "pulse": {"prompt", "response", "direction", "at", "milliseconds"},
    "follow-up": {"prompt", "response", "next_message", "mark", "says"},
}
MOST = 10_000  # answers to one prompt
OUTCOMES = {"a", "b", "tie", "both-good", "both-bad"}
OWN_WORDS = {
    "uptake": own_words.uptake, "critique": own_words.critique, "failure": own_words.failure,
    "rating": own_words.rating, "hint": own_words.hint, "pulse": own_words.press, "follow-up": own_words.follow_up,
}  # fmt: skip


def fits(record: Record) -> bool:
    """Whether a record has one of these shapes."""
    return shape_of(record) is not None


def shape_of(record: Record) -> str | None:
    """Which of the shapes it has."""
    return next((name for name, keys in SHAPES.items() if keys <= set(record)), None)


def read(record: Record) -> Row:
    """A row of the shape it has."""
    shape = shape_of(record) or ""
    if shape in OWN_WORDS:
        return OWN_WORDS[shape](record)
    messages = asked(turns_in(record["prompt"], "prompt"), "prompt")
    source = words(record, "source")
    more: dict[str, Any] = {"messages": messages, "extra": {"source": source} if source else {}}
    found: Row = READ[shape](record, more)
    return found


def ranking(record: Record, more: dict[str, Any]) -> Row:
    """Answers with their places."""
    listed = record["responses"]
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise Unreadable(f"'responses' should be a list of objects but is {kind_of(listed)}.", column="responses")
    answers = tuple(Answer(text_in(one, "text"), words(one, "model")) for one in listed)
    places = tuple(place_in(one) for one in listed)
    order = (
        Order(places=places, reason=words(record, "reason"), aspect=(words(record, "aspect") or "overall")[:60],
              **giver(record)) if len(answers) > 1 else None
    )  # fmt: skip
    return Row(answers=answers, order=order, **more)


def place_in(record: Record) -> int:
    """A place from 1."""
    place = record.get("place")
    if not isinstance(place, int) or isinstance(place, bool) or not 1 <= place <= MOST:
        raise Unreadable(f"'place' should be a number from 1 but is {str(place)[:40]!r}.", column="responses")
    return place


def preference(record: Record, more: dict[str, Any]) -> Row:
    """Two answers and which is better."""
    if record.get("turns_a") or record.get("turns_b"):
        raise Unreadable(
            "Two whole dialogues are compared here; only answers to one prompt can be read.", column="turns_a"
        )
    outcome = record["outcome"]
    if not isinstance(outcome, str) or outcome not in OUTCOMES:
        known = ", ".join(sorted(OUTCOMES))
        raise Unreadable(f"'outcome' should be one of {known} but is {str(outcome)[:40]!r}.", column="outcome")
    answers = tuple(side(record, name) for name in "ab")
    who = giver(record)
    verdict = Verdict(
        outcome, who["rater"], words(record, "reason"), by=who["by"], strength=strength_in(record),
        aspect=words(record, "aspect") or "overall",
        timing="hindsight" if record.get("timing") == "hindsight" else "now",
    )  # fmt: skip
    return Row(answers=answers, verdict=verdict, **more)


def side(record: Record, name: str) -> Answer:
    """One of two answers; of whole dialogues with the turns before it."""
    turns = record.get(f"turns_{name}")
    found = tuple(turns_in(turns, f"turns_{name}")) if turns else None
    return Answer(text_in(record, f"response_{name}"), turns=found)


def strength_in(record: Record) -> int | None:
    """A strength from -3 to 3 on the side of the outcome, or none."""
    strength, outcome = record.get("strength"), record["outcome"]
    if strength is None:
        return None
    side = {"a": -1, "b": 1}.get(str(outcome), 0)
    fits_side = isinstance(strength, int) and abs(strength) <= 3 and (strength > 0) - (strength < 0) == side
    if not fits_side:
        raise Unreadable(
            f"A strength of {str(strength)[:40]!r} does not go with the outcome {outcome!r}.", column="strength"
        )
    return int(strength)


def mark(record: Record, more: dict[str, Any]) -> Row:
    """An answer with one mark, or an omission."""
    where = placed(record)
    marked = mark_in(record, record, where)
    return Row(answers=(where.answer,), marks=(marked,), **{**more, "messages": where.messages})


def rewrite(record: Record, more: dict[str, Any]) -> Row:
    """An answer or a turn of its dialogue, and what somebody made of it."""
    told = {**record, "after": record.get("rest") or []}
    where: Placed = placed(told, "before")
    better = Rewrite(
        answer=0, text=text_in(record, "after"), reason=words(record, "reason"), turn=where.turn,
        ideal=record.get("ideal") is True, **giver(record),
    )  # fmt: skip
    return Row(answers=(where.answer,), rewrites=(better,), **{**more, "messages": where.messages})


def demonstration(record: Record, more: dict[str, Any]) -> Row:
    """An answer a person wrote."""
    text = checked_text(text_in(record, "demonstration"), "demonstration")
    shown = Shown(text=text, reason=words(record, "reason"), **giver(record))
    return Row(demonstrations=(shown,), **more)


READ = {
    "ranking": ranking, "preference": preference, "mark": mark, "rewrite": rewrite, "demonstration": demonstration,
}  # fmt: skip
