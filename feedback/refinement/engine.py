"""The one loop of all strategies, as a pure step: what has been done goes in, what to do next comes out.

`step` walks a case from its start every time, entering the outputs of completed steps into the archive, until it meets
work that has not been done. So a run can be parked between any two steps, for a second or for a week, and nothing but
its rows is needed to go on. It does not know who does the work, when, or what it costs.
"""

from __future__ import annotations

from collections.abc import Sequence

from feedback.refinement.parts.arrangement import Arrangement
from feedback.refinement.parts.contracts import Ask, Question
from feedback.refinement.parts.phases import BY_KIND, PHASES, Phase, plain
from feedback.refinement.state import (
    Archive,
    Case,
    Finished,
    Given,
    StepPlan,
    StepRecord,
    Turn,
    Verdict,
    Version,
    key_of,
)


def step(arrangement: Arrangement, case: Case, history: Sequence[StepRecord], seed: int) -> list[StepPlan] | Finished:
    """The steps that can be taken now, all at once if there are several, or how the case ended.

    Steps already planned but not in the history come out again with the same keys and positions.
    """
    done = {record.key: record for record in history}
    archive, position = Archive(versions=(Version(text=case.response),)), 0
    for turn in arrangement.scheduler.turns(case, seed):
        archive = archive.begin(turn)
        for phase in phases_of(arrangement):
            if reason := arrangement.stopper.enough(archive, case):
                return finished(arrangement, archive, reason)
            plans = plan(arrangement, case, phase, archive, position, seed)
            if missing := [one for one in plans if one.key not in done]:
                return missing
            if why := next((done[one.key].failed for one in plans if done[one.key].failed), ""):
                return Finished(version=archive.version, why=why, failed=True)
            for one in plans:
                archive = phase.absorb(arrangement, archive, done[one.key].output, one.position)
            position += len(plans)
    return finished(arrangement, archive, arrangement.stopper.enough(archive, case))


def phases_of(arrangement: Arrangement) -> list[Phase]:
    """The phases for which the arrangement has a part, in order."""
    return [phase for phase in PHASES if phase.kind in arrangement.working]


def plan(
    arrangement: Arrangement, case: Case, phase: Phase, archive: Archive, position: int, seed: int
) -> list[StepPlan]:
    """The steps of one phase of a turn."""
    part, turn = arrangement.working[phase.kind], archive.turn
    rule = turn.rule.id if turn.rule else None
    return [
        StepPlan(
            key=key_of(case.item, part.kind, part.name, part.version, turn.iteration, rule, given),
            position=position + slot, part=part.kind, name=part.name, iteration=turn.iteration, given=given, rule=rule,
        )
        for slot, given in enumerate(phase.briefs(arrangement, case, archive, seed))
    ]  # fmt: skip


def carry_out(arrangement: Arrangement, case: Case, kind: str, given: Given, ask: Ask) -> dict[str, object]:
    """Put one part to work; its output as plain data. Raises only what no part can judge (see `contracts`)."""
    return plain(BY_KIND[kind].work(arrangement, case, given, ask))


def finished(arrangement: Arrangement, archive: Archive, reason: str) -> Finished:
    """The end: the selector's version, and a sentence or two that say why."""
    version = arrangement.selector.select(archive)
    verdict = "The response stands as it was." if version.step is None else ""
    doubts = archive.refused[-1] if version.step is None and archive.refused else ""
    return Finished(version=version, why=" ".join(text for text in (reason, doubts, verdict) if text))


def worst_questions(arrangement: Arrangement, case: Case, seed: int) -> list[Question]:
    """Every question a case can come to, if each critic finds fault and nothing stops early: its worst case.

    Texts that are not written yet are taken to be as long as the response, critiques as long as a long paragraph.
    """
    questions: list[Question] = []
    for turn in arrangement.scheduler.turns(case, seed):
        archive = imagined(case, turn)
        for phase in phases_of(arrangement):
            for given in phase.briefs(arrangement, case, archive, seed):
                questions += arrangement.working[phase.kind].questions(case, given)
            archive = imagined_after(arrangement, case, phase, archive)
    return questions


def imagined(case: Case, turn: Turn) -> Archive:
    """An archive at the beginning of a turn in which every turn before found fault and made a version."""
    verdict = Verdict(fault=True, critique="x" * 1200, score=0)
    earlier = turn.iteration if turn.rule is None else 0
    versions = [Version(text=case.response, verdict=verdict) for _ in range(earlier)]
    return Archive(versions=(*versions, Version(text=case.response)), current=earlier, turn=turn)


def imagined_after(arrangement: Arrangement, case: Case, phase: Phase, archive: Archive) -> Archive:
    """The archive after the worst outcome of a phase."""
    if phase.kind == "critic":
        return archive.judged(Verdict(fault=True, critique="x" * 1200, score=0))
    if phase.kind == "runner" and arrangement.sampler:
        for number in range(arrangement.sampler.count(case)):
            archive = archive.extended(Version(text=f"{case.response} {number}", step=0, sample=number))
    return archive
