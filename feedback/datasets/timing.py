"""A time limit for reading: whatever query is in hand when the time is over is broken off.

    try:
        with at_most(0.5):
            ...
    except TimeUp:
        ...

Readers ask by stretches and may find nothing for very long, so it does not wait for a row to come by. The query that is
broken off takes its transaction with it, so the reading has to be inside one of its own. It does not know what is read.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection
from psycopg import Error
from psycopg.errors import QueryCanceled

AGAIN = 0.05  # seconds until the next query is broken off, if one went between the two


class TimeUp(Exception):
    """The time is over."""


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Break off what is read inside after so many seconds, with `TimeUp`."""
    connection.ensure_connection()
    over, until = threading.Event(), time.monotonic() + seconds
    watch = threading.Thread(target=break_off, args=(connection.connection, over, seconds), daemon=True)
    watch.start()
    try:
        yield
    except (OperationalError, QueryCanceled) as trouble:
        if time.monotonic() < until or not was_broken_off(trouble):
            raise
        raise TimeUp from trouble
    finally:
        over.set()
        watch.join()


def was_broken_off(trouble: BaseException) -> bool:
    """Whether that is what the database says of a query that was broken off."""
    return isinstance(trouble, QueryCanceled) or isinstance(trouble.__cause__, QueryCanceled)


def break_off(driver: object, over: threading.Event, seconds: float) -> None:
    """Wait for the end of the time; then break off one query after the other until the reader has noticed."""
    while not over.wait(seconds):
        try:
            driver.cancel()  # type: ignore[attr-defined]
        except Error:
            return
        seconds = AGAIN
