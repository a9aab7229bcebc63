"""Who judges, as rows: a person's rater in a project, an imported name, a model judge, a simulated person."""

from __future__ import annotations

from feedback.errors import Refused
from feedback.models import Project, Rater, User


def rater_of(user: User, project: Project) -> Rater:
    """The person's rater in this project, made on first use."""
    rater, _ = Rater.objects.get_or_create(
        project=project, user=user, defaults={"kind": Rater.Kind.PERSON, "name": str(user)[:120]}
    )
    return rater


def imported_rater(project: Project, name: str) -> Rater:
    """The rater that stands for a name found in a file, made on first use."""
    return named_rater(project, Rater.Kind.IMPORTED, name)


def simulated_rater(project: Project, name: str) -> Rater:
    """A simulated person; their judgements are always marked and are left out of exports unless asked for."""
    return named_rater(project, Rater.Kind.SIMULATED, name)


def judge_rater(project: Project, model: str, prompt_hash: str) -> Rater:
    """A model that judges, told apart by what it is and the exact prompt it was given."""
    rater, _ = Rater.objects.get_or_create(
        project=project, user=None, kind=Rater.Kind.JUDGE, name=model, model=model, prompt_hash=prompt_hash
    )
    return rater


def named_rater(project: Project, kind: str, name: str) -> Rater:
    """A rater without an account, told apart by kind and name."""
    name = name.strip()
    if not name or len(name) > 120:
        raise Refused("A rater's name has between 1 and 120 characters.")
    rater, _ = Rater.objects.get_or_create(project=project, user=None, kind=kind, name=name, model="", prompt_hash="")
    return rater
