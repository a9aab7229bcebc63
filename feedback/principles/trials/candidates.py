"""From proposed rules to candidate principles: exact repeats and groups taken together, one of each tested.

A candidate is a principle of its own from the start, set aside until its test is over, so that its votes are cells like
any other and a rule that fell through is remembered with the reason. Words that were tested before are taken again.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from feedback.models import Evidence, Principle, PrincipleVersion, Trial
from feedback.principles.constitutions import add_version, lock_project, new_principle
from feedback.principles.trials.kmeans import grouped

UNDER_TEST = "Under test."
MOST_EVIDENCE = 50


def grouped_rules(proposed: Sequence[dict[str, Any]], groups: int, vectors: Any, *, seed: int) -> list[dict[str, Any]]:
    """The groups of proposals, each with the rule that stands for it, drawn as in the paper.

    `proposed` has {text, preferences}; `vectors` embeds texts. As many groups as different rules, or more: each rule
    stands for itself.
    """
    by_words: dict[str, dict[str, Any]] = {}
    for one in proposed:
        there = by_words.setdefault(" ".join(one["text"].lower().split()), {"text": one["text"], "of": []})
        there["of"] += one["preferences"]
    rules = list(by_words.values())
    places = grouped(vectors([rule["text"] for rule in rules]), groups, seed=seed) if groups < len(rules) else None
    members: dict[int, list[dict[str, Any]]] = {}
    for number, rule in enumerate(rules):
        members.setdefault(places[number] if places else number, []).append(rule)
    dice = random.Random(seed)
    return [
        {
            "text": dice.choice(some)["text"],
            "members": [rule["text"] for rule in some],
            "of": sorted({pk for rule in some for pk in rule["of"]}),
        }
        for _, some in sorted(members.items())
    ]


@transaction.atomic
def make_candidates(trial: Trial, groups: Sequence[dict[str, Any]]) -> list[int]:
    """A wording for each group, in their order, with the choices it was proposed from as evidence."""
    project = lock_project(trial.project)
    there = {
        version.effect.strip().lower(): version
        for version in PrincipleVersion.objects.filter(principle__project=project, domain="").order_by("-pk")
    }
    found = [there.get(group["text"].strip().lower()) or candidate(trial, group) for group in groups]
    return [version.pk for version in found]


def candidate(trial: Trial, group: dict[str, Any]) -> PrincipleVersion:
    """A new principle, set aside while it is under test."""
    principle = new_principle(trial.project, by=trial.asked_by)
    principle.origin = Principle.Origin.PROPOSED
    principle.dropped_at, principle.drop_reason = timezone.now(), UNDER_TEST
    principle.save(update_fields=["origin", "dropped_at", "drop_reason"])
    Evidence.objects.bulk_create(Evidence(principle=principle, preference_id=pk) for pk in group["of"][:MOST_EVIDENCE])
    return add_version(
        principle, by=None, domain="", effect=group["text"], model=trial.model, simulated=trial.simulated
    )


def settle_candidates(trial: Trial, kept: Sequence[int], why_not: dict[int, str]) -> None:
    """Those that are kept stand among the drafts; the others stay set aside, with the reason."""
    ours = Principle.objects.filter(project=trial.project, origin=Principle.Origin.PROPOSED)
    ours.filter(Q(drop_reason=UNDER_TEST) | Q(drop_reason__startswith="Test "), versions__in=kept).update(
        dropped_at=None, drop_reason="", dropped_by=None
    )
    under_test = ours.filter(drop_reason=UNDER_TEST)
    for version, why in why_not.items():
        reason = f"Test {trial.number}: {why}"[:300]
        under_test.filter(versions=version).update(drop_reason=reason, dropped_by=trial.asked_by)
