"""Projects are made with an owner and an address; ownerless ones are taken in by the first owner."""

from __future__ import annotations

import pytest

from feedback.errors import Refused
from feedback.models import Project, Rater, User
from feedback.projects.raters import imported_rater, judge_rater, rater_of
from feedback.projects.setup import adopt_ownerless, create_project


def test_ana_makes_a_project_and_owns_it(ana: User) -> None:
    project = create_project(by=ana, name="Better  Answers!")
    assert project.slug == "better-answers"
    assert project.members.get().may("owner")
    assert project.budget.cap_calls is None
    assert create_project(by=ana, name="Better answers").slug == "better-answers-2"
    assert create_project(by=None, name="日本").slug == "project"


@pytest.mark.parametrize("slug", ["answers", "Über", "", "a b", "-a", "x" * 61])
def test_an_address_that_is_taken_or_unusable_is_refused(project: Project, ana: User, slug: str) -> None:
    with pytest.raises(Refused):
        create_project(by=ana, name="Another", slug=slug)
    with pytest.raises(Refused):
        create_project(by=ana, name=" ")


def test_the_first_owner_takes_in_what_nobody_owns(project: Project, dan: User) -> None:
    demo = create_project(by=None, name="Demo")
    assert adopt_ownerless(dan) == [demo]
    assert adopt_ownerless(dan) == []
    assert list(Project.objects.of(dan)) == [demo]


def test_raters_are_made_once(project: Project, ben: User) -> None:
    for _ in range(2):
        rater_of(ben, project)
        imported_rater(project, "LLMBar label")
        judge_rater(project, "claude", "0" * 64)
        judge_rater(project, "claude", "1" * 64)
    assert Rater.objects.count() == 4
