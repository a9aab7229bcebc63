"""The research views this product writes, read again: which columns a view has, and what each says of the attempts.

A view is known by its columns, all of them and no other. Views that put several things into one text, or that leave out
what they were drawn from, are not here: they cannot be taken apart.
"""

from __future__ import annotations

from collections.abc import Callable

from feedback.datasets.readers import research_critics, research_texts
from feedback.datasets.readers.checks import asked, turns_in
from feedback.datasets.readers.rows import PERSON, Record, Row, Unreadable
from feedback.datasets.readers.telling import Telling, spoken, voice, yes_no
from feedback.datasets.writers import chains, conditioning, critics, critics_of_steps, guiding, judging, refining

NAME = "precept-research"
LABEL = "a research view Precept itself exports (ILF, SELF, RISE, CTRL …)"
Told = Callable[[Record, Telling], None]


def ilf(record: Record, told: Telling) -> None:
    """Feedback with its refinements."""
    first = told.answer(record["first"], "first")
    words = told.said(first, record["feedback"], "feedback", by=voice(record, "feedback_by"))
    others = record["others"]
    if not isinstance(others, list) or not all(isinstance(one, dict) for one in others):
        raise Unreadable("'others' should be a list of objects.", column="others")
    for one in [{"text": record["refinement"], "incorporation": record["incorporation"]}, *others]:
        after = told.answer(one.get("text"), "refinement")
        told.led(words, first, after, outcome=str(one.get("incorporation")))


def triple(first: str, words: str, second: str, by: str = "", *, wins: bool = False) -> Told:
    """An answer, words about it, and what came of it; `wins` says that it is better."""

    def read(record: Record, told: Telling) -> None:
        before, after = told.answer(record[first], first), told.answer(record[second], second)
        comment = told.said(before, record[words], words, by=voice(record, by) if by else PERSON)
        told.led(comment, before, after)
        if wins:
            told.better(before, after)

    return read


def rltf(record: Record, told: Telling) -> None:
    """The second answer is the completion."""
    before, after = told.answer(record["first"], "first"), told.answer(last(record), "completion")
    told.led(told.said(before, record["feedback"], "feedback"), before, after)


def rltf_feedback(record: Record, told: Telling) -> None:
    """The feedback is the completion, and the prompt is longer than what was asked."""
    told.messages = asked(turns_in(record["prompt"], "prompt")[:-2] or [{"role": "assistant", "content": ""}], "prompt")
    before, after = told.answer(record["first"], "first"), told.answer(record["second"], "second")
    told.led(told.said(before, last(record), "completion"), before, after)


def last(record: Record) -> str:
    """The words of a completion."""
    return spoken(turns_in(record["completion"], "completion")[-1]["content"], "completion")


def self_tuple(record: Record, told: Telling) -> None:
    """A tuple; why the filter kept it comes back where people had said so."""
    before, after = told.answer(record["response"], "response"), told.answer(record["refined"], "refined")
    words = told.said(before, record["feedback"], "feedback", by=voice(record, "feedback_by"))
    why = spoken(record["why"], "why")
    told.led(words, before, after, outcome=why.rsplit(": ", 1)[-1])
    if why in {"found better", "not found better"}:
        told.better(*((before, after) if why == "found better" else (after, before)))


def record_of(record: Record, told: Telling) -> None:
    """Critique and revision."""
    before, after = told.answer(record["response"], "response"), told.answer(record["revision"], "revision")
    told.led(told.said(before, record["critique"], "critique", by=voice(record, "critique_by")), before, after)
    won = yes_no(record, "better")
    if won is not None:
        first = told.answer(record["original"], "original")
        told.better(*((first, after) if won else (after, first)))


def reflection_pair(record: Record, told: Telling) -> None:
    """Two reflections and what each led to."""
    attempt = told.answer(record["attempt"], "attempt")
    for words, led, fixes in (("chosen", "chosen_led_to", True), ("rejected", "rejected_led_to", False)):
        after = told.answer(record[led], led)
        told.led(told.said(attempt, record[words], words), attempt, after)
        told.better(*((attempt, after) if fixes else (after, attempt)))


def cycle(record: Record, told: Telling) -> None:
    """A repair with how both tries went."""
    before, after = told.answer(record["faulty"], "faulty"), told.answer(record["refined"], "refined")
    told.led(told.said(before, record["feedback"], "feedback", by=voice(record, "feedback_by")), before, after)
    told.scored(after, yes_no(record, "refined_success"), "refined_success")
    if yes_no(record, "first_try_success") is False:
        told.scored(before, False, "before")


def ilf_code(record: Record, told: Telling) -> None:
    """A repair that passes."""
    before, after = told.answer(record["program"], "program"), told.answer(record["refinement"], "refinement")
    told.led(told.said(before, record["feedback"], "feedback", by=voice(record, "feedback_by")), before, after)
    told.checked(after, "passes", yes_no(record, "passes"))


def debugged(record: Record, told: Telling) -> None:
    """Explanation and repair with a score each."""
    before, after = told.answer(record["wrong"], "wrong"), told.answer(record["refinement"], "refinement")
    words = told.said(before, record["explanation"], "explanation", by=voice(record, "explanation_by"))
    told.led(words, before, after)
    told.scored(before, record["explanation_score"], "explanation_score", comment=words)
    told.scored(after, record["refinement_score"], "refinement_score")
    if yes_no(record, "passes") != ((record["refinement_score"] or 0) >= 0.7):
        told.checked(after, "passes", yes_no(record, "passes"))


def corrected(record: Record, told: Telling) -> None:
    """A correction with both values."""
    before = told.answer(record["hypothesis"], "hypothesis", model=str(record["generator"])[:120])
    after = told.answer(record["correction"], "correction", model=str(record["corrector"])[:120])
    words = told.said(before, record["feedback"], "feedback") if record["feedback"] is not None else None
    told.led(words, before, after)
    told.scored(before, record["value_before"], "value_before")
    told.scored(after, record["value_after"], "value_after")


def repaired(record: Record, told: Telling) -> None:
    """A person's change and its reason."""
    before, after = told.answer(record["before"], "before"), told.answer(record["after"], "after")
    words = told.said(before, record["reason"], "reason")
    told.led(words, before, after, by=PERSON)


def retold(record: Record, told: Telling) -> None:
    """An expert's answer, and the same in other words."""
    original = told.answer(record["original"], "original")
    own = told.answer(last(record), "completion", model=str(record["retold_by"])[:120])
    told.shows(original)
    told.led(None, original, own)


SHAPES: dict[frozenset[str], Told] = {
    frozenset(columns): read
    for columns, read in (
        (refining.ILF, ilf),
        (refining.RLTF, rltf),
        (refining.RLTF_FEEDBACK, rltf_feedback),
        (refining.SELF, self_tuple),
        (refining.RECORDS, record_of),
        (refining.REFLECT, triple("attempt", "reflection", "corrected", "reflection_by", wins=True)),
        (refining.REFLECT_PAIRS, reflection_pair),
        (refining.THINK, triple("attempt", "corrective_feedback", "solution", "teacher")),
        (refining.CYCLE, cycle),
        (refining.ILF_CODE, ilf_code),
        (refining.DEBUG, debugged),
        (refining.CORRECT, corrected),
        (refining.REPAIR, repaired),
        (guiding.RETOLD, retold),
        (critics.CTRL, research_critics.ctrl),
        (critics.SCRIT, research_critics.scrit),
        (critics.CRITIQUE_RL, research_critics.critique_rl),
        (critics.GRPO, research_critics.grpo),
        (critics.MULTI, research_critics.multi),
        (critics.MULTI_PAIRS, research_critics.multi_pair),
        (critics_of_steps.MMC, research_critics.branch),
        (judging.JUDGE, research_critics.pointwise),
        (judging.PAIRWISE, research_critics.pairwise),
        (judging.REFLECTED, research_critics.reflected),
        (judging.POLICY, research_critics.policy),
        (judging.NEGATIVE, research_critics.negative),
        ({**conditioning.ALT, "weight": "float"}, research_texts.conditioned),
        (conditioning.FCP, research_texts.fcp),
        (conditioning.LETI, research_texts.leti),
        (conditioning.HIR, research_texts.hir),
        (conditioning.FAFT, research_texts.faft),
        (chains.RISE, research_texts.rise),
        (chains.SCORE, research_texts.score),
        (chains.CORGI, research_texts.corgi),
    )
}
WHERE_ASKED = ("dialogue", "prompt", "task", "messages")


def fits(record: Record) -> bool:
    """Whether a record has the columns of one of the views."""
    return frozenset(record) in SHAPES


def read(record: Record) -> Row:
    """A row of whichever view it is."""
    told = Telling(prompt_of(record))
    SHAPES[frozenset(record)](record, told)
    return told.row()


def prompt_of(record: Record) -> tuple[dict[str, str], ...]:
    """What was asked; of a dialogue of attempts the turns before the first."""
    name = next(one for one in WHERE_ASKED if one in record)
    turns = turns_in(record[name], name)
    return asked(research_texts.before_attempts(record, turns) if name == "messages" else turns, name)
