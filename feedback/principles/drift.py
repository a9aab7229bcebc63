"""Whether a constitution still learns from people: the drift alarm of SkillLearnBench.

Feedback from outside helps over rounds; feedback a model gives itself drifts. So every version of the constitution is
asked where its change came from: from people (their feedback stands behind the principle, or they worded it), from a
model alone, or from neither (something moved or went). When several in a row came from a model alone, that is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Prefetch, Q

from feedback.models import Article, Constitution, Evidence, Principle, PrincipleVersion, Project
from feedback.principles.constitutions import changes_between

PEOPLE, MODEL, NEITHER = "people", "model", "neither"
AFTER = 2
AT_ONCE = timedelta(minutes=1)  # a wording and the feedback it was drafted from are written together
OUTSIDE = ("person", "imported")
RATED = ("critique", "preference", "edit", "span", "rating")


@dataclass(frozen=True, kw_only=True)
class Drift:
    """The latest versions with where each one's change came from, newest first, and how many since people's word."""

    rounds: tuple[tuple[int, str], ...]
    alone: int
    after: int = AFTER

    @property
    def alarm(self) -> bool:
        """Whether it has gone on without people for too long."""
        return self.alone >= self.after


def drift_of(project: Project, *, up_to: int, at_most: int = 12, after: int = AFTER) -> Drift:
    """Where the latest changes came from, up to a version. A fixed number of queries."""
    articles = Article.objects.order_by("position").select_related("version__principle")
    rows = Constitution.objects.filter(project=project, number__lte=up_to).order_by("-number")
    versions = list(rows.prefetch_related(Prefetch("articles", queryset=articles))[: at_most + 1])
    changed = {
        newer.number: new_words(older, newer)
        for newer, older in zip(versions, [*versions[1:], None], strict=True)
        if older is not None or len(versions) <= at_most
    }
    heard = heard_by_people([version for found in changed.values() for version in found])
    rounds = tuple((number, source_of(found, heard)) for number, found in sorted(changed.items(), reverse=True))
    return Drift(rounds=rounds, alone=alone([source for _, source in rounds]), after=after)


def new_words(older: Constitution | None, newer: Constitution) -> list[PrincipleVersion]:
    """The wordings that came in with a version."""
    kinds = {"added", "reworded"}
    return [one.after for one in changes_between(older, newer) if one.kind in kinds and one.after is not None]


def heard_by_people(versions: Sequence[PrincipleVersion]) -> set[int]:
    """The wordings with people's feedback behind them, given since the wording before. Two queries."""
    outside = Q(group__critiques__rater__kind__in=OUTSIDE)
    for kind in RATED:
        outside |= Q(**{f"{kind}__rater__kind__in": OUTSIDE})
    principles = {version.principle_id for version in versions}
    rows = Evidence.objects.filter(outside, principle__in=principles).values_list("principle", "created_at")
    newest: dict[int, datetime] = {}
    for principle, at in rows:
        newest[principle] = max(at, newest.get(principle, at))
    made = PrincipleVersion.objects.filter(principle__in=principles).values_list("principle", "number", "created_at")
    began = {(principle, number): at for principle, number, at in made}
    found = set()
    for version in versions:
        at, before = newest.get(version.principle_id), began.get((version.principle_id, version.number - 1))
        if at is not None and (before is None or at > before + AT_ONCE):
            found.add(version.pk)
    return found


def source_of(versions: Sequence[PrincipleVersion], heard: set[int]) -> str:
    """Where a version's change came from; people's word on one principle of several is people's word."""
    if not versions:
        return NEITHER
    return PEOPLE if any(by_people(version, heard) for version in versions) else MODEL


def by_people(version: PrincipleVersion, heard: set[int]) -> bool:
    """Whether people worded it, brought it in, or gave the feedback behind it."""
    from_outside = version.principle.origin in {Principle.Origin.WRITTEN, Principle.Origin.IMPORTED}
    return version.written_by_id is not None or version.pk in heard or (from_outside and not version.model)


def alone(sources: Sequence[str]) -> int:
    """How many changes a model made alone since people last had a word; newest first."""
    found = 0
    for source in sources:
        if source == PEOPLE:
            return found
        found += source == MODEL
    return found
