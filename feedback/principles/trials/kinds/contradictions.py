"""Which principles contradict each other: suspicious pairs by their words, each then read by the model once.

Drafts are held against each other and against what is in force; with a principle named, only against that one. What an
earlier trial read in the same wordings by the same model is not asked again.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from feedback.errors import Refused
from feedback.llm.answers import Contradicts
from feedback.llm.model import Completion
from feedback.llm.prompts import fill, prompt_hash
from feedback.models import Contradiction, JobState, PrincipleVersion, Trial
from feedback.principles.grouping import OPEN, newest_words
from feedback.principles.opposites import suspects
from feedback.principles.trials.asking import Answered, Question, Until, ask_all
from feedback.principles.trials.opening import staged
from feedback.principles.vectors import vectors_of
from feedback.principles.wording import principle_sentence
from feedback.projects.budget import RecordedModel
from feedback.projects.raters import judge_rater

PROMPT = "contradicts"
AT_MOST = 100


def plan(trial: Trial) -> int:
    """Choose the pairs; what is read is settled when the trial is opened."""
    versions = [one for one in newest_words(trial.project) if one.principle.status in OPEN]  # type: ignore[attr-defined]
    if len(versions) < 2:
        raise Refused("Looking for contradictions takes at least two principles. There are not that many yet.")
    given = trial.parameters
    at_most = max(1, min(1000, int(given.setdefault("at_most", AT_MOST))))
    places = [at for at, one in enumerate(versions) if one.principle_id == trial.principle_id]
    if trial.principle_id and not places:
        raise Refused("This principle is laid aside or retired. Take it back among the drafts first.")
    sentences = [principle_sentence(one) for one in versions]
    found = suspects(sentences, vectors_of(sentences), one_of=places[0] if places else None)
    pairs = [sorted((versions[one.one].pk, versions[one.other].pk)) for one in found]
    known = read_before(trial)
    new = [pair for pair in pairs if tuple(pair) not in known]
    left = max(0, len(new) - at_most)
    trial.result = {"compared": len(versions), "suspects": len(pairs), "left": left, "pairs": new[:at_most]}
    return len(new[:at_most])


def read_before(trial: Trial) -> set[tuple[int, int]]:
    """The pairs of wordings that this model has read already, with this prompt."""
    rows = Trial.objects.filter(project=trial.project, kind=trial.kind, state=JobState.DONE, model=trial.model)
    results = rows.filter(result__prompt=prompt_hash(PROMPT)).values_list("result__read", flat=True)
    return {(line["one"], line["other"]) for result in results for line in result or []}


def work(trial: Trial, model: RecordedModel, until: Until) -> bool:
    """Read each pair once; a contradiction is a row at once."""
    staged(trial, "Reading pairs")
    versions = PrincipleVersion.objects.select_related("principle").in_bulk(
        {pk for pair in trial.result["pairs"] for pk in pair}
    )
    pairs = [(versions[one], versions[other]) for one, other in trial.result["pairs"]]
    questions = [question_of(one, other) for one, other in pairs]
    read: list[dict[str, Any]] = []
    more = ask_all(trial, model, questions, until=until, keep=partial(keep, trial, model.name, read))
    staged(trial, "Reading pairs", read=read)
    return more


def question_of(one: PrincipleVersion, other: PrincipleVersion) -> Question:
    """Do these two contradict each other?"""
    prompt = fill(PROMPT, first=principle_sentence(one), second=principle_sentence(other))
    return Question(prompt=prompt, slot=f"contradicts-{one.pk}-{other.pk}", about=(one, other))


def keep(trial: Trial, name: str, read: list[dict[str, Any]], question: Question, answer: Answered) -> None:
    """Write a contradiction down; one that was settled stays settled."""
    if not isinstance(answer, Completion) or not isinstance(answer.data, Contradicts):
        return
    one, other = question.about
    read.append({"one": one.pk, "other": other.pk, "contradicts": answer.data.contradicts, "why": answer.data.why})
    if answer.data.contradicts:
        first, second = sorted((one.principle_id, other.principle_id))
        rater = judge_rater(trial.project, name, prompt_hash(PROMPT))
        given = {"why": answer.data.why, "rater": rater}
        Contradiction.objects.get_or_create(first_id=first, second_id=second, defaults=given)


def conclude(trial: Trial) -> dict[str, Any]:
    """How many were found, and how many had no usable answer."""
    read = trial.result.get("read", [])
    return {
        "prompt": prompt_hash(PROMPT),
        "found": sum(line["contradicts"] for line in read),
        "unread": len(trial.result["pairs"]) - len(read),
    }
