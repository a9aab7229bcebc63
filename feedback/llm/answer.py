"""The base of all typed answers: what every one of them holds to, whatever it says."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, field_validator


class Answer(BaseModel):
    """Base of all answers: no field too many, no white space around words, nothing a database cannot hold."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, frozen=True)

    @field_validator("*", mode="before")
    @classmethod
    def _without_nul(cls, value: Any) -> Any:
        return value.replace("\0", "") if isinstance(value, str) else value
