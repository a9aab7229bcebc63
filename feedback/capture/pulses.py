"""Presses of plus and minus while a response was streaming: each is bound to how much of the text was shown, and when.

After "Continual learning for instruction following from realtime feedback" (Suhr and Artzi, 2023). `milliseconds` count
the time the stream ran, without pauses; marked without a stream (page without script) they are 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Unpack

from django.db import transaction

from feedback.capture.history import How, checked_key, record
from feedback.errors import Refused
from feedback.models import Pulse, Response, User

MOST = 2000
LONGEST = 24 * 3600 * 1000


@dataclass(frozen=True)
class Press:
    """One press: 1 or -1, the code points that were shown, and milliseconds since the stream began."""

    direction: int
    at: int
    milliseconds: int = 0


@transaction.atomic
def record_pulses(response: Response, presses: Sequence[Press], **how: Unpack[How]) -> list[Pulse]:
    """Take down all presses of one watching. The same again adds nothing.

    Raises `Refused` for none and for senseless ones.
    """
    if not presses:
        raise Refused("Nothing was pressed yet. Watch it and press plus or minus as it goes.")
    if len(presses) > MOST:
        raise Refused(f"More than {MOST} presses on one answer cannot be kept.")
    how.setdefault("protocol", "stream")
    key, given = checked_key(how)[:70], dict[str, Any](how)
    return [record_pulse(response, press, **{**given, "key": f"{key}:{index}"}) for index, press in enumerate(presses)]


def record_pulse(response: Response, press: Press, **how: Unpack[How]) -> Pulse:
    """Take down one press."""
    if press.direction not in {1, -1}:
        raise Refused("A press is either plus or minus.")
    if not 0 <= press.at <= len(response.text) or not 0 <= press.milliseconds <= LONGEST:
        raise Refused("A press lies outside of this text. Watch it again.")
    fields = {"direction": press.direction, "at": press.at, "milliseconds": press.milliseconds}
    return record(Pulse, response, how, response=response, **fields)


def own_pulses(response: Response, by: User) -> list[Pulse]:
    """What one person pressed on a response and what stands, in the order of the text."""
    rows = Pulse.objects.standing().filter(response=response, rater__user=by)
    return list(rows.order_by("at", "milliseconds", "pk"))
