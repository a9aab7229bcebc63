"""The fifteen kinds of feedback that the simulated model understands.

A theme ties together the words by which it is known, the principle it leads to, the fault and its mend. For words that
speak of none it falls back to one general principle (see `drafting`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from feedback.llm.pretending import faults, mends, shapes
from feedback.llm.pretending.texts import telling_words, words

NOTHING = "Left it as it is"
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

    @property
    def can_mend(self) -> bool:
        """Whether it can be served with the response's own words."""
        return self.mend is not mends.leave

    def is_meant(self, said: str) -> int:
        """How often these words speak of it."""
        return len(re.findall(self.cues, said, re.IGNORECASE))

    def first_meant(self, said: str) -> int:
        """Where these words first speak of it."""
        found = re.search(self.cues, said, re.IGNORECASE)
        return found.start() if found else len(said)


# Those that end in `leave` ask for
# what is not in the response: the simulated model drafts them, and mends nothing under them.
THEMES = (
    Theme(
        "prose",
        r"no bullets?|(?:too many|fewer|without) (?:bullets?|lists?)|\bprose\b|instead of (?:a list|bullets)|\bchopp|"
        r"connected",
        "Write connected prose, and keep lists for things that are counted or done in order.",
        faults.chopped_up, mends.make_prose, "Turned the list into connected prose",
    ),
    Theme(
        "detail",
        r"too (?:short|brief|terse|thin|vague|general)|more (?:detail|depth|information|specific)|\bdetail|"
        r"elaborat|expand|\blonger\b|\bdepth\b|thorough|comprehensive|"
        r"(?:not|n.t) (?:(?:long|detailed|specific|deep|much) )?enough|"
        r"\blacks?\b|ask again|superficial|shallow|\bthin\b",
        "Give enough detail that the person need not ask again.",
        faults.nothing_to_mend, mends.leave, NOTHING,
    ),
    Theme(
        "brevity",
        r"too (?:long|wordy|verbose|much)|\blong(?:[ -]winded|er than)?\b|\bshort|verbos|\bword[yi]|rambl|concis|"
        r"\bbrief|length|padd|succinct|fewer (?:words|sentences)|few(?:est)? sentences|\bcut\b|boil|\bwaffl",
        "Say it in as few sentences as it takes, and leave out what was not asked for.",
        faults.too_long, mends.shorten, "Cut what was not asked for",
    ),
    Theme(
        "preamble",
        r"preamble|pleasantr|\bfiller|fluff|greet|chatty|\bsure!|as an ai|begin with the answer|opening phrase|"
        r"polite (?:sentence|opening)|over again|\bintro(?:duction)?\b|\bsign[- ]?off|announc",
        "Begin with the answer itself: no greeting, no announcement, no saying the request over again.",
        faults.has_preamble, mends.drop_preamble, "Left out the words around the answer",
    ),
    Theme(
        "directness",
        r"\bdirect|answer(?:s|ed)? first|first sentence|straight|bottom line|\bburie|\bbury|lead with|up ?front|"
        r"to the point|gets? to the point|main point|answer (?:comes|is) (?:too )?late|comes late",
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
        "completeness",
        r"\bmissing\b|\bomits?\b|\bomitted|\bleft out\b|\bforg[eo]t|incomplete|only (?:one|two|half|part)|"
        r"\bhalf (?:of|the|an)|not (?:all|every)|all of (?:them|it)|\bcomplete(?:ly|ness)?\b|every part",
        "Answer every part of the request, in the order in which it was asked.",
        faults.nothing_to_mend, mends.leave, NOTHING,
    ),
    Theme(
        "caveat",
        r"caveat|disclaimer|limitation|overconfiden|too sure|\bcaution|unsafe|danger|risk|wrong|incorrect|inaccura|"
        r"\bcorrect|accura|\berrors?\b|mistake|made[ -]up|hallucinat|\bfalse\b|untrue|\btrue\b|\bfacts?\b|factual|"
        r"\bsources?\b|unsupported|verif|not checked",
        "State only what is true, and say which claims have not been checked.",
        faults.nothing_to_mend, mends.leave, NOTHING,
    ),
    Theme(
        "reasons",
        r"reason(?:ing|s)?\b|show (?:your|the) work|\bwhy\b|\bexplain|explanation|justif|because it",
        "Say why, in a sentence that names what the answer follows from.",
        faults.nothing_to_mend, mends.leave, NOTHING,
    ),
    Theme(
        "structure",
        r"bullet|\blist(?:s|ed)?\b|\bsteps?\b|numbered|structur|\bformat|organi[sz]|readab|\bscan|wall of text|"
        r"one (?:point )?(?:to )?a line",
        "Put them into a list, one a line.",
        faults.unstructured, mends.make_list, "Put the points into a list",
        when="When there are several points or steps",
    ),
    Theme(
        "example",
        r"example|illustrat|concrete|instance|abstract",
        "Give one concrete example for the main point.",
        faults.nothing_to_mend, mends.leave, NOTHING,
    ),
    Theme(
        "plainness",
        r"jargon|simpl|\bplain|technical|complicated|hard to (?:read|follow|understand)|beginner|heavy words|formal|"
        r"stiff|clear(?:er|ly)?\b|unclear|confus|\beasy\b|everyday words",
        "Use plain, everyday words, and explain any term the person did not use.",
        faults.heavy_words, mends.use_plain_words, "Put plain words in place of heavy ones",
    ),
    Theme(
        "warmth",
        r"empath|\bwarm|\bkind(?:er|ness|ly)\b|friendl|\bcold\b|\btone\b|\brude|(?<!a )polite|encourag|acknowledg|"
        r"supportive|feelings|condescend",
        "Acknowledge what the person is dealing with before giving advice.",
        faults.nothing_to_mend, mends.leave, NOTHING,
    ),
    Theme(
        "repetition",
        r"repeat|repetiti|redundan|duplicat|same thing|say each thing once|\btwice\b",
        "Say each thing once.",
        faults.repeats, mends.say_once, "Took out what was said twice",
    ),
    Theme(
        "relevance",
        r"irrelevan|off[ -]?(?:topic|the point)|(?:did ?n.t|does ?n.t|did not|does not|not|never|nothing) (?:really )?"
        r"(?:answer|address|follow|take up)|ignor|misse[sd]|instruction|what (?:was|is|i) asked|unrelated|relevan|"
        r"the (?:question|request|prompt)|tangent|wander|digress|nonsens|coheren|make[s]? (?:no )?sense|"
        r"(?:not|nothing) (?:\w+ )?asked",
        "Keep to what was asked, and leave out what does not bear on it.",
        faults.wanders, mends.keep_to_request, "Left out what does not bear on the request",
    ),
)  # fmt: skip
BY_NAME = {theme.name: theme for theme in THEMES}
# What an editor looks at when no principle is in hand, gravest first.
ALWAYS = ("preamble", "repetition", "directness", "relevance", "hedging", "brevity")

# Kinds of requests: how a principle's domain speaks of them, and how such a request looks.
KINDS = {
    "summaries": (r"\bsummar", shapes.SUMMARY.pattern),
    "code": (r"\bcode\b|\bprogram", r"```|\bcode\b|\bfunction to\b|\bprogram\b|\bpython\b|\bsql\b|\bregex"),
    "stories": (r"\bstor(?:y|ies)\b|\bfiction|creative|\bpoem", r"\bstor(?:y|ies)\b|\bpoem|\bfiction|\bhaiku|\bsong\b"),
    "arithmetic": (
        r"\bmath|\barithmetic|\bcalculat",
        r"\d\s*[-+*/=<>^]|\bhow many\b|\bcalculat|\bsolve\b|\bsum of\b|\bprime\b|\bdivid|\bequation|\binteger",
    ),
    "advice": (
        r"\badvice\b|\bpersonal\b|recommend",
        r"\badvice\b|\badvise\b|\bshould i\b|\bwhat do i do\b|\bmy (?:friend|wife|husband|boss)\b|\bsuggest|"
        r"\brecommend",
    ),
    "several": (r"several things|more than one thing", shapes.ASKS_FOR_SEVERAL.pattern),
    "explanations": (
        r"\bexample\b|\bexplan",
        r"\bexample|\bexplain|\bwhy\b|\bhow (?:do|does|can|is|are)\b|\bdefine|\bdescribe|\bscenario",
    ),
    "translations": (r"\btranslat", r"\btranslat"),
}
# Words a domain may use of any request, so that they tell nothing about which one is meant.
ANY_WORDS = """
asked asking asks request requests requested user users person persons people response responses somebody someone
anybody anyone wants wanted needs needed something anything things thing task tasks prompt message conversation reply
replies short simple long kind general case cases specific single wish wishes
"""
ANY_REQUEST = frozenset(ANY_WORDS.split())
ASKED_FOR = re.compile(
    r"\b(?:ask(?:ed|s|ing)?|request(?:s|ed)?|quer(?:y|ies)|want(?:s|ed)?|questions?)\b[^:]*?\b(?:for|about|to|on|is)\b(.*)",
    re.IGNORECASE,
)
TOO_NOT = re.compile(
    r"\b(?:not|isn.t|wasn.t|never) (?:at all |really )?(?:too |overly )\w+|\bnot (?:long|wordy|wrong)\b(?! enough)",
    re.I,
)


def themes_in(said: str) -> list[Theme]:
    """The themes these words speak of, the most spoken of first; of equals the first spoken of."""
    counted = [(theme.is_meant(said), theme) for theme in THEMES]
    ranked = sorted((-count, theme.first_meant(said), place) for place, (count, theme) in enumerate(counted) if count)
    return [THEMES[place] for _, _, place in ranked]


def themes_of_complaint(said: str) -> list[Theme]:
    """The themes a complaint speaks of, without those it clears of blame, as in “not too long, but …”."""
    return themes_in(TOO_NOT.sub(" ", said))


def applies(principle: str, request: str) -> bool:
    """Whether the situation a principle speaks of is given. What it cannot tell counts as given."""
    domain = domain_of(principle)
    kinds = [looks for named, looks in KINDS.values() if domain and re.search(named, domain, re.IGNORECASE)]
    if kinds:
        return any(re.search(looks, request, re.IGNORECASE) for looks in kinds)
    topic = ASKED_FOR.search(domain)
    about = {word[:5] for word in telling_words(topic[1]) if word not in ANY_REQUEST} if topic else set()
    return not about or bool(about & {word[:5] for word in words(request)})


def domain_of(principle: str) -> str:
    """The part of a principle that says when it applies: what stands before a colon, or a leading clause."""
    line = re.sub(r"^\d+\.\s+", "", " ".join(principle.split()))
    clause = re.match(r"(?:when|if|for|in|where|whenever)\b[^,:]*[,:]", line, re.IGNORECASE)
    return clause[0] if clause and clause.end() < min(len(line), 200) else ""


def effect_of(principle: str) -> str:
    """The part of a principle that says what to do."""
    line = re.sub(r"^\d+\.\s+", "", " ".join(principle.split()))
    return line[len(domain_of(line)) :].strip() or line


def kind_of(request: str) -> str:
    """The kind of a request, or ""."""
    return next((kind for kind, (_, looks) in KINDS.items() if re.search(looks, request, re.IGNORECASE)), "")
