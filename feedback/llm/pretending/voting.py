"""How the simulated model finds rules behind choices and judges by them: by faults, by length, by words named.

A rule it knows selects the response without the rule's fault; one that names a word in “…” selects the response that
says it. What a rule does not decide for it is `neither`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from feedback.llm.answers import OneVote, Pick, ProposedRules, RuleVotes
from feedback.llm.material import read_candidates, read_request
from feedback.llm.pretending.texts import has_list, telling_words, words
from feedback.llm.pretending.themes import BY_NAME, Theme, applies, effect_of, themes_in

Values = Mapping[str, str]
Side = Literal["A", "B", "both", "neither"]
LONGER, SHORTER = {"detail", "completeness", "reasons", "example", "caveat", "warmth"}, {"brevity"}
SAYS = "Say “{word}”."
MARGIN = 1.2


def propose_rules(values: Values) -> ProposedRules:
    """The themes that select the chosen one, then a word it has and the other has not."""
    return ProposedRules(rules=tuple(rules_for(values, values["chosen"], values["rejected"])))


def propose_bad_traits(values: Values) -> ProposedRules:
    """The same, as a search for what is bad: the themes under which the rejected one loses, the weakest first."""
    return ProposedRules(rules=tuple(reversed(rules_for(values, values["chosen"], values["rejected"]))))


def rules_for(values: Values, chosen: str, rejected: str) -> list[str]:
    """Rules that select the chosen response over the other, as many as asked for."""
    request = read_request(values["conversation"])
    found = [t.effect for t in BY_NAME.values() if side(t.effect, request, chosen, rejected) == "A"]
    new = [word for word in telling_words(chosen) if word not in {*telling_words(rejected), *telling_words(request)}]
    found += [SAYS.format(word=word) for word in new[:2]]
    return (found or [BY_NAME["relevance"].effect])[: max(1, int(values["count"]))]


def vote_on_rules(values: Values) -> RuleVotes:
    """Each rule by itself."""
    request, first, second = read_request(values["conversation"]), values["response_a"], values["response_b"]
    rules = enumerate(read_candidates(values["rules"]), start=1)
    return RuleVotes(votes=tuple(OneVote(number=n, selects=side(rule, request, first, second)) for n, rule in rules))


def side(rule: str, request: str, first: str, second: str) -> Side:
    """Which response a rule selects: A, B, both or neither."""
    if not applies(rule, request):
        return "neither"
    if "“" in rule and "”" in rule:
        word = rule.split("“", 1)[1].split("”", 1)[0].lower()
        return decided(word in words(first), word in words(second), both="both")
    line = rule.lower()
    theme = next((t for t in BY_NAME.values() if t.effect.lower() in line), None)
    theme = theme or next(iter(themes_in(effect_of(rule))), None)
    return by_theme(theme, request, first, second) if theme else "neither"


def by_theme(theme: Theme, request: str, first: str, second: str) -> Side:
    """The response without the theme's fault; for what cannot be seen as a fault, by length."""
    if theme.name == "structure":
        return decided(has_list(first), has_list(second), both="both")
    if theme.name in LONGER | SHORTER:
        long = len(words(first)), len(words(second))
        if max(long) < min(long) * MARGIN:
            return "neither"
        return "A" if (long[0] > long[1]) == (theme.name in LONGER) else "B"
    return decided(not theme.fault(request, first), not theme.fault(request, second), both="neither")


def decided(first: bool, second: bool, *, both: Side) -> Side:
    """A or B when one has it and the other has not."""
    if first and second:
        return both
    return "A" if first else "B" if second else "neither"


def choose_by_rules(values: Values) -> Pick:
    """The response more rules select; of an earlier rule when as many select the other."""
    return picked(values, flipped=False)


def choose_against_rules(values: Values) -> Pick:
    """The other one."""
    return picked(values, flipped=True)


def picked(values: Values, *, flipped: bool) -> Pick:
    """The side the rules come to."""
    request = read_request(values["conversation"])
    said = [side(r, request, values["response_a"], values["response_b"]) for r in rules_of(values["constitution"])]
    sides = [one for one in said if one in {"A", "B"}]
    if not sides:
        return Pick(pick="neither")
    first = sides[0] == "A" if sides.count("A") * 2 == len(sides) else sides.count("A") * 2 > len(sides)
    return Pick(pick="A" if first != flipped else "B")


def rules_of(constitution: str) -> list[str]:
    """The rules of a constitution, one a line."""
    return [line.split(". ", 1)[-1] for line in constitution.splitlines() if line.strip()]


def choose_unaided(values: Values) -> Pick:
    """By the faults an editor looks at first; else the longer one."""
    request, first, second = read_request(values["conversation"]), values["response_a"], values["response_b"]
    for name in ("preamble", "repetition", "relevance"):
        won = by_theme(BY_NAME[name], request, first, second)
        if won == "A" or won == "B":
            return Pick(pick=won)
    return Pick(pick="A" if len(first) >= len(second) else "B")
