"""Principles with what was voted on them, and the votes. They belong to no example, so to no split.

Of a snapshot: the wordings and votes that were there when it was frozen, and its own constitution.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from feedback.datasets.choosing import chosen
from feedback.datasets.pieces import Format, Line, Wish
from feedback.datasets.provenance import pseudonym
from feedback.models import Article, Example, PrincipleVersion, Rater, Snapshot, Split, Vote
from feedback.principles.constitutions import current_constitution


@dataclass(frozen=True)
class Worded:
    """A principle in its latest wording, or a vote on it."""

    version: PrincipleVersion
    in_force: bool
    votes: Counter[str] = field(default_factory=Counter)
    vote: Any = None

    @property
    def example(self) -> Example:
        """A stand-in: the principle as an example that stands in no project."""
        principle = self.version.principle
        messages = [{"role": "user", "content": str(self.version)}]
        return Example(pk=principle.pk, number=principle.number, messages=messages, split=Split.FEEDBACK.value)

    @property
    def simulated(self) -> bool:
        """Whether the simulated model worded it or a simulated person voted."""
        return self.version.simulated or bool(self.vote and self.vote.rater.kind == Rater.Kind.SIMULATED)

    @property
    def sources(self) -> set[str]:
        """Where it comes from."""
        return {"vote"} if self.vote else {"principle"}

    @property
    def responses(self) -> list[int]:
        """None that anybody judges."""
        return []

    @property
    def agreement(self) -> tuple[int, bool]:
        """How many voted, and whether they were of one mind."""
        return max(sum(self.votes.values()), 1), len(+self.votes) < 2


def worded(project: Any, wish: Wish) -> dict[int, Worded]:
    """The principles by id, each in its latest wording."""
    snapshot = Snapshot.objects.filter(pk=wish.snapshot).first() if wish.snapshot is not None else None
    constitution = snapshot.constitution if snapshot else current_constitution(project)
    in_force = set(Article.objects.filter(constitution=constitution).values_list("version", flat=True))
    versions = PrincipleVersion.objects.filter(principle__project=project).select_related("principle")
    if snapshot and snapshot.frozen_at:
        versions = versions.filter(created_at__lte=snapshot.frozen_at)
    found: dict[int, Worded] = {}
    for version in versions.order_by("principle__number", "number"):
        held = found.get(version.principle.pk)
        if held is None or not held.in_force or version.pk in in_force:
            found[version.principle.pk] = Worded(version, version.pk in in_force)
    return found


def standing_votes(project: Any, wish: Wish) -> Iterator[Any]:
    """Votes on principles by whoever counts, by principle."""
    rows = chosen(Vote, project, wish).filter(principle__isnull=False, rater__kind__in=wish.kinds)
    return iter(rows.select_related("rater").order_by("principle__number", "pk").iterator(chunk_size=500))


def principles(project: Any, wish: Wish) -> Iterator[Worded]:
    """Every principle with its votes; none for an export of what is held out."""
    if wish.held_out:
        return
    counted: dict[int, Counter[str]] = defaultdict(Counter)
    for row in standing_votes(project, wish):
        counted[row.principle_id][row.choice] += 1
    for pk, one in worded(project, wish).items():
        yield Worded(one.version, one.in_force, counted[pk])


def votes(project: Any, wish: Wish) -> Iterator[Worded]:
    """Every vote on a principle."""
    if wish.held_out:
        return
    there = worded(project, wish)
    for row in standing_votes(project, wish):
        if row.principle_id in there:
            one = there[row.principle_id]
            yield Worded(one.version, one.in_force, Counter({row.choice: 1}), row)


def principle_line(piece: Worded) -> Line:
    """One principle."""
    version = piece.version
    return {
        "number": version.principle.number, "domain": version.domain, "effect": version.effect,
        "wording": version.number, "weight": version.weight, "section": version.principle.section,
        "origin": version.principle.origin, "in_force": piece.in_force, "agree": piece.votes["agree"],
        "disagree": piece.votes["disagree"], "pass": piece.votes["pass"],
    }  # fmt: skip


def vote_line(piece: Worded) -> Line:
    """One vote."""
    return {
        "number": piece.version.principle.number, "domain": piece.version.domain, "effect": piece.version.effect,
        "choice": piece.vote.choice, "reason": piece.vote.reason, "rater": pseudonym(piece.vote.rater),
        "rater_kind": piece.vote.rater.kind,
    }  # fmt: skip


def origins(pieces: Sequence[Worded], _: Sequence[Line]) -> list[Line]:
    """The sidecar: the wording, and whose vote it is."""
    return [
        {
            "row_id": row_id(piece),
            "principle": piece.version.principle.number, "wording": piece.version.number,
            "model": piece.version.model, "vote": piece.vote.pk if piece.vote else None, "simulated": piece.simulated,
        }
        for piece in pieces
    ]  # fmt: skip


def row_id(piece: Worded) -> str:
    """A name that says which wording, and whose vote."""
    parts = (str(piece.version.principle.number), str(piece.version), piece.vote.key if piece.vote else "")
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:20]


def of(name: str, label: str, pieces: Any, line: Callable[[Worded], Line], **more: Any) -> Format:
    """A format of principles."""
    return Format(name=name, label=label, pieces=pieces, line=line, origins=origins, trainer="Precept", **more)


HEAD = {"number": "int", "domain": "text", "effect": "text"}
FORMATS = (
    of("precept-principles", "Principles with their votes", principles, principle_line, one="principle",
       many="principles", needs="Principles, drafted or in force.",
       about="Each principle in the wording in force, else its latest: when it applies (`domain`), what to do"
       " (`effect`), `in_force`, and how many people agree, disagree or pass.",
       columns={**HEAD, "wording": "int", "weight": "float", "section": "text", "origin": "text", "in_force": "bool",
                "agree": "int", "disagree": "int", "pass": "int"}),
    of("precept-votes", "Votes on principles, one a line", votes, vote_line, one="vote", many="votes", kinds=(Vote,),
       needs="Votes on principles.", about="One person's agree, disagree or pass on one principle, under a pseudonym.",
       columns={**HEAD, "choice": "text", "reason": "text", "rater": "text", "rater_kind": "text"}),
)  # fmt: skip
