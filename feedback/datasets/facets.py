"""What a data set is like, counted while it is written: quality, diversity, complexity, length, agreement, sources.

    facets = Facets()
    for line, piece in rows:
        facets.take(line, piece)
    facets.as_dict()

The axes follow the survey of quality, diversity and complexity (QDC) and the cards of OpenDataArena. Shares are counted
over all rows. What needs the words is measured on a sample that is picked by the content of a line, so it is the same
wherever it is made: all rows up to `ALL`, then a part that halves whenever it outgrows `KEPT`. Equal lines fall
together, so duplicates are seen in the sample, too. Memory does not grow. It knows no database and no format.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import sqrt
from statistics import fmean
from typing import Any
from zlib import compress, crc32

import orjson

ALL, KEPT = 10_000, 2_000
PLACES = 128
WORDS = 160
UNSAID = 2 / 3  # how strongly somebody prefers who was not asked how strongly
ANSWERS = ("chosen", "completion", "response", "output", "answer", "revised", "edited", "text", "result")
DIALOGUES = ("messages", "conversations", "conversation", "dialogue", "turns")
NOBODY = (0, False)
BY_PEOPLE = frozenset({"edited", "written"})
BY_MODELS = frozenset({"generated", "refined"})
Line = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Measured:
    """What is kept of a row of the sample. `quality` is between 0 and 1, None where nobody said."""

    quality: float | None
    words: int
    against: int | None
    complexity: int
    place: array[float]


@dataclass
class Facets:
    """The tally while rows go by."""

    rows: int = 0
    one_in: int = 1
    kept: dict[int, Measured] = field(default_factory=dict)
    times: Counter[int] = field(default_factory=Counter)
    votes: Counter[int] = field(default_factory=Counter)
    of_one_mind: int = 0
    makers: Counter[str] = field(default_factory=Counter)

    def take(self, line: Line, piece: Any = None, *, data: bytes | None = None) -> None:
        """Count a row; `data` is the line as it is written, where that is at hand."""
        self.rows += 1
        self.makers[maker_of(piece)] += 1
        votes, unanimous = getattr(piece, "agreement", NOBODY)
        self.votes[votes] += 1
        if unanimous and votes > 1:
            self.of_one_mind += 1
        place = crc32(data if data is not None else orjson.dumps(line, default=str))
        if place % self.one_in:
            return
        self.times[place] += 1
        if place not in self.kept:
            self.kept[place] = measured(line, piece)
            if len(self.kept) > (ALL if self.one_in == 1 else KEPT):
                self.thin_out()

    def thin_out(self) -> None:
        """Keep a part of the sample, the same part whatever came first."""
        while len(self.kept) > KEPT:
            self.one_in *= 2
            self.kept = {place: row for place, row in self.kept.items() if place % self.one_in == 0}
        self.times = Counter({place: self.times[place] for place in self.kept})

    def as_dict(self) -> dict[str, Any]:
        """The facets as the card and the manifest have them."""
        several = sum(count for votes, count in self.votes.items() if votes > 1)
        return {
            "rows": self.rows,
            "measured": len(self.kept),
            **measures_of(list(self.kept.values())),
            "agreement": {"judged_by_several": several, "of_one_mind": share(self.of_one_mind, several)},
            "sources": {
                "by_people": share(self.makers["people"], self.rows),
                "by_models": share(self.makers["model"], self.rows),
                "simulated": share(self.makers["simulated"], self.rows),
                "unknown": share(self.makers["unknown"], self.rows),
            },
            "duplicates": self.duplicates,
        }

    @property
    def duplicates(self) -> float | None:
        """The share of lines that another line repeats."""
        seen = sum(self.times.values())
        return share(seen - len(self.kept), seen)


def measures_of(rows: Sequence[Measured]) -> dict[str, Any]:
    """Quality, diversity, complexity and length of the rows of a sample."""
    said = [row.quality for row in rows if row.quality is not None]
    paired = [row for row in rows if row.against is not None]
    return {
        "quality": {"mean": mean(said), "said_of": share(len(said), len(rows))},
        "diversity": diversity_of(rows),
        "complexity": spread_of([row.complexity for row in rows]),
        "length": {
            **spread_of([row.words for row in rows]),
            "chosen_longer": share(sum(row.words > (row.against or 0) for row in paired), len(paired)),
        },
    }


def at_least(rows: Sequence[Measured], quality: float) -> list[Measured]:
    """The rows that are said to be at least that good; 0 leaves all, also those nobody judged."""
    return [row for row in rows if quality <= 0 or (row.quality is not None and row.quality >= quality)]


def measured(line: Line, piece: Any) -> Measured:
    """One row: its quality, the words it teaches, how much there is in it, and where it lies among the others."""
    answer, asked = answer_of(line), request_of(line, piece)
    against = None if line.get("rejected") is None else len(text_in(line["rejected"]).split())
    words = answer.split()
    return Measured(
        quality=quality_of(line, piece), words=len(words), against=against, place=place_of(asked, words),
        complexity=len(compress(f"{asked}\n{answer}".encode("utf-8", "replace"), 1)),
    )  # fmt: skip


def quality_of(line: Line, piece: Any) -> float | None:
    """How good a row is said to be: how clear and how strong a choice, or a score on its scale."""
    judgements = getattr(piece, "judgements", None)
    if judgements:
        return quality_of_pair(piece, judgements)
    row = getattr(piece, "row", None)
    score, scale = getattr(row, "score", None), getattr(row, "scale", None)
    if score is not None and scale and scale > 1:
        return float((score - 1) / (scale - 1))
    strength = getattr(row, "strength", None)
    return None if strength is None else min(1.0, abs(strength) / 3)


def quality_of_pair(pair: Any, judgements: Sequence[Any]) -> float:
    """The mean of all judgements: for the winner by their strength, against it the other way; at least 0."""
    winner = getattr(getattr(pair, "decision", None), "winner", "")
    total = 0.0
    for one in judgements:
        strength = getattr(one.row, "strength", None)
        size = UNSAID if strength is None else abs(strength) / 3
        total += size if one.outcome == winner else -size if one.outcome in {"first", "second"} else 0.0
    return max(0.0, min(1.0, total / len(judgements)))


def maker_of(piece: Any) -> str:
    """Whose words a row teaches: people's, a model's, the simulated one's, or nobody knows."""
    if getattr(piece, "simulated", None):
        return "simulated"
    response: Any = getattr(piece, "chosen", None) or getattr(piece, "response", None)
    origin = getattr(response, "origin", None)
    if origin in BY_PEOPLE:
        return "people"
    return "model" if origin in BY_MODELS or getattr(response, "model", None) else "unknown"


def answer_of(line: Line) -> str:
    """The words a row teaches, whatever its format calls them."""
    for name in (*ANSWERS, *DIALOGUES):
        if name in line and line[name] is not None:
            return text_in(line[name], last=name in DIALOGUES)
    return max((value for value in line.values() if isinstance(value, str)), key=len, default="")


def request_of(line: Line, piece: Any) -> str:
    """What is asked in it."""
    example = getattr(piece, "example", None)
    if example is not None:
        return str(example.request)
    return next((text_in(line[name]) for name in ("prompt", "instruction", "question") if line.get(name)), "")


def text_in(value: Any, *, last: bool = False) -> str:
    """The words in a text, a turn or a list of turns; of a list, with `last`, only those of the last turn."""
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        return next((str(value[name]) for name in ("content", "value", "text") if value.get(name)), "")
    if isinstance(value, Sequence) and value:
        return text_in(value[-1]) if last else "\n".join(text_in(one) for one in value)
    return ""


def place_of(asked: str, words: Sequence[str]) -> array[float]:
    """Where a row lies: its words hashed into a vector of length one."""
    vector = array("d", bytes(8 * PLACES))
    for word in (*asked.lower().split()[:WORDS], *words[:WORDS]):
        vector[crc32(word.encode("utf-8", "replace")) % PLACES] += 1.0
    size = sqrt(sum(value * value for value in vector)) or 1.0
    return array("d", (value / size for value in vector))


def diversity_of(rows: Sequence[Measured]) -> float | None:
    """One minus the mean likeness of two rows: 0 when all say the same. From the sum of the vectors: linear."""
    many = len(rows)
    if many < 2:
        return None
    total = [sum(row.place[place] for row in rows) for place in range(PLACES)]
    alike = (sum(value * value for value in total) - many) / (many * (many - 1))
    return round(max(0.0, 1 - alike), 4)


def spread_of(values: Sequence[int]) -> dict[str, float | None]:
    """Mean, median and where nine tenths lie between."""
    ordered = sorted(values)
    return {"mean": mean(ordered), "low": at(ordered, 0.05), "median": at(ordered, 0.5), "high": at(ordered, 0.95)}


def at(ordered: Sequence[int], part: float) -> float | None:
    """The value that this part of them does not exceed."""
    return float(ordered[min(len(ordered) - 1, int(part * len(ordered)))]) if ordered else None


def mean(values: Sequence[float]) -> float | None:
    """The mean, rounded so that it is the same on every machine; None of nothing."""
    return round(fmean(values), 4) if values else None


def share(part: int, whole: int) -> float | None:
    """Part of whole; None of nothing."""
    return round(part / whole, 4) if whole else None
