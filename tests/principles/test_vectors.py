"""Vectors are made once for each text and embedder."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from feedback.models import Vector
from feedback.principles.vectors import vectors_of

pytestmark = pytest.mark.django_db


class Counted:
    """An embedder that counts what it is asked for."""

    name, version = "counted", "1"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        self.asked += texts
        return [[float(len(text)), 0.5] for text in texts]


def test_a_text_is_embedded_once_and_kept_with_the_embedders_name() -> None:
    embedder = Counted()
    assert vectors_of(["a", "bcd", "a"], embedder=embedder) == [[1.0, 0.5], [3.0, 0.5], [1.0, 0.5]]
    assert vectors_of(["bcd", "e"], embedder=embedder) == [[3.0, 0.5], [1.0, 0.5]]
    assert embedder.asked == ["a", "bcd", "e"]
    assert set(Vector.objects.values_list("embedder", flat=True)) == {"counted@1"}


def test_another_version_makes_its_own() -> None:
    embedder = Counted()
    vectors_of(["a"], embedder=embedder)
    embedder.version = "2"
    vectors_of(["a"], embedder=embedder)
    assert Vector.objects.count() == 2


def test_the_local_one_is_used_where_none_is_named() -> None:
    (first,) = vectors_of(["Be brief."])
    assert first == vectors_of(["Be brief."])[0]
    assert Vector.objects.get().embedder == "hashed-words@1"
