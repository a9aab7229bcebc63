"""Checks for one example: a model proposes them and holds every candidate against each (after ConAIR).

Machine-made checks can be wrong, so a person is asked about the ones that matter (`agreement.checks` says which). No
code is run: a check is a sentence, and whether an answer passes it is the model's reading.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from feedback.desk.errand_kinds.ways import Outcome, Way, answered, asked_of
from feedback.errors import Refused
from feedback.llm.answers import Checks, Tried
from feedback.llm.material import candidates_text
from feedback.llm.model import Completion
from feedback.llm.prompts import fill, prompt_hash
from feedback.models import Check, CheckResult, Errand, Example, Response
from feedback.projects.budget import RecordedModel
from feedback.projects.raters import judge_rater

MOST = 8
ASKED_ABOUT = (Response.Origin.IMPORTED, Response.Origin.GENERATED, Response.Origin.REFINED)


@dataclass(frozen=True)
class Grid:
    """What the model proposed, and for each candidate which of the checks it passes."""

    completion: Completion
    checks: list[str]
    passed: dict[int, dict[int, bool]]


def candidates_of(example: Example) -> QuerySet[Response]:
    """The answers that are held against checks: the first ones that models wrote or files brought."""
    return example.responses.filter(origin__in=ASKED_ABOUT, turns__isnull=True).order_by("pk")[:MOST]


def needs_two(errand: Errand) -> None:
    """Raise `Refused` unless there are two answers to tell apart."""
    if len(candidates_of(errand.example)) < 2:
        raise Refused("Checks tell answers apart, and this example has fewer than two.")


def ask(errand: Errand, model: RecordedModel) -> Grid:
    """One call for the checks and one for each candidate."""
    candidates, conversation = list(candidates_of(errand.example)), asked_of(errand)
    listed = candidates_text(one.text for one in candidates)
    proposed = model.complete(
        fill("propose_checks", conversation=conversation, candidates=listed), role="critic", slot="checks"
    )
    known = Check.objects.filter(example=errand.example).values_list("text", flat=True)
    checks = list(dict.fromkeys([*known, *(text for text in answered(proposed, Checks).checks if text)]))
    passed: dict[int, dict[int, bool]] = {}
    for one in candidates if checks else []:
        prompt = fill("try_checks", conversation=conversation, response=one.text, checks=candidates_text(checks))
        tried = answered(model.complete(prompt, role="judge", slot=f"try-{one.pk}"), Tried)
        passed[one.pk] = {each.number: each.passes for each in tried.results if each.number <= len(checks)}
    return Grid(proposed, checks, passed)


def keep(errand: Errand, grid: Grid) -> Outcome:
    """The checks, and whether each candidate passes each; what stands already is left as it is."""
    proposer = judge_rater(errand.project, grid.completion.model[:120], prompt_hash("propose_checks"))
    judge = judge_rater(errand.project, grid.completion.model[:120], prompt_hash("try_checks"))
    origin: dict[str, Any] = {"rater": proposer, "errand": errand, "simulated": grid.completion.simulated}
    Check.objects.bulk_create(
        [Check(example=errand.example, text=text, **origin) for text in grid.checks], ignore_conflicts=True
    )
    rows = {row.text: row for row in Check.objects.filter(example=errand.example)}
    CheckResult.objects.bulk_create(
        [
            CheckResult(about=rows[grid.checks[number - 1]], response_id=response, rater=judge, passes=passes)
            for response, results in grid.passed.items()
            for number, passes in results.items()
        ],
        ignore_conflicts=True,
    )
    return Outcome(answer={"checks": len(grid.checks)}, changed=(f"checks-{errand.example.number}",))


CHECKS = Way(ask=ask, keep=keep, check=needs_two)
