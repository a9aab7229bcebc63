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
    """What one benchmark measures."""
    words = io.StringIO()
    with contextlib.redirect_stdout(words):
        importlib.import_module(f"tests.benchmarks.{name}").main()
    return [{"benchmark": name, **json.loads(line)} for line in words.getvalue().splitlines() if line.startswith("{")]


def main(wanted: list[str]) -> None:
    """Run those asked for, or all."""
    names = sorted(path.stem for path in Path(__file__).parent.glob("[a-z]*.py"))
    unknown = set(wanted) - set(names)
    if unknown:
        sys.exit(f"There is no benchmark called {', '.join(sorted(unknown))}. There are: {', '.join(names) or 'none'}.")
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    from django.test.utils import setup_databases, teardown_databases

    databases = setup_databases(verbosity=0, interactive=False)
    try:
        figures = [figure for name in wanted or names for figure in figures_of(name)]
    finally:
        teardown_databases(databases, verbosity=0)
    for figure in sorted(figures, key=lambda figure: "ratio" not in figure):
        print(json.dumps(figure))


if __name__ == "__main__":
    main(sys.argv[1:])
