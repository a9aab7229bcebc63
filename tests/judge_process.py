"""The deterministic judge of `judge_server` in a process of its own, so that whoever is measured does not pay for it.

with JudgeProcess(delay=0.2) as judge: judge.url, judge.reset(), judge.calls, judge.span
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass, field
from typing import Any, Self

from tests.judge_server import JudgeServer


@dataclass
class JudgeProcess:
    """A judge elsewhere; what it counts is of the time since `reset`."""

    delay: float = 0.0
    url: str = field(default="", init=False)

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", "tests.judge_process", str(self.delay)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.url = str(self.said()["url"])
        return self

    def __exit__(self, *_: object) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait(timeout=20)

    def said(self) -> dict[str, Any]:
        """Its next line."""
        assert self.process.stdout
        return dict(json.loads(self.process.stdout.readline()))

    def ask(self, word: str) -> dict[str, Any]:
        """Say a word to it."""
        assert self.process.stdin
        self.process.stdin.write(f"{word}\n")
        self.process.stdin.flush()
        return self.said()

    def reset(self) -> None:
        """Count from here."""
        self.ask("reset")

    @property
    def calls(self) -> int:
        """The requests since it was reset."""
        return int(self.ask("figures")["calls"])

    @property
    def span(self) -> float:
        """Seconds from the first request to the last answer."""
        return float(self.ask("figures")["span"])


def main() -> None:
    """Judge until the other end of the line is closed."""
    with JudgeServer(delay=float(sys.argv[1])) as server:
        print(json.dumps({"url": server.url}), flush=True)
        for word in sys.stdin:
            if word.strip() == "reset":
                server.reset()
            print(json.dumps({"calls": server.calls, "span": server.span}), flush=True)


if __name__ == "__main__":
    main()
