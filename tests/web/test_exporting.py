"""The export page: what will be in the file is said before it is made, and every row leads back to somebody's words."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from django.test import Client
from django.urls import reverse

from feedback import models as m
from feedback.datasets.snapshots import freeze
from tests import make
from tests.web.counting import queries_of


def address(name: str, project: m.Project, *rest: object) -> str:
    return reverse(name, args=[project.slug, *rest])


@pytest.fixture
def judged(project: m.Project, ben: m.User) -> tuple[m.Response, m.Response]:
    """A pair of which Ben found the first better, and one he found no difference in."""
    rater = make.rater(project=project, user=ben)
    a, b = make.pair(project=project)
    make.preference(a=a, b=b, rater=rater, reason="It names the year.")
    c, d = make.pair(project=project)
    make.preference(a=c, b=d, rater=rater, outcome="tie")
    return a, b


def test_what_will_be_in_it_and_what_will_not_is_said_first(client: Client, project, ana, judged) -> None:
    client.force_login(ana)
    page = client.get(address("export", project)).content.decode()
    assert "1</span> row from 1 example" in page
    assert "people found no difference" in page
    assert judged[0].text in page


def test_ana_downloads_a_zip_whose_rows_are_as_said(client: Client, project, ana, judged) -> None:
    client.force_login(ana)
    answer = client.get(address("export_download", project, "trl-preference"))
    assert answer.streaming
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer)))
    names = {name.split("/")[-1] for name in archive.namelist()}
    assert names >= {"trl-preference.jsonl", "trl-preference.meta.jsonl", "manifest.json", "README.md"}
    data = next(name for name in archive.namelist() if name.endswith("/trl-preference.jsonl"))
    rows = [json.loads(line) for line in archive.read(data).splitlines()]
    assert [row["chosen"][0]["content"] for row in rows] == [judged[0].text]


def test_what_simulated_raters_said_is_left_out_unless_asked_for(client: Client, project, ana) -> None:
    a, b = make.pair(project=project)
    make.preference(a=a, b=b, rater=make.rater(project=project, kind="simulated"))
    client.force_login(ana)
    assert "judged only by models or simulated raters" in client.get(address("export", project)).content.decode()
    assert "1</span> row from 1 example" in client.get(address("export", project), {"simulated": "on"}).content.decode()


def test_an_unknown_format_is_refused(client: Client, project, ana, judged) -> None:
    client.force_login(ana)
    assert client.get(address("export_download", project, "parchment")).status_code == 422


def test_a_row_opens_as_a_thread_back_to_the_words(client: Client, project, ana, ben, judged) -> None:
    rater = make.rater(project=project, user=ben)
    critique = make.critique(response=judged[1], rater=rater, text="Which year was it?")
    principle = make.principle(project=project, effect="Name the year.", source=critique)
    refined = make.refined(response=judged[1], text="It was in 1911.")
    step = refined.produced_by
    m.Step.objects.filter(pk=step.pk).update(
        principle=principle.versions.get(), output={"text": refined.text, "changed": "Put in the year."}
    )
    make.preference(a=refined, b=judged[1], rater=rater, reason="Now I know.")
    client.force_login(ana)
    page = client.get(address("export_row", project, refined.pk, judged[1].pk)).content.decode()
    for words in ("Which year was it?", "Name the year.", "Put in the year.", "Now I know.", "Ben Okafor", "simulated"):
        assert words in page
    assert "&quot;chosen&quot;" in page


def test_answers_to_two_examples_make_no_row(client: Client, project, ana, judged) -> None:
    other = make.response(example=make.example(project=project))
    client.force_login(ana)
    assert client.get(address("export_row", project, judged[0].pk, other.pk)).status_code == 404


def test_ben_looks_but_does_not_take_it_away(client: Client, project, ben, judged) -> None:
    client.force_login(ben)
    assert client.get(address("export", project)).status_code == 200
    assert client.get(address("export_row", project, judged[0].pk, judged[1].pk)).status_code == 200
    assert client.get(address("export_download", project, "trl-preference")).status_code == 403


def test_dan_finds_nothing(client: Client, project, dan, judged) -> None:
    client.force_login(dan)
    for url in (
        address("export", project), address("export_download", project, "trl-preference"),
        address("export_row", project, judged[0].pk, judged[1].pk),
    ):  # fmt: skip
        assert client.get(url).status_code == 404


def test_a_row_of_another_project_is_not_to_be_had_through_this_one(client: Client, project, ana, judged) -> None:
    elsewhere = make.project(owner=ana)
    client.force_login(ana)
    assert client.get(address("export_row", elsewhere, judged[0].pk, judged[1].pk)).status_code == 404


def test_it_asks_as_much_for_two_hundred_pairs_as_for_ten(client: Client, project, ana, ben) -> None:
    client.force_login(ana)
    rater = make.rater(project=project, user=ben)
    counts = []
    for size in (10, 190):
        for _ in range(size):
            make.preference(**dict(zip("ab", make.pair(project=project), strict=True)), rater=rater)
        counts.append(queries_of(client, address("export", project)))
    assert counts[0] == counts[1]


def test_a_large_project_answers_at_once_and_counts_afterwards(client, project, ana, monkeypatch) -> None:
    monkeypatch.setattr("feedback.datasets.outlook.AT_ONCE", 2)
    rater = make.rater(project=project)
    for _ in range(4):
        first, second = make.pair(project=project)
        make.preference(a=first, b=second, rater=rater)
    client.force_login(ana)
    address = reverse("export", args=[project.slug])
    assert "being counted" in client.get(address).content.decode()
    whole = client.get(address + "?whole=1").content.decode()
    assert "being counted" not in whole
    assert "from 4 examples" in whole


def test_the_rows_of_each_format_of_a_shelf_are_counted(client: Client, project, ana, judged) -> None:
    client.force_login(ana)
    page = client.get(address("export_counts", project, "pairs"), {"format": "trl-preference"})
    assert page.status_code == 200
    assert page.context["found"]["trl-preference"].rows == 1
    assert client.get(address("export_counts", project, "nobody")).status_code == 404


def test_what_to_mind_stands_before_the_rows(client: Client, project, ana, judged) -> None:
    client.force_login(ana)
    page = client.get(address("export", project)).content.decode()
    assert "Before you train on it" in page
    assert "Nobody said how much better the better one is." in page
    assert page.index("Before you train on it") < page.index(judged[0].text)


def test_a_snapshot_is_exported_as_it_was_frozen(client: Client, project, ana, ben, judged) -> None:
    freeze(project, by=ana, name="First", note="", filters={})
    later = make.preference(
        **dict(zip("ab", make.pair(project=project), strict=True)), rater=make.rater(project=project, user=ben)
    )
    client.force_login(ana)
    assert "2</span> rows from 2 examples" in client.get(address("export", project)).content.decode()
    asked = {"snapshot": "1", "format": "trl-preference"}
    page = client.get(address("export", project), asked).content.decode()
    assert "1</span> row from 1 example" in page
    assert later.response_a.text not in page
    answer = client.get(address("export_download", project, "trl-preference"), {"snapshot": "1"})
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer)))
    data = next(name for name in archive.namelist() if name.endswith("/trl-preference.jsonl"))
    assert len(archive.read(data).splitlines()) == 1
