"""Scripts freeze snapshots, have them written, see how far that is, and fetch the files."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from feedback.datasets import holding, transfers
from feedback.projects.tokens import make_token
from tests import make

HERE = "/api/answers"


@pytest.fixture(autouse=True)
def data_folder(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Files of these tests lie in a folder of their own."""
    settings.PLACE = type(settings.PLACE)(tmp_path)
    monkeypatch.setattr(holding, "LOOKS_UP", 1000)
    return tmp_path


@pytest.fixture
def key(project: Any, ana: Any) -> dict[str, str]:
    """Ana's key, as it is sent."""
    return {"Authorization": f"Bearer {make_token(project, by=ana, name='nightly')[1]}"}


@pytest.fixture
def judged(project: Any, ben: Any) -> Any:
    """Two pairs Ben judged."""
    for _ in range(2):
        a, b = make.pair(project=project)
        make.preference(a=a, b=b, rater=make.rater(project=project, user=ben))
    return project


def post(client: Client, path: str, key: dict[str, str], **said: Any) -> Any:
    return client.post(f"{HERE}{path}", said, content_type="application/json", headers=key)


def test_a_script_freezes_writes_and_fetches(client: Client, judged, key) -> None:
    frozen = post(client, "/snapshots", key, name="nightly").json()
    assert (frozen["number"], frozen["name"], len(frozen["sha256"])) == (1, "nightly", 64)
    assert client.get(f"{HERE}/snapshots/1", headers=key).json()["facts"]["rows"]["all"] == 2
    answer = post(client, "/exports", key, format="trl-preference", snapshot=1, pack="gz")
    assert answer.status_code == 202
    job = answer.json()
    assert (job["state"], job["snapshot"], job["files"]) == ("waiting", 1, {})
    transfers.work_transfer(job["id"])
    job = client.get(job["url"], headers=key).json()
    assert (job["state"], job["result"]["counts"]["rows"]) == ("done", 2)
    archive = zipfile.ZipFile(io.BytesIO(b"".join(client.get(job["zip"], headers=key))))
    assert archive.testzip() is None
    manifest = b"".join(client.get(job["files"]["manifest.json"], headers=key))
    assert frozen["sha256"].encode() in manifest
    assert client.get(f"{HERE}/exports", headers=key).json()["exports"][0]["id"] == job["id"]
    assert post(client, f"/exports/{job['id']}/throw-away", key).json()["files"] == {}


@pytest.mark.parametrize(
    "said", [{"format": "no"}, {"colour": "red"}, {"snapshot": 7}, {"snapshot": "one"}, {"shape": "xml"}]
)
def test_what_makes_no_sense_is_told_in_a_sentence(client: Client, judged, key, said) -> None:
    answer = post(client, "/exports", key, **said)
    assert answer.status_code == 422
    assert answer.json()["error"].endswith((".", "…"))


def test_bodies_that_are_no_json_are_told(client: Client, judged, key) -> None:
    for body in (b"{", b"[]", b"\xff"):
        answer = client.post(f"{HERE}/exports", body, content_type="application/json", headers=key)
        assert answer.status_code == 422


def test_dan_and_whoever_has_no_key_get_nothing(client: Client, dan, judged, key) -> None:
    client.force_login(dan)
    for path in ("/exports", "/snapshots", "/exports/1", "/exports/1/zip", "/snapshots/1"):
        assert client.get(f"{HERE}{path}").status_code == 401
        assert client.get(f"/api/other{path}", headers=key).status_code == 404
