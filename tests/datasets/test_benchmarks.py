"""Contamination: examples that stand in a named benchmark are found, and go or are named."""

from __future__ import annotations

import io
import json

import pytest

from feedback.datasets.benchmarks import add_benchmark
from feedback.datasets.snapshots import freeze
from feedback.datasets.writers import overlap
from feedback.errors import NotAllowed, Refused
from tests import make

QUESTION = (
    "A train leaves the station of Ulm at noon and goes eighty kilometres an hour to Munich; when does it get there?"
)
OTHER = "Which of these materials conducts electricity best at room temperature: silver, copper, glass or rubber?"


def file_of(*questions: str) -> io.BytesIO:
    return io.BytesIO(b"\n".join(json.dumps({"id": i, "data": {"q": one}}).encode() for i, one in enumerate(questions)))


@pytest.fixture
def judged(project, ben) -> dict[str, int]:
    """What was asked, and the numbers of the examples."""
    rater = make.rater(project=project, user=ben)
    asked = {
        "same": QUESTION.upper(),
        "within": f"Please answer in one short sentence only. {QUESTION} Show how you got there, step by step.",
        "else": "Write a limerick about a station master who is never on time for his own trains.",
    }
    found = {}
    for name, request in asked.items():
        example = make.example(project=project, request=request)
        make.rating(response=make.response(example=example), rater=rater)
        found[name] = example.number
    return found


def test_what_stands_in_a_benchmark_goes_and_is_named(project, ana, judged) -> None:
    row = add_benchmark(project, source=file_of(QUESTION, OTHER), name="Trains", by=ana)
    assert (row.items, row.one_in) == (2, 1)
    snapshot = freeze(project, by=ana, filters={"benchmarks": [row.pk]})
    assert list(snapshot.examples.values_list("example__number", flat=True)) == [judged["else"]]
    assert snapshot.facts["benchmarks"] == {"Trains": 2}
    assert {one["example"] for one in snapshot.facts["contaminated"]} == {judged["same"], judged["within"]}
    assert snapshot.facts["left_out"] == {"found in a benchmark": 2}
    assert snapshot.facts["rows"]["all"] == 1


def test_it_may_stay_and_only_be_named(project, ana, judged) -> None:
    row = add_benchmark(project, source=file_of(QUESTION), name="Trains", by=ana)
    snapshot = freeze(project, by=ana, filters={"benchmarks": [row.pk], "contaminated": "mark"})
    assert snapshot.facts["rows"]["all"] == 3
    assert len(snapshot.facts["contaminated"]) == 2


def test_the_same_file_again_is_the_same_benchmark_and_an_empty_one_is_refused(project, ana, ben) -> None:
    first = add_benchmark(project, source=file_of(QUESTION), name="One", by=ana)
    assert add_benchmark(project, source=file_of(QUESTION), name="Two", by=ana) == first
    with pytest.raises(Refused):
        add_benchmark(project, source=io.BytesIO(b'{"a": 1}\n'), name="None", by=ana)
    with pytest.raises(NotAllowed):
        add_benchmark(project, source=file_of(OTHER), name="Ben's", by=ben)


def test_of_a_large_one_a_part_is_kept_and_still_finds(monkeypatch) -> None:
    monkeypatch.setattr(overlap, "MOST", 200)
    texts = [" ".join(f"word{i}x{j}" for j in range(60)) for i in range(60)]
    runs = overlap.Runs()
    for text in texts:
        runs.add(text)
    assert runs.one_in > 1
    assert len(runs.hashes) <= 200
    again = overlap.Runs.unpacked(runs.packed(), runs.one_in)
    found = [again.found([text]).is_in for text in texts]
    assert sum(found) > 50
    assert not again.found([" ".join(f"other{j}" for j in range(60))]).is_in
