"""Principles in force that leave the prompts by their own record, and come back by a curator's word.

Nothing is taken out of the constitution: what is switched off stays an article and is compiled into no prompt. A record
counts the uses of the wording in force since it was last switched on. It does not know how uses are settled.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, F, Max, Q
from django.utils import timezone
from django.utils.translation import gettext

from feedback.errors import Refused
from feedback.live import announce
from feedback.models import Applied, Principle, PrincipleVersion, Project, Switching, User
from feedback.principles.applying import Record
from feedback.principles.constitutions import articles_in_force
from feedback.principles.posteriors import Posterior, bar, harms_as_often, is_poor


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A principle in force with its own record, what is believed of it, and what the others manage."""

    version: PrincipleVersion
    record: Record
    others: Posterior

    @property
    def principle(self) -> Principle:
        """Whose record it is."""
        return self.version.principle

    @property
    def posterior(self) -> Posterior:
        """What the record says."""
        return Posterior(helped=self.record.helped, harmed=self.record.harmed)

    @property
    def bar(self) -> float:
        """What it must not fall below."""
        return bar(self.others)

    @property
    def is_poor(self) -> bool:
        """Whether it would be switched off."""
        return is_poor(self.posterior, others=self.others)

    @property
    def harms_as_often(self) -> bool:
        """Whether it harmed at least as often as it helped."""
        return harms_as_often(self.posterior)

    @property
    def unused(self) -> bool:
        """Whether it stood behind no answer since it was switched on."""
        return self.record.uses == 0


def standings(project: Project) -> list[Standing]:
    """Every principle in force with its record, in the constitution's order. Three queries."""
    articles = articles_in_force(project)
    versions = list(
        PrincipleVersion.objects.filter(pk__in=[one.version_id for one in articles]).select_related("principle")
    )
    versions.sort(key=lambda one: [article.version_id for article in articles].index(one.pk))
    records = own_records(versions)
    helped = sum(record.helped for record in records.values())
    harmed = sum(record.harmed for record in records.values())
    return [
        Standing(
            version=one, record=records[one.pk],
            others=Posterior(helped=helped - records[one.pk].helped, harmed=harmed - records[one.pk].harmed),
        )
        for one in versions
    ]  # fmt: skip


def own_records(versions: Iterable[PrincipleVersion]) -> dict[int, Record]:
    """What became of the uses of wordings since their principles were last switched on. One query."""
    ids = [one.pk for one in versions]
    on_again = Max("version__principle__switchings__created_at", filter=Q(version__principle__switchings__off=False))
    rows = Applied.objects.filter(version__in=ids).annotate(since=on_again)
    rows = rows.filter(Q(since__isnull=True) | Q(created_at__gte=F("since"))).values_list("version", "outcome", "cited")
    found = dict.fromkeys(ids, Record())
    for pk, outcome, cited in rows:
        found[pk] = found[pk].with_one(outcome, cited=cited)
    return found


@transaction.atomic
def switch_off_poor(project: Project) -> list[Principle]:
    """Switch off what is as good as surely worse than the others, where the project wants it. Twice changes nothing."""
    if not project.switches_off:
        return []
    gone = []
    for one in standings(project):
        if one.principle.switched_off_at is None and one.is_poor:
            why = gettext("It harmed %(harmed)s of %(n)s answers that were judged; below %(bar)s%% is too few.") % {
                "harmed": one.posterior.harmed, "n": one.posterior.n, "bar": round(100 * one.bar),
            }  # fmt: skip
            if switched(one.principle, off=True, by=None, why=why):
                gone.append(one.principle)
    return gone


@transaction.atomic
def switch_off(principle: Principle, *, by: User, reason: str = "") -> Principle:
    """Take a principle in force out of all prompts from now on. Raises `Refused` when it is not in force."""
    in_force = articles_in_force(principle.project)
    if not any(article.version.principle_id == principle.pk for article in in_force):
        raise Refused(f"Principle {principle.number} is not in force, so it is in no prompt.")
    switched(principle, off=True, by=by, why=reason)
    return principle


@transaction.atomic
def switch_on(principle: Principle, *, by: User, reason: str = "") -> Principle:
    """Put it back into prompts. Its record starts anew, so that what it did before cannot switch it off again."""
    switched(principle, off=False, by=by, why=reason)
    return principle


def switched(principle: Principle, *, off: bool, by: User | None, why: str) -> bool:
    """Turn the switch, once, and write down who did and why."""
    rows = Principle.objects.filter(pk=principle.pk, switched_off_at__isnull=off)
    if not rows.update(switched_off_at=timezone.now() if off else None):
        return False
    Switching.objects.create(principle=principle, off=off, by=by, why=why.strip()[:300])
    principle.refresh_from_db()
    announce(principle.project_id, "principles", "constitution")
    return True


def projects_with_records() -> list[Project]:
    """Where there is anything to look at: projects with judged uses of principles."""
    judged = Applied.objects.filter(version__isnull=False).exclude(outcome="")
    ids = judged.values("version__principle__project").annotate(n=Count("pk")).values("version__principle__project")
    return list(Project.objects.filter(pk__in=ids, switches_off=True))
