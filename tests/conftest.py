"""The cast and the servers. Ana owns the project, Ben and Cleo review, Dan is a stranger who must get nowhere."""

from __future__ import annotations

import pytest

from feedback.models import Project, Role, User
from tests import make


@pytest.fixture
def ana(db: None) -> User:
    """Owns the project."""
    return make.user(name="Ana Ferreira", email="ana@example.org")


@pytest.fixture
def project(ana: User) -> Project:
    """Ana's project, with nothing in it yet."""
    return make.project(slug="answers", name="Better answers", owner=ana)


@pytest.fixture
def ben(project: Project) -> User:
    """Reviews in the project."""
    person = make.user(name="Ben Okafor", email="ben@example.org")
    make.member(project=project, user=person, role=Role.REVIEWER)
    return person


@pytest.fixture
def cleo(project: Project) -> User:
    """Reviews in the project."""
    person = make.user(name="Cleo Marchand", email="cleo@example.org")
    make.member(project=project, user=person, role=Role.REVIEWER)
    return person


@pytest.fixture
def dan(db: None) -> User:
    """A stranger: has an account, belongs to no project."""
    return make.user(name="Dan Stranger", email="dan@example.org")
