"""How the simulated model words principles: from critiques, kudos, rewrites and preferences, by their themes.

A principle never quotes the words it came from: those stand in `because`. Where the words speak of no theme it says
something general and says that it does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from feedback.llm.answers import CriterionDraft, PrincipleDraft
from feedback.llm.material import blocks, read_candidates, read_request
from feedback.llm.pretending.texts import has_list, quoted, words
from feedback.llm.pretending.themes import BY_NAME, Theme, kind_of, themes_in, themes_of_complaint

Values = Mapping[str, str]
GENERAL = "Answer exactly what was asked, correctly and completely, in a form that is easy to use."
KEEP_SHORT = "Give the answer and stop there when the request needs no more."
KEEP_LIST = "Give several things as a list, one a line."
# The kinds of requests that a complaint of this theme is likely to be about, and how a domain names them.
DOMAINS = {
    "summaries": (
        "When asked for a summary",
        {"brevity", "detail", "relevance", "completeness", "caveat", "plainness"},
    ),
    "code": ("When asked for code", {"caveat", "completeness", "reasons", "structure", "plainness"}),
    "stories": ("When asked for a story or a poem", {"relevance", "detail", "repetition", "plainness", "warmth"}),
    "arithmetic": ("When there is something to calculate", {"reasons", "caveat"}),
    "advice": ("When asked for advice", {"warmth", "caveat", "reasons"}),
}


def draft_from_critique(values: Values) -> PrincipleDraft:
    """The principle of the theme the complaint speaks of, or a general one."""
    said = quoted(values["feedback"], 160)
    asked = [*themes_in(values.get("improve", "")), *themes_of_complaint(values["feedback"])]
    for theme in open_to_draft(asked, values)[:1]:
        return _draft(theme, values, f"The reviewer wrote {said}, and this rule would prevent it.")
    because = f"The reviewer wrote {said}, which does not say what was wrong in words known here; this is general."
    return PrincipleDraft(domain="", effect=GENERAL, because=because)


def draft_from_kudos(values: Values) -> PrincipleDraft:
    """The principle of the theme the praise speaks of, or of what can be seen in what was praised."""
    said = quoted(values["feedback"], 160)
    for theme in open_to_draft(themes_in(values["feedback"]), values)[:1]:
        return _draft(theme, values, f"The reviewer praised it with {said}; this keeps it so.")
    because = f"The reviewer praised it with {said}, which does not say what for; this is what can be seen in it."
    if has_list(values["response"]):
        return PrincipleDraft(domain="When several things are asked for", effect=KEEP_LIST, because=because)
    effect = KEEP_SHORT if len(words(values["response"])) <= 25 else GENERAL
    return PrincipleDraft(domain="", effect=effect, because=because)


def draft_from_rewrite(values: Values) -> PrincipleDraft:
    """The principle that the difference between before and after speaks for."""
    theme = difference(values, before=values["response"], after=values["rewrite"])
    why = f"In the rewrite, {quoted(values['response'])} became {quoted(values['rewrite'])}."
    return _draft(theme, values, f"{why} {DIFFERS[theme.name]}")


def draft_from_preference(values: Values) -> PrincipleDraft:
    """The principle the reason speaks of, or else the difference between the two."""
    stated = themes_of_complaint(values["reason"])
    theme = stated[0] if stated else difference(values, before=values["rejected"], after=values["chosen"])
    said = f"The reason given was {quoted(values['reason'], 160)}. " if values["reason"].strip() else ""
    return _draft(
        theme, values, f"{said}{quoted(values['chosen'])} keeps to this better than {quoted(values['rejected'])}."
    )


def draft_from_preference_turned(values: Values) -> PrincipleDraft:
    """The principle that the rejected one keeps to and the chosen one does not, as far as can be seen."""
    theme = difference(values, before=values["chosen"], after=values["rejected"])
    return _draft(theme, values, f"{quoted(values['rejected'])} keeps to this better than {quoted(values['chosen'])}.")


def draft_from_span(values: Values) -> PrincipleDraft:
    """The principle of the theme that the reason, or else the kind, of a mark speaks of."""
    said = " ".join([values["reason"], values["kind"].replace("-", " ")])
    why = f"The reviewer marked {quoted(values['marked'])} as {quoted(values['kind'])}."
    for theme in open_to_draft(themes_of_complaint(said), values)[:1]:
        return _draft(theme, values, f"{why} This rule would prevent it.")
    if values["replacement"].strip():
        theme = difference(values, before=values["marked"], after=values["replacement"])
        return _draft(theme, values, f"{why} {DIFFERS[theme.name]}")
    return PrincipleDraft(domain="", effect=GENERAL, because=f"{why} No words known here say why; this is general.")


def draft_from_adjudication(values: Values) -> PrincipleDraft:
    """The principle the curator's reason speaks of, or a general one."""
    why = f"The dispute was settled by {quoted(values['decision'], 120)}."
    for theme in open_to_draft(themes_of_complaint(values["reason"]) or themes_in(values["reason"]), values)[:1]:
        return _draft(theme, values, f"{why} The reason given was {quoted(values['reason'], 160)}.")
    return PrincipleDraft(domain="", effect=GENERAL, because=f"{why} No words known here say why; this is general.")


def draft_from_group(values: Values) -> CriterionDraft:
    """The principle of the theme that most comments speak of, and the question that goes with it."""
    comments = read_candidates(values["comments"])
    counted = Counter(theme.name for said in comments for theme in themes_of_complaint(said)[:1])
    found = open_to_draft([BY_NAME[name] for name, _ in counted.most_common()], values)
    effect, domain = (found[0].effect, found[0].when) if found else (GENERAL, "")
    because = f"Of {len(comments)} comments, {counted[found[0].name] if found else 0} speak of this, such as "
    metric = f"Does the answer keep to this: {effect}"
    return CriterionDraft(domain=domain, effect=effect, because=because + quoted(comments[0], 120) + ".", metric=metric)


def open_to_draft(themes: Sequence[Theme], values: Values) -> list[Theme]:
    """The themes whose principle was not laid aside."""
    aside = " ".join(words for _, words in blocks(values.get("laid_aside", "")))
    return [theme for theme in themes if theme.effect not in aside]


# What can be seen to differ between two texts, theme by theme.
DIFFERS = {
    "structure": "It gives the points one a line.",
    "prose": "It says in sentences what was a list.",
    "preamble": "It leaves out the words around the answer.",
    "repetition": "It says nothing twice.",
    "hedging": "It leaves out words that take things back.",
    "relevance": "It leaves out what does not bear on the request.",
    "brevity": "It is shorter.",
    "detail": "It says more.",
}


def difference(values: Values, *, before: str, after: str) -> Theme:
    """The theme whose fault `before` has and `after` has not; else by length."""
    request = read_request(values["conversation"])
    if has_list(after) and not has_list(before):
        return BY_NAME["structure"]
    for name in ("prose", "preamble", "repetition", "hedging", "relevance"):
        if BY_NAME[name].fault(request, before) and not BY_NAME[name].fault(request, after):
            return BY_NAME[name]
    return BY_NAME["brevity" if len(after) < len(before) else "detail"]


def _draft(theme: Theme, values: Values, because: str) -> PrincipleDraft:
    domain, themes = DOMAINS.get(kind_of(read_request(values["conversation"])), ("", set()))
    return PrincipleDraft(
        domain=theme.when or (domain if theme.name in themes else ""), effect=theme.effect, because=because
    )
