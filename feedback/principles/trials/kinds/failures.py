"""From rejected answers to changed rules (SkillForge): what failed, which rule is at fault, how to mend it.

Three stages, each ended by people: they word its rows anew, merge and reject them, and let the next stage begin with
what is left. Parameters: `at_most` rejected answers, and the `stage` that is due. Paper: SkillForge, 2025.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from feedback.errors import Refused
from feedback.llm.answers import PrincipleDraft
from feedback.llm.model import Completion
from feedback.llm.prompts import data_block, fill
from feedback.llm.reflections import Diagnosis, FailureLabel
from feedback.models import Finding, Response, Trial
from feedback.principles.clusters import exact, near
from feedback.principles.findings import Found, stage_of, stages_of, write_findings
from feedback.principles.laid_aside import as_material as aside_as_material
from feedback.principles.laid_aside import laid_aside
from feedback.principles.playbook import Playbook, playbook_of, words_on
from feedback.principles.told import as_material, rejected, said_of
from feedback.principles.trials.asking import Answered, Question, Until, ask_all
from feedback.principles.trials.judging import whole
from feedback.principles.trials.opening import staged
from feedback.principles.vectors import vectors_of
from feedback.principles.wording import conversation_text, principle_sentence
from feedback.projects.budget import RecordedModel

AT_MOST, MOST_CASES = 40, 5
NOTHING = (
    "No answer was rejected yet: criticised, scored low, rewritten or put behind another. Then there is no failure."
)
NO_RULES = "There are no rules yet."
Stage, Operation = Finding.Stage, Finding.Operation
DUE = {"rule": Operation.REWORD, "missing": Operation.ADD, "harmful": Operation.RETIRE}


def plan(trial: Trial) -> int:
    """Choose the rejected answers."""
    given = trial.parameters
    given["at_most"] = whole(given.get("at_most"), least=1, most=500, otherwise=AT_MOST)
    given["stage"] = Stage.FAILURE
    chosen = rejected(trial.project)[: given["at_most"]]
    if not chosen:
        raise Refused(NOTHING)
    trial.result = {"responses": chosen}
    return len(chosen)


def work(trial: Trial, model: RecordedModel, until: Until) -> bool:
    """The stage that is due."""
    stage = stage_of(trial)
    return {Stage.FAILURE: label, Stage.DIAGNOSIS: diagnose, Stage.CHANGE: mend}[Stage(stage)](trial, model, until)


def label(trial: Trial, model: RecordedModel, until: Until) -> bool:
    """Name each failure; those called nearly the same are one row."""
    staged(trial, "Naming failures")
    chosen = trial.result["responses"]
    rows, said = Response.objects.select_related("example").in_bulk(chosen), said_of(trial.project, chosen)
    found: dict[int, FailureLabel] = {}
    questions = [
        Question(
            prompt=fill(
                "label_failure", conversation=conversation_text(rows[pk].example), response=rows[pk].text,
                said=as_material(said.get(pk, [])),
            ),
            slot=f"failure-{pk}", role="critic", about=pk,
        )
        for pk in chosen if pk in rows
    ]  # fmt: skip
    if ask_all(trial, model, questions, until=until, keep=partial(keep, found, FailureLabel)):
        return True
    named = {pk: found[pk] for pk in chosen if pk in found}
    write_findings(trial, Stage.FAILURE, failures_in(named))
    staged(trial, "Naming failures", why={str(pk): one.because for pk, one in named.items()})
    return False


def failures_in(named: dict[int, FailureLabel]) -> list[Found]:
    """One row a kind of failure, the commonest first; the shortest name stands for all that mean the same."""
    responses, labels = list(named), [one.label for one in named.values()]
    groups = [set(one) for one in [*exact(labels), *near(labels, vectors_of(labels))]] if labels else []
    home = {place: {place} for place in range(len(labels))}
    for group in groups:
        together = set().union(*(home[place] for place in group))
        home |= dict.fromkeys(together, together)
    kinds = {min(group): sorted(group) for group in home.values()}
    ordered = sorted(kinds.values(), key=lambda places: (-len(places), places[0]))
    return [
        Found(
            words=min((labels[place] for place in places), key=len),
            responses=(some := [responses[place] for place in places]), critiques=words_on(some),
        )
        for places in ordered
    ]  # fmt: skip


def diagnose(trial: Trial, model: RecordedModel, until: Until) -> bool:
    """For each kind of failure that was kept: which rule is at fault?"""
    book, kept = playbook_of(trial.project), kept_in(trial, Stage.FAILURE)
    staged(trial, "Finding the faulty rules", expected=len(trial.result["responses"]) + len(kept))
    found: dict[int, Diagnosis] = {}
    questions = [
        Question(
            prompt=fill(
                "diagnose_failure", principles=rules_in(book), failure=row.words, cases=cases_of(trial, row)
            ),
            slot=f"diagnosis-{row.pk}", role="critic", about=row.pk,
        )
        for row in kept
    ]  # fmt: skip
    if ask_all(trial, model, questions, until=until, keep=partial(keep, found, Diagnosis)):
        return True
    write_findings(trial, Stage.DIAGNOSIS, [diagnosed(row, found[row.pk], book) for row in kept if row.pk in found])
    return False


def diagnosed(row: Finding, answer: Diagnosis, book: Playbook) -> Found:
    """A diagnosis; one of a rule that there is not says that a rule is missing."""
    item = book.by_number.get(answer.number)
    fault = answer.fault if item else "missing"
    fields = {"operation": DUE.get(fault, ""), "principle": item.principle if item else None}
    return Found(words=answer.because, fields=fields, rests_on=[row], **behind([row]))


def mend(trial: Trial, model: RecordedModel, until: Until) -> bool:
    """For each diagnosis that was kept and asks for a change: the rule that mends it."""
    kept = [row for row in kept_in(trial, Stage.DIAGNOSIS) if row.operation]
    asked = [row for row in kept if row.operation != Operation.RETIRE]
    staged(
        trial, "Rewriting rules", expected=trial.expected + len(asked) * ("rewriting" not in trial.result), rewriting=1
    )
    aside = aside_as_material(laid_aside(trial.project))
    found: dict[int, PrincipleDraft] = {}
    questions = [
        Question(
            prompt=fill(
                "mend_rule", failure=failure_of(row), diagnosis=row.words, principle=rule_of(row),
                cases=cases_of(trial, row), laid_aside=aside,
            ),
            slot=f"mend-{row.pk}", role="proposer", about=row.pk,
        )
        for row in asked
    ]  # fmt: skip
    if ask_all(trial, model, questions, until=until, keep=partial(keep, found, PrincipleDraft)):
        return True
    write_findings(trial, Stage.CHANGE, [one for row in kept if (one := changed(row, found.get(row.pk)))])
    return False


def changed(row: Finding, draft: PrincipleDraft | None) -> Found | None:
    """The change a diagnosis leads to; None without a usable answer."""
    fields: dict[str, Any] = {"operation": row.operation, "principle": row.principle}
    if row.operation == Operation.RETIRE:
        return Found(words=row.words, fields=fields, rests_on=[row], **behind([row]))
    if draft is None:
        return None
    fields |= {"domain": draft.domain, "effect": draft.effect}
    return Found(words=draft.because or row.words, fields=fields, rests_on=[row], **behind([row]))


def keep(found: dict[int, Any], kind: type[Any], question: Question, answer: Answered) -> None:
    """One usable answer."""
    if isinstance(answer, Completion) and isinstance(answer.data, kind):
        found[question.about] = answer.data


def kept_in(trial: Trial, stage: str) -> list[Finding]:
    """The rows of a stage that people kept."""
    return list(trial.findings.filter(stage=stage, state=Finding.State.OPEN).select_related("principle"))


def behind(rows: Sequence[Finding]) -> dict[str, Any]:
    """The answers and comments that rows rest on."""
    return {
        "responses": [pk for row in rows for pk in row.responses.values_list("pk", flat=True)],
        "critiques": [pk for row in rows for pk in row.critiques.values_list("pk", flat=True)],
    }


def cases_of(trial: Trial, row: Finding) -> str:
    """A few of the failed answers, with what was asked and said."""
    rows = list(row.responses.select_related("example").order_by("pk")[:MOST_CASES])
    said = said_of(trial.project, [one.pk for one in rows])
    return "\n".join(
        data_block(
            f"case {number}",
            f"{conversation_text(one.example)}\n{data_block('answer', one.text)}\n{as_material(said.get(one.pk, []))}",
        )
        for number, one in enumerate(rows, start=1)
    )


def rules_in(book: Playbook) -> str:
    """The rules in force, numbered."""
    lines = [data_block(f"rule {n}", principle_sentence(one.version)) for n, one in book.by_number.items()]
    return "\n".join(lines) or NO_RULES


def failure_of(row: Finding) -> str:
    """The names of the failures a diagnosis rests on."""
    return "; ".join(row.rests_on.values_list("words", flat=True))


def rule_of(row: Finding) -> str:
    """The newest words of the rule at fault."""
    newest = row.principle.versions.order_by("-number").first() if row.principle else None
    return principle_sentence(newest) if newest else "There is none."


def conclude(trial: Trial) -> dict[str, Any]:
    """How far it came."""
    stage = str(stage_of(trial))
    return {"stage": stage, "last": stage == stages_of(trial)[-1]}
