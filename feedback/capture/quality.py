"""What experts think of feedback itself: a score of 1 to 5 on somebody's words, the last one counts."""

from __future__ import annotations

from typing import Unpack

from django.db import transaction

from feedback.capture.history import How
from feedback.capture.ratings import record_rating
from feedback.errors import Refused
from feedback.models import Critique, Rating, User

ASPECT = "feedback-quality"


def rate_feedback(critique: Critique, *, score: int, by: User, **how: Unpack[How]) -> Rating:
    """Record how good a piece of feedback is, in place of what this person thought of it before.

    Raises `Refused` for one's own words.
    """
    if critique.rater.user_id == by.pk:
        raise Refused("These are your own words. Somebody else has to say what they are worth.")
    with transaction.atomic():
        Critique.objects.select_for_update(of=("self",)).get(pk=critique.pk)
        mine = Rating.objects.standing().filter(critique=critique, aspect=ASPECT, rater__user=by).last()
        if mine is not None and mine.score == score:
            return mine
        how = {"protocol": "feedback-quality", "use": "evaluate", **how, "by": by, "replaces": mine}
        return record_rating(critique.response, score=score, aspect=ASPECT, critique=critique, **how)
