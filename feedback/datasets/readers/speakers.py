"""Dialogues written out as one text, with `Human:` and `Assistant:` before what each says (HH-RLHF, Nectar)."""

from __future__ import annotations

import re
from typing import Any

SPEAKER = re.compile(r"(?:\A|\n\n)(Human|Assistant):[ \n]?")
ROLES = {"Human": "user", "Assistant": "assistant"}


def turns_of(text: str) -> list[dict[str, str]]:
    """The turns of a text that begins with a speaker; none for any other."""
    pieces = SPEAKER.split(text)
    if pieces[0].strip() or len(pieces) < 3:
        return []
    return [
        {"role": ROLES[role], "content": said.strip()} for role, said in zip(pieces[1::2], pieces[2::2], strict=True)
    ]


def told(value: Any) -> Any:
    """A prompt as turns where it is written out so and waits for the assistant; anything else as it is."""
    turns = turns_of(value) if isinstance(value, str) and ("Human:" in value or "Assistant:" in value) else []
    waits = turns and turns[-1] == {"role": "assistant", "content": ""}
    return turns[:-1] if waits and len(turns) > 1 else value
