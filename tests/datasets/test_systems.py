"""Each of the 72 systems of data and export has a file that serves it, or it is said what does."""

from __future__ import annotations

import pytest

from feedback.datasets.registry import FORMATS
from feedback.datasets.systems import ELSEWHERE, served

SYSTEMS = """\
SELF
OAIF (online AI feedback)
Chain of Hindsight
ALT (aligning with textual feedback)
FCP (feedback-conditional policy)
CUT (contrastive unlikelihood)
DITTO
RLTF (RL from text feedback)
PIT
RISE (recursive introspection)
SCoRe
SRPO
EVOLVE
Temporal Self-Rewarding
Memento No More
Data-efficient alignment through natural language
CTRL
SCRIT
Critique-RL
Unpacking DPO and PPO
Tracing the Roots
OpenDataArena
Self-consuming models with curated data
UPO
QDC survey (quality, diversity, complexity)
DiverseEvol
Diversify and Conquer
Data-efficient fine-tuning for code
SuperGPQA
Better Self-Debug and Explain
ILF for code
Learning to Self-Correct
HIR (Wisdom of Hindsight)
LeTI
ReST-EM
NFT (negative-aware fine-tuning)
Critique-GRPO
ReflectEvo
ThinkTuning
CYCLE
SCL (self-correction learning)
Agent-R
LongDPO
MCTS-DPO
rStar-Math
MedS3
MultiCritique
DeepCritic
AutoMathCritique
MMC
SPARK
Reinforced re-ranking self-training
TP-GRPO (thought-level process rewards)
SPA-RL
OPRL
Multi-turn iterative preference learning
PRefLexOR
INPO
RLHF Workflow
SuperHF
Suri (I-ORPO)
LongPO
SPHERE
CORGI 2024 (Improve on Tape)
LFM (language feedback models)
FAFT
MORepair
Learning Like Humans (ADCL, EGSR)
Orca-Math
Qwen2.5-Math
MM-UPT
Mistral-Plus
"""


def test_there_are_as_many_as_the_papers_have() -> None:
    assert len(SYSTEMS.splitlines()) == len(set(SYSTEMS.splitlines())) == 72


@pytest.mark.parametrize("name", SYSTEMS.splitlines())
def test_every_system_is_served(name) -> None:
    found = {one.name: one for one in served()}
    assert name in found
    assert found[name].formats or found[name].how


def test_what_is_served_elsewhere_is_a_system_of_the_papers() -> None:
    assert set(ELSEWHERE) <= set(SYSTEMS.splitlines())


def test_formats_that_serve_a_system_say_what_they_need() -> None:
    assert [one.name for one in FORMATS.values() if one.systems and not one.needs] == []


def test_every_format_says_who_reads_it_what_it_needs_and_its_columns() -> None:
    silent = [one.name for one in FORMATS.values() if not (one.trainer and one.needs and one.columns)]
    assert silent == []
