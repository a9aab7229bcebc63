"""Why a budget has no room for a call, as a sentence for the person who can make some. It changes nothing."""

from __future__ import annotations

from decimal import Decimal

from feedback.errors import OverBudget, Passing
from feedback.models import Budget

SECONDS_FOR_ROOM = 2.0
NOTHING = Decimal(0)


def no_room(owner: str, budget: Budget, tokens: int, cost: Decimal | None) -> OverBudget | Passing:
    """Why there is no room, as a sentence for the person who can make some."""
    if budget.cap_cost is not None and cost is None:
        return OverBudget(
            f"The {owner} has a cap in US dollars, but this model's price is not known, so no call can be held to it. "
            "Add the price to feedback/llm/prices.json, or cap calls or tokens instead and take the money cap away."
        )
    why = reached(owner, budget, tokens, cost or NOTHING)
    if why:
        return OverBudget(why)
    return Passing(f"What is left of the budget of the {owner} is held by calls in flight.", SECONDS_FOR_ROOM)


def reached(owner: str, budget: Budget, tokens: int, cost: Decimal) -> str:
    """Which cap would be passed even if nothing were in flight; nothing when none would."""
    lines = (
        (budget.cap_calls, budget.spent_calls, 1, "{:,} calls", "1 call"),
        (budget.cap_tokens, budget.spent_tokens, tokens, "{:,} tokens", "up to {:,} tokens"),
        (budget.cap_cost, budget.spent_cost, cost, "${:,.4f}", "up to ${:,.4f}"),
    )
    for cap, used, needed, unit, need in lines:
        if cap is not None and used + needed > cap:
            left = max(cap - used, type(cap)(0))
            return (
                f"The {owner} may use {unit.format(cap)}; {unit.format(left)} are left and the next call may need "
                f"{need.format(needed)}. Raise the cap of the {owner} to go on."
            )
    return ""
