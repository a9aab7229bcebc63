"""What kind of words a comment is made of: looking back or forward, saying something or not, and how diverse many are.

Rules over English words, after the study of informativeness and diversity of language use (looking back at what was
done, forward to what to do; many wordings teach better than one). Good enough to nudge a writer and to filter a list,
not to judge anybody. It does not know what the comment is about, and of a language it does not know it says nothing
rather than something wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?|\d+(?:[.,]\d+)*")
SENTENCE = re.compile(r"[.!?;:\n。！？]+")
QUOTED = re.compile(r"[\"“”„«`‘][^\"“”„«»`’]{2,}[\"“”»`’]")
UNSPACED = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
MARKS_FORWARD = re.compile(
    r"\b(should|shall|must|ought|needs?\s+to|has\s+to|have\s+to|could\s+(?:have\s+)?be(?:en)?|next\s+time|"
    r"in\s+future|instead|rather\s+than|try\s+to|would\s+be\s+better|better\s+(?:to|if)|how\s+about|please|"
    r"i(?:'d|\s+would)\s+(?:like|prefer|want)|want\s+it\s+to|make\s+sure)\b",
    re.IGNORECASE,
)


def listed(words: str) -> frozenset[str]:
    """The words of a list as it is written below."""
    return frozenset(words.split())


DO = listed(
    """
    add answer ask avoid be begin change check choose cite clarify compare consider correct cut define delete
    describe do don't don’t drop emphasise emphasize end explain expand fix focus follow give include keep leave let
    link list make mention move name never note offer omit point prefer provide put quote reduce remember remove
    rephrase replace reword rewrite say shorten show simplify skip speak split spell start state stay stop suggest
    summarise summarize swap take tell trim try turn use verify warn write always
    """
)
PLAIN = listed(
    """
    a about after all also am an and any are as at be because been before being but by can could did do does doing
    for from had has have he her here him his how i if in into is isn't it its it's just me more most my no not now
    of on one only or other our out over really she should so some than that the their them then there these they
    this those to too up us very was we were what when where which while who why will with would you your answer
    answers response responses reply text thing things
    """
)
VERDICTS = listed(
    """
    amazing awesome awful bad badly best better boring brilliant cool correct decent excellent fail fails fine good
    great hate horrible incorrect like liked love loved meh nice nope ok okay perfect poor pretty quite right
    rubbish sucks super terrible thanks useless well wonderful worse worst wow wrong yes
    """
)
ENOUGH = 3


def tags_of(text: str, improve: str = "") -> tuple[str, bool | None]:
    """Which way a comment looks ("back", "forward", "both", "" where it cannot be told) and whether it is informative.

    `text` is what was said of the response, `improve` what to do better, which looks forward by its place. A comment is
    informative when it holds something that could be acted on or checked: a quotation, or at least three words besides
    verdicts ("good", "bad") and function words. None where nothing was said in words.
    """
    back, forward = directions(text)
    forward = forward or bool(improve.strip())
    looks = {(True, True): "both", (True, False): "back", (False, True): "forward"}.get((back, forward), "")
    if not (text.strip() or improve.strip()):
        return looks, None
    return looks, says_something(f"{text}\n{improve}")


def directions(text: str) -> tuple[bool, bool]:
    """Whether any sentence says what was, and whether any says what to do."""
    back = forward = False
    for sentence in SENTENCE.split(text):
        words = [word.lower() for word in WORD.findall(sentence)]
        if not words:
            continue
        if MARKS_FORWARD.search(sentence) or words[0] in DO:
            forward = True
        elif is_english(words):
            back = True
    return back, forward


def is_english(words: Sequence[str]) -> bool:
    """Whether a sentence has at least one word by which English shows, or is a verdict alone."""
    return any(word in PLAIN or word in VERDICTS for word in words)


def says_something(text: str) -> bool:
    """Whether there is something in it to act on or to check."""
    if QUOTED.search(text):
        return True
    if len(UNSPACED.findall(text)) >= 2 * ENOUGH:
        return True
    content = {word for word in tokens(text) if word not in PLAIN and word not in VERDICTS}
    return len(content) >= ENOUGH


def tokens(text: str) -> list[str]:
    """The words of a text in lower case; in scripts without spaces each character is one."""
    found: list[str] = []
    for word in WORD.findall(text.lower()):
        found += list(word) if UNSPACED.search(word) else [word]
    return found


@dataclass(frozen=True)
class Diversity:
    """How diverse the wording of `comments` comments with `words` words is.

    `distinct_1` and `distinct_2` are the shares of different words and of different neighbours (Li et al. 2016). Both
    fall with length, so `windowed` is there to compare sets of different size: the mean share of different words over
    all stretches of `WINDOW` words, None below one stretch. `repeated` counts comments that say exactly what another
    one said before.
    """

    comments: int
    words: int
    distinct_1: float
    distinct_2: float
    windowed: float | None
    repeated: int


WINDOW = 50


def diversity(texts: Iterable[str]) -> Diversity:
    """The diversity of the wording of many comments. Pairs of neighbours do not reach across comments."""
    seen: set[tuple[str, ...]] = set()
    words: list[str] = []
    pairs: list[tuple[str, str]] = []
    comments = repeated = 0
    for text in texts:
        one = tokens(text)
        if not one:
            continue
        comments += 1
        repeated += tuple(one) in seen
        seen.add(tuple(one))
        words += one
        pairs += pairwise(one)
    return Diversity(comments, len(words), share(words), share(pairs), windowed(words), repeated)


def share(items: Sequence[object]) -> float:
    """How many of the items are different ones, 0 for none at all."""
    return len(set(items)) / len(items) if items else 0.0


def windowed(words: Sequence[str], size: int = WINDOW) -> float | None:
    """The mean share of different words over every stretch of `size`. One pass."""
    if len(words) < size:
        return None
    counts: dict[str, int] = {}
    total = 0.0
    for place, word in enumerate(words):
        counts[word] = counts.get(word, 0) + 1
        if place >= size:
            gone = words[place - size]
            counts[gone] -= 1
            if not counts[gone]:
                del counts[gone]
        if place >= size - 1:
            total += len(counts) / size
    return total / (len(words) - size + 1)
