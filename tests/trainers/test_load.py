"""What lies beside an export loads it: `load.py` with the library `datasets` itself, in every shape."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from feedback.datasets.exporting import export
from feedback.models import Project
from tests import make
from tests.datasets.everything import everything
from tests.trainers.test_two_steps import PYTHON

SCRIPT = Path(__file__).with_name("load_sets.py")
FORMATS = (
    "trl-preference", "trl-kto", "trl-stepwise", "axolotl-span-masks", "precept-ratings", "precept-critiques",
    "cut-judgments", "critique-grpo-groups",
)  # fmt: skip
SHAPES: dict[str, dict[str, str]] = {
    "jsonl": {}, "gz": {"pack": "gz"}, "zstd": {"pack": "zstd"}, "parquet": {"shape": "parquet"},
}  # fmt: skip
IN_ALL_SHAPES = ("trl-preference", "precept-ratings")
pytestmark = [
    pytest.mark.timeout(900),
    pytest.mark.slow,
    pytest.mark.skipif(not PYTHON.exists(), reason="make test-trainers installs the trainers' own code"),
]


def loaded(folders: list[Path]) -> dict[str, Any]:
    """What `datasets` finds in these folders."""
    done = subprocess.run([PYTHON, SCRIPT, *folders], capture_output=True, text=True, timeout=600, check=False)
    said = [line for line in done.stdout.splitlines() if line.startswith("RESULT ")]
    assert said, done.stdout[-2000:] + done.stderr[-4000:]
    found = json.loads(said[0].removeprefix("RESULT "))
    return {f"{Path(name).parent.name}/{Path(name).name}": one for name, one in found.items()}


def test_every_shape_loads_by_its_own_file_with_the_same_rows_and_types(project: Project, tmp_path: Path) -> None:
    everything(project, make.rater(project=project), make.rater(project=project))
    rows = {}
    for name in FORMATS:
        for shape in SHAPES if name in IN_ALL_SHAPES else ("jsonl",):
            how = SHAPES[shape]
            manifest = export(project, out=tmp_path / name / shape, format=name, **how)  # type: ignore[arg-type]
            rows[f"{name}/{shape}"] = manifest["counts"]["rows"]
    assert all(rows.values()), rows
    found = loaded([tmp_path / one for one in rows])
    assert {name: one["rows"] for name, one in found.items()} == rows
    assert not [name for name, one in found.items() if not one["same"]]
    for name in IN_ALL_SHAPES:
        types = [found[f"{name}/{shape}"]["columns"] for shape in SHAPES]
        assert types == [types[0]] * len(types), name


def test_tables_and_documents_load_too(project: Project, tmp_path: Path) -> None:
    everything(project, make.rater(project=project), make.rater(project=project))
    names = ("icai-csv", "annotated-pairs")
    rows = {f"{name}/plain": export(project, out=tmp_path / name / "plain", format=name)["counts"]["rows"]
            for name in names}  # fmt: skip
    found = loaded([tmp_path / name for name in rows])
    assert {name: one["rows"] for name, one in found.items()} == rows


def test_a_column_that_is_empty_for_long_has_its_type_from_the_format(project: Project, tmp_path: Path) -> None:
    """Left to guess, `datasets` takes a column for null by its first ten megabytes and fails at the first text."""
    rater = make.rater(project=project)
    for number in range(400):
        response = make.response(example=make.example(project=project), text=f"Answer {number}. " + "word " * 8000)
        make.span(response=response, rater=rater, replacement="better" if number > 395 else None)
    export(project, out=tmp_path / "precept-spans" / "jsonl", format="precept-spans")
    found = loaded([tmp_path / "precept-spans" / "jsonl"])
    assert found["precept-spans/jsonl"]["rows"] == 400
    assert found["precept-spans/jsonl"]["same"]
