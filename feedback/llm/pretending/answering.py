"""How the simulated model answers each prompt, from its values alone. Plain functions: values in, answer out."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping

from feedback.llm.answers import Answer, Choice, CitedRevision, FreeCritique, PrincipleCritique, Revision
from feedback.llm.material import blocks, read_candidates, read_request
from feedback.llm.pretending.drafting import (
    draft_from_critique,
    draft_from_kudos,
    draft_from_preference,
    draft_from_rewrite,
)
from feedback.llm.pretending.texts import quoted, sentences, shared_share, words
from feedback.llm.pretending.themes import ALWAYS, BY_NAME, Theme, applies, domain_of, effect_of, themes_in

Values = Mapping[str, str]
OUTLINE = "Simulated outline"
AT_ONCE = 3


# Under a principle


def critique_under_principle(values: Values) -> PrincipleCritique:
    """Whether the principle's fault is there, and can be mended with what the response says."""
    request, principle = read_request(values["conversation"]), values["principle"]
    if not applies(principle, request):
        return PrincipleCritique(
            applies=False,
            fault=False,
            critique=f"This is not the case the principle is for: {quoted(domain_of(principle).rstrip(' ,:'))}.",
        )
    found = _of_principle(principle)[:AT_ONCE]
    said = [fault for theme in found if (fault := theme.fault(request, values["response"]))]
    return PrincipleCritique(applies=True, fault=bool(said), critique=" ".join(said) or _no_fault(found))


def _no_fault(found: list[Theme]) -> str:
    if any(theme.can_mend for theme in found):
        return "The response keeps to this principle as it stands, as far as rules of thumb can tell."
    return (
        "Nothing here can be mended by selecting, cutting and ordering the response's own words, which is all that the "
        "simulated model does: it is left as it is."
    )


def revise_under_principle(values: Values) -> Revision:
    """Mend what the principle, or else its critique, speaks of."""
    request, text = read_request(values["conversation"]), values["response"]
    under = [theme for theme in _of_principle(values["principle"])[:AT_ONCE] if theme.fault(request, text)]
    return mended(under or themes_in(values["critique"])[:1], request, text)


def _of_principle(principle: str) -> list[Theme]:
    line = " ".join(principle.lower().split())
    exact = [theme for theme in BY_NAME.values() if theme.effect.lower() in line]
    return exact or themes_in(effect_of(principle))


def mended(themes: list[Theme], request: str, text: str) -> Revision:
    """The text without the faults of these themes, and what was done."""
    new = text
    did: list[str] = []
    was: list[str] = []
    for theme in themes:
        fault, better = theme.fault(request, new), theme.mend(request, new).strip()
        if fault and better and better != new.strip():
            new, did, was = better, [*did, theme.did], [*was, fault]
    if not did:
        why = "Nothing: what is asked for cannot be had by cutting and ordering the response's own words."
        return Revision(text=text if text.strip() else "…", changed=why)
    return Revision(text=new, changed=f"{'. '.join(did)}. The fault was: {' '.join(was)}"[:1500])


# Freely


def critique_freely(values: Values) -> FreeCritique:
    """A score, and the gravest faults. A text whose faults are mended is good enough."""
    request, text = read_request(values["conversation"]), values["response"]
    asked = [theme for theme in themes_in(said_by_people(values["history"])) if theme.fault(request, text)]
    found = list(dict.fromkeys([*asked, *free_faults(asked_for(values), request, text)]))
    tried = bool(values["history"].strip())
    score = max(1, 8 - 2 * len(found)) if found or not tried else 9
    said = " ".join(theme.fault(request, text) for theme in found[:2])
    return FreeCritique(
        score=score,
        good_enough=not found,
        critique=said or "Nothing is left that cutting and ordering its own words would mend.",
    )


def refine_with_history(values: Values) -> CitedRevision:
    """Mend what the last critique speaks of, then what is plain to see."""
    request, text = read_request(values["conversation"]), values["response"]
    plain = free_faults(asked_for(values), request, text)
    wanted = [theme for theme in themes_in(_last_critique(values["history"])) if theme.fault(request, text)]
    taken = plain[:1] or wanted[:1]
    better = mended(taken, request, text)
    asked = numbers_asking(values["constitution"], taken, request) if better.text != text else ()
    return CitedRevision(text=better.text, changed=better.changed, followed=asked)


def numbers_asking(constitution: str, themes: list[Theme], request: str) -> tuple[int, ...]:
    """The numbers of the principles that apply and ask for one of the themes."""
    numbered = re.findall(r"^(\d+)\. (.+)$", constitution, flags=re.MULTILINE)
    asking = (int(n) for n, line in numbered if applies(line, request) and set(_of_principle(line)[:1]) & set(themes))
    return tuple(asking)[:40]


def asked_for(values: Values) -> str:
    """The lines of the constitution, then the lessons of the memory worded as such lines."""
    entries = [words for _, words in blocks(values.get("memory", ""))]
    told = [re.findall(r"^(?:When|Lesson): (.+)$", words, re.MULTILINE) for words in entries]
    lessons = [one[1] if one[0] == "Always" else f"{one[0].rstrip('.:,')}: {one[1]}" for one in told if len(one) == 2]
    return "\n".join([values["constitution"], *lessons])


def free_faults(constitution: str, request: str, text: str) -> list[Theme]:
    """The themes whose fault is to be seen, those of the constitution first."""
    lines = [line for line in constitution.splitlines() if len(line.split()) > 3 and applies(line, request)]
    of_constitution = [theme for line in lines for theme in _of_principle(line)[:1]]
    themes = dict.fromkeys([*of_constitution, *(BY_NAME[name] for name in ALWAYS)])
    return [theme for theme in themes if theme.fault(request, text)]


def said_by_people(history: str) -> str:
    """What people said of the response itself, where the history begins with that."""
    first = next((text for name, text in blocks(history) if name == "critique 1"), "")
    return first if first.startswith("People said of it:") else ""


def _last_critique(history: str) -> str:
    said = [text for name, text in blocks(history) if name.startswith("critique")]
    if said:
        return said[-1]
    parts = re.split(r"^.*critique.*?[:\]>]", history, flags=re.IGNORECASE | re.MULTILINE)
    return parts[-1].strip()


# Afresh


def answer_afresh(values: Values) -> CitedRevision:
    """The outline of an answer in the shape the approach speaks of, else in one drawn from it.

    It knows no answer and says so; `choose_best` takes an outline only where the rest is no better.
    """
    request, approach = " ".join(read_request(values["conversation"]).split()), values["approach"]
    meant = [place for place, (cues, _) in enumerate(SHAPES) if re.search(cues, approach, re.IGNORECASE)]
    _, shape = SHAPES[meant[0] if len(meant) == 1 else _draw(approach, len(SHAPES))]
    again = re.search(r"attempt (\d+)", approach)
    name = f"{OUTLINE} {again[1]}" if again else OUTLINE
    parts = [piece.strip() for piece in sentences(request) if len(words(piece)) > 1][:5] or [request or "(nothing)"]
    listed = "\n".join(f"{number}. {quoted(part, 160)}" for number, part in enumerate(parts, start=1))
    text = f"{name}, not an answer. {shape.format(asked=quoted(request, 240), parts=listed)}"
    return CitedRevision(text=text, changed=f"Followed the approach {quoted(approach)}.", followed=())


# What an approach may speak of, and the outline that follows it.
SHAPES = (
    (r"\bdefault|usual", "It would answer {asked} and add what a reader needs to use the answer."),
    (r"result|first sentence|at once", "The result would come first, in one sentence. What was asked: {asked}"),
    (r"misunderst|caution|careful", "It would first settle what is meant by {asked}, then answer that reading."),
    (r"\bnew to|beginner|plain", "It would explain in everyday words, for somebody new to the matter: {asked}"),
    (r"brief|short|few words", "One sentence would answer {asked}"),
    (r"part by part|step|\blist", "It would take the request part by part:\n{parts}"),
    (r"example|concrete", "One concrete example would carry the answer to {asked}"),
    (r"two ways|weigh|compare", "Of two ways of answering it would give the better one. What was asked: {asked}"),
)


def choose_best(values: Values) -> Choice:
    """The candidate with the fewest faults that takes up most of the request, an outline last; equal ones by length."""
    request = read_request(values["conversation"])
    candidates = read_candidates(values["candidates"])
    ranked = sorted(range(len(candidates)), key=lambda place: _rank(values["constitution"], request, candidates[place]))
    best = candidates[ranked[0]]
    return Choice(
        best=ranked[0] + 1,
        because=f"{quoted(best)} takes up most of what was asked with the fewest faults.",
    )


def _rank(constitution: str, request: str, text: str) -> tuple[int, float, int]:
    outline = 8 if text.startswith(OUTLINE) else 0
    clearly_bad = 10 if not words(text) or NO_ANSWER.search(text) else 0
    faults = len(free_faults(constitution, request, text))
    return outline + clearly_bad + faults, -round(shared_share(request, text), 1), len(text)


NO_ANSWER = re.compile(
    r"^\W*(?:no idea|i (?:do not|don.t) know|i(?:.m| am) not sure|i can(?:not|.t) (?:answer|help)|n/?a)\b",
    re.IGNORECASE,
)


def _draw(words_: str, count: int) -> int:
    """A number below `count`, always the same for the same words."""
    numbers = re.findall(r"\d+", words_)
    if len(numbers) == 1:
        return int(numbers[0]) % count
    return int.from_bytes(hashlib.sha256(words_.encode("utf-8", "replace")).digest()[:4]) % count


ANSWERERS: dict[str, Callable[[Values], Answer]] = {
    answerer.__name__: answerer
    for answerer in (
        draft_from_critique, draft_from_kudos, draft_from_rewrite, draft_from_preference, critique_under_principle,
        revise_under_principle, critique_freely, refine_with_history, answer_afresh, choose_best,
    )
}  # fmt: skip
