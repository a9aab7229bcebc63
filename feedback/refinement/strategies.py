"""The strategies: documents that say which part sits where. None has a loop or a decision of its own.

To add one, write another document here and a golden sequence for it in `tests/refinement/test_strategies.py`.
"""

from __future__ import annotations

from collections.abc import Mapping

from feedback.refinement.parts.arrangement import Strategy, use
from feedback.refinement.parts.contracts import Parameter
from feedback.refinement.parts.critics import Freely, UnderPrinciple
from feedback.refinement.parts.deciding import (
    BestScored,
    Changed,
    CriticSatisfied,
    Latest,
    Once,
    Picked,
    PrincipleByPrinciple,
    Rounds,
    TooFewCalls,
    WholeRoundWithoutFault,
)
from feedback.refinement.parts.judges import ChooseBest
from feedback.refinement.parts.revisers import RefineWithHistory, RewriteUnderPrinciple
from feedback.refinement.parts.runners import Afresh, RestOfCalls

ORDERS = (
    ("in_order", "As the constitution lists them"),
    ("drawn", "Drawn anew each round"),
    ("one_drawn", "One, drawn"),
)
ROUNDS = Parameter(name="rounds", label="Rounds", default=1, lowest=1, highest=4, hint="Times through the constitution")
ORDER = Parameter(name="order", label="Principles", default="in_order", choices=ORDERS)
ATTEMPTS = Parameter(name="attempts", label="Revisions at most", default=3, lowest=1, highest=3)
OWN = Parameter(
    name="own", label="What people said of it", default="left_out",
    choices=(("left_out", "Left out: the principles and the critic alone"), ("first", "The first critique is theirs")),
)  # fmt: skip
CALLS = Parameter(
    name="calls", label="Calls an item", default=4, lowest=2, highest=24, hint="One of them is the choice"
)

CAI_REVISION = Strategy(
    name="cai_revision",
    label="Revise by principle",
    summary="Holds each response against one principle at a time and rewrites it where that principle is broken.",
    formula="2 calls a principle and round at most; 1 where nothing is wrong",
    needs_constitution=True,
    parameters=(ROUNDS, ORDER),
    scheduler=use(PrincipleByPrinciple, rounds="rounds", order="order"),
    critic=use(UnderPrinciple),
    reviser=use(RewriteUnderPrinciple),
    acceptor=use(Changed),
    selector=use(Latest),
    stopper=use(WholeRoundWithoutFault),
)

SELF_REFINE = Strategy(
    name="self_refine",
    label="Critique and refine",
    summary="Scores each response as a whole and revises it until it is good enough; keeps the best-scored version.",
    formula="2 calls a revision and 1 more at most",
    parameters=(ATTEMPTS, OWN),
    scheduler=use(Rounds, rounds="attempts"),
    critic=use(Freely),
    reviser=use(RefineWithHistory),
    acceptor=use(Changed),
    selector=use(BestScored),
    stopper=use(CriticSatisfied),
)

BEST_OF_N = Strategy(
    name="best_of_n",
    label="Best of several",
    summary="Answers afresh several times and keeps the best, the original among them. The baseline at equal cost.",
    formula="as many calls an item as you set, or as the run it is compared with made",
    parameters=(CALLS,),
    scheduler=use(Once),
    sampler=use(RestOfCalls, calls="calls"),
    runner=use(Afresh),
    judge=use(ChooseBest),
    acceptor=use(Changed),
    selector=use(Picked),
    stopper=use(TooFewCalls, calls="calls"),
)

STRATEGIES: Mapping[str, Strategy] = {one.name: one for one in (CAI_REVISION, SELF_REFINE, BEST_OF_N)}
