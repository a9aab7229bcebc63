"""Which principles may not go together: pairs worth a judge's look, the likeliest first. Plain words, no model.

Two sentences can contradict each other by denying the same thing, by asking for the two ends of one scale, or by
speaking of the same thing in ways only a reader can tell apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from feedback.llm.embed import NO, cosine, telling_words

ALIKE = 0.3
SCALES: dict[str, tuple[str, str]] = {
    "length": (
        "brief few fewer one-sentence short concise trim cut",
        "long length depth every thorough elaborate expand complete fully completely detailed comprehensive background",
    ),
    "formality": ("formal professional", "casual contraction contractions slang humour humor playful emoji"),
    "lists": ("list table tables", "prose paragraph paragraphs connected"),
    "order": ("begin", "end last"),
    "certainty": ("confident confidently directly commit", "unsure hedge hedging caveat caveats disclaimer caution"),
    "words": ("clear everyday beginner", "jargon terminology expert"),
    "warmth": ("polite empathy empathetic sympathy feelings encourage", "neutral detached matter-of-fact blunt"),
    "refusal": ("refuse decline", "comply help helpfully"),
}  # fmt: skip
POLES = {
    word: (scale, side)
    for scale, sides in SCALES.items()
    for side, words in enumerate(sides)
    for listed in words.split()
    for word in {listed, *telling_words(listed)} - {NO}
}


@dataclass(frozen=True)
class Suspect:
    """Two places in the list, and how likely it is that the sentences there contradict each other."""

    one: int
    other: int
    likely: float


def suspects(
    sentences: Sequence[str], vectors: Sequence[Sequence[float]], *, alike: float = ALIKE, one_of: int | None = None
) -> list[Suspect]:
    """The pairs worth a look, the likeliest first; with `one_of`, only those with that place."""
    read = [poles_of(sentence) for sentence in sentences]
    negated = [telling_words(sentence).count(NO) % 2 == 1 for sentence in sentences]
    found = []
    for other in range(len(sentences)):
        for one in range(other):
            if one_of is not None and one_of not in (one, other):
                continue
            likeness = cosine(vectors[one], vectors[other])
            likely = likeness + opposed(read[one], read[other], turned=negated[one] != negated[other])
            if negated[one] != negated[other] and likeness >= alike:
                likely += 1
            if likely >= alike and sentences[one] != sentences[other]:
                found.append(Suspect(one, other, likely))
    return sorted(found, key=lambda suspect: (-suspect.likely, suspect.one, suspect.other))


def poles_of(sentence: str) -> dict[str, set[int]]:
    """The scales a sentence speaks of, and which end of each."""
    found: dict[str, set[int]] = {}
    for word in [*telling_words(sentence), *sentence.lower().strip(".").split()]:
        if word in POLES:
            scale, side = POLES[word]
            found.setdefault(scale, set()).add(side)
    return found


def opposed(one: dict[str, set[int]], other: dict[str, set[int]], *, turned: bool) -> float:
    """How many scales the two pull apart on; a negation in one of them turns its end around."""
    apart = 0.0
    for scale in one.keys() & other.keys():
        if len(one[scale]) == len(other[scale]) == 1 and (one[scale] != other[scale]) != turned:
            apart += 1
    return apart
