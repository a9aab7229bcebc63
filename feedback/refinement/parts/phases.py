"""The phases of a turn, in order: run, critique, revise, judge. What each part is given, and what follows.

A phase's `briefs` are empty when it has nothing to do in this turn. It does not know which steps were done.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from feedback.refinement.parts.arrangement import Arrangement
from feedback.refinement.parts.contracts import Ask
from feedback.refinement.state import Archive, Case, Draft, Drafts, Given, Pick, Verdict, Version, seed_of

Output = Verdict | Draft | Drafts | Pick


@dataclass(frozen=True)
class Phase:
    """One kind of work within a turn.

    `briefs` says what the part is given (one brief a slot; several slots may be worked on at once), `work` puts it to
    work, `absorb` enters its output, as plain data, into the archive; `position` is that of the step.
    """

    kind: str
    briefs: Callable[[Arrangement, Case, Archive, int], list[Given]]
    work: Callable[[Arrangement, Case, Given, Ask], Output]
    absorb: Callable[[Arrangement, Archive, Given, int], Archive]


def run_briefs(arrangement: Arrangement, case: Case, archive: Archive, seed: int) -> list[Given]:
    """As many fresh answers as the sampler says."""
    count = arrangement.sampler.count(case) if arrangement.sampler else 0
    return [{"count": count}] if count else []


def run(arrangement: Arrangement, case: Case, given: Given, ask: Ask) -> Output:
    """Put the runner to work."""
    assert arrangement.runner is not None
    return arrangement.runner.run(case, given, ask)


def absorb_drafts(arrangement: Arrangement, archive: Archive, output: Given, position: int) -> Archive:
    """Every fresh answer that is accepted becomes a version beside the original."""
    for number, raw in enumerate(output["drafts"]):
        draft = Draft(**raw)
        why = draft.why if draft.failed else arrangement.acceptor.refuse(archive, draft)
        version = Version(text=draft.text, step=position, sample=number, changed=draft.changed)
        archive = archive.turned_down(why) if why else archive.extended(version)
    return archive


def critique_briefs(arrangement: Arrangement, case: Case, archive: Archive, seed: int) -> list[Given]:
    """The current version, with the principle in hand or, where there is none, with what was said before."""
    return [{"text": archive.version.text, "version": archive.current, **context_of(archive)}]


def critique(arrangement: Arrangement, case: Case, given: Given, ask: Ask) -> Output:
    """Put the critic to work."""
    assert arrangement.critic is not None
    return arrangement.critic.critique(case, given, ask)


def absorb_verdict(arrangement: Arrangement, archive: Archive, output: Given, position: int) -> Archive:
    """The verdict is on the current version."""
    return archive.judged(Verdict(**output))


def revise_briefs(arrangement: Arrangement, case: Case, archive: Archive, seed: int) -> list[Given]:
    """Nothing in the last turn, and nothing when the critic found no fault."""
    if archive.turn.last or archive.latest is None or not archive.latest.fault:
        return []
    found = {"text": archive.version.text, "version": archive.current, "critique": archive.latest.critique}
    return [{**found, **context_of(archive)}]


def revise(arrangement: Arrangement, case: Case, given: Given, ask: Ask) -> Output:
    """Put the reviser to work."""
    assert arrangement.reviser is not None
    return arrangement.reviser.revise(case, given, ask)


def absorb_draft(arrangement: Arrangement, archive: Archive, output: Given, position: int) -> Archive:
    """An accepted draft is the next version, and work goes on with it."""
    draft = Draft(**output)
    if why := arrangement.acceptor.refuse(archive, draft):
        return archive.turned_down(why)
    longer = archive.extended(Version(text=draft.text, step=position, changed=draft.changed))
    return replace(longer, current=len(longer.versions) - 1)


def judge_briefs(arrangement: Arrangement, case: Case, archive: Archive, seed: int) -> list[Given]:
    """All different texts, in an order drawn for this case; nothing when there is only one."""
    first: dict[str, int] = {}
    for place, version in enumerate(archive.versions):
        first.setdefault(version.text.strip(), place)
    order = list(first.values())
    random.Random(seed_of(seed, case.item, "candidates", archive.turn.iteration)).shuffle(order)
    return [{"candidates": [archive.versions[i].text for i in order], "order": order}] if len(order) > 1 else []


def judge(arrangement: Arrangement, case: Case, given: Given, ask: Ask) -> Output:
    """Put the judge to work."""
    assert arrangement.judge is not None
    return arrangement.judge.judge(case, given, ask)


def absorb_pick(arrangement: Arrangement, archive: Archive, output: Given, position: int) -> Archive:
    """The pick is remembered; one that names no candidate is remembered with its reason."""
    pick = Pick(**output)
    return replace(archive.turned_down(pick.why) if pick.why else archive, pick=pick)


def context_of(archive: Archive) -> dict[str, Any]:
    """The principle in hand, or the history where a strategy has none in hand."""
    if archive.turn.rule is not None:
        return {"rule": archive.turn.rule.text}
    return {"history": attempts_of(archive)}


def attempts_of(archive: Archive) -> list[list[str]]:
    """Every version that was judged, with its score and what was said about it, oldest first."""
    judged = [(version.text, version.verdict) for version in archive.versions if version.verdict is not None]
    return [[text, said(verdict)] for text, verdict in judged]


def said(verdict: Verdict) -> str:
    """A verdict in words."""
    return verdict.critique if verdict.score is None else f"Score {verdict.score} of 10. {verdict.critique}"


def plain(output: Output) -> dict[str, Any]:
    """A part's output as plain data, as it is stored and as `absorb` takes it."""
    return asdict(output)


PHASES: tuple[Phase, ...] = (
    Phase("runner", run_briefs, run, absorb_drafts),
    Phase("critic", critique_briefs, critique, absorb_verdict),
    Phase("reviser", revise_briefs, revise, absorb_draft),
    Phase("judge", judge_briefs, judge, absorb_pick),
)
BY_KIND: Mapping[str, Phase] = {phase.kind: phase for phase in PHASES}
