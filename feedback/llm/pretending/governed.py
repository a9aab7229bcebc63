"""How the simulated model answers outside the playground when a constitution is in force."""

from __future__ import annotations

from collections.abc import Mapping

from feedback.llm.answers import ChatReply
from feedback.llm.material import blocks, read_request
from feedback.llm.pretending.chatting import NUMBERED, under
from feedback.llm.pretending.remembering import answer_with_memory
from feedback.llm.pretending.talking import answer_message

Values = Mapping[str, str]


def answer_in_force(values: Values) -> ChatReply:
    """An answer as without a constitution, mended under each principle that applies and finds a fault."""
    remembers = bool(blocks(values["memory"]))
    text = (answer_with_memory if remembers else answer_message)(values).text
    followed: list[int] = []
    for number, line in NUMBERED.findall(values["constitution"]):
        better = under(line, read_request(values["conversation"]), text)
        if better != text:
            text, followed = better, [*followed, int(number)]
    return ChatReply(text=text, followed=tuple(followed[:40]))
