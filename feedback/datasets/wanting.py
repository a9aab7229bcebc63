"""What an export is to hold, as a page, a command or the API asks for it: the present, or a snapshot of the project."""

from __future__ import annotations

from typing import Unpack

from feedback.datasets.pieces import Wish, Wishes, wish_of
from feedback.datasets.snapshots import wish_for
from feedback.errors import Refused
from feedback.models import Project, Snapshot


def wish_for_export(project: Project, **wishes: Unpack[Wishes]) -> Wish:
    """The wish. Of a snapshot what it was frozen with holds; only its part and what pairs are made of can be said."""
    if not wishes.get("snapshot"):
        return wish_of(**wishes)
    snapshot = snapshot_of(project, id=wishes["snapshot"])
    return wish_for(snapshot, **{name: wishes[name] for name in ("part", "pairs") if wishes.get(name)})


def snapshot_of(project: Project, **which: object) -> Snapshot:
    """A snapshot of the project by id or number, once it is frozen. Raises `Refused`."""
    found = Snapshot.objects.filter(project=project, frozen_at__isnull=False, **which).first()
    if found is None:
        raise Refused("This project has no such snapshot, or it is still being frozen.")
    return found
