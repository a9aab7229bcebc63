"""Keys for scripts: each acts as the person who made it, in one project, until it is taken back.

Only the hash of a key is kept, so it can be shown once and never again.
"""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from feedback.errors import NotAllowed, Refused
from feedback.models import ApiToken, Member, Project, Role, User
from feedback.projects.people import token_hash

PREFIX = "precept_"
MOST = 20
USED_EVERY = timedelta(minutes=1)


def make_token(project: Project, *, by: User, name: str) -> tuple[ApiToken, str]:
    """A new key and its words, which nobody can read again. Raises `NotAllowed` below curator."""
    member = Member.objects.filter(project=project, user=by).first()
    if member is None or not member.may(Role.CURATOR):
        raise NotAllowed("Only curators and owners of this project have keys for scripts.")
    if ApiToken.objects.filter(project=project, user=by, revoked_at=None).count() >= MOST:
        raise Refused(f"You have {MOST} keys here already. Take one back that is not used any more.")
    words = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(project=project, user=by, name=name.strip()[:120], sha256=token_hash(words))
    return token, words


def revoke_token(token: ApiToken, *, by: User) -> ApiToken:
    """Take a key back: one's own, or anybody's as an owner. Again changes nothing."""
    member = Member.objects.filter(project=token.project, user=by).first()
    if member is None or (token.user_id != by.pk and not member.may(Role.OWNER)):
        raise NotAllowed("Only its maker and owners of the project take a key back.")
    ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now())
    token.refresh_from_db()
    return token


def token_of(words: str) -> ApiToken | None:
    """The key with these words, if it still opens anything; that it was used is noted by the minute."""
    if not words.startswith(PREFIX):
        return None
    rows = ApiToken.objects.select_related("project__budget", "user")
    token = rows.filter(sha256=token_hash(words), revoked_at=None, user__is_active=True).first()
    if token is not None:
        now = timezone.now()
        seldom = Q(used_at=None) | Q(used_at__lt=now - USED_EVERY)
        ApiToken.objects.filter(seldom, pk=token.pk).update(used_at=now)
    return token
