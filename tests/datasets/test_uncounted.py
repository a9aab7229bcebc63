"""An export of tables that grew since PostgreSQL last counted them."""

from __future__ import annotations

from pathlib import Path

from django.db import connection

from feedback.datasets.exporting import export, frozen
from feedback.models import Preference, Project
from tests import make


def test_what_an_export_reads_is_never_joined_by_loops_over_whole_tables(project: Project, tmp_path: Path) -> None:
    rater = make.rater(project=project)
    for _ in range(30):
        first, second = make.pair(project=project)
        make.preference(a=first, b=second, rater=rater)
    sides = ("response_a__example__imported_in", "response_b__produced_by__run")
    wide = Preference.objects.select_related("rater", *sides)
    with connection.cursor() as cursor:  # as if every table were taken for nearly empty
        cursor.execute("SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off")
        assert "Nested Loop" in wide.explain()
        cursor.execute("SET LOCAL enable_hashjoin = on; SET LOCAL enable_mergejoin = on")
    with frozen():
        assert "Seq Scan" not in wide.explain()
    assert export(project, out=tmp_path / "out")["counts"]["rows"] == 30
