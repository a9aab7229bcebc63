"""Which rows of feedback a data set is made of: those that stand now, or those that a snapshot has frozen.

Everything that reads feedback for an export asks here, so that a filter works in every format.
"""

from __future__ import annotations

from typing import Any

from feedback.datasets.pieces import Wish
from feedback.models import SnapshotRow
from feedback.models.feedback import Feedback


def chosen(kind: type[Feedback], project: Any, wish: Wish) -> Any:
    """The rows of that kind, as a query set to be narrowed, joined and ordered further."""
    rows: Any = kind._default_manager.filter(project=project)
    if wish.snapshot is None:
        return rows.standing()
    frozen = SnapshotRow.objects.filter(snapshot=wish.snapshot, kind=kind._meta.model_name)
    return rows.filter(pk__in=frozen.values("row"))
