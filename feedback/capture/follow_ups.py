"""What users wrote next, as feedback on the answer before it. A detector proposes; a person's row is what counts."""

from __future__ import annotations

from typing import Unpack

from feedback.capture.history import How, record, said
from feedback.errors import Refused
from feedback.models import FollowUp, Response

PROTOCOL = "follow-up"


def record_follow_up(
    response: Response,
    *,
    mark: str,
    turn: int | None = None,
    says: str = "",
    prompt_quality: int | None = None,
    confirms: FollowUp | None = None,
    **how: Unpack[How],
) -> FollowUp:
    """Record what the user's next message says about the answer before it.

    With `turn` the message is `response.messages[turn]`, else `response.next_message`. `says` is the part of it that is
    feedback, `prompt_quality` (1 to 5) how good the user's first message was, `confirms` the proposal this decides on.
    """
    if mark not in FollowUp.Mark.values:
        raise Refused(f"{mark!r} is not known. It is one of: {', '.join(FollowUp.Mark.values)}.")
    if not written_next(response, turn):
        raise Refused("There is no message of the user's after this answer.")
    if prompt_quality is not None and not 1 <= prompt_quality <= 5:
        raise Refused(f"The quality of a first message runs from 1 to 5; {prompt_quality} is outside.")
    if confirms is not None and (confirms.response_id, confirms.turn) != (response.pk, turn):
        raise Refused("This proposal is about another message.")
    how.setdefault("protocol", PROTOCOL)
    says = said(says, what="part that is feedback", may_be_empty=True)
    fields = {"mark": mark, "turn": turn, "prompt_quality": prompt_quality, "confirms": confirms, "says": says}
    return record(FollowUp, response, how, response=response, **fields)


def written_next(response: Response, turn: int | None) -> str:
    """The user's message after an answer: the last answer, or the one before that turn. "" where there is none."""
    if turn is None:
        return response.next_message
    turns = response.messages
    if not 1 <= turn < len(turns) or turns[turn]["role"] != "user":
        return ""
    return str(turns[turn]["content"]) if turns[turn - 1]["role"] == "assistant" else ""
