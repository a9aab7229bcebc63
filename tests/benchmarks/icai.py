"""ICAI side by side: our pipeline and `inverse-cai`, the same pairs, the same deterministic judge over HTTP.

On the three synthetic files: the votes to filter, what the filter keeps, the calls, and the table of reconstruction
with all baselines; then once more with half of each rule's pairs held out, six times with other halves. On 200 MT-Bench
pairs against a judge that takes 200 ms a call: the time of both pipelines, in turns (ICAI_ROUNDS). Without
`inverse-cai` our half is measured and the other said to be missing.
"""

from __future__ import annotations

import json
import os
import random
from pathlib import Path
from statistics import mean, stdev
from typing import Any

from feedback.desk.intervals import mcnemar, wilson
from feedback.models import ModelCall
from feedback.principles.tallies import Sieve, Tally
from tests.judge_process import JudgeProcess
from tests.side_by_side import (
    AT_ONCE,
    DATA,
    WANTED,
    Outcome,
    Row,
    environment,
    filters_agree,
    mt_bench,
    ours,
    piped,
    stored,
    synthetic,
    theirs,
)  # fmt: skip

FILES = ("aligned", "orthogonal", "mixed")
DELAY, OF_A_RULE, TIMES, TABLES = 0.2, 10, 6, 5000
ROUNDS = int(os.environ.get("ICAI_ROUNDS", "2"))
NAMES = {
    "first": "always A", "second": "always B", "none": "no constitution", "none-flipped": "no constitution, flipped",
    "random": "random rules", "longer": "always the longer", "shorter": "always the shorter",
}  # fmt: skip


def say(**figure: Any) -> None:
    """Print a figure."""
    print(json.dumps(figure), flush=True)


def main() -> None:
    """Three files for what comes out, 200 pairs for how long it takes."""
    if not (DATA / "icai").exists():
        say(figure="ICAI side by side", missing=f"No data at {DATA}; set ICAI_DATA.")
        return
    program = environment()
    if program is None:
        say(figure="ICAI side by side", missing=f"{WANTED} could not be installed here.")
    else:
        tables, same = filters_agree(program, TABLES)
        say(
            figure="filters over random tables of votes: same principles in the same order",
            ratio=same / tables,
            n=tables,
        )
    with JudgeProcess() as judge:
        for name in FILES:
            rows = synthetic(name)
            mine, _ = ours(rows, judge)
            if program:
                compared(name, mine, theirs(program, rows, judge))
            _, trial = ours(rows, judge, final=5, flipped=True, drawn=True)
            told(f"{name}: agreement", trial.result["table"])
            held_out(name, rows, judge)
    with JudgeProcess(delay=DELAY) as judge:
        timed(mt_bench(), judge, program)


def compared(name: str, mine: Outcome, other: Outcome) -> None:
    """One line: whether votes and filter are the same, and the calls of both."""
    sieve_says = {words for words, tally in other.votes.items() if Sieve().passes(Tally(*tally))}
    say(
        figure=f"{name}: same votes, same filter, calls ours / inverse-cai", principles=len(mine.votes),
        same_votes=mine.votes == other.votes, same_filter=mine.kept == other.kept == sieve_says,
        kept=len(mine.kept), calls=[mine.calls, other.calls], ratio=round(mine.calls / other.calls, 3),
    )  # fmt: skip


def told(figure: str, table: list[dict[str, Any]]) -> None:
    """The lines of a table of reconstruction."""
    for line in table:
        shown = {key: round(100 * line[key], 1) for key in ("rate", "low", "high")}
        pairs = {key: line[key] for key in ("better", "worse") if key in line}
        p = {"p": float(f"{line['p']:.2g}")} if "p" in line else {}
        say(figure=figure, by=NAMES.get(line["name"], line["name"]), n=line["n"], **shown, **pairs, **p)


def held_out(name: str, rows: list[Row], judge: JudgeProcess) -> None:
    """Principles learned from half of each rule's pairs, tried on the other half; six draws, pooled and apart."""
    tables: dict[str, list[dict[str, Any]]] = {}
    for seed in range(TIMES):
        dice = random.Random(seed)
        blocks = [range(start, min(start + OF_A_RULE, len(rows))) for start in range(0, len(rows), OF_A_RULE)]
        half = {number for block in blocks for number in dice.sample(block, len(block) // 2)}
        trial = piped(stored(rows, half), judge, seed=seed, final=5, flipped=True, drawn=True)
        for line in trial.result["held_out_table"]:
            tables.setdefault(line["name"], []).append(line)
    told(f"{name}, held out, pooled over {TIMES} draws", [pooled(way, lines) for way, lines in tables.items()])
    for way in ("constitution", "none"):
        rates = [100 * line["rate"] for line in tables[way]]
        say(
            figure=f"{name}, held out, each of {TIMES} draws", by=NAMES.get(way, way), n=tables[way][0]["n"],
            mean=round(mean(rates), 1), sd=round(stdev(rates), 1),
            least=round(min(rates), 1), most=round(max(rates), 1),
        )  # fmt: skip


def pooled(name: str, lines: list[dict[str, Any]]) -> dict[str, Any]:
    """One line of all draws. A pair that is held out in several counts in each, so the interval is a little narrow."""
    n, agreed = sum(line["n"] for line in lines), sum(line["agreed"] for line in lines)
    low, high = wilson(agreed, n)
    line = {"name": name, "n": n, "rate": agreed / n, "low": low, "high": high}
    if "p" not in lines[0]:
        return line
    better, worse = sum(one["better"] for one in lines), sum(one["worse"] for one in lines)
    return line | {"better": better, "worse": worse, "p": mcnemar(better, worse)}


def timed(rows: list[Row], judge: JudgeProcess, program: Path | None) -> None:
    """The time from the first call to the last answer beside calls x delay / concurrency, and beside inverse-cai's.

    Both take turns, so that what else the machine does falls on both.
    """
    each: list[tuple[float, float]] = []
    for number in range(ROUNDS):
        mine, trial = ours(rows, judge, final=5)
        calls = ModelCall.objects.filter(trial=trial, state="settled").count()
        ideal = calls * DELAY / AT_ONCE
        say(
            figure=f"200 pairs, turn {number + 1}: time against calls x 0.2 s / 8",
            ratio=round(mine.seconds / ideal, 3), calls=calls, seconds=round(mine.seconds, 2),
            processor_a_call=round(mine.processor / calls, 4),
        )  # fmt: skip
        if program is None:
            continue
        other = theirs(program, rows, judge)
        say(
            figure=f"200 pairs, turn {number + 1}: the same of inverse-cai, without its start",
            ratio=round(other.seconds / (other.calls * DELAY / AT_ONCE), 3), calls=other.calls,
            seconds=round(other.seconds, 2), processor_a_call=round(other.processor / other.calls, 4),
        )  # fmt: skip
        each.append((mine.seconds / calls, other.seconds / other.calls))
    for at, (my, their) in enumerate(each, start=1):
        say(figure=f"200 pairs, turn {at}: seconds a call, ours / inverse-cai", ratio=round(my / their, 3))
