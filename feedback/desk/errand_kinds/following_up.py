"""A model reads what the user wrote after each answer of a dialogue; what it finds is only proposed.

User Feedback in Human-LLM Dialogues; FLR. The rows are a judge's: nothing counts before a person has confirmed it.
"""

from __future__ import annotations

from dataclasses import dataclass

from feedback.capture.follow_ups import record_follow_up, written_next
from feedback.desk.errand_kinds.ways import Outcome, Way, answered, needs_response
from feedback.errors import Refused
from feedback.llm.answers import FollowUpRead, FollowUpsRead
from feedback.llm.material import candidates_text, conversation_text
from feedback.llm.model import Completion
from feedback.llm.prompts import fill, prompt_hash
from feedback.models import Errand, FollowUp, Response
from feedback.projects.budget import RecordedModel
from feedback.projects.raters import judge_rater


@dataclass(frozen=True)
class Heard:
    """A user's message after an answer: the turn it is, None where it came after the response itself."""

    turn: int | None
    text: str


def heard_in(response: Response) -> list[Heard]:
    """All messages that came after an answer, the one after the response last."""
    turns = [Heard(turn, written_next(response, turn)) for turn in range(1, len(response.messages))]
    return [one for one in [*turns, Heard(None, response.next_message)] if one.text.strip()]


def needs_messages(errand: Errand) -> None:
    """Raise `Refused` unless the user wrote something after an answer."""
    needs_response(errand)
    if not heard_in(errand.response):  # type: ignore[arg-type]
        raise Refused("Nobody wrote anything after an answer in this dialogue.")


def ask(errand: Errand, model: RecordedModel) -> Completion:
    """One call."""
    response: Response = errand.response  # type: ignore[assignment]
    said = [{"role": "assistant", "content": response.text}, {"role": "user", "content": response.next_message}]
    whole = [turn for turn in [*response.messages, *said] if turn["content"].strip()]
    listed = candidates_text(one.text for one in heard_in(response))
    prompt = fill("read_follow_ups", conversation=conversation_text(whole), messages=listed)
    return model.complete(prompt, role="judge", slot="read")


def keep(errand: Errand, completion: Completion) -> Outcome:
    """A proposal for each message that says something."""
    response: Response = errand.response  # type: ignore[assignment]
    read, heard = answered(completion, FollowUpsRead), heard_in(response)
    rater = judge_rater(errand.project, completion.model[:120], prompt_hash("read_follow_ups"))
    rows = [
        record_follow_up(
            response, mark=one.mark, turn=heard[one.number - 1].turn, says=copied(one, heard),
            prompt_quality=read.first_message, rater=rater, key=f"errand-{errand.pk}-{one.number}",
            shown={"errand": errand.pk, "simulated": completion.simulated},
        )
        for one in read.messages
        if one.number <= len(heard) and one.mark != FollowUp.Mark.NONE
    ]  # fmt: skip
    return Outcome(answer={"proposed": [row.pk for row in rows]}, changed=("follow-ups",))


def copied(one: FollowUpRead, heard: list[Heard]) -> str:
    """The words it quotes, if the message has them; else all of it."""
    text = heard[one.number - 1].text
    return one.says if one.says and one.says in text else text


FOLLOW_UPS = Way(ask=ask, keep=keep, check=needs_messages)
