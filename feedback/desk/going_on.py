"""Going on from an edit: which part of an edited answer stays, how what follows joins it, what became of it. Pure.

After In-Place Feedback (2025): a person edits the model's answer itself and the model goes on from there, instead of
reading a message about it. The edited part reaches to the end of the sentence with the last change; what stood after
it is the remainder, which the model may keep, change or drop.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple

from feedback.desk.diff import Change, word_diff
from feedback.llm.prompts import data_block

SENTENCE_END = re.compile(r"[.!?…]+[\"'”’»)\]]*(?=\s|$)|[。！？｡؟۔।]+[\"'”’」』]*|\n")
ENDS = re.compile(r"(?:[.!?…。！？｡؟۔।:][\"'”’»)\]」』]*|\n)\s*$")
WORD = re.compile(r"\w+")
LEAST = 5  # words of a sentence before saying it again counts
TOO_MUCH = 0.5  # share of the edited part's sentences that may come again before it counts as written over
Who = Literal["both", "person", "model"]


@dataclass(frozen=True)
class Divided:
    """An edited answer: the part that stays, what changed in it, and what stood after it."""

    edited: str
    remainder: str
    changes: tuple[Change, ...]

    @property
    def changes_text(self) -> str:
        """The changes for a prompt, each sealed off from the next."""
        return "\n".join(data_block(one.kind, one.text) for one in self.changes if one.kind != "same")


class Passage(NamedTuple):
    """A stretch of an answer's story: whether it stayed, went or came, and by whom."""

    kind: Literal["same", "removed", "added"]
    who: Who
    text: str


def divided(original: str, edited: str) -> Divided:
    """Where the part that a person edited ends, and what follows it in the original."""
    original = original.replace("\r\n", "\n").rstrip()
    changes = word_diff(original, edited)
    tail = changes.pop().text if changes and changes[-1].kind == "same" else ""
    head = edited[: len(edited) - len(tail)] if tail else edited
    if head and not ENDS.search(head):
        found = SENTENCE_END.search(tail)
        end = found.end() if found else len(tail)
        if end:
            head, tail = head + tail[:end], tail[end:]
    return Divided(head, tail, tuple(changes))


def joined(edited: str, rest: str) -> str:
    """The edited part with what follows it. Where that begins by saying the end of it again, once is enough."""
    if rest.lstrip().startswith(edited.strip()) and edited.strip():
        rest = rest.lstrip()[len(edited.strip()) :]
    else:
        rest = rest[overlap(edited, rest) :]
    if edited and rest and not edited[-1].isspace() and rest[0].isalnum() and ENDS.search(edited):
        return f"{edited} {rest}".rstrip()
    return f"{edited}{rest}".rstrip()


def overlap(edited: str, rest: str) -> int:
    """How many code points at the beginning of `rest` repeat the end of `edited`; short runs are chance."""
    lead = len(rest) - len(rest.lstrip())
    for size in range(min(len(edited), len(rest) - lead, 2000), 19, -1):
        if edited.endswith(rest[lead : lead + size]):
            return lead + size
    return 0


def broken(divided: Divided, rest: str) -> str:
    """Why what follows does not keep the edit, as a sentence; nothing when it does."""
    new = told(rest)
    before = [told(piece) for piece in SENTENCE_END.split(divided.edited)]
    before = [piece for piece in before if len(piece.split()) >= LEAST]
    again = [piece for piece in before if piece in new]
    if before and len(again) > TOO_MUCH * len(before):
        return "It wrote the edited part over again."
    here = told(divided.edited)
    gone = [told(one.text) for one in divided.changes if one.kind == "removed"]
    if any(len(piece.split()) >= LEAST and piece in new and piece not in here for piece in gone):
        return "It brought back what was taken out."
    return ""


def told(text: str) -> str:
    """The words alone, in lower case, with single spaces and one around all."""
    return " ".join(WORD.findall(text.lower()))


def story(original: str, edited: str, answer: str) -> list[Passage]:
    """How an answer that goes on from an edit came about: what stayed, what the person did and what the model."""
    original = original.replace("\r\n", "\n").rstrip()
    parts = divided(original, edited)
    kept = answer if not answer.startswith(parts.edited) else answer[len(parts.edited) :]
    by_person = [Passage(one.kind, "both" if one.kind == "same" else "person", one.text) for one in word_diff(
        original[: len(original) - len(parts.remainder)] if parts.remainder else original, parts.edited
    )]  # fmt: skip
    return by_person + by_model(parts.remainder, kept)


def by_model(before: str, after: str) -> list[Passage]:
    """What the model kept and changed between two texts."""
    return [Passage(one.kind, "both" if one.kind == "same" else "model", one.text) for one in word_diff(before, after)]


def words_in(passages: Iterable[Passage], kind: str, who: str = "") -> int:
    """How many words of a story stayed, went or came (by somebody)."""
    return sum(len(WORD.findall(one.text)) for one in passages if one.kind == kind and who in {"", one.who})
