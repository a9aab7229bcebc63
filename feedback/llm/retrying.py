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
    patience = patience or Patience()
    waited = 0.0
    for number in range(2, patience.attempts + 2):
        try:
            return attempt()
        except Passing as trouble:
            wait = max(trouble.retry_after or 0.0, patience.wait_before(number, draw()))
            trouble.retry_after = wait
            too_long = wait > patience.longest_wait or waited + wait > patience.total_wait
            if too_long or number > patience.attempts:
                raise
        sleep(wait)
        waited += wait
    raise AssertionError("unreachable: the last attempt returns or raises")
