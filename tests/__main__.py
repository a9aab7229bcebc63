"""All tests, in three goes: plain ones on every core, then browsers and whole instances, then what wants no other.

    python -m tests [words for pytest]

Plain tests wait for nobody; journeys and instances wait much, so a core takes more than one of them; what measures time
or loads every core would be disturbed and disturb, and comes last, one after the other.
"""

from __future__ import annotations

import subprocess
import sys

LARGE = "journey or slow"
EVERY_CORE = ["-n", "auto", "--dist", "loadfile"]
NOTHING_FOUND = 5
GOES = (
    [*EVERY_CORE, "-m", f"not ({LARGE}) and not alone"],
    [*EVERY_CORE, "-m", f"({LARGE}) and not alone"],
    ["-m", "alone"],
)


def main(words: list[str]) -> int:
    """Run all goes; the worst of their codes, or `NOTHING_FOUND` when the words match no test at all."""
    codes = [subprocess.run([sys.executable, "-m", "pytest", *go, *words], check=False).returncode for go in GOES]
    found = [code for code in codes if code != NOTHING_FOUND]
    return max(found, default=NOTHING_FOUND)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
