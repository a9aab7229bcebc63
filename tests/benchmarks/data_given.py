"""Writing out feedback as it was given: how soon the first byte comes, how fast the rows go, how much memory it takes.

Ratings, critiques and marks by the two hundred thousand, and views over attempts, which gather all that was said of an
example. Memory is the peak of a process of its own that does nothing but export.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from django.conf import settings
from django.db import connection

from feedback.datasets.exporting import export, stream_zip
from feedback.models import Project
from tests import make
from tests.benchmarks.data_out import fill, url_of

ROWS = int(os.environ.get("PRECEPT_BENCH_ROWS", "200000"))
ATTEMPTED = int(os.environ.get("PRECEPT_BENCH_ATTEMPTED", "3000"))
GIVEN = ("precept-ratings", "precept-critiques", "precept-spans", "precept-preferences", "helpsteer3-edit-quality")
GATHERED = ("cut-judgments", "ctrl-critiques")
LIMIT = """\
import sys
from pathlib import Path
import django
django.setup()
from feedback.datasets.exporting import export
from feedback.models import Project
export(Project.objects.get(slug=sys.argv[1]), out=Path(sys.argv[2]), format=sys.argv[3])
print(next(line.split()[1] for line in Path("/proc/self/status").read_text().splitlines() if line[:5] == "VmHWM"))
"""
SAID = "{project}, {rater}, 'imported', 1, '', 'any', '{{}}', r.content_hash, now(), r.id"
OF = """FROM feedback_response r JOIN feedback_example e ON e.id = r.example_id
WHERE e.project_id = {project} AND r.model = 'model-one'"""
HEAD = "project_id, rater_id, protocol, form_version, objective, use, shown, key, created_at, response_id"
WORDS = (
    f"INSERT INTO feedback_rating ({HEAD}, aspect, score, scale, cannot_judge) "
    f"SELECT {SAID}, 'overall', 1 + e.number % 5, 5, false {OF}",
    f"INSERT INTO feedback_critique ({HEAD}, polarity, text, improve, scope, failure, stage, perspective, looks, "
    f"informative, vetted_why) SELECT {SAID}, 'critique', 'Too long, number ' || e.number, 'Be brief.', 'response', "
    f"'', '', '', '', NULL, '' {OF}",
    f'INSERT INTO feedback_span ({HEAD}, start, "end", quote, prefix, suffix, category, severity, reason) '
    f"SELECT {SAID}, 2, 10, substr(r.text, 3, 8), substr(r.text, 1, 2), '', 'wrong', '', 'It is.' {OF}",
)


def fill_given(project: Project, rows: int) -> None:
    """Examples with two answers, and of the first a rating, a critique and a mark; made by the database itself."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # what refers to what is known to be right
    fill(project, rows)
    rater = make.rater(project=project).pk
    with connection.cursor() as cursor:
        for words in WORDS:
            cursor.execute(words.format(project=project.pk, rater=rater))
        cursor.execute("RESET session_replication_role")
        cursor.execute("ANALYZE feedback_rating, feedback_critique, feedback_span")


def first_byte(project: Project, name: str) -> float:
    """The seconds until a download begins."""
    began = time.perf_counter()
    pieces = stream_zip(project, format=name)
    next(pieces)
    took = time.perf_counter() - began
    pieces.close()
    return took


def peak(project: Project, out: Path, name: str) -> float:
    """The most memory a process takes that does the export and nothing else, in MB."""
    database = connection.settings_dict["NAME"]
    env = os.environ | {"DATABASE_URL": str(settings.DATABASES["default"].get("URL") or url_of(database))}
    command = [sys.executable, "-c", LIMIT, project.slug, str(out), name]
    done = subprocess.run(command, env=env, check=True, capture_output=True, text=True)
    return int(done.stdout.split()[-1]) / 1024


def put_aside() -> int:
    """The bytes of temporary files that the database has written so far."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute("SELECT temp_bytes FROM pg_stat_database WHERE datname = current_database()")
        return int(cursor.fetchone()[0])


def measure(project: Project, names: tuple[str, ...], folder: Path) -> None:
    """The figures of these formats."""
    for name in names:
        soon = first_byte(project, name)
        before, began = put_aside(), time.perf_counter()
        manifest = export(project, out=folder / name, format=name)
        took, rows = time.perf_counter() - began, manifest["counts"]["rows"]
        data = next(iter(manifest["files"]))
        figure = {
            "figure": name, "first_byte": round(soon, 3), "limit": 0.3, "rows": rows, "seconds": round(took, 1),
            "milliseconds_a_row": round(1000 * took / max(rows, 1), 3), "put_aside_bytes": put_aside() - before,
            "megabytes": round(peak(project, folder / f"{name}-again", name)), "limit_megabytes": 200,
            "sha256": hashlib.sha256((folder / name / data).read_bytes()).hexdigest()[:12],
        }  # fmt: skip
        print(json.dumps(figure))


def main() -> None:
    """Measure in a folder that is thrown away."""
    with tempfile.TemporaryDirectory() as folder:
        large, small = make.project(), make.project()
        fill_given(large, ROWS)
        measure(large, GIVEN, Path(folder))
        fill_given(small, ATTEMPTED)
        measure(small, GATHERED, Path(folder))
