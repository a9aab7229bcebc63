"""A conversation on Polis brought in: statements become principles, participants raters, votes votes, with groups.

It reads the export of compdemocracy (comments.csv, votes.csv, participants-votes.csv). It does not compute anything:
what the votes add up to is in `voting`.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from feedback.capture.history import storable
from feedback.errors import BadRow, Refused
from feedback.live import announce
from feedback.models import Import, Principle, PrincipleVersion, Project, Rater, User, Vote
from feedback.principles.constitutions import lock_project

CHOICES = {"1": Vote.Choice.AGREE, "-1": Vote.Choice.DISAGREE, "0": Vote.Choice.PASS}
MODERATED_OUT = "-1"
COLUMNS = {
    "comments.csv": {"comment-id", "moderated", "comment-body"},
    "votes.csv": {"timestamp", "comment-id", "voter-id", "vote"},
    "participants-votes.csv": {"participant", "group-id"},
}
FORMAT = "polis"
LONGEST = 4000

Row = dict[str, str]


@dataclass(frozen=True)
class Poll:
    """What an export holds: the rows of its files, and the group each participant was put in ("" for none)."""

    comments: list[Row]
    votes: list[Row]
    groups: dict[str, str]
    sha256: str


@dataclass(frozen=True)
class Imported:
    """What an import added; all 0 when the same files were there already."""

    statements: int = 0
    votes: int = 0
    standing: int = 0
    participants: int = 0
    groups: int = 0
    moderated_out: int = 0


def read_poll(*, comments: bytes, votes: bytes, participants: bytes = b"") -> Poll:
    """The three files of an export; the participants' groups may be left out. Raises `Refused`, `BadRow`."""
    everybody = rows_of("participants-votes.csv", participants) if participants else []
    cast = rows_of("votes.csv", votes)
    for line, row in enumerate(cast, start=2):
        if row["vote"] not in CHOICES or not row["timestamp"].isdecimal():
            raise BadRow(line, "A vote is 1, 0 or -1, at a timestamp in milliseconds.")
    digest = hashlib.sha256(b"\0".join((comments, votes, participants))).hexdigest()
    groups = {row["participant"]: row["group-id"] for row in everybody}
    return Poll(rows_of("comments.csv", comments), sorted(cast, key=when), groups, digest)


def rows_of(name: str, raw: bytes) -> list[Row]:
    """The rows of one file as text by column. Raises `Refused` when it is not that file."""
    try:
        rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as trouble:
        raise Refused(f"{name} cannot be read: it is no CSV file in UTF-8.") from trouble
    missing = COLUMNS[name] - set(rows[0] if rows else ())
    if missing:
        raise Refused(f"This is not the {name} of a Polis export: it lacks {', '.join(sorted(missing))}.")
    for line, row in enumerate(rows, start=2):
        if any(row[column] is None for column in COLUMNS[name]):
            raise BadRow(line, f"{name} has a row with too few columns.")
    return rows


def when(row: Row) -> int:
    """When a vote was cast, in milliseconds."""
    return int(row["timestamp"])


@transaction.atomic
def import_poll(project: Project, poll: Poll, *, by: User | None, filename: str = "Polis") -> Imported:
    """Bring an export in, all or nothing; the same files a second time add nothing.

    Statements that were moderated out become dropped drafts. A vote that was changed is kept and replaced.
    """
    project = lock_project(project)
    if Import.objects.filter(project=project, sha256=poll.sha256, format=FORMAT).exists():
        return Imported()
    batch = Import.objects.create(
        project=project, filename=filename[:255], sha256=poll.sha256, format=FORMAT, made_by=by,
        feedback_added=len(poll.votes),
    )  # fmt: skip
    principles = add_statements(project, poll.comments, by=by)
    raters = add_participants(project, {row["voter-id"] for row in poll.votes} | set(poll.groups), batch)
    standing = add_votes(project, poll, principles, raters, batch)
    announce(project, "principles", "votes", "feedback")
    out = sum(row["moderated"] == MODERATED_OUT for row in poll.comments)
    named = {group for group in poll.groups.values() if group}
    return Imported(len(principles), len(poll.votes), standing, len(raters), len(named), out)


def add_statements(project: Project, comments: list[Row], *, by: User | None) -> dict[str, Principle]:
    """A principle for each comment, in the order of their ids; by comment id."""
    last = project.principles.order_by("-number").values_list("number", flat=True).first() or 0
    ordered = sorted(comments, key=lambda row: (len(row["comment-id"]), row["comment-id"]))
    made = [
        Principle(project=project, number=number, origin=Principle.Origin.IMPORTED, made_by=by, **moderation(row, by))
        for number, row in enumerate(ordered, start=last + 1)
    ]
    rows = Principle.objects.bulk_create(made)
    PrincipleVersion.objects.bulk_create(
        PrincipleVersion(principle=one, number=1, effect=statement(row), written_by=None)
        for one, row in zip(rows, ordered, strict=True)
    )
    found = {row["comment-id"]: one for one, row in zip(rows, ordered, strict=True)}
    if len(found) < len(rows):
        raise Refused("comments.csv has the same comment-id more than once.")
    return found


def moderation(row: Row, by: User | None) -> dict[str, Any]:
    """A statement that was moderated out is a dropped draft."""
    if row["moderated"] != MODERATED_OUT:
        return {}
    return {"dropped_at": timezone.now(), "dropped_by": by, "drop_reason": "Moderated out on Polis"}


def statement(row: Row) -> str:
    """The words of a comment, fit to be stored."""
    text = storable(row["comment-body"].strip(), what="statement")[:LONGEST]
    if not text:
        raise Refused(f"Comment {row['comment-id']} has no words.")
    return text


def add_participants(project: Project, names: Iterable[str], batch: Import) -> dict[str, Rater]:
    """An imported rater for each participant of this very import; by participant id."""
    ordered = sorted(names, key=lambda name: (len(name), name))
    rows = Rater.objects.bulk_create(
        Rater(project=project, kind=Rater.Kind.IMPORTED, name=f"participant {name} of import {batch.pk}"[:120])
        for name in ordered
    )
    return dict(zip(ordered, rows, strict=True))


def add_votes(
    project: Project, poll: Poll, principles: dict[str, Principle], raters: dict[str, Rater], batch: Import
) -> int:
    """Every vote in the order they were cast, in rounds, so that a changed one finds what it replaces; how many stand.

    Raises `BadRow` for a vote on a comment that is not there.
    """
    versions = dict(PrincipleVersion.objects.filter(principle__in=principles.values()).values_list("principle", "pk"))
    turns: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for line, row in enumerate(poll.votes, start=2):
        if row["comment-id"] not in principles:
            raise BadRow(line, f"votes.csv votes on comment {row['comment-id']}, which comments.csv does not have.")
        turns[row["voter-id"], row["comment-id"]].append(row)
    before: dict[tuple[str, str], Vote] = {}
    for turn in range(max(map(len, turns.values()), default=0)):
        due = {cell: rows[turn] for cell, rows in turns.items() if len(rows) > turn}
        made = [
            Vote(
                project=project, rater=raters[voter], protocol=FORMAT, imported_in=batch,
                key=f"polis-{comment}-{turn}", principle=principles[comment], choice=CHOICES[row["vote"]],
                replaces=before.get((voter, comment)),
                shown={
                    "version": versions[principles[comment].pk], "group": poll.groups.get(voter, ""),
                    "at": datetime.fromtimestamp(when(row) / 1000, tz=UTC).isoformat(),
                },
            )
            for (voter, comment), row in due.items()
        ]  # fmt: skip
        before |= dict(zip(due, Vote.objects.bulk_create(made, batch_size=1000), strict=True))
    return len(turns)
