"""All tests, in two goes: what needs the machine to itself one after the other, everything else on every core.

    python -m tests [words for pytest]

Journeys in the browser, whole instances and killed processes measure and wait; beside others they would wait for those.
"""

from __future__ import annotations

import subprocess
import sys

ALONE = "journey or slow"
NOTHING_FOUND = 5
GOES = (["-n", "auto", "--dist", "loadfile", "-m", f"not ({ALONE})"], ["-m", ALONE])


def main(words: list[str]) -> int:
    """Run both goes; the worst of their codes, or `NOTHING_FOUND` when the words match no test at all."""
    codes = [subprocess.run([sys.executable, "-m", "pytest", *go, *words], check=False).returncode for go in GOES]
    found = [code for code in codes if code != NOTHING_FOUND]
    return max(found, default=NOTHING_FOUND)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
