"""How the simulated model talks in the playground: three manners of one reply, each with faults that principles mend.

It works with what the person brought along (a passage to make something of) or said before; without any it gives the
shape of an answer and says so. What it then does under a constitution is what `mends` can do, and it names the numbers
of the principles under which it did something.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from feedback.llm.answers import ChatReply
from feedback.llm.material import read_turns
from feedback.llm.pretending.answering import _of_principle as themes_of_line
from feedback.llm.pretending.mends import drop_hedges, drop_preamble
from feedback.llm.pretending.talking import taken_in
from feedback.llm.pretending.texts import ITEM, keywords, sentences, upper_first, words
from feedback.llm.pretending.themes import applies

Values = Mapping[str, str]
NUMBERED = re.compile(r"^(\d+)\. (.+)$", re.MULTILINE)
LEAST_BROUGHT = 18
SHAPE = (
    "This is simulated, so it has the shape of an answer and no more. I think a reply about {topic} would open with "
    "what comes of it. Then it would perhaps say how that comes about and what it depends on. It would end with what "
    "to do first."
)
BRIEF = "Simulated, not an answer: in one sentence, what matters about {topic}."
PARTS = (
    "Here is a simulated answer about {topic}, part by part:\n\n- What is meant by {first}, in everyday words.\n"
    "- How one can tell, with a case that anybody knows.\n- What to do first, and what can wait."
)


def reply_in_chat(values: Values) -> ChatReply:
    """A reply in the manner of the approach, mended under each principle that applies and finds a fault."""
    turns = read_turns(values["conversation"])
    request = next((text for who, text in reversed(turns) if who == "user"), "")
    before = [text for who, text in turns if who == "assistant"]
    text = in_the_manner(values["approach"], request, before[-1] if before else "")
    followed: list[int] = []
    for number, line in NUMBERED.findall(values["constitution"]):
        mended = under(line, request, text)
        if mended != text:
            text, followed = mended, [*followed, int(number)]
    return ChatReply(text=text, followed=tuple(followed[:40]))


def under(line: str, request: str, text: str) -> str:
    """The text without the fault that a principle is against, where that can be seen and mended."""
    if not applies(line, request):
        return text
    for theme in themes_of_line(line):
        better = theme.mend(request, text).strip() if theme.fault(request, text) else ""
        if better and better != text:
            return better
    return text


def in_the_manner(approach: str, request: str, before: str) -> str:
    """One of the three manners: as one would, briefly, or part by part."""
    body = brought_along(request) or gone_on(request, before)
    if re.search(r"\bbrief|short", approach, re.IGNORECASE):
        return briefly(request, body)
    if re.search(r"\bpart by part\b|\bstep", approach, re.IGNORECASE):
        return part_by_part(request, body)
    return at_length(request, body)


def brought_along(request: str) -> str:
    """The passage that a request comes with, after a colon or the first sentence; "" where it is only a request."""
    for cut in (r":\s+", r"[.?!]\s+"):
        found = re.search(cut, request)
        rest = request[found.end() :].strip() if found else ""
        if len(words(rest)) >= LEAST_BROUGHT:
            return rest.strip('"“”')
    return ""


def gone_on(request: str, before: str) -> str:
    """What was said before, with a correction taken in."""
    if not before or before.startswith(("This is simulated", "Simulated")):
        return ""
    bare = drop_hedges(request, drop_preamble(request, before))
    return taken_in(request, bare)


def at_length(request: str, body: str) -> str:
    """With words around it, and some that take it back."""
    if not body:
        body = SHAPE.format(topic=topic_of(request))
    else:
        first, *rest = sentences(body)
        body = "".join([f"I think that {first[:1].lower()}{first[1:]}" if may_lower(first) else first, *rest])
    return f"Sure! I’d be happy to help with that. {body} I hope this helps!"


def briefly(request: str, body: str) -> str:
    """The first sentence and the last."""
    if not body:
        return BRIEF.format(topic=topic_of(request))
    said = [ITEM.sub("", piece).strip() for piece in sentences(body) if words(piece)]
    return " ".join([said[0], *said[-1:]] if len(said) > 2 else said)


def part_by_part(request: str, body: str) -> str:
    """One sentence a line, announced."""
    if not body:
        first = (keywords(request, 1) or ["it"])[0]
        return PARTS.format(topic=topic_of(request), first=first)
    said = [ITEM.sub("", piece).strip() for piece in sentences(body) if words(piece)]
    listed = "\n".join(f"- {upper_first(piece)}" for piece in said)
    return f"Here is what it comes to, point by point:\n\n{listed}"


def topic_of(request: str) -> str:
    """What it is about, in a few of its own words."""
    found = keywords(request, 3)
    ours = [word for word in re.findall(r"[\w’'-]+", request) if word.lower() in found]
    return ", ".join(dict.fromkeys(ours)) or "this"


def may_lower(sentence: str) -> bool:
    """Whether a sentence may stand after other words: it does not begin with a name."""
    return bool(re.match(r"(?:The|A|An|We|You|It|They|This|That|There|Our|Your|All|From|In|On|At)\b", sentence))
