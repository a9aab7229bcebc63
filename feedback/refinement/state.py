"""What the engine thinks with: cases, versions, turns, plans, records. Frozen plain data; no tables, no models.

A case is one response to improve. All that has happened to it is a list of `StepRecord`s, and the engine works out
everything else from those, every time anew.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

Given = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A principle as a strategy sees it. `id` names its wording."""

    id: int
    text: str


@dataclass(frozen=True, kw_only=True)
class Case:
    """One response to improve, with what it answers and the rules it is held against.

    `item` tells cases of one run apart. `calls` overrides a strategy's number of calls per item, for a run that may
    spend just what another spent on the same item. `said` is what people said of the response, where that is wanted.
    """

    item: int
    conversation: str
    response: str
    constitution: str = ""
    rules: tuple[Rule, ...] = ()
    memory: str = ""
    said: str = ""
    calls: int | None = None


@dataclass(frozen=True, kw_only=True)
class Turn:
    """One round of the loop. `rule` is the principle in hand; in the `last` turn nothing is revised any more."""

    iteration: int
    rule: Rule | None = None
    last: bool = False


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What a critic found. `why` is filled when it could not judge, and then `failed` is true."""

    fault: bool
    critique: str
    applies: bool = True
    score: int | None = None
    good_enough: bool = False
    failed: bool = False
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A new text and what is different about it; `failed` with a `why` when there is none.

    `followed` are the numbers of the principles it names as having made a difference.
    """

    text: str
    changed: str = ""
    followed: tuple[int, ...] = ()
    failed: bool = False
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class Drafts:
    """Several texts at once; `failed` when not one of them came about."""

    drafts: tuple[Draft, ...]
    failed: bool = False
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class Pick:
    """Which candidate a judge prefers, by its place among all versions; None when it could not say."""

    best: int | None
    because: str = ""
    failed: bool = False
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class Version:
    """One text of a case. `step` is the position of the step that wrote it, None for the response one began with."""

    text: str
    step: int | None = None
    sample: int = 0
    changed: str = ""
    verdict: Verdict | None = None


@dataclass(frozen=True, kw_only=True)
class Archive:
    """What is remembered of a case: every version in order, every verdict, the judge's pick, what was refused."""

    versions: tuple[Version, ...]
    current: int = 0
    turn: Turn = Turn(iteration=0)
    verdicts: tuple[Verdict, ...] = ()
    latest: Verdict | None = None
    pick: Pick | None = None
    refused: tuple[str, ...] = ()

    @property
    def version(self) -> Version:
        """The version work goes on with."""
        return self.versions[self.current]

    def begin(self, turn: Turn) -> Archive:
        """A new turn: the last verdict no longer counts."""
        return replace(self, turn=turn, latest=None)

    def judged(self, verdict: Verdict) -> Archive:
        """With a verdict on the current version."""
        versions = list(self.versions)
        versions[self.current] = replace(self.version, verdict=verdict)
        return replace(self, versions=tuple(versions), verdicts=(*self.verdicts, verdict), latest=verdict)

    def extended(self, version: Version) -> Archive:
        """With one more version."""
        return replace(self, versions=(*self.versions, version))

    def turned_down(self, why: str) -> Archive:
        """With a draft that did not enter."""
        return replace(self, refused=(*self.refused, why))


@dataclass(frozen=True, kw_only=True)
class StepPlan:
    """One part to be put to work. `key` names part, iteration and inputs, so the same plan twice has the same key."""

    key: str
    position: int
    part: str
    name: str
    iteration: int
    given: Given
    rule: int | None = None


@dataclass(frozen=True, kw_only=True)
class StepRecord:
    """A step that was carried out: its key and what its part returned, or why it failed."""

    key: str
    output: Given = field(default_factory=dict)
    failed: str = ""


@dataclass(frozen=True, kw_only=True)
class Finished:
    """The end of a case. `version` is the one to keep: the first when none is better. `failed`: it came to nothing."""

    version: Version
    why: str
    failed: bool = False

    @property
    def changed(self) -> bool:
        """Whether there is a new text."""
        return not self.failed and self.version.step is not None


def key_of(*parts: Any) -> str:
    """The SHA-256 of some plain data, whatever the order of keys."""
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def seed_of(*parts: Any) -> int:
    """A number that depends on just these parts: the seed of one random choice."""
    return int(key_of(*parts)[:16], 16)
