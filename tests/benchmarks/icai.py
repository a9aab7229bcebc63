"""ICAI side by side: our pipeline and `inverse-cai`, the same pairs, the same deterministic judge over HTTP.

On the three synthetic files: the votes to filter, what the filter keeps, the calls, and the table of reconstruction
with all baselines. On 200 MT-Bench pairs against a judge that takes 200 ms a call: the time of the pipeline. The other
one is installed into an environment of its own, made here for this benchmark alone (ICAI_ENVIRONMENT names one that is
there); without it our half is measured and the other said to be missing. The data are those of the project's reference
folder (ICAI_DATA), else the excerpts under `tests/data`.
"""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from feedback.models import ModelCall, Trial
from feedback.principles.tallies import Sieve, Tally
from feedback.principles.trials.opening import open_trial
from feedback.principles.trials.working import work_trial
from tests import make
from tests.judge_server import JudgeServer, output_of

WANTED = "inverse-cai==0.4.8"
FILES = ("aligned", "orthogonal", "mixed")
DELAY, AT_ONCE, REPEATS, RULES = 0.2, 8, 3, 3
HERE = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("ICAI_DATA", "/work/shared/data"))
FEATURES = ("for", "against", "both", "abstain", "invalid")


@dataclass
class Outcome:
    """What one pipeline came to: votes by principle, principles that passed the filter, calls, seconds."""

    votes: dict[str, tuple[int, ...]]
    kept: set[str]
    calls: int
    seconds: float


Row = dict[str, str]


def synthetic(name: str) -> list[Row]:
    """The rows of one of the three files."""
    with (DATA / "icai" / f"synthetic_{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def mt_bench() -> list[Row]:
    """200 pairs of MT-Bench in the columns of ICAI."""
    rows = json.loads((DATA / "llmbar" / "mt_bench.json").read_text(encoding="utf-8"))
    return [
        {
            "text_a": f"Instruction: {row['input']}\n\nOutput: {row['output_1']}",
            "text_b": f"Instruction: {row['input']}\n\nOutput: {row['output_2']}",
            "preferred_text": "text_a" if str(row["label"]) == "1" else "text_b",
        }
        for row in rows
    ]


def stored(rows: list[Row]) -> Any:
    """A project with these pairs, each an example of its own, as they stand in the file."""
    project = make.project(owner=make.user())
    rater = make.rater(project=project, name="the file")
    for number, row in enumerate(rows):
        asked = row["text_a"].split("\n\nOutput: ", 1)[0].removeprefix("Instruction: ")
        turns = [{"role": "system", "content": f"Pair {number}"}, {"role": "user", "content": asked}]
        example = make.example(project=project, messages=turns)
        texts = (output_of(row["text_a"]), output_of(row["text_b"]))
        a, b = (make.response(example=example, text=text, origin="generated") for text in texts)
        make.preference(a=a, b=b, rater=rater, outcome="a" if row["preferred_text"] == "text_a" else "b")
    return project


def ours(rows: list[Row], server: JudgeServer, *, final: int | None) -> tuple[Outcome, Trial]:
    """Our pipeline over HTTP; its calls for choosing are not ICAI's and are counted apart."""
    project = stored(rows)
    settings.ANTHROPIC_BASE_URL, settings.ANTHROPIC_API_KEY = server.url, "none"
    given = {
        "preset": "repository", "which": "all", "groups": 10_000, "rules": RULES, "repeats": REPEATS, "final": final,
        "at_once": AT_ONCE,
    }  # fmt: skip
    trial = open_trial(project, kind="icai", by=None, parameters=given)
    server.reset()
    began = time.perf_counter()
    while work_trial(trial.pk):
        pass
    seconds = time.perf_counter() - began
    trial.refresh_from_db()
    assert trial.state == "done", trial.error
    lines = trial.result["principles"]
    names = ("right", "wrong", "both", "neither", "invalid")
    votes = {line["words"]: tuple(line[name] for name in names) for line in lines}
    kept = {line["words"] for line in lines if line["passed"]}
    asked = ModelCall.objects.filter(trial=trial, state="settled")
    return Outcome(votes, kept, asked.exclude(slot__startswith="choose").count(), seconds), trial


def environment() -> Path | None:
    """The environment with `inverse-cai`, made on first use; None when it cannot be had."""
    home = Path(os.environ.get("ICAI_ENVIRONMENT", HERE.parent / ".venv-icai"))
    program = home / "bin" / "icai-exp"
    if not program.exists():
        subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
        subprocess.run([str(home / "bin" / "pip"), "install", "--quiet", WANTED], check=False)
    return program if program.exists() else None


def theirs(program: Path, rows: list[Row], server: JudgeServer) -> Outcome:
    """`inverse-cai` on the same rows; its seconds run from its first call to its last answer, without its start."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pairs.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, ["text_a", "text_b", "preferred_text"], extrasaction="ignore")
            writer.writeheader()
            writer.writerows(rows)
        server.reset()
        address = {
            "OPENAI_BASE_URL": f"{server.url}/v1",
            "OPENAI_API_BASE": f"{server.url}/v1",
            "OPENAI_API_KEY": "none",
        }
        settings_of = [
            f"data_path={path}", "s2_num_clusters=10000", f"s1_num_principles_per_sampling_step={RULES}",
            "annotator.skip=true", f"async_task_num={AT_ONCE}", f"s3_num_seeds_to_reannotate_with={REPEATS}",
        ]  # fmt: skip
        ended = subprocess.run(
            [str(program), *settings_of], cwd=folder, capture_output=True, text=True, timeout=900, check=False,
            env={**os.environ, **address, "HF_HUB_OFFLINE": "1", "MPLBACKEND": "Agg"},
        )  # fmt: skip
        found = sorted(Path(folder).rglob("041_votes_per_cluster.json"))
        assert found, ended.stderr[-3000:]
        results = found[-1].parent
        words = json.loads((results / "030_distilled_principles_per_cluster.json").read_text())
        tallies = json.loads(found[-1].read_text())
        kept = json.loads((results / "050_filtered_principles.json").read_text())
    votes = {words[key]: tuple(tally[name] for name in FEATURES) for key, tally in tallies.items()}
    return Outcome(votes, set(kept), server.calls, server.span)


def compared(name: str, mine: Outcome, other: Outcome) -> None:
    """One line: whether votes and filter are the same, and the calls of both."""
    sieve_says = {words for words, tally in other.votes.items() if Sieve().passes(Tally(*tally))}
    line = {
        "figure": f"{name}: same votes, same filter, calls ours / inverse-cai", "principles": len(mine.votes),
        "same_votes": mine.votes == other.votes, "same_filter": mine.kept == other.kept == sieve_says,
        "kept": len(mine.kept), "calls": [mine.calls, other.calls], "ratio": round(mine.calls / other.calls, 3),
    }  # fmt: skip
    print(json.dumps(line))


def main() -> None:
    """Three files for what comes out, 200 pairs for how long it takes."""
    if not (DATA / "icai").exists():
        print(json.dumps({"figure": "ICAI side by side", "missing": f"No data at {DATA}; set ICAI_DATA."}))
        return
    program = environment()
    if program is None:
        print(json.dumps({"figure": "ICAI side by side", "missing": f"{WANTED} could not be installed here."}))
    with JudgeServer() as server:
        for name in FILES:
            rows = synthetic(name)
            mine, _ = ours(rows, server, final=None)
            if program:
                compared(name, mine, theirs(program, rows, server))
            _, trial = ours(rows, server, final=5)
            for line in trial.result["table"]:
                shown = {key: round(100 * line[key], 1) for key in ("rate", "low", "high")}
                print(json.dumps({"figure": f"{name}: agreement", "by": line["name"], "n": line["n"], **shown}))
    with JudgeServer(delay=DELAY) as server:
        timed(mt_bench(), server, program)


def timed(rows: list[Row], server: JudgeServer, program: Path | None) -> None:
    """The time of the whole pipeline beside calls x delay / concurrency, and beside inverse-cai's."""
    mine, trial = ours(rows, server, final=5)
    calls = ModelCall.objects.filter(trial=trial, state="settled").count()
    ideal = calls * DELAY / AT_ONCE
    print(json.dumps({"figure": "200 pairs: time against calls x 0.2 s / 8", "ratio": round(mine.seconds / ideal, 3),
                      "calls": calls, "seconds": round(mine.seconds, 2)}))  # fmt: skip
    if program:
        other = theirs(program, rows, server)
        each = mine.seconds / calls, other.seconds / other.calls
        line = {
            "figure": "200 pairs: seconds a call, ours / inverse-cai", "ratio": round(each[0] / each[1], 3),
            "seconds": [round(mine.seconds, 2), round(other.seconds, 2)], "calls": [calls, other.calls],
        }  # fmt: skip
        print(json.dumps(line))
