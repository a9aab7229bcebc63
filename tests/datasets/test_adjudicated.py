"""A curator's decision settles a pair in training data, whatever the votes; the votes are still told."""

from __future__ import annotations

from feedback.datasets.judged import judged_pairs
from feedback.datasets.pieces import Wish
from feedback.models import Project, User
from tests import make


def test_the_curator_settles_a_pair(project: Project, ana: User, ben: User, cleo: User) -> None:
    a, b = make.pair(project=project)
    for user in (ben, cleo):
        make.preference(a=a, b=b, rater=make.rater(project=project, user=user), outcome="a")
    (before,) = judged_pairs(project, Wish())
    assert before is not None
    assert before.chosen.id == a.pk
    rater = make.rater(project=project, user=ana)
    make.preference(a=a, b=b, rater=rater, outcome="b", protocol="adjudication")
    (after,) = judged_pairs(project, Wish())
    assert after is not None
    assert after.chosen.id == b.pk
    assert after.agreement == (3, False)
