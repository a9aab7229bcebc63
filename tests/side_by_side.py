"""Two pipelines on the same pairs: ours, and `inverse-cai` in an environment of its own, before one judge.

The other one is installed into that environment on first use, for the benchmark alone (ICAI_ENVIRONMENT names one that
is there); it cannot be had without a network. The data are those of the project's reference folder (ICAI_DATA).
"""

from __future__ import annotations

import csv
import importlib.util
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from feedback.models import ModelCall, Trial
from feedback.principles.tallies import Sieve, Tally
from feedback.principles.trials.opening import open_trial
from feedback.principles.trials.working import work_trial
from feedback.projects.budget import the_model
from tests import make
from tests.judge_process import JudgeProcess
from tests.judge_server import output_of

WANTED = "inverse-cai==0.4.8"
AT_ONCE, REPEATS, RULES = 8, 3, 3
HERE = Path(__file__).resolve().parent
DATA = Path(os.environ.get("ICAI_DATA", "/work/shared/data"))
FEATURES = ("for", "against", "both", "abstain", "invalid")


@dataclass
class Outcome:
    """What one pipeline came to: votes by principle, principles that passed the filter, calls, and what they took.

    `seconds` run from its first call to its last answer, without its start; `processor` is with it.
    """

    votes: dict[str, tuple[int, ...]]
    kept: set[str]
    calls: int
    seconds: float
    processor: float


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


def stored(rows: list[Row], held_out: Collection[int] = ()) -> Any:
    """A project with these pairs, each an example of its own, as they stand in the file."""
    project = make.project(owner=make.user())
    rater = make.rater(project=project, name="the file")
    for number, row in enumerate(rows):
        asked = row["text_a"].split("\n\nOutput: ", 1)[0].removeprefix("Instruction: ")
        turns = [{"role": "system", "content": f"Pair {number}"}, {"role": "user", "content": asked}]
        split = "holdout" if number in held_out else "feedback"
        example = make.example(project=project, messages=turns, split=split)
        texts = (output_of(row["text_a"]), output_of(row["text_b"]))
        a, b = (make.response(example=example, text=text, origin="generated") for text in texts)
        make.preference(a=a, b=b, rater=rater, outcome="a" if row["preferred_text"] == "text_a" else "b")
    return project


def piped(project: Any, judge: JudgeProcess, *, seed: int = 0, **parameters: Any) -> Trial:
    """Our pipeline over HTTP, done."""
    settings.ANTHROPIC_BASE_URL, settings.ANTHROPIC_API_KEY = judge.url, "none"
    the_model()
    usual = {"preset": "repository", "groups": 10_000, "rules": RULES, "repeats": REPEATS, "at_once": AT_ONCE}
    trial = open_trial(project, kind="icai", by=None, parameters=usual | parameters, seed=seed)
    judge.reset()
    while work_trial(trial.pk):
        pass
    trial.refresh_from_db()
    assert trial.state == "done", trial.error
    return trial


def ours(rows: list[Row], judge: JudgeProcess, **parameters: Any) -> tuple[Outcome, Trial]:
    """What our pipeline comes to on all rows; its calls for choosing are not ICAI's and are not counted in `calls`."""
    project, began = stored(rows), processor(resource.RUSAGE_SELF)
    trial = piped(project, judge, which="all", **parameters)
    took = processor(resource.RUSAGE_SELF) - began
    lines = trial.result["principles"]
    names = ("right", "wrong", "both", "neither", "invalid")
    votes = {line["words"]: tuple(line[name] for name in names) for line in lines}
    kept = {line["words"] for line in lines if line["passed"]}
    asked = ModelCall.objects.filter(trial=trial, state="settled")
    return Outcome(votes, kept, asked.exclude(slot__startswith="choose").count(), judge.span, took), trial


def processor(whose: int) -> float:
    """Seconds of a processor used so far."""
    used = resource.getrusage(whose)
    return used.ru_utime + used.ru_stime


def environment() -> Path | None:
    """The environment with `inverse-cai`, made on first use; None when it cannot be had."""
    home = Path(os.environ.get("ICAI_ENVIRONMENT", HERE.parent / ".venv-icai"))
    program = home / "bin" / "icai-exp"
    if not program.exists():
        subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
        subprocess.run([str(home / "bin" / "pip"), "install", "--quiet", WANTED], check=False)
    return program if program.exists() else None


def theirs(program: Path, rows: list[Row], judge: JudgeProcess) -> Outcome:
    """`inverse-cai` on the same rows."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pairs.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, ["text_a", "text_b", "preferred_text"], extrasaction="ignore")
            writer.writeheader()
            writer.writerows(rows)
        judge.reset()
        began = processor(resource.RUSAGE_CHILDREN)
        address = {
            "OPENAI_BASE_URL": f"{judge.url}/v1",
            "OPENAI_API_BASE": f"{judge.url}/v1",
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
    took = processor(resource.RUSAGE_CHILDREN) - began
    return Outcome(votes, set(kept), judge.calls, judge.span, took)


def filters_agree(program: Path, tables: int) -> tuple[int, int]:
    """(tables drawn, those of them that our filter and theirs sieve to the same principles in the same order)."""
    path = next(program.parent.parent.glob("lib/python3*/site-packages/inverse_cai/algorithm/filter.py"))
    found = importlib.util.spec_from_file_location("their_filter", path)
    assert found
    assert found.loader
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    dice = random.Random(4)
    return tables, sum(same_sieving(module.filter_according_to_votes, dice) for _ in range(tables))


def same_sieving(theirs: Any, dice: random.Random) -> bool:
    """Whether both filters come to the same, with one table and one set of settings drawn."""
    table = {
        f"rule {number}": {name: dice.choice([0, 0, 1, 2, dice.randrange(40)]) for name in FEATURES} | {"neither": 0}
        for number in range(dice.randrange(1, 40))
    }
    true, relevant, valid = (dice.random() < share for share in (0.8, 0.2, 0.8))
    least, at_most, difference = dice.choice([0.0, 0.01, 0.1, 0.5]), dice.choice([None, 3, 7]), dice.random() < 0.7
    kept = theirs(table, true, relevant, valid, least, "for_minus_against" if difference else "for", at_most)
    sieve = Sieve(
        more_right_than_wrong=true, more_right_than_neither=relevant, mostly_valid=valid, least_right=least,
        by_difference=difference,
    )  # fmt: skip
    names = list(table)
    tallies = {at: Tally(*(table[name][feature] for feature in FEATURES)) for at, name in enumerate(names)}
    return [names[at] for at in sieve.kept(tallies, at_most=at_most)] == kept
