"""The one seam to models: what is asked (`Prompt`), what comes back (`Completion`) and who answers (`Model`).

It does not know who pays (see `feedback.projects.budget`), which service answers (`claude`, `offline`) or where the
words of a prompt come from (`prompts`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from pydantic import BaseModel


@dataclass(frozen=True, kw_only=True)
class Prompt:
    """One filled-in request.

    `hash` is the SHA-256 of the prompt file, so it names the wording, not the filling. `shared` is a long prefix that
    many calls have in common (a constitution, say) and is sent first so that the service can cache it. `answer` is the
    type the answer must fit; None asks for plain text. `values` are the fillings, for the simulated model.
    """

    name: str
    hash: str
    system: str
    user: str
    shared: str = ""
    answer: type[BaseModel] | None = None
    max_tokens: int = 2000
    effort: str = ""
    values: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Usage:
    """Tokens of one call. Input excludes what the cache gave or took."""

    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0

    @property
    def total(self) -> int:
        """All tokens, cached ones included."""
        return self.input_tokens + self.output_tokens + self.cache_read_tokens + self.cache_write_tokens


@dataclass(frozen=True, kw_only=True)
class Completion:
    """What a model answered. `data` holds the validated answer when a type was asked for."""

    text: str
    usage: Usage
    model: str
    data: BaseModel | None = None
    simulated: bool = False
    stop_reason: str = "end_turn"
    milliseconds: int = 0
    request_id: str = ""


class Model(Protocol):
    """Something that answers prompts."""

    name: str
    simulated: bool

    def complete(self, prompt: Prompt) -> Completion:
        """Answer once.

        Raises `Passing` (worth another try), `Rejected`, `Declined` or `Malformed`; those two carry `usage` and `text`.
        """
        ...
