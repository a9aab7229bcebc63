"""A person's word on a check that was proposed for an example: is it right to ask for at all?"""

from __future__ import annotations

from typing import Unpack

from feedback.capture.history import How, record
from feedback.errors import Refused
from feedback.models import Check, CheckRuling

PROTOCOL = "check"


def record_ruling(check: Check, *, holds: str, **how: Unpack[How]) -> CheckRuling:
    """Record whether a check holds: yes, no or unsure."""
    if holds not in CheckRuling.Holds.values:
        raise Refused(f"{holds!r} is no answer here. It is one of: {', '.join(CheckRuling.Holds.values)}.")
    how.setdefault("protocol", PROTOCOL)
    return record(CheckRuling, check.example, how, about=check, holds=holds)
