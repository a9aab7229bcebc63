"""What an interrupted export has kept is taken up as it was, or not at all: the file is right either way."""

from __future__ import annotations

import pickle
from array import array
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from feedback import models as m
from feedback.datasets import exporting, holding, resuming, transfers
from feedback.datasets.exporting import Position, export
from feedback.datasets.facets import Measured
from feedback.datasets.resuming import Kept, kept_as, taken_up
from feedback.datasets.snapshots import freeze
from feedback.datasets.writing_out import AT, folder_of, open_export, part_of
from feedback.models import JobState, Transfer
from tests.benchmarks.data_out import fill

DATA = "trl-preference.jsonl"


@pytest.fixture(autouse=True)
def small_stretches(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files lie in a folder of the test; a stretch is a batch of a hundred rows."""
    settings.PLACE = type(settings.PLACE)(tmp_path)
    monkeypatch.setattr(holding, "LOOKS_UP", 1000)
    monkeypatch.setattr(exporting, "BATCH", 100)


@pytest.fixture
def begun(project: m.Project, ana: m.User) -> Transfer:
    """An export of a snapshot that was interrupted after two batches."""
    fill(project, 600)
    job = open_export(project, by=ana, format="trl-preference", snapshot=freeze(project, by=ana, name="first").pk)
    assert transfers.work_transfer(job.pk, seconds=0)
    assert transfers.work_transfer(job.pk, seconds=0)
    return job


def ended(job: Transfer) -> Transfer:
    """Worked on to its end."""
    while transfers.work_transfer(job.pk, seconds=60):
        pass
    job.refresh_from_db()
    assert job.state == JobState.DONE, job.error
    return job


def same_as_at_once(job: Transfer, out: Path) -> bool:
    """Whether every file is what an export without a break writes."""
    manifest = export(job.project, out=out, snapshot=job.snapshot_id)
    names = ("manifest.json", "README.md", *manifest["files"])
    return all((folder_of(job) / name).read_bytes() == (out / name).read_bytes() for name in names)


def test_all_that_was_counted_comes_back_as_it_was() -> None:
    at = Position(number=7, items=2)
    at.tally.rows, at.tally.splits["feedback"], at.tally.skipped["a response is empty"] = 5, 5, 1
    at.facets.times[12], at.facets.votes[3], at.facets.makers["people"] = 2, 4, 5
    at.facets.kept[12] = Measured(0.1 + 0.2, 3, None, 40, array("d", [1 / 3, 0.0]))
    kept = Kept(at, ((10, "ab"), (20, "cd")))
    assert taken_up(kept_as(kept)) == kept


def test_an_interrupted_export_goes_on_where_it_was(begun: Transfer, tmp_path: Path) -> None:
    kept = taken_up((part_of(begun) / AT).read_bytes())
    assert kept
    assert kept.position.number > 20
    assert same_as_at_once(ended(begun), tmp_path / "out")


def half(part: Path) -> None:
    """The position was half written when the power went."""
    data = (part / AT).read_bytes()
    (part / AT).write_bytes(data[: len(data) // 2])


def empty(part: Path) -> None:
    """Its name was written, not what is in it."""
    (part / AT).write_bytes(b"")


def of_before(part: Path) -> None:
    """An earlier version left it: pickled, of a class that is no longer like that."""
    (part / AT).write_bytes(pickle.dumps((Position(number=3), [1, 1])))


def altered(part: Path) -> None:
    """One byte of it is another."""
    data = (part / AT).read_bytes()
    (part / AT).write_bytes(data.replace(b'"rows":', b'"rowz":', 1))


def rows_lost(part: Path) -> None:
    """The rows are as many bytes as they were, but not the same: they never reached the disk."""
    path = part / DATA
    path.write_bytes(b"\0" * path.stat().st_size)


def rows_short(part: Path) -> None:
    """The rows are shorter than the position says."""
    path = part / DATA
    path.write_bytes(path.read_bytes()[:100])


def rows_gone(part: Path) -> None:
    """There are no rows."""
    (part / DATA).unlink()


@pytest.mark.parametrize("damage", [half, empty, of_before, altered, rows_lost, rows_short, rows_gone])
def test_what_is_in_doubt_begins_anew_and_the_file_is_right(
    begun: Transfer, tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    damage(part_of(begun))
    assert same_as_at_once(ended(begun), tmp_path / "out")


def test_what_an_earlier_version_began_is_not_gone_on_with(
    begun: Transfer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = (part_of(begun) / AT).read_bytes()
    assert taken_up(data)
    monkeypatch.setattr(resuming, "code", lambda: "another")
    assert taken_up(data) is None
    assert same_as_at_once(ended(begun), tmp_path / "out")
