"""How the simulated model answers each prompt, from its values alone. Plain functions: values in, answer out."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping

from feedback.llm.answers import Answer, Choice, FreeCritique, PrincipleCritique, PrincipleDraft, Revision
from feedback.llm.material import blocks, read_candidates, read_request
from feedback.llm.pretending.texts import (
    has_list,
    keywords,
    quoted,
    sentences,
    shared_share,
    telling_words,
    words,
)
from feedback.llm.pretending.themes import (
    ALWAYS,
    BY_NAME,
    IF_NOTHING_ELSE,
    Theme,
    applies,
    domain_of,
    kind_of,
    themes_in,
)

Values = Mapping[str, str]


# Drafting


def draft_from_critique(values: Values) -> PrincipleDraft:
    """The principle of the theme the complaint speaks of, or the complaint itself as a rule."""
    found = themes_in(values["feedback"])
    if found:
        return _draft(
            found[0], values, f"The reviewer wrote {quoted(values['feedback'], 160)}, and this rule would prevent it."
        )
    return PrincipleDraft(
        domain=_domain(values),
        effect=f"Make sure that nobody could say this of the answer: {quoted(values['feedback'], 300)}.",
        because=f"The reviewer wrote {quoted(values['feedback'], 160)}, taken literally here.",
    )


def draft_from_kudos(values: Values) -> PrincipleDraft:
    """The principle of the theme the praise speaks of, or the praise itself as a rule."""
    found = themes_in(values["feedback"])
    if found:
        return _draft(
            found[0], values, f"The reviewer praised it with {quoted(values['feedback'], 160)}; this keeps it so."
        )
    return PrincipleDraft(
        domain=_domain(values),
        effect=f"Write so that this praise would hold again: {quoted(values['feedback'], 300)}.",
        because=f"The reviewer praised it with {quoted(values['feedback'], 160)}, taken literally here.",
    )


def draft_from_rewrite(values: Values) -> PrincipleDraft:
    """The principle that the difference between before and after speaks for."""
    theme = difference(values, before=values["response"], after=values["rewrite"])
    why = f"{quoted(values['response'])} became {quoted(values['rewrite'])}."
    return _draft(theme, values, f"{theme.did} is what the rewrite did: {why}")


def draft_from_preference(values: Values) -> PrincipleDraft:
    """The principle the reason speaks of, or else the difference between the two."""
    stated = themes_in(values["reason"])
    theme = stated[0] if stated else difference(values, before=values["rejected"], after=values["chosen"])
    said = f"The reason given was {quoted(values['reason'], 160)}. " if values["reason"].strip() else ""
    return _draft(
        theme, values, f"{said}{quoted(values['chosen'])} keeps to this better than {quoted(values['rejected'])}."
    )


def difference(values: Values, *, before: str, after: str) -> Theme:
    """The theme whose fault `before` has and `after` has not; else by length."""
    request = read_request(values["conversation"])
    if has_list(after) and not has_list(before):
        return BY_NAME["structure"]
    for name in ("prose", "preamble", "repetition", "hedging", "brevity", "relevance", "example"):
        if BY_NAME[name].fault(request, before) and not BY_NAME[name].fault(request, after):
            return BY_NAME[name]
    return BY_NAME["brevity" if len(after) < len(before) else "detail"]


def _draft(theme: Theme, values: Values, because: str) -> PrincipleDraft:
    return PrincipleDraft(domain=_domain(values), effect=theme.effect, because=because)


def _domain(values: Values) -> str:
    kind = kind_of(read_request(values["conversation"]))
    return {
        "summaries": "When asked for a summary",
        "code": "When asked about code",
        "stories": "When asked for a story or a poem",
        "arithmetic": "When there is something to calculate",
        "advice": "When asked for personal advice",
    }.get(kind, "")


# Under a principle


def critique_under_principle(values: Values) -> PrincipleCritique:
    """Whether the principle's fault is there."""
    request, principle = read_request(values["conversation"]), values["principle"]
    if not applies(principle, request):
        return PrincipleCritique(
            applies=False,
            fault=False,
            critique=f"This is not the case the principle is for: {quoted(domain_of(principle))}.",
        )
    fault = _fault(principle, request, values["response"])
    return PrincipleCritique(
        applies=True, fault=bool(fault), critique=fault or "The response keeps to this principle as it stands."
    )


def revise_under_principle(values: Values) -> Revision:
    """Mend what the principle, or else its critique, speaks of."""
    request, text = read_request(values["conversation"]), values["response"]
    for theme in [*_of_principle(values["principle"])[:1], *themes_in(values["critique"])]:
        if theme.fault(request, text):
            return _mended(theme, request, text)
    return _literally(values["principle"], request, text)


def _fault(principle: str, request: str, text: str) -> str:
    found = _of_principle(principle)
    if found:
        return found[0].fault(request, text)
    missing = [word for word in keywords(_effect(principle), 3) if word[:5] not in text.lower()]
    return f"Nothing in it takes up {quoted(', '.join(missing))}, which the principle asks for." if missing else ""


def _of_principle(principle: str) -> list[Theme]:
    exact = [theme for theme in BY_NAME.values() if theme.effect.lower() in " ".join(principle.lower().split())]
    return exact or themes_in(_effect(principle))


def _effect(principle: str) -> str:
    return principle[len(domain_of(principle)) :] or principle


def _literally(principle: str, request: str, text: str) -> Revision:
    about = ", ".join(keywords(_effect(principle), 3)) or "the principle"
    note = f"With {about} in mind, note what matters most here: {(keywords(request, 1) or ['the request'])[0]}."
    if note in text:
        return Revision(text=text, changed="Nothing: the response keeps to the principle as it stands.")
    return Revision(text=f"{text.rstrip()}\n\n{note}", changed=f"Added a sentence that takes up {about}.")


def _mended(theme: Theme, request: str, text: str) -> Revision:
    new = theme.mend(request, text).strip() or text
    fault = theme.fault(request, text)
    return Revision(text=new, changed=f"{theme.did}. The fault was: {fault}" if fault else f"{theme.did}.")


# Freely


def critique_freely(values: Values) -> FreeCritique:
    """A score, and the gravest faults. After an attempt that mended its faults there is enough."""
    request, text = read_request(values["conversation"]), values["response"]
    found = _free_faults(values["constitution"], request, text)
    tried = bool(values["history"].strip())
    if not found and not tried:
        found = _something(request, text)
    score = max(1, (8 if tried else 7) - 2 * len(found) + (1 if not found and tried else 0))
    said = " ".join(theme.fault(request, text) for theme in found[:2])
    return FreeCritique(
        score=score, good_enough=not found, critique=said or "Nothing is left that another attempt would mend."
    )


def refine_with_history(values: Values) -> Revision:
    """Mend what the last critique speaks of, then what is plain to see."""
    request, text = read_request(values["conversation"]), values["response"]
    last = _last_critique(values["history"])
    wanted = [*themes_in(last), *_free_faults(values["constitution"], request, text)]
    for theme in wanted or _something(request, text):
        if theme.fault(request, text):
            return _mended(theme, request, text)
    return _literally(last or values["constitution"] or "clarity", request, text)


def _free_faults(constitution: str, request: str, text: str) -> list[Theme]:
    lines = [line for line in constitution.splitlines() if line.strip()]
    of_constitution = [
        _of_principle(line)[0]
        for line in lines
        if len(line.split()) > 3 and _of_principle(line) and applies(line, request)
    ]
    themes = dict.fromkeys([*of_constitution, *(BY_NAME[name] for name in ALWAYS)])
    return [theme for theme in themes if theme.fault(request, text)]


def _something(request: str, text: str) -> list[Theme]:
    start = _draw(request, len(IF_NOTHING_ELSE))
    turned = IF_NOTHING_ELSE[start:] + IF_NOTHING_ELSE[:start]
    return [BY_NAME[name] for name in turned if BY_NAME[name].fault(request, text)][:1]


def _last_critique(history: str) -> str:
    said = [text for name, text in blocks(history) if name.startswith("critique")]
    if said:
        return said[-1]
    parts = re.split(r"^.*critique.*?[:\]>]", history, flags=re.IGNORECASE | re.MULTILINE)
    return parts[-1].strip()


# Afresh


def answer_afresh(values: Values) -> Revision:
    """An answer built from the words of the request, in the shape the approach speaks of, else in one drawn from it."""
    request, approach = read_request(values["conversation"]), values["approach"]
    meant = [place for place, (cues, _) in enumerate(SHAPES) if re.search(cues, approach, re.IGNORECASE)]
    _, shape = SHAPES[meant[0] if len(meant) == 1 else _draw(approach, len(SHAPES))]
    one, two, three = [*keywords(request, 3), "the matter at hand", "what it rests on", "what follows"][:3]
    body = [piece.strip() for piece in sentences(request.strip())[1:] if len(words(piece)) > 4 and "?" not in piece]
    nearest = sorted(body, key=lambda piece: -shared_share(request, piece))
    said = [*nearest, f"The main thing about {one} is how it bears on {two}.", f"After that comes {three}."]
    text = shape.format(one=one, two=two, three=three, said=said[0], then=said[1])
    return Revision(text=text, changed=f"Followed the approach {quoted(approach)}.")


# What an approach may speak of, and the answer that follows it.
SHAPES = (
    (r"\bdefault|usual", "{said} It turns on {one}."),
    (r"result|first sentence|at once", "In short, it comes down to {one}. {said}"),
    (r"misunderst|caution|careful", "{said} Do not take {one} for {two}: check which of them is meant."),
    (r"\bnew to|beginner|plain", "Think of {one} as the heart of it, and of {two} as what surrounds it. {said}"),
    (r"brief|short|few words", "{said}"),
    (r"part by part|step|\blist", "- {said}\n- {then}\n- What ties this together: {one}."),
    (r"example|concrete", "{said} For example, look at {one} and {two} side by side."),
    (r"two ways|weigh|compare", "It turns on {one} rather than on {two}, because {three} depends on it. {said}"),
)


def choose_best(values: Values) -> Choice:
    """The candidate with the fewest faults that takes up most of the request; equal ones by length."""
    request = read_request(values["conversation"])
    candidates = read_candidates(values["candidates"])
    ranked = sorted(range(len(candidates)), key=lambda place: _rank(values["constitution"], request, candidates[place]))
    best = candidates[ranked[0]]
    return Choice(
        best=ranked[0] + 1,
        because=f"{quoted(best)} takes up most of what was asked with the fewest faults.",
    )


def _rank(constitution: str, request: str, text: str) -> tuple[int, float, int]:
    empty = 10 if len(telling_words(text)) < 2 else 0
    return empty + len(_free_faults(constitution, request, text)), -round(shared_share(request, text), 1), len(text)


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
