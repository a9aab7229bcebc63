"""How often somebody may try a password: counted per address and per place it is tried from, in the broker's cache.

Five failures are free; each further one doubles the wait, up to a quarter of an hour. When the cache does not answer,
nobody is locked out.
"""

from __future__ import annotations

import hashlib
import logging
import time

from django.core.cache import cache
from django.http import HttpRequest
from redis.exceptions import RedisError

FREE_TRIES = 5
PLACE_FREE_TRIES = 30
LONGEST_WAIT = 15 * 60
MEMORY = 60 * 60
log = logging.getLogger(__name__)


class Patience:
    """The failures of one address and of one place."""

    def __init__(self, request: HttpRequest, subject: str) -> None:
        place = request.META.get("REMOTE_ADDR", "")
        self.keys = [
            (self.key("subject", f"{subject.lower()}@{place}"), FREE_TRIES),
            (self.key("place", place), PLACE_FREE_TRIES),
        ]

    @staticmethod
    def key(kind: str, what: str) -> str:
        """A cache key that gives nothing away."""
        return f"patience:{kind}:{hashlib.sha256(what.encode()).hexdigest()[:32]}"

    def seconds_to_wait(self) -> int:
        """Seconds until the next try is allowed; 0 when it is allowed now."""
        try:
            found = cache.get_many([f"{key}:{what}" for key, _ in self.keys for what in ("failures", "last")])
        except (RedisError, OSError):
            log.warning("the cache does not answer; tries are not counted")
            return 0
        waits = [
            self.wait_of(found.get(f"{key}:failures", 0), found.get(f"{key}:last", 0.0), free)
            for key, free in self.keys
        ]
        return max(waits)

    @staticmethod
    def wait_of(failures: int, last: float, free: int) -> int:
        """Seconds still to wait after that many failures, the last one at that time."""
        if failures < free:
            return 0
        return max(0, int(min(2.0 ** (failures - free), LONGEST_WAIT) - (time.time() - last)) + 1)

    def count_failure(self) -> None:
        """Remember a failure."""
        try:
            for key, _ in self.keys:
                cache.add(f"{key}:failures", 0, MEMORY)
                cache.incr(f"{key}:failures")
                cache.set(f"{key}:last", time.time(), MEMORY)
        except (RedisError, OSError):
            log.warning("the cache does not answer; a failed try is not counted")

    def forget(self) -> None:
        """Forget the failures of this address after a success."""
        try:
            cache.delete_many([f"{self.keys[0][0]}:failures", f"{self.keys[0][0]}:last"])
        except (RedisError, OSError):
            log.warning("the cache does not answer")

    def sentence(self, wait: int) -> str:
        """Why nothing was tried, and when to try again."""
        return f"Too many tries. Nothing is lost; try again in {wait} second{'' if wait == 1 else 's'}."
