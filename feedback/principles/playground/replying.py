"""One of the three replies to a message, as an errand: under what the turn follows, each in a manner of its own.

Services take no temperature any more, so variety is asked for in words. Loading this module gives the kind its place
among the errands, which stand on a lower floor and cannot know of constitutions.
"""

from __future__ import annotations

from dataclasses import dataclass

from feedback.desk.errand_kinds.register import WAYS
from feedback.desk.errand_kinds.ways import Outcome, Way, answered, new_response
from feedback.errors import Refused
from feedback.llm.answers import ChatReply
from feedback.llm.material import conversation_text
from feedback.llm.model import Completion
from feedback.llm.prompts import fill
from feedback.models import ChatTurn, Errand
from feedback.principles.applying import note_uses
from feedback.principles.playground.following import Given, given_to
from feedback.projects.budget import RecordedModel

APPROACHES = (
    "Answer as you would by default.",
    "Begin with the result and be as brief as the request allows.",
    "Go through the request part by part and explain it to someone who is new to the matter.",
)


@dataclass(frozen=True)
class Replied:
    """What the model said, and what it was told to follow."""

    completion: Completion
    given: Given


def needs_turn(errand: Errand) -> None:
    """Raise `Refused` unless it is asked for by a turn of a talk."""
    if errand.turn_id is None:
        raise Refused("A reply is asked for in the playground.")


def ask(errand: Errand, model: RecordedModel) -> Replied:
    """One call."""
    turn = ChatTurn.objects.select_related("constitution__project", "example").get(pk=errand.turn_id)
    given = given_to(turn)
    prompt = fill(
        "reply_in_chat", constitution=given.text, conversation=conversation_text(turn.example.messages),
        approach=APPROACHES[place_of(errand)],
    )  # fmt: skip
    return Replied(model.complete(prompt, role="task", slot="reply"), given)


def keep(errand: Errand, found: Replied) -> Outcome:
    """The reply as a response, with the wordings it was written under and those the model named."""
    said: ChatReply = answered(found.completion, ChatReply)
    row = new_response(errand, said.text, found.completion)
    cited = found.given.named(said.followed)
    note_uses(row, versions=found.given.numbered.values(), cited=cited)
    answer = {"place": place_of(errand), "cited": [version.pk for version in cited]}
    return Outcome(answer=answer, result=row, changed=(f"turn-{errand.turn_id}",))


def place_of(errand: Errand) -> int:
    """Which of the three it is, from 0."""
    place = errand.answer.get("place", 0)
    return place if isinstance(place, int) and 0 <= place < len(APPROACHES) else 0


REPLY = Way(ask=ask, keep=keep, check=needs_turn)
WAYS[Errand.Kind.REPLY] = REPLY
