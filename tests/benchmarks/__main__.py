"""Runs the benchmarks against servers of their own and prints their figures, ratios first.

A ratio (an object with the key "ratio") says the same on every machine; a time does not.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import os
import sys
from pathlib import Path

import django


def figures_of(name: str) -> list[dict[str, object]]:
    """What one benchmark measures, or one part of it (`data.bring_in`)."""
    words = io.StringIO()
    module, _, part = name.partition(".")
    with contextlib.redirect_stdout(words):
        getattr(importlib.import_module(f"tests.benchmarks.{module}"), part or "main")()
    return [{"benchmark": name, **json.loads(line)} for line in words.getvalue().splitlines() if line.startswith("{")]


def each_once(names: list[str]) -> list[str]:
    """Those that no other has among its parts, so that nothing is measured twice."""
    modules = [importlib.import_module(f"tests.benchmarks.{name}") for name in names]
    parts = {part.__module__.rpartition(".")[2] for module in modules for part in getattr(module, "PARTS", ())
             if part.__module__ != module.__name__}  # fmt: skip
    return [name for name in names if name not in parts]


def main(wanted: list[str]) -> None:
    """Run those asked for, or all."""
    names = sorted(path.stem for path in Path(__file__).parent.glob("[a-z]*.py"))
    unknown = {name for name in wanted if name.partition(".")[0] not in names}
    if unknown:
        sys.exit(f"There is no benchmark called {', '.join(sorted(unknown))}. There are: {', '.join(names) or 'none'}.")
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    from django.test.utils import setup_databases, teardown_databases

    databases = setup_databases(verbosity=0, interactive=False)
    try:
        figures = [figure for name in wanted or each_once(names) for figure in figures_of(name)]
    finally:
        teardown_databases(databases, verbosity=0)
    for figure in sorted(figures, key=lambda figure: "ratio" not in figure):
        print(json.dumps(figure))


if __name__ == "__main__":
    main(sys.argv[1:])
