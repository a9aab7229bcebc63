"""What a user's next message says about the answer before it, by rules; and how good their first message was.

A detector for finding candidates, not a judge: every finding waits for a person. The rules know English; what is
written in another language is found only when it repeats the question. Plain text in, plain data out.

Marks as in "User Feedback in Human-LLM Dialogues" and FLR: satisfied, corrected, asked again, gave up, nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")
WORD = re.compile(r"\w+")
ALIKE = 0.6  # share of words in common from which a message asks the same again
FEW = 3  # words from which likeness says anything

GAVE_UP = re.compile(
    r"\b(never ?mind|forget (it|about it|this)|i('ll| will) (just )?(do it"
    r"|ask (someone|somebody|elsewhere)|look it up)"
    r"|i give up|give up on (this|you)|this is (useless|pointless"
    r"|hopeless|a waste)|you('re| are) (useless|no help|hopeless)"
    r"|not (getting|going) anywhere|waste of time|leave it)\b",
    re.IGNORECASE,
)
CORRECTED = re.compile(
    r"^\s*(no|nope|wrong|incorrect|instead of|not (quite|really|what|like|that|exactly))\b"
    r"|\b(that('s| is| was)( just| still| simply)? (not|wrong|incorrect"
    r"|false|untrue)|that isn('|’)?t|you('re| are) (wrong|mistaken)"
    r"|(is|are|was) (wrong|incorrect|not correct|not right)|i (meant"
    r"|said|asked( you)? (for|to)|wanted|didn('|’)?t (ask|mean|say))"
    r"|you (forgot|missed|ignored|misunderstood|left out|skipped"
    r"|made (a|an|some) (mistake|error)s?|didn('|’)?t)"
    r"|(it|that|this|which|still) (does(n('|’)?t| not)|did(n('|’)?t| not)) (work|help|answer|run|compile)"
    r"|are you sure|check (that|this|it) again|please (fix|correct)|should (be|have been|say)"
    r"|there('s| is) (a|an) (mistake|error|bug)|i('m| am) getting (a|an|the) (error|exception)|actually,)\b",
    re.IGNORECASE,
)
REPEATED = re.compile(
    r"^\s*(again|once more|i repeat|as i (said|asked)|i('ll| will) (ask"
    r"|say) (it )?again|let me (rephrase|ask again|repeat)"
    r"|same question|please answer( the| my)? question|try again|one more time)\b",
    re.IGNORECASE,
)
SATISFIED = re.compile(
    r"\b(thank(s| you)|thx|cheers|much appreciated|perfect|awesome|excellent|brilliant|wonderful|fantastic"
    r"|(that|it|this)( now| all)? (works|worked|helps|helped|makes sense|did it)|(that"
    r"|this|it)('s| is| was) (great|helpful|perfect|exactly|good|right|correct)"
    r"|exactly (what|right)|good (job|answer|work)|well done|i (love|like) (it"
    r"|that|this)|you('re| are) (right|the best|awesome)|got it)\b"
    r"|^\s*(great|nice|cool|wow|lovely|good)\b[,.! ]",
    re.IGNORECASE,
)
NEGATED = re.compile(r"\b(no|not|but|n't|however|without)\b[^.!?]{0,12}$|n('|’)t\s[^.!?]{0,8}$", re.IGNORECASE)
BUT = re.compile(r"\b(but|however|though|except|still)\b", re.IGNORECASE)
POLARITY = {"satisfied": "kudos", "corrected": "critique", "repeated": "critique", "gave-up": "critique", "none": ""}


@dataclass(frozen=True)
class Reading:
    """A mark, the part of the message that carries it, and whether it is told by words (not only by likeness)."""

    mark: str
    says: str = ""
    by_words: bool = True

    @property
    def polarity(self) -> str:
        """ "kudos", "critique" or "" for a mark."""
        return POLARITY[self.mark]


def read_message(message: str, *, asked: str = "") -> Reading:
    """What `message` says of the answer before it, when `asked` was the user's message before that."""
    for mark, rule in (("gave-up", GAVE_UP), ("corrected", CORRECTED), ("repeated", REPEATED)):
        found = sentence_with(message, rule)
        if found:
            return Reading(mark, found)
    if asked and likeness(message, asked) >= ALIKE:
        return Reading("repeated", message.strip()[:300], by_words=False)
    thanks = sentence_with(message, SATISFIED)
    return Reading("satisfied", thanks) if thanks else Reading("none")


def sentence_with(message: str, rule: re.Pattern[str]) -> str:
    """The first sentence a rule matches; "" for none. Praise that is taken back in the same sentence is none."""
    for found in SENTENCE.finditer(message[:4000]):
        sentence = found.group()
        hit = rule.search(sentence)
        if hit is None:
            continue
        if rule is SATISFIED and (NEGATED.search(sentence[: hit.start()]) or BUT.search(sentence[hit.end() :])):
            continue
        return sentence.strip()
    return ""


def likeness(one: str, other: str) -> float:
    """The share of words two messages have in common, of all words in either (Jaccard)."""
    left, right = set(WORD.findall(one.casefold())), set(WORD.findall(other.casefold()))
    if min(len(left), len(right)) < FEW:
        return float(left == right and bool(left))
    return len(left & right) / len(left | right)


ASKS = re.compile(
    r"\?|(^|[.!?:])\s*(please\s+)?(write|explain|give|list|name|make"
    r"|create|tell|show|describe|compare|summari[sz]e|translate"
    r"|find|fix|help|generate|suggest|convert|rewrite|calculate|draft"
    r"|how|what|why|when|where|who|which|can you|could you)\b",
    re.IGNORECASE | re.MULTILINE,
)
CONTEXT = re.compile(
    r"```|[\"“«]|\d|\bhttps?:|\b(because|for (my|a|an|the)|i('m"
    r"| am)|my |we |our |using|given|context|here is)\b",
    re.IGNORECASE,
)
LIMITS = re.compile(
    r"\b(must|should|only|at (most|least)|no more than|without|in (english"
    r"|french|german|spanish|python|javascript|bullet)"
    r"|words|sentences|paragraphs?|bullets?|format|table|style|tone"
    r"|step by step|audience|beginners?|children|avoid|include)\b",
    re.IGNORECASE,
)


def prompt_quality(message: str) -> int:
    """How good a first message is, 1 to 5: one, and one more for each of: enough words, a request, context, limits."""
    words = len(WORD.findall(message))
    signs = (words >= 5, bool(ASKS.search(message)), bool(CONTEXT.search(message)) and words >= 10,
             bool(LIMITS.search(message)) and words >= 8)  # fmt: skip
    return 1 + sum(signs)
