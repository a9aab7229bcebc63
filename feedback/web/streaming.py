"""A long download in pieces: a plain iterator, pulled from its own thread, so that the server can do other things."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

from asgiref.sync import sync_to_async


async def in_pieces(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    """The pieces one after the other."""
    while (piece := await sync_to_async(next)(pieces, None)) is not None:
        yield piece
