"""How the simulated model looks back: on criteria met, on what answers taught, on failures and on documents.

It goes by the themes it knows. What it cannot tell it leaves as it is, and says so.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Literal

from feedback.llm.answers import PrincipleDraft
from feedback.llm.material import blocks, read_request
from feedback.llm.pretending.contradicting import OPPOSITES
from feedback.llm.pretending.drafting import GENERAL, open_to_draft
from feedback.llm.pretending.texts import quoted, sentences, upper_first, words
from feedback.llm.pretending.themes import BY_NAME, Theme, domain_of, effect_of, themes_in, themes_of_complaint
from feedback.llm.reflections import (
    CriterionMet,
    Delta,
    Deltas,
    Diagnosis,
    FailureLabel,
    Learned,
    LearnedPrinciple,
    OneUse,
    Reflection,
)

Values = Mapping[str, str]
Outcome = Literal["helped", "harmed", "neutral"]
UNKNOWN = "not what was asked for"
# How a fault of each theme is called.
LABELS = {
    "prose": "chopped into a list", "detail": "too little detail", "brevity": "longer than needed",
    "preamble": "talks before it answers", "directness": "buries the answer", "hedging": "takes back what it says",
    "completeness": "leaves parts unanswered", "caveat": "states what is not so", "reasons": "gives no reasons",
    "structure": "hard to find one's way in",
}  # fmt: skip
# Signs in a text of what no rule of thumb could mend.
SIGNS = {
    "detail": r"(?s)(?:\w+\W+){25}",
    "reasons": r"(?i)\b(?:because|since|therefore|so that|which is why)\b",
    "example": r"(?i)\b(?:for example|for instance|such as|e\.g\.)",
}
ASKS = re.compile(r"\b(?:should|must|always|never|avoid|do not|don.t|make sure|needs? to)\b", re.IGNORECASE)
MOST_LEARNED = 6


def judge_criterion(values: Values) -> CriterionMet:
    """Whether the fault of the criterion's theme is absent, or what it asks for is there to be seen."""
    request, text = read_request(values["conversation"]), values["response"]
    theme = theme_of(values["metric"])
    if theme is None:
        return CriterionMet(meets=bool(words(text)), because="No rule of thumb speaks of this; any answer passes.")
    if sign := SIGNS.get(theme.name):
        found = re.search(sign, text)
        return CriterionMet(meets=bool(found), because=f"It {'shows' if found else 'does not show'} it: {quoted(text)}")
    fault = theme.fault(request, text)
    return CriterionMet(meets=not fault, because=fault or "No fault of this kind is to be seen in it.")


def reflect_on_answer(values: Values) -> Reflection:
    """Praise speaks for the principle of its theme, a complaint against the opposite one; what is new is a lesson."""
    said = blocks(values["said"])
    praised = {theme.name for name, text in said if name == "kudos" for theme in themes_in(text)[:1]}
    blamed = [theme for name, text in said if name != "kudos" for theme in themes_of_complaint(text)[:1]]
    uses = [
        OneUse(number=number, outcome=did(theme_of(text), praised, {one.name for one in blamed}))
        for number, text in numbered(values["principles"])
    ]
    known = {theme.name for _, text in numbered(values["principles"]) if (theme := theme_of(text))}
    new = next((theme for theme in blamed if theme.name not in known), None)
    return Reflection(lesson=new.effect if new else "", uses=tuple(uses))


def did(theme: Theme | None, praised: set[str], blamed: set[str]) -> Outcome:
    """What a principle of this theme did, by what was praised and what was blamed."""
    if theme is None:
        return "neutral"
    if theme.name in praised:
        return "helped"
    ways = [(side, far) for pair in OPPOSITES for side, far in (pair, pair[::-1])]
    across = {name for side, far in ways if theme.name in side for name in far}
    return "harmed" if across & blamed else "neutral"


def propose_deltas(values: Values) -> Deltas:
    """Add what lessons ask for and no principle says; merge twins; retire what harmed more than it helped."""
    there = numbered(values["principles"])
    found = [*retired(there), *merged(there), *added(values, there)]
    return Deltas(deltas=tuple(found[:8]))


def retired(there: list[tuple[int, str]]) -> list[Delta]:
    """Those found to harm at least twice, and more often than to help."""
    found = []
    for number, text in there:
        counts = re.search(r"helped (\d+), harmed (\d+)", text)
        if counts and int(counts[2]) >= 2 and int(counts[2]) > int(counts[1]):
            because = f"It harmed {counts[2]} times and helped {counts[1]} times."
            found.append(delta("retire", number=number, because=because))
    return found


def merged(there: list[tuple[int, str]]) -> list[Delta]:
    """A principle of the same theme and situation as an earlier one goes into that one."""
    first: dict[tuple[str, str], int] = {}
    found = []
    for number, text in there:
        theme, line = theme_of(text), sentence(text)
        if theme is None or theme.effect.lower() not in line.lower():
            continue
        stays = first.setdefault((theme.name, domain_of(line)), number)
        if stays != number:
            words_ = {"domain": domain_of(line).rstrip(" ,:"), "effect": theme.effect}
            found.append(delta("merge", number=number, into=stays, because="They say the same.", **words_))
    return found


def added(values: Values, there: list[tuple[int, str]]) -> list[Delta]:
    """What lessons ask for most, where no principle is of that theme and there is room."""
    lessons = numbered(values["lessons"])
    known = {theme.name for _, text in there if (theme := theme_of(text))}
    by_theme: dict[str, list[int]] = {}
    for number, text in lessons:
        if (theme := theme_of(text)) and theme.name not in known:
            by_theme.setdefault(theme.name, []).append(number)
    ranked = Counter({name: len(numbers) for name, numbers in by_theme.items()}).most_common(3)
    themes = open_to_draft([BY_NAME[name] for name, _ in ranked], values)
    return [
        delta("add", domain=theme.when, effect=theme.effect, lessons=tuple(by_theme[theme.name]),
              because=f"{len(by_theme[theme.name])} of {len(lessons)} lessons ask for this, and no principle says it.")
        for theme in themes
    ]  # fmt: skip


def delta(operation: str, *, because: str, **given: object) -> Delta:
    """A change with what it needs, the rest empty."""
    empty = {"number": 0, "into": 0, "domain": "", "effect": "", "lessons": ()}
    return Delta.model_validate({**empty, **given, "operation": operation, "because": because})


def label_failure(values: Values) -> FailureLabel:
    """The fault that was complained of, else the first that is to be seen."""
    request, text = read_request(values["conversation"]), values["response"]
    blamed = themes_of_complaint(" ".join(words_ for name, words_ in blocks(values["said"]) if name != "kudos"))
    seen = [theme for theme in BY_NAME.values() if theme.fault(request, text)]
    found = (blamed or seen)[:1]
    label = LABELS.get(found[0].name, f"lacks {found[0].name}") if found else UNKNOWN
    because = found[0].fault(request, text) if found else ""
    return FailureLabel(label=label, because=because or f"By what was said of {quoted(text)}.")


def diagnose_failure(values: Values) -> Diagnosis:
    """A rule of the failure's theme was not followed, or is too narrow; one of the opposite theme harms."""
    theme = theme_named(values["failure"])
    for number, text in numbered(values["principles"]):
        line = sentence(text)
        rule = theme_of(line)
        if theme is None or rule is None:
            continue
        if rule.name == theme.name:
            narrow = bool(domain_of(line))
            because = f"{quoted(line)} {'speaks of one situation only' if narrow else 'says it, and was not kept to'}."
            return Diagnosis(fault="rule" if narrow else "not-followed", number=number, because=because)
        if did(rule, set(), {theme.name}) == "harmed":
            return Diagnosis(fault="harmful", number=number, because=f"{quoted(line)} asks for what is complained of.")
    return Diagnosis(fault="missing", number=0, because=f"No rule speaks of this: {quoted(values['failure'])}.")


def mend_rule(values: Values) -> PrincipleDraft:
    """The rule of the failure's theme, for every situation where the old one was too narrow."""
    theme = theme_named(values["failure"])
    because = f"It mends {quoted(values['failure'])}."
    if theme is None or not open_to_draft([theme], values):
        return PrincipleDraft(
            domain="", effect=GENERAL, because=f"{because} No words known here say how; it is general."
        )
    return PrincipleDraft(domain=theme.when, effect=theme.effect, because=because)


def learn_from_knowledge(values: Values) -> Learned:
    """The sentences that ask for something, as they stand."""
    found = []
    aside = " ".join(words_ for _, words_ in blocks(values["laid_aside"]))
    for line in sentences(values["knowledge"]):
        said = re.sub(r"^[\s#>*\-\d.]+", "", line).strip()
        if not (ASKS.search(said) and 3 < len(words(said)) < 60) or said in aside:
            continue
        domain = domain_of(said)
        effect = upper_first(effect_of(said)) if domain else said
        found.append(
            LearnedPrinciple(
                domain=domain.rstrip(" ,:"), effect=effect, because="The document asks for it.", quote=said[:400]
            )
        )
    return Learned(principles=tuple(found[:MOST_LEARNED]))


def numbered(text: str) -> list[tuple[int, str]]:
    """Blocks called “principle 3” or “lesson 2” as (3, words)."""
    found = [(re.search(r"(\d+)$", name), words_) for name, words_ in blocks(text)]
    return [(int(number[1]), words_) for number, words_ in found if number]


def sentence(text: str) -> str:
    """A principle without the counts beside it."""
    return text.strip().splitlines()[0] if text.strip() else ""


def theme_of(text: str) -> Theme | None:
    """The theme of a principle, a lesson or a question, if it is a known one."""
    line = " ".join(text.lower().split())
    exact = next((theme for theme in BY_NAME.values() if theme.effect.lower() in line), None)
    return exact or next(iter(themes_in(effect_of(sentence(text)))), None)


def theme_named(failure: str) -> Theme | None:
    """The theme a failure is called by, else the one its words speak of."""
    line = failure.lower()
    named = next((name for name, label in LABELS.items() if label in line), None)
    lacking = next((name for name in BY_NAME if f"lacks {name}" in line), None)
    name = named or lacking
    return BY_NAME[name] if name else next(iter(themes_of_complaint(failure)), None)
