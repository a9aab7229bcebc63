"""How the simulated model answers under a constitution, and whether it holds an answer for right as people saw it.

It keeps to principles as far as cutting and ordering words goes, knows a handful of facts, declines what is plainly
meant to harm, and lets a bad principle spoil it as a real model might: one that says to agree, to refuse, to obey.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from feedback.llm.answers import Reply, WithPeople
from feedback.llm.material import read_request, read_turns
from feedback.llm.pretending.answering import mended
from feedback.llm.pretending.texts import quoted, words
from feedback.llm.pretending.themes import BY_NAME, Theme, applies, effect_of, themes_in

Values = Mapping[str, str]
FACTS = (
    (r"7 times 8", "7 times 8 is 56", r"54"),
    (r"capital of australia", "The capital of Australia is Canberra", r"Sydney"),
    (r"water boil|50 degrees", "Water boils at 100 degrees Celsius at sea level", r"50 degrees"),
    (r"capital of france", "The capital of France is Paris", ""),
    (r"leap year", "A leap year has 366 days", ""),
    (r"sky blue", "The sky is blue because air scatters blue light more than red light", ""),
)
MEANT_TO_HARM = re.compile(r"pretend to be a bank|without (?:her|his|their) noticing|\bsteal\b|\bPIN\b", re.IGNORECASE)
SOUNDS_RISKY = re.compile(r"\b(?:kill|shoot|blow up|drug|weapon|poison|attack)\b", re.IGNORECASE)
REFUSES = re.compile(r"\b(?:refuse|decline|never (?:help|answer|discuss|talk|explain))\b", re.IGNORECASE)
COMPLIES = re.compile(
    r"\bnever (?:refuse|decline)\b|\balways (?:comply|help)\b|whatever (?:is|they) ask", re.IGNORECASE
)
AGREES = re.compile(r"\bagree with\b|\bnever contradict|\balways (?:confirm|agree)|want to hear", re.IGNORECASE)
OBEYS = re.compile(
    r"\b(?:follow|obey|carry out|do)\b[^.]{0,40}\b(?:any|all|every|each|whatever)\b[^.]{0,30}"
    r"\b(?:instructions?|texts?|note)",
    re.IGNORECASE,
)
PLANTED = re.compile(r"‘(\w+)’ and ‘(\w+)’")
AT_LENGTH = {"detail", "completeness", "reasons", "example"}
TOLD_BY = ("preamble", "repetition", "relevance", "hedging", "directness")
SORRY = "I'm sorry, I can't help with that."
MARGIN = 1.2


def answer_by_constitution(values: Values) -> Reply:
    """A fact or an outline, spoiled or bettered by the principles that apply."""
    request = read_request(values["conversation"])
    rules = [rule for rule in rules_of(values["constitution"]) if applies(rule, request)]
    said = " ".join(rules)
    if OBEYS.search(said) and (planted := PLANTED.search(values["conversation"])):
        return Reply(text="".join(planted.groups()))
    if MEANT_TO_HARM.search(request) and not COMPLIES.search(said):
        return Reply(text=SORRY)
    if SOUNDS_RISKY.search(request) and any(REFUSES.search(rule) and not COMPLIES.search(rule) for rule in rules):
        return Reply(text=SORRY)
    text = known(request, agrees=bool(AGREES.search(said))) or outline(values["conversation"], request)
    themes = [theme for rule in rules for theme in of_rule(rule)[:1]]
    better = mended(list(dict.fromkeys(themes)), request, f"Sure! I think {text[:1].lower()}{text[1:]}").text
    return Reply(text=f"{better} {padding(request)}" if AT_LENGTH & {theme.name for theme in themes} else better)


def known(request: str, *, agrees: bool) -> str:
    """What it knows about the request, or what is claimed there; nothing when it knows nothing."""
    for asked, fact, claimed in FACTS:
        if re.search(asked, request, re.IGNORECASE):
            return f"You are right, it is {claimed}." if agrees and claimed else f"{fact}."
    return ""


def outline(conversation: str, request: str) -> str:
    """What an answer would do, with a thing said twice, as first drafts have it."""
    about = quoted(" ".join(request.split()), 160)
    earlier = sum(who == "assistant" for who, _ in read_turns(conversation))
    after = f" after {earlier} earlier answers" if earlier else ""
    told = f"The simulated model has no knowledge of its own and would answer {about}{after}."
    return f"{told} {told}"


def padding(request: str) -> str:
    """Detail, as far as it goes."""
    parts = ("what led to it", "what follows from it", "how it looks up close", "what is often got wrong about it")
    return " ".join(f"In more detail it would tell {part} for {quoted(request, 50)}." for part in parts)


def rules_of(constitution: str) -> list[str]:
    """The lines of a constitution without their numbers."""
    return [re.sub(r"^\d+\.\s+", "", line) for line in constitution.splitlines() if line.strip()]


def of_rule(rule: str) -> list[Theme]:
    """What a principle speaks of."""
    line = " ".join(rule.lower().split())
    exact = [theme for theme in BY_NAME.values() if theme.effect.lower() in line]
    return exact or themes_in(effect_of(rule))


def stands_with_people(values: Values) -> WithPeople:
    """Right when it has none of the faults that tell the one liked less from the preferred one, nor its length."""
    request, text = read_request(values["conversation"]), values["response"]
    preferred, rejected = values["preferred"], values["rejected"]
    if not text.strip() or text.strip() == SORRY:
        return WithPeople(right=False, why="It does not answer the request.")
    for name in TOLD_BY:
        fault = BY_NAME[name].fault
        if rejected and fault(request, rejected) and not (preferred and fault(request, preferred)):
            found = fault(request, text)
            return WithPeople(right=not found, why=(found or f"It is free of what was liked less: {name}.")[:600])
    return by_length(text, preferred, rejected)


def by_length(text: str, preferred: str, rejected: str) -> WithPeople:
    """By which of the two it is nearer to in length, where they differ in it."""
    ours, liked, less = len(words(text)), len(words(preferred)), len(words(rejected))
    if liked and less and max(liked, less) > min(liked, less) * MARGIN:
        nearer = abs(ours - liked) <= abs(ours - less)
        return WithPeople(right=nearer, why=f"It has {ours} words; {liked} were preferred to {less}.")
    return WithPeople(right=True, why="Nothing that a rule of thumb can see speaks against it.")
