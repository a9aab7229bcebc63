"""The pages of snapshots: choosing with counts, freezing, the imprint, two side by side."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from feedback.datasets.snapshots import freeze
from feedback.models import Benchmark, Snapshot
from tests import make
from tests.web.counting import queries_of

LIST, NEW = "/p/answers/snapshots/", "/p/answers/snapshots/new/"
PAGES = [LIST, NEW, "/p/answers/snapshots/1/", "/p/answers/snapshots/1/difference/2/"]


@pytest.fixture
def judged(project, ben) -> list[Any]:
    """Three pairs Ben judged."""
    rater = make.rater(project=project, user=ben)
    pairs = [make.pair(project=project) for _ in range(3)]
    for strength, (a, b) in zip((-1, -2, -3), pairs, strict=True):
        make.preference(a=a, b=b, rater=rater, strength=strength)
    return pairs


@pytest.mark.parametrize("url", PAGES)
def test_the_pages_open_for_members_and_not_for_dan(client: Client, project, ana, dan, judged, url) -> None:
    freeze(project, by=ana), freeze(project, by=ana)
    client.force_login(ana)
    assert client.get(url).status_code == 200
    client.force_login(dan)
    assert client.get(url).status_code == 404


def test_counts_follow_the_filters_and_what_was_counted_is_frozen(client: Client, ana, judged) -> None:
    client.force_login(ana)
    asked = "?raters=person&least_strength=2&validation=10"
    page = client.get(NEW + asked).content.decode()
    assert "the preference is weaker than asked for" in page
    assert "Pairs of strength 2 and more." in page
    answer = client.post(NEW + asked, {"name": "Strong ones", "note": "For the first run."})
    assert answer["Location"] == "/p/answers/snapshots/1/"
    row = Snapshot.objects.get()
    assert (row.name, row.facts["rows"]["all"]) == ("Strong ones", 2)
    imprint = client.get(answer["Location"]).content.decode()
    assert "Strong ones" in imprint
    assert row.sha256 in imprint
    assert "For the first run." in imprint
    assert "least_strength=2" in imprint


def test_nonsense_is_told_and_nothing_is_frozen(client: Client, ana, judged) -> None:
    client.force_login(ana)
    assert "Say whose word counts" in client.get(NEW + "?validation=5").content.decode()
    answer = client.post(NEW + "?raters=person&tags=none-has-it", {"name": "x"})
    assert answer.status_code == 422
    assert "nothing to freeze" in answer.content.decode()
    assert not Snapshot.objects.exists()


def test_a_reviewer_reads_and_does_not_freeze(client: Client, project, ana, ben, judged) -> None:
    freeze(project, by=ana)
    client.force_login(ben)
    assert client.get(LIST).status_code == 200
    assert client.get(NEW).status_code == 403
    assert client.post(NEW, {}).status_code == 403


def test_two_are_compared(client: Client, project, ana, judged) -> None:
    freeze(project, by=ana), freeze(project, by=ana, filters={"least_strength": 2})
    client.force_login(ana)
    answer = client.get("/p/answers/snapshots/compare/?of=2&of=1")
    assert answer["Location"] == "/p/answers/snapshots/1/difference/2/"
    page = client.get(answer["Location"]).content.decode()
    assert "1 examples are only in the first, 0 only in the second, 2 in both." in page
    assert client.get("/p/answers/snapshots/compare/?of=2")["Location"] == LIST


def test_pages_ask_as_much_for_many_as_for_few(client: Client, project, ana, ben, judged) -> None:
    client.force_login(ana)
    freeze(project, by=ana)
    few = [queries_of(client, url) for url in (LIST, NEW, "/p/answers/snapshots/1/")]
    for _ in range(5):
        a, b = make.pair(project=project)
        make.preference(a=a, b=b, rater=make.rater(project=project, user=ben))
        freeze(project, by=ana)
    assert [queries_of(client, url) for url in (LIST, NEW, "/p/answers/snapshots/6/")] <= [one + 1 for one in few]


def test_a_benchmark_is_brought_in_offered_and_taken_away(client: Client, project, ana, ben, dan, judged) -> None:
    url = "/p/answers/snapshots/benchmarks/"
    client.force_login(ana)
    request = judged[0][0].example.request
    file = SimpleUploadedFile("exam.jsonl", f'{{"q": "{request} Say it in words please."}}\n'.encode())
    assert client.post(url, {"name": "Exam", "file": file})["Location"] == url
    row = Benchmark.objects.get()
    assert "Exam" in client.get(url).content.decode()
    assert "Exam" in client.get(NEW).content.decode()
    assert client.post(url, {"name": "", "file": SimpleUploadedFile("a.jsonl", b"{}")}).status_code == 422
    assert client.post(f"{url}{row.pk}/forget/").status_code == 302
    assert not Benchmark.objects.exists()
    for somebody, status in ((ben, 403), (dan, 404)):
        client.force_login(somebody)
        assert client.get(url).status_code == status
