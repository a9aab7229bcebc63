"""A kind of trial for tests: asks for a reply to each number and adds up how long they are."""

from __future__ import annotations

from typing import Any

from feedback.llm.model import Completion
from feedback.llm.prompts import fill
from feedback.models import Trial
from feedback.principles.trials.asking import Answered, Question, Until, ask_all
from feedback.principles.trials.opening import staged
from feedback.projects.budget import RecordedModel

KEPT: list[tuple[int, str]] = []


def plan(trial: Trial) -> int:
    return int(trial.parameters.setdefault("questions", 5))


def work(trial: Trial, model: RecordedModel, until: Until) -> bool:
    staged(trial, "counting")
    prompts = [fill("answer_message", conversation=f"Say {number}.") for number in range(trial.parameters["questions"])]
    questions = [Question(prompt=p, slot=f"count-{n}", role="task", about=n) for n, p in enumerate(prompts)]
    return ask_all(trial, model, questions, until=until, keep=keep)


def keep(question: Question, answer: Answered) -> None:
    KEPT.append((question.about, answer.text if isinstance(answer, Completion) else answer.why))


def conclude(trial: Trial) -> dict[str, Any]:
    return {"kept": len(KEPT)}
