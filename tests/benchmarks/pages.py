"""How long the pages of a large project take, against the same page of a small one and in milliseconds.

Two projects for people's pages, two for those of data in and out, which have a frozen snapshot each. Other people's
work on the machine is in the time by the clock but not in the processor's time, which is that of the page's process and
of the database's together. `first` is the median of visits with nothing in the cache.
"""

from __future__ import annotations

import io
import json
import os
import random
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from feedback.datasets.importing import import_file
from feedback.datasets.snapshots import freeze
from feedback.datasets.transfers import work_transfer
from feedback.models import Project, SnapshotRow, User
from tests import make
from tests.benchmarks.data_out import fill

PAGES = [
    "",
    "examples/",
    "examples/1/",
    "review/",
    "pairs/",
    "principles/",
    "constitution/",
    "runs/",
    "export/",
    "budget/",
]
DATA_PAGES = [
    "export/",
    "export/?snapshot=1",
    "export/?whole=1",
    "export/?whole=1&snapshot=1",
    "export/counts/pairs/",
    "exports/",
    "snapshots/",
    "snapshots/new/",
    "snapshots/new/?whole=1",
    "snapshots/new/?whole=1&raters=imported&least_votes=2",
    "snapshots/1/",
    "snapshots/1/rows/",
    "snapshots/1/rows/?words=number+77",
    "snapshots/1/rows/?words=nobody+says+this",
    "snapshots/1/numbers/",
    "snapshots/1/numbers/?whole=1",
    "snapshots/1/lineage/",
    "snapshots/1/lineage/?whole=1",
    "snapshots/1/rows/preference/{row}/",
    "rows/preference/{row}/",
    "data/systems/",
    "data/systems/?whole=1",
    "import/",
    "import/{upload}/",
    "people/keys/",
]
SMALL, LARGE, ROUNDS, FEW = 20, 5000, 9, 3
MUCH = int(os.environ.get("PRECEPT_BENCH_PAIRS", "200000"))
TICKS = os.sysconf("SC_CLK_TCK")
WORDS = [first + last for first in "bdfgklmnprst" for last in ("ard", "ell", "ing", "ost", "umb", "ave")]
Figures = dict[str, float]


def project_of(owner: User, pairs: int) -> Project:
    """A project with that many labelled pairs."""
    project = make.project(slug=f"pages-{pairs}", owner=owner)
    file = io.BytesIO("\n".join(map(json.dumps, rows_of(pairs))).encode())
    import_file(project, file, by=owner, filename=f"pairs-{pairs}.jsonl")
    make.constitution(project=project)
    return project


def rows_of(pairs: int) -> list[dict[str, object]]:
    """Labelled pairs as a file has them."""
    return [
        {"input": " ".join(random.choices(WORDS, k=12)) + "?", "output_1": f"One {n}", "output_2": f"Two {n}",
         "label": n % 2 + 1}
        for n in range(pairs)
    ]  # fmt: skip


def frozen_project(owner: User, pairs: int) -> Project:
    """A project with that many judged pairs, made by the database itself, and a snapshot of them."""
    project = make.project(slug=f"data-{pairs}", owner=owner)
    fill(project, pairs)
    for transfer in freeze(project, by=owner, name="All").transfers.all():
        while work_transfer(transfer.pk):
            continue
    return project


def data_pages(client: Client, project: Project) -> dict[str, str]:
    """The addresses of what concerns data in and out, by what they are called in a figure."""
    row = SnapshotRow.objects.filter(snapshot__project=project, kind="preference").order_by("-row").first()
    file = SimpleUploadedFile("pairs.jsonl", "\n".join(map(json.dumps, rows_of(2000))).encode())
    answer = client.post(f"/p/{project.slug}/import/", {"file": file, "format": "auto"})
    upload = answer["Location"].rstrip("/").rsplit("/", 1)[-1]
    named = {"row": str(row.row if row else 0), "upload": upload}
    return {page: f"/p/{project.slug}/{page.format(**named)}" for page in DATA_PAGES}


def figures_of(client: Client, address: str, rounds: int = ROUNDS) -> Figures:
    """Of a page: the median time, warm and first; the processors' time of each; how many queries it asks."""
    visit(client, address)
    first, first_cpu = timed(lambda: (cache.clear(), visit(client, address)), rounds)
    warm, warm_cpu = timed(lambda: visit(client, address), rounds)
    with CaptureQueriesContext(connection) as asked:
        visit(client, address)
    return {
        "milliseconds": warm, "processor": warm_cpu, "first": first, "first_processor": first_cpu,
        "queries": len(asked),
    }  # fmt: skip


def visit(client: Client, address: str) -> None:
    """See a page, redirects followed."""
    answer = client.get(address, follow=True)
    assert answer.status_code == 200, address


def timed(act: Callable[[], object], rounds: int) -> tuple[float, float]:
    """The median milliseconds of an act by the clock, and its mean of the processors'."""
    times, spent = [], processors()
    for _ in range(rounds):
        began = time.perf_counter()
        act()
        times.append(1000 * (time.perf_counter() - began))
    return round(statistics.median(times), 1), round(1000 * (processors() - spent) / rounds, 1)


def processors() -> float:
    """The seconds of work of this process, and of the database for it with all who helped."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = Path(f"/proc/{cursor.fetchone()[0]}/stat").read_text().rsplit(")", 1)[1].split()
    server = Path(f"/proc/{backend[1]}/stat").read_text().rsplit(")", 1)[1].split()
    return time.process_time() + (sum(map(int, backend[11:13])) + sum(map(int, server[13:15]))) / TICKS


def told(page: str, much: Figures, little: Figures, sizes: str) -> None:
    """One page's figures, against those of the small project."""
    ratio = round(much["milliseconds"] / little["milliseconds"], 2)
    few = {"queries_of_few": little["queries"]}
    print(json.dumps({"figure": f"/p/…/{page} with {sizes}", "ratio": ratio, **much, **few}), flush=True)


def main() -> None:
    """A figure a page."""
    owner = make.user()
    client = Client(headers={"host": "localhost"})
    client.force_login(owner)
    small, large = project_of(owner, SMALL), project_of(owner, LARGE)
    for page in PAGES:
        little, much = (figures_of(client, f"/p/{one.slug}/{page}") for one in (small, large))
        told(page, much, little, f"{LARGE} pairs against {SMALL}")
    few, many = (data_pages(client, frozen_project(owner, pairs)) for pairs in (SMALL, MUCH))
    for page in DATA_PAGES:
        much, little = (figures_of(client, one[page], FEW) for one in (many, few))
        told(page, much, little, f"{MUCH} pairs against {SMALL}")
