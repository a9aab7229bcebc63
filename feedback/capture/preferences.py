"""Orders over two responses to one example."""

from __future__ import annotations

from typing import Unpack, cast

from feedback.capture.history import How, record, said
from feedback.errors import Refused
from feedback.models import Preference, Response

SIGN = {"a": -1, "b": 1}


class Asked(How, total=False):
    """What else a preference may say: on which aspect it was asked, and when (now, or in hindsight)."""

    aspect: str
    timing: str


def record_preference(
    a: Response, b: Response, *, outcome: str, strength: int | None = None, reason: str = "", **given: Unpack[Asked]
) -> Preference:
    """Record which of two responses to the same example is better, or that neither is.

    `strength` runs from -3 (a much better) to 3 (b much better) and must agree with `outcome`; None is not asked.
    """
    if a.pk == b.pk:
        raise Refused("A preference is between two responses; these are one and the same.")
    if a.example_id != b.example_id:
        raise Refused("These two responses answer different examples, so they cannot be compared.")
    given.setdefault("protocol", "pair")
    how = cast(How, {name: value for name, value in given.items() if name in How.__annotations__})
    fields = {"outcome": checked_outcome(outcome), "strength": checked_strength(outcome, strength)}
    reason = said(reason, what="reason", may_be_empty=True)
    aspect, timing = given.get("aspect") or "overall", checked_timing(given.get("timing") or Preference.Timing.NOW)
    return record(
        Preference, a, how, response_a=a, response_b=b, reason=reason, aspect=aspect[:60], timing=timing, **fields
    )


def checked_timing(timing: str) -> str:
    """The time of asking, if there is such a one."""
    if timing not in Preference.Timing.values:
        raise Refused(f"{timing!r} is no time of asking. It is one of: {', '.join(Preference.Timing.values)}.")
    return timing


def checked_outcome(outcome: str) -> str:
    """The outcome, if there is such a one."""
    if outcome not in Preference.Outcome.values:
        raise Refused(f"{outcome!r} is not an outcome. It is one of: {', '.join(Preference.Outcome.values)}.")
    return outcome


def checked_strength(outcome: str, strength: int | None) -> int | None:
    """The strength, if it points to the same side as the outcome."""
    if strength is None:
        return None
    sign = SIGN.get(outcome, 0)
    if strength * sign < 0 or (sign == 0) != (strength == 0) or abs(strength) > 3:
        raise Refused(f"A strength of {strength} does not go with the answer {outcome!r}. Choose again.")
    return strength
