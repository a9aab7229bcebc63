"""Who adopts what: each change to the set of principles makes the next constitution, and none is ever changed.

Every verb here locks the project's row first, so two people adopting at once make two versions, one upon the other.
It does not know where drafts come from (see `drafting`).
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from feedback.errors import Refused
from feedback.live import announce
from feedback.models import Article, Constitution, Principle, PrincipleVersion, Project, User
from feedback.principles.gate import answered_for, speaks_against
from feedback.principles.wording import compiled

__all__ = [
    "Change", "adopt", "changes_between", "compiled", "current_constitution", "drop", "history", "reinstate", "retire",
    "reword", "write_principle",
]  # fmt: skip


def current_constitution(project: Project) -> Constitution | None:
    """The constitution in force, with its articles; None before the first adoption."""
    return history(project).first()


def history(project: Project):
    """All constitutions of a project, newest first, each with its articles."""
    found = Constitution.objects.filter(project=project).select_related("made_by")
    return found.prefetch_related("articles__version__principle").order_by("-number")


@transaction.atomic
def write_principle(
    project: Project, *, by: User | None, domain: str = "", effect: str, counter_examples: str = ""
) -> Principle:
    """A principle in a person's own words, as a draft. Raises `Refused` when it does not say what to do."""
    lock_project(project)
    principle = new_principle(project, by=by)
    add_version(principle, by=by, domain=domain, effect=effect, counter_examples=counter_examples)
    announce(project, "principles")
    return principle


@transaction.atomic
def reword(
    principle: Principle,
    *,
    by: User | None,
    domain: str,
    effect: str,
    counter_examples: str | None = None,
    reason: str = "",
) -> PrincipleVersion:
    """A new wording. A draft just gets its next version; a principle in force also makes the next constitution.

    The same words again change nothing. Raises `Refused` when it does not say what to do.
    """
    project = lock_project(principle.project)
    newest = newest_version(principle)
    counter = newest.counter_examples if counter_examples is None else counter_examples
    if same_words(newest, domain, effect, counter):
        return newest
    version = add_version(principle, by=by, domain=domain, effect=effect, counter_examples=counter)
    in_force = articles_in_force(project)
    if any(article.version.principle_id == principle.pk for article in in_force):
        versions = [version if a.version.principle_id == principle.pk else a.version for a in in_force]
        next_constitution(project, versions, by=by, change=f"Principle {principle.number} reworded", reason=reason)
    announce(project, "principles")
    return version


@transaction.atomic
def adopt(
    principle: Principle, *, by: User | None, domain: str | None = None, effect: str | None = None, reason: str = ""
) -> Constitution:
    """Put a principle into force: constitution N+1 is constitution N and this principle last, or in its old place.

    Other words than the draft's become a new version first. Raises `Refused` when those words are in force.
    """
    project = lock_project(principle.project)
    version = version_to_adopt(principle, by=by, domain=domain, effect=effect)
    in_force = articles_in_force(project)
    if any(article.version_id == version.pk for article in in_force):
        raise Refused(
            f"Principle {principle.number} is in force in these very words already. There is nothing to adopt."
        )
    versions, change = placed(version, in_force)
    Principle.objects.filter(pk=principle.pk).update(dropped_at=None, dropped_by=None, drop_reason="")
    return next_constitution(project, versions, by=by, change=change, reason=reason)


@transaction.atomic
def retire(principle: Principle, *, by: User | None, reason: str = "", by_vote: bool = False) -> Constitution:
    """Take a principle out of force: constitution N+1 is constitution N without it. Raises `Refused` if it is not."""
    project = lock_project(principle.project)
    in_force = articles_in_force(project)
    versions = [article.version for article in in_force if article.version.principle_id != principle.pk]
    if len(versions) == len(in_force):
        raise Refused(f"Principle {principle.number} is not in force, so it cannot be retired.")
    change = f"Principle {principle.number} retired"
    return next_constitution(project, versions, by=by, change=change, reason=reason, by_vote=by_vote)


@transaction.atomic
def drop(principle: Principle, *, by: User | None, reason: str = "") -> Principle:
    """Set a draft aside. Twice changes nothing. Raises `Refused` when the principle is in force."""
    project = lock_project(principle.project)
    if any(article.version.principle_id == principle.pk for article in articles_in_force(project)):
        raise Refused(f"Principle {principle.number} is in force. Retire it instead of dropping it.")
    Principle.objects.filter(pk=principle.pk, dropped_at__isnull=True).update(
        dropped_at=timezone.now(), dropped_by=by, drop_reason=reason[:300]
    )
    principle.refresh_from_db()
    announce(project, "principles")
    return principle


@transaction.atomic
def reinstate(principle: Principle, *, by: User | None) -> Principle:
    """Take a dropped draft back among the drafts. Twice changes nothing."""
    project = lock_project(principle.project)
    Principle.objects.filter(pk=principle.pk).update(dropped_at=None, dropped_by=None, drop_reason="", merged_into=None)
    principle.refresh_from_db()
    announce(project, "principles")
    return principle


@dataclass(frozen=True, kw_only=True)
class Change:
    """What became of one principle between two constitutions.

    `kind` is added, removed, reworded, moved or kept; `before` and `after` are its wordings, None where it had none.
    """

    kind: str
    principle: Principle
    before: PrincipleVersion | None
    after: PrincipleVersion | None


def changes_between(older: Constitution | None, newer: Constitution) -> list[Change]:
    """Principle by principle, what the newer constitution changed; in its order, then what it removed."""
    before = [article.version for article in older.articles.all()] if older else []
    after = [article.version for article in newer.articles.all()]
    old = {version.principle_id: version for version in before}
    kept = {version.principle_id for version in after}
    order_before = [version.principle_id for version in before if version.principle_id in kept]
    order_after = [version.principle_id for version in after if version.principle_id in old]
    moved = {a for a, b in zip(order_after, order_before, strict=True) if a != b}
    changes = [
        Change(
            kind=kind_of(old.get(v.principle_id), v, moved),
            principle=v.principle,
            before=old.get(v.principle_id),
            after=v,
        )
        for v in after
    ]
    gone = [version for version in before if version.principle_id not in kept]
    return changes + [Change(kind="removed", principle=v.principle, before=v, after=None) for v in gone]


def kind_of(before: PrincipleVersion | None, after: PrincipleVersion, moved: set[int]) -> str:
    """The one word for what happened to a principle that is in the newer constitution."""
    if before is None:
        return "added"
    if before.pk != after.pk:
        return "reworded"
    return "moved" if after.principle_id in moved else "kept"


def lock_project(project: Project) -> Project:
    """Hold the project's row until the transaction ends, so numbers are given out one after the other."""
    return Project.objects.select_for_update(no_key=True).get(pk=project.pk)


def new_principle(project: Project, *, by: User | None, origin: str = Principle.Origin.WRITTEN) -> Principle:
    """The next principle of a locked project, still without words."""
    highest = Principle.objects.filter(project=project).aggregate(highest=Max("number"))["highest"] or 0
    return Principle.objects.create(project=project, number=highest + 1, made_by=by, origin=origin)


def add_version(
    principle: Principle, *, by: User | None, domain: str, effect: str, counter_examples: str = "", **made: object
) -> PrincipleVersion:
    """The next wording of a principle of a locked project. `made` may carry `model` and `simulated`."""
    if not effect.strip():
        raise Refused("A principle has to say what to do: its second field is empty. Write one sentence there.")
    highest = principle.versions.aggregate(highest=Max("number"))["highest"] or 0
    return PrincipleVersion.objects.create(
        principle=principle, number=highest + 1, domain=domain.strip(), effect=effect.strip(),
        counter_examples=counter_examples.strip(), written_by=by, **made,
    )  # fmt: skip


def newest_version(principle: Principle) -> PrincipleVersion:
    """The latest wording."""
    version = principle.versions.order_by("-number").first()
    if version is None:
        raise Refused(f"Principle {principle.number} has no words yet. Write what it should do first.")
    return version


def version_to_adopt(
    principle: Principle, *, by: User | None, domain: str | None, effect: str | None
) -> PrincipleVersion:
    """The newest wording, or the next one when other words were given."""
    newest = newest_version(principle)
    domain = newest.domain if domain is None else domain
    effect = newest.effect if effect is None else effect
    if same_words(newest, domain, effect, newest.counter_examples):
        return newest
    return add_version(principle, by=by, domain=domain, effect=effect, counter_examples=newest.counter_examples)


def same_words(version: PrincipleVersion, domain: str, effect: str, counter_examples: str) -> bool:
    """Whether a wording is just this one again."""
    ours = (version.domain, version.effect, version.counter_examples)
    return ours == (domain.strip(), effect.strip(), counter_examples.strip())


def articles_in_force(project: Project) -> list[Article]:
    """The articles of the constitution in force, in order."""
    newest = Constitution.objects.filter(project=project).order_by("-number").first()
    return list(newest.articles.select_related("version")) if newest else []


def placed(version: PrincipleVersion, in_force: list[Article]) -> tuple[list[PrincipleVersion], str]:
    """The list of wordings with `version` in it, and the sentence that says what that changes."""
    number = version.principle.number
    if any(article.version.principle_id == version.principle_id for article in in_force):
        versions = [version if a.version.principle_id == version.principle_id else a.version for a in in_force]
        return versions, f"Principle {number} reworded"
    return [*(article.version for article in in_force), version], f"Principle {number} adopted"


def next_constitution(
    project: Project,
    versions: list[PrincipleVersion],
    *,
    by: User | None,
    change: str,
    reason: str,
    by_vote: bool = False,
) -> Constitution:
    """The constitution after the one in force, of a locked project; announces it.

    Raises `Refused` where the team decides by vote and this was not voted on (see `motions`), and where something
    speaks against it and no reason is given (see `gate`).
    """
    if project.quorum > 1 and not by_vote:
        raise Refused(f"Here {project.quorum} people decide together. Propose it, and it is put to the vote.")
    before = [article.version for article in articles_in_force(project)]
    against = speaks_against(project, before, versions)
    highest = Constitution.objects.filter(project=project).aggregate(highest=Max("number"))["highest"] or 0
    constitution = Constitution.objects.create(
        project=project, number=highest + 1, change=change[:300], reason=reason.strip(), made_by=by,
        in_spite_of=answered_for(against, reason),
    )  # fmt: skip
    Article.objects.bulk_create(
        Article(constitution=constitution, position=position, version=version)
        for position, version in enumerate(versions, start=1)
    )
    announce(project, "principles", "constitution")
    return constitution
