"""A stand-in for one person, made of what they said before, judges a response as they might (NExT-Search).

Only who has switched it on has one, and only they send it. What it says is a simulated rater's and never theirs.
"""

from __future__ import annotations

from django.db.models import QuerySet

from feedback.capture.critiques import record_critique
from feedback.capture.forms import form_of
from feedback.capture.ratings import record_rating
from feedback.desk.errand_kinds.ways import Outcome, Way, answered, asked_of, needs_response
from feedback.errors import Refused
from feedback.llm.answers import StandInsWord
from feedback.llm.model import Completion
from feedback.llm.prompts import data_block, fill
from feedback.models import Critique, Errand, Member, Project, Rater, Rating, User
from feedback.projects.budget import RecordedModel
from feedback.projects.raters import simulated_rater

PROTOCOL = "shadow"
LEAST = 3
REMEMBERED = 15


def may_stand_in(errand: Errand) -> None:
    """Raise `Refused` unless the person has switched their stand-in on and it has something to go by."""
    needs_response(errand)
    member = Member.objects.filter(project=errand.project, user=errand.asked_by).first()
    if errand.asked_by is None or member is None or not member.shadow:
        raise Refused("Your stand-in is switched off. Switch it on first.")
    if words_before(errand.project, errand.asked_by).count() < LEAST:
        raise Refused(f"Your stand-in has too little to go by: write at least {LEAST} critiques or kudos first.")


def words_before(project: Project, user: User) -> QuerySet[Critique]:
    """What the person said in words and has not taken back, newest first."""
    rows = Critique.objects.standing().filter(project=project, rater__user=user)
    return rows.select_related("response__example").order_by("-pk")


def history_of(project: Project, user: User) -> str:
    """What the person said before, each time with what it was about and their score. Two queries."""
    said = list(words_before(project, user)[:REMEMBERED])
    scored = Rating.objects.standing().filter(rater__user=user, response__in=[row.response_id for row in said])
    scores = {row.response_id: row for row in scored.filter(aspect="overall", score__isnull=False)}
    return "\n".join(remembered(row, scores.get(row.response_id)) for row in reversed(said))


def remembered(row: Critique, rating: Rating | None) -> str:
    """One thing the person said, as blocks."""
    score = f"\nscore: {rating.score} of {rating.scale}" if rating else ""
    parts = [("request", row.response.example.request[:600]), ("response", row.response.text[:1200])]
    return "\n".join(data_block(name, text) for name, text in [*parts, (row.polarity, f"{row.words}{score}")])


def ask(errand: Errand, model: RecordedModel) -> Completion:
    """One call."""
    assert errand.response is not None
    assert errand.asked_by is not None
    prompt = fill(
        "judge_as_standin", history=history_of(errand.project, errand.asked_by), conversation=asked_of(errand),
        response=errand.response.text,
    )  # fmt: skip
    return model.complete(prompt, role="judge", slot="stand-in")


def stand_in_of(project: Project, user: User) -> Rater:
    """The simulated rater that stands in for a person."""
    return simulated_rater(project, f"Stand-in for {user}"[:120])


def keep(errand: Errand, completion: Completion) -> Outcome:
    """A rating, and words where it found some; both the stand-in's and marked."""
    assert errand.response is not None
    assert errand.asked_by is not None
    word = answered(completion, StandInsWord)
    how = {
        "rater": stand_in_of(errand.project, errand.asked_by), "protocol": PROTOCOL,
        "form_version": form_of(errand.project)[0],
        "shown": {"stand_in_for": errand.asked_by.pk, "errand": errand.pk, "model": completion.model},
    }  # fmt: skip
    rating = record_rating(errand.response, score=word.score, key=f"errand-{errand.pk}-rating", **how)  # type: ignore[arg-type]
    said = None
    if word.text or word.improve:
        said = record_critique(
            errand.response, polarity=word.polarity, text=word.text, improve=word.improve,
            key=f"errand-{errand.pk}-words", **how,
        )  # type: ignore[arg-type]  # fmt: skip
    return Outcome(answer={"rating": rating.pk, "critique": said.pk if said else None}, changed=("stand-in",))


SHADOW = Way(ask=ask, keep=keep, check=may_stand_in)
