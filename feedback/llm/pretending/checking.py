"""How the simulated model proposes checks and tries them: by what candidates differ in, and by the words of a check."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from feedback.llm.answers import Checks, OneTried, Tried
from feedback.llm.material import read_candidates, read_request
from feedback.llm.pretending.shapes import opening_filler
from feedback.llm.pretending.texts import has_code, has_list, shared_share, telling_words, words

Values = Mapping[str, str]
SHORT = 60
# Checks on the form of an answer: how each is worded and when it is passed.
OF_FORM: dict[str, Callable[[str, str], bool]] = {
    "It begins with the answer, without pleasantries.": lambda request, text: not opening_filler(text),
    "It gives its points as a list.": lambda request, text: has_list(text),
    "It gives code.": lambda request, text: has_code(text),
    f"It is no longer than {SHORT} words.": lambda request, text: len(words(text)) <= SHORT,
    "It takes up most of what was asked.": lambda request, text: shared_share(request, text) >= 0.5,
}
NAMES = re.compile(r"^It (?:gives the number|says) “([^”]+)”\.$")
NUMBER = re.compile(r"(?<![\w.])-?\d+(?:[.,]\d+)?(?![\w])")


def propose_checks(values: Values) -> Checks:
    """What some candidates have and others have not: numbers first, then telling words, then form."""
    request, candidates = read_request(values["conversation"]), read_candidates(values["candidates"])
    asked = {*NUMBER.findall(request), *telling_words(request)}
    numbers = divisive([NUMBER.findall(text) for text in candidates], asked)
    spoken = divisive([telling_words(text) for text in candidates], asked)
    proposed = [f"It gives the number “{number}”." for number in numbers[:2]]
    proposed += [f"It says “{word}”." for word in spoken[:2]]
    proposed += [text for text, passes in OF_FORM.items() if splits([passes(request, one) for one in candidates])]
    return Checks(checks=tuple(proposed[:6]))


def divisive(found: list[list[str]], asked: set[str]) -> list[str]:
    """What some have and others have not, what divides most evenly first; equal ones as they come."""
    ordered = dict.fromkeys(one for each in found for one in each if one not in asked)
    having = {one: sum(one in each for each in found) for one in ordered}
    middle = len(found) / 2
    return sorted((one for one in ordered if 0 < having[one] < len(found)), key=lambda one: abs(having[one] - middle))


def splits(passed: list[bool]) -> bool:
    """Whether some pass and some do not."""
    return any(passed) and not all(passed)


def try_checks(values: Values) -> Tried:
    """Whether the response has what a check names, or the form it asks for."""
    request, text = read_request(values["conversation"]), values["response"]
    checks = enumerate(read_candidates(values["checks"]), start=1)
    return Tried(results=tuple(OneTried(number=n, passes=passes(check, request, text)) for n, check in checks))


def passes(check: str, request: str, text: str) -> bool:
    """One check; a sentence it has no rule for is passed by an answer that shares its words."""
    if check in OF_FORM:
        return OF_FORM[check](request, text)
    if named := NAMES.match(check):
        return named[1].lower() in {*words(text), *(one.lower() for one in NUMBER.findall(text))}
    return shared_share(check, text) >= 0.5
