"""The files beside an export that say how to load it, for LLaMA-Factory, Axolotl, OpenRLHF and Python. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pprint import pformat
from typing import Any

import yaml

from feedback.datasets.checking import Column, column_of

TURN = {"role": "string", "content": "string"}
WORDS = {"int": "int64", "float": "float64", "number": "float64", "bool": "bool", "object": "json", "any": "json"}
ABOVE = ("rl", "reward_model", "process_reward_model", "model_type", "center_rewards_coefficient")
LOAD = '''\
"""Loads this data set: `python load.py` checks its files and shows its first row.

    from load import dataset, rows
    dataset()  # by the library `datasets`, if it is there
    rows()     # one row after the other, by Python alone (zstd and Parquet want `pyarrow`)
"""

import csv
import gzip
import hashlib
import json
from pathlib import Path

HERE = Path(__file__).resolve().parent
DATA = HERE / {data!r}
MANIFEST = json.loads((HERE / "manifest.json").read_text(encoding="utf-8"))
COLUMNS = {columns}


def check():
    """Raise ValueError when a file is not the one the manifest tells of."""
    for name, facts in MANIFEST["files"].items():
        digest = hashlib.sha256()
        with (HERE / name).open("rb") as source:
            while piece := source.read(1 << 20):
                digest.update(piece)
        if digest.hexdigest() != facts["sha256"]:
            raise ValueError(f"{{name}} is not the file that the manifest tells of.")


def rows():
    """The rows."""
    if DATA.suffix == ".parquet":
        from pyarrow import parquet

        for batch in parquet.ParquetFile(DATA).iter_batches(1000):
            yield from batch.to_pylist()
    elif DATA.suffix == ".zst":
        import pyarrow

        with pyarrow.CompressedInputStream(pyarrow.OSFile(str(DATA)), "zstd") as source:
            rest = b""
            while piece := source.read(1 << 20):
                *lines, rest = (rest + piece).split(b"\\n")
                yield from map(json.loads, lines)
    elif DATA.suffix == ".csv":
        with DATA.open(encoding="utf-8", newline="") as source:
            yield from csv.DictReader(source)
    elif DATA.suffix == ".json":
        whole = json.loads(DATA.read_text(encoding="utf-8"))
        yield from whole["comparisons"]
    else:
        with (gzip.open if DATA.suffix == ".gz" else open)(DATA, "rb") as source:
            yield from map(json.loads, source)


def features():
    """The type of every column for `datasets`, so that it guesses none; None where no column is known."""
    from datasets import Features, Value

    def typed(told):
        if isinstance(told, list):
            return [typed(told[0])]
        if isinstance(told, dict):
            return {{name: typed(one) for name, one in told.items()}}
        return Value("string" if told == "json" else told)

    return Features(typed(COLUMNS)) if COLUMNS else None


def flat(value, told):
    """A value as `datasets` takes it: what may hold anything as its JSON, a text as it is."""
    if value is None or told is None:
        return value
    if isinstance(told, list):
        return [flat(one, told[0]) for one in value]
    if isinstance(told, dict):
        return {{name: flat(value[name], one) for name, one in told.items()}}
    return value if told != "json" or isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def flat_rows():
    """The rows as `datasets` takes them."""
    for row in rows():
        yield flat(row, COLUMNS)


def dataset():
    """The whole as a `datasets.Dataset`; what may hold anything is its JSON there, as in Parquet."""
    from datasets import Dataset, load_dataset

    if DATA.suffix in (".zst", ".json") or "'json'" in repr(COLUMNS):
        return Dataset.from_generator(flat_rows, features=features())
    if DATA.suffix in (".parquet", ".csv"):
        return load_dataset(DATA.suffix[1:], data_files=str(DATA), split="train")
    return load_dataset("json", data_files=str(DATA), split="train", features=features())


if __name__ == "__main__":
    check()
    first = next(rows(), None)
    print(f"{{MANIFEST['counts']['rows']}} rows of {{MANIFEST['format']}}; the files are whole. The first:")
    print(json.dumps(first, indent=2, ensure_ascii=False, default=str))
'''


def loading(name: str, data: str, configs: Mapping[str, Any], columns: Mapping[str, str]) -> dict[str, bytes]:
    """The files by name. `name` is the data set's, `data` the name of its file, `columns` what its format promises."""
    typed = None if data.endswith((".csv", ".json", ".parquet")) else types_of(columns)
    files = {"load.py": LOAD.format(data=data, columns=pformat(typed, width=110, sort_dicts=False))}
    if entry := configs.get("llama_factory"):
        files["dataset_info.json"] = json.dumps({name: {"file_name": data, **entry}}, indent=2) + "\n"
    if entry := configs.get("axolotl"):
        files["axolotl.yaml"] = axolotl(data, entry)
    if entry := configs.get("openrlhf"):
        files["openrlhf.args"] = openrlhf(entry)
    return {name: text.encode() for name, text in sorted(files.items())}


def types_of(columns: Mapping[str, str]) -> dict[str, Any] | None:
    """The columns in the words of `datasets`, "json" for what may hold anything; None where there are none."""
    return {name: type_of(column_of(notation)) for name, notation in columns.items()} or None


def type_of(column: Column) -> Any:
    """A column's type: a word, `[type]` for a list, `{name: type}` for an object."""
    if column.of is not None:
        return [type_of(column.of)]
    if column.fields:
        return {name: type_of(one) for name, one in column.fields}
    return {"turns": [TURN], "turn": TURN}.get(column.word) or WORDS.get(column.word, "string")


def openrlhf(entry: Mapping[str, Any]) -> str:
    """The arguments of OpenRLHF's commands that name the columns, one a line."""
    return "".join(f"--{key}\n" if value is True else f"--{key} {value}\n" for key, value in entry.items())


def axolotl(data: str, entry: Mapping[str, Any]) -> str:
    """The part of an Axolotl configuration that names this data set."""
    above = {key: value for key, value in entry.items() if key in ABOVE}
    source = {"path": data, "ds_type": "parquet" if data.endswith(".parquet") else "json"}
    config = {**above, "datasets": [{**source, **{key: entry[key] for key in entry if key not in ABOVE}}]}
    return yaml.safe_dump(config, sort_keys=False, allow_unicode=True)
