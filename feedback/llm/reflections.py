"""The types of answers that look back: on a criterion met, on what answers taught, on failures and their mending."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from feedback.llm.answer import Answer


class CriterionMet(Answer):
    """Whether an answer meets a criterion."""

    because: str = Field(min_length=1, max_length=800, description="What in the answer decides it, quoting the place")
    meets: bool = Field(description="Whether the answer to the question is yes")


class OneUse(Answer):
    """How one numbered principle did in one answer."""

    number: int = Field(ge=1, description="The number of the principle")
    outcome: Literal["helped", "harmed", "neutral"] = Field(description="What following it did to this answer")


class Reflection(Answer):
    """What one answer and the words on it teach."""

    lesson: str = Field(max_length=800, description="What to do, or to keep doing, next time; empty if nothing new")
    uses: tuple[OneUse, ...] = Field(max_length=60, description="One for each principle the answer was written under")


class Delta(Answer):
    """One small change to a list of principles."""

    operation: Literal["add", "reword", "merge", "retire"] = Field(description="What to do")
    number: int = Field(ge=0, description="The principle to reword, merge or retire; 0 to add one")
    into: int = Field(ge=0, description="The principle that another is merged into; 0 otherwise")
    domain: str = Field(max_length=400, description="When it applies; empty if always, or where nothing is worded")
    effect: str = Field(max_length=800, description="What to do then, in the imperative; empty to retire one")
    because: str = Field(min_length=1, max_length=1000, description="Which lessons ask for it, in a sentence or two")
    lessons: tuple[int, ...] = Field(max_length=40, description="The numbers of the lessons it rests on")


class Deltas(Answer):
    """The changes that lessons ask for."""

    deltas: tuple[Delta, ...] = Field(max_length=12, description="The fewest that do; none where all is well")


class FailureLabel(Answer):
    """What kind of failure an answer is."""

    label: str = Field(min_length=1, max_length=100, description="The kind of failure, in two to six words")
    because: str = Field(min_length=1, max_length=800, description="Where it shows, quoting the place")


class Diagnosis(Answer):
    """Which rule is at fault for a kind of failure."""

    fault: Literal["rule", "missing", "not-followed", "harmful"] = Field(
        description="rule: a rule is worded wrongly; missing: none covers it; not-followed: the rule is right and was "
        "not kept to; harmful: a rule brings the failure about and should go"
    )
    number: int = Field(ge=0, description="The number of the rule; 0 where none covers it")
    because: str = Field(min_length=1, max_length=1000, description="How the rule, or its absence, leads there")


class LearnedPrinciple(Answer):
    """A principle taken from a document, with the words it rests on."""

    domain: str = Field(max_length=400, description="When the principle applies, as a short clause; empty if always")
    effect: str = Field(min_length=1, max_length=800, description="What to do then: one sentence in the imperative")
    because: str = Field(max_length=1500, description="Why the document or the answers ask for this, in a sentence")
    quote: str = Field(max_length=400, description="The words of the document it rests on, copied exactly, or empty")


class Learned(Answer):
    """Principles taken from a document."""

    principles: tuple[LearnedPrinciple, ...] = Field(max_length=8, description="At most six, the weightiest first")
