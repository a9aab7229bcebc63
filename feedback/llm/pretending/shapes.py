"""What requests and responses look like, for the simulated model: patterns, and questions put to a text with them."""

from __future__ import annotations

import re

from feedback.llm.pretending.texts import has_code, has_list, shared_share, spoken, telling_words, words

SUMMARY = re.compile(r"\bsummar|\btl;?dr|\bshorten|in (one|two|a few) sentences?", re.IGNORECASE)
OF_ITS_OWN_FORM = re.compile(
    r"\bstor(?:y|ies)\b|\bpoem|\bhaiku|\bsong\b|\bscript\b|\bdialogue|\bconversation between|\bletter\b|\be-?mail\b|"
    r"\bre(?:write|vise|phrase)\b|\btranslate|\bedit\b|\bformat\b|\bsentence using|\bproverb|\bheadline|"
    r"\bintroduce yourself|\bspeech\b|\btone of\b|\bcharacter\b|\bcorrection|\bcomplete\b|\bcaption|\breview\b|"
    r"\bblog\b|\bprofile\b|\br[eé]sum[eé]\b|\bcover\b|\bpost\b|\bprofessional way|\bessay\b|"
    r"\bposter\b|\bdesign\b|\bpretend|\bimagine you|\bact as\b|\bembody|\bpersona\b|\brole of\b|\byou are an?\b",
    re.IGNORECASE,
)
OF_ITS_OWN_GREETING = re.compile(
    r"\bletter\b|\be-?mail\b|\bdialogue|\bconversation between|\bspeech\b|\bintroduce yourself", re.IGNORECASE
)
WORKED_OUT = re.compile(r"\s[=<>]\s|\d\s*[*/×]\s*\d|[\w)]\^\d")
PLEASANTRY = re.compile(
    r"^\s*(?:(?:sure(?: thing)?|certainly|of course|absolutely|(?:that(?:'|’)s an? )?(?:great|good|excellent) question|"
    r"hello(?: there)?|hi(?: there)?|hey(?: there)?|thank(?:s| you)[^.!?\n]*|"
    r"i(?:(?:'|’)d| would) be happy to[^.!?\n]*|i am happy to[^.!?\n]*|as an ai[^.,!?\n]*|"
    r"here(?: is|(?:'|’)s| are)[^.:!?\n]*(?=:)|let me[^.!?:\n]*|let(?:'|’)s (?:start|begin)[^.!?:\n]*)\s*[.!,:]+\s*)+",
    re.IGNORECASE,
)
FAREWELL = re.compile(
    r"(?:^|(?<=[.!?…\n]))\s*(?:(?:i )?hope (?:this|that|it) helps[^.!?]*|let me know if[^.!?]*|"
    r"feel free to (?:ask|reach)[^.!?]*|(?:if you have|should you have) any (?:\w+ )?questions[^.!?]*|"
    r"good luck)[.!]*\s*$",
    re.IGNORECASE,
)
HEDGE = re.compile(
    r"\b(?:(?<!what )i (?:think|believe|guess|suppose)(?: that)?|perhaps|maybe|(?<!not )(?<!n't )(?<!n’t )possibly|"
    r"probably|it seems(?: to me)?(?: that)?|in my opinion|arguably|as far as i know)\b(?![^.!?\n]*\?),?\s+(?=(\S))",
    re.IGNORECASE,
)
CONCLUSION = re.compile(
    r"^(?:so|therefore|thus|hence|in short|in conclusion|to sum up|as a result)\b,?:?\s+", re.IGNORECASE
)
# A sentence that begins so leans on the one before it: neither may be moved or cut without the other.
LEANS = re.compile(
    r"^(?:it|its|this|that|these|those|they|them|their|he|she|his|her|hers|such|both|each|neither|either|another|"
    r"and|but|or|nor|so|yet|then|also|too|therefore|thus|hence|however|moreover|furthermore|additionally|similarly|"
    r"likewise|instead|otherwise|still|besides|consequently|finally|next|after|afterwards|before|meanwhile|again|"
    r"first|firstly|second|secondly|third|thirdly|last|lastly|overall|in (?:short|conclusion|fact|turn|addition|both|"
    r"other|this|that|these|such|contrast)|for (?:example|instance|this)|as (?:a result|such)|on the other|"
    r"one|some|others?|the (?:other|others|former|latter|same|second|third|next|last)|because|when|while|if|with|"
    r"without|by|step|case|subtracting|adding|substituting|rearranging|given|since|let|we)\b",
    re.IGNORECASE,
)
POINTS_BACK = re.compile(r"\b(?:this|these|those|such(?! as))\b", re.IGNORECASE)
ASKS_FOR_SEVERAL = re.compile(
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|several|some|multiple|[2-9]|1\d) (?:\w+[ -]){0,3}?\w+s\b|"
    r"\blist\b|\bsteps\b|\bways\b|\bscenarios\b|\bideas\b|\btips\b|\bexamples\b|\ball the\b|\bgroup the\b|\bclassify\b|"
    r"\bname \w+ \w+s\b",
    re.IGNORECASE,
)
ASKS_WHAT = re.compile(
    r"^\W*(?:what|which|who|where|when|why|is|are|does|name|find|give|extract|divide|how (?:many|much)|tell)\b",
    re.IGNORECASE,
)
OPENERS = ("is", "are", "was", "were", "include", "includes")


def has_own_form(request: str, text: str) -> bool:
    """Whether order and form come with the task, as in code, stories and rewrites, and are not to be touched."""
    return has_code(text) or text.lstrip()[:1] in ("{", "<") or bool(OF_ITS_OWN_FORM.search(request[:200]))


def is_worked_out(text: str) -> bool:
    """Whether it is a calculation, each line of which rests on the one before."""
    return len(WORKED_OUT.findall(text)) >= 2


def asks_for_several(request: str) -> bool:
    """Whether several things are wanted."""
    return bool(ASKS_FOR_SEVERAL.search(request[:300]))


def asks_for_parts(request: str) -> bool:
    """Whether the request itself names several things in a row."""
    return asks_for_several(request) or (
        len(words(request)) <= 25 and bool(re.search(r"\w+, \w+,? (?:and |or )?\w+", request[:200]))
    )


def is_laid_out(text: str) -> bool:
    """Whether lines that are no sentences, such as headings, give it an order of its own."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return len(lines) > 1 and any(line[-1] not in '.!?…"”’)' for line in lines)


def is_sound(text: str) -> bool:
    """Whether all quotation marks and brackets that open also close."""
    pairs = (("“", "”"), ("(", ")"), ("[", "]"), ("{", "}"))
    return text.count('"') % 2 == 0 and all(text.count(one) == text.count(other) for one, other in pairs)


def leans(sentence: str) -> bool:
    """Whether a sentence needs the one before it to be understood."""
    bare = sentence.strip().lstrip("\"'“‘*_-")
    return (
        not bare
        or bool(LEANS.match(bare))
        or bare[:1].islower()
        or bare[0] in "(["
        or bool(POINTS_BACK.search(bare[:60]))
    )


def ends_open(sentence: str) -> bool:
    """Whether a sentence announces what comes next."""
    return sentence.rstrip().endswith(":")


def opening_filler(text: str) -> str:
    """The pleasantries a text opens with, if something follows them."""
    found = PLEASANTRY.match(text)
    return found[0].strip() if found and words(text[found.end() :]) else ""


def without_echo(request: str, text: str) -> str:
    """The text without opening words that only say the request over again; unchanged when there are none.

    “The antonym of the word is “irrelevant”.” is “irrelevant” to somebody who asked for an antonym.
    """
    said = spoken(text)
    if len(said) != 1 or has_list(text) or not ASKS_WHAT.match(request):
        return _without_lead(request, text)
    whole = text.strip()
    for opener in OPENERS:
        before, found, after = whole.partition(f" {opener} ")
        if (
            found
            and _echoes(request, before)
            and re.match(r"[\"“‘'\[\dA-Z]", after)
            and words(after)
            and "because" not in after
        ):
            return _alone(after)
        if opener == "is" and found and len(words(before)) <= 3 and _echoes(request, after, most=0.99, least=3):
            return before if not _echoes(request, before, most=0.3, least=1) else text
    return text


def _without_lead(request: str, text: str) -> str:
    """Without a first line that only announces, in the request's words, the list below it."""
    first, colon, rest = text.partition(":\n")
    if colon and "\n" not in first and has_list(rest) and _echoes(request, first, least=2):
        return rest.strip("\n")
    return text


def _echoes(request: str, said: str, *, most: float = 0.75, least: int = 2) -> bool:
    """Whether these words are nearly all the request's own."""
    bare = re.sub(r"\b(?:result|answer|mentioned)\b", "", said, flags=re.IGNORECASE)
    return len(telling_words(said)) >= least and shared_share(bare, request) >= most


def _alone(answer: str) -> str:
    """An answer on its own: without the full stop of the sentence it ended, when it is only a few words."""
    bare = re.sub(r"(?<=[\"”’'\]\w])\.$", "", answer.strip()) if len(words(answer)) <= 6 else answer.strip()
    whole = re.fullmatch(r"[\"“]([^\"“”]+)[\"”]", bare)
    return whole[1] if whole else bare
