"""Bringing a large file in as a job: read batch by batch into tables of its own, then moved in one transaction.

Each batch is committed with the place it ends at, so that a pause, a lost worker or a kill costs at most one batch.
Once all is read the job waits for a word where rows are bad, or where somebody wants to see the difference first. Only
the last transaction touches the project: all of it or nothing.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.db import connection, transaction

from feedback.datasets.comparing import difference
from feedback.datasets.holding import Hold
from feedback.datasets.importing import MANY, TOLD
from feedback.datasets.reading import Batch, batches, hash_of, shaped
from feedback.datasets.sparing import sparing
from feedback.datasets.staging import Reached, Staging
from feedback.datasets.storing import Counts, count_anew, store
from feedback.datasets.transfers import go_on_with, may_transfer, open_transfer, rows_of
from feedback.errors import Refused
from feedback.live import announce
from feedback.models import Import, JobState, Project, Transfer, User

READING, COMPARING, ASKING = "reading", "comparing", "asking"
PREFIX = "coming_in_job_"


@transaction.atomic
def open_import(
    project: Project, *, by: User | None, file: Path, filename: str, format: str = "auto",  # noqa: A002
    mapping: Mapping[str, str] | None = None, skip_bad: bool = False, look_first: bool = False,
) -> Transfer:  # fmt: skip
    """Ask for a file to be brought in; it is moved to where jobs keep theirs. Whoever calls rings for it.

    With `look_first` nothing goes in before somebody has seen the difference and said so (`let_in`).
    """
    drop_orphans()
    given = {"filename": Path(filename).name[:255], "format": format, "mapping": dict(mapping or {}),
             "skip_bad": skip_bad, "look_first": look_first}  # fmt: skip
    transfer = open_transfer(project, kind=Transfer.Kind.IMPORT, by=by, given=given)
    rows_of(transfer).update(place=f"transfers/import-{transfer.pk}")
    transfer.refresh_from_db(fields=["place"])
    path_of(transfer).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    shutil.move(file, path_of(transfer))
    return transfer


@transaction.atomic
def let_in(transfer: Transfer, *, by: User | None, skip_bad: bool = False) -> None:
    """Let a file in that has been read and waits for a word, or its rows that can be read. Whoever calls rings."""
    may_transfer(transfer.project, by)
    row = Transfer.objects.select_for_update().get(pk=transfer.pk)
    if row.stage != ASKING or row.state != JobState.WAITING:
        raise Refused("This file does not wait for a word.")
    if row.result["reached"]["bad"] and not skip_bad:
        raise Refused("Some rows cannot be read. Bring in the rest without them, or mend the file and send it again.")
    row.given = {**row.given, "skip_bad": skip_bad, "look_first": False}
    row.save(update_fields=["given"])
    go_on_with(row, by=by)


def work(transfer: Transfer, hold: Hold) -> bool:
    """Read a stretch of the file, or move what was read; whether more waits."""
    staging = staging_of(transfer)
    if not transfer.result.get("read"):
        with sparing():
            whole = read_on(transfer, staging, hold)
        if not whole:
            return True
        hold.keep(stage=COMPARING, result={**transfer.result, "difference": difference(staging, transfer.project)})
    if waits_for_a_word(transfer):
        hold.keep(stage=ASKING, paused=True)
        return True
    return move(transfer, staging, hold)


def waits_for_a_word(transfer: Transfer) -> bool:
    """Whether somebody has to say how it goes on."""
    bad = transfer.result["reached"]["bad"] and not transfer.given["skip_bad"]
    return bool(bad or transfer.given["look_first"])


def read_on(transfer: Transfer, staging: Staging, hold: Hold) -> bool:
    """Put rows aside from where it stopped, each batch kept with its place; whether the whole file is read."""
    if not staging.is_whole() or not staging.reached.read:
        staging.reached = Reached()
        staging.create()
    given = transfer.given
    with path_of(transfer).open("rb") as stream:
        shape, found = shaped(stream, given["filename"], given["format"], given["mapping"])
        result = {**transfer.result, "format": shape.format}
        skip = staging.reached.read
        for batch in batches(islice(found, skip, None), shape):
            with transaction.atomic():
                put_aside(staging, batch)
                hold.keep(stage=READING, done=staging.reached.read, total=whole_of(stream, staging.reached),
                          result={**result, "reached": staging.reached.as_dict()})  # fmt: skip
            if hold.stopped:
                return False
        result = {**result, "reached": staging.reached.as_dict(), "sha256": hash_of(stream), "read": True}
    hold.keep(done=staging.reached.read, total=staging.reached.read, result=result)
    return True


def put_aside(staging: Staging, batch: Batch) -> None:
    """Put a batch aside, and count it."""
    staging.add(batch.rows, batch.troubles)
    staging.reached.read += batch.read


def whole_of(stream: BinaryIO, reached: Reached) -> int | None:
    """About how many records the file has, by how much of it is read; None where that says nothing."""
    size = Path(stream.name).stat().st_size
    at = stream.tell()
    if not 0 < at < size:
        return None
    guess = reached.read * size // at
    return max(reached.read, round(guess, 2 - len(str(guess))))


def move(transfer: Transfer, staging: Staging, hold: Hold) -> bool:
    """Move all that was put aside into the project and end the job, in one transaction."""
    with transaction.atomic(), breaking_off(hold):
        imported = import_of(transfer, staging)
        counts = store(staging, transfer.project, imported, hold.say)
        if counts.examples + counts.responses + counts.feedback >= MANY:
            count_anew()  # before the keys are checked, see there
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # checked now, before the job's own row is held
        finish(transfer, imported, counts, hold)
    let_go(transfer)
    return False


class breaking_off:  # noqa: N801 - read as a verb
    """Within it a query in hand is broken off when somebody cancels the job."""

    def __init__(self, hold: Hold) -> None:
        self.hold = hold

    def __enter__(self) -> None:
        connection.ensure_connection()
        raw: Any = connection.connection
        self.hold.breaks_off = raw.cancel_safe

    def __exit__(self, *trouble: object) -> None:
        self.hold.breaks_off = None


def import_of(transfer: Transfer, staging: Staging) -> Import:
    """The row of what came in."""
    given, result = transfer.given, transfer.result
    return Import.objects.create(
        project=transfer.project, filename=given["filename"], sha256=result["sha256"], format=result["format"],
        mapping=given["mapping"], made_by=transfer.asked_by, skipped=staging.troubles(TOLD),
    )  # fmt: skip


def finish(transfer: Transfer, imported: Import, counts: Counts, hold: Hold) -> None:
    """Write down what was added; an import that added nothing leaves no trace but its job."""
    added = {"examples": counts.examples, "responses": counts.responses, "feedback": counts.feedback}
    if any(added.values()) or counts.tagged:
        Import.objects.filter(pk=imported.pk).update(**{f"{name}_added": number for name, number in added.items()})
        announce(transfer.project_id, "examples", "feedback")
    else:
        imported.delete()
    kept = imported if imported.pk else None
    told: dict[str, Any] = {"added": added, "preferences": counts.preferences, "tagged": counts.tagged}
    if kept is None:
        told["skipped"] = imported.skipped  # the job alone tells of them now
    hold.conclude(imported=kept, result={**transfer.result, **told}, paused=False)


def bad_rows_of(transfer: Transfer, most: int | None = None) -> list[dict[str, Any]]:
    """The rows that cannot be read: all of them while the file waits, the first thousand once it is in."""
    if transfer.state == JobState.DONE:
        kept = transfer.imported.skipped if transfer.imported else transfer.result.get("skipped", [])
        return list(kept[:most])
    staging = staging_of(transfer)
    return staging.troubles(most) if staging.reached.bad and staging.has_tables() else []


def let_go(transfer: Transfer) -> None:
    """Take its tables and its file away; twice is no harm."""
    staging_of(transfer).drop()
    if transfer.place:
        path_of(transfer).unlink(missing_ok=True)


def staging_of(transfer: Transfer) -> Staging:
    """The tables of a job, as far as it is."""
    return Staging(f"{PREFIX}{transfer.pk}", Reached(**transfer.result.get("reached", {})))


def path_of(transfer: Transfer) -> Path:
    """Where its file lies."""
    return Path(settings.PLACE.data, transfer.place)


def drop_orphans() -> None:
    """Throw away the tables of jobs whose project is gone."""
    for number in sorted(set(jobs_with_tables()) - set(open_jobs())):
        Staging(f"{PREFIX}{number}").drop()


def jobs_with_tables() -> Iterator[int]:
    """The numbers of the jobs that have tables."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND relname LIKE %s", [f"{PREFIX}%_examples"])
        names = [name for (name,) in cursor.fetchall()]
    return (int(name.removeprefix(PREFIX).removesuffix("_examples")) for name in names)


def open_jobs() -> Iterator[int]:
    """The numbers of the imports that may still need their tables."""
    states = [JobState.WAITING, JobState.LEASED, JobState.FAILED]
    rows = Transfer.objects.filter(kind=Transfer.Kind.IMPORT, state__in=states)
    return iter(rows.values_list("pk", flat=True))
