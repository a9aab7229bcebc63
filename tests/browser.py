"""Which browser the journeys drive: one that is there, Debian's where we may install it, else playwright's own.

`python -m tests.browser` sees to it before the tests run. Without any browser the journeys are left out with a loud
line, unless REQUIRE_BROWSER=1.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-quic", "--no-first-run", "--no-sandbox",
]  # fmt: skip


def find_browser() -> Path | None:
    """A browser that is there."""
    for name in NAMES:
        found = shutil.which(name)
        if found:
            return Path(found)
    return own_browser()


def own_browser() -> Path | None:
    """The browser playwright has fetched, if it has."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = Path(playwright.chromium.executable_path)
    return path if path.exists() else None


def is_required() -> bool:
    """Whether tests must not go without."""
    return os.environ.get("REQUIRE_BROWSER", "") not in {"", "0"}


def install_browser() -> None:
    """Debian's as root, else playwright's own. A failure shows in there being none."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        run(["apt-get", "update", "-q"], quiet)
        run(["apt-get", "install", "-y", "-q", "--no-install-recommends", "chromium"], quiet)
    if not find_browser():
        run([sys.executable, "-m", "playwright", "install", "chromium"], dict(os.environ))


def run(argv: list[str], env: dict[str, str]) -> None:
    """Run an installer; show what it says only when it fails."""
    done = subprocess.run(argv, env=env, capture_output=True, text=True, timeout=600, check=False)
    if done.returncode:
        print(f"{' '.join(argv)} failed:\n{done.stdout[-1000:]}{done.stderr[-1000:]}", file=sys.stderr)


def main() -> None:
    """See to a browser."""
    if not find_browser():
        print("no browser found; installing one for the journeys")
        install_browser()
    if not find_browser():
        loud = "!!! NO BROWSER: the journeys in a real browser are LEFT OUT. Install chromium to have them run. !!!"
        sys.exit(loud) if is_required() else print(loud)


if __name__ == "__main__":
    main()
