"""Writing out against the bare work underneath: a million pairs with provenance, and COPY of the same query.

The baseline is one query with all the columns a row of the file and its line in the sidecar are made of, in the order
of the file, as `COPY … TO STDOUT`, each line parsed and written again by orjson. It checks nothing, groups nothing and
counts nothing. Memory is the peak of a process of its own that does nothing but export.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import orjson
from django.conf import settings
from django.db import connection

from feedback.datasets.exporting import export, stream_zip
from feedback.models import Project
from tests import make

ROWS = int(os.environ.get("PRECEPT_BENCH_ROWS", "1000000"))
LIMIT = """\
import sys
from pathlib import Path
import django
django.setup()
from feedback.datasets.exporting import export
from feedback.models import Project
export(Project.objects.get(slug=sys.argv[1]), out=Path(sys.argv[2]))
print(next(line.split()[1] for line in Path("/proc/self/status").read_text().splitlines() if line[:5] == "VmHWM"))
"""
ANSWER = "repeat('A sentence that stands for what a model answers, number ' || n || ', ' || side || '. ', 6)"
EXAMPLES = """\
INSERT INTO feedback_example
  (project_id, number, external_id, content_hash, messages, reference, tags, extra, split, created_at)
SELECT {project}, n, '', encode(sha256(('example ' || n)::bytea), 'hex'),
  jsonb_build_array(jsonb_build_object('role', 'user', 'content', 'Question ' || n || ' about things that matter?')),
  '', '[]', '{{}}', CASE WHEN n % 10 = 0 THEN 'holdout' ELSE 'feedback' END, now()
FROM generate_series(1, {rows}) n"""
ANSWERS = f"""\
INSERT INTO feedback_response
  (example_id, text, content_hash, next_message, origin, model, simulated, extra, created_at)
SELECT id, {ANSWER}, encode(sha256(({ANSWER})::bytea), 'hex'), '', 'imported', 'model-' || side, false, '{{{{}}}}',
  now()
FROM (SELECT id, number AS n, unnest(ARRAY['one', 'other']) AS side FROM feedback_example
  WHERE project_id = {{project}})"""
PREFERENCES = """\
INSERT INTO feedback_preference
  (project_id, rater_id, protocol, form_version, objective, use, shown, key, created_at, response_a_id, response_b_id,
   outcome, strength, reason, aspect, timing)
SELECT {project}, {rater}, 'imported', 1, '', 'any', '{{}}', e.content_hash, now(), a.id, b.id,
  CASE WHEN e.number % 2 = 0 THEN 'a' ELSE 'b' END, CASE WHEN e.number % 2 = 0 THEN -2 ELSE 2 END, 'It says why.',
  'overall', 'now'
FROM feedback_example e JOIN feedback_response a ON a.example_id = e.id AND a.model = 'model-one'
JOIN feedback_response b ON b.example_id = e.id AND b.model = 'model-other' WHERE e.project_id = {project}"""
SAME_QUERY = """\
COPY (
  SELECT e.number, e.external_id, e.content_hash, e.split, e.messages, i.filename,
    a.id, a.text, a.content_hash, a.origin, a.model, a.simulated, a.parent_id, a.author_id, a.turns, sa.id, ra.number,
    ra.strategy, ca.number,
    b.id, b.text, b.content_hash, b.origin, b.model, b.simulated, b.parent_id, b.author_id, b.turns, sb.id, rb.number,
    rb.strategy, cb.number,
    p.id, p.outcome, p.strength, p.reason, p.protocol, p.shown, p.created_at, r.id, r.kind, r.name
  FROM feedback_preference p JOIN feedback_rater r ON r.id = p.rater_id
  JOIN feedback_response a ON a.id = p.response_a_id JOIN feedback_response b ON b.id = p.response_b_id
  JOIN feedback_example e ON e.id = a.example_id LEFT JOIN feedback_import i ON i.id = e.imported_in_id
  LEFT JOIN feedback_step sa ON sa.id = a.produced_by_id LEFT JOIN feedback_run ra ON ra.id = sa.run_id
  LEFT JOIN feedback_constitution ca ON ca.id = ra.constitution_id
  LEFT JOIN feedback_step sb ON sb.id = b.produced_by_id LEFT JOIN feedback_run rb ON rb.id = sb.run_id
  LEFT JOIN feedback_constitution cb ON cb.id = rb.constitution_id
  WHERE p.project_id = {project} AND p.withdrawn_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM feedback_preference later WHERE later.replaces_id = p.id)
  ORDER BY e.number, least(a.content_hash, b.content_hash), greatest(a.content_hash, b.content_hash), p.id
) TO STDOUT"""


def fill(project: Project, rows: int) -> None:
    """Examples with two answers and a preference each, made by the database itself."""
    rater = make.rater(project=project).pk
    with connection.cursor() as cursor:
        for words in (EXAMPLES, ANSWERS, PREFERENCES):
            cursor.execute(words.format(project=project.pk, rows=rows, rater=rater))
        cursor.execute("ANALYZE feedback_example, feedback_response, feedback_preference")


def same_query(project: Project, path: Path) -> float:
    """The seconds of COPY of the same query, each line through orjson and into a file."""
    began = time.perf_counter()
    words = SAME_QUERY.format(project=project.pk)
    with connection.cursor() as cursor, path.open("wb") as out, cursor.copy(words) as copy:
        for row in copy.rows():
            out.write(orjson.dumps([orjson.loads(row[4]), *row]) + b"\n")
    return time.perf_counter() - began


def first_byte(project: Project) -> float:
    """The seconds until a download begins."""
    began = time.perf_counter()
    pieces = stream_zip(project)
    next(pieces)
    took = time.perf_counter() - began
    pieces.close()
    return took


def peak(project: Project, out: Path) -> float:
    """The most memory a process takes that does the export and nothing else, in MB."""
    name = connection.settings_dict["NAME"]
    env = os.environ | {"DATABASE_URL": str(settings.DATABASES["default"].get("URL") or url_of(name))}
    done = subprocess.run(
        [sys.executable, "-c", LIMIT, project.slug, str(out)], env=env, check=True, capture_output=True, text=True
    )
    return int(done.stdout.split()[-1]) / 1024


def url_of(name: str) -> str:
    """The address of the database of this run."""
    from urllib.parse import urlsplit

    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()


def tell(figure: str, **values: object) -> None:
    """One figure."""
    print(json.dumps({"figure": figure, **values}))


def measure(folder: Path) -> None:
    """All figures."""
    project = make.project()
    fill(project, ROWS)
    bare = same_query(project, folder / "bare.jsonl")
    began = time.perf_counter()
    manifest = export(project, out=folder / "out")
    took = time.perf_counter() - began
    judged = manifest["counts"]["rows"] + sum(manifest["skipped"].values())
    tell("export / COPY of the same query through orjson", ratio=round(took / bare, 2), limit=2.0, seconds=round(took),
         bare_seconds=round(bare), rows=judged)  # fmt: skip
    tell("first byte of a download", seconds=round(first_byte(project), 3), limit=0.3)
    tell("peak memory of an export", megabytes=round(peak(project, folder / "again")), limit=200)


def main() -> None:
    """Measure in a folder that is thrown away."""
    with tempfile.TemporaryDirectory() as folder:
        measure(Path(folder))
