"""How the simulated model tells a contradiction: by what is denied and by words for the two ends of one scale."""

from __future__ import annotations

from collections.abc import Mapping

from feedback.llm.answers import Contradicts
from feedback.llm.embed import NO, telling_words
from feedback.llm.pretending.texts import quoted
from feedback.llm.pretending.themes import BY_NAME, domain_of, effect_of, themes_in

OPPOSITES = (({"brevity"}, {"detail", "completeness"}), ({"prose"}, {"structure"}), ({"hedging"}, {"caveat"}))
SAME_WORDS = 0.6


def contradicts(values: Mapping[str, str]) -> Contradicts:
    """Opposite themes, or nearly the same words with a negation in one of them, where both may apply."""
    first, second = values["first"], values["second"]
    if apart(domain_of(first), domain_of(second)):
        return Contradicts(contradicts=False, why="The situations they are for do not meet.")
    if clash := opposite_themes(effect_of(first), effect_of(second)):
        return Contradicts(contradicts=True, why=f"The one asks for {clash[0]}, the other for {clash[1]}.")
    if denied(first) != denied(second) and shared(effect_of(first), effect_of(second)) > SAME_WORDS:
        said = f"{quoted(effect_of(first))} rules out what {quoted(effect_of(second))} asks for."
        return Contradicts(contradicts=True, why=said)
    return Contradicts(contradicts=False, why="One answer can keep to both.")


def apart(one: str, other: str) -> bool:
    """Whether both name a situation and these have no word in common."""
    return bool(one and other) and not set(telling_words(one)) & set(telling_words(other))


def shared(one: str, other: str) -> float:
    """The share of words the two have in common, whatever is denied."""
    first, second = set(telling_words(one)) - {NO}, set(telling_words(other)) - {NO}
    return len(first & second) / len(first | second) if first | second else 0.0


def denied(sentence: str) -> bool:
    """Whether it says what not to do."""
    return telling_words(effect_of(sentence)).count(NO) % 2 == 1


def opposite_themes(first: str, second: str) -> tuple[str, str] | None:
    """Themes of the two that cannot be had together, where neither speaks of both."""
    one, other = themes_of(first), themes_of(second)
    for side, across in OPPOSITES:
        for near, far in ((side, across), (across, side)):
            if one & near and other & far and not (one & far and other & near):
                return min(one & near), min(other & far)
    return None


def themes_of(effect: str) -> set[str]:
    """The names of what it speaks of."""
    line = " ".join(effect.lower().split())
    exact = {name for name, theme in BY_NAME.items() if theme.effect.lower() in line}
    return exact or {theme.name for theme in themes_in(effect)[:2]}
