"""How the simulated model tells that a text has a fault of a certain kind: each function gives a sentence, or "".

`request` is what was asked, `text` the response to it. It names only faults that can be mended with the response's own
words, by selecting, cutting and putting in order (see `mends`): it knows nothing, so it has nothing to add.
"""

from __future__ import annotations

from feedback.llm.pretending import mends
from feedback.llm.pretending.shapes import opening_filler
from feedback.llm.pretending.texts import quoted, sentences, spoken, words


def too_long(request: str, text: str) -> str:
    """Sentences that could go, and more words than the request calls for."""
    short = mends.shorten(request, text)
    if short == text:
        return ""
    spared = len(words(text)) - len(words(short))
    return f"It is longer than it has to be: {spared} of its {len(words(text))} words can go."


def has_preamble(request: str, text: str) -> str:
    """Pleasantries before or after the answer, or the question said over again."""
    bare = mends.drop_preamble(request, text)
    if bare == text:
        return ""
    filler = opening_filler(text)
    if filler:
        return f"It opens with filler, {quoted(filler)}. Begin with the answer."
    if text.startswith(bare[:20]):
        return "It ends with a pleasantry that answers nothing. Leave it out."
    return f"It says the request over again, {quoted(text)}. Begin with the answer."


def buries_answer(request: str, text: str) -> str:
    """The conclusion comes last, or the sentence nearest the request comes late."""
    if mends.answer_first(request, text) == text:
        return ""
    answer = mends.answer_of(request, text)
    return f"The answer comes late, in {quoted(answer)}. Put it first."


def hedges(request: str, text: str) -> str:
    """Words that take back what is said."""
    found = mends.hedge_in(request, text)
    return f"It hedges, as in {quoted(found)}. Say it plainly or leave it out." if found else ""


def unstructured(request: str, text: str) -> str:
    """Several things in one block of prose."""
    if mends.make_list(request, text) == text:
        return ""
    return "It names several things in one run of prose. Put them into a list, one a line."


def chopped_up(request: str, text: str) -> str:
    """A list where connected prose was wanted."""
    if mends.make_prose(request, text) == text:
        return ""
    return "It is chopped into a list. Write connected prose."


def heavy_words(request: str, text: str) -> str:
    """Words that have a plainer twin."""
    found = mends.heavy_words_in(request, text)
    return f"It uses heavy words such as {quoted(found[0])}. Say it in plain words." if found else ""


def repeats(request: str, text: str) -> str:
    """The same sentence, or nearly, twice."""
    kept = mends.say_once(request, text)
    if kept == text:
        return ""
    gone = next((piece for piece in sentences(text) if piece.strip() and piece.strip() not in kept), spoken(text)[-1])
    return f"It repeats itself: {quoted(gone.strip())}. Say each thing once."


def wanders(request: str, text: str) -> str:
    """Sentences that share no word with the request beside others that do."""
    kept = mends.keep_to_request(request, text)
    if kept == text:
        return ""
    gone = next((piece for piece in spoken(text) if piece not in kept), text)
    return f"It wanders off from what was asked, {quoted(request)}, in {quoted(gone)}. Leave that out."


def nothing_to_mend(request: str, text: str) -> str:
    """For what cannot be had from the response's own words: never a fault, so never a rewrite."""
    return ""
