"""Finding what fits: which entries of the memory stand beside one request, and which are left out by lot.

    library = Library(project)                     approved entries with what they are found by
    library.recall(example.request, example=…)     → the entries and their text for a prompt

An entry is found by when it applies, by the request it was learned at, and by the requests behind the principle it
belongs to (G-Memory: from a request up to the principle, and down again to what was learned under it). What helped in
later answers weighs more, and what harmed too often is left out (AgentFly).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

from feedback.llm.embed import Embedder, local
from feedback.models import Example, Experience, Project, User
from feedback.principles.compiling import learned_from, tokens_of
from feedback.principles.fitting import FITS, Key, Vector, dot, fit_of, is_general, pieces_of, sparse, vectors_of_text
from feedback.principles.memory.entries import entries_text, usable
from feedback.principles.memory.records import Tally, tallies
from feedback.principles.vectors import vectors_of

PIECES = 6
CASE_FITS = 0.22
LEFT_OUT = 5
MOST = 500


@dataclass(frozen=True)
class Recalled:
    """What the memory gives for one request."""

    entries: tuple[Experience, ...] = ()
    text: str = ""

    @property
    def tokens(self) -> int:
        """About how many tokens it takes."""
        return tokens_of(self.text)


@dataclass(frozen=True)
class Known:
    """An entry, how it did, and what it is found by."""

    entry: Experience
    tally: Tally
    key: Key

    def fits(self, pieces: Sequence[Vector]) -> float:
        """How well it fits a text given by its pieces; 0 where it does not."""
        fit = fit_of(self.key, pieces)
        return fit if fit >= (FITS if self.entry.kind == Experience.Kind.LESSON else CASE_FITS) else 0.0


class Library:
    """The approved entries of a project, made ready for many requests. A handful of queries."""

    def __init__(
        self, project: Project, *, user: User | None = None, embedder: Embedder | None = None,
        entries: Sequence[Experience] | None = None,
    ) -> None:  # fmt: skip
        self.project, self.embedder = project, embedder or local()
        rows = list(usable(project, user).order_by("-pk")[:MOST]) if entries is None else list(entries)
        counted = tallies([row.pk for row in rows])
        keys = keys_of(rows, self.embedder)
        self.known = [Known(row, counted[row.pk], key) for row, key in zip(rows, keys, strict=True)]

    def recall(self, text: str, *, at_most: int | None = None, example: Example | None = None) -> Recalled:
        """The entries that fit best, most useful first; as many as the project remembers, unless told."""
        at_most = self.project.remembers if at_most is None else at_most
        entries = [one.entry for one in mixed(self.fitting(text, example=example), at_most)] if at_most else []
        return Recalled(tuple(entries), entries_text(entries))

    def fitting(self, text: str, *, example: Example | None = None, drawn: bool = True) -> list[Known]:
        """All that fit a request, best first. What was learned at this very example is not told again."""
        pieces = self.embedder.embed(pieces_of(text)[:PIECES])
        scored = [(one.fits(pieces) * (0.5 + one.tally.utility), one) for one in self.known if not one.tally.is_bad]
        found = [pair for pair in scored if pair[0] > 0]
        if example is not None:
            found = [pair for pair in found if pair[1].entry.example_id != example.pk]
            found = [pair for pair in found if not (drawn and is_left_out(pair[1].entry, example))]
        return [one for _, one in sorted(found, key=lambda pair: (-pair[0], -pair[1].entry.pk))]

    def examples_fitted(self, entry: Experience, examples: Sequence[Example]) -> set[int]:
        """The examples whose request an entry fits."""
        one = next((known for known in self.known if known.entry.pk == entry.pk), None)
        if one is None:
            return set()
        vectors = vectors_of([row.request for row in examples], embedder=self.embedder)
        return {row.pk for row, vector in zip(examples, vectors, strict=True) if one.fits([vector])}


def largest_memory(project: Project) -> str:
    """The most that the memory can put into one prompt, for a forecast. One query, or none."""
    if not project.remembers:
        return ""
    texts = sorted((entries_text([row]) for row in usable(project)[:MOST]), key=len, reverse=True)
    return "\n".join(texts[: project.remembers])


def mixed(found: Sequence[Known], at_most: int) -> list[Known]:
    """The best of what fits; lessons for any request take a third of the places unless nothing else fits."""
    general = [one for one in found if one.key.general]
    special = [one for one in found if not one.key.general]
    kept = special[: at_most - min(len(general), max(1, at_most // 3))] if at_most > 1 else special[:1]
    kept += general[: at_most - len(kept)]
    return kept + special[len(kept) :][: at_most - len(kept)]


def is_left_out(entry: Experience, example: Example) -> bool:
    """Whether a fitting entry is left out at this example: one time in five, drawn once and the same for ever.

    It is what makes answers with an entry comparable to answers without it. A person's own is never left out.
    """
    if entry.tier == Experience.Tier.PERSON:
        return False
    root = entry.copied_from_id or entry.pk
    return crc32(f"{root}-{example.pk}".encode()) % LEFT_OUT == 0


def keys_of(entries: Sequence[Experience], embedder: Embedder) -> list[Key]:
    """What entries are found by."""
    under = learned_from({row.principle_id for row in entries if row.principle_id})
    conditions = [row.condition.strip() for row in entries]
    asked = [requests_of(row, under) for row in entries]
    texts = sorted({*conditions, *(text for found in asked for text in found)})
    vectors = {text: sparse(one) for text, one in zip(texts, vectors_of(texts, embedder=embedder), strict=True)}
    return [
        Key(
            domain=vectors[condition], learned=tuple(vectors[text] for text in found),
            general=row.kind == Experience.Kind.LESSON and is_general(condition),
        )
        for row, condition, found in zip(entries, conditions, asked, strict=True)
    ]  # fmt: skip


def requests_of(entry: Experience, under: dict[int, list[str]]) -> list[str]:
    """The requests behind an entry: its own example's, and those behind its principle."""
    own = [entry.example.request] if entry.example is not None else []
    return [*own, *under.get(entry.principle_id or 0, [])]


def condition_fits(condition: str, request: str, embedder: Embedder | None = None) -> bool:
    """Whether a condition alone would find its entry at a request."""
    embedder = embedder or local()
    key = Key(domain=sparse(embedder.embed([condition])[0]), general=is_general(condition))
    return fit_of(key, vectors_of_text(request, embedder)) >= FITS


def alike(entries: Sequence[Experience], *, threshold: float = 0.8) -> list[tuple[Experience, Experience]]:
    """Pairs of entries of one kind that say nearly the same, the more alike first."""
    vectors = vectors_of([f"{row.condition}\n{row.explanation}" for row in entries])
    thin = [sparse(vector) for vector in vectors]
    found = [
        (likeness, entries[one], entries[other])
        for one in range(len(entries))
        for other in range(one + 1, len(entries))
        if entries[one].kind == entries[other].kind
        and (likeness := dot(thin[one], vectors[other])) >= threshold
    ]  # fmt: skip
    return [(one, other) for _, one, other in sorted(found, key=lambda pair: -pair[0])]
