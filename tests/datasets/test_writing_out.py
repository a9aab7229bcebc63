"""Exports as jobs: a folder that appears when it is whole, paused, gone on with, cancelled, killed; always the same."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from feedback import models as m
from feedback.datasets import exporting, holding, transfers
from feedback.datasets.exporting import export
from feedback.datasets.pieces import Wish
from feedback.datasets.snapshots import freeze
from feedback.datasets.writing_out import files_of, folder_of, open_export, part_of, throw_away
from feedback.errors import NotAllowed, Refused
from feedback.models import JobState, Transfer
from tests.benchmarks.data_out import fill
from tests.refinement.test_kill import Instance, wait_until


@pytest.fixture(autouse=True)
def data_folder(settings: Any, tmp_path: Path) -> Path:
    """Files of these tests lie in a folder of their own."""
    settings.PLACE = type(settings.PLACE)(tmp_path)
    return tmp_path


@pytest.fixture(autouse=True)
def unwatched(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a transaction of the test the thread that renews a claim sees no claim: it had better not look."""
    monkeypatch.setattr(holding, "LOOKS_UP", 1000)


def carried_on(job: Transfer, *, seconds: float = 60) -> int:
    """Worked on until nobody would ring for it again; in how many stretches."""
    stretches = 1
    while transfers.work_transfer(job.pk, seconds=seconds):
        stretches += 1
    job.refresh_from_db()
    return stretches


def held(folder: Path, data: str = "trl-preference") -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name.startswith(data)}


@pytest.mark.parametrize(("shape", "pack"), [("jsonl", ""), ("jsonl", "zstd"), ("parquet", "")])
def test_a_job_writes_what_the_command_writes(
    project: m.Project, ana: m.User, tmp_path: Path, shape: str, pack: str
) -> None:
    fill(project, 700)
    job = open_export(project, by=ana, format="trl-preference", shape=shape, pack=pack)
    assert files_of(job) == []
    assert carried_on(job) == 1
    assert job.state == JobState.DONE
    assert job.result["counts"]["rows"] == 630
    assert (job.done, job.unit) == (700, "examples")
    export(project, out=tmp_path / "out", shape=shape, pack=pack)
    assert held(folder_of(job)) == held(tmp_path / "out")
    assert {path.name for path in files_of(job)} >= {"README.md", "manifest.json", "load.py"}
    assert not part_of(job).exists()


def test_a_snapshot_is_written_on_from_where_it_was_and_is_the_same_to_the_bit(
    project: m.Project, ana: m.User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(project, 900)
    snapshot = freeze(project, by=ana, name="first")
    at_once = export(project, out=tmp_path / "out", snapshot=snapshot.pk)
    monkeypatch.setattr(exporting, "BATCH", 100)
    job = open_export(project, by=ana, format="trl-preference", snapshot=snapshot.pk)
    assert carried_on(job, seconds=0) > 5  # a batch a stretch
    assert job.state == JobState.DONE, job.error
    for name in ("manifest.json", "README.md", *at_once["files"]):
        assert (folder_of(job) / name).read_bytes() == (tmp_path / "out" / name).read_bytes()


@pytest.mark.parametrize("begins", ["earlier", "there"])
def test_whoever_reads_from_the_beginning_again_writes_no_row_twice(project: m.Project, begins: str) -> None:
    fill(project, 300)
    how = exporting.How()
    wish = exporting.wish_for_export(project)
    every = [piece and piece.example.number for piece in how.writer.pieces(project, wish)]
    writing = exporting.Writing(project, how, wish)
    half = [piece and piece.example.number for piece in islice(writing.pieces(), 140)]
    again = exporting.Writing(project, how, wish, writing.at)
    if begins == "earlier":
        again.wish = Wish()
    assert half + [piece and piece.example.number for piece in again.pieces()] == every


def test_an_export_of_the_present_begins_anew_after_a_pause(project: m.Project, ana: m.User) -> None:
    fill(project, 200)
    job = open_export(project, by=ana, format="trl-preference")
    transfers.pause_transfer(job, by=ana)
    assert not transfers.work_transfer(job.pk)
    transfers.go_on_with(job, by=ana)
    carried_on(job)
    assert job.result["counts"]["rows"] == 180


def test_cancelled_and_thrown_away_leave_nothing(project: m.Project, ana: m.User, ben: m.User) -> None:
    fill(project, 50)
    job = open_export(project, by=ana, format="trl-preference")
    transfers.cancel_transfer(job, by=ana)
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED
    other = open_export(project, by=ana, format="trl-preference")
    with pytest.raises(Refused, match="not done"):
        throw_away(other, by=ana)
    carried_on(other)
    with pytest.raises(NotAllowed):
        throw_away(other, by=ben)
    throw_away(other, by=ana)
    assert not folder_of(other).exists()
    other.refresh_from_db()
    assert files_of(other) == []


def test_what_nobody_knows_is_refused_before_it_waits(project: m.Project, ana: m.User, ben: m.User) -> None:
    for wrong in ({"format": "no"}, {"format": "trl-preference", "shape": "xml"}, {"format": "trl-kto", "snapshot": 7}):
        with pytest.raises(Refused):
            open_export(project, by=ana, **wrong)  # type: ignore[arg-type]
    with pytest.raises(NotAllowed):
        open_export(project, by=ben, format="trl-preference")
    assert not Transfer.objects.exists()


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """A folder whose name leaves room for a socket's, and that the servers' account can reach."""
    folder = Path(tempfile.mkdtemp(prefix="precept-kill-", dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_an_export_offers_no_half_file_and_the_job_goes_on(
    project: m.Project, ana: m.User, short_folder: Path, tmp_path: Path, settings: Any
) -> None:
    settings.PLACE = type(settings.PLACE)(short_folder / "data")
    fill(project, 20_000)
    snapshot = freeze(project, by=ana, name="frozen")
    carried_on(snapshot.transfers.get())
    running = Instance(short_folder)
    try:
        job = open_export(project, by=ana, format="trl-preference", snapshot=snapshot.pk)
        wait_until(lambda: (part_of(job) / "trl-preference.jsonl").exists(), running.worker)
        os.kill(running.worker.pid, signal.SIGKILL)
        running.worker.process.wait()
        job.refresh_from_db()
        assert job.state != JobState.DONE
        assert files_of(job) == []
        running.worker = running.start_worker()
        wait_until(lambda: Transfer.objects.filter(pk=job.pk, state=JobState.DONE).exists(), running.worker)
    finally:
        running.end()
    export(project, out=tmp_path / "out", snapshot=snapshot.pk)
    assert held(folder_of(job)) == held(tmp_path / "out")
    assert not part_of(job).exists()
