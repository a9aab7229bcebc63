"""FastChat's logs: votes on two chats (`leftvote`, `rightvote`, `tievote`, `bothbad_vote`), thumbs on one, and chats.

Addresses of users are dropped, so all voters are one name. Chats of several turns are compared as whole dialogues.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from feedback.datasets.readers.checks import words
from feedback.datasets.readers.loose import object_in, objects_in, said_in, waiting
from feedback.datasets.readers.rows import Answer, Record, Row, Score, Unreadable, Verdict
from feedback.datasets.readers.sound import sound

NAME = "fastchat"
LABEL = "FastChat's log of chats and votes"
RATER = "FastChat voters"
OUTCOMES = {"leftvote": "a", "rightvote": "b", "tievote": "tie", "bothbad_vote": "both-bad"}
THUMBS = {"upvote": 2, "downvote": 1}
OTHERS = {"chat", "flag"}
ASPECT = "thumbs"
Turns = list[dict[str, str]]


def fits(record: Record) -> bool:
    """Whether a record has this shape."""
    kind = record.get("type")
    if not isinstance(kind, str):
        return False
    if kind in OUTCOMES:
        return "states" in record
    return (kind in THUMBS or kind in OTHERS) and isinstance(record.get("state"), dict)


@sound
def read(record: Record) -> Row:
    """A vote on two dialogues, or one dialogue with its thumb."""
    extra = {"source": "FastChat", "type": record["type"]}
    if record["type"] in OUTCOMES:
        return vote(record, extra)
    turns = turns_of(object_in(record["state"], "state"))
    thumb = THUMBS.get(record["type"])
    messages, text = cut(turns)
    scores = (Score(answer=0, score=thumb, scale=2, aspect=ASPECT, rater=RATER),) if thumb else ()
    return Row(
        messages=messages, answers=(Answer(text, words(record, "model") or model_of(record["state"])),), scores=scores,
        tags=("flagged",) if record["type"] == "flag" else (), root=first_asked(messages), extra=extra,
    )  # fmt: skip


def vote(record: Record, extra: dict[str, Any]) -> Row:
    """Two dialogues and which is better."""
    states = objects_in(record["states"], "states")
    if len(states) != 2:
        raise Unreadable(f"A vote is about two chats, but 'states' holds {len(states)}.", column="states")
    models = record.get("models")
    names = [str(one) for one in models] if isinstance(models, list) and len(models) == 2 else ["", ""]
    (asked_a, a), (asked_b, b) = (cut(turns_of(state)) for state in states)
    if asked_a == asked_b and a.strip() == b.strip():
        raise Unreadable("Both chats are the same, so neither can be the better one.", column="states")
    shared = common(asked_a, asked_b)
    sides = [
        Answer(text, name or model_of(state), turns=None if turns == shared else turns)
        for text, turns, name, state in ((a, asked_a, names[0], states[0]), (b, asked_b, names[1], states[1]))
    ]
    return Row(
        messages=shared, answers=tuple(sides), verdict=Verdict(OUTCOMES[record["type"]], RATER),
        root=first_asked(shared), external_id=words(states[0], "conv_id"), extra=extra,
    )  # fmt: skip


def common(one: tuple[dict[str, str], ...], other: tuple[dict[str, str], ...]) -> tuple[dict[str, str], ...]:
    """The turns that two dialogues begin with alike, up to the last one that waits for an answer."""
    shared = []
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        shared.append(left)
    if not any(turn["role"] == "user" for turn in shared):
        raise Unreadable("The two chats begin with different questions, so they cannot be compared.", column="states")
    return waiting(shared, "states")


def turns_of(state: Mapping[str, Any]) -> Turns:
    """The turns of a chat: pairs of a role's name and words, after the template's own examples."""
    messages, offset = state.get("messages"), state.get("offset")
    if not isinstance(messages, list):
        raise Unreadable("A chat has no list of messages.", column="states")
    begin = offset if isinstance(offset, int) and not isinstance(offset, bool) and 0 <= offset <= len(messages) else 0
    roles = state.get("roles")
    human = str(roles[0]) if isinstance(roles, list) and roles else "USER"
    system = words(state, "system_message").strip()
    turns: Turns = [{"role": "system", "content": system}] if system else []
    for one in messages[begin:]:
        if not isinstance(one, list) or len(one) < 2:
            raise Unreadable("A message of a chat is not a pair of a role and words.", column="states")
        said = said_in(one[1][0] if isinstance(one[1], list) and one[1] else one[1], "messages")
        if said.strip():
            turns.append({"role": "user" if str(one[0]) == human else "assistant", "content": said})
    return turns


def cut(turns: Turns) -> tuple[tuple[dict[str, str], ...], str]:
    """The turns before the last answer, and it."""
    last = max((place for place, turn in enumerate(turns) if turn["role"] == "assistant"), default=0)
    if not last:
        raise Unreadable("A chat holds no answer.", column="states")
    return waiting(turns[:last], "states"), turns[last]["content"]


def model_of(state: Mapping[str, Any]) -> str:
    """The model a chat names."""
    return words(state, "model_name")


def first_asked(messages: tuple[dict[str, str], ...]) -> str:
    """What the dialogue began with."""
    return next(turn["content"] for turn in messages if turn["role"] == "user")
