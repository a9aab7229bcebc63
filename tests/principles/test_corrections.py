"""Corrections for each accepted item, while each constitution was in force."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from feedback.models import Constitution, Critique, Edit, Preference, Project, Rating
from feedback.principles.corrections import periods_of
from tests import make


@pytest.fixture
def began(project: Project) -> datetime:
    """Two constitutions: ten days ago and five."""
    now = timezone.now()
    for days in (10, 5):
        row = make.constitution(project=project)
        Constitution.objects.filter(pk=row.pk).update(created_at=now - timedelta(days=days))
    return now


def test_they_are_counted_while_each_was_in_force(project: Project, began: datetime) -> None:
    """Three and a rewrite for two accepted items, then one for two; a judge's words count nothing."""
    ben = make.rater(project=project)
    judge = make.rater(project=project, kind="judge")
    for days, faults in ((7, 3), (2, 1)):
        then = began - timedelta(days=days)
        answers = [make.response(example=make.example(project=project)) for _ in range(3)]
        for _ in range(faults):
            Critique.objects.filter(pk=make.critique(response=answers[0], rater=ben).pk).update(created_at=then)
        Critique.objects.filter(pk=make.critique(response=answers[0], rater=judge).pk).update(created_at=then)
        for score, answer in zip((5, 2), answers[1:], strict=True):
            Rating.objects.filter(pk=make.rating(response=answer, rater=ben, score=score).pk).update(created_at=then)
        better = make.preference(a=answers[0], b=make.response(example=answers[0].example), rater=ben)
        Preference.objects.filter(pk=better.pk).update(created_at=then)
    edit = make.edit(response=make.response(example=make.example(project=project)), rater=ben)
    Edit.objects.filter(pk=edit.pk).update(created_at=began - timedelta(days=8))
    first, second = periods_of(project)
    assert (first.constitution.number, first.corrections, first.accepted, first.rate) == (1, 4, 2, 2.0)
    assert (second.corrections, second.accepted, second.rate) == (1, 2, 0.5)
    assert first.low < 2.0 < first.high
    assert second.low >= 0


def test_before_the_first_constitution_counts_as_well(project: Project) -> None:
    """Words without an accepted item make no figure; nothing said makes no period."""
    assert periods_of(project) == []
    make.critique(response=make.response(example=make.example(project=project)), rater=make.rater(project=project))
    (only,) = periods_of(project)
    assert (only.constitution, only.corrections, only.rate) == (None, 1, None)
