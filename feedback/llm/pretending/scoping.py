"""How the simulated model answers with and without principles, and tells whether an answer keeps to one.

Its answers are outlines of a fixed make, with the faults that first drafts have; each kind of principle changes them in
one visible way. Told a wish early in a long talk, it forgets it the sooner the longer the talk is, as real ones do.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from difflib import SequenceMatcher

from feedback.llm.answers import Adherence, Reply, ScopeJudged, WordingRated
from feedback.llm.material import read_request, read_turns
from feedback.llm.pretending.inputs import fits
from feedback.llm.pretending.texts import has_list, keywords, quoted, telling_words, words
from feedback.llm.pretending.themes import BY_NAME, domain_of, effect_of, themes_in

Values = Mapping[str, str]
WISH = re.compile(r"^From now on[^:]*:\s*(.+)", re.DOTALL)
OPENING, CLOSING = "Sure! Here is a simulated answer.", "I hope this helps!"
ADDED = {
    "detail": "In more detail, each of these would be taken up by itself.",
    "completeness": "That takes up every part of what was asked.",
    "caveat": "None of this has been checked.",
    "reasons": "The reason is that one follows from the other.",
    "example": "For example, take the first of them on an ordinary day.",
    "warmth": "I can see that this matters to you.",
}
BRIEF = 30


def answer_by_principles(values: Values) -> Reply:
    """The outline, changed by each principle whose situation is given, and by wishes it has not forgotten."""
    turns, request = read_turns(values["conversation"]), read_request(values["conversation"])
    lines = [re.sub(r"^\d+\.\s+", "", line) for line in values["principles"].splitlines() if line.strip()]
    rules = [rule for rule in [*lines, *wishes(turns, request)] if fits(rule, request)]
    return Reply(text=outline(request, {name for rule in rules for name in asked_by(rule)}, rules))


def wishes(turns: list[tuple[str, str]], request: str) -> list[str]:
    """What the person asked for from then on, as far as it is remembered: less and less with every turn between."""
    said = [text for who, text in turns if who == "user"]
    found = [(place, WISH.match(text)) for place, text in enumerate(said)]
    kept = []
    for place, wish in found:
        between = len(said) - place - 2
        drawn = hashlib.sha256(f"{request}|{between}".encode()).digest()[0] * 100 // 256
        if wish and drawn < max(15, 100 - 10 * between):
            kept.append(wish[1].strip())
    return kept


def asked_by(rule: str) -> list[str]:
    """What a principle speaks of: the theme whose words it is, else the one it speaks of most."""
    line = " ".join(rule.lower().split())
    exact = [name for name, theme in BY_NAME.items() if theme.effect.lower() in line]
    return exact or [theme.name for theme in themes_in(effect_of(rule))[:1]]


def outline(request: str, asked: set[str], rules: list[str]) -> str:
    """The answer in the shape that these themes ask for."""
    found = [*keywords(request, 3), "time", "place", "people"][:3]
    perhaps = "" if "hedging" in asked else "perhaps "
    short = f"In short, it comes down to {found[0]}."
    points = [f"think of {perhaps}{found[0]}", f"look at {found[1]}", f"settle {found[2]}"]
    told = "\n".join(f"- {one[:1].upper()}{one[1:]}." for one in points) if "structure" in asked else series(points)
    body = [told] if "relevance" in asked else [told, "By the way, many people ask about this."]
    body += [] if "repetition" in asked else [f"Again: look at {found[1]}."]
    body += [sentence for name, sentence in ADDED.items() if name in asked]
    body += [f"Simulated, in keeping with: {quoted(effect_of(rule), 120)}" for rule in rules if not asked_by(rule)]
    whole = [short, *body] if "directness" in asked else [*body, short]
    if "brevity" in asked:
        whole = [short, *(sentence for name, sentence in ADDED.items() if name in asked)]
    if "preamble" not in asked and "brevity" not in asked:
        whole = [OPENING, *whole, CLOSING]
    text = ("\n" if "structure" in asked else " ").join(whole)
    return text if "plainness" in asked else text.replace("look at", "commence with")


def series(points: list[str]) -> str:
    """The points in one sentence."""
    return f"One would {', '.join(points[:-1])} and {points[-1]}."


KEPT: dict[str, Callable[[str], bool]] = {
    "structure": has_list,
    "prose": lambda text: not has_list(text),
    "brevity": lambda text: len(words(text)) <= BRIEF,
    "preamble": lambda text: OPENING not in text and CLOSING not in text,
    "directness": lambda text: text.replace(OPENING, "").strip().startswith("In short"),
    "hedging": lambda text: "perhaps" not in text,
    "plainness": lambda text: "commence" not in text,
    "repetition": lambda text: "Again:" not in text,
    "relevance": lambda text: "By the way" not in text,
    **{name: (lambda text, said=said: said in text) for name, said in ADDED.items()},  # type: ignore[misc]
}


def keeps(effect: str, text: str) -> bool:
    """Whether an answer visibly does it; what no theme speaks of, by the words they share."""
    themes = asked_by(effect)
    if themes:
        return KEPT[themes[0]](text)
    wanted, there = set(telling_words(effect)), set(telling_words(text))
    return bool(wanted) and len(wanted & there) / len(wanted) >= 0.5


def judge_scope(values: Values) -> ScopeJudged:
    """By what can be seen in each, and by how many words differ."""
    one, other = (5 if keeps(values["effect"], values[name]) else 1 for name in ("first", "second"))
    alike = SequenceMatcher(None, values["first"].split(), values["second"].split(), autojunk=False).ratio()
    change = min(4, round((1 - alike) * 6)) if alike < 1 else 0
    change = max(2, change) if one != other else change
    why = (
        "Both do it, or neither does." if one == other else f"The {'first' if one > other else 'second'} alone does it."
    )
    return ScopeJudged(first=one, second=other, change=change, why=f"{why} {round(alike * 100)} % of the words agree.")


def judge_adherence(values: Values) -> Adherence:
    """By what can be seen in it."""
    kept = keeps(values["effect"], values["response"])
    return Adherence(
        score=5 if kept else 1, why=f"{quoted(values['response'])} {'does' if kept else 'does not do'} it."
    )


def rate_wording(values: Values) -> WordingRated:
    """By length, by whether it names a situation, and by whether it speaks of something that can be seen."""
    principle = values["principle"]
    lacking = []
    if len(words(principle)) > 40:
        lacking.append("it is long")
    if not asked_by(principle):
        lacking.append("it names nothing that a rule of thumb could see in an answer")
    if " and " in effect_of(principle) and len(words(effect_of(principle))) > 25:
        lacking.append("it asks for more than one thing")
    if not domain_of(principle) and re.search(r"\b(?:them|these|those)\b", principle):
        lacking.append("it does not say what it is about")
    said = f"It could be better: {', '.join(lacking)}." if lacking else "It asks for one thing that can be seen."
    return WordingRated(score=max(1, 5 - len(lacking)), why=said)
