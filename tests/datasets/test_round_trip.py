"""What is exported comes in again as it left, whatever people wrote."""

from __future__ import annotations

import io
import json
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feedback.datasets.exporting import export
from feedback.datasets.importing import import_file
from feedback.models import Preference, Project
from tests import make

TEXT = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), min_size=1).filter(str.strip)
PAIRS = st.lists(
    st.tuples(TEXT, TEXT, TEXT).filter(lambda pair: pair[1].strip() != pair[2].strip()), min_size=1, max_size=4
)


def pairs_in(project: Project) -> set[tuple[str, str, str]]:
    rows = Preference.objects.filter(project=project).exclude(response_a__example__split="holdout")
    return {
        (row.response_a.example.request, row.chosen.text, row.rejected.text)
        for row in rows.select_related("response_a__example", "response_b")
    }


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pairs=PAIRS)
def test_an_export_comes_in_again_as_it_left(db: None, pairs: list[tuple[str, str, str]]) -> None:
    one, two = make.project(), make.project()
    wins = {(prompt, *sorted((good, bad))): (prompt, good, bad) for prompt, good, bad in pairs}
    rows = [dict(zip(("prompt", "chosen", "rejected"), pair, strict=True)) for pair in wins.values()]
    import_file(one, io.BytesIO("\n".join(map(json.dumps, rows)).encode()), by=None)
    with tempfile.TemporaryDirectory() as folder:
        manifest = export(one, out=Path(folder) / "out")
        if manifest["counts"]["rows"]:
            import_file(two, Path(folder) / "out" / "trl-preference.jsonl", by=None)
    assert pairs_in(two) == pairs_in(one)
