"""Looking at very much takes no longer than a page has time for, and says how far it came."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client

from feedback import models as m
from feedback.datasets import outlook, prospect
from feedback.datasets.exporting import FORMATS
from feedback.datasets.filters import Filters
from feedback.datasets.timing import TimeUp, at_most
from tests.benchmarks.data_out import fill


def asleep(seconds: float) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(%s)", [seconds])


@pytest.mark.django_db
def test_a_query_is_broken_off_when_its_time_is_over_and_the_next_is_not() -> None:
    began = time.monotonic()
    with pytest.raises(TimeUp), transaction.atomic(), at_most(0.1):
        asleep(60)
    assert time.monotonic() - began < 10
    with transaction.atomic(), at_most(60):
        asleep(0.01)
    asleep(0.01)


def test_what_there_is_no_time_for_is_told_as_at_least(project: m.Project, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(project, 300)
    formats = [FORMATS["trl-preference"]]
    assert outlook.counts_of_each(project, formats)["trl-preference"] == outlook.Count(rows=270, whole=True)
    look = outlook.outlook(project, format="trl-preference")
    assert (look.whole, look.cut, look.counts["rows"]) == (True, False, 270)
    monkeypatch.setattr(outlook, "EACH", 0.0)
    monkeypatch.setattr(outlook, "SECONDS", 1.0)
    found = outlook.counts_of_each(project, formats, held_out=True)["trl-preference"]
    assert found is not None
    assert not found.whole
    monkeypatch.setattr(outlook, "SECONDS", 0.0)
    look = outlook.outlook(project, format="trl-preference")
    assert look.cut
    assert not look.whole
    assert outlook.counts_of_each(project, formats, split="select") == {"trl-preference": None}


def test_the_sieve_of_a_large_project_estimates(project: m.Project, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(project, 3000)
    exact = prospect.prospect(project, Filters())
    assert (exact.sampled, exact.all_rows, exact.examples) == (1, 2700, 2700)
    monkeypatch.setattr(prospect, "WHOLE", 1000)
    monkeypatch.setattr(prospect, "LOOKED_AT", 500)
    about = prospect.prospect(project, Filters())
    assert about.sampled == 6
    assert abs(about.all_rows - 2700) < 200
    assert about.pairs["pairs"] == about.examples == about.all_rows
    assert about.pairs["mean_certainty"] == exact.pairs["mean_certainty"]


def test_a_bare_sieve_counts_what_people_said(client: Client, project: m.Project, ana: m.User, settings: Any) -> None:
    fill(project, 20)
    client.force_login(ana)
    page = client.get("/p/answers/snapshots/new/?whole=1").content.decode()
    assert "Not so:" not in page
    assert "about 18 examples" in page


def test_the_rest_of_a_shelf_is_counted_in_rounds(
    client: Client, project: m.Project, ana: m.User, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(ana)
    shelf = "/p/answers/export/counts/pairs/"
    assert client.get(shelf).context["again"] == ""
    monkeypatch.setattr(outlook, "SECONDS", 0.0)
    again = client.get(shelf, {"held_out": "on"}).context["again"]
    assert again == f"{shelf}?held_out=on&rounds=1"
    assert client.get(again).context["again"] == f"{shelf}?held_out=on&rounds=2"
    assert client.get(shelf, {"rounds": "8"}).context["again"] == ""
