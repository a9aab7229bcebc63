"""Texts as vectors: what an embedder offers, and one that needs no model, no network and no training.

    local().embed(["Keep it short.", "Be brief."])

The local one hashes words, pairs of words and pieces of words into a fixed number of places. Common words do not count;
endings are cut; words that say the same in talk about answers (brief, short, concise) count as one; what negates is
kept, for it turns the meaning. The same text has the same vector everywhere. It does not know where vectors are kept.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from math import log, sqrt
from typing import Protocol
from zlib import crc32

WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
PLACES = 384
PAIR, PIECE = 0.5, 0.2
NO = "not"
NO_COUNTS = 0.4
COMMON = """
    a about after all also an and any are as at be been being but by can could did do does doing each for from give
    had has have he her his how i if in into is it its itself just let like make may me might more most must my of on
    one only or other our out over own please put s she should so some such than that the their them then there these
    they this those through to too up us very was we were what when where whether which while who whom whose why will
    with would you your yours response responses reply replies answer answers text assistant user users people
"""
STOP = frozenset(COMMON.split())
SAME: dict[str, str] = {
    word: family.split()[0]
    for family in (
        "not no never without avoid don't doesn't shouldn't won't can't cannot nor refrain omit skip leave",
        "brief short concise succinct terse compact brevity shorter shorten briefly concisely",
        "long lengthy verbose wordy longwinded elaborate detailed detail details thorough extensive",
        "list lists bullet bullets bulleted enumerate numbered enumeration itemize itemise",
        "example examples instance illustrate illustration concrete",
        "polite courteous friendly kind warm respectful politely kindly warmly",
        "clear plain simple understandable plainly clearly simply",
        "begin start open opening beginning first lead",
        "end close conclude closing conclusion finish finally",
        "apologise apologize apology apologies sorry",
        "source sources cite citation citations reference references",
        "unsure uncertain uncertainty doubt doubts",
        "ask question questions query queries request requests requested asked",
        "error errors mistake mistakes wrong incorrect inaccurate",
        "correct accurate right true factual accuracy correctness",
        "repeat repeating repetition redundant restate restating repeated repetitive",
        "formal formality professional", "casual informal colloquial chatty conversational",
        "explain explanation explanations explaining describe description",
        "say state mention tell name", "show display present",
        "filler preamble pleasantry pleasantries", "jargon technical", "always every",
        "use using include including add adding contain provide offer", "helpful useful", "code program programme",
    )
    for word in family.split()
}  # fmt: skip
ENDINGS = ("ational", "ingly", "edly", "ations", "ation", "ness", "ments", "ment", "ings", "ing", "ies", "ied", "est",
           "ers", "ely", "ly", "es", "ed", "er", "s", "e")  # fmt: skip


class Embedder(Protocol):
    """Whatever makes vectors of texts. Name and version are kept with what was made of them."""

    name: str
    version: str

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """A vector of length one for each text, in their order; all zero for a text without a word that counts."""
        ...


class HashedWords:
    """The local embedder."""

    name = "hashed-words"
    version = "1"

    def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """A vector for each text."""
        return [placed(features(text)) for text in texts]


@lru_cache
def local() -> HashedWords:
    """The embedder that is used where nothing else is set."""
    return HashedWords()


def full_name(embedder: Embedder) -> str:
    """How an embedder is named in rows: name@version."""
    return f"{embedder.name}@{embedder.version}"


def cosine(one: Sequence[float], other: Sequence[float]) -> float:
    """How alike two vectors are, from -1 to 1; 0 where one of them is all zero."""
    lengths = sqrt(sum(a * a for a in one)) * sqrt(sum(b * b for b in other))
    return sum(a * b for a, b in zip(one, other, strict=True)) / lengths if lengths else 0.0


def telling_words(text: str) -> list[str]:
    """The words that count, each as its family or its stem, in order."""
    found = (word.group().lower().replace("’", "'") for word in WORD.finditer(text))
    return [SAME.get(word) or stem(word) for word in found if word not in STOP]


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """The word without its ending; a family's name when the rest belongs to one."""
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)]
            break
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "aeiouls":
        word = word[:-1]
    return SAME.get(word, word)


def features(text: str) -> dict[str, float]:
    """What a text is made of, each with its weight: words, pairs of neighbours, pieces of four letters."""
    words = telling_words(text)
    weights: dict[str, float] = {}
    for weight, found in ((1.0, words), (PAIR, pairs(words)), (PIECE, pieces(words))):
        for feature, count in Counter(found).items():
            weights[feature] = weight * (1 + log(count)) * (NO_COUNTS if feature == NO else 1)
    return weights


def pairs(words: Sequence[str]) -> Iterator[str]:
    """Neighbouring words; what is negated is a pair with its negation."""
    return (f"{one} {other}" for one, other in pairwise(words) if one != other)


def pieces(words: Iterable[str]) -> Iterator[str]:
    """Four letters at a time, with the word's edges."""
    for word in words:
        edged = f"<{word}>"
        yield from (f"#{edged[at : at + 4]}" for at in range(max(1, len(edged) - 3)))


def placed(weights: dict[str, float]) -> list[float]:
    """The features at their places, at length one."""
    vector = [0.0] * PLACES
    for feature, weight in weights.items():
        hashed = crc32(feature.encode("utf-8", "replace"))
        vector[(hashed >> 1) % PLACES] += weight if hashed & 1 else -weight
    length = sqrt(sum(value * value for value in vector))
    return [value / length for value in vector] if length else vector
