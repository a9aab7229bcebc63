"""Two people bring in the same file at the same moment: everything is there once, and the numbers have no gap."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connection

from feedback.datasets.importing import ImportSummary, import_file
from feedback.models import Example, Preference, Rater, Response
from tests import make

DATA = Path(__file__).parent.parent / "data" / "llmbar"


@pytest.mark.django_db(transaction=True)
def test_the_same_file_twice_at_once_comes_in_once() -> None:
    project = make.project()

    def bring_in(_: int) -> ImportSummary:
        try:
            return import_file(project, DATA / "natural.json", by=None)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        summaries = list(threads.map(bring_in, range(4)))
    assert sorted(summary.examples for summary in summaries) == [0, 0, 0, 20]
    assert [noun.objects.count() for noun in (Example, Response, Preference, Rater)] == [20, 40, 20, 1]
    assert sorted(Example.objects.values_list("number", flat=True)) == list(range(1, 21))
