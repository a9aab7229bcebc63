"""Conversations as every trainer accepts them: turns alternate, a system turn comes first or not at all, a user's last.

What cannot be brought into that form is refused with a reason that is counted; trainers would empty or cut the row.
"""

from __future__ import annotations

from collections.abc import Sequence

Turn = dict[str, str]


class Untrainable(ValueError):
    """A row that is left out; the text is the reason it is counted under."""


def trainable_prompt(messages: Sequence[Turn]) -> list[Turn]:
    """The turns without empty ones, neighbours of one role joined. Raises `Untrainable`."""
    if len(messages) == 1 and messages[0]["role"] == "user" and messages[0]["content"].strip():  # most of them
        return [{"role": "user", "content": messages[0]["content"]}]
    turns = joined(messages)
    roles = [turn["role"] for turn in turns]
    if not roles:
        raise Untrainable("the prompt is empty")
    if "tool" in roles:
        raise Untrainable("the prompt has tool turns")
    if "system" in roles[1:]:
        raise Untrainable("the prompt has a system turn in the middle")
    if roles[-1] != "user":
        raise Untrainable("the prompt does not end with a user's turn")
    if roles[roles[0] == "system"] != "user":
        raise Untrainable("the prompt begins with an assistant's turn")
    return turns


def joined(messages: Sequence[Turn]) -> list[Turn]:
    """The turns that say something, neighbours of one role as one."""
    turns: list[Turn] = []
    for message in messages:
        role, content = message["role"], message["content"]
        if not content.strip():
            continue
        if turns and turns[-1]["role"] == role:
            turns[-1] = {"role": role, "content": f"{turns[-1]['content']}\n\n{content}"}
        else:
            turns.append({"role": role, "content": content})
    return turns
