"""Import and export against the bare work underneath: COPY of the same rows, and the file as plain JSON lines.

The memory figures are peaks of what Python holds, at two sizes: they must not grow with the rows.
"""

from __future__ import annotations

import json
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

from django.db import connection

from feedback.datasets.exporting import export
from feedback.datasets.importing import import_file
from feedback.models import Project
from tests import make

ROWS = 10_000
SMALL = 2_000
TEXT = "A sentence that stands for what a model answers, number {number}, {side}. " * 6


def row(number: int) -> dict[str, str]:
    """One pair."""
    sides = {side: TEXT.format(number=number, side=side) for side in ("chosen", "rejected")}
    words = " ".join(f"word{number * prime % 7919}" for prime in (3, 5, 7, 11, 13, 17, 19, 23))
    return {"prompt": f"Question {number} about {words}?", **sides}


def write(path: Path, count: int) -> Path:
    """A file of pairs."""
    with path.open("w") as lines:
        lines.writelines(json.dumps(row(number)) + "\n" for number in range(count))
    return path


def seconds_of(work: Callable[[], object]) -> float:
    """How long something takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def peak_of(work: Callable[[], object]) -> float:
    """The most Python holds meanwhile, in MB."""
    tracemalloc.start()
    work()
    peak = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    return peak


def bare_copy(path: Path) -> None:
    """The same lines parsed and copied into one table of texts, by COPY."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE bare (prompt text, chosen text, rejected text)")
        with cursor.copy("COPY bare FROM STDIN") as copy, path.open() as lines:
            for line in lines:
                copy.write_row(tuple(json.loads(line).values()))
        cursor.execute("DROP TABLE bare")


def bare_dump(path: Path) -> None:
    """The same lines read and written again."""
    with path.open() as lines, path.with_suffix(".copy").open("w") as out:
        out.writelines(json.dumps(json.loads(line)) + "\n" for line in lines)


def tell(figure: str, **values: object) -> None:
    """One figure."""
    print(json.dumps({"figure": figure, **values}))


def measure(folder: Path, project: Project) -> None:
    """All figures."""
    large, small = write(folder / "large.jsonl", ROWS), write(folder / "small.jsonl", SMALL)
    bare, dumped = seconds_of(lambda: bare_copy(large)), seconds_of(lambda: bare_dump(large))
    took = seconds_of(lambda: import_file(project, large, by=None))
    tell("import / bare COPY", ratio=round(took / bare, 1), rows_per_second=round(ROWS / took), rows=ROWS)
    again = seconds_of(lambda: import_file(project, large, by=None))
    tell("import again / import", ratio=round(again / took, 2), seconds=round(again, 2))
    out = seconds_of(lambda: export(project, out=folder / "out"))
    tell("export / bare JSON", ratio=round(out / dumped, 1), rows_per_second=round(ROWS / out))
    other = make.project()
    few = peak_of(lambda: import_file(other, small, by=None))
    many = peak_of(lambda: import_file(make.project(), large, by=None))
    tell("import memory, 10,000 rows / 2,000", ratio=round(many / few, 2), megabytes=round(many, 1))
    few, many = (peak_of(lambda p=p: export(p, out=folder / f"out-{p.slug}")) for p in (other, project))
    tell("export memory, 10,000 rows / 2,000", ratio=round(many / few, 2), megabytes=round(many, 1))


def main() -> None:
    """Measure in a folder that is thrown away."""
    with tempfile.TemporaryDirectory() as folder:
        measure(Path(folder), make.project())
