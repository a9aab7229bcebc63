"""A set of limited size: what each way of picking keeps, and how far that is from all."""

from __future__ import annotations

from collections import Counter

import pytest

from feedback.datasets.snapshots import freeze
from feedback.datasets.writers.sampling import apart, bits_of, farthest, shared_out
from tests import make

TOPICS = ("Bake bread with rye flour and sourdough number {}", "Prove the theorem about prime numbers, case {}",
          "Plan a hike over alpine passes in week {}")  # fmt: skip


@pytest.fixture
def many(project, ben) -> None:
    """Sixty examples: forty about bread, badly answered; fifteen about proofs; five about hikes, both well."""
    rater = make.rater(project=project, user=ben)
    for topic, (count, score) in zip(TOPICS, ((40, 1), (15, 5), (5, 5)), strict=True):
        for n in range(count):
            response = make.response(example=make.example(project=project, request=topic.format(n * 7919)))
            make.rating(response=response, rater=rater, score=score)


def kept(project, ana, sampler: str) -> tuple[Counter[str], dict]:
    snapshot = freeze(project, by=ana, filters={"limit": 12, "sampler": sampler})
    requests = [row.example.request for row in snapshot.examples.select_related("example")]
    assert len(requests) == snapshot.facts["rows"]["all"] == 12
    assert snapshot.facts["left_out"] == {"beyond the size that was asked for": 48}
    return Counter(request.split()[0] for request in requests), snapshot.facts["drift"]


def test_at_random_is_the_same_every_time(project, ana, many) -> None:
    assert kept(project, ana, "random") == kept(project, ana, "random")


def test_diverse_takes_from_every_topic_though_some_are_rare(project, ana, many) -> None:
    found, drift = kept(project, ana, "diverse")
    assert set(found) == {"Bake", "Prove", "Plan"}
    assert drift["topics_in_it"] >= 3


def test_clusters_take_more_where_answers_are_good(project, ana, many) -> None:
    found, drift = kept(project, ana, "clusters")
    assert found["Prove"] > found["Bake"]
    assert drift["quality"] > drift["quality_of_all"]
    assert drift["topic_drift"] > 0.1


def test_complex_keeps_the_mix_of_topics(project, ana, many) -> None:
    found, drift = kept(project, ana, "complex")
    assert found["Bake"] > found["Prove"] > 0
    assert drift["topic_drift"] < 0.15
    assert drift["complexity"] >= drift["complexity_of_all"]


def test_the_farthest_are_picked_first() -> None:
    texts = ["red apples and pears", "red apples and plums", "quantum field theory", "the price of copper in Chile"]
    bits = [bits_of(text) for text in texts]
    assert apart(bits[0], bits[1]) < apart(bits[0], bits[2])
    assert set(farthest(bits, 3)) == {0, 2, 3}


def test_a_size_is_shared_out_to_the_last_place() -> None:
    groups = {1: [0] * 2, 2: [0] * 50, 3: [0] * 3}
    shares = shared_out(20, {1: 50.0, 2: 30.0, 3: 20.0}, groups)
    assert sum(shares.values()) == 20
    assert shares[1] == 2
    assert shares[3] == 3
