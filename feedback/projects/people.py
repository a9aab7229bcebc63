"""How people come in: one-time links (first owner, invitation, new password), roles and leaving.

Only the SHA-256 of a link's token is kept, so a link can be shown once and never again. A link is used up by one
conditional UPDATE, so two people with the same link cannot both get in.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from feedback.errors import NotAllowed, Refused
from feedback.models import Invitation, Member, Project, Role, User
from feedback.projects.setup import adopt_ownerless

FIRST_OWNER_DAYS = 7
INVITATION_DAYS = 14
RESET_HOURS = 24
LONG_DEAD = "This link was used before, has run out or was withdrawn. Ask the person who sent it for a new one."


def token_hash(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_link(*, lifetime: timedelta, **fields: object) -> tuple[Invitation, str]:
    """A link's row and its token, which is not kept."""
    token = secrets.token_urlsafe(32)
    link = Invitation.objects.create(token_hash=token_hash(token), expires_at=timezone.now() + lifetime, **fields)
    return link, token


def make_first_owner_link() -> str | None:
    """A token that makes the first owner of the instance, or None when there is one. Earlier such links run out."""
    if User.objects.filter(is_superuser=True, is_active=True).exists():
        return None
    Invitation.objects.filter(purpose=Invitation.Purpose.FIRST_OWNER, used_at=None).update(expires_at=timezone.now())
    return new_link(purpose=Invitation.Purpose.FIRST_OWNER, lifetime=timedelta(days=FIRST_OWNER_DAYS))[1]


def invite(project: Project, *, by: User, role: str, note: str = "") -> tuple[Invitation, str]:
    """A link that makes whoever opens it a member with this role."""
    if role not in Role.values:
        raise Refused(f"There is no role {role!r}. Choose one of {', '.join(Role.values)}.")
    lifetime = timedelta(days=INVITATION_DAYS)
    return new_link(
        purpose=Invitation.Purpose.JOIN, project=project, role=role, made_by=by, note=note.strip(), lifetime=lifetime
    )


def withdraw_invitation(invitation: Invitation, *, by: User) -> Invitation:
    """Make a link that was not used yet good for nothing."""
    Invitation.objects.filter(pk=invitation.pk, used_at=None).update(expires_at=timezone.now())
    invitation.refresh_from_db()
    return invitation


def make_reset_link(user: User, *, by: User | None) -> str:
    """A token to set a new password with. `by` is an owner of the instance, or None on the console."""
    if by is not None and not by.is_superuser:
        raise NotAllowed("Only an owner of this instance can make a link for a new password.")
    Invitation.objects.filter(purpose=Invitation.Purpose.RESET, user=user, used_at=None).update(
        expires_at=timezone.now()
    )
    lifetime = timedelta(hours=RESET_HOURS)
    return new_link(purpose=Invitation.Purpose.RESET, user=user, made_by=by, lifetime=lifetime)[1]


def find_link(token: str) -> Invitation:
    """The link that can still be used. Raises `Refused` for any other."""
    link = (
        Invitation.objects.select_related("project", "user", "made_by")
        .filter(token_hash=token_hash(token), used_at=None, expires_at__gt=timezone.now())
        .first()
    )
    if link is None:
        raise Refused(LONG_DEAD)
    return link


def use_up(link: Invitation, user: User) -> None:
    """Mark the link as used by this person; of two at once only one gets through. Call it inside the transaction."""
    now = timezone.now()
    open_link = Invitation.objects.filter(pk=link.pk, used_at=None, expires_at__gt=now)
    if not open_link.update(used_at=now, used_by=user):
        raise Refused(LONG_DEAD)


def make_account(*, email: str, name: str, password: str) -> User:
    """A new person. Raises `Refused` when the address is taken or the password too weak."""
    user = User(email=email.strip().lower(), name=name.strip())
    check_password(password, user)
    try:
        with transaction.atomic():
            return User.objects.create_user(email.strip(), password, name=name.strip())
    except IntegrityError:
        raise Refused(
            "There is already an account with this address. Sign in first, then open the link again."
        ) from None


def check_password(password: str, user: User) -> None:
    """Raises `Refused` with everything that is wrong with a new password."""
    try:
        validate_password(password, user)
    except ValidationError as trouble:
        raise Refused(" ".join(trouble.messages)) from None


def join_with_new_account(link: Invitation, *, email: str, name: str, password: str) -> User:
    """Make the account and use the link, or neither."""
    with transaction.atomic():
        user = make_account(email=email, name=name, password=password)
        return accept(link, user=user)


def accept(link: Invitation, *, user: User) -> User:
    """Use a link: become the first owner of the instance, or a member of the link's project.

    A link never lowers the role of somebody who is a member already.
    """
    with transaction.atomic():
        use_up(link, user)
        if link.purpose == Invitation.Purpose.FIRST_OWNER:
            become_first_owner(user)
        elif link.project is not None:
            member, new = Member.objects.get_or_create(project=link.project, user=user, defaults={"role": link.role})
            if not new and not member.may(link.role):
                Member.objects.filter(pk=member.pk).update(role=link.role)
    return user


def become_first_owner(user: User) -> None:
    """Own the instance and every project nobody owns."""
    if User.objects.filter(is_superuser=True, is_active=True).exclude(pk=user.pk).exists():
        raise Refused("This instance has an owner already. Ask them to invite you.")
    User.objects.filter(pk=user.pk).update(is_superuser=True)
    user.is_superuser = True
    adopt_ownerless(user)


def set_password(user: User, password: str, *, link: Invitation | None = None) -> User:
    """Give a person a new password, using up the link that allows it, if one does."""
    check_password(password, user)
    with transaction.atomic():
        if link is not None:
            use_up(link, user)
        user.set_password(password)
        user.save(update_fields=["password"])
    return user


def change_role(member: Member, role: str, *, by: User) -> Member:
    """Give a member another role. A project keeps at least one owner."""
    if role not in Role.values:
        raise Refused(f"There is no role {role!r}. Choose one of {', '.join(Role.values)}.")
    with transaction.atomic():
        if role != Role.OWNER:
            keep_an_owner(member)
        Member.objects.filter(pk=member.pk).update(role=role)
    member.role = role
    return member


def remove_member(member: Member, *, by: User) -> None:
    """Take a person out of a project, or leave it oneself. What they said stays."""
    if member.user_id != by.pk and not owns(by, member.project_id):
        raise NotAllowed("Only an owner of the project can take somebody else out of it.")
    with transaction.atomic():
        keep_an_owner(member)
        member.delete()


def owns(person: User, project: int) -> bool:
    """Whether a person is an owner of the project of that number."""
    return Member.objects.filter(project_id=project, user=person, role=Role.OWNER).exists()


def keep_an_owner(member: Member) -> None:
    """Refuse when this member is the only owner. Locks the project's owners until the transaction ends."""
    owners = Member.objects.select_for_update().filter(project_id=member.project_id, role=Role.OWNER)
    others = [owner for owner in owners if owner.pk != member.pk]
    if not others and member.role == Role.OWNER:
        raise Refused("A project keeps at least one owner. Make somebody else an owner first.")
