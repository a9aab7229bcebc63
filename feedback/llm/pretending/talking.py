"""How the simulated model talks: it takes a correction or a complaint in and goes on from an edit. It knows nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise

from feedback.llm.answers import Continuation, Reply
from feedback.llm.material import blocks, read_turns
from feedback.llm.pretending.answering import answer_afresh, mended
from feedback.llm.pretending.texts import quoted, sentences, telling_words
from feedback.llm.pretending.themes import themes_of_complaint

Values = Mapping[str, str]
NAMED = r"[\"“'‘]?([\w.%°$€£-]*\w[%°]?)[\"”'’]?"
CORRECTIONS = (
    (re.compile(rf"\bnot {NAMED},? but {NAMED}", re.IGNORECASE), (1, 2)),
    (re.compile(rf"{NAMED} instead of {NAMED}", re.IGNORECASE), (2, 1)),
    (re.compile(rf"{NAMED},? (?:and )?not {NAMED}", re.IGNORECASE), (2, 1)),
    (re.compile(rf"{NAMED} (?:should|must|ought to) (?:be|read) {NAMED}", re.IGNORECASE), (1, 2)),
)


def answer_message(values: Values) -> Reply:
    """The last answer with the message taken in; the outline of an answer where there was none before."""
    turns = read_turns(values["conversation"])
    said = [text for who, text in turns if who == "assistant"]
    message = turns[-1][1] if turns else ""
    if not said:
        return Reply(text=answer_afresh({"conversation": values["conversation"], "approach": "as usual"}).text)
    request = next((text for who, text in turns if who == "user"), "")
    new = taken_in(message, said[-1])
    themes = [theme for theme in themes_of_complaint(message)[:2] if theme.fault(request, new)]
    new = mended(themes, request, new).text if themes else new
    if new.strip() != said[-1].strip():
        return Reply(text=new)
    return Reply(
        text=f"Simulated, not an answer. Nothing in the message {quoted(message, 120)} can be taken in by selecting "
        f"and ordering words, so the answer stays: {said[-1]}"
    )


def taken_in(message: str, text: str) -> str:
    """The text with a correction such as “Vienna, not Rome” put into it."""
    for pattern, (old, new) in CORRECTIONS:
        for found in pattern.finditer(message):
            if re.search(rf"\b{re.escape(found[old])}(?!\w)", text):
                return re.sub(rf"\b{re.escape(found[old])}(?!\w)", lambda _, to=found[new]: to, text)  # type: ignore[misc]
    return text


def continue_from_edit(values: Values) -> Continuation:
    """What stood after the edited part, with the edit's word changes carried on and nothing said twice."""
    swaps = swapped(values["changes"])
    here = {frozenset(telling_words(piece)) for piece in sentences(values["edited"]) if len(telling_words(piece)) > 2}
    kept = [carried_on(swaps, piece) for piece in sentences(values["remainder"])]
    new = [piece for piece in kept if frozenset(telling_words(piece)) not in here]
    return Continuation(text="".join(new))


def carried_on(swaps: Mapping[str, str], text: str) -> str:
    """The text with the same words swapped as in the edit."""
    for old, come in swaps.items():
        text = re.sub(rf"\b{re.escape(old)}\b", lambda _, to=come: to, text)  # type: ignore[misc]
    return text


def swapped(changes: str) -> dict[str, str]:
    """Which words a person put in place of which: one for one, and none that is too plain to carry on."""
    found: dict[str, str] = {}
    listed = blocks(changes)
    for (kind, gone), (then, come) in pairwise(listed):
        old, new = re.findall(r"\w+", gone), re.findall(r"\w+", come)
        if (kind, then) == ("removed", "added") and len(old) == len(new) <= 3:
            pairs = zip(old, new, strict=True)
            found |= {a: b for a, b in pairs if a != b and (telling_words(a) or a.isdigit())}
    return found
