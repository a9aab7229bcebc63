"""What a model answers when it keeps a memory: lessons from a finished item, and a better condition for one."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from feedback.llm.answer import Answer


class Lesson(Answer):
    """One thing to be learned from an answer (AlphaOPT's taxonomy, condition, explanation and example)."""

    level: Literal["general", "task", "part"] = Field(description="How far it reaches")
    taxonomy: str = Field(max_length=120, description="Two or three words for what it is about, broad to narrow")
    condition: str = Field(max_length=400, description="When it applies: the kind of request; empty if always")
    explanation: str = Field(min_length=1, max_length=1200, description="What to do then and why")
    example: str = Field(max_length=600, description="A few words of the answer that show it, or empty")


class Lessons(Answer):
    """What is to be learned from one answer."""

    lessons: tuple[Lesson, ...] = Field(max_length=6, description="The weightiest first; empty when there is none")


class Condition(Answer):
    """When a lesson applies, said anew."""

    condition: str = Field(min_length=1, max_length=400, description="One short clause about the kind of request")
    because: str = Field(max_length=1000, description="What sets the two lists apart, in one sentence")
