"""How long the pages of a large project take, against the same page of a small one and in milliseconds."""

from __future__ import annotations

import io
import json
import random
import statistics
import time

from django.test import Client

from feedback.datasets.importing import import_file
from feedback.models import Project, User
from tests import make

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
SMALL, LARGE, ROUNDS = 20, 5000, 9
WORDS = [first + last for first in "bdfgklmnprst" for last in ("ard", "ell", "ing", "ost", "umb", "ave")]


def project_of(owner: User, pairs: int) -> Project:
    """A project with that many labelled pairs."""
    project = make.project(slug=f"pages-{pairs}", owner=owner)
    rows = [
        {"input": " ".join(random.choices(WORDS, k=12)) + "?", "output_1": f"One {n}", "output_2": f"Two {n}",
         "label": n % 2 + 1}
        for n in range(pairs)
    ]  # fmt: skip
    file = io.BytesIO("\n".join(json.dumps(row) for row in rows).encode())
    import_file(project, file, by=owner, filename=f"pairs-{pairs}.jsonl")
    make.constitution(project=project)
    return project


def milliseconds_of(client: Client, address: str) -> float:
    """The median time of a page, redirects followed."""
    client.get(address, follow=True)
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        answer = client.get(address, follow=True)
        times.append(1000 * (time.perf_counter() - began))
        assert answer.status_code == 200, address
    return statistics.median(times)


def main() -> None:
    """A figure a page."""
    owner = make.user()
    client = Client(headers={"host": "localhost"})
    client.force_login(owner)
    small, large = project_of(owner, SMALL), project_of(owner, LARGE)
    for page in PAGES:
        little = milliseconds_of(client, f"/p/{small.slug}/{page}")
        much = milliseconds_of(client, f"/p/{large.slug}/{page}")
        figure = f"/p/…/{page} with {LARGE} pairs against {SMALL}"
        print(json.dumps({"figure": figure, "ratio": round(much / little, 2), "milliseconds": round(much, 1)}))
