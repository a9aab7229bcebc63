"""An export of tables that grew since PostgreSQL last counted them."""

from __future__ import annotations

from pathlib import Path

from django.db import connection

from feedback.datasets.exporting import export, frozen
from feedback.models import Preference, Project
from tests import make


def test_what_an_export_reads_is_never_joined_by_loops_in_loops(project: Project, tmp_path: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE feedback_response, feedback_preference, feedback_example")
    rater = make.rater(project=project)
    for _ in range(30):
        first, second = make.pair(project=project)
        make.preference(a=first, b=second, rater=rater)
    wide = Preference.objects.select_related(
        "rater", "response_a__example__imported_in", "response_b__produced_by__run"
    )
    assert "Nested Loop" in wide.explain()
    with frozen():
        assert "Nested Loop" not in wide.explain()
    assert export(project, out=tmp_path / "out")["counts"]["rows"] == 30
