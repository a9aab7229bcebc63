"""Writing a data set out as a job: into a folder that appears when it is whole, and not before.

The rows are written plain, then packed or made Parquet if that was asked for. A frozen snapshot is written on from
where a pause, a lost worker or a kill left it: its position lies beside the rows and says how much of them to keep.
What stands now may change meanwhile, so of it an interrupted export begins anew.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

import orjson
from django.conf import settings
from django.db import transaction
from django.db.models import Max

from feedback.datasets.behind import Behind
from feedback.datasets.exporting import UNCOUNTED, How, Position, Writing, frozen
from feedback.datasets.holding import Hold
from feedback.datasets.manifests import MANIFEST, companions, names_of
from feedback.datasets.packing import JSONL, Sink
from feedback.datasets.resuming import Kept, kept_as, same_bytes, taken_up
from feedback.datasets.transfers import may_transfer, open_transfer, rows_of, tell
from feedback.datasets.wanting import wish_for_export
from feedback.errors import Refused
from feedback.models import Example, JobState, Project, Transfer, User

WRITING, PACKING = "writing", "packing"
AT = ".position"
KEPT_EVERY = 5.0  # seconds of work that a kill may cost
LINES = 500
DAYS = ("since", "until")


@transaction.atomic
def open_export(
    project: Project, *, by: User | None, format: str, shape: str = JSONL, pack: str = "", **wishes: Any,  # noqa: A002
) -> Transfer:  # fmt: skip
    """Ask for an export; whoever calls rings for it. Raises `Refused` for a format or a snapshot nobody knows."""
    How(format, pack, shape)
    wish_for_export(project, **wishes)
    snapshot = wishes.get("snapshot")
    given = {"format": format, "shape": shape, "pack": pack, "wishes": plain(wishes)}
    total = Example.objects.filter(project=project).aggregate(last=Max("number"))["last"] or 0
    kind: Any = Transfer.Kind.EXPORT
    transfer = open_transfer(project, kind=kind, by=by, given=given, snapshot_id=snapshot, total=total, unit="examples")
    rows_of(transfer).update(place=f"transfers/export-{transfer.pk}")
    transfer.refresh_from_db(fields=["place"])
    return transfer


def throw_away(transfer: Transfer, *, by: User | None) -> None:
    """Delete the files of an export that is done; that it was made stays known."""
    may_transfer(transfer.project, by)
    if not rows_of(transfer).filter(state=JobState.DONE).update(place=""):
        raise Refused("This export is not done: cancel it instead.")
    let_go(transfer)
    tell(transfer)


def plain(wishes: Mapping[str, Any]) -> dict[str, Any]:
    """The wishes as JSON holds them."""
    said = {name: value for name, value in wishes.items() if value not in (None, "", False) and value != ()}
    return {
        name: value.isoformat() if isinstance(value, date)
        else sorted(value) if isinstance(value, set | frozenset | list)
        else list(value) if isinstance(value, tuple) else value
        for name, value in said.items()
    }  # fmt: skip


def wishes_of(transfer: Transfer) -> dict[str, Any]:
    """The wishes as the export takes them."""
    said = dict(transfer.given["wishes"])
    return said | {name: date.fromisoformat(said[name]) for name in DAYS if name in said}


def work(transfer: Transfer, hold: Hold) -> bool:
    """Write a stretch, or to the end; whether more waits."""
    done, part = folder_of(transfer), part_of(transfer)
    if done.is_dir():
        return finished(transfer, hold, orjson.loads((done / MANIFEST).read_bytes()))
    part.mkdir(parents=True, exist_ok=True, mode=0o700)
    job = Job(transfer, part)
    position = kept_position(job)
    hold.say(WRITING)
    with frozen(), job.opened(position) as (writing, data, meta):
        if not write_on(job, writing, (data, meta), hold):
            return True
        packed = job.packed(hold) if job.how.shape != JSONL or job.how.pack else {}
        if hold.asked_to_stop:
            return True
        manifest = writing.manifest(packed or dict(zip(job.names, (data.facts, meta.facts), strict=True)))
    for name, content in companions(manifest, job.how.writer).items():
        (part / name).write_bytes(content)
    (part / AT).unlink(missing_ok=True)
    part.replace(done)
    return finished(transfer, hold, manifest)


def finished(transfer: Transfer, hold: Hold, manifest: Mapping[str, Any]) -> bool:
    """End the job, with what its page tells."""
    size = sum(path.stat().st_size for path in folder_of(transfer).iterdir())
    told = {name: manifest[name] for name in ("counts", "skipped", "defects", "files")}
    hold.conclude(done=transfer.total or 0, result={**told, "bytes": size})
    return False


@dataclass
class Job:
    """What one export writes, and where."""

    transfer: Transfer
    part: Path

    @property
    def how(self) -> How:
        """The format and the way of writing."""
        given = self.transfer.given
        return How(given["format"], given["pack"], given["shape"])

    @property
    def names(self) -> tuple[str, str]:
        """Of the plain files."""
        return names_of(self.how.format, JSONL, "")

    @property
    def lasting(self) -> bool:
        """Whether it may go on from where it was: only what is frozen stays as it was."""
        return bool(self.transfer.snapshot_id)  # type: ignore[attr-defined]

    @contextmanager
    def opened(self, position: Position | None) -> Iterator[tuple[Writing, Sink, Sink]]:
        """The plain files, open at their ends."""
        wish = wish_for_export(self.transfer.project, **wishes_of(self.transfer))
        writing = Writing(self.transfer.project, self.how, wish, position)
        rows = position.tally.rows if position else 0
        with ExitStack() as files:
            data, meta = (files.enter_context((self.part / name).open("ab+", buffering=0)) for name in self.names)
            behind = files.enter_context(Behind())
            yield writing, sink_at_end(data, rows, behind), sink_at_end(meta, rows, behind)

    def packed(self, hold: Hold) -> dict[str, Any]:
        """Make the files that were asked for out of the plain ones, which go; their facts by name."""
        hold.say(PACKING)
        found: dict[str, dict[str, Any]] = {}
        for plain_name, name in zip(self.names, names_of(self.how.format, self.how.shape, self.how.pack), strict=True):
            is_meta = plain_name == self.names[1]
            if plain_name == name:  # beside one document the sidecar stays as it is
                with (self.part / name).open("rb") as source:
                    kept = Sink(len, columns={})
                    kept.go_on_from(source, next(iter(found.values()))["rows"])
                found[name] = kept.facts
                continue
            with (self.part / plain_name).open("rb") as source, (self.part / name).open("wb") as target:
                sink = self.how.sink(target.write, meta=is_meta)
                while lines := list(islice(source, LINES)):
                    sink.add([orjson.loads(line) for line in lines] if self.how.shape != JSONL else [], lines)
                    if hold.asked_to_stop:
                        return {}
                sink.close()
            found[name] = sink.facts
        for plain_name in self.names:
            if plain_name not in found:
                (self.part / plain_name).unlink()
        return found


def sink_at_end(file: Any, rows: int, behind: Behind) -> Sink:
    """A plain file to be written on."""
    sink = Sink(file.write, columns={}, behind=behind)
    file.seek(0)
    sink.go_on_from(file, rows)
    return sink


def write_on(job: Job, writing: Writing, sinks: tuple[Sink, Sink], hold: Hold) -> bool:
    """Write rows until there are no more, or it is time to stop: then False."""
    kept = time.monotonic()
    for _ in writing.write(*sinks):
        hold.news = {"done": writing.at.number, "stage": WRITING}
        stopped = hold.asked_to_stop or (job.lasting and hold.stopped)
        if job.lasting and (stopped or time.monotonic() > kept + KEPT_EVERY):
            keep_position(job, writing, sinks)
            kept = time.monotonic()
        if stopped:
            return False
    if job.lasting:
        keep_position(job, writing, sinks)
    return True


def keep_position(job: Job, writing: Writing, sinks: tuple[Sink, Sink]) -> None:
    """Write down how far the files have come. Not where uncounted raters alone judged some: those have no place."""
    if writing.tally.skipped.get(UNCOUNTED):
        return
    facts = [sink.facts for sink in sinks]
    files = tuple((one["bytes"], one["sha256"]) for one in facts)
    there = job.part / f"{AT}-new"
    there.write_bytes(kept_as(Kept(writing.at, files)))
    there.replace(job.part / AT)


def kept_position(job: Job) -> Position | None:
    """How far the files have come, with all cut off that came later; None to begin anew."""
    kept = position_of(job) if job.lasting else None
    files = kept.files if kept else ((0, ""), (0, ""))
    for name, (size, _) in zip(job.names, files, strict=True):
        path = job.part / name
        path.touch()
        os.truncate(path, size)
    return kept.position if kept else None


def position_of(job: Job) -> Kept | None:
    """The position that lies beside the files, if both are as they were left."""
    at = job.part / AT
    kept = taken_up(at.read_bytes()) if at.is_file() else None
    if kept and all(same_bytes(job.part / name, *facts) for name, facts in zip(job.names, kept.files, strict=True)):
        return kept
    at.unlink(missing_ok=True)
    return None


def let_go(transfer: Transfer) -> None:
    """Take away what there is of it."""
    for folder in (part_of(transfer), folder_of(transfer)):
        shutil.rmtree(folder, ignore_errors=True)


def folder_of(transfer: Transfer) -> Path:
    """Where its files are, once they are whole."""
    return Path(settings.PLACE.data) / "transfers" / f"export-{transfer.pk}"


def part_of(transfer: Transfer) -> Path:
    """Where they are written."""
    return folder_of(transfer).with_name(f"export-{transfer.pk}.part")


def files_of(transfer: Transfer) -> list[Path]:
    """The files of an export that is done; none of any other."""
    if transfer.state != JobState.DONE or not transfer.place or not folder_of(transfer).is_dir():
        return []
    return sorted(folder_of(transfer).iterdir())
