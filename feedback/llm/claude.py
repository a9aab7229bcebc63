"""Claude behind the seam: the only module that knows the `anthropic` package.

One call is one attempt: trying again is `retrying`'s business and the SDK's own retries are off, so that every attempt
is recorded. Structured answers are asked for by schema and checked again here, bounds included, because the service
keeps to the shape only. The key never gets into a sentence.
"""

from __future__ import annotations

import time
from functools import lru_cache
from typing import Any

import anthropic
import httpx2
from anthropic.types import Message, MessageParam, TextBlockParam
from pydantic import BaseModel

from feedback.errors import Declined, Malformed, ModelTrouble, Passing, Rejected
from feedback.llm.answers import fitted
from feedback.llm.model import Completion, Prompt, Usage

STREAM_ABOVE = 2048
SECONDS_OF_SILENCE = 120.0
SECONDS_IN_ALL = 600.0
PASSING_STATUS = frozenset({408, 409, 425, 429})
PASSING_TYPES = frozenset({"overloaded_error", "rate_limit_error", "timeout_error", "api_error"})
CUT_SHORT = {
    "max_tokens": "The model's answer was cut short: it did not fit into {limit} tokens.",
    "model_context_window_exceeded": "The model's answer was cut short: conversation and answer together are too long "
    "for this model.",
}
REFUSED_BY_SERVICE = {
    401: "The model's service does not know the API key. Check ANTHROPIC_API_KEY and start again.",
    402: "The account behind ANTHROPIC_API_KEY cannot pay. Mend its billing with the provider, then go on.",
    403: "The API key may not use this model. Choose another with PRECEPT_MODEL, or ask the key's owner.",
    404: "The model's service knows no model called “{model}”, or ANTHROPIC_BASE_URL leads elsewhere. "
    "Check PRECEPT_MODEL and ANTHROPIC_BASE_URL.",
    413: "The request is too large for the model's service. Shorten the example or the response.",
}
NO_KEY = "There is no API key. Set ANTHROPIC_API_KEY (or leave ANTHROPIC_BASE_URL out too, to use the simulated model)."


class Claude:
    """A Claude model, or anything that speaks its Messages API at `base_url`. Safe to share between threads."""

    simulated = False

    def __init__(
        self, *, name: str, api_key: str, base_url: str = "", seconds_of_silence: float = SECONDS_OF_SILENCE
    ) -> None:
        self.name = name
        self._key = api_key
        self._takes_effort = True
        self._client = anthropic.Anthropic(
            api_key=api_key or ("none" if base_url else None),
            base_url=base_url or None,
            max_retries=0,
            timeout=anthropic.Timeout(seconds_of_silence, connect=10.0),
        )

    def complete(self, prompt: Prompt) -> Completion:
        """Ask once. See `feedback.llm.model.Model` for what it raises."""
        started = time.monotonic()
        try:
            message = self._ask(prompt)
        except TypeError as trouble:
            if "authentication" not in str(trouble):
                raise
            raise _unpaid(Rejected(NO_KEY)) from None
        return self._completion(prompt, message, round((time.monotonic() - started) * 1000))

    def _ask(self, prompt: Prompt) -> Message:
        try:
            return self._send(prompt)
        except anthropic.BadRequestError as trouble:
            if not (self._takes_effort and prompt.effort and "effort" in (trouble.api_message or "")):
                raise self._explained(trouble) from None
            self._takes_effort = False
            return self._ask(prompt)
        except (anthropic.AnthropicError, httpx2.HTTPError, ValueError) as trouble:
            raise self._explained(trouble) from None

    def _send(self, prompt: Prompt) -> Message:
        asked = self._request(prompt)
        if prompt.max_tokens <= STREAM_ABOVE:
            answered: Message = self._client.messages.create(**asked)
            return answered
        with self._client.messages.stream(**asked) as stream:
            return self._read(stream)

    def _read(self, stream: anthropic.MessageStream[Any]) -> Message:
        """The whole message of a stream. Trouble on the way carries what had come until then."""
        deadline = time.monotonic() + SECONDS_IN_ALL
        message: Message | None = None
        try:
            for event in stream:
                if message or event.type == "message_start":
                    message = stream.current_message_snapshot
                if time.monotonic() > deadline:
                    raise Passing(f"The model's service was still answering after {SECONDS_IN_ALL:.0f} seconds.")
        except (anthropic.AnthropicError, httpx2.HTTPError, ValueError) as trouble:
            raise _with_snapshot(self._explained(trouble), message) from None
        if message is None or message.stop_reason is None:
            raise _with_snapshot(Passing("The connection to the model's service broke off within the answer."), message)
        return message

    def _request(self, prompt: Prompt) -> dict[str, Any]:
        output: dict[str, Any] = {}
        if prompt.answer is not None:
            output["format"] = {"type": "json_schema", "schema": schema_of(prompt.answer)}
        if prompt.effort and self._takes_effort:
            output["effort"] = prompt.effort
        return {
            "model": self.name,
            "max_tokens": prompt.max_tokens,
            "system": prompt.system,
            "messages": [_user_turn(prompt)],
            **({"output_config": output} if output else {}),
        }

    def _completion(self, prompt: Prompt, message: Message, milliseconds: int) -> Completion:
        text = _text(message)
        stop = message.stop_reason or ""
        try:
            _check_stop(stop, prompt)
            data = fitted(text, prompt.answer)
            if not text.strip():
                raise Malformed("The model answered with nothing.")
        except ModelTrouble as trouble:
            raise _with_snapshot(trouble, message) from None
        return Completion(
            text=text,
            usage=_usage(message),
            model=message.model or self.name,
            data=data,
            stop_reason=stop,
            milliseconds=milliseconds,
            request_id=getattr(message, "_request_id", None) or message.id,
        )

    def _explained(self, trouble: Exception) -> ModelTrouble:
        """The sentence for a person, and whether trying again makes sense."""
        if isinstance(trouble, anthropic.APIStatusError):
            return _unpaid(self._explained_status(trouble))
        if isinstance(trouble, (anthropic.APITimeoutError, httpx2.TimeoutException)):
            return Passing("The model's service did not answer in time.")
        if isinstance(trouble, (anthropic.APIConnectionError, httpx2.HTTPError)):
            return Passing("The model's service could not be reached, or the connection broke off.")
        if isinstance(trouble, (anthropic.APIResponseValidationError, ValueError)):
            return Passing("The model's service answered with something that is not a message.")
        return Rejected(f"The model's service could not be asked: {self._without_key(str(trouble))}")

    def _explained_status(self, trouble: anthropic.APIStatusError) -> ModelTrouble:
        status, kind = trouble.status_code, trouble.type or ""
        if status in PASSING_STATUS or status >= 500 or (status < 400 and kind in PASSING_TYPES):
            busy = {429: "limits how often it may be asked", 529: "is overloaded"}.get(status)
            busy = busy or ("is overloaded" if kind == "overloaded_error" else f"is in trouble ({kind or status})")
            return Passing(f"The model's service {busy}.", _retry_after(trouble.response.headers))
        said = self._without_key(trouble.api_message or "")
        if sentence := REFUSED_BY_SERVICE.get(status):
            return Rejected(sentence.format(model=self.name))
        if "too long" in said or "context" in said:
            return Rejected(f"The texts are too long for this model: {said}")
        return Rejected(f"The model's service did not take the request ({status}): {said or kind or 'no reason given'}")

    def _without_key(self, said: str) -> str:
        return said.replace(self._key, "…") if self._key else said


@lru_cache(maxsize=256)
def schema_of(answer: type[BaseModel]) -> dict[str, Any]:
    """The schema of an answer as the service takes it."""
    return anthropic.transform_schema(answer)


def _user_turn(prompt: Prompt) -> MessageParam:
    parts: list[TextBlockParam] = []
    if prompt.shared:
        parts.append({"type": "text", "text": prompt.shared, "cache_control": {"type": "ephemeral"}})
    parts.append({"type": "text", "text": prompt.user})
    return {"role": "user", "content": parts}


def _check_stop(stop: str, prompt: Prompt) -> None:
    if stop == "refusal":
        raise Declined("The model declined to answer this.")
    if stop in CUT_SHORT:
        raise Malformed(CUT_SHORT[stop].format(limit=prompt.max_tokens))


def _text(message: Message) -> str:
    return "".join(block.text for block in message.content if block.type == "text")


def _usage(message: Message) -> Usage:
    used = message.usage
    return Usage(
        input_tokens=used.input_tokens or 0,
        output_tokens=used.output_tokens or 0,
        cache_read_tokens=used.cache_read_input_tokens or 0,
        cache_write_tokens=used.cache_creation_input_tokens or 0,
    )


def _unpaid(trouble: ModelTrouble) -> ModelTrouble:
    """The service turned the request away, so it is known to have cost nothing."""
    trouble.usage = Usage()
    return trouble


def _with_snapshot(trouble: ModelTrouble, message: Message | None) -> ModelTrouble:
    if message is not None:
        trouble.usage = _usage(message)
        trouble.text = _text(message)
    return trouble


def _retry_after(headers: httpx2.Headers) -> float | None:
    """The wait the service asks for, in seconds; dates are not understood."""
    for name, scale in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        try:
            return max(0.0, float(headers[name]) / scale)
        except (KeyError, ValueError):
            continue
    return None
