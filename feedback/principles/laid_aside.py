"""What was laid aside, and why: told to the model before it drafts, and held against what it drafts then.

Two wordings count as one where they are equal but for case and punctuation, or nearly alike by the local embedder.
"""

from __future__ import annotations

from dataclasses import dataclass

from feedback.llm.embed import cosine, local
from feedback.llm.prompts import data_block
from feedback.models import Principle, Project
from feedback.principles.clusters import NEAR, is_denied, plain
from feedback.principles.wording import principle_sentence

MOST_TOLD = 60


@dataclass(frozen=True)
class LaidAside:
    """A principle that people set aside: its number, its words and their reason."""

    number: int
    effect: str
    sentence: str
    reason: str

    @property
    def told(self) -> str:
        """Why it is not proposed again, as a sentence for people."""
        because = f" because “{self.reason}”" if self.reason else ""
        return f"it is like principle {self.number}, which was laid aside{because}"


def laid_aside(project: Project) -> list[LaidAside]:
    """All that stand laid aside, newest first, by their last wording. Two queries."""
    rows = project.principles.filter(dropped_at__isnull=False).prefetch_related("versions").order_by("-dropped_at")
    return [aside_of(row) for row in rows if row.versions.all()]


def aside_of(principle: Principle) -> LaidAside:
    """A dropped principle whose versions were prefetched."""
    newest = list(principle.versions.all())[-1]
    return LaidAside(principle.number, newest.effect, principle_sentence(newest), principle.drop_reason)


def as_material(rows: list[LaidAside]) -> str:
    """What a prompt is told: each one a block of its own, so that no reason passes for an instruction."""
    blocks = (
        data_block(f"laid aside {row.number}", f"{row.sentence}\nReason: {row.reason or 'not given'}") for row in rows
    )
    return "\n".join([*blocks][:MOST_TOLD])


def like_one_of(rows: list[LaidAside], *, effect: str) -> LaidAside | None:
    """The one that asks for the same as this draft: in the same words, or else the nearest of those nearly alike."""
    for row in rows:
        if plain(row.effect) == plain(effect):
            return row
    rows = [row for row in rows if is_denied(row.effect) == is_denied(effect)]
    if not rows:
        return None
    ours, *theirs = local().embed([effect, *(row.effect for row in rows)])
    likeness, place = max((cosine(ours, other), -place) for place, other in enumerate(theirs))
    return rows[-place] if likeness >= NEAR else None
