"""A criterion as a judge's metric: its question asked of answers people commented on or scored, once for each wording.

Parameters: `group` (its id) and `at_most` answers; those commented on in the group come first, then others that people
judged, drawn by the seed. Each answer is a rating by the judge, on the aspect of the criterion.
"""

from __future__ import annotations

import random
from functools import partial
from typing import Any

from django.db.models import Q

from feedback.capture.ratings import record_rating
from feedback.errors import Refused
from feedback.llm.model import Completion
from feedback.llm.prompts import fill, prompt_hash
from feedback.llm.reflections import CriterionMet
from feedback.models import Group, Rater, Response, Split, Trial
from feedback.principles.criteria import FAILS, MEETS, PROTOCOL, asked_as, aspect_of, hash_of, judged_on
from feedback.principles.trials.asking import Answered, Question, Until, ask_all
from feedback.principles.trials.judging import whole
from feedback.principles.trials.opening import staged
from feedback.principles.wording import conversation_text
from feedback.projects.budget import RecordedModel
from feedback.projects.raters import judge_rater

PROMPT = "judge_criterion"
AT_MOST = 60
NOTHING = "Every answer this could be asked of was judged in these words already. Ask again when there are new ones."


def plan(trial: Trial) -> int:
    """Choose the answers."""
    given = trial.parameters
    group = group_of(trial)
    if group is None or group.confirmed_at is None:
        raise Refused("A criterion is confirmed before it is judged. Confirm it first.")
    given["at_most"] = whole(given.get("at_most"), least=2, most=1000, otherwise=AT_MOST)
    given["metric"] = group.metric
    chosen = candidates(trial, group)[: given["at_most"]]
    if not chosen:
        raise Refused(NOTHING)
    trial.result = {"responses": chosen}
    return len(chosen)


def group_of(trial: Trial) -> Group | None:
    """The criterion."""
    rows = Group.objects.filter(grouping__project=trial.project, pk=trial.parameters.get("group"))
    return rows.select_related("grouping__project").first()


def candidates(trial: Trial, group: Group) -> list[int]:
    """Answers that were not judged in these words by this model: the group's own, then others, drawn."""
    judge = {"rater__kind": Rater.Kind.JUDGE, "rater__model": trial.model, "rater__prompt_hash": prompt_hash(PROMPT)}
    known = set(judged_on(group).filter(**judge).values_list("response_id", flat=True))
    open_ones = Response.objects.filter(example__project=trial.project).exclude(example__split=Split.HOLDOUT)
    own = list(open_ones.filter(critiques__groups=group).order_by("pk").distinct().values_list("pk", flat=True))
    said = Q(ratings__rater__kind="person") | Q(ratings__rater__kind="imported") | Q(critiques__isnull=False)
    others = list(open_ones.filter(said).order_by("pk").distinct().values_list("pk", flat=True))
    random.Random(trial.seed).shuffle(others)
    return [pk for pk in dict.fromkeys([*own, *others]) if pk not in known]


def work(trial: Trial, model: RecordedModel, until: Until) -> bool:
    """Ask of each answer that has none yet."""
    staged(trial, "Judging")
    group = group_of(trial)
    assert group is not None
    who = judge_rater(trial.project, model.name, prompt_hash(PROMPT))
    rows = Response.objects.select_related("example__project").in_bulk(trial.result["responses"])
    questions = [question_of(trial, rows[pk]) for pk in trial.result["responses"] if pk in rows]
    return ask_all(trial, model, questions, until=until, keep=partial(keep, trial, group, who))


def question_of(trial: Trial, response: Response) -> Question:
    """Does this answer meet it?"""
    prompt = fill(
        PROMPT, metric=trial.parameters["metric"], conversation=conversation_text(response.example),
        response=response.text,
    )  # fmt: skip
    return Question(prompt=prompt, slot=f"criterion-{response.pk}", about=response)


def keep(trial: Trial, group: Group, who: Rater, question: Question, answer: Answered) -> None:
    """A rating by the judge; twice is once."""
    if not isinstance(answer, Completion) or not isinstance(answer.data, CriterionMet):
        return
    metric, response = trial.parameters["metric"], question.about
    record_rating(
        response, score=MEETS if answer.data.meets else FAILS, scale=MEETS, aspect=aspect_of(group), rater=who,
        key=f"criterion-{group.pk}-{response.pk}-{hash_of(metric)}", protocol=PROTOCOL,
        shown={**asked_as(metric), "because": answer.data.because},
    )  # fmt: skip


def conclude(trial: Trial) -> dict[str, Any]:
    """How many meet it. What that is worth stands on the criterion's own page."""
    group = group_of(trial)
    if group is None:
        return {"met": 0, "judged": 0}
    rows = judged_on(group).filter(response__in=trial.result["responses"], rater__model=trial.model)
    scores = list(rows.filter(rater__kind=Rater.Kind.JUDGE).values_list("score", flat=True))
    return {"met": sum(score == MEETS for score in scores), "judged": len(scores), "group": group.pk}
