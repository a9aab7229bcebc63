"""Whatever a file holds, a person gets rows that can be stored or a sentence with a line: never anything else.

`FUZZ=1000 pytest tests/datasets/test_fuzzing.py` tries as many rows of every format.
"""

from __future__ import annotations

import copy
import io
import json
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feedback.datasets.importing import NothingImported, import_file
from feedback.datasets.readers.checks import fits_json
from feedback.datasets.readers.files import records
from feedback.datasets.readers.formats import COLUMNS, FORMATS, Shape, detect
from feedback.datasets.readers.rows import Row, Unreadable
from feedback.errors import Refused
from feedback.models import Preference
from tests import make
from tests.datasets.samples import SAMPLES

DATA = Path(__file__).parent.parent / "data"
TEXT = st.text(max_size=12) | st.sampled_from(
    ["", " ", "a", "b", "1", "2", "-3", "9", "nan", "1e400", "true", "user", "assistant",
     "a\u0000b", "\ud800", "x" * 300,
     "[", "[1]", "Accept", "Instruction: a\n\nOutput: b",
     '[{"role": "user", "content": "x"}]', "\n\nHuman: a\n\nAssistant: b"]
)  # fmt: skip
LEAF = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT
TURN = st.fixed_dictionaries({"role": st.sampled_from(["user", "assistant", "system", "king"]), "content": LEAF})
VALUE = st.recursive(
    LEAF | TURN, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=3), max_leaves=8
)
FUZZ = settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=int(os.environ.get("FUZZ", "30")))


@cache
def known() -> dict[str, list[dict[str, Any]]]:
    """Rows of every format: the samples, and what lies among the data for tests."""
    found = {name: list(rows) for name, rows in SAMPLES.items()}
    for path in sorted(DATA.rglob("*")):
        if path.suffix not in (".json", ".jsonl", ".csv", ".zip"):
            continue
        for one in list(records(path))[:30]:
            name = detect(one.record, {})
            if name is not None:
                found.setdefault(name, []).append(one.record)
    return found


def places_in(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value in a record."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, one in inner:
        yield (*at, name)
        yield from places_in(one, (*at, name))


def changed(record: Any, place: tuple[Any, ...], value: Any, *, gone: bool) -> Any:
    """The record with another value at a place, or without it."""
    record = copy.deepcopy(record)
    inner = record
    for name in place[:-1]:
        inner = inner[name]
    if gone:
        del inner[place[-1]]
    else:
        inner[place[-1]] = value
    return record


def sentence(trouble: Unreadable) -> None:
    """What is told must be words a person can read, about a column that may be named."""
    told(str(trouble))
    assert isinstance(trouble.column, str)


def told(said: str) -> None:
    """What is told must be a sentence."""
    assert said.endswith((".", "?", "!"))
    assert said[0].isupper() or said[0] in "'\""
    assert len(said) < 700


def can_be_stored(row: Row) -> None:
    """Everything points at what is there and can be written down."""
    assert row.messages
    assert row.messages[-1]["role"] != "assistant"
    assert any(turn["role"] == "user" and turn["content"].strip() for turn in row.messages)
    texts = [one.text for one in row.answers]
    for verdict in row.all_verdicts:
        assert 0 <= verdict.first < len(texts)
        assert 0 <= verdict.second < len(texts)
        assert verdict.outcome in {"a", "b", "tie", "both-good", "both-bad"}
        assert verdict.strength is None or -3 <= verdict.strength <= 3
    for one in (*row.scores, *row.comments, *row.fulfilments, *row.marks, *row.rewrites):
        assert 0 <= one.answer < len(texts)
    for score in row.scores:
        assert score.score is None or 1 <= score.score <= score.scale
    for mark in row.marks:
        told = texts[mark.answer] if mark.turn is None else row.messages[mark.turn]["content"]
        assert mark.start is None or 0 <= mark.start < (mark.end or 0) <= len(told)
    assert row.order is None or len(row.order.places) == len(texts)
    assert all(text.strip() for text in texts)
    assert fits_json(row.extra)
    written = repr(row)
    assert "\\x00" not in written
    assert "\\ud8" not in written


def try_all(record: Any) -> None:
    """Read a record with the format that takes it, and with no other trouble than a sentence."""
    name = detect(record, {})
    for each in {name} - {None}:
        try:
            for row in Shape(str(each), {}).read(record):
                can_be_stored(row)
        except Unreadable as trouble:
            sentence(trouble)


@pytest.mark.parametrize("name", FORMATS)
@FUZZ
@given(data=st.data())
def test_a_row_of_any_format_with_anything_in_it_is_rows_or_a_sentence(name: str, data: st.DataObject) -> None:
    rows = known().get(name)
    if not rows:
        pytest.fail(f"{name} has no sample in tests/datasets/samples.py and none in tests/data")
    record = data.draw(st.sampled_from(rows))
    for _ in range(data.draw(st.integers(1, 3))):
        ways = list(places_in(record))
        if not ways:
            break
        place = data.draw(st.sampled_from(ways))
        record = changed(record, place, data.draw(VALUE), gone=data.draw(st.integers(0, 4)) == 0)
    try_all(record)
    try:
        for row in Shape(name, {}).read(record):
            can_be_stored(row)
    except Unreadable as trouble:
        sentence(trouble)


@FUZZ
@given(record=st.dictionaries(st.sampled_from(COLUMNS) | TEXT, VALUE, max_size=6))
def test_columns_of_any_names_with_anything_in_them(record: dict[str, Any]) -> None:
    try_all(record)


STARTS = st.sampled_from(
    [b"", b"{", b"[", b'{"data": [', b'{"comparisons":', b"PK\x03\x04", b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd", b"PAR1",
     b"ARROW1\x00\x00", b"\xff\xff\xff\xff", b"BZh9", b"\xfd7zXZ\x00", b"prompt,response\n",
     b"\xef\xbb\xbf", b'{"a": 1}\n', b'[{"prompt": "x"}', b'{"results": {"results": [{"a": "']
)  # fmt: skip
BYTES = st.tuples(STARTS, st.binary(max_size=200) | TEXT.map(lambda text: text.encode("utf-8", "surrogatepass")))


@FUZZ
@given(parts=BYTES, name=st.sampled_from(["", "a.csv", "a.json", "a.zip"]))
def test_any_bytes_are_records_with_lines_or_refused_in_a_sentence(parts: tuple[bytes, bytes], name: str) -> None:
    try:
        for one in records(io.BytesIO(b"".join(parts)), name):
            assert one.line >= 1
            if one.trouble:
                told(one.trouble)
            else:
                json.dumps(one.record)
                try_all(one.record)
    except Refused as trouble:
        told(str(trouble))


@settings(deadline=None, suppress_health_check=list(HealthCheck), max_examples=25)
@given(data=st.data())
def test_whatever_can_be_read_can_be_stored(db: None, data: st.DataObject) -> None:
    rows = known()
    name = data.draw(st.sampled_from(sorted(rows)))
    record = data.draw(st.sampled_from(rows[name]))
    for _ in range(data.draw(st.integers(0, 2))):
        place = data.draw(st.sampled_from(list(places_in(record))))
        record = changed(record, place, data.draw(VALUE), gone=False) if len(place) else record
    project = make.project()
    try:
        sent = json.dumps(record).encode()
        import_file(project, io.BytesIO(sent), by=None)
    except NothingImported as trouble:
        for bad in trouble.summary.skipped:
            told(bad["why"])
    except Refused as trouble:
        told(str(trouble))
    assert Preference.objects.filter(project=project).count() < 20
