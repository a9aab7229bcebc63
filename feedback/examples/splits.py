"""Which split an example belongs to, from its words alone: the same on every machine, and near-duplicates share one.

The words of the last user turn are folded (case, accents' forms, punctuation, digits and white space do not count), cut
into runs of three words, and hashed; the two smallest hashes are the sketch (bottom-k MinHash, Broder 1997), and the
hash of the sketch picks the split. Two texts that differ in a few words keep the same two smallest hashes most of the
time: with a Jaccard similarity J of their runs the chance is about J squared.

Limits: it is a chance, not a promise, so a paraphrase may land elsewhere; texts of fewer than six words are compared
whole; texts that share a long template and differ in a few words count as near-duplicates. Knows no database.
"""

from __future__ import annotations

import heapq
import re
import unicodedata
from collections.abc import Mapping, Sequence
from hashlib import blake2b

SHARES = (("feedback", 70), ("select", 15), ("holdout", 15))
KEPT = 2
RUN = 3
SHORT = 6
MANY = 64  # runs above which finding the smallest is quicker than putting all in order
WORD = re.compile(r"[^\W\d_]+")
LETTERS = re.compile(r"[a-z]+")


def split_of(messages: Sequence[Mapping[str, str]]) -> str:
    """The split of a conversation: feedback, select or holdout."""
    asked = [turn["content"] for turn in messages if turn["role"] == "user"]
    return split_of_text(asked[-1] if asked else "\n".join(turn["content"] for turn in messages))


def split_of_text(text: str) -> str:
    """The split of a text by its sketch: 70, 15 and 15 in a hundred."""
    place = int.from_bytes(digest(" | ".join(sketch(text)))[:8], "big") % 100
    for name, share in SHARES:
        if place < share:
            return name
        place -= share
    raise AssertionError("the shares add up to a hundred")


def sketch(text: str) -> list[str]:
    """What near-duplicates share: the two runs of words with the smallest hashes, or all words of a short text."""
    words = folded_words(text)
    if len(words) < SHORT:
        return [" ".join(words) or text.strip()]
    runs = dict.fromkeys(map(" ".join, zip(words, words[1:], words[2:], strict=False)))
    hashed = [(blake2b(run.encode(), digest_size=16).digest(), run) for run in runs]
    return [run for _, run in (sorted(hashed)[:KEPT] if len(hashed) < MANY else heapq.nsmallest(KEPT, hashed))]


def folded_words(text: str) -> list[str]:
    """The words of a text, with everything folded that does not make it another question."""
    if text.isascii():
        return LETTERS.findall(text.lower())  # which comes to the same, much quicker
    plain = unicodedata.normalize("NFKD", text).casefold()
    return WORD.findall("".join(mark for mark in plain if not unicodedata.combining(mark)))


def digest(text: str) -> bytes:
    """A hash that is the same everywhere."""
    return blake2b(text.encode("utf-8"), digest_size=16).digest()
