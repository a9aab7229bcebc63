"""What an import would change, told before it does: what is new, what is there, and what is there with other words."""

from __future__ import annotations

import json
from typing import Any

from django.db import connection, transaction

from feedback.datasets.moving import ANSWERED, ANSWERS, NEW_TAGS, PLACES, Move
from feedback.datasets.staging import Staging
from feedback.models import Project

SHOWN = 20
EXAMPLES = "SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE NOT is_new) FROM {place}"
RESPONSES = "SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE NOT is_new) FROM {answer}"
CHANGED = """
SELECT count(*) OVER (), there.number, rows.external_id, rows.messages
FROM {place} place JOIN {examples} rows USING (line, hash)
JOIN {example} there ON there.project_id = %(project)s AND there.external_id = rows.external_id
WHERE place.is_new AND rows.external_id <> '' ORDER BY rows.line LIMIT %(most)s
"""


def difference(staging: Staging, project: Project) -> dict[str, Any]:
    """What the rows put aside would add to the project; stores nothing.

    {"examples": {"new", "there"}, "responses": {"new", "there"}, "verdicts", "others", "tagged", "changed": {"count",
    "rows"}}; `changed` are rows whose `external_id` the project has with another conversation: they come in as examples
    of their own.
    """
    staging.count()
    move = Move(staging, project, None)
    with transaction.atomic():
        move.make("place", PLACES, of="example")
        move.make("answered", ANSWERED)
        move.make("answer", ANSWERS, of="response")
        told = {"examples": counted(move, EXAMPLES), "responses": counted(move, RESPONSES),
                "verdicts": staging.reached.verdicts, "others": staging.reached.others,
                "tagged": tagged(move), "changed": changed(move)}  # fmt: skip
        transaction.set_rollback(True)
    return told


def counted(move: Move, words: str) -> dict[str, int]:
    """How many are new and how many are there."""
    with connection.cursor() as cursor:
        cursor.execute(words.format(**move.names))
        new, there = cursor.fetchone()
    return {"new": new, "there": there}


def tagged(move: Move) -> int:
    """How many examples that are there would get tags they do not have."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({NEW_TAGS}) new".format(**move.names))
        return int(cursor.fetchone()[0])


def changed(move: Move) -> dict[str, Any]:
    """The rows whose name the project has with other words: how many, and the first of them."""
    with connection.cursor() as cursor:
        cursor.execute(CHANGED.format(**move.names), {**move.values, "most": SHOWN})
        found = cursor.fetchall()
    rows = [{"number": number, "external_id": name, "words": said(messages)} for _, number, name, messages in found]
    return {"count": found[0][0] if found else 0, "rows": rows}


def said(messages: Any) -> str:
    """The last thing a user says, cut short."""
    turns = json.loads(messages) if isinstance(messages, str) else messages
    asked = [turn["content"] for turn in turns if turn["role"] == "user"]
    return asked[-1][:200] if asked else ""
