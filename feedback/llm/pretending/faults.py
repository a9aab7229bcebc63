"""How the simulated model tells that a text has a fault of a certain kind: each function gives a sentence, or "".

`request` is what was asked, `text` the response to it.
"""

from __future__ import annotations

import re

from feedback.llm.pretending.texts import (
    has_code,
    has_list,
    quoted,
    sentences,
    shared_share,
    spoken,
    telling_words,
    words,
)

SUMMARY = re.compile(r"\bsummar|\btl;?dr|\bshorten|in (one|two|a few) sentences?", re.IGNORECASE)
OF_ITS_OWN_FORM = re.compile(
    r"\bstor(?:y|ies)\b|\bpoem|\bscript\b|\bdialogue|\bconversation between|\bletter\b|\bemail\b|\bparagraph|"
    r"\bre(?:write|vise|phrase)\b|\btranslate|\bedit\b|\bformat\b",
    re.IGNORECASE,
)
PLEASANTRY = re.compile(
    r"^\s*(?:(?:sure|certainly|of course|absolutely|great question|good question|hello|hi|hey|thank(?:s| you)[^.!?]*|"
    r"i(?:'|’)?(?:d| would) be happy to[^.!?]*|i am happy to[^.!?]*|as an ai[^.,!?]*|here (?:is|are)[^.:!?\n]*|"
    r"let me[^.!?]*)\s*[.!,:]+\s*)+",
    re.IGNORECASE,
)
HEDGE = re.compile(
    r"\b(?:i think(?: that)?|i believe(?: that)?|i guess|perhaps|maybe|possibly|probably|it seems(?: that)?|"
    r"in my opinion|arguably|as far as i know|it (?:may|might|could) be that)\b,?\s*",
    re.IGNORECASE,
)
CONCLUSION = re.compile(
    r"^(?:so|therefore|thus|hence|in short|in conclusion|overall|to sum up|the answer is|as a result)\b,?:?\s*",
    re.IGNORECASE,
)
EXAMPLE = re.compile(r"\bfor (?:example|instance)\b|\be\.g\.|\bsuch as\b", re.IGNORECASE)
CAVEAT = re.compile(
    r"\b(?:check|verify|consult|depends|not (?:been )?checked|be aware|keep in mind|caution)\b", re.IGNORECASE
)
REASON = re.compile(r"\b(?:because|since|therefore|thus|the reason|step 1|that is why)\b", re.IGNORECASE)
WARM = re.compile(
    r"\b(?:understand|makes sense|i can see|glad|good luck|hope this|sorry to hear|you are not alone)\b", re.IGNORECASE
)
PLAIN_WORDS = {
    "utilize": "use", "utilizes": "uses", "utilizing": "using", "numerous": "many", "commence": "begin",
    "facilitate": "help", "facilitates": "helps", "demonstrate": "show", "demonstrates": "shows",
    "approximately": "about",
    "additional": "more", "assistance": "help", "purchase": "buy", "require": "need", "requires": "needs",
    "individuals": "people", "individual": "person", "subsequently": "later", "therefore": "so", "equivalent": "equal",
    "obtain": "get", "sufficient": "enough", "attempt": "try", "components": "parts", "transmitted": "carried",
}  # fmt: skip


def too_long(request: str, text: str) -> str:
    """More words than the request calls for."""
    allowed, count = word_limit(request), len(words(text))
    if count <= allowed or has_code(text):
        return ""
    return f"It is too long: {count} words where {allowed} would do. Shorten it to what was asked."


def has_own_form(request: str, text: str) -> bool:
    """Whether order and form come with the task, as in code, stories and rewrites, and are not to be touched."""
    return has_code(text) or bool(OF_ITS_OWN_FORM.search(request[:200]))


def word_limit(request: str) -> int:
    """How many words are plenty."""
    return 40 if SUMMARY.search(request) else 80


def too_thin(request: str, text: str) -> str:
    """So little that the person has to ask again."""
    if SUMMARY.search(request) or len(words(text)) >= 35 or len(spoken(text)) >= 4:
        return ""
    return "It lacks detail: the person would have to ask again. Say more about what it rests on."


def has_preamble(request: str, text: str) -> str:
    """Pleasantries before the answer."""
    found = PLEASANTRY.match(text)
    rest = text[found.end() :] if found else ""
    return f"It opens with filler, {quoted(found[0].strip())}. Begin with the answer." if found and rest.strip() else ""


def buries_answer(request: str, text: str) -> str:
    """The conclusion comes last, or the answer starts with the question."""
    said = spoken(text)
    if len(said) < 2 or has_own_form(request, text) or text.lstrip().lower().startswith("in short"):
        return ""
    if CONCLUSION.match(said[-1]):
        return f"The answer comes last, in {quoted(said[-1])}. Put the direct answer first."
    if said[0].endswith("?") or len(said) >= 3:
        return f"It opens with {quoted(said[0])} and takes its time. Put the direct answer first."
    return ""


def hedges(request: str, text: str) -> str:
    """Words that take back what is said."""
    found = HEDGE.search(text)
    return f"It hedges, as in {quoted(found[0].strip(' ,'))}. Say it plainly or leave it out." if found else ""


def too_sure(request: str, text: str) -> str:
    """No word on what the claims rest on."""
    return "" if CAVEAT.search(text) else "It gives every claim as certain. Add a caveat on what was not checked."


def unstructured(request: str, text: str) -> str:
    """Several points in one block of prose."""
    if has_list(text) or has_own_form(request, text) or len(spoken(text)) < 3:
        return ""
    return f"Its {len(spoken(text))} points run together. Put them into a list, one point a line."


def chopped_up(request: str, text: str) -> str:
    """A list where connected prose was wanted."""
    return "It is chopped into bullets. Write connected prose." if has_list(text) else ""


def no_example(request: str, text: str) -> str:
    """Nothing concrete to hold on to."""
    return "" if EXAMPLE.search(text) else "It stays abstract. Add a concrete example."


def no_reasons(request: str, text: str) -> str:
    """Only the result."""
    return "" if REASON.search(text) else "It gives no reasoning. Say why."


def heavy_words(request: str, text: str) -> str:
    """Words that have a plainer twin."""
    found = [word for word in words(text) if word in PLAIN_WORDS]
    return f"It uses heavy words such as {quoted(found[0])}. Say it in plain words." if found else ""


def cold(request: str, text: str) -> str:
    """Not a word for the person."""
    return "" if WARM.search(text) else "Its tone is cold. Acknowledge the person before giving advice."


def repeats(request: str, text: str) -> str:
    """The same sentence, or nearly, twice."""
    seen: list[set[str]] = []
    for piece in sentences(text):
        now = set(telling_words(piece))
        if len(now) >= 3 and any(len(now & before) >= 0.8 * len(now) for before in seen):
            return f"It repeats itself: {quoted(piece)}. Say each thing once."
        seen.append(now)
    return ""


def off_the_point(request: str, text: str) -> str:
    """Hardly a word of the request comes back."""
    if shared_share(request, text) >= min(0.2, 3 / max(1, len(set(telling_words(request))))):
        return ""
    return f"It does not take up what was asked, {quoted(request)}. Answer the question."
