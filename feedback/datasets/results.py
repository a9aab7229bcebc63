"""What came of a snapshot elsewhere: scores of models trained on it, told by their trainers (OpenDataArena).

A score is believed as it is told; who told it is kept. Told twice it is there once.
"""

from __future__ import annotations

import hashlib
import math
from typing import Any

from django.db import transaction

from feedback.errors import Refused
from feedback.live import announce
from feedback.models import Snapshot, TrainingResult, User

LONGEST = 120


def post_result(
    snapshot: Snapshot,
    *,
    by: User,
    model: str,
    benchmark: str,
    score: Any,
    baseline: Any = None,
    trainer: str = "",
    format: str = "",  # noqa: A002
    note: str = "",
) -> TrainingResult:
    """Keep a score; the same one again is the one that is there. Raises `Refused` for what is no result."""
    if snapshot.frozen_at is None:
        raise Refused("This snapshot is not frozen yet, so nothing can have been trained on it.")
    words = {"model": model, "benchmark": benchmark, "trainer": trainer, "format": format}
    words = {name: str(text or "").strip() for name, text in words.items()}
    if not words["model"] or not words["benchmark"]:
        raise Refused("Say which model was trained and on which benchmark it was tested.")
    long = [name for name, text in words.items() if len(text) > LONGEST - 40 * (name == "format")]
    if long:
        raise Refused(f"{long[0]} is too long.")
    told = {
        **words,
        "score": number(score, "score"),
        "baseline": None if baseline in (None, "") else number(baseline, "baseline"),
    }
    key = hashlib.sha256("|".join(str(told[name]) for name in sorted(told)).encode()).hexdigest()
    given = {**told, "note": str(note or "").strip()[:4000], "posted_by": by}
    with transaction.atomic():
        row, fresh = TrainingResult.objects.get_or_create(snapshot=snapshot, key=key, defaults=given)
        if fresh:
            announce(snapshot.project_id, "snapshots")
    return row


def number(value: Any, name: str) -> float:
    """A figure. Raises `Refused` for what is none."""
    try:
        found = float(value)
    except (TypeError, ValueError):
        found = math.nan
    if isinstance(value, bool) or not math.isfinite(found):
        raise Refused(f"The {name} has to be a number.")
    return found


def told(row: TrainingResult) -> dict[str, Any]:
    """A result as JSON."""
    return {
        "id": row.pk, "model": row.model, "trainer": row.trainer, "format": row.format, "benchmark": row.benchmark,
        "score": row.score, "baseline": row.baseline, "note": row.note, "at": row.created_at.isoformat(),
    }  # fmt: skip
