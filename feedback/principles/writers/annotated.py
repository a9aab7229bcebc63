"""Annotated pairs 2.0 (ICAI, Feedback Forensics): pairs of answers with what people and principles prefer. Pure.

Ids are made as ICAI makes them: the first eight hex digits of an MD5, of an annotator's description, and of a pair's
prompt and both answers.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

NO_PREFERENCE = {"both": "both", "neither": "neither", "invalid": "invalid", "tie": "neither", "both-good": "both",
                 "both-bad": "neither", "unlike": "invalid", "": "not_applicable"}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Annotator:
    """Who or what prefers: `kind` is human, ai, principle or unknown."""

    kind: str
    description: str
    name: str = ""

    @property
    def id(self) -> str:
        """The id of an annotator of this description."""
        return short_hash(self.description)


@dataclass(frozen=True, kw_only=True)
class Compared:
    """Two answers to one prompt, with the outcome of each annotator (a, b, both, neither, …) by its id."""

    prompt: str
    a: str
    b: str
    model_a: str = ""
    model_b: str = ""
    outcomes: Mapping[str, str] = field(default_factory=dict)
    metadata: Mapping[str, str] = field(default_factory=dict)


def annotated_pairs(
    pairs: Iterable[Compared], annotators: list[Annotator], *, default: str, name: str, made_at: str
) -> str:
    """The whole file. `default` is the id of the annotator that others are held against."""
    tree = {
        "metadata": {
            "version": "2.0", "description": "Pairs with what people and principles prefer", "created_at": made_at,
            "dataset_name": name, "default_annotator": default, "available_metadata_keys_per_comparison": ["example"],
        },
        "annotators": {one.id: about(one) for one in annotators},
        "comparisons": [comparison(pair) for pair in pairs],
    }  # fmt: skip
    return json.dumps(tree, ensure_ascii=False, indent=1) + "\n"


def about(annotator: Annotator) -> dict[str, str]:
    """An annotator as it stands in the file; a principle has no name."""
    named = {"name": annotator.name} if annotator.name else {}
    return {**named, "description": annotator.description, "type": annotator.kind}


def comparison(pair: Compared) -> dict[str, Any]:
    """A pair as it stands in the file."""
    sides = [
        {"text": text, **({"model": model} if model else {})}
        for text, model in ((pair.a, pair.model_a), (pair.b, pair.model_b))
    ]
    told = [json.dumps(side, sort_keys=True) for side in sides]
    return {
        "id": short_hash("|".join([pair.prompt, *told] if pair.prompt else told)),
        "prompt": pair.prompt,
        "response_a": sides[0],
        "response_b": sides[1],
        "annotations": {annotator: annotation(outcome) for annotator, outcome in pair.outcomes.items()},
        "metadata": dict(pair.metadata),
    }


def annotation(outcome: str) -> dict[str, str | None]:
    """One annotator's preference, or why there is none."""
    if outcome in {"a", "b"}:
        return {"pref": outcome}
    return {"pref": None, "no_pref_reason": NO_PREFERENCE.get(outcome, "invalid")}


def short_hash(text: str) -> str:
    """The first eight hex digits of its MD5."""
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()[:8]
