"""Data in and out at size, each against the bare work that PostgreSQL has with the same rows.

`PARTS` are what is measured, each a function that prints its figures; all run against tables of their own, and each can
be asked for by itself (`make bench NAME=data.bring_in`). `PRECEPT_BENCH_ROWS` is how many rows.
"""

from __future__ import annotations

import json
import os
import resource
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from statistics import median

import psutil
from django.db import connection, transaction

from feedback.datasets.importing import import_file
from feedback.models import Example, Preference, Response
from tests import make
from tests.benchmarks import data_out

ROWS = int(os.environ.get("PRECEPT_BENCH_ROWS", "100000"))
ROUNDS = 3
TABLES = [model._meta.db_table for model in (Example, Response, Preference)]
TEXT = "A sentence that stands for what a model answers, number {number}, {side}. " * 6


def pair(number: int) -> dict[str, str]:
    """One pair whose prompt nobody else has."""
    words = " ".join(f"word{number * prime % 7919}" for prime in (3, 5, 7, 11, 13, 17, 19, 23))
    sides = {side: TEXT.format(number=number, side=side) for side in ("chosen", "rejected")}
    return {"prompt": f"Question {number} about {words}?", **sides}


def write(path: Path, count: int) -> Path:
    """A file of pairs."""
    with path.open("w") as lines:
        lines.writelines(json.dumps(pair(number)) + "\n" for number in range(count))
    return path


def seconds_of(work: Callable[[], object]) -> float:
    """How long something takes; what was written before it is on disk by then."""
    run("CHECKPOINT")
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def processor_of(work: Callable[[], object]) -> tuple[float, float]:
    """How long something takes, and how long processors are at it: ours and the database's for this connection.

    On a machine that others use as well the second says more.
    """
    server = psutil.Process(connection.connection.info.backend_pid) if connection.connection else None
    before = used_by(server)
    took = seconds_of(work)
    return took, used_by(server) - before


def used_by(server: psutil.Process | None) -> float:
    """The processor's seconds of this process and of the database's process for it."""
    times = [one.cpu_times() for one in (psutil.Process(), server) if one]
    return sum(one.user + one.system for one in times)


def tell(figure: str, **values: object) -> None:
    """One figure."""
    print(json.dumps({"figure": figure, **values}))


def run(words: str) -> None:
    """Have PostgreSQL do something."""
    with connection.cursor() as cursor:
        cursor.execute(words)


def empty() -> None:
    """Take all examples and what was said of them away, as if nothing had ever been there."""
    run(f"TRUNCATE {', '.join(TABLES)} CASCADE")


def copied_out(folder: Path) -> list[Path]:
    """The rows of the tables as COPY writes them."""
    paths = [folder / table for table in TABLES]
    for table, path in zip(TABLES, paths, strict=True):
        words = f"COPY {table} TO STDOUT"
        with connection.cursor() as cursor, path.open("wb") as out, cursor.copy(words) as copy:
            out.writelines(copy)
    return paths


def copied_in(paths: list[Path]) -> None:
    """The same rows into the same tables, with their keys and constraints, in one transaction, counted at its end.

    Counted before the keys are checked, as an import does it: autovacuum may have counted a table that was being filled
    as empty, and then PostgreSQL reads whole indexes for each key (seen: 20 minutes instead of 10 seconds).
    """
    with transaction.atomic():
        for table, path in zip(TABLES, paths, strict=True):
            words = f"COPY {table} FROM STDIN"
            with connection.cursor() as cursor, path.open("rb") as rows, cursor.copy(words) as copy:
                while piece := rows.read(1 << 20):
                    copy.write(piece)
        run(f"ANALYZE {', '.join(TABLES)}")


def bring_in() -> None:
    """Pairs from a file, ANALYZE included on both sides; the file is read, hashed and checked on one of them."""
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder) / "pairs.jsonl", ROWS)
        project = make.project()
        ours, bare = [], []
        for _ in range(ROUNDS):
            empty()
            ours.append(processor_of(lambda: import_file(project, path, by=None)))
            paths = copied_out(Path(folder))
            empty()
            bare.append(processor_of(lambda paths=paths: copied_in(paths)))
        took, least = median(time for time, _ in ours), median(time for time, _ in bare)
        busy, bare_busy = median(time for _, time in ours), median(time for _, time in bare)
        tell("speed of an import / of COPY of the same rows", ratio=round(least / took, 2), wanted=0.5, rows=ROWS,
             seconds=round(took, 1), bare_seconds=round(least, 1), rows_per_second=round(ROWS / took),
             rounds=[round(other / one, 2) for (one, _), (other, _) in zip(ours, bare, strict=True)],
             of_processor=round(bare_busy / busy, 2), processor_seconds=round(busy, 1))  # fmt: skip
        again = seconds_of(lambda: import_file(project, path, by=None))
        tell("the same file again / the first time", ratio=round(again / took, 2), seconds=round(again, 1))
        measure_memory(Path(folder))


def measure_memory(folder: Path) -> None:
    """The most Python holds at two sizes: it must not grow with the rows."""
    peaks = []
    for count in (5_000, 20_000):
        path = write(folder / f"{count}.jsonl", count)
        tracemalloc.start()
        import_file(make.project(), path, by=None)
        peaks.append(tracemalloc.get_traced_memory()[1] / 1e6)
        tracemalloc.stop()
    tell("import memory, 20,000 rows / 5,000", ratio=round(peaks[1] / peaks[0], 2), megabytes=round(peaks[1], 1),
         process_megabytes=round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))  # fmt: skip


PARTS: list[Callable[[], None]] = [bring_in, data_out.main]


def main() -> None:
    """Measure all parts, each from empty tables."""
    for part in PARTS:
        empty()
        part()
