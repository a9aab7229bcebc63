"""The types a model's structured answers must fit.

The service keeps to their shape but not to their bounds, so `claude` checks every answer against them again. They do
not know which prompt asks for them; a prompt file names its answer's type.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from feedback.errors import Malformed
from feedback.llm.answer import Answer as Answer  # the others take it from here
from feedback.llm.lessons import Condition, Lessons
from feedback.llm.reflections import CriterionMet, Deltas, Diagnosis, FailureLabel, Learned, Reflection


class PrincipleDraft(Answer):
    """A principle as a model words it."""

    domain: str = Field(max_length=400, description="When the principle applies, as a short clause; empty if always")
    effect: str = Field(min_length=1, max_length=800, description="What to do then: one sentence in the imperative")
    because: str = Field(max_length=1500, description="Why the feedback asks for this, in one or two sentences")


class CriterionDraft(PrincipleDraft):
    """A principle as a model words it, with the question that tells whether an answer keeps to it."""

    metric: str = Field(
        min_length=1, max_length=600, description="A question about one answer; yes means it keeps to it"
    )


class PrincipleCritique(Answer):
    """A response held against one principle."""

    applies: bool = Field(description="Whether the principle's situation is given here at all")
    fault: bool = Field(description="Whether the response fails the principle; false when it does not apply")
    critique: str = Field(max_length=4000, description="Where and how it fails or why it does not, quoting the place")


class Revision(Answer):
    """A new text for a response, and what is different about it."""

    text: str = Field(min_length=1, description="The whole response as the person asking should read it")
    changed: str = Field(max_length=1500, description="What was changed and why, in one or two sentences")


class CitedRevision(Revision):
    """A new text written under numbered principles, and which of those made a difference."""

    followed: tuple[int, ...] = Field(
        max_length=40, description="Numbers of the principles without which the text would read otherwise"
    )


class FreeCritique(Answer):
    """A response judged without a particular principle in hand."""

    score: int = Field(ge=0, le=10, description="0 is useless, 10 cannot be bettered")
    good_enough: bool = Field(description="True when another revision would not be worth its cost")
    critique: str = Field(max_length=4000, description="The faults that matter most, each with its place and a mend")


class Choice(Answer):
    """Which of several numbered candidates is best."""

    best: int = Field(ge=1, description="The number of the best candidate, counted from 1")
    because: str = Field(max_length=1500, description="What decided it, in one or two sentences")


class Reply(Answer):
    """What an assistant says next in a conversation."""

    text: str = Field(min_length=1, description="The answer as the person asking should read it")


class ChatReply(Reply):
    """What an assistant says next under numbered principles, and which of those made a difference."""

    followed: tuple[int, ...] = Field(
        max_length=40, description="Numbers of the principles without which the answer would read otherwise"
    )


class Continuation(Answer):
    """What follows a piece of text that stays as it is."""

    model_config = ConfigDict(str_strip_whitespace=False)

    text: str = Field(description="Only what comes after the edited part, with the space or line break it begins with")


class Suggested(Answer):
    """One piece of feedback a reviewer might give."""

    polarity: Literal["kudos", "critique"] = Field(description="kudos for what is good, critique for what is not")
    text: str = Field(min_length=1, max_length=1000, description="What is good or wrong, in one plain sentence")
    improve: str = Field(max_length=1000, description="What to do next time, or empty")


class Suggestions(Answer):
    """Feedback to pick from."""

    items: tuple[Suggested, ...] = Field(max_length=8, description="At most three kudos and three critiques")


class Verdict(Answer):
    """Whether one numbered piece may be shown."""

    number: int = Field(ge=1, description="The number of the piece, counted from 1")
    sound: bool = Field(description="Whether it is true, harmless and of use")
    because: str = Field(max_length=600, description="The reason, in one sentence")


class Vetting(Answer):
    """A verdict for each piece."""

    verdicts: tuple[Verdict, ...] = Field(max_length=40, description="One for each piece, in their order")


class Foresight(Answer):
    """What plausibly came of following a response."""

    text: str = Field(min_length=1, max_length=1500, description="Two to four sentences in the past tense")


class StandInsWord(Answer):
    """What a particular reviewer would most likely say."""

    score: int = Field(ge=1, le=5, description="Their score: 1 is bad, 5 is excellent")
    polarity: Literal["kudos", "critique"] = Field(description="Whether their words would praise or criticise")
    text: str = Field(max_length=1000, description="What they would say, in their manner; empty if nothing")
    improve: str = Field(max_length=1000, description="What they would ask for next time, or empty")


class Checks(Answer):
    """Things a good answer does, each to be said yes or no to."""

    checks: tuple[str, ...] = Field(max_length=8, description="At most six short sentences")


class OneTried(Answer):
    """Whether an answer passes one numbered check."""

    number: int = Field(ge=1, description="The number of the check, counted from 1")
    passes: bool = Field(description="Whether the answer plainly passes it")


class Tried(Answer):
    """Whether an answer passes each check."""

    results: tuple[OneTried, ...] = Field(max_length=40, description="One for each check, in their order")


class FollowUpRead(Answer):
    """What one numbered message tells about the answer before it."""

    number: int = Field(ge=1, description="The number of the message, counted from 1")
    mark: Literal["satisfied", "corrected", "repeated", "gave-up", "none"] = Field(description="What it tells")
    says: str = Field(max_length=2000, description="The words of it that are feedback, copied exactly, or empty")


class FollowUpsRead(Answer):
    """What a person's messages tell about the answers before them."""

    messages: tuple[FollowUpRead, ...] = Field(max_length=100, description="One for each message, in their order")
    first_message: int = Field(ge=1, le=5, description="How well the first message told what was wanted")


class ProposedRules(Answer):
    """Rules that may explain a choice between two responses."""

    rules: tuple[str, ...] = Field(min_length=1, max_length=10, description="Each one short sentence")


class OneVote(Answer):
    """Which response one numbered rule selects."""

    number: int = Field(ge=1, description="The number of the rule, counted from 1")
    selects: Literal["A", "B", "both", "neither"] = Field(description="The response that the rule alone selects")


class RuleVotes(Answer):
    """Which response each rule selects."""

    votes: tuple[OneVote, ...] = Field(max_length=60, description="One for each rule, in their order")


class Pick(Answer):
    """Which of two responses is chosen."""

    pick: Literal["A", "B", "neither"] = Field(description="A or B; neither only when nothing decides")


class WithPeople(Answer):
    """Whether an answer does what people preferred."""

    right: bool = Field(description="Whether the new answer stands on the side of what people preferred")
    why: str = Field(min_length=1, max_length=600, description="What decided it, in one sentence")


class Requests(Answer):
    """Requests written to test a principle on."""

    requests: tuple[str, ...] = Field(max_length=40, description="Each a message as a person would send it")


class ScopeJudged(Answer):
    """How far two answers do something, and how much they differ."""

    first: int = Field(ge=1, le=5, description="How far the first answer does it: 1 not at all, 5 fully")
    second: int = Field(ge=1, le=5, description="How far the second answer does it")
    change: int = Field(ge=0, le=4, description="How much the answers differ for whoever asked: 0 not, 4 altogether")
    why: str = Field(max_length=1000, description="What tells them apart, in one sentence")


class Adherence(Answer):
    """How far an answer does something."""

    score: int = Field(ge=1, le=5, description="1 not at all, 5 fully")
    why: str = Field(max_length=1000, description="What shows it, in one sentence")


class WordingRated(Answer):
    """How well a principle is worded."""

    score: int = Field(ge=1, le=5, description="1 cannot be followed or checked, 5 has all it needs")
    why: str = Field(max_length=1000, description="What is missing or makes it good, in one sentence")


class Contradicts(Answer):
    """Whether two principles cannot both be followed."""

    contradicts: bool = Field(description="Whether there is a likely request in which no answer can keep to both")
    why: str = Field(min_length=1, max_length=1000, description="In which situation and how, or why not")


OFFERED = (
    PrincipleDraft, CriterionDraft, PrincipleCritique, Revision, CitedRevision, FreeCritique, Choice, Reply,
    ChatReply, Continuation, Suggestions, Vetting, Foresight, StandInsWord, Checks, Tried, FollowUpsRead,
    ProposedRules, RuleVotes, Pick, WithPeople, Contradicts, Requests, ScopeJudged, Adherence, WordingRated,
    CriterionMet, Reflection, Deltas, FailureLabel, Diagnosis, Learned, Lessons, Condition,
)  # fmt: skip
ANSWERS: dict[str, type[Answer]] = {kind.__name__: kind for kind in OFFERED}


def fitted(text: str, answer: type[BaseModel] | None) -> BaseModel | None:
    """The text as the type asked for, or None when none was. Raises `Malformed` with the first misfit."""
    if answer is None:
        return None
    try:
        return answer.model_validate_json(text)
    except ValidationError as misfit:
        first = misfit.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the whole"
        trouble = Malformed(f"The model's answer does not fit what was asked for: {place}: {first['msg']}.")
        trouble.text = text
        raise trouble from None
