"""Where a principle applies and where it does not (C3PO / RLVF; Stephan et al., 2024), as a trial.

The model writes requests the principle is for, requests close by, and any others, eight of each; every one is answered
with and without the principle, and a judge who does not know which answer is which says how far each keeps to it and
how much they differ. Eight each are 3 + 48 + 24 calls. What was answered and judged for a wording is not asked again,
and answers without the principle serve all its wordings: a new wording pays for what it changes.

Parameters: `each` (how many of a scope), `more` (whether to write more up to that where there are some already).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from typing import Any

from django.db.models import Count

from feedback.errors import Refused
from feedback.llm.answers import Reply, Requests, ScopeJudged
from feedback.llm.material import candidates_text, conversation_text
from feedback.llm.model import Completion
from feedback.llm.prompts import fill
from feedback.models import Evidence, Principle, PrincipleVersion, ScopeInput, ScopeResult, Split, Trial
from feedback.principles.constitutions import newest_version
from feedback.principles.scope import GENERAL, IN, NEAR, SCOPES, ScopeLine, scope_report
from feedback.principles.trials.asking import Answered, Question, Until, ask_all
from feedback.principles.trials.judging import whole
from feedback.principles.trials.opening import staged
from feedback.principles.wording import principle_sentence
from feedback.projects.budget import RecordedModel

EACH = 8
LONGEST = 4000
WRITERS = {IN: "write_in_scope", NEAR: "write_near_scope", GENERAL: "write_general"}
NO_PRINCIPLE = "Where a principle applies is tested one principle at a time. Choose the principle."
NOTHING_WRITTEN = "The model wrote no request to test on. Write some yourself, or ask again."


@dataclass
class Pair:
    """The answers to one input with and without the principle, as they come in."""

    input: ScopeInput
    without: str = ""
    under: str = ""

    @property
    def whole(self) -> bool:
        """Whether both are there."""
        return bool(self.without and self.under)


@dataclass
class Pairs:
    """All that are being answered, by input."""

    by_input: dict[int, Pair] = field(default_factory=dict)

    def keep(self, question: Question, answer: Answered) -> None:
        """Put an answer into its place; one that cannot be had leaves it empty."""
        side, one = question.about
        if isinstance(answer, Completion) and isinstance(answer.data, Reply):
            setattr(self.by_input[one], side, answer.data.text)


def plan(trial: Trial) -> int:
    """The wording under test, and the calls for what has no result yet."""
    if trial.principle is None:
        raise Refused(NO_PRINCIPLE)
    if trial.version is None:
        trial.version = newest_version(trial.principle)
        trial.save(update_fields=["version"])
    given = trial.parameters
    given["each"] = whole(given.get("each", EACH), least=1, most=40, otherwise=EACH)
    given["more"] = bool(given.get("more"))
    missing = to_write(trial)
    there = untested(trial)
    known = len(unaided(trial, there))
    new = sum(missing.values())
    return len(missing) + 3 * (len(there) + new) - known


def to_write(trial: Trial) -> dict[str, int]:
    """How many requests of each scope are to be written: all where there are none, else none unless more are wanted."""
    rows = ScopeInput.objects.filter(principle=trial.principle_id).values("scope").annotate(n=Count("pk"))
    there = Counter({row["scope"]: row["n"] for row in rows})
    each, more = trial.parameters["each"], trial.parameters["more"]
    return {scope: each - there[scope] for scope in SCOPES if there[scope] < (each if more else 1)}


def standing(principle: Principle) -> list[ScopeInput]:
    """The inputs a principle is tested on now."""
    return list(ScopeInput.objects.filter(principle=principle, left_out_at__isnull=True))


def untested(trial: Trial) -> list[ScopeInput]:
    """The inputs without a result for this wording by this model; one moved to where it applies may want judging."""
    assert trial.principle is not None
    rows = ScopeResult.objects.filter(version=trial.version, model=trial.model, trial__kind=trial.kind, distance=0)
    judged = set(rows.filter(adherence__isnull=False).values_list("input", flat=True))
    compared = set(rows.values_list("input", flat=True))
    return [one for one in standing(trial.principle) if one.pk not in (judged if one.scope == IN else compared)]


def unaided(trial: Trial, inputs: Sequence[ScopeInput]) -> dict[int, str]:
    """The answers without the principle that an earlier test bought from the same model."""
    rows = ScopeResult.objects.filter(input__in=[one.pk for one in inputs], model=trial.model, distance=0)
    return dict(rows.filter(trial__kind=trial.kind).exclude(without="").order_by("pk").values_list("input", "without"))


def work(trial: Trial, model: RecordedModel, until: Until) -> bool:
    """Write, answer, judge; from where it stands."""
    if not trial.result.get("written"):
        if write(trial, model, until):
            return True
        staged(trial, "Answering", written=True)
    inputs = untested(trial)
    pairs = Pairs({one.pk: Pair(one) for one in inputs})
    for pk, text in unaided(trial, inputs).items():
        pairs.by_input[pk].without = text
    staged(trial, "Answering")
    if ask_all(trial, model, answers_wanted(trial, pairs), until=until, keep=pairs.keep):
        return True
    staged(trial, "Judging")
    return judge(trial, model, until, pairs)


def write(trial: Trial, model: RecordedModel, until: Until) -> bool:
    """Have the missing requests written."""
    staged(trial, "Writing requests")
    assert trial.principle is not None
    assert trial.version is not None
    words, known = principle_sentence(trial.version), candidates_text(texts_of(trial.principle))
    questions = []
    for scope, count in to_write(trial).items():
        values = {"principle": words, "known": known, "count": str(count)}
        if scope != GENERAL:
            values["feedback"] = feedback_behind(trial.principle)
        questions.append(Question(prompt=fill(WRITERS[scope], **values), slot=f"write-{scope}", role="proposer",
                                  about=(scope, count)))  # fmt: skip
    return ask_all(trial, model, questions, until=until, keep=partial(keep_requests, trial))


def texts_of(principle: Principle) -> list[str]:
    """All requests there are, those left out as well: none is to be written again."""
    return list(ScopeInput.objects.filter(principle=principle).values_list("text", flat=True))


def feedback_behind(principle: Principle) -> str:
    """Words that the principle was drafted from and the requests they were about; never of held-out examples."""
    rows = Evidence.objects.filter(principle=principle, critique__isnull=False).exclude(
        critique__response__example__split=Split.HOLDOUT
    )
    found = rows.select_related("critique__response__example")[:5]
    return "\n\n".join(f"{row.critique.response.example.request[:600]}\n— {row.critique.words[:600]}" for row in found)


def keep_requests(trial: Trial, question: Question, answer: Answered) -> None:
    """The requests of one scope, no more than were asked for, none twice."""
    scope, count = question.about
    if not isinstance(answer, Completion) or not isinstance(answer.data, Requests):
        return
    texts = dict.fromkeys(text.strip()[:LONGEST] for text in answer.data.requests if text.strip())
    for text in list(texts)[:count]:
        made = {"scope": scope, "model": trial.model, "simulated": trial.simulated}
        ScopeInput.objects.get_or_create(principle=trial.principle, text=text, defaults=made)


def answers_wanted(trial: Trial, pairs: Pairs) -> Iterator[Question]:
    """The answers that are still missing."""
    assert trial.version is not None
    for one in pairs.by_input.values():
        if not one.without:
            yield answer_question(one.input, "without", "")
        yield answer_question(one.input, "under", principle_sentence(trial.version))


def answer_question(one: ScopeInput, side: str, principles: str) -> Question:
    """What does the assistant answer?"""
    talk = conversation_text([{"role": "user", "content": one.text}])
    prompt = fill("answer_by_principles", principles=f"1. {principles}" if principles else "", conversation=talk)
    return Question(prompt=prompt, slot=f"{side}-{one.pk}", role="task", about=(side, one.pk))


def judge(trial: Trial, model: RecordedModel, until: Until, pairs: Pairs) -> bool:
    """Have differing answers judged. Where nothing changed and nothing was to be followed there is nothing to ask."""
    assert trial.version is not None
    questions = []
    for one in pairs.by_input.values():
        if one.whole and one.without == one.under and one.input.scope != IN:
            write_result(trial, one, change=0.0, why="")
        elif one.whole:
            questions.append(judge_question(trial, trial.version, one))
    return ask_all(trial, model, questions, until=until, keep=partial(keep_judged, trial))


def judge_question(trial: Trial, version: PrincipleVersion, one: Pair) -> Question:
    """How far does each keep to it, and how much do they differ? Which stands first is drawn for the input."""
    turned = bool(sha256(f"{trial.seed}:{one.input.pk}".encode()).digest()[0] % 2)
    first, second = (one.under, one.without) if turned else (one.without, one.under)
    talk = conversation_text([{"role": "user", "content": one.input.text}])
    prompt = fill("judge_scope", conversation=talk, effect=version.effect, first=first, second=second)
    return Question(prompt=prompt, slot=f"judge-{one.input.pk}", about=(one, turned))


def keep_judged(trial: Trial, question: Question, answer: Answered) -> None:
    """The judge's word as a row."""
    if not isinstance(answer, Completion) or not isinstance(answer.data, ScopeJudged):
        return
    one, turned = question.about
    said = answer.data
    under, without = (said.first, said.second) if turned else (said.second, said.first)
    change = 0.0 if one.under == one.without else said.change / 4
    write_result(
        trial, one, change=change, adherence=(under - 1) / 4, adherence_without=(without - 1) / 4, why=said.why
    )


def write_result(trial: Trial, one: Pair, **judged: Any) -> None:
    """One cell of the test, once."""
    made = {"model": trial.model, "simulated": trial.simulated, "without": one.without, "under": one.under}
    ScopeResult.objects.get_or_create(
        trial=trial, input=one.input, distance=0, reminded=False, defaults={"version": trial.version, **made, **judged}
    )


def conclude(trial: Trial) -> dict[str, Any]:
    """The figures as they stand now. Moving an input later changes the page's, not these."""
    assert trial.version is not None
    report = scope_report(trial.version)
    if report is None:
        raise Refused(NOTHING_WRITTEN)
    return {
        "lines": [told(line) for line in report.lines],
        "passed": report.passed,
        "reasons": report.reasons,
        "untested": report.untested,
    }


def told(line: ScopeLine) -> dict[str, Any]:
    """A line of the figures as plain data."""
    figures = {"scope": line.scope, "n": line.n, "right": line.right, "without": line.without}
    return {**figures, "interval": [line.low, line.high]}
