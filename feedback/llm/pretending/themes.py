"""The dozen or so kinds of feedback that the simulated model understands.

A theme ties together the words by which it is known, the principle it leads to, the fault and its mend. What it does
not know, it takes literally (see `answering`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from feedback.llm.pretending import faults, mends

Look = Callable[[str, str], str]


@dataclass(frozen=True)
class Theme:
    """One kind of feedback. `fault` and `mend` take (request, text)."""

    name: str
    cues: str
    effect: str
    fault: Look
    mend: Look
    did: str
    when: str = ""

    def is_meant(self, words: str) -> int:
        """How often these words speak of it."""
        return len(re.findall(self.cues, words, re.IGNORECASE))


# In the order in which they are preferred when words speak of several equally often.
THEMES = (
    Theme(
        "prose",
        r"no bullets?|too many (?:bullets|lists)|\bprose\b|instead of (?:a list|bullets)|\bchopp|connected",
        "Write connected prose, and keep lists for things that are counted or done in order.",
        faults.chopped_up, mends.make_prose, "Turned the list into connected prose",
    ),
    Theme(
        "detail",
        r"too (?:short|brief|terse|thin)|more (?:detail|depth|information)|\bdetail|elaborat|expand|\blonger\b|"
        r"\bdepth\b|thorough|comprehensive|not enough|incomplete|\blacks?\b|ask again|superficial|shallow",
        "Give enough detail that the person need not ask again, and say what each main point rests on.",
        faults.too_thin, mends.say_more, "Added what the answer rests on",
    ),
    Theme(
        "brevity",
        r"too (?:long|wordy|verbose|much)|\blong\b|\bshort|verbos|\bword[yi]|rambl|concis|\bbrief|length|padd|succinct|"
        r"fewer (?:words|sentences)|few sentences|\bcut\b|boil",
        "Say it in as few sentences as it takes, and leave out what was not asked for.",
        faults.too_long, mends.shorten, "Shortened it to the sentences nearest the request",
    ),
    Theme(
        "preamble",
        r"preamble|pleasantr|\bfiller|fluff|greeting|chatty|\bsure!|as an ai|begin with the answer|opening phrase",
        "Begin with the answer itself, without greeting, filler or announcing what follows.",
        faults.has_preamble, mends.drop_preamble, "Dropped the opening filler",
    ),
    Theme(
        "directness",
        r"\bdirect|answer(?:s|ed)? first|first sentence|straight|bottom line|\bburie|\bbury|lead with|up ?front|"
        r"to the point|the point\b|main point",
        "Give the answer in the first sentence, then whatever supports it.",
        faults.buries_answer, mends.answer_first, "Moved the answer to the front",
    ),
    Theme(
        "hedging",
        r"hedg|wishy|\bvague|maybe|perhaps|commit|confiden(?!t wrong)|noncommittal|weasel|plainly or leave",
        "State what is known plainly, and leave out words that take it back.",
        faults.hedges, mends.drop_hedges, "Took out the hedging words",
    ),
    Theme(
        "caveat",
        r"caveat|disclaimer|limitation|overconfiden|too sure|\bcaution|unsafe|danger|risk|wrong|incorrect|inaccura|"
        r"\berrors?\b|mistake|made[ -]up|hallucinat|\bfalse\b|untrue|\bfacts?\b|\bsources?\b|unsupported|verif|"
        r"not checked",
        "Say which claims have not been checked and how the person can check them.",
        faults.too_sure, mends.add_caveat, "Said what has to be checked",
    ),
    Theme(
        "reasons",
        r"reason(?:ing|s)\b|show (?:your|the) work|\bwhy\b|\bexplain|explanation|justif|because it",
        "Say why, in a sentence that names what the answer follows from.",
        faults.no_reasons, mends.add_reasons, "Added what the answer follows from",
    ),
    Theme(
        "structure",
        r"bullet|\blists?\b|\bsteps?\b|numbered|structur|\bformat|organi[sz]|readab|\bscan|wall of text|"
        r"one point a line",
        "When there are several points or steps, put them into a list, one a line.",
        faults.unstructured, mends.make_list, "Put the points into a list",
    ),
    Theme(
        "example",
        r"example|illustrat|concrete|instance|abstract",
        "Give one concrete example for the main point.",
        faults.no_example, mends.add_example, "Added an example",
    ),
    Theme(
        "plainness",
        r"jargon|simpl|\bplain|technical|complicated|hard to (?:read|follow|understand)|beginner|heavy words|"
        r"clear(?:er|ly)?\b|confus|\beasy\b",
        "Use plain, everyday words, and explain any term the person did not use.",
        faults.heavy_words, mends.use_plain_words, "Put plain words in place of heavy ones",
    ),
    Theme(
        "warmth",
        r"empath|\bwarm|\bkind(?:er|ness|ly)?\b|friendl|\bcold\b|\btone\b|\brude|polite|encourag|acknowledg|supportive|feelings",
        "Acknowledge what the person is dealing with before giving advice.",
        faults.cold, mends.warm_up, "Acknowledged the person first",
    ),
    Theme(
        "repetition",
        r"repeat|repetiti|redundan|duplicat|same thing|say each thing once",
        "Say each thing once.",
        faults.repeats, mends.say_once, "Took out what was said twice",
    ),
    Theme(
        "relevance",
        r"irrelevan|off[ -]topic|(?:did ?n.t|does ?n.t|did not|does not|not) (?:really )?"
        r"(?:answer|address|follow|take up)|ignor|misse[sd]|"
        r"instruction|what (?:was|is|i) asked|the (?:question|request|prompt)|unrelated|relevan|"
        r"nonsens|coheren|make[s]? (?:no )?sense",
        "Take up what was asked, all of it, before anything else.",
        faults.off_the_point, mends.take_up_request, "Took up what was asked",
    ),
)  # fmt: skip
BY_NAME = {theme.name: theme for theme in THEMES}
# What an editor looks at when no principle is in hand, gravest first; and what can nearly always be bettered.
ALWAYS = ("preamble", "repetition", "hedging", "brevity")
IF_NOTHING_ELSE = ("directness", "structure", "reasons", "example", "detail", "caveat")

# Kinds of requests: how a principle's domain speaks of them, and how such a request looks.
KINDS = {
    "summaries": (r"\bsummar", faults.SUMMARY.pattern),
    "code": (r"\bcode\b|\bprogram", r"```|\bcode\b|\bfunction\b|\bprogram|\bpython\b|\bsql\b|\bscript\b|\bregex"),
    "stories": (r"\bstor(?:y|ies)\b|\bfiction|creative", r"\bstor(?:y|ies)\b|\bpoem|\bfiction|\bhaiku|\bsong"),
    "arithmetic": (r"\bmath|\barithmetic|\bcalculat", r"\d\s*[-+*/=<>^]|\bhow many\b|\bcalculat|\bsolve\b|\bsum of\b"),
    "advice": (
        r"\badvice\b|\bpersonal\b",
        r"\badvice\b|\bshould i\b|\bwhat do i do\b|\bmy (?:friend|wife|husband|boss)\b",
    ),
}


def themes_in(words: str) -> list[Theme]:
    """The themes these words speak of, the most spoken of first."""
    counted = [(theme, theme.is_meant(words)) for theme in THEMES]
    return [theme for theme, count in sorted(counted, key=lambda pair: -pair[1]) if count]


def applies(principle: str, request: str) -> bool:
    """Whether the situation a principle speaks of is given. Kinds it does not know count as given."""
    domain = domain_of(principle)
    return all(
        re.search(looks, request, re.IGNORECASE)
        for named, looks in KINDS.values()
        if domain and re.search(named, domain, re.IGNORECASE)
    )


def domain_of(principle: str) -> str:
    """The part of a principle that says when it applies: what stands before a colon, or a leading clause."""
    line = " ".join(principle.split())
    before, colon, after = line.partition(":")
    if colon and after.strip() and len(before) <= 200:
        return before
    clause = re.match(r"(?:when|if|for|in|where|whenever)\b[^,]*,", line, re.IGNORECASE)
    return clause[0] if clause else ""


def kind_of(request: str) -> str:
    """The kind of a request, or ""."""
    return next((kind for kind, (_, looks) in KINDS.items() if re.search(looks, request, re.IGNORECASE)), "")
