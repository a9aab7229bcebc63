"""A worker killed while it freezes: nothing half is offered, another goes on, and the snapshot is as if nobody had."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from feedback import models as m
from feedback.datasets import holding, transfers
from feedback.datasets.snapshots import freeze
from feedback.datasets.wanting import wish_for_export
from feedback.errors import Refused
from feedback.models import JobState, Snapshot, SnapshotExample, SnapshotRow, Transfer
from tests.benchmarks.data_out import fill
from tests.refinement.test_kill import Instance, wait_until

EXAMPLES = 20_000


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """A folder whose name leaves room for a socket's, and that the servers' account can reach."""
    folder = Path(tempfile.mkdtemp(prefix="precept-kill-", dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def undisturbed(project: m.Project, ana: m.User, monkeypatch: pytest.MonkeyPatch) -> Snapshot:
    """The same frozen by one worker that nobody kills."""
    monkeypatch.setattr(holding, "LOOKS_UP", 1000)
    fill(project, EXAMPLES)
    snapshot = freeze(project, by=ana, name="undisturbed", filters=FILTERS)
    while transfers.work_transfer(snapshot.transfers.get().pk):
        continue
    snapshot.refresh_from_db()
    return snapshot


FILTERS = {"validation": 10, "test": 10, "duplicates": "exact"}


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("stage", ["gather", "thin", "count"])
def test_a_worker_killed_in_a_step_offers_no_half_snapshot_and_the_job_goes_on(
    undisturbed: Snapshot, project: m.Project, ana: m.User, short_folder: Path, client: Client, stage: str
) -> None:
    snapshot = freeze(project, by=ana, name="killed", filters=FILTERS)
    job = Transfer.objects.filter(snapshot=snapshot)
    running = Instance(short_folder)
    try:
        wait_until(lambda: job.filter(stage=stage).exists(), running.worker)
        os.kill(running.worker.pid, signal.SIGKILL)
        running.worker.process.wait()
        snapshot.refresh_from_db()
        assert not snapshot.frozen_at
        assert not snapshot.sha256
        assert job.get().state != JobState.DONE
        nobody_may_use_it(snapshot, client, ana)
        running.worker = running.start_worker()
        wait_until(lambda: job.filter(state=JobState.DONE).exists(), running.worker)
    finally:
        running.end()
    snapshot.refresh_from_db()
    assert snapshot.frozen_at
    assert snapshot.sha256 == undisturbed.sha256
    assert snapshot.facts == undisturbed.facts
    assert held(snapshot) == held(undisturbed)


def nobody_may_use_it(snapshot: Snapshot, client: Client, by: m.User) -> None:
    with pytest.raises(Refused, match="still being frozen"):
        wish_for_export(snapshot.project, snapshot=snapshot.pk)
    client.force_login(by)
    form = client.get("/p/answers/export/").context["form"]
    assert snapshot.number not in [number for number, _ in form.fields["snapshot"].choices]


def held(snapshot: Snapshot) -> tuple[list[Any], list[Any]]:
    rows = SnapshotRow.objects.filter(snapshot=snapshot).order_by("kind", "row")
    examples = SnapshotExample.objects.filter(snapshot=snapshot).order_by("example")
    return list(rows.values_list("kind", "row")), list(examples.values_list("example", "part", "cluster"))
