"""Saying anew when a lesson applies, after it was used where it did not belong or missed where it did (AlphaOPT).

People give uses one of five outcomes. From those a model words another condition, and it is taken only when it tells
more of the past uses right than the old one; otherwise nothing changes and the errand says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from feedback.desk.errand_kinds.ways import Outcome, Way, answered
from feedback.desk.errands import store
from feedback.errors import Refused
from feedback.llm.answers import Condition
from feedback.llm.material import candidates_text
from feedback.llm.model import Completion
from feedback.llm.prompts import fill
from feedback.models import Applied, Errand, Experience, Project, Rater, Response, Role, Split, User
from feedback.principles.memory.keeping import may_change, succeed, tell
from feedback.principles.memory.recalling import condition_fits
from feedback.principles.memory.records import PastUse, past_uses, uses_of, wrong_uses
from feedback.projects.budget import RecordedModel
from feedback.projects.raters import rater_of

SHOWN = 12


@dataclass(frozen=True)
class Mended:
    """Another condition, and how many of the past uses each tells right."""

    completion: Completion
    condition: str
    because: str
    before: int
    after: int
    uses: int


@transaction.atomic
def judge_use(use: Applied, outcome: str, *, by: User) -> Applied:
    """Give a use one of the five outcomes; "" takes it back."""
    if outcome and outcome not in Applied.Outcome.values:
        raise Refused("That is no outcome of a use. Choose one of those offered.")
    if use.outcome == Applied.Outcome.NOT_RETRIEVED and not outcome:
        use.delete()
    else:
        use.outcome, use.rater = outcome, rater_of(by, use.response.example.project) if outcome else None
        use.save(update_fields=["outcome", "rater"])
    if use.experience is not None:
        tell(use.experience)
    return use


@transaction.atomic
def note_missed(entry: Experience, response: Response, *, by: User) -> Applied:
    """Say that an entry should have been used for an answer and was not. Twice is once."""
    rater: Rater = rater_of(by, response.example.project)
    use, _ = Applied.objects.get_or_create(
        experience=entry, version=None, response=response,
        defaults={"outcome": Applied.Outcome.NOT_RETRIEVED, "rater": rater},
    )  # fmt: skip
    tell(entry)
    return use


def ask_repair(entry: Experience, *, project: Project, by: User) -> Errand:
    """Ask for a better condition. While nothing new is known of its uses, asking again is the same errand."""
    may_change(entry, by)
    use = uses_of(entry).exclude(response__example__split=Split.HOLDOUT).filter(
        response__example__project=project
    ).first()  # fmt: skip
    if use is None:
        raise Refused("Nobody has said yet where this lesson did not belong or was missed. Give its uses an outcome.")
    known = uses_of(entry).exclude(outcome="").count()
    errand = Errand(
        project=project, kind=Errand.Kind.REPAIR, example=use.response.example, experience=entry,
        key=f"repair:{entry.pk}:{known}:{wrong_uses(entry)}", asked_by=by,
    )  # fmt: skip
    check(errand)
    return store(errand)


def check(errand: Errand) -> None:
    """Raise `Refused` unless there is a standing lesson that was wrongly used or missed."""
    entry = errand.experience
    if entry is None or entry.kind != Experience.Kind.LESSON:
        raise Refused("Only a lesson has a condition to repair.")
    if entry.merged_into_id is not None or entry.retired_at is not None:
        raise Refused("This lesson was laid aside or went into another one, so its condition is not repaired.")
    if not wrong_uses(entry):
        raise Refused("Nobody has said yet where this lesson did not belong or was missed. Give its uses an outcome.")


def ask(errand: Errand, model: RecordedModel) -> Mended:
    """One call; old and new condition are then tried on all past uses."""
    entry = errand.experience
    assert entry is not None
    uses = past_uses(entry)
    sides = {side: [use.request for use in uses if use.should == side][:SHOWN] for side in (True, False)}
    prompt = fill(
        "repair_condition", lesson=entry.explanation, condition=entry.condition,
        belonged=candidates_text(sides[True]) if sides[True] else "",
        strayed=candidates_text(sides[False]) if sides[False] else "",
    )  # fmt: skip
    completion = model.complete(prompt, role="proposer", slot="repair")
    said: Condition = answered(completion, Condition)
    old, new = right(entry.condition, uses), right(said.condition, uses)
    return Mended(completion, said.condition, said.because, old, new, len(uses))


def right(condition: str, uses: Sequence[PastUse]) -> int:
    """Of how many past uses a condition tells right whether the lesson belongs there."""
    return sum(condition_fits(condition, use.request) == use.should for use in uses)


def keep(errand: Errand, mended: Mended) -> Outcome:
    """The lesson with its new condition in the old one's place, if that tells more of the past uses right."""
    entry = Experience.objects.select_for_update().get(pk=errand.experience_id)
    answer = {
        "condition": mended.condition, "because": mended.because, "before": mended.before, "after": mended.after,
        "uses": mended.uses, "taken": False, "simulated": mended.completion.simulated,
    }  # fmt: skip
    if mended.after <= mended.before or entry.merged_into_id is not None:
        return Outcome(answer=answer)
    row = succeed(entry, by=errand.asked_by, condition=mended.condition)
    return Outcome(answer=answer | {"taken": True, "entry": row.pk}, changed=("memory",))


REPAIR = Way(ask=ask, keep=keep, check=check, role=Role.CURATOR)
