"""Files of every kind give the same records: plain or packed, alone, in a zip or a folder, whatever their size."""

from __future__ import annotations

import gzip
import io
import json
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from feedback.datasets.readers.files import Found, records
from feedback.errors import Refused

ROWS = [{"prompt": f"Why {n}? äß👍", "response": f"Because of {n}.", "n": n} for n in range(7)]


def lines(rows: list[Any]) -> bytes:
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode()


def parquet(rows: list[Any]) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows), out, row_group_size=max(3, len(rows) // 2))
    return out.getvalue()


def arrow(rows: list[Any], *, stream: bool) -> bytes:
    out = io.BytesIO()
    table = pa.Table.from_pylist(rows)
    with (pa.ipc.new_stream if stream else pa.ipc.new_file)(out, table.schema) as writer:
        writer.write_table(table, max_chunksize=3)
    return out.getvalue()


def zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def zstd(content: bytes) -> bytes:
    return bytes(pa.compress(content, codec="zstd", asbytes=True))


def read(content: bytes, name: str = "") -> list[Any]:
    found = list(records(io.BytesIO(content), name))
    assert not [one for one in found if one.trouble]
    return [one.record for one in found]


KINDS: dict[str, Callable[[list[Any]], bytes]] = {
    "jsonl": lines,
    "jsonl with a byte order mark": lambda rows: b"\xef\xbb\xbf" + lines(rows),
    "a JSON list": lambda rows: json.dumps(rows, indent=2).encode(),
    "rows in an object": lambda rows: json.dumps({"about": "x", "data": rows}, indent=2).encode(),
    "rows in an object on one line": lambda rows: json.dumps({"records": rows, "more": [1]}).encode(),
    "results in results": lambda rows: json.dumps({"results": {"version": 3, "results": rows}}, indent=1).encode(),
    "parquet": parquet,
    "an Arrow stream": lambda rows: arrow(rows, stream=True),
    "an Arrow file": lambda rows: arrow(rows, stream=False),
}
PACKINGS: dict[str, Callable[[bytes], bytes]] = {
    "plain": lambda content: content,
    "gzip": gzip.compress,
    "zstd": zstd,
    "zip": lambda content: zipped({"__MACOSX/._a.json": b"junk", "README.md": b"# Hi", "folder/a.json": content}),
    "gzip in a zip": lambda content: zipped({"a.jsonl.gz": gzip.compress(content)}),
}


@pytest.mark.parametrize("packing", PACKINGS)
@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_file_gives_its_rows(kind: str, packing: str) -> None:
    assert read(PACKINGS[packing](KINDS[kind](ROWS))) == ROWS


def test_tables_of_text_packed(tmp_path: Path) -> None:
    text = b'prompt\tresponse\n"Two\nlines"\tyes\nb\tno\n'
    want = [{"prompt": "Two\nlines", "response": "yes"}, {"prompt": "b", "response": "no"}]
    for name, content in {"a.tsv": text, "a.tsv.gz": gzip.compress(text), "a.zip": zipped({"a.tsv": text})}.items():
        assert read(content, name) == want
        (tmp_path / name).write_bytes(content)
        assert [one.record for one in records(tmp_path / name)] == want


def test_a_folder_as_datasets_saves_it(tmp_path: Path) -> None:
    (tmp_path / "train").mkdir()
    (tmp_path / "train/data-00000-of-00002.arrow").write_bytes(arrow(ROWS[:4], stream=True))
    (tmp_path / "train/data-00001-of-00002.arrow").write_bytes(arrow(ROWS[4:], stream=True))
    (tmp_path / "train/cache-1234.arrow").write_bytes(arrow(ROWS, stream=True))
    for name in ("dataset_dict.json", "train/state.json", "train/dataset_info.json"):
        (tmp_path / name).write_text('{"splits": ["train"]}')
    assert [one.record for one in records(tmp_path)] == ROWS
    packed = {str(one.relative_to(tmp_path)): one.read_bytes() for one in tmp_path.rglob("*") if one.is_file()}
    assert read(zipped(packed)) == ROWS


def test_a_zip_of_several_files_names_the_file_of_each_row() -> None:
    content = zipped({"part-10.jsonl": lines(ROWS[4:]), "part-2.jsonl": lines(ROWS[:4]) + b"\n{bad", "x.txt": b"?"})
    found = list(records(io.BytesIO(content)))
    assert [one.file for one in found] == ["part-2.jsonl"] * 5 + ["part-10.jsonl"] * 3
    assert [one.record for one in found if not one.trouble] == ROWS
    assert found[4].line == 5
    assert found[4].trouble.startswith("part-2.jsonl: This is not valid JSON")


def test_only_a_file_that_is_one_object_tells_its_name_in_the_record() -> None:
    content = zipped({"a.json": json.dumps(ROWS).encode(), "b.json": b'{"colour": "red"}'})
    assert [one.record for one in records(io.BytesIO(content))] == [*ROWS, {"colour": "red", "file": "b.json"}]


def test_values_of_tables_become_what_json_holds() -> None:
    import datetime
    from decimal import Decimal

    row = {
        "at": datetime.datetime(2026, 1, 2, 3, 4, tzinfo=datetime.UTC), "cost": Decimal("1.50"), "text": b"ab",
        "picture": b"\xff\xd8", "nan": float("nan"), "turns": [{"role": "user", "content": "Hi"}],
    }  # fmt: skip
    (found,) = read(parquet([row]))
    assert found == {
        "at": "2026-01-02T03:04:00+00:00", "cost": 1.5, "text": "ab", "picture": None, "nan": None,
        "turns": [{"role": "user", "content": "Hi"}],
    }  # fmt: skip
    json.dumps(found, allow_nan=False)


def test_one_object_is_one_record() -> None:
    one = {"mapping": {"a": [1, {"data": [{"x": 1}]}]}, "data": "no list"}
    for content in (json.dumps(one).encode(), json.dumps(one, indent=2).encode()):
        assert [found.record for found in records(io.BytesIO(content))] == [one]
    sharegpt = {"id": "1", "conversations": [{"from": "human", "value": "Hi"}, {"from": "gpt", "value": "Ho"}]}
    assert read(json.dumps(sharegpt).encode()) == [sharegpt]


def test_what_stands_beside_the_comparisons_comes_with_each_wherever_it_stands() -> None:
    beside = {"metadata": {"version": "2.0"}, "annotators": {"x": {"type": "human"}}}
    rows = [{"id": "1"}, {"id": "2"}]
    for whole in ({**beside, "comparisons": rows}, {"comparisons": rows, **beside}):
        assert read(json.dumps(whole, indent=2).encode()) == [{**row, "about": beside} for row in rows]


def test_a_row_may_break_in_every_kind_and_the_rest_is_read() -> None:
    content = b'{"a": 1}\n{"a": \n\n{"a": 3}'
    assert [(one.line, bool(one.trouble)) for one in records(io.BytesIO(content))] == [
        (1, False),
        (2, True),
        (4, False),
    ]
    broken_first = b'{"a": 1,\n{"a": 2}\n{"a": 3}'
    assert [one.line for one in records(io.BytesIO(broken_first)) if one.trouble] == [1]


@pytest.mark.parametrize("packing", ["gzip", "zstd", "zip"])
def test_what_breaks_off_while_unpacking_is_a_sentence(packing: str) -> None:
    rows = [{"prompt": f"{n * 7919}", "response": f"{n * n * 104729}"} for n in range(50_000)]
    content = PACKINGS[packing](lines(rows))
    broken = bytearray(content)
    middle = len(broken) // 2
    broken[middle : middle + 40] = b"\x00\xff" * 20
    found: list[Found] = list(records(io.BytesIO(bytes(broken))))
    if packing != "zstd":  # which is written without a checksum here, so that a changed letter may pass unseen
        assert "damaged or breaks off" in found[-1].trouble
    if packing != "zip":
        assert "breaks off" in list(records(io.BytesIO(content[:middle])))[-1].trouble


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"), (b"\n \n", "white space"), (b"hello there", "neither JSON nor CSV"),
        ("{}".encode("utf-16"), "UTF-16"), (b"PK\x03\x04....", "zip is damaged"), (b"PAR1....", "Parquet file cannot"),
        (b"\xff\xff\xff\xff....", "Arrow file cannot"), (b"\x1f\x8b....", "damaged"),
        (b"\x28\xb5\x2f\xfd??", "damaged"),
        (b"%PDF-1.4", "a PDF"), (zipped({"a.txt": b"x"}), "holds no JSONL"), (b"a" * 257 + b"ustar", "tar archive"),
        (zipped({"[Content_Types].xml": b"", "xl/sheet.xml": b""}), "office file"),
        (gzip.compress(gzip.compress(gzip.compress(gzip.compress(b"{}")))), "packed more than"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_what_is_no_file_of_rows_is_refused_in_a_sentence(content: bytes, why: str) -> None:
    with pytest.raises(Refused, match=why):
        list(records(io.BytesIO(content)))


def test_memory_stays_small_whatever_the_size(tmp_path: Path) -> None:
    many = [{"prompt": f"{n} " * 60, "response": "x" * 200} for n in range(20_000)]
    sizes = {}
    for kind in ("jsonl", "a JSON list", "rows in an object", "parquet", "an Arrow stream"):
        content = KINDS[kind](many)
        (tmp_path / "file").write_bytes(content)
        del content
        tracemalloc.start()
        assert sum(1 for _ in records(tmp_path / "file")) == len(many)
        sizes[kind] = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert max(sizes.values()) < 8_000_000, sizes
