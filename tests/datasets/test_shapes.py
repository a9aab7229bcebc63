"""An export in every shape holds the same rows, loads by its own `load.py`, and is the same bit for bit made again."""

from __future__ import annotations

import io
import json
import runpy
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml

from feedback.datasets.columns import parquet_rows, parquet_schema
from feedback.datasets.exporting import export, stream_zip
from feedback.datasets.pieces import Format
from feedback.datasets.registry import FORMATS
from feedback.errors import Refused
from feedback.models import Project
from tests import make

WAYS = [("jsonl", ""), ("jsonl", "gz"), ("jsonl", "zstd"), ("parquet", "")]


@pytest.fixture
def judged(project: Project) -> Project:
    """A project with seven pairs."""
    rater = make.rater(project=project)
    for _ in range(7):
        a, b = make.pair(project=project)
        make.preference(a=a, b=b, outcome="a", rater=rater)
    return project


def rows_in(folder: Path) -> list[dict[str, Any]]:
    return list(runpy.run_path(str(folder / "load.py"))["rows"]())


@pytest.mark.parametrize(("shape", "pack"), WAYS)
def test_every_shape_holds_the_same_rows_and_loads(judged: Project, tmp_path: Path, shape: str, pack: str) -> None:
    export(judged, out=tmp_path / "plain")
    manifest = export(judged, out=tmp_path / "out", shape=shape, pack=pack)
    assert rows_in(tmp_path / "out") == rows_in(tmp_path / "plain")
    assert (
        len(rows_in(tmp_path / "out")) == manifest["counts"]["rows"] == manifest["files"][manifest["data"]]["rows"] == 7
    )
    said = subprocess.run([sys.executable, tmp_path / "out" / "load.py"], capture_output=True, text=True, check=True)
    assert said.stdout.startswith("7 rows of trl-preference; the files are whole.")


@pytest.mark.parametrize(("shape", "pack"), WAYS)
def test_the_same_rows_make_the_same_bytes(judged: Project, tmp_path: Path, shape: str, pack: str) -> None:
    one, two = (export(judged, out=tmp_path / name, shape=shape, pack=pack) for name in ("one", "two"))
    assert one["files"] == two["files"]
    archive = zipfile.ZipFile(io.BytesIO(b"".join(stream_zip(judged, shape=shape, pack=pack))))
    for path in (tmp_path / "one").iterdir():
        if path.name not in {"manifest.json", "README.md"}:  # they tell the minute
            assert archive.read(f"{judged.slug}-trl-preference/{path.name}") == path.read_bytes()


def test_a_file_that_was_changed_is_noticed(judged: Project, tmp_path: Path) -> None:
    export(judged, out=tmp_path / "out")
    (tmp_path / "out" / "trl-preference.jsonl").write_text("{}\n")
    said = subprocess.run([sys.executable, tmp_path / "out" / "load.py"], capture_output=True, text=True, check=False)
    assert said.returncode
    assert "trl-preference.jsonl is not the file" in said.stderr


def test_the_manifest_tells_versions_and_facets(judged: Project, tmp_path: Path) -> None:
    make.constitution(project=judged)
    manifest = export(judged, out=tmp_path / "out")
    assert manifest["constitution"] == 1
    assert manifest["principles"] == [{"principle": 1, "version": 1}]
    assert manifest["form_version"] == 1
    assert manifest["facets"]["rows"] == 7
    assert manifest["defects"] == {}
    card = (tmp_path / "out" / "README.md").read_text()
    assert "| length, median |" in card
    assert "defect" not in card


def test_configurations_for_trainers_stand_beside_the_data(judged: Project, tmp_path: Path) -> None:
    made = {"llama_factory": False, "axolotl": False}
    for one in FORMATS.values():
        if one.configs.keys() & made:
            manifest = export(judged, out=tmp_path / one.name, format=one.name)
            if "llama_factory" in one.configs:
                (entry,) = json.loads((tmp_path / one.name / "dataset_info.json").read_bytes()).values()
                assert entry["file_name"] == manifest["data"]
                made["llama_factory"] = True
            if "axolotl" in one.configs:
                config = yaml.safe_load((tmp_path / one.name / "axolotl.yaml").read_text())
                assert config["datasets"][0]["path"] == manifest["data"]
                made["axolotl"] = True
    assert all(made.values())


def test_a_row_that_is_not_as_the_format_says_is_left_out_and_told(
    judged: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = FORMATS["trl-preference"]
    fields = {name: getattr(good, name) for name in Format.__dataclass_fields__}
    odd = Format(**{**fields, "rules": lambda line: "" if "7" not in json.dumps(line) else "there is a seven in it"})
    monkeypatch.setitem(FORMATS, "trl-preference", odd)
    make.preference(*[], **dict(zip("ab", make.pair(project=judged, request="Why 7?"), strict=True)), outcome="a",
                    rater=make.rater(project=judged))  # fmt: skip
    manifest = export(judged, out=tmp_path / "out")
    assert manifest["defects"]["there is a seven in it"] >= 1
    assert manifest["counts"]["rows"] + sum(manifest["defects"].values()) == 8
    assert "a defect of Precept" in (tmp_path / "out" / "README.md").read_text()


def test_ways_nobody_knows_are_refused(judged: Project, tmp_path: Path) -> None:
    for how in ({"shape": "xml"}, {"pack": "rar"}, {"shape": "parquet", "pack": "gz"}):
        with pytest.raises(Refused):
            export(judged, out=tmp_path / "out", **how)  # type: ignore[arg-type]


def test_parquet_has_the_types_of_the_columns() -> None:
    import pyarrow

    columns = {"a": "turns", "b": "list[object{score: int, why: any}]", "c": "object?", "d": "bool"}
    line = {"a": [{"role": "user", "content": "x"}], "b": [{"score": 1, "why": {"z": 1}}], "c": None, "d": True}
    table = pyarrow.Table.from_pylist(parquet_rows([line], columns), schema=parquet_schema(columns))
    assert table.to_pylist() == [{**line, "b": [{"score": 1, "why": '{"z":1}'}]}]
