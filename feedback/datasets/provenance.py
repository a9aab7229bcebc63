"""Where an exported row comes from: judgements, raters under pseudonyms, responses with their run and principles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from django.utils.crypto import salted_hmac

from feedback.datasets.judged import REWRITES, JudgedPair, Judgement
from feedback.datasets.writers.deciding import FIRST, SECOND
from feedback.models import Rater, Step

Principles = dict[int, list[dict[str, int]]]
SIDES = frozenset({FIRST, SECOND})
PERSON = Rater.Kind.PERSON.value


def provenance(row_id: str, pair: JudgedPair, principles: Principles) -> dict[str, Any]:
    """The line of the sidecar for one row: the same keys on every line."""
    return {
        "row_id": row_id,
        "example": example_facts(pair.example),
        "chosen": origin_of(pair.chosen, principles),
        "rejected": origin_of(pair.rejected, principles),
        "feedback": [said(one, pair) for one in pair.judgements],
        "votes": pair.decision.votes,
        "unanimous": pair.decision.unanimous,
        "simulated": pair.simulated,
    }


def example_facts(example: Any) -> dict[str, Any]:
    """Which example it is."""
    return {
        "number": example.number, "external_id": example.external_id, "content_hash": example.content_hash,
        "split": example.split, "imported_from": example.imported_in.filename if example.imported_in_id else "",
    }  # fmt: skip


def origin_of(response: Any, principles: Principles) -> dict[str, Any]:
    """How a response came about."""
    step = response.produced_by if response.produced_by_id else None
    found = {
        "response": response.id, "content_hash": response.content_hash, "origin": response.origin,
        "model": response.model, "simulated": response.simulated, "parent": response.parent_id,
        "author": pseudonym_of_id(response.author_id), "step": None, "run": None, "strategy": None,
        "constitution": None, "principles": [],
    }  # fmt: skip
    return found | made_in(step, principles) if step else found


def made_in(step: Any, principles: Principles) -> dict[str, Any]:
    """The step of a run that made a response, and by which principles."""
    run = step.run
    return {
        "step": step.pk, "run": run.number, "strategy": run.strategy,
        "constitution": run.constitution.number if run.constitution else None,
        "principles": principles.get(step.item_id, []),
    }  # fmt: skip


def said(one: Judgement, pair: JudgedPair) -> dict[str, Any]:
    """One judgement."""
    row, rater = one.row, one.rater
    rewrite = type(row) in REWRITES
    return {
        "kind": "edit" if rewrite else "preference", "id": row.id, "rater": pseudonym(rater),
        "rater_kind": rater.kind, "protocol": row.protocol, "outcome": outcome_of(one, pair),
        "strength": None if rewrite else row.strength, "reason": row.reason, "at": row.created_at.isoformat(),
    }  # fmt: skip


def outcome_of(one: Judgement, pair: JudgedPair) -> str:
    """Which of the two answers as the row has them somebody chose, or how they found them alike."""
    if one.outcome not in SIDES:
        return one.outcome
    better = one.first if one.outcome == FIRST else one.second
    return "chosen" if better.content_hash == pair.chosen.content_hash else "rejected"


def pseudonym(rater: Rater) -> str:
    """A name that says nothing about a person but is the same in every export; what is no person keeps its name."""
    return pseudonym_of_id(rater.id) or "" if rater.kind == PERSON else rater.name


@lru_cache(maxsize=50_000)
def pseudonym_of_id(rater: int | None) -> str | None:
    """The pseudonym of a rater's id."""
    return f"rater-{salted_hmac('precept.rater', str(rater)).hexdigest()[:10]}" if rater else None


def principles_behind(pairs: Sequence[JudgedPair]) -> Principles:
    """The principles applied in the items these pairs' responses came from, by item. One query."""
    return principles_of([side for pair in pairs for side in (pair.chosen, pair.rejected)])


def principles_of(responses: Iterable[Any]) -> Principles:
    """The principles applied in the items these responses came from, by item. One query."""
    items = {one.produced_by.item_id for one in responses if one.produced_by_id}
    found: Principles = defaultdict(list)
    if not items:
        return found
    steps = Step.objects.filter(item__in=items, principle__isnull=False, state="done").order_by("position")
    for item, principle, version in steps.values_list("item", "principle__principle__number", "principle__number"):
        if {"principle": principle, "version": version} not in found[item]:
            found[item].append({"principle": principle, "version": version})
    return found
