"""Cutting, counting and joining texts, for the simulated model. Knows nothing of principles or faults."""

from __future__ import annotations

import re
from collections import Counter

PIECE = re.compile(r".+?(?:[.!?…。！？]++[\"'”’»)\]]*+(?=\s|$)\s*+|\n++|$)", re.DOTALL)
WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
ITEM = re.compile(r"^[ \t]*(?:[-*•]|\d+[.)])[ \t]+", re.MULTILINE)
CODE = re.compile(
    r"```|^\s*(?:def |class |return\b|import |SELECT |#include)|[{;]\s*$|"
    r"^\s*(?:for|while|if|elif|else|try|with)\b.*:\s*$",
    re.MULTILINE,
)
NUMBER_ALONE = re.compile(r"^\s*\d+[.)]\s*$")
COMMON = """
a about above after again all also am an and any are as at be because been before being below between both but by
can could did do does doing down during each few for from further given had has have having he her here hers him
his how i if in into is it its just let like make may me might more most much must my no nor not now of off on
once one only or other our out over own please same she should so some such tell than that the their them then
there these they this those through to too under until up us use very was we were what when where which while who
whom why will with would write you your following answer complete content create describe explain first generate give
introduce list question sentence summarize text two
"""
EMPTY_WORDS = frozenset(COMMON.split())


def sentences(text: str) -> list[str]:
    """A text in sentences and lines; joined again they are the text."""
    cut: list[str] = []
    for piece in PIECE.findall(text):
        if cut and NUMBER_ALONE.match(cut[-1]):
            cut[-1] += piece
        else:
            cut.append(piece)
    return cut


def spoken(text: str) -> list[str]:
    """The sentences without list marks and white space; empty ones left out."""
    bare = (ITEM.sub("", piece).strip() for piece in sentences(text))
    return [piece for piece in bare if WORD.search(piece)]


def words(text: str) -> list[str]:
    """The words, in lower case."""
    return [word.lower() for word in WORD.findall(text)]


def telling_words(text: str) -> list[str]:
    """The words that carry meaning, in lower case."""
    return [word for word in words(text) if len(word) > 2 and word not in EMPTY_WORDS]


def keywords(text: str, count: int = 3) -> list[str]:
    """The words a text is most about: the frequent before the long; equal ones as they come."""
    found = telling_words(text)
    counted = Counter(found)
    ranked = sorted(counted, key=lambda word: (-counted[word], -len(word)))
    return ranked[:count]


def shared_share(text: str, other: str) -> float:
    """Which part of the telling words of `text` occurs in `other`, by their stems; 0 to 1."""
    wanted = {word[:5] for word in telling_words(text)}
    there = {word[:5] for word in telling_words(other)}
    return len(wanted & there) / len(wanted) if wanted else 0.0


def has_list(text: str) -> bool:
    """Whether there are two list items or more."""
    return len(ITEM.findall(text)) >= 2


def has_code(text: str) -> bool:
    """Whether there is code, whose lines must stay as they are."""
    return bool(CODE.search(text))


def quoted(text: str, length: int = 60) -> str:
    """The beginning of a text in quotation marks."""
    line = " ".join(text.split())
    return f"“{line if len(line) <= length else line[: length - 1].rstrip() + '…'}”"


def lower_first(text: str) -> str:
    """With a small letter in front, unless the first word may be a name."""
    first = WORD.search(text)
    if not first or first[0].lower() not in EMPTY_WORDS or first[0] == "I":
        return text
    return text[:1].lower() + text[1:]


def upper_first(text: str) -> str:
    """With a capital in front."""
    return text[:1].upper() + text[1:]
