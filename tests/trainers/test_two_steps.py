"""TRL's trainers take two steps on what Ana exports: a finite loss, and weights that moved."""

from __future__ import annotations

import json
import math
import subprocess
from pathlib import Path

import pytest

from feedback.capture.demonstrations import record_demonstration
from feedback.capture.edits import record_edit
from feedback.capture.preferences import record_preference
from feedback.capture.ratings import record_rating
from feedback.datasets.exporting import export
from feedback.models import Project, User
from tests import make

PYTHON = Path(__file__).parents[2] / ".venv-trainers" / "bin" / "python"
SCRIPT = Path(__file__).with_name("two_steps.py")
ASKED = {
    "trl-sft": ["SFT", "SFT-assistant-only"],
    "trl-sft-completion": ["SFT"],
    "trl-demonstrations": ["SFT"],
    "trl-preference": ["DPO", "Reward"],
    "trl-reward": ["DPO", "Reward"],
    "trl-reward-implicit": ["DPO", "Reward"],
    "trl-refinement-pairs": ["DPO"],
    "trl-kto": ["KTO"],
}
TALK = [
    {"role": "system", "content": "Be brief."},
    {"role": "user", "content": "Name a river 🏞️."},
    {"role": "assistant", "content": "The Rhine."},
    {"role": "user", "content": "And a lake?"},
]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(900),
    pytest.mark.skipif(not PYTHON.exists(), reason="make test-trainers installs the trainers' own code"),
]


@pytest.fixture
def exported(project: Project, ben: User, cleo: User, tmp_path: Path) -> Path:
    """Everything the trainers take, exported from what Ben and Cleo said."""
    for number in range(6):
        example = make.example(project=project, messages=TALK if number == 3 else None)
        a = make.response(example=example, text=f"A careful answer, number {number}.")
        b = make.response(example=example, text=f"Some careless words, number {number}!")
        strength = -2 if number % 3 else None
        record_preference(a, b, outcome="a" if strength else "tie", by=ben, strength=strength, key=f"pair {number}")
        record_rating(a, score=5, by=cleo, key=f"good {number}")
        record_rating(b, score=1, by=cleo, key=f"bad {number}")
        if number == 4:
            record_edit(a, text="A careful answer, made better by hand.", by=cleo, key="edit")
        if number == 5:
            record_demonstration(example, text="An answer from nothing.", by=ben, key="shown")
    for name in ASKED:
        assert export(project, out=tmp_path / name, format=name)["counts"]["rows"], name
    return tmp_path


def test_every_trl_trainer_takes_two_steps_on_our_files_with_a_finite_loss(exported: Path) -> None:
    asked = [f"{name}={trainer}" for name, trainers in ASKED.items() for trainer in trainers]
    done = subprocess.run([PYTHON, SCRIPT, exported, *asked], capture_output=True, text=True, timeout=900, check=False)
    said = [line for line in done.stdout.splitlines() if line.startswith("RESULT ")]
    assert said, done.stdout[-2000:] + done.stderr[-4000:]
    found = json.loads(said[0].removeprefix("RESULT "))
    assert set(found) == set(asked)
    wrong = {name: one for name, one in found.items()
             if one["steps"] != 2 or not math.isfinite(one["loss"]) or not one["moved"]}  # fmt: skip
    assert not wrong, found
