"""Whether a principle said once is still kept many turns later (PrefEval; Zhao et al., 2025), as a trial.

A person states the principle, talks of other things for 0, 2, 5 and 10 turns, then asks something it applies to; once
as it is, and once with the principle standing beside the request (PrefEval's reminder). A judge says whether the answer
keeps to it. Requests are the principle's in-scope inputs; the talk between is always the same. A cell that was bought
once for a wording by a model is not bought again.

Parameters: `distances` in turns, `each` (how many requests).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from feedback.desk.intervals import wilson
from feedback.errors import Refused
from feedback.llm.answers import Adherence, Reply
from feedback.llm.material import conversation_text
from feedback.llm.model import Completion
from feedback.llm.prompts import fill
from feedback.models import ScopeInput, ScopeResult, Trial
from feedback.principles.constitutions import newest_version
from feedback.principles.scope import FOLLOWED, IN
from feedback.principles.trials.asking import Answered, Question, Until, ask_all
from feedback.principles.trials.judging import whole
from feedback.principles.trials.opening import staged
from feedback.principles.trials.small_talk import talk_before
from feedback.principles.wording import principle_sentence
from feedback.projects.budget import RecordedModel

DISTANCES = (0, 2, 5, 10)
FARTHEST = 40
EACH = 8
LETTERS_A_TOKEN = 4
NO_PRINCIPLE = "Adherence over a long talk is tested one principle at a time. Choose the principle."
NO_INPUTS = (
    "There is no request yet to which this principle applies. Test where it applies first; its requests are used here."
)


@dataclass(frozen=True)
class Cell:
    """One request at one distance, with or without a reminder."""

    input: ScopeInput
    distance: int
    reminded: bool

    @property
    def key(self) -> tuple[int, int, bool]:
        """What names it."""
        return self.input.pk, self.distance, self.reminded

    @property
    def slot(self) -> str:
        """Its slot in the ledger."""
        return f"{self.input.pk}-{self.distance}-{'reminded' if self.reminded else 'plain'}"


@dataclass
class Replies:
    """What was answered in each cell."""

    by_cell: dict[tuple[int, int, bool], str] = field(default_factory=dict)

    def keep(self, question: Question, answer: Answered) -> None:
        """Keep a reply."""
        if isinstance(answer, Completion) and isinstance(answer.data, Reply):
            self.by_cell[question.about.key] = answer.data.text


def plan(trial: Trial) -> int:
    """The wording, the requests and the distances; two calls a cell."""
    if trial.principle is None:
        raise Refused(NO_PRINCIPLE)
    if trial.version is None:
        trial.version = newest_version(trial.principle)
        trial.save(update_fields=["version"])
    given = trial.parameters
    given["each"] = whole(given.get("each", EACH), least=1, most=40, otherwise=EACH)
    wanted = given.get("distances") or DISTANCES
    given["distances"] = sorted({whole(one, least=0, most=FARTHEST, otherwise=0) for one in wanted})
    rows = ScopeInput.objects.filter(principle=trial.principle, scope=IN, left_out_at__isnull=True)
    given["inputs"] = list(rows.values_list("pk", flat=True)[: given["each"]])
    if not given["inputs"]:
        raise Refused(NO_INPUTS)
    return 2 * len(list(missing(trial)))


def missing(trial: Trial) -> Iterator[Cell]:
    """The cells that no test of this wording by this model has bought."""
    there = {(row.input_id, row.distance, row.reminded) for row in results_of(trial)}
    inputs = ScopeInput.objects.in_bulk(trial.parameters["inputs"])
    for pk in trial.parameters["inputs"]:
        for distance in trial.parameters["distances"]:
            for reminded in (False, True):
                if pk in inputs and (pk, distance, reminded) not in there:
                    yield Cell(inputs[pk], distance, reminded)


def results_of(trial: Trial) -> Any:
    """The cells there are for this wording by this model."""
    rows = ScopeResult.objects.filter(version=trial.version, model=trial.model, trial__kind=trial.kind)
    return rows.filter(input__in=trial.parameters["inputs"], distance__in=trial.parameters["distances"]).order_by("pk")


def work(trial: Trial, model: RecordedModel, until: Until) -> bool:
    """Ask at every distance, then have the answers judged."""
    cells, replies = list(missing(trial)), Replies()
    staged(trial, "Talking")
    if ask_all(trial, model, (asked(trial, cell) for cell in cells), until=until, keep=replies.keep):
        return True
    staged(trial, "Judging")
    there = [(cell, replies.by_cell[cell.key]) for cell in cells if cell.key in replies.by_cell]
    questions = (judged(trial, cell, text) for cell, text in there)
    return ask_all(trial, model, questions, until=until, keep=partial(keep, trial))


def asked(trial: Trial, cell: Cell) -> Question:
    """The request after so many turns, with the principle beside it or not."""
    assert trial.version is not None
    words = principle_sentence(trial.version)
    talk = conversation_text(talk_of(words, cell))
    prompt = fill("answer_by_principles", principles=f"1. {words}" if cell.reminded else "", conversation=talk)
    return Question(prompt=prompt, slot=f"answer-{cell.slot}", role="task", about=cell)


def talk_of(words: str, cell: Cell) -> list[dict[str, Any]]:
    """The whole talk of a cell."""
    wish = f"From now on, please keep to this: {words}"
    return talk_before(wish, cell.input.text, turns=cell.distance, start=cell.input.pk)


def judged(trial: Trial, cell: Cell, text: str) -> Question:
    """Does the answer keep to it?"""
    assert trial.version is not None
    talk = conversation_text([{"role": "user", "content": cell.input.text}])
    prompt = fill("judge_adherence", conversation=talk, effect=trial.version.effect, response=text)
    return Question(prompt=prompt, slot=f"judge-{cell.slot}", about=(cell, text))


def keep(trial: Trial, question: Question, answer: Answered) -> None:
    """One cell, once."""
    if not isinstance(answer, Completion) or not isinstance(answer.data, Adherence):
        return
    cell, text = question.about
    made = {"version": trial.version, "model": trial.model, "simulated": trial.simulated, "without": "", "change": 0.0}
    said = {"under": text, "adherence": (answer.data.score - 1) / 4, "why": answer.data.why}
    ScopeResult.objects.get_or_create(
        trial=trial, input=cell.input, distance=cell.distance, reminded=cell.reminded, defaults={**made, **said}
    )


def conclude(trial: Trial) -> dict[str, Any]:
    """For each distance, with and without a reminder: how many of n kept to it."""
    rows = list(results_of(trial).select_related("input"))
    assert trial.version is not None
    words = principle_sentence(trial.version)
    return {
        "lines": [
            line_of([row for row in rows if (row.distance, row.reminded) == (distance, reminded)], distance, reminded)
            for distance in trial.parameters["distances"]
            for reminded in (False, True)
        ],
        "tokens": {str(distance): tokens(words, rows, distance) for distance in trial.parameters["distances"]},
        "unanswered": len(list(missing(trial))),
    }


def line_of(rows: list[ScopeResult], distance: int, reminded: bool) -> dict[str, Any]:
    """The figures of one distance."""
    kept = sum((row.adherence or 0) >= FOLLOWED for row in rows)
    figures = {"distance": distance, "reminded": reminded, "n": len(rows), "kept": kept}
    return {**figures, "interval": list(wilson(kept, len(rows)))}


def tokens(words: str, rows: list[ScopeResult], distance: int) -> int:
    """About how long the talk is before the request is answered."""
    inputs = {row.input_id: row.input for row in rows}
    talks = [talk_of(words, Cell(one, distance, False)) for one in inputs.values()]
    letters = sum(len(turn["content"]) for talk in talks for turn in talk)
    return letters // LETTERS_A_TOKEN // len(talks) if talks else 0
