"""What views in which text conditions text, or attempts follow one another, say of the attempts: read again."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from feedback.datasets.readers.checks import asked, fits_json, turns_in
from feedback.datasets.readers.rows import MODEL, PERSON, Record, Unreadable
from feedback.datasets.readers.telling import Telling, listed, spoken, yes_no
from feedback.datasets.writers.chains import TRY_AGAIN
from feedback.datasets.writers.conditioning import BAD_MARK, CATEGORIES, GOOD_MARK

Turns = list[dict[str, str]]
MIDDLE = {"excellent": 1.0, "good": 0.75, "fair": 0.5, "poor": 0.25, "bad": 0.0}
NOT_MET = "Not met: "


def completion(record: Record) -> str:
    """The words of a completion."""
    return spoken(turns_in(record["completion"], "completion")[-1]["content"], "completion")


def without(turns: Sequence[dict[str, str]], before: str) -> tuple[dict[str, str], ...]:
    """The turns without what was put before the last request."""
    last = turns[-1]
    if not last["content"].startswith(before):
        raise Unreadable(f"The last turn of 'prompt' does not begin with {before[:60]!r}.", column="prompt")
    return asked([*turns[:-1], {**last, "content": last["content"].removeprefix(before)}], "prompt")


def conditioned(record: Record, told: Telling) -> None:
    """An answer under what was said of it, or under its category."""
    condition, category = spoken(record["condition"], "condition"), record["category"]
    told.messages = without(told.messages, f"[Feedback: {condition}]\n\n")
    answer = told.answer(completion(record), "completion")
    if category in {"kudos", "critique"}:
        told.said(answer, record["feedback"], "feedback", polarity=str(category))
        return
    if category not in {name for _, name in CATEGORIES}:
        raise Unreadable(f"{str(category)[:40]!r} is not a category.", column="category")
    told.scored(answer, MIDDLE[str(category)], "category")
    if record["feedback"] is not None:
        told.said(
            answer, record["feedback"], "feedback", polarity="kudos" if MIDDLE[str(category)] > 0.5 else "critique"
        )


def fcp(record: Record, told: Telling) -> None:
    """An answer under a comment."""
    condition = record["positive_condition"]
    extra = {"condition": spoken(condition, "positive_condition")} if condition is not None else {}
    answer = told.answer(completion(record), "completion", extra=extra)
    polarity = "kudos" if record["polarity"] == "kudos" else "critique"
    told.said(answer, record["condition"], "condition", polarity=polarity)


def leti(record: Record, told: Telling) -> None:
    """An output, right or wrong; the checks' words are told from people's by how they begin."""
    answer, good = told.answer(record["output"], "output"), yes_no(record, "good")
    feedback = record["feedback"]
    lines = spoken(feedback, "feedback").split("\n") if feedback is not None else []
    failed = [line.removeprefix(NOT_MET) for line in lines if line.startswith(NOT_MET)]
    for one in failed:
        told.checked(answer, one, False)
    if not failed:
        told.scored(answer, good, "good")
    if rest := "\n".join(line for line in lines if not line.startswith(NOT_MET)):
        told.said(answer, rest, "feedback")


def hir(record: Record, told: Telling) -> None:
    """An output under the instruction it does satisfy."""
    answer = told.answer(completion(record), "completion")
    before = turns_in(record["original_prompt"], "original_prompt")
    by = spoken(record["relabelled_by"], "relabelled_by")
    told.extra["relabelled_from"] = {"messages": before, "by": by}
    if not fits_json(told.extra) or not told.answers[answer].text:
        raise Unreadable("'original_prompt' cannot be stored.", column="original_prompt")


def faft(record: Record, told: Telling) -> None:
    """A sample marked good or bad."""
    good = record["sample"] == "positive"
    told.messages = without(told.messages, f"{GOOD_MARK if good else BAD_MARK} ")
    answer = told.answer(completion(record), "completion")
    told.scored(answer, good, "sample")
    if record["reason"] is not None:
        told.said(answer, record["reason"], "reason", polarity="kudos" if good else "critique")


def before_attempts(record: Record, turns: Turns) -> Turns:
    """The turns before the first attempt: each attempt but the last has a user's turn after it."""
    name = "attempts" if "attempts" in record else "turns"
    attempts = len(listed(record, name))
    place = len(turns) - 2 * attempts + 1
    if attempts < 1 or place < 1:
        raise Unreadable(f"'messages' has too few turns for its {attempts} attempts.", column="messages")
    return turns[:place]


def attempts_in(record: Record, told: Telling) -> tuple[list[str], list[str]]:
    """The attempts, and what was said between them."""
    rest = turns_in(record["messages"], "messages")[len(told.messages) :]
    return [one["content"] for one in rest[::2]], [one["content"] for one in rest[1::2]]


def rise(record: Record, told: Telling) -> None:
    """Attempts in a row with their rewards."""
    texts, between = attempts_in(record, told)
    facts = listed(record, "attempts")
    places = []
    for text, fact in zip(texts, facts, strict=True):
        writer = fact.get("writer")
        model = writer if isinstance(writer, str) and writer != "person" else ""
        places.append(told.answer(text, "messages", model=model[:120]))
        if writer == "person" and len(places) == 1:
            told.shows(places[0])
        told.scored(places[-1], fact.get("reward"), "attempts")
    for number, said in enumerate(between):
        before, after = places[number], places[number + 1]
        words = told.said(before, said, "messages") if said != TRY_AGAIN else None
        told.led(words, before, after, by=PERSON if facts[number + 1].get("writer") == "person" else MODEL)
    improves = yes_no(record, "improves")
    first, last = facts[0].get("reward"), facts[-1].get("reward")
    if improves is not None and (first is None or last is None or (last > first) != improves):
        told.better(*((places[0], places[-1]) if improves else (places[-1], places[0])))


def score(record: Record, told: Telling) -> None:
    """Two turns with who wrote them and how each went."""
    places = []
    for name in ("first", "second"):
        writer = record[f"{name}_by"]
        model = writer if isinstance(writer, str) and writer != "person" else ""
        place = told.answer(record[name], name, model=model[:120])
        success, reward = yes_no(record, f"{name}_success"), record[f"{name}_reward"]
        if writer == "person" and name == "first":
            told.shows(place)
        told.scored(place, reward, f"{name}_reward")
        if isinstance(reward, int | float) and success is not None and success != (reward >= 0.7):
            told.checked(place, "is right", success)
        places.append(place)
    told.led(None, *places, by=PERSON if record["second_by"] == "person" else MODEL)


def corgi(record: Record, told: Telling) -> None:
    """Attempts held against checks."""
    texts, _ = attempts_in(record, told)
    places = []
    for text, turn in zip(texts, listed(record, "turns"), strict=True):
        places.append(told.answer(text, "messages"))
        for check in listed(turn, "checks"):
            told.checked(places[-1], check.get("asks"), check.get("passes"))
    for before, after in pairwise(places):
        told.led(None, before, after)
