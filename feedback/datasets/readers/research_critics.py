"""What views that train critics and judges say of attempts, read again."""

from __future__ import annotations

import hashlib

from feedback.datasets.readers.checks import turns_in
from feedback.datasets.readers.rows import MODEL, Mark, Record, Unreadable
from feedback.datasets.readers.telling import RATER, Telling, listed, named, spoken, voice, yes_no
from feedback.datasets.writers.steps_said import places_of


def criticised(
    record: Record, told: Telling, answer: int, *, polarity: str = "critique", reference: bool = False
) -> int:
    """The critique of a named critic."""
    return told.said(
        answer, record["critique"], "critique", rater=named(record, "critic"), by=voice(record, "critic_by"),
        polarity=polarity, with_reference=reference,
    )  # fmt: skip


def ctrl(record: Record, told: Telling) -> None:
    """A critique with what it brought."""
    before = told.answer(record["draft"], "draft")
    after = told.answer(record["revision"], "revision", model=named(record, "refiner"))
    told.led(criticised(record, told, before), before, after)
    told.scored(before, record["before"], "before")
    told.scored(after, record["after"], "after")


def scrit(record: Record, told: Telling) -> None:
    """A critique by step, with the reference it was written with."""
    told.reference = spoken(record["reference"], "reference")
    before, after = told.answer(record["solution"], "solution"), told.answer(record["correction"], "correction")
    told.led(criticised(record, told, before, reference=True), before, after)
    told.scored(after, True, "after")
    mark_steps(told, before, listed(record, "steps"))


def mark_steps(told: Telling, answer: int, steps: list[Record]) -> None:
    """The wrong steps as marks."""
    places = places_of(told.answers[answer].text)
    for one in steps:
        number = one.get("step")
        if one.get("right") is not False:
            continue
        if type(number) is not int or not 0 <= number < len(places):
            raise Unreadable(f"There is no step {str(number)[:20]} in the answer.", column="steps")
        start, end = places[number]
        reason = one.get("critique") if isinstance(one.get("critique"), str) else ""
        told.marks.append(Mark(answer=answer, category="wrong", rater=RATER, start=start, end=end, reason=reason or ""))


def critique_rl(record: Record, told: Telling) -> None:
    """A verdict, the truth, and what it led to."""
    answer = told.answer(record["response"], "response")
    words = criticised(record, told, answer, polarity="kudos" if yes_no(record, "verdict") else "critique")
    told.scored(answer, yes_no(record, "truth"), "truth")
    if record["revision"] is not None:
        after = told.answer(record["revision"], "revision")
        told.led(words, answer, after)
        improved = yes_no(record, "improved")
        if improved is not None:
            told.better(*((answer, after) if improved else (after, answer)))


def grpo(record: Record, told: Telling) -> None:
    """A group of answers."""
    for one in listed(record, "group"):
        answer = told.answer(one.get("response"), "group")
        told.scored(answer, one.get("reward"), "group")
        words = told.said(answer, one["critique"], "group") if one.get("critique") is not None else None
        if one.get("refinement") is not None:
            after = told.answer(one["refinement"], "group")
            told.led(words, answer, after)
            told.scored(after, one.get("refinement_reward"), "group")


def critic_named(text: object) -> str:
    """A name for whoever said this, the same whenever it is read."""
    return f"Critic {hashlib.sha256(str(text).encode('utf-8', 'replace')).hexdigest()[:8]}"


def multi(record: Record, told: Telling) -> None:
    """Several critics' words with how good they are."""
    answer = told.answer(record["response"], "response")
    for one in listed(record, "critiques"):
        polarity = "kudos" if one.get("polarity") == "kudos" else "critique"
        words = told.said(answer, one.get("text"), "critiques", rater=critic_named(one.get("text")),
                          by=voice(one, "by"), polarity=polarity)  # fmt: skip
        told.scored(answer, one.get("quality"), "critiques", comment=words)


def multi_pair(record: Record, told: Telling) -> None:
    """Two critiques with their quality."""
    answer = told.answer(record["response"], "response")
    for name in ("chosen", "rejected"):
        words = told.said(answer, record[name], name, rater=critic_named(record[name]))
        told.scored(answer, record[f"{name}_quality"], f"{name}_quality", comment=words)


def branch(record: Record, told: Telling) -> None:
    """Two branches and what told them apart."""
    shared = record["shared"]
    if not all(isinstance(record[name], str) for name in ("shared", "rejected", "accepted")):
        raise Unreadable("'shared', 'rejected' and 'accepted' should be text.", column="shared")
    worse = told.answer(shared + record["rejected"], "rejected")
    better = told.answer(shared + record["accepted"], "accepted")
    told.better(worse, better, spoken(record["critique"], "critique") if record["written_by"] == "rater" else "")
    if record["parent"] is not None:
        parent = told.answer(record["parent"], "parent")
        for one in (worse, better):
            told.led(None, parent, one)


def pointwise(record: Record, told: Telling) -> None:
    """One answer with its grade."""
    graded(record, told, told.answer(record["response"], "response"))


def graded(record: Record, told: Telling, answer: int) -> None:
    """The grade: the score, and where it says otherwise whether it is right."""
    reward, right = record["reward"], yes_no(record, "right")
    told.scored(answer, right if reward is None else reward, "reward")
    if isinstance(reward, int | float) and right != (reward >= 0.7):
        told.checked(answer, "is right", right)


def pairwise(record: Record, told: Telling) -> None:
    """Two answers and the better one."""
    a, b = told.answer(record["response_a"], "response_a"), told.answer(record["response_b"], "response_b")
    if record["better"] not in {"A", "B"}:
        raise Unreadable(f"'better' should be A or B but is {str(record['better'])[:20]!r}.", column="better")
    told.better(*((a, b) if record["better"] == "B" else (b, a)))


def reflected(record: Record, told: Telling) -> None:
    """An answer, a reflection on it and whether it is right."""
    answer = told.answer(record["response"], "response")
    told.said(answer, record["reflection"], "reflection", by=voice(record, "reflection_by"))
    told.scored(answer, yes_no(record, "right"), "right")


def policy(record: Record, told: Telling) -> None:
    """An attempt with its grade."""
    turns = turns_in(record["completion"], "completion")
    graded(record, told, told.answer(turns[-1]["content"], "completion"))


def negative(record: Record, told: Telling) -> None:
    """What a judge liked and people or a check did not."""
    answer = told.answer(record["response"], "response")
    told.scored(answer, record["judge_score"], "judge_score", by=MODEL)
    told.scored(answer, record["human_score"], "human_score")
    if record["rejected_by"] == "check":
        told.checked(answer, "is right", False)
    if record["preferred"] is not None:
        told.better(answer, told.answer(record["preferred"], "preferred"))
