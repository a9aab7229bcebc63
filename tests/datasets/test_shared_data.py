"""The real files of other people come in whole: the counts of each are those its README tells."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from feedback.datasets.importing import import_file
from feedback.datasets.readers.files import records
from feedback.datasets.readers.formats import detect
from feedback.models import Edit, Example, Preference, Project, Rater, Response, Span, User

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data"
pytestmark = pytest.mark.skipif(
    not SHARED.exists(), reason="the whole files are not here; excerpts are tested elsewhere"
)


def brought(project: Project, ana: User, name: str) -> Any:
    """The summary of an import without a bad row."""
    summary = import_file(project, SHARED / name, by=ana)
    assert summary.skipped == []
    return summary


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("llmbar/natural.json", (100, 200, 100)),
        ("llmbar/mt_bench.json", (75, 283, 200)),
        ("icai/example_annotated_pairs.json", (1, 2, 3)),
    ],
)
def test_pairs(project: Project, ana: User, name: str, counts: tuple[int, int, int]) -> None:
    summary = brought(project, ana, name)
    assert (summary.examples, summary.responses, summary.feedback) == counts


@pytest.mark.parametrize(
    ("name", "pairs", "second"), [("aligned", 30, 73.3), ("orthogonal", 30, 56.7), ("mixed", 60, 65.0)]
)
def test_the_synthetic_sets_of_icai(project: Project, ana: User, name: str, pairs: int, second: float) -> None:
    brought(project, ana, f"icai/synthetic_{name}.csv")
    outcomes = Counter(Preference.objects.values_list("outcome", flat=True))
    assert sum(outcomes.values()) == pairs
    assert round(100 * outcomes["b"] / pairs, 1) == second


def test_fine_grained_rlhf(project: Project, ana: User) -> None:
    brought(project, ana, "fine-grained-rlhf/dev_feedback.json")
    assert Example.objects.count() == 500
    spans = Span.objects.all()
    assert (spans.filter(start__isnull=False).count(), spans.filter(start__isnull=True).count()) == (1373, 842)
    for span in spans.filter(start__isnull=False).select_related("response"):
        assert span.response.text[span.start : span.end] == span.quote
    edits = Edit.objects.select_related("response", "result")
    emptied = Response.objects.filter(**{"extra__corrected-prediction": ""}).count()
    assert (sum(edit.response.text != edit.result.text for edit in edits), emptied) == (494 - 13, 13)
    outcomes = Counter(Preference.objects.values_list("outcome", flat=True))
    assert (outcomes["a"], outcomes["b"], outcomes["tie"]) == (1577, 1039, 384)


def test_iterater(project: Project, ana: User) -> None:
    assert sum(1 for _ in records(SHARED / "iterater/R3_eval_data.zip")) == 239
    brought(project, ana, "iterater/R3_eval_data.zip")
    decided: Counter[tuple[Any, str]] = Counter()
    people = Rater.objects.filter(kind="imported")
    for shown in Span.objects.filter(rater__in=people).values_list("shown", flat=True):
        decided[shown.get("depth", "human"), shown["decision"]] += 1
    told = {"human": (496, 343), 1: (170, 168), 2: (121, 59), 3: (75, 58)}
    assert {depth: (decided[depth, "accepted"], decided[depth, "rejected"]) for depth in told} == told
    assert Span.objects.filter(category="kept").count() == 343 + 168 + 59 + 58
    again = import_file(project, SHARED / "iterater/R3_eval_data.zip", by=ana)
    assert (again.examples, again.responses, again.feedback) == (0, 0, 0)


def test_trees_of_open_assistant(project: Project, ana: User) -> None:
    path = SHARED / "oasst/en_100_tree.jsonl"
    found = list(records(path))
    assert len(found) == 100
    assert sum(messages(one.record["prompt"]) for one in found) == 1167
    brought(project, ana, "oasst/en_100_tree.jsonl")
    stored = Response.objects.filter(example__project=project).count()
    assert stored == 687 - sum(1 for one in found for _ in deleted(one.record["prompt"]))


def messages(message: Any) -> int:
    """How many messages a tree holds."""
    return 1 + sum(messages(reply) for reply in message["replies"])


def deleted(message: Any) -> Any:
    """The answers that were taken back."""
    for reply in message["replies"]:
        if reply.get("deleted") and reply["role"] == "assistant":
            yield reply
        yield from deleted(reply)


@pytest.mark.parametrize("name", ["comments", "votes", "participants-votes", "summary"])
def test_votes_and_constitutions_are_no_examples(name: str) -> None:
    """They are taken by the importers of principles, not guessed to be prompts."""
    assert {detect(one.record, {}) for one in records(SHARED / f"polis/{name}.csv")} == {None}
    assert {detect(one.record, {}) for one in records(SHARED / "constitutions/llm_swarm_cai.json")} == {None}
