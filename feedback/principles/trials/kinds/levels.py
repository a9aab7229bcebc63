"""A constitution on three levels (SkillLearnBench): its text, whether it is followed, and what came of it.

Text: a judge says how well each principle is worded. Followed: the latest answers written under it are held against
each of its principles. Outcome: what people said of these answers. With them comes the drift alarm (`drift`): a loop
that feeds on its own feedback alone is told to stop and ask people.

Parameters: `at_most` (how many answers), `drift_after` (how many changes without people's word raise the alarm).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import partial
from typing import Any

from django.db.models import Q

from feedback.desk.intervals import wilson
from feedback.errors import Refused
from feedback.llm.answers import PrincipleCritique, WordingRated
from feedback.llm.model import Completion
from feedback.llm.prompts import fill
from feedback.models import Applied, Article, PrincipleVersion, Response, Split, Trial
from feedback.principles.applying import verdict, words_on
from feedback.principles.constitutions import current_constitution
from feedback.principles.drift import AFTER, drift_of
from feedback.principles.trials.asking import Answered, Question, Until, ask_all
from feedback.principles.trials.judging import whole
from feedback.principles.trials.opening import staged
from feedback.principles.wording import compiled, conversation_text, principle_sentence
from feedback.projects.budget import RecordedModel

AT_MOST = 20
NO_WORDS = "There is no constitution yet, so there is nothing to look at. Adopt a principle first."
Cell = dict[str, Any]


def plan(trial: Trial) -> int:
    """The constitution, the answers, and a call for each wording and each principle an answer was written under."""
    if trial.constitution is None:
        trial.constitution = current_constitution(trial.project)
        trial.save(update_fields=["constitution"])
    given = trial.parameters
    given["at_most"] = whole(given.get("at_most", AT_MOST), least=1, most=200, otherwise=AT_MOST)
    given["drift_after"] = whole(given.get("drift_after", AFTER), least=1, most=20, otherwise=AFTER)
    versions = versions_of(trial)
    if not versions:
        raise Refused(NO_WORDS)
    given["responses"] = list(answers_under(trial, versions).values_list("pk", flat=True)[: given["at_most"]])
    return len(versions) + sum(len(under) for _, under in to_follow(trial, versions))


def versions_of(trial: Trial) -> list[PrincipleVersion]:
    """The wordings of the constitution, in order."""
    rows = Article.objects.filter(constitution=trial.constitution).order_by("position")
    return [article.version for article in rows.select_related("version__principle")]


def answers_under(trial: Trial, versions: Sequence[PrincipleVersion]) -> Any:
    """The answers written under it, newest first: what its runs came to, and what its principles stood behind."""
    under = Q(result_of__run__constitution=trial.constitution) | Q(applied__version__in=versions)
    rows = Response.objects.filter(under, example__project=trial.project)
    return rows.exclude(example__split=Split.HOLDOUT).distinct().order_by("-pk")


def to_follow(trial: Trial, versions: Sequence[PrincipleVersion]) -> list[tuple[Response, list[PrincipleVersion]]]:
    """Each answer with the principles it was written under: those noted with it, else all."""
    responses = Response.objects.select_related("example").in_bulk(trial.parameters["responses"])
    noted: dict[int, set[int]] = defaultdict(set)
    uses = Applied.objects.filter(response__in=responses, version__in=versions)
    for response, version in uses.values_list("response", "version"):
        noted[response].add(version)
    return [
        (responses[pk], [one for one in versions if not noted[pk] or one.pk in noted[pk]])
        for pk in trial.parameters["responses"]
        if pk in responses
    ]


def work(trial: Trial, model: RecordedModel, until: Until) -> bool:
    """First the text, then what was followed. The ledger remembers what was answered."""
    versions = versions_of(trial)
    rated: list[Cell] = []
    staged(trial, "Reading the wordings")
    if ask_all(trial, model, map(rate, versions), until=until, keep=partial(keep_rated, rated)):
        return True
    staged(trial, "Looking what was followed")
    followed: list[Cell] = []
    words = compiled(trial.constitution)
    questions = [
        follow(version, response, words) for response, under in to_follow(trial, versions) for version in under
    ]
    more = ask_all(trial, model, questions, until=until, keep=partial(keep_followed, followed))
    if not more:
        staged(trial, "Adding up", rated=rated, followed=followed)
    return more


def rate(version: PrincipleVersion) -> Question:
    """How well is it worded?"""
    return Question(
        prompt=fill("rate_wording", principle=principle_sentence(version)), slot=f"text-{version.pk}", about=version.pk
    )


def keep_rated(rated: list[Cell], question: Question, answer: Answered) -> None:
    """A score from 0 to 1, and why."""
    if isinstance(answer, Completion) and isinstance(answer.data, WordingRated):
        rated.append({"version": question.about, "score": (answer.data.score - 1) / 4, "why": answer.data.why})


def follow(version: PrincipleVersion, response: Response, words: str) -> Question:
    """Does the answer keep to it?"""
    prompt = fill(
        "critique_under_principle", constitution=words, principle=principle_sentence(version),
        conversation=conversation_text(response.example), response=response.text,
    )  # fmt: skip
    return Question(
        prompt=prompt, slot=f"followed-{version.pk}-{response.pk}", role="critic", about=(version.pk, response.pk)
    )


def keep_followed(followed: list[Cell], question: Question, answer: Answered) -> None:
    """Whether it applied, and whether there was a fault."""
    if isinstance(answer, Completion) and isinstance(answer.data, PrincipleCritique):
        version, response = question.about
        said = {"applies": answer.data.applies, "kept": not answer.data.fault}
        followed.append({"version": version, "response": response, **said})


def conclude(trial: Trial) -> dict[str, Any]:
    """The three levels, principle by principle and in all, and the drift alarm."""
    assert trial.constitution is not None
    cells = [cell for cell in trial.result.get("followed", []) if cell["applies"]]
    outcomes = outcomes_of(trial.parameters["responses"])
    texts = {one["version"]: one for one in trial.result.get("rated", [])}
    scores = [one["score"] for one in texts.values()]
    drift = drift_of(trial.project, up_to=trial.constitution.number, after=trial.parameters["drift_after"])
    return {
        "answers": len(trial.parameters["responses"]), "judged": len(outcomes),
        "text": sum(scores) / len(scores) if scores else None,
        "kept": share([cell["kept"] for cell in cells]), "outcome": share(list(outcomes.values())),
        "principles": [line_of(one, texts.get(one.pk), cells, outcomes) for one in versions_of(trial)],
        "drift": {"rounds": [list(one) for one in drift.rounds], "alone": drift.alone, "alarm": drift.alarm},
    }  # fmt: skip


def outcomes_of(responses: Sequence[int]) -> dict[int, bool]:
    """What people made of each answer, where they said something clear. Five queries."""
    said = defaultdict(list)
    for word in words_on(responses):
        said[word.response].append(word)
    found = {pk: verdict(words)[0] for pk, words in said.items()}
    clear = {Applied.Outcome.POSITIVE.value: True, Applied.Outcome.NEGATIVE.value: False}
    return {pk: clear[str(outcome)] for pk, outcome in found.items() if str(outcome) in clear}


def line_of(
    version: PrincipleVersion, text: Cell | None, cells: Sequence[Cell], outcomes: dict[int, bool]
) -> dict[str, Any]:
    """One principle on the three levels."""
    ours = [cell for cell in cells if cell["version"] == version.pk]
    there = [cell for cell in ours if cell["response"] in outcomes]
    said = {"text": text["score"], "why": text["why"]} if text else {"text": None, "why": ""}
    return {
        "number": version.principle.number, "version": version.pk, "words": principle_sentence(version),
        "domain": version.domain, "effect": version.effect, **said, "kept": share([cell["kept"] for cell in ours]),
        "outcome": share([outcomes[cell["response"]] for cell in there]),
    }  # fmt: skip


def share(found: Sequence[bool]) -> dict[str, Any]:
    """How many of n, with the interval."""
    return {"right": sum(found), "n": len(found), "interval": list(wilson(sum(found), len(found)))}
