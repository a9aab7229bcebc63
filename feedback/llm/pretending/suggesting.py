"""How the simulated model suggests feedback and checks it: by faults one can see, by whether quotations hold."""

from __future__ import annotations

import re
from collections.abc import Mapping

from feedback.llm.answers import Suggested, Suggestions, Verdict, Vetting
from feedback.llm.material import read_candidates, read_request
from feedback.llm.pretending.answering import free_faults
from feedback.llm.pretending.shapes import opening_filler
from feedback.llm.pretending.texts import has_code, has_list, quoted, sentences, shared_share, words
from feedback.llm.pretending.themes import themes_in

Values = Mapping[str, str]
UNSAFE = re.compile(
    r"\b(?:stupid|idiot|moron|dumb|lazy|shut up|hate you|kill|suicide|self-harm|overdose|stop taking your)\b", re.I
)
QUOTATION = re.compile(r"[“\"]([^”\"]{3,80}?)…?[”\"]")


def suggest_feedback(values: Values) -> Suggestions:
    """Kudos for what can be seen to be good, critiques for the gravest faults that can be seen."""
    request, text = read_request(values["conversation"]), values["response"]
    faults = [
        Suggested(polarity="critique", text=theme.fault(request, text), improve=theme.effect)
        for theme in for_perspective(values["perspective"], free_faults("", request, text))[:3]
    ]
    return Suggestions(items=(*kudos(request, text)[:3], *faults))


def for_perspective(perspective: str, themes: list) -> list:  # type: ignore[type-arg]
    """The themes a perspective's words speak of first; all of them when they speak of none."""
    meant = [theme for theme in themes_in(perspective) if theme in themes]
    return meant or themes


def kudos(request: str, text: str) -> list[Suggested]:
    """What is good about a text, as far as rules of thumb can tell."""
    first = next((piece.strip() for piece in sentences(text) if words(piece)), "")
    seen = [
        (has_code(text), "It gives code that can be tried at once.", "Keep giving code one can run."),
        (has_list(text), "It puts the points one a line, so they are easy to find.", "Keep several points in a list."),
        (
            bool(first) and not opening_filler(text) and shared_share(first, request) > 0,
            f"It answers from the first sentence, {quoted(first)}.", "Keep beginning with the answer.",
        ),
        (len(words(text)) <= 60, f"It is short: {len(words(text))} words.", "Keep it as short as the question allows."),
        (shared_share(request, text) >= 0.5, "It takes up what was asked.", "Keep to what is asked."),
    ]  # fmt: skip
    return [Suggested(polarity="kudos", text=said, improve=keep) for there, said, keep in seen if there]


def vet_feedback(values: Values) -> Vetting:
    """Sound is what quotes only what is there and hurts nobody."""
    pieces = read_candidates(values["suggestions"])
    material = " ".join(f"{values['response']} {values['conversation']}".split())
    return Vetting(verdicts=tuple(verdict(number, piece, material) for number, piece in enumerate(pieces, start=1)))


def verdict(number: int, piece: str, material: str) -> Verdict:
    """One piece held against the material."""
    gone = next((said for said in QUOTATION.findall(piece) if " ".join(said.split()).strip(" .") not in material), "")
    if UNSAFE.search(piece):
        return Verdict(number=number, sound=False, because="Its words could hurt somebody.")
    if gone:
        return Verdict(number=number, sound=False, because=f"It quotes {quoted(gone)}, which is not there.")
    return Verdict(number=number, sound=True, because="It quotes nothing that is not there and hurts nobody.")
