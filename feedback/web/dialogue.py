"""A dialogue as the desk shows it: its turns, which of them lie folded, and which can be judged each by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.text import Truncator

from feedback.models import Response

LONG = 900  # characters; a longer turn lies folded behind its beginning
WORDS = 9


@dataclass(frozen=True)
class Turn:
    """One turn before the response. `index` counts in `response.messages`; `source` is its name for marks."""

    index: int
    role: str
    text: str
    source: str

    @property
    def is_long(self) -> bool:
        """Whether it lies folded."""
        return len(self.text) > LONG

    @property
    def is_answer(self) -> bool:
        """Whether it can be judged by itself."""
        return self.role == "assistant"

    @property
    def beginning(self) -> str:
        """Its first words."""
        return Truncator(self.text).words(WORDS * 3, truncate=" …")


@dataclass(frozen=True)
class Dialogue:
    """What was said before a response: the earlier turns, and the message it answers."""

    earlier: list[Turn]
    prompt: Turn | None

    @property
    def words(self) -> int:
        """How many words the earlier turns hold."""
        return sum(len(turn.text.split()) for turn in self.earlier)

    @property
    def judged_by_turn(self) -> list[tuple[int, str]]:
        """The answers among the earlier turns, as choices."""
        answers = [turn for turn in self.earlier if turn.is_answer]
        return [(turn.index, f"{place}. {first_words(turn.text)}") for place, turn in enumerate(answers, 1)]


def dialogue_of(response: Response) -> Dialogue:
    """The turns that a response answers; the last user message is the prompt."""
    turns = [turn_of(response, index, message) for index, message in enumerate(response.messages)]
    last = max((turn.index for turn in turns if turn.role == "user"), default=None)
    if last is None:
        return Dialogue(turns, None)
    return Dialogue([turn for turn in turns if turn.index != last], turns[last])


def turn_of(response: Response, index: int, message: dict[str, Any]) -> Turn:
    """One message as a turn."""
    text = str(message.get("content") or "")
    return Turn(index, str(message.get("role") or ""), text, f"response-{response.pk}-turn-{index}")


def first_words(text: str) -> str:
    """A turn's first words, as a name for it."""
    return Truncator(" ".join(text.split())).words(WORDS, truncate=" …")
