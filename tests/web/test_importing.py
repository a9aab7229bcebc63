"""The import page: a file is looked at before it goes in, and goes in once, whole or without its bad rows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from feedback import models as m
from tests import make
from tests.web.counting import queries_of

ROWS = [
    {"prompt": "Name a river.", "chosen": "The Douro.", "rejected": "Paris."},
    {"prompt": "Name a lake.", "chosen": "Lake Ohrid.", "rejected": "The Douro."},
]


@pytest.fixture(autouse=True)
def data_folder(settings: Any, tmp_path: Path) -> Path:
    """Uploads of these tests lie in a folder of their own."""
    settings.PLACE = type(settings.PLACE)(tmp_path)
    return tmp_path


def address(project: m.Project) -> str:
    return reverse("import", args=[project.slug])


def sent(client: Client, project: m.Project, rows: list[Any], name: str = "rivers.jsonl") -> str:
    """Send a file and return the address of its preview."""
    text = "\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows)
    answer = client.post(address(project), {"file": SimpleUploadedFile(name, text.encode())})
    assert answer.status_code == 302
    return str(answer["Location"])


def test_ana_sees_how_a_file_will_be_read_before_anything_goes_in(client: Client, project, ana) -> None:
    client.force_login(ana)
    page = client.get(sent(client, project, ROWS)).content.decode()
    assert "Name a river." in page
    assert "The Douro." in page
    assert "2 examples" in page
    assert not project.examples.exists()


def test_ana_brings_it_in_and_the_same_file_again_adds_nothing(client: Client, project, ana, data_folder) -> None:
    client.force_login(ana)
    for _ in range(2):
        preview = sent(client, project, ROWS)
        page = client.post(preview, follow=True).content.decode()
    assert project.examples.count() == 2
    assert m.Preference.objects.filter(project=project).count() == 2
    assert "added nothing" in page
    assert not list((data_folder / "uploads").glob("*"))


def test_confirming_twice_brings_it_in_once(client: Client, project, ana) -> None:
    client.force_login(ana)
    preview = sent(client, project, ROWS)
    assert client.post(preview).status_code == 302
    assert client.post(preview).status_code == 302
    assert project.imports.count() == 1


def test_a_bad_row_keeps_everything_out_until_ana_says_otherwise(client: Client, project, ana) -> None:
    client.force_login(ana)
    preview = sent(client, project, [ROWS[0], '{"prompt": ', ROWS[1]])
    page = client.get(preview).content.decode()
    assert "Line 2" in page
    assert "without this row" in page
    refused = client.post(preview)
    assert refused.status_code == 422
    assert "line 2" in refused.content.decode().lower()
    assert not project.examples.exists()
    assert client.post(preview, {"skip_bad": "1"}).status_code == 302
    assert project.examples.count() == 2
    assert project.imports.get().skipped[0]["line"] == 2


def test_columns_with_other_names_are_matched(client: Client, project, ana) -> None:
    client.force_login(ana)
    preview = sent(client, project, ["frage,antwort", "Welcher Fluss?,Der Douro."], "fragen.csv")
    assert "No known format" in client.get(preview).content.decode()
    reading = f"{preview}?format=auto&column-0=prompt&column-1=response"
    assert "Welcher Fluss?" in client.get(reading).content.decode()
    client.post(reading)
    assert project.examples.get().request == "Welcher Fluss?"


def test_a_file_that_is_none_of_the_kinds_is_refused_with_a_sentence(client: Client, project, ana) -> None:
    client.force_login(ana)
    page = client.get(sent(client, project, ["just some words"], "notes.txt")).content.decode()
    assert "neither JSON nor CSV" in page


def test_no_file_is_refused(client: Client, project, ana) -> None:
    client.force_login(ana)
    answer = client.post(address(project), {})
    assert answer.status_code == 422
    assert "No file came along" in answer.content.decode()


def test_letting_nothing_in_takes_the_file_off_the_disk(client: Client, project, ana, data_folder) -> None:
    client.force_login(ana)
    preview = sent(client, project, ROWS)
    client.post(preview + "discard/")
    assert client.get(preview).status_code == 404
    assert not list((data_folder / "uploads").glob("*"))


def test_an_upload_is_its_senders_alone(client: Client, project, ana) -> None:
    client.force_login(ana)
    preview = sent(client, project, ROWS)
    other = make.user(name="Cora Curator")
    make.member(project=project, user=other, role="curator")
    client.force_login(other)
    assert client.get(preview).status_code == 404


def test_ben_may_not_and_dan_finds_nothing(client: Client, project, ana, ben, dan) -> None:
    client.force_login(ana)
    preview = sent(client, project, ROWS)
    for person, status in ((ben, 403), (dan, 404)):
        client.force_login(person)
        assert client.get(address(project)).status_code == status
        assert client.post(address(project), {}).status_code == status
        assert client.get(preview).status_code == status
        assert client.post(preview).status_code == status
        assert client.post(preview + "discard/").status_code == status
    assert not project.examples.exists()


def test_the_list_of_imports_asks_as_much_for_two_hundred_as_for_ten(client: Client, project, ana) -> None:
    client.force_login(ana)
    counts = []
    for size in (10, 190):
        m.Import.objects.bulk_create(
            m.Import(project=project, filename="a.jsonl", sha256="0" * 64, format="chosen", made_by=ana)
            for _ in range(size)
        )
        counts.append(queries_of(client, address(project)))
    assert counts[0] == counts[1]


def test_each_column_shows_what_stands_in_it_and_is_no_markup(client: Client, project, ana) -> None:
    client.force_login(ana)
    page = client.get(
        sent(client, project, [{"frage": "Warum <b>nicht</b>?", "zahl": 3, "leer": None}])
    ).content.decode()
    assert "Warum &lt;b&gt;nicht&lt;/b&gt;?" in page
    assert "<b>nicht" not in page


def test_a_large_file_becomes_a_job_with_a_page(client: Client, project, ana, dan, monkeypatch) -> None:
    monkeypatch.setattr("feedback.web.importing.AT_ONCE", 10)
    client.force_login(ana)
    answer = client.post(sent(client, project, ROWS), {"look_first": "1"})
    job = m.Transfer.objects.get(kind="import")
    assert answer["Location"] == reverse("import_job", args=[project.slug, job.pk])
    assert job.given["look_first"]
    assert "rivers.jsonl" in client.get(address(project)).content.decode()
    few = queries_of(client, answer["Location"])
    assert few < 20
    for act, state in (("pause_import", True), ("go_on_with_import", False)):
        client.post(reverse(act, args=[project.slug, job.pk]))
        job.refresh_from_db()
        assert job.paused is state
    client.post(reverse("cancel_import", args=[project.slug, job.pk]))
    assert "Nothing of it came in" in client.get(answer["Location"]).content.decode()
    client.force_login(dan)
    assert client.get(answer["Location"]).status_code == 404


def test_what_is_no_preference_is_not_called_one(client: Client, project, ana) -> None:
    client.force_login(ana)
    page = client.get(sent(client, project, ROWS)).content.decode()
    assert "2 examples, 4 responses and 2 preferences" in page
    row = {"question": "When?", "passages": [["P", "It was in 1789."]], "preference": [1, 1, 1, 0, 1, 2]}
    row |= {"feedback": {"missing-info": [], "errors": [], "corrected-prediction": "In 1789."}}
    row |= {f"prediction {n}": f"In 17{n}0." for n in (1, 2, 3, 4)}
    page = client.get(sent(client, project, [row])).content.decode()
    assert "1 example, 4 responses, 6 preferences and 1 other piece of feedback" in page


def test_more_bad_rows_than_are_shown_are_counted(client: Client, project, ana) -> None:
    client.force_login(ana)
    preview = sent(client, project, [*ROWS, *["{"] * 1100])
    assert "The first 12 of 1\u202f100" in client.get(preview).content.decode()
    client.post(preview, {"skip_bad": "1"})
    assert "1\u202f000 or more" in client.get(address(project)).content.decode()


def test_a_file_that_waits_no_longer_is_told_of(client: Client, project, ana) -> None:
    client.force_login(ana)
    first = sent(client, project, ROWS)
    sent(client, project, ROWS[:1])
    answer = client.get(first)
    assert answer.status_code == 404
    assert "another one was sent after it" in answer.content.decode()
