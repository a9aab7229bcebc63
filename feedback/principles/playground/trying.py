"""From a draft to its effect: a principle is tried at a turn, adopted or laid aside there, and the turn is run again.

Trying follows a wording beside the constitution in force, for this talk only; nobody else's answers change by it.
"""

from __future__ import annotations

from django.db import transaction

from feedback.capture.history import may_review
from feedback.errors import NotAllowed, Refused
from feedback.models import ChatTurn, Member, Principle, PrincipleVersion, Role, User
from feedback.principles.constitutions import (
    add_version,
    adopt,
    articles_in_force,
    drop,
    lock_project,
    newest_version,
    same_words,
    write_principle,
)
from feedback.principles.playground.chats import rerun
from feedback.principles.playground.following import tried_at


@transaction.atomic
def try_principle(turn: ChatTurn, principle: Principle, *, domain: str, effect: str, by: User) -> ChatTurn:
    """Run the turn again with this principle in these words; other words than the draft's become its next version.

    Whoever asked for a draft may change its words; those of others are a curator's. Raises `Refused` for a principle
    that is in force in other words.
    """
    version = worded(principle, domain=domain, effect=effect, by=by)
    return rerun(turn, by=by, tried=[*without(turn, principle), version])


@transaction.atomic
def write_and_try(turn: ChatTurn, *, domain: str, effect: str, by: User) -> ChatTurn:
    """A principle in one's own words, tried at once."""
    principle = write_principle(turn.chat.project, by=by, domain=domain, effect=effect)
    return rerun(turn, by=by, tried=[*without(turn, principle), newest_version(principle)])


@transaction.atomic
def try_without(turn: ChatTurn, principle: Principle, *, by: User) -> ChatTurn:
    """Run the turn again without a principle that was tried."""
    return rerun(turn, by=by, tried=without(turn, principle))


@transaction.atomic
def adopt_here(
    turn: ChatTurn, principle: Principle, *, domain: str, effect: str, reason: str = "", by: User
) -> ChatTurn:
    """Put the principle into force in these words and run the turn again under the new constitution."""
    adopt(principle, by=by, domain=domain, effect=effect, reason=reason)
    return rerun(turn, by=by, tried=without(turn, principle))


@transaction.atomic
def lay_aside_here(turn: ChatTurn, principle: Principle, *, reason: str = "", by: User) -> ChatTurn:
    """Lay the draft aside; a turn that tried it is run again without it."""
    drop(principle, by=by, reason=reason)
    tried = without(turn, principle)
    return rerun(turn, by=by, tried=tried) if len(tried) < len(turn.tried) else turn


def without(turn: ChatTurn, principle: Principle) -> list[PrincipleVersion]:
    """What is tried at a turn beside this principle."""
    return [version for version in tried_at(turn) if version.principle_id != principle.pk]


def worded(principle: Principle, *, domain: str, effect: str, by: User) -> PrincipleVersion:
    """The version to try: the newest, or the next one where the words are others."""
    may_review(principle.project, by)
    project = lock_project(principle.project)
    newest = newest_version(principle)
    if same_words(newest, domain, effect, newest.counter_examples):
        return newest
    if any(article.version.principle_id == principle.pk for article in articles_in_force(project)):
        raise Refused(f"Principle {principle.number} is in force. Change its words on its own page.")
    member = Member.objects.get(project=project, user=by)
    if not member.may(Role.CURATOR) and principle.made_by_id != by.pk:
        raise NotAllowed("Only curators change the words of somebody else's draft. Try it as it stands.")
    return add_version(principle, by=by, domain=domain, effect=effect, counter_examples=newest.counter_examples)
