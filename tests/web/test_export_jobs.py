"""The page of exports as jobs: asked for, paused, let go on, cancelled, downloaded, thrown away."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from feedback.datasets import holding, transfers
from feedback.datasets.writing_out import open_export
from feedback.models import JobState, Transfer
from tests import make
from tests.web.counting import queries_of

PAGE = "/p/answers/exports/"


@pytest.fixture(autouse=True)
def data_folder(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Files of these tests lie in a folder of their own; nobody renews claims from another connection."""
    settings.PLACE = type(settings.PLACE)(tmp_path)
    monkeypatch.setattr(holding, "LOOKS_UP", 1000)
    return tmp_path


@pytest.fixture
def judged(project: Any, ben: Any) -> Any:
    """Two pairs Ben judged."""
    for _ in range(2):
        a, b = make.pair(project=project)
        make.preference(a=a, b=b, rater=make.rater(project=project, user=ben))
    return project


def text_of(answer: Any) -> bytes:
    return b"".join(answer)


def test_ana_asks_for_files_and_takes_them(client: Client, ana, judged) -> None:
    client.force_login(ana)
    assert "No files yet" in client.get(PAGE).content.decode()
    answer = client.post(PAGE, {"format": "trl-preference", "way": "jsonl+gz"})
    assert answer["Location"] == PAGE
    job = Transfer.objects.get()
    assert (job.given["format"], job.given["pack"]) == ("trl-preference", "gz")
    assert "Waiting for a worker" in client.get(PAGE).content.decode()
    assert client.get(f"{PAGE}{job.pk}/zip/").status_code == 404
    transfers.work_transfer(job.pk)
    page = client.get(PAGE).content.decode()
    assert "Download the zip" in page
    assert f"{PAGE}{job.pk}/files/load.py" in page
    archive = zipfile.ZipFile(io.BytesIO(text_of(client.get(f"{PAGE}{job.pk}/zip/"))))
    assert archive.testzip() is None
    assert "answers-trl-preference/trl-preference.jsonl.gz" in archive.namelist()
    assert b'"trl-preference"' in text_of(client.get(f"{PAGE}{job.pk}/files/manifest.json"))
    assert client.get(f"{PAGE}{job.pk}/files/..%2Fsecret-key").status_code == 404
    client.post(f"{PAGE}{job.pk}/throw-away/")
    assert "the files are gone" in client.get(PAGE).content.decode()


def test_a_job_is_paused_let_go_on_and_cancelled(client: Client, ana, judged) -> None:
    client.force_login(ana)
    job = open_export(judged, by=ana, format="trl-preference")
    client.post(f"{PAGE}{job.pk}/pause/")
    page = client.get(PAGE).content.decode()
    assert "Paused." in page
    assert "it will begin anew" in page
    client.post(f"{PAGE}{job.pk}/go-on/")
    client.post(f"{PAGE}{job.pk}/cancel/")
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED
    assert client.post(f"{PAGE}{job.pk}/dance/").status_code == 404


def test_neither_a_reviewer_nor_dan_gets_files(client: Client, ana, ben, dan, judged) -> None:
    job = open_export(judged, by=ana, format="trl-preference")
    transfers.work_transfer(job.pk)
    for person, status in ((dan, 404), (ben, 403)):
        client.force_login(person)
        for address in (PAGE, f"{PAGE}{job.pk}/zip/", f"{PAGE}{job.pk}/files/manifest.json"):
            assert client.get(address).status_code == status
        assert client.post(f"{PAGE}{job.pk}/throw-away/").status_code == status


def test_the_page_asks_no_more_for_more_jobs(client: Client, ana, judged) -> None:
    client.force_login(ana)
    open_export(judged, by=ana, format="trl-preference")
    few = queries_of(client, PAGE)
    for _ in range(5):
        open_export(judged, by=ana, format="trl-preference")
    assert queries_of(client, PAGE) == few
