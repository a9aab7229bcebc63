"""Large files come in as jobs: paused, gone on with, cancelled, compared first, and killed in the middle."""

from __future__ import annotations

import json
import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse

from feedback import models as m
from feedback.datasets import bringing, holding, reading, transfers
from feedback.datasets.bringing import let_in, open_import
from feedback.errors import NotAllowed, Refused
from feedback.models import JobState, Transfer
from tests.refinement.test_kill import Instance, wait_until

ROWS = 3000


@pytest.fixture(autouse=True)
def data_folder(settings: Any, tmp_path: Path) -> Path:
    """Files of these tests lie in a folder of their own."""
    settings.PLACE = type(settings.PLACE)(tmp_path)
    return tmp_path


@pytest.fixture(autouse=True)
def unwatched(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a transaction of the test the thread that renews a claim sees no claim: it had better not look."""
    monkeypatch.setattr(holding, "LOOKS_UP", 1000)


def pairs(path: Path, count: int, *, bad: int = 0, named: bool = False) -> Path:
    """A file of pairs, of which the last ones cannot be read."""
    with path.open("w") as out:
        for number in range(count):
            row: dict[str, Any] = {"prompt": f"Question {number}?", "chosen": f"yes {number}", "rejected": "no"}
            if named:
                row["id"] = f"row-{number}"
            if number >= count - bad:
                row["rejected"] = 3
            out.write(json.dumps(row) + "\n")
    return path


def opened(project: m.Project, by: m.User, path: Path, **how: Any) -> Transfer:
    return open_import(project, by=by, file=path, filename="pairs.jsonl", **how)


def carried_on(job: Transfer, *, seconds: float = 60) -> Transfer:
    """Worked on until nobody would ring for it again."""
    while transfers.work_transfer(job.pk, seconds=seconds):
        pass
    job.refresh_from_db()
    return job


def tables_left() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_class WHERE relname LIKE 'coming_in_job%%'")
        return int(cursor.fetchone()[0])


def test_a_large_file_comes_in_and_leaves_nothing_behind(project: m.Project, ana: m.User, tmp_path: Path) -> None:
    job = carried_on(opened(project, ana, pairs(tmp_path / "a", ROWS)))
    assert (job.state, job.done, job.total) == (JobState.DONE, ROWS, ROWS)
    assert job.result["added"] == {"examples": ROWS, "responses": 2 * ROWS, "feedback": ROWS}
    assert list(project.examples.values_list("number", flat=True)[:3]) == [1, 2, 3]
    assert job.imported is not None
    assert job.imported.examples_added == ROWS
    assert not tables_left()
    assert not bringing.path_of(job).exists()


def test_the_same_file_again_adds_nothing_and_says_so(project: m.Project, ana: m.User, tmp_path: Path) -> None:
    for _ in range(2):
        job = carried_on(opened(project, ana, pairs(tmp_path / "a", 50)))
    assert job.result["added"] == {"examples": 0, "responses": 0, "feedback": 0}
    assert job.imported is None
    assert m.Import.objects.count() == 1


def test_bad_rows_are_told_of_though_nothing_of_the_file_was_new(
    project: m.Project, ana: m.User, tmp_path: Path
) -> None:
    for _ in range(2):
        job = carried_on(opened(project, ana, pairs(tmp_path / "a", 50, bad=3), skip_bad=True))
    assert job.imported is None
    assert [row["line"] for row in bringing.bad_rows_of(job)] == [48, 49, 50]


def test_it_goes_on_from_its_place_after_every_stretch(
    project: m.Project, ana: m.User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "BATCH", 500)
    job = opened(project, ana, pairs(tmp_path / "a", ROWS))
    assert transfers.work_transfer(job.pk, seconds=0)
    job.refresh_from_db()
    assert (job.done, job.state) == (500, JobState.WAITING)
    assert not project.examples.exists()
    carried_on(job, seconds=0)
    assert project.examples.count() == ROWS
    assert m.Preference.objects.count() == ROWS


def test_ana_pauses_it_lets_it_go_on_and_cancels_another(
    project: m.Project, ana: m.User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "BATCH", 500)
    job = opened(project, ana, pairs(tmp_path / "a", ROWS))
    transfers.work_transfer(job.pk, seconds=0)
    transfers.pause_transfer(job, by=ana)
    assert not transfers.work_transfer(job.pk)
    transfers.go_on_with(job, by=ana)
    assert carried_on(job).state == JobState.DONE
    other = opened(project, ana, pairs(tmp_path / "b", 2000))
    transfers.work_transfer(other.pk, seconds=0)
    transfers.cancel_transfer(other, by=ana)
    other.refresh_from_db()
    assert other.state == JobState.CANCELLED
    assert not tables_left()
    assert not bringing.path_of(other).exists()
    with pytest.raises(Refused):
        transfers.go_on_with(other, by=ana)


def test_bad_rows_wait_for_a_word_and_come_as_csv(project: m.Project, ana: m.User, tmp_path: Path, client: Any) -> None:
    job = carried_on(opened(project, ana, pairs(tmp_path / "a", 20, bad=3)))
    assert (job.state, job.stage) == (JobState.WAITING, bringing.ASKING)
    assert not project.examples.exists()
    with pytest.raises(Refused, match="cannot be read"):
        let_in(job, by=ana)
    client.force_login(ana)
    page = client.get(reverse("import_job", args=[project.slug, job.pk])).content.decode()
    assert "3 of 20 rows cannot be read" in page
    text = client.get(reverse("import_bad_rows", args=[project.slug, job.pk])).getvalue().decode()
    assert [line.split(",")[0] for line in text.splitlines()] == ["line", "18", "19", "20"]
    let_in(job, by=ana, skip_bad=True)
    job = carried_on(job)
    assert job.state == JobState.DONE
    assert project.examples.count() == 17
    assert [bad["line"] for bad in job.imported.skipped] == [18, 19, 20]  # type: ignore[union-attr]


def test_the_difference_is_told_before_anything_goes_in(project: m.Project, ana: m.User, tmp_path: Path) -> None:
    carried_on(opened(project, ana, pairs(tmp_path / "a", 10, named=True)))
    changed = {"prompt": "Quite another question?", "chosen": "yes", "rejected": "no", "id": "row-3"}
    path = pairs(tmp_path / "b", 12, named=True)
    path.write_text(path.read_text() + json.dumps(changed) + "\n")
    job = carried_on(opened(project, ana, path, look_first=True))
    told = job.result["difference"]
    assert told["examples"] == {"new": 3, "there": 10}
    assert told["responses"] == {"new": 6, "there": 20}
    assert told["changed"]["count"] == 1
    assert told["changed"]["rows"][0]["external_id"] == "row-3"
    assert project.examples.count() == 10
    let_in(job, by=ana)
    carried_on(job)
    assert project.examples.count() == 13


def test_a_file_that_cannot_be_read_fails_with_a_sentence(project: m.Project, ana: m.User, tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b'{"colour": "red"}\n')
    job = carried_on(opened(project, ana, path))
    assert (job.state, "No known format" in job.error) == (JobState.FAILED, True)


def test_tables_that_were_emptied_are_filled_again(project: m.Project, ana: m.User, tmp_path: Path) -> None:
    job = opened(project, ana, pairs(tmp_path / "a", ROWS))
    transfers.work_transfer(job.pk, seconds=0)
    with connection.cursor() as cursor:  # as PostgreSQL does with unlogged tables when it was killed
        cursor.execute(f"TRUNCATE coming_in_job_{job.pk}_examples, coming_in_job_{job.pk}_answers")
    carried_on(job)
    assert project.examples.count() == ROWS
    assert m.Response.objects.count() == 2 * ROWS


def test_ben_and_dan_bring_nothing_in(
    project: m.Project, ana: m.User, ben: m.User, dan: m.User, tmp_path: Path, client: Any
) -> None:
    for person in (ben, dan):
        with pytest.raises(NotAllowed):
            opened(project, person, pairs(tmp_path / "a", 2))
    job = opened(project, ana, pairs(tmp_path / "b", 2))
    client.force_login(dan)
    assert client.get(reverse("import_job", args=[project.slug, job.pk])).status_code == 404
    assert client.post(reverse("cancel_import", args=[project.slug, job.pk])).status_code == 404


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """A folder whose name leaves room for a socket's."""
    folder = Path(tempfile.mkdtemp(prefix="precept-in-", dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_while_it_reads_and_while_it_stores(
    project: m.Project, ana: m.User, short_folder: Path, settings: Any
) -> None:
    settings.PLACE = type(settings.PLACE)(short_folder / "data")
    instance = Instance(short_folder)
    try:
        job = opened(project, ana, pairs(short_folder / "a", 30_000))

        def at(what: Any) -> Any:
            def look() -> bool:
                job.refresh_from_db()
                return bool(what(job))

            return look

        for moment in (lambda job: job.done >= 3000, lambda job: job.stage in {"responses", "preferences"}):
            wait_until(at(moment), instance.worker)
            os.kill(instance.worker.pid, signal.SIGKILL)
            instance.worker.process.wait()
            assert not project.examples.exists()
            instance.worker = instance.start_worker()
        wait_until(at(lambda job: job.state == JobState.DONE), instance.worker)
    finally:
        instance.end()
    assert project.examples.count() == 30_000
    assert m.Response.objects.count() == 60_000
    assert m.Preference.objects.count() == 30_000
    numbers = project.examples.values_list("number", flat=True)
    assert (numbers[0], numbers[29_999]) == (1, 30_000)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_cancel_breaks_off_the_last_transaction(
    project: m.Project, ana: m.User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holding, "LOOKS_UP", 0.05)
    said = holding.Hold.say

    def cancelled_there(hold: holding.Hold, stage: str) -> None:
        said(hold, stage)
        if stage == "responses":
            with ThreadPoolExecutor(1) as elsewhere:
                elsewhere.submit(by_another, hold.transfer).result()
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_sleep(60)")

    def by_another(job: Transfer) -> None:
        transfers.cancel_transfer(job, by=ana)
        connection.close()

    job = opened(project, ana, pairs(tmp_path / "a", 500))
    monkeypatch.setattr(holding.Hold, "say", cancelled_there)
    assert carried_on(job).state == JobState.CANCELLED
    assert not project.examples.exists()
    assert not tables_left()
