"""Rows that are all new go in straight, as COPY writes them; what comes twice goes the long way, to the same end."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.db import connection

from feedback.datasets.copying import blocks
from feedback.datasets.importing import import_file
from feedback.models import Example, Preference, Project, Response
from tests import make

pytestmark = pytest.mark.django_db
AWKWARD = ["", "\\N", "\\.", "a\tb", "line\nand line", "\r\n", "\\", "\\\\n", "ünïcode 😀", "\x01\x7f", "  ", '"{}"']


def test_every_text_comes_back_as_it_was_written() -> None:
    """Whatever signs COPY gives a meaning stand in it; nothing is told apart from an empty text."""
    rows = [(number, text, None if number % 2 else text, None) for number, text in enumerate(AWKWARD * 100)]
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE told (n int, text text, mixed text, nothing int) ON COMMIT DROP")
        with cursor.copy("COPY told FROM STDIN") as copy:
            for block in blocks(rows):
                copy.write(block)
        cursor.execute("SELECT * FROM told ORDER BY n")
        assert cursor.fetchall() == rows


def test_rows_that_are_all_new_end_as_those_that_are_looked_for(tmp_path: Path) -> None:
    """A row that stands there twice sends the whole file the long way; what is stored is the same."""
    rows = [
        {"prompt": f"Question {text!r} of many?", "chosen": f"Good {text}.", "rejected": f"Bad {text}.", "margin": 2}
        for text in AWKWARD
        if "\x01" not in text
    ]
    straight, looked_for = brought_in(tmp_path, rows), brought_in(tmp_path, [*rows, rows[0]])
    assert told(straight) == told(looked_for)
    assert len(told(straight)) == len(rows)
    assert brought_again(tmp_path, straight, rows) == (0, 0, 0)


def brought_in(folder: Path, rows: list[dict[str, object]]) -> Project:
    """A project of its own with the rows in it."""
    project = make.project()
    summary = import_file(project, written(folder, rows), by=None)
    assert (summary.examples, summary.responses, summary.feedback) == (11, 22, 11)
    return project


def brought_again(folder: Path, project: Project, rows: list[dict[str, object]]) -> tuple[int, int, int]:
    """What the same rows add."""
    summary = import_file(project, written(folder, rows), by=None)
    return summary.examples, summary.responses, summary.feedback


def written(folder: Path, rows: list[dict[str, object]]) -> Path:
    """The rows as a file."""
    path = folder / "rows.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def told(project: Project) -> list[tuple[object, ...]]:
    """All that is stored of a project's pairs, but for its ids."""
    examples = Example.objects.filter(project=project).order_by("number")
    return [
        (one.number, one.content_hash, one.messages, one.split, one.extra, sides_of(one), said_of(one))
        for one in examples
    ]


def sides_of(example: Example) -> list[tuple[object, ...]]:
    """The answers of an example, in their order."""
    return [(one.text, one.content_hash, one.model, one.extra) for one in Response.objects.filter(example=example)]


def said_of(example: Example) -> list[tuple[object, ...]]:
    """What was said of its answers."""
    rows = Preference.objects.filter(response_a__example=example)
    for one in rows:
        assert one.shown == {"order": [one.response_a_id, one.response_b_id]}
    return [(one.response_a.text, one.response_b.text, one.outcome, one.strength, one.rater.name, one.key)
            for one in rows]  # fmt: skip
