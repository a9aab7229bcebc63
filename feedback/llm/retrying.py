"""Trying again: the one place where anything waits for a model's service to recover.

It knows nothing of services: it calls what it is given and heeds `Passing`. A wait longer than a worker should sleep is
given back to the caller, who can put the job aside until then.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from feedback.errors import Passing

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Patience:
    """How long to keep trying. All times in seconds."""

    attempts: int = 4
    first_wait: float = 0.5
    longest_wait: float = 20.0
    total_wait: float = 45.0

    def wait_before(self, attempt: int, draw: float) -> float:
        """The wait before the attempt of that number (from 2), doubled each time; `draw` from 0 to 1 shortens it."""
        return min(self.first_wait * 2.0 ** (attempt - 2), self.longest_wait) * (1 - 0.5 * draw)


@dataclass
class Tries:
    """How often one thing was tried and waited for, kept by whoever tries it."""

    patience: Patience
    made: int = 0
    waited: float = 0.0

    def wait_after(self, trouble: Passing, draw: float) -> float:
        """Count a try that failed; how long to wait before the next one.

        Raises the trouble, with the wait in its `retry_after`, when tries or patience have run out.
        """
        self.made += 1
        wait = max(trouble.retry_after or 0.0, self.patience.wait_before(self.made + 1, draw))
        trouble.retry_after = wait
        too_long = wait > self.patience.longest_wait or self.waited + wait > self.patience.total_wait
        if too_long or self.made >= self.patience.attempts:
            raise trouble
        self.waited += wait
        return wait


def try_patiently(
    attempt: Callable[[], Answer],
    *,
    patience: Patience | None = None,
    sleep: Callable[[float], None] = time.sleep,
    draw: Callable[[], float] = random.random,
) -> Answer:
    """Call until it answers.

    Raises the last `Passing` when attempts or patience run out, or at once when the service asks for a wait longer than
    `longest_wait`; its `retry_after` then says how long to leave the job alone. Other errors pass through.
    """
    tries = Tries(patience or Patience())
    while True:
        try:
            return attempt()
        except Passing as trouble:
            wait = tries.wait_after(trouble, draw())
        sleep(wait)
