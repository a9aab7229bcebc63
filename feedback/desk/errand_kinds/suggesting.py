"""Suggested feedback: a model drafts kudos and critiques, checks each before anybody sees it, and a person picks.

ConstitutionMaker's generated kudos and critiques (Petridis et al., 2023), asked per perspective as RbtAct does, checked
by the model itself before they are shown as in Multi-Level Feedback for Novice Counselors (Chaszczewicz et al., 2024).
What the check holds back is kept and withdrawn at once, so that it stands nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from feedback.capture.forms import form_of
from feedback.capture.history import record
from feedback.capture.wording import tags_of
from feedback.desk.errand_kinds.ways import Outcome, Way, answered, asked_of
from feedback.llm.answers import Suggested, Suggestions, Verdict, Vetting
from feedback.llm.material import candidates_text
from feedback.llm.model import Completion
from feedback.llm.prompts import fill, prompt_hash
from feedback.models import Critique, Errand, Rater, Response
from feedback.projects.budget import RecordedModel
from feedback.projects.raters import judge_rater

PROTOCOL = "suggested"
UNCHECKED = "The self-check did not speak of it, so it is held back."


@dataclass(frozen=True)
class Drafted:
    """What the model drafted, and what its check said of each by number."""

    completion: Completion
    items: list[Suggested]
    verdicts: dict[int, Verdict]


def ask(errand: Errand, model: RecordedModel) -> Drafted:
    """Two calls: the drafts, then the check of all of them; one when nothing was drafted."""
    assert errand.response is not None
    shown = {"conversation": asked_of(errand), "response": errand.response.text}
    prompt = fill("suggest_feedback", perspective=perspective_of(errand), **shown)
    completion = model.complete(prompt, role="critic", slot="suggest")
    items = list(answered(completion, Suggestions).items)
    if not items:
        return Drafted(completion, [], {})
    listed = candidates_text(f"{one.polarity}: {one.text}\n{one.improve}".strip() for one in items)
    vetting = answered(
        model.complete(fill("vet_feedback", suggestions=listed, **shown), role="judge", slot="vet"), Vetting
    )
    return Drafted(completion, items, {one.number: one for one in vetting.verdicts})


def keep(errand: Errand, drafted: Drafted) -> Outcome:
    """Each draft as a critique of the model's own rater; those that did not pass are withdrawn at once."""
    rater = judge_rater(errand.project, drafted.completion.model[:120], prompt_hash("suggest_feedback"))
    rows = [row_of(errand, rater, number, one, drafted) for number, one in enumerate(drafted.items, start=1)]
    held_back = [row.pk for row in rows if not row.vetted]
    Critique.objects.filter(pk__in=held_back).update(withdrawn_at=timezone.now())
    return Outcome(answer={"suggested": [row.pk for row in rows if row.vetted], "held_back": held_back})


def row_of(errand: Errand, rater: Rater, number: int, one: Suggested, drafted: Drafted) -> Critique:
    """One draft as a row."""
    assert errand.response is not None
    verdict = drafted.verdicts.get(number)
    looks, informative = tags_of(one.text, one.improve)
    how = {
        "key": f"errand-{errand.pk}-{number}", "rater": rater, "protocol": PROTOCOL,
        "form_version": form_of(errand.project)[0],
        "shown": {"simulated": drafted.completion.simulated, "errand": errand.pk},
    }  # fmt: skip
    return record(
        Critique, errand.response, how, response=errand.response, polarity=one.polarity, text=one.text,
        improve=one.improve, perspective=errand.words[:60], vetted=bool(verdict and verdict.sound), looks=looks,
        informative=informative, vetted_why=verdict.because if verdict else UNCHECKED,
    )  # type: ignore[arg-type]  # fmt: skip


def perspective_of(errand: Errand) -> str:
    """The perspective the person chose, as the form words it."""
    if not errand.words:
        return ""
    _, definition = form_of(errand.project)
    named = next((one for one in definition.perspectives if one.name == errand.words), None)
    return f"{named.label}. {named.help}".strip() if named else errand.words


def suggestions_of(errand: Errand) -> list[Critique]:
    """What passed the check, kudos first, in the order drafted. One query."""
    rows = Critique.objects.filter(pk__in=errand.answer.get("suggested", [])).select_related("rater")
    return sorted(rows, key=lambda row: (row.polarity != Critique.Polarity.KUDOS, row.pk))


def held_back_of(errand: Errand) -> list[Critique]:
    """What the check held back. One query."""
    return list(Critique.objects.filter(pk__in=errand.answer.get("held_back", [])))


def pickable(response: Response, number: object) -> Critique | None:
    """The suggestion of that number on this response, if it may be picked: it passed its check and stands."""
    if not str(number).isdecimal() or len(str(number)) > 18:
        return None
    rows = Critique.objects.standing().filter(response=response, protocol=PROTOCOL, vetted=True)
    row: Critique | None = rows.filter(pk=int(str(number))).first()
    return row


SUGGEST = Way(ask=ask, keep=keep)
