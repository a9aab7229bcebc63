"""What is known of a change before it is made: each test with its result, what it would stand beside, what it costs.

    readiness_of(change)    for the screen on which somebody decides

Every finding says how it stands in one of a few words, and which test would tell where none has. It reads; what has to
be answered for is said by `gate`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from feedback.models import Contradiction, JobState, PrincipleVersion, ProbeResult, Trial
from feedback.principles.amendments import STANDS, Amendment, without
from feedback.principles.churn import Churn, prompts_changed, shares
from feedback.principles.clusters import near, plain
from feedback.principles.compiling import cost_of_tokens
from feedback.principles.gate import codes_of, contradictions_among
from feedback.principles.opposites import suspects
from feedback.principles.probes import ProbesReport, probes_of, report_on
from feedback.principles.scope import ScopeReport, scope_report
from feedback.principles.vectors import vectors_of
from feedback.principles.wording import principle_sentence

GOOD, BAD, NOTE, MISSING, RUNNING, STUCK = "good", "bad", "note", "missing", "running", "stuck"
Kind = Trial.Kind
OPEN = {JobState.WAITING, JobState.LEASED}
A_THOUSAND = 1000


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One line: what was looked at, how it stands, the figures behind it, and the test they are from or would be from.

    `kind` is the kind of test that tells; "" where none has to be asked for.
    """

    name: str
    state: str
    kind: str = ""
    trial: Trial | None = None
    figures: dict[str, Any] = field(default_factory=dict)
    rows: Sequence[Any] = ()


@dataclass(frozen=True, kw_only=True)
class Size:
    """Tokens of the whole constitution before and after, and dollars for a thousand prompts with it."""

    before: int
    after: int
    cost_before: Decimal | None
    cost_after: Decimal | None


@dataclass(frozen=True, kw_only=True)
class Readiness:
    """All findings on a change, what speaks against it by code, its size and how much it turns over."""

    findings: list[Finding]
    against: list[str]
    size: Size
    churn: Churn

    @property
    def missing(self) -> list[str]:
        """The kinds of test that were not made, each once."""
        return list(dict.fromkeys(one.kind for one in self.findings if one.kind and one.state == MISSING))

    @property
    def running(self) -> bool:
        """Whether a test is under way."""
        return any(one.state == RUNNING for one in self.findings)


class Known:
    """What the tables hold of a change, each asked for once."""

    def __init__(self, change: Amendment) -> None:
        self.change, self.version = change, change.version
        self.probes = probes_of(change).first()
        self.report: ProbesReport | None = report_on(change)
        self.scope: ScopeReport | None = scope_report(self.version) if self.version else None
        coming = [self.version] if self.version and change.kind != STANDS else []
        self.contradictions = contradictions_among(coming, change.after)


def readiness_of(change: Amendment, *, model: str) -> Readiness:
    """Everything known of a change. `model` is whose price counts. Some twenty queries, however many principles."""
    known = Known(change)
    return Readiness(
        findings=[*scope_findings(known), *probe_findings(known), *choice_findings(known), *beside(known)],
        against=codes_of(change.project, known.report, [known.scope], known.contradictions),
        size=size_of(change, model),
        churn=Churn(
            **shares(change.before, change.after), prompts=prompts_changed(change.project, change.before, change.after)
        ),
    )


def size_of(change: Amendment, model: str) -> Size:
    """Tokens and dollars, before and after."""
    before, after = change.tokens
    costs = (cost_of_tokens(model, tokens * A_THOUSAND) for tokens in (before, after))
    cost_before, cost_after = costs
    return Size(before=before, after=after, cost_before=cost_before, cost_after=cost_after)


# Where it applies


def scope_findings(known: Known) -> list[Finding]:
    """Whether the new wording reaches as far as it says and no further; nothing for a change without one."""
    if known.version is None:
        return []
    newest = Trial.objects.filter(version=known.version, kind=Kind.SCOPE).order_by("-number").first()
    report = known.scope
    if report is None or under_way(newest):
        return [Finding(name="scope", state=standing(newest), kind=Kind.SCOPE, trial=newest)]
    figures = {"lines": [line for line in report.lines if line.n], "reasons": report.reasons, "notes": report.notes}
    rows = [row for row in report.rows if row.right is False]
    state = GOOD if report.passed else BAD
    return [Finding(name="scope", state=state, kind=Kind.SCOPE, trial=newest, figures=figures, rows=rows)]


# What it breaks


def probe_findings(known: Known) -> list[Finding]:
    """The planted probes by kind, then the examples that were right before."""
    newest, report = known.probes, known.report
    names = [*ProbeResult.Kind.values[:4], ProbeResult.Kind.FLIP.value]
    if report is None or under_way(newest):
        return [Finding(name=name, state=standing(newest), kind=Kind.PROBES, trial=newest) for name in names]
    rows = list(report.broken)
    return [told(report, name, [row for row in rows if row.kind == name]) for name in names]


def told(report: ProbesReport, name: str, rows: list[ProbeResult]) -> Finding:
    """One kind of probe; without examples there is nothing to tell."""
    result = report.trial.result
    counts = result["flips"] if name == ProbeResult.Kind.FLIP else result["probes"][name]
    state = BAD if name in report.against else NOTE if counts["broken"] or not counts["all"] else GOOD
    figures = {**counts, "length": result["length"]}
    return Finding(name=name, state=state, kind=Kind.PROBES, trial=report.trial, figures=figures, rows=rows)


# What it does to choices


def choice_findings(known: Known) -> list[Finding]:
    """Agreement with people before and after, and what the wording tells by itself."""
    found = []
    newest, report = known.probes, known.report
    if report is None or under_way(newest):
        found.append(Finding(name="choice", state=standing(newest), kind=Kind.PROBES, trial=newest))
    else:
        choices = report.trial.result["choices"]
        fewer = not choices or choices["after"]["agreed"] < choices["before"]["agreed"]
        state = BAD if "choice" in report.against else NOTE if fewer else GOOD
        found.append(Finding(name="choice", state=state, kind=Kind.PROBES, trial=report.trial, figures=choices))
    return found + alone(known)


def alone(known: Known) -> list[Finding]:
    """How often the new wording by itself tells what people chose."""
    if known.version is None:
        return []
    rows = Trial.objects.filter(version=known.version, kind=Kind.RECONSTRUCTION).order_by("-number")
    newest = rows.first()
    if newest is None or newest.state != JobState.DONE:
        return [Finding(name="alone", state=standing(newest), kind=Kind.RECONSTRUCTION, trial=newest)]
    line = next(iter(newest.result.get("principles", [])), None)
    if line is None or not line["right"] + line["wrong"]:
        return [Finding(name="alone", state=NOTE, kind=Kind.RECONSTRUCTION, trial=newest, figures=line or {})]
    low, high = line["interval"]
    figures = {**line, "low": low, "high": high, "n": line["right"] + line["wrong"]}
    state = NOTE if low <= 0.5 else GOOD
    return [Finding(name="alone", state=state, kind=Kind.RECONSTRUCTION, trial=newest, figures=figures)]


# What it would stand beside


def beside(known: Known) -> list[Finding]:
    """Principles that say nearly the same, and those that it contradicts or may contradict."""
    change = known.change
    if change.version is None or change.principle is None:
        return []
    others = without(change.after, change.principle.pk)
    sentences = [principle_sentence(one) for one in (change.version, *others)]
    vectors = vectors_of(sentences)
    alike = duplicates(change.version, others, vectors)
    return [
        Finding(name="duplicate", state=NOTE if alike else GOOD, rows=alike),
        contradiction(known, others, sentences, vectors),
    ]


def duplicates(
    version: PrincipleVersion, others: Sequence[PrincipleVersion], vectors: Sequence[Sequence[float]]
) -> list[PrincipleVersion]:
    """Those that ask for nearly the same: in the same words, or alike in the whole and in what they ask for."""
    effects = [version.effect, *(one.effect for one in others)]
    also = vectors_of(effects)
    found = [
        place for place in range(1, len(effects))
        if plain(effects[place]) == plain(effects[0])
        or near([effects[0], effects[place]], [vectors[0], vectors[place]], also=[also[0], also[place]])
    ]  # fmt: skip
    return [others[place - 1] for place in found]


def contradiction(
    known: Known, others: Sequence[PrincipleVersion], sentences: Sequence[str], vectors: Sequence[Sequence[float]]
) -> Finding:
    """Pairs a judge found to contradict each other; else how many are worth its look and had none."""
    change, rows = known.change, known.contradictions
    assert change.version is not None  # as `beside` was asked
    trials = Trial.objects.filter(project=change.project, kind=Kind.CONTRADICTIONS).order_by("-number")
    newest = trials.filter(principle=change.principle).first()
    if rows:
        return Finding(name="contradiction", state=BAD, trial=newest, rows=[across(row, change) for row in rows])
    if under_way(newest):
        return Finding(name="contradiction", state=RUNNING, kind=Kind.CONTRADICTIONS, trial=newest)
    pairs = suspects(sentences, vectors, one_of=0)
    read = read_pairs(trials.filter(state=JobState.DONE), change.version)
    unread = sum(frozenset((change.version.pk, others[max(one.one, one.other) - 1].pk)) not in read for one in pairs)
    state = MISSING if unread else GOOD
    figures = {"unread": unread, "read": len(read)}
    return Finding(name="contradiction", state=state, kind=Kind.CONTRADICTIONS, trial=newest, figures=figures)


def across(row: Contradiction, change: Amendment) -> dict[str, Any]:
    """The other principle of a contradiction, and why."""
    other = row.second if change.principle and row.first_id == change.principle.pk else row.first
    return {"principle": other, "version": list(other.versions.all())[-1], "why": row.why, "pk": row.pk}


def read_pairs(trials: Any, version: PrincipleVersion) -> set[frozenset[int]]:
    """The pairs with this wording that a judge has read. One query."""
    results = trials.values_list("result__read", flat=True)
    pairs = (frozenset((line["one"], line["other"])) for read in results for line in read or [])
    return {pair for pair in pairs if version.pk in pair}


def under_way(trial: Trial | None) -> bool:
    """Whether a test waits or is being worked on."""
    return trial is not None and trial.state in OPEN


def standing(trial: Trial | None) -> str:
    """How a test without a result stands."""
    if trial is None or trial.state == JobState.DONE:
        return MISSING
    return RUNNING if trial.state in OPEN else STUCK
