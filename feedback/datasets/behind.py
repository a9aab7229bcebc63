"""Work done behind one's back: in another thread, one piece after the other in the order they came.

    with Behind() as behind:
        behind.do(file.write, data)
        behind.settle()

What waits is bounded, so memory is: who brings more has to wait. What goes wrong is raised to who comes next.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Any, Self

WAITING = 4


class Behind:
    """One thread and what waits for it."""

    def __init__(self) -> None:
        self.pool = ThreadPoolExecutor(1, thread_name_prefix="behind")
        self.waiting: deque[Future[Any]] = deque()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.pool.shutdown(wait=True, cancel_futures=True)

    def do(self, work: Callable[..., Any], *given: Any) -> None:
        """Have something done. Raises what went wrong before."""
        while len(self.waiting) >= WAITING:
            self.waiting.popleft().result()
        self.waiting.append(self.pool.submit(work, *given))

    def settle(self) -> None:
        """Wait until all is done. Raises what went wrong."""
        while self.waiting:
            self.waiting.popleft().result()
