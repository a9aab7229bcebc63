"""Reflection on recent answers (ACE): lessons from what people said, then small changes that wait for approval.

Parameters: `mode` (offline: the latest answers; online: those no earlier reflection read), `at_most` answers, `room` in
tokens for all principles in force. A reflector counts how often each principle helped or harmed; a curator of its own
proposes additions, rewordings, mergers and retirements, never a new list. Paper: Zhang et al., 2025.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from feedback.errors import Refused
from feedback.llm.model import Completion
from feedback.llm.prompts import data_block, fill
from feedback.llm.reflections import Deltas, Reflection
from feedback.models import Applied, Finding, Principle, Response, Trial
from feedback.principles.findings import write_findings
from feedback.principles.laid_aside import as_material as aside_as_material
from feedback.principles.laid_aside import laid_aside
from feedback.principles.playbook import Playbook, founded, playbook_of
from feedback.principles.told import as_material, said_of, spoken_of
from feedback.principles.trials.asking import Answered, Question, Until, ask_all
from feedback.principles.trials.judging import whole
from feedback.principles.trials.opening import staged
from feedback.principles.wording import conversation_text
from feedback.projects.budget import RecordedModel

OFFLINE, ONLINE = "offline", "online"
AT_MOST, ROOM = 15, 2000
NOTHING = "Nobody has said anything of an answer that may be learned from. Review a few; then look back on them."
NOTHING_NEW = "Nobody has said anything new since the last reflection."
NONE_THERE = "It was written under none of them."


def plan(trial: Trial) -> int:
    """Choose the answers."""
    given = trial.parameters
    given["mode"] = ONLINE if given.get("mode") == ONLINE else OFFLINE
    given["at_most"] = whole(given.get("at_most"), least=1, most=200, otherwise=AT_MOST)
    given["room"] = whole(given.get("room"), least=100, most=80_000, otherwise=ROOM)
    spoken = spoken_of(trial.project)
    if given["mode"] == ONLINE:
        known = read_before(trial)
        spoken = [pk for pk in spoken if pk not in known]
    if not spoken:
        raise Refused(NOTHING_NEW if given["mode"] == ONLINE and read_before(trial) else NOTHING)
    trial.result = {"responses": spoken[: given["at_most"]]}
    return len(trial.result["responses"]) + 1


def read_before(trial: Trial) -> set[int]:
    """The answers that earlier reflections read."""
    rows = Trial.objects.filter(project=trial.project, kind=trial.kind).exclude(pk=trial.pk)
    return {pk for read in rows.values_list("result__responses", flat=True) for pk in read or []}


def work(trial: Trial, model: RecordedModel, until: Until) -> bool:
    """Look back on each answer, then have changes proposed."""
    if "reflections" not in trial.result and reflect(trial, model, until):
        return True
    return curate(trial, model, until)


def reflect(trial: Trial, model: RecordedModel, until: Until) -> bool:
    """One call an answer; whether some were not asked."""
    staged(trial, "Looking back")
    chosen = trial.result["responses"]
    rows = Response.objects.select_related("example").in_bulk(chosen)
    said = said_of(trial.project, chosen)
    used = used_in(chosen)
    found: dict[int, dict[str, Any]] = {}
    questions = [question_of(rows[pk], said.get(pk, []), used.get(pk, {})) for pk in chosen if pk in rows]
    if ask_all(trial, model, questions, until=until, keep=partial(keep, found)):
        return True
    staged(trial, "Curating", reflections=[found[pk] for pk in chosen if pk in found])
    return False


def used_in(responses: list[int]) -> dict[int, dict[int, Principle]]:
    """The principles each answer was written under, by number. One query."""
    uses = Applied.objects.filter(response__in=responses, version__isnull=False).select_related("version__principle")
    found: dict[int, dict[int, Principle]] = {}
    for use in uses.prefetch_related("version__principle__versions"):
        assert use.version is not None
        found.setdefault(use.response_id, {})[use.version.principle.number] = use.version.principle
    return found


def question_of(response: Response, said: list[Any], used: dict[int, Principle]) -> Question:
    """What does this answer teach?"""
    words = {number: str(list(one.versions.all())[-1]) for number, one in sorted(used.items())}
    principles = "\n".join(data_block(f"principle {number}", text) for number, text in words.items())
    prompt = fill(
        "reflect_on_answer", conversation=conversation_text(response.example), response=response.text,
        said=as_material(said), principles=principles or NONE_THERE,
    )  # fmt: skip
    return Question(prompt=prompt, slot=f"reflect-{response.pk}", role="critic", about=(response.pk, used))


def keep(found: dict[int, dict[str, Any]], question: Question, answer: Answered) -> None:
    """The lesson of one answer and how its principles did; numbers it was not written under count for nothing."""
    if not isinstance(answer, Completion) or not isinstance(answer.data, Reflection):
        return
    response, used = question.about
    uses = {str(one.number): one.outcome for one in answer.data.uses if one.number in used}
    found[response] = {"response": response, "lesson": answer.data.lesson, "uses": uses}


def curate(trial: Trial, model: RecordedModel, until: Until) -> bool:
    """One call for all lessons; none where there is nothing to go by."""
    lessons = [one for one in trial.result["reflections"] if one["lesson"]]
    book = playbook_of(trial.project, trial)
    if not lessons and not any(one.harmed for one in book.items):
        return False
    question = Question(prompt=deltas_wanted(trial, book, lessons), slot="deltas", role="proposer")
    return ask_all(trial, model, [question], until=until, keep=partial(keep_deltas, trial, book, lessons))


def deltas_wanted(trial: Trial, book: Playbook, lessons: list[dict[str, Any]]) -> Any:
    """The prompt for changes."""
    told = "\n".join(data_block(f"lesson {number}", one["lesson"]) for number, one in enumerate(lessons, start=1))
    room = max(0, trial.parameters["room"] - book.tokens)
    return fill(
        "propose_deltas", principles=book.material or "There are none yet.", lessons=told or "There are none.",
        room=f"{room} tokens", laid_aside=aside_as_material(laid_aside(trial.project)),
    )  # fmt: skip


def keep_deltas(
    trial: Trial, book: Playbook, lessons: list[dict[str, Any]], question: Question, answer: Answered
) -> None:
    """Write the changes down; those that cannot be are counted, those there is no room for stand rejected."""
    if not isinstance(answer, Completion) or not isinstance(answer.data, Deltas):
        return
    room = trial.parameters["room"] - book.tokens
    found, unusable = founded(trial, book, answer.data.deltas, lessons, room=room)
    write_findings(trial, Finding.Stage.CHANGE, found)
    staged(trial, "Curating", unusable=unusable, tokens=book.tokens)


def conclude(trial: Trial) -> dict[str, Any]:
    """What was learned, and how each principle did."""
    reflections = trial.result.get("reflections", [])
    return {
        "read": len(reflections), "lessons": [one["lesson"] for one in reflections if one["lesson"]],
        "tokens": trial.result.get("tokens", playbook_of(trial.project, trial).tokens),
        "changes": trial.findings.count(),
    }  # fmt: skip
