"""Run by `.venv-trainers`: loads exported folders by their own `load.py`, with the library `datasets`.

    .venv-trainers/bin/python tests/trainers/load_sets.py FOLDER …

Prints for each folder how many rows there are, the types of the columns, and whether `datasets` has the rows as Python
alone reads them. Nothing of the product is imported, nothing is fetched.
"""

from __future__ import annotations

import json
import os
import runpy
import sys
import tempfile
from pathlib import Path
from typing import Any

os.environ |= dict.fromkeys(("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_DATASETS_OFFLINE"), "1")
os.environ["HF_HOME"] = tempfile.mkdtemp(prefix="load-sets-")


def loaded(folder: Path) -> dict[str, Any]:
    """What one folder holds."""
    load = runpy.run_path(str(folder / "load.py"))
    load["check"]()
    found = load["dataset"]()
    rows = list(load["flat_rows"]() if folder.name != "parquet" else load["rows"]())
    return {
        "rows": len(found), "columns": {name: str(kind) for name, kind in found.features.items()},
        "same": [plain(one) for one in found] == [plain(one) for one in rows],
    }  # fmt: skip


def plain(value: Any) -> Any:
    """A value as JSON has it; a CSV's cells are texts by Python alone."""
    if isinstance(value, dict):
        return {name: plain(one) for name, one in value.items()}
    if isinstance(value, list):
        return [plain(one) for one in value]
    return "" if value is None else str(value)


if __name__ == "__main__":
    print("RESULT " + json.dumps({name: loaded(Path(name)) for name in sys.argv[1:]}))
