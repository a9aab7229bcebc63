"""Keeps one-time links out of the log: whoever reads the log must not be able to come in by what stands there.

It knows no Django, since logging is set up before anything else.
"""

from __future__ import annotations

import logging
import re

LINK = re.compile(r"/join/[^/\s]+")


class HideLinks(logging.Filter):
    """Writes /join/… instead of the address of a one-time link."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Every record passes; what could open a door is left out of it."""
        if isinstance(record.args, tuple):
            record.args = tuple(hidden(value) for value in record.args)
        record.msg = hidden(record.msg)
        return True


def hidden(value: object) -> object:
    """A text without its links; anything else as it is."""
    return LINK.sub("/join/…", value) if isinstance(value, str) else value
