"""Files are pushed to folders and stores that whoever runs Precept has named, part by part, from where it stopped."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from feedback import models as m
from feedback.datasets import holding, pushing, transfers
from feedback.datasets.pushing import checked_place, open_push, places
from feedback.datasets.writing_out import files_of, open_export
from feedback.errors import NotAllowed, Refused
from feedback.models import JobState, Transfer
from tests.benchmarks.data_out import fill
from tests.store_server import Store

SECRET = "a-secret-that-nobody-keeps"


@pytest.fixture(autouse=True)
def data_folder(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Files of these tests lie in a folder of their own."""
    settings.PLACE = type(settings.PLACE)(tmp_path)
    monkeypatch.setattr(holding, "LOOKS_UP", 1000)
    monkeypatch.setenv("PRECEPT_PUSH_FOLDER", str(tmp_path / "given"))
    return tmp_path


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A store, named in the environment with its keys."""
    with Store() as running:
        for name, value in {
            "PRECEPT_PUSH_BUCKETS": "training", "AWS_ENDPOINT_URL_S3": running.address, "AWS_ACCESS_KEY_ID": "who",
            "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_DEFAULT_REGION": "us-east-1", "AWS_MAX_ATTEMPTS": "1",
            "AWS_EC2_METADATA_DISABLED": "true",
        }.items():  # fmt: skip
            monkeypatch.setenv(name, value)
        yield running


@pytest.fixture
def export(project: m.Project, ana: m.User) -> Transfer:
    """An export that is done."""
    fill(project, 60)
    job = open_export(project, by=ana, format="trl-preference")
    transfers.work_transfer(job.pk)
    job.refresh_from_db()
    return job


def whole(export: Transfer) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in files_of(export)}


def test_a_folder_gets_the_files(export: Transfer, ana: m.User, tmp_path: Path) -> None:
    job = open_push(export, by=ana, to="runs/one")
    assert not transfers.work_transfer(job.pk)
    job.refresh_from_db()
    assert (job.state, job.done) == (JobState.DONE, job.total)
    there = tmp_path / "given" / "runs" / "one"
    assert {path.name: path.read_bytes() for path in there.iterdir()} == whole(export)


def test_a_store_gets_large_files_in_parts_and_goes_on_after_trouble(
    export: Transfer, ana: m.User, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pushing, "PART", 20_000)
    store.refuse = {2}
    job = open_push(export, by=ana, to="s3://training/runs/one")
    transfers.work_transfer(job.pk)
    job.refresh_from_db()
    assert "AccessDenied" in job.error
    assert len(job.result["upload"]["parts"]) == 1
    store.refuse = set()
    transfers.go_on_with(job, by=ana)
    transfers.work_transfer(job.pk)
    job.refresh_from_db()
    assert (job.state, job.done) == (JobState.DONE, job.total), job.error
    assert store.objects == {f"training/runs/one/{name}": data for name, data in whole(export).items()}
    assert store.sent.count(("training/runs/one/trl-preference.jsonl", 1)) == 1
    assert not store.uploads
    assert SECRET not in str(Transfer.objects.filter(pk=job.pk).values())


@pytest.mark.parametrize("why", ["swept up", "other parts"])
def test_what_cannot_be_gone_on_with_is_sent_anew(
    export: Transfer, ana: m.User, store: Store, monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    monkeypatch.setattr(pushing, "PART", 20_000)
    store.refuse = {2}
    job = open_push(export, by=ana, to="s3://training/runs/one")
    transfers.work_transfer(job.pk)
    store.refuse = set()
    if why == "swept up":  # by the store, or put together when the worker was lost
        store.uploads.clear()
    else:
        monkeypatch.setattr(pushing, "PART", 15_000)
    transfers.go_on_with(Transfer.objects.get(pk=job.pk), by=ana)
    transfers.work_transfer(job.pk)
    job.refresh_from_db()
    assert (job.state, job.done) == (JobState.DONE, job.total), job.error
    assert store.objects == {f"training/runs/one/{name}": data for name, data in whole(export).items()}


def test_what_is_half_sent_is_given_up_when_it_is_cancelled(
    export: Transfer, ana: m.User, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pushing, "PART", 20_000)
    store.refuse = {2}
    job = open_push(export, by=ana, to="s3://training")
    transfers.work_transfer(job.pk)
    assert store.uploads
    transfers.cancel_transfer(job, by=ana)
    assert not store.uploads


@pytest.mark.parametrize("to", ["", "../elsewhere", "/etc", "s3://other/x", "s3://"])
def test_nobody_pushes_where_nobody_may(export: Transfer, ana: m.User, to: str) -> None:
    with pytest.raises(Refused):
        open_push(export, by=ana, to=to)


def test_without_a_word_of_who_runs_it_nothing_is_pushed(
    export: Transfer, ana: m.User, ben: m.User, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(NotAllowed):
        open_push(export, by=ben, to="runs")
    monkeypatch.delenv("PRECEPT_PUSH_FOLDER")
    assert places() == []
    with pytest.raises(Refused, match="PRECEPT_PUSH_FOLDER"):
        checked_place("runs")
