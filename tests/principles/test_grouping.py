"""Drafts and comments are grouped, and merging keeps all that stood behind them."""

from __future__ import annotations

import pytest

from feedback.errors import Refused
from feedback.models import Evidence, Group, Principle, Project, User
from feedback.principles.constitutions import current_constitution, drop, reinstate
from feedback.principles.grouping import group_comments, group_drafts, latest
from feedback.principles.merging import merge
from tests import make

pytestmark = pytest.mark.django_db


def drafts(project: Project, *effects: str) -> list[Principle]:
    return [make.principle(project=project, effect=effect) for effect in effects]


def numbers(group: Group) -> list[int]:
    return sorted(group.principles.values_list("number", flat=True))


def test_a_planted_duplicate_is_found_and_opposites_are_not_called_duplicates(project: Project, ana: User) -> None:
    drafts(project, "Do not apologise.", "Avoid apologies.", "Use lists.", "Never use lists.", "use lists")
    grouping = group_drafts(project, by=ana)
    found = {(group.kind, tuple(numbers(group))) for group in grouping.groups.all()}
    assert ("near", (1, 2)) in found
    assert ("exact", (3, 5)) in found
    assert not any(kind != "topic" and {3, 4} <= set(some) for kind, some in found)
    assert ("topic", (3, 4, 5)) in found
    assert grouping.embedder == "hashed-words@1"
    assert latest(project, "drafts") == grouping


def test_a_draft_is_compared_with_what_is_in_force_but_not_with_what_was_laid_aside(project, ana) -> None:
    one, _, three = drafts(project, "Be brief.", "Be brief!", "be brief")
    make.constitution(project=project, principles=[one])
    drop(three, by=ana)
    (group,) = group_drafts(project, by=ana).groups.all()
    assert numbers(group) == [1, 2]


def test_fewer_than_two_are_refused(project: Project, ana: User) -> None:
    drafts(project, "Be brief.")
    with pytest.raises(Refused):
        group_drafts(project, by=ana)
    with pytest.raises(Refused):
        group_comments(project, by=ana)


def test_comments_are_grouped_praise_apart_from_complaint_and_nothing_held_out(project, ana, ben) -> None:
    rater = make.rater(project=project, user=ben)
    response = make.response(example=make.example(project=project))
    held = make.response(example=make.example(project=project, split="holdout"))
    said = [
        make.critique(response=response, rater=rater, text="It repeats itself.", polarity="critique"),
        make.critique(response=response, rater=rater, text="It repeats itself!", polarity="critique"),
        make.critique(response=response, rater=rater, text="It repeats itself.", polarity="kudos"),
        make.critique(response=held, rater=rater, text="It repeats itself.", polarity="critique"),
    ]
    (group,) = group_comments(project, by=ana).groups.all()
    assert set(group.critiques.all()) == set(said[:2])


def test_merging_keeps_all_evidence_once(project: Project, ana: User, ben: User) -> None:
    rater = make.rater(project=project, user=ben)
    response = make.response(example=make.example(project=project))
    shared, own = (make.critique(response=response, rater=rater) for _ in range(2))
    into = make.principle(project=project, effect="Be brief.", source=shared)
    gone = make.principle(project=project, effect="Keep it short.", source=own)
    Evidence.objects.create(principle=gone, critique=shared)
    merge([gone], into=into, by=ana)
    merge([Principle.objects.get(pk=gone.pk)], into=into, by=ana)
    gone.refresh_from_db()
    assert {row.source for row in into.evidence.all()} == {shared, own}
    assert gone.evidence.count() == 2
    assert (gone.merged_into, gone.dropped_by, gone.drop_reason) == (into, ana, "Merged into principle 1.")
    reinstate(gone, by=ana)
    gone.refresh_from_db()
    assert gone.merged_into is None


def test_what_is_in_force_leaves_the_constitution_only_for_another_in_force(project: Project, ana: User) -> None:
    one, two, three = drafts(project, "Be brief.", "Keep it short.", "Few words.")
    make.constitution(project=project, principles=[one, two])
    with pytest.raises(Refused, match="in force"):
        merge([one], into=three, by=ana)
    merge([three, two], into=one, by=ana)
    now = current_constitution(project)
    assert now is not None
    assert [article.version.principle for article in now.articles.all()] == [one]
    assert now.change == "Merged into principle 1: 3, 2"


def test_a_principle_is_not_merged_with_itself_nor_with_one_laid_aside(project: Project, ana: User) -> None:
    one, two = drafts(project, "Be brief.", "Keep it short.")
    with pytest.raises(Refused, match="itself"):
        merge([one], into=one, by=ana)
    drop(two, by=ana)
    two.refresh_from_db()
    with pytest.raises(Refused, match="laid aside"):
        merge([two], into=one, by=ana)
