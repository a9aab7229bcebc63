"""What was asked of whom, sealed into a hidden field: which responses, in which order, since when, under which key.

The seal keeps the order and the time honest, shows nothing of which response is which, and stands for one rendering: a
form that comes back with mistakes keeps its seal, so what is sent twice has one key.
"""

from __future__ import annotations

import time
import uuid
from dataclasses import asdict, dataclass, field

from django.core import signing

from feedback.errors import Refused
from feedback.models import Project, User

SALT = "precept.asked"


@dataclass(frozen=True)
class Asked:
    """One question as put to one person.

    `responses` in canonical order, `order` as shown, `at` in Unix seconds, `slot` the place in a queue it is answered
    under, `form` the number of the form.
    """

    project: int
    person: int
    responses: list[int]
    order: list[int]
    run: int | None = None
    slot: int | None = None
    form: int = 1
    key: str = field(default_factory=lambda: str(uuid.uuid4()))
    at: float = field(default_factory=time.time)

    @property
    def seal(self) -> str:
        """The question as one signed and compressed word."""
        return signing.dumps(asdict(self), salt=SALT, compress=True)

    @property
    def seconds(self) -> float:
        """How long ago it was asked."""
        return round(max(0.0, time.time() - self.at), 1)


def ask(
    project: Project,
    user: User,
    responses: list[int],
    *,
    order: list[int] | None = None,
    run: int | None = None,
    slot: int | None = None,
    form: int = 1,
) -> Asked:
    """Put a question to a person; `slot` is the claim it is answered under, `form` the version of the form."""
    return Asked(project.pk, user.pk, responses, order or responses, run, slot, form)


def open_seal(seal: str, project: Project, user: User) -> Asked:
    """The question of a seal. Raises `Refused` for one that is broken or was put to somebody else."""
    try:
        asked = Asked(**signing.loads(seal, salt=SALT))
    except (signing.BadSignature, TypeError) as trouble:
        raise Refused("This form is no longer valid. Nothing was stored; send it once more.") from trouble
    if (asked.project, asked.person) != (project.pk, user.pk):
        raise Refused("This form was made for somebody else. Nothing was stored; send it once more.")
    return asked
