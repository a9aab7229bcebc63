"""How the simulated model mends a fault of a certain kind: each function gives the new text.

Each is the counterpart of a function in `faults`; after it, that fault is gone.
"""

from __future__ import annotations

import re

from feedback.llm.pretending.faults import CONCLUSION, HEDGE, PLAIN_WORDS, PLEASANTRY, word_limit
from feedback.llm.pretending.texts import (
    ITEM,
    keywords,
    lower_first,
    quoted,
    sentences,
    shared_share,
    spoken,
    telling_words,
    upper_first,
    words,
)


def shorten(request: str, text: str) -> str:
    """Keep the first sentence and those nearest the request, in their order, within the limit."""
    said, allowed = sentences(text), word_limit(request)
    kept, count = {0}, len(words(said[0]))
    for place in sorted(range(1, len(said)), key=lambda place: (-shared_share(said[place], request), place)):
        size = len(words(said[place]))
        if size and count + size <= allowed:
            kept.add(place)
            count += size
    short = "".join(said[place] for place in sorted(kept)).strip()
    return short if count <= allowed else _first_words(short, allowed)


def _first_words(text: str, allowed: int) -> str:
    found = list(re.finditer(r"\S+", text))
    end = next((mark.end() for mark in reversed(found) if len(words(text[: mark.end()])) <= allowed), len(text))
    return text[:end].rstrip(" ,;:—-") + "…"


def say_more(request: str, text: str) -> str:
    """Add what the answer rests on and what it leaves open."""
    about = keywords(request) or ["this"]
    more = (
        f"What this rests on: the request turns on {_listed(about)}, and the answer above speaks to "
        f"{'that' if len(about) == 1 else 'each of these'} in turn. What it leaves open is how much weight each point "
        "should carry in your own case, which you can judge best."
    )
    return f"{text.rstrip()}\n\n{more}"


def drop_preamble(request: str, text: str) -> str:
    """Begin with the first sentence that says something."""
    return upper_first(PLEASANTRY.sub("", text, count=1).lstrip())


def answer_first(request: str, text: str) -> str:
    """Move the sentence that answers to the front."""
    pieces = [piece for piece in sentences(text) if words(piece)]
    last = CONCLUSION.match(ITEM.sub("", pieces[-1]).strip())
    best = len(pieces) - 1 if last else _nearest(request, pieces)
    answer = CONCLUSION.sub("", ITEM.sub("", pieces[best]).strip())
    rest = text.replace(pieces[best], "\n" if pieces[best].endswith("\n") else "", 1).strip()
    return f"In short: {lower_first(answer)}\n\n{rest}" if rest else f"In short: {lower_first(answer)}"


def _nearest(request: str, pieces: list[str]) -> int:
    askings = [place for place, piece in enumerate(pieces) if not piece.strip().endswith("?")] or [0]
    return max(askings, key=lambda place: (shared_share(request, pieces[place]), -place))


def drop_hedges(request: str, text: str) -> str:
    """Leave the hedging words out."""
    plain = HEDGE.sub("", text)
    return re.sub(r"(^|[.!?]\s+)([a-zà-ÿ])", lambda found: found[1] + found[2].upper(), plain).strip() or text


def add_caveat(request: str, text: str) -> str:
    """Say what has not been checked."""
    about = keywords(request, 2)
    subject = f" about {_listed(about)}" if about else ""
    return f"{text.rstrip()}\n\nCheck what is said here{subject} against a source you trust before you rely on it."


def make_list(request: str, text: str) -> str:
    """One point a line."""
    said = spoken(text)
    lead = [said.pop(0)] if said[0].startswith("In short") else []
    return "\n".join([*lead, *(f"- {upper_first(piece)}" for piece in said)])


def make_prose(request: str, text: str) -> str:
    """The items of the list as sentences of one paragraph."""
    ended = (piece if piece[-1] in ".!?…:" else piece + "." for piece in spoken(text))
    return " ".join(upper_first(piece) for piece in ended)


def add_example(request: str, text: str) -> str:
    """Add one concrete case."""
    about = keywords(request, 2) or ["this"]
    return f"{text.rstrip()}\n\nFor example, take {_listed(about)}: the same point holds there, and is easy to see."


def add_reasons(request: str, text: str) -> str:
    """Say what the result follows from."""
    about = keywords(request) or ["the question"]
    return f"{text.rstrip()}\n\nThis follows because the question turns on {_listed(about)}, taken one after the other."


def use_plain_words(request: str, text: str) -> str:
    """Put the plainer twin in place of a heavy word."""

    def plain(found: re.Match[str]) -> str:
        twin = PLAIN_WORDS.get(found[0].lower(), found[0])
        return upper_first(twin) if found[0][0].isupper() else twin

    return re.sub(r"[^\W\d_]+", plain, text)


def warm_up(request: str, text: str) -> str:
    """A sentence for the person before the answer."""
    about = keywords(request, 1)
    return f"I can see why {about[0] if about else 'this'} is on your mind. {text.lstrip()}"


def say_once(request: str, text: str) -> str:
    """Keep the first of sentences that say the same."""
    kept: list[str] = []
    seen: list[set[str]] = []
    for piece in sentences(text):
        now = set(telling_words(piece))
        if not (len(now) >= 3 and any(len(now & before) >= 0.8 * len(now) for before in seen)):
            kept.append(piece)
        seen.append(now)
    return "".join(kept).strip()


def take_up_request(request: str, text: str) -> str:
    """Begin with what was asked."""
    return f"You asked: {quoted(request, 400)} {text.lstrip()}"


def _listed(items: list[str]) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"
