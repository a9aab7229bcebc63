"""A server that speaks the Messages API over real HTTP, on this machine only, and answers by script.

    with ModelServer() as server:
        server.will(overloaded(retry_after=1), says({"best": 2, "because": "It is shorter."}))
        Claude(name="claude-test", api_key="key", base_url=server.url).complete(prompt)
        assert len(server.requests) == 2

What is not scripted is answered sensibly: prompts of the product by the rules of the simulated model, any other schema
with something that fits it, and anything else with a line of text. Also runs by itself:

    python -m tests.model_server --port 9000 [--delay 0.2]

and then takes a script by `POST /script` (a JSON list of objects with `Reply`'s fields) and tells by `GET /requests`.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import socket
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from feedback.llm.material import blocks
from feedback.llm.pretending.rules import RULES
from feedback.llm.prompts import GUARD, NOTHING, prompt_names, read_prompt


@dataclass(frozen=True, kw_only=True)
class Reply:
    """One answer. A `text` of None asks for the sensible default; `cut` breaks the connection within the body."""

    text: str | None = None
    status: int = 200
    error: str = ""
    message: str = "scripted"
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    pause: float = 0.0
    stop_reason: str = "end_turn"
    cut: bool = False
    broken: bool = False
    error_in_stream: str = ""
    output_tokens: int | None = None
    model: str = ""


def says(answer: str | dict[str, Any], **fields: Any) -> Reply:
    """These words, or this object as JSON."""
    return Reply(text=answer if isinstance(answer, str) else json.dumps(answer), **fields)


def slowly(seconds: float) -> Reply:
    """The default answer, after a while."""
    return Reply(delay=seconds)


def fails(status: int, error: str, message: str = "scripted", *, retry_after: float | None = None) -> Reply:
    """An error of the service."""
    headers = {} if retry_after is None else {"retry-after": f"{retry_after:g}"}
    return Reply(status=status, error=error, message=message, headers=headers)


def overloaded(*, retry_after: float | None = None) -> Reply:
    """Status 529."""
    return fails(529, "overloaded_error", "Overloaded", retry_after=retry_after)


def rate_limited(*, retry_after: float | None = None) -> Reply:
    """Status 429."""
    return fails(429, "rate_limit_error", "Slow down", retry_after=retry_after)


def too_long() -> Reply:
    """Status 400, as for a prompt that does not fit."""
    return fails(400, "invalid_request_error", "prompt is too long: 1000001 tokens > 1000000 maximum")


def refuses() -> Reply:
    """The model declines."""
    return Reply(text="I would rather not.", stop_reason="refusal")


def runs_out(text: str = '{"text": "Half an ans') -> Reply:
    """The answer is longer than max_tokens."""
    return Reply(text=text, stop_reason="max_tokens")


class ModelServer:
    """The server. `requests` are the bodies of the messages asked for; `answer` may stand in for the default."""

    def __init__(
        self,
        *,
        port: int = 0,
        delay: float = 0.0,
        key: str = "",
        answer: Callable[[dict[str, Any]], Reply | None] | None = None,
    ) -> None:
        self.script: deque[Reply] = deque()
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.delay, self.key, self.answer = delay, key, answer
        self._cached: set[str] = set()
        self._lock = threading.Lock()
        self._http = _Server(("127.0.0.1", port), _Handler)
        self._http.model_server = self

    @property
    def url(self) -> str:
        """What ANTHROPIC_BASE_URL should be."""
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    def will(self, *replies: Reply) -> None:
        """Answer the next requests like this, in this order."""
        self.script.extend(replies)

    def __enter__(self) -> Self:
        threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()

    def serve(self) -> None:
        """Serve until interrupted."""
        with suppress(KeyboardInterrupt):
            self._http.serve_forever()
        self._http.server_close()

    def reply_to(self, request: dict[str, Any]) -> Reply:
        """The next scripted reply, else the function's, else the default."""
        with self._lock:
            self.requests.append(request)
            reply = self.script.popleft() if self.script else None
        return reply or (self.answer(request) if self.answer else None) or Reply()

    def usage_of(self, request: dict[str, Any], text: str) -> dict[str, int]:
        """About as many tokens as a real service would count, with a cache that remembers shared prefixes."""
        cached = "".join(part["text"] for part in _parts(request) if "cache_control" in part)
        with self._lock:
            known, _ = cached in self._cached, self._cached.add(cached)
        size = _tokens(cached)
        return {
            "input_tokens": _tokens(str(request.get("system", "")) + _said(request)) - size,
            "output_tokens": _tokens(text),
            "cache_read_input_tokens": size if known else 0,
            "cache_creation_input_tokens": 0 if known else size,
        }


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    model_server: ModelServer

    def handle_error(self, *_: object) -> None:
        """Say nothing: callers hang up on purpose."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    @property
    def owner(self) -> ModelServer:
        assert isinstance(self.server, _Server)
        return self.server.model_server

    def log_message(self, *args: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        if self.path.startswith("/v1/models"):
            models = [
                {"type": "model", "id": "claude-test", "display_name": "Test", "created_at": "2026-01-01T00:00:00Z"}
            ]
            self._json(200, {"data": models, "has_more": False, "first_id": "claude-test", "last_id": "claude-test"})
        elif self.path == "/requests":
            self._json(200, self.owner.requests)
        else:
            self._error(404, "not_found_error", "no such path")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        try:
            request = json.loads(body)
        except ValueError:
            return self._error(400, "invalid_request_error", "not JSON")
        if self.path == "/script":
            self.owner.will(*(Reply(**row) for row in request))
            return self._json(200, {"waiting": len(self.owner.script)})
        if self.owner.key and f"Bearer {self.owner.key}" != self.headers.get("authorization"):
            return self._error(401, "authentication_error", "invalid x-api-key")
        if self.path.startswith("/v1/messages/count_tokens"):
            return self._json(200, {"input_tokens": _tokens(_said(request))})
        if self.path.startswith("/v1/messages"):
            return self._message(request)
        return self._error(404, "not_found_error", "no such path")

    def _message(self, request: dict[str, Any]) -> None:
        self.owner.headers.append({name.lower(): value for name, value in self.headers.items()})
        reply = self.owner.reply_to(request)
        time.sleep(reply.delay + self.owner.delay)
        if reply.error:
            return self._error(reply.status, reply.error, reply.message, reply.headers)
        text = default_answer(request) if reply.text is None else reply.text
        message = _message_of(request, reply, text, self.owner.usage_of(request, text))
        if reply.broken:
            return self._bytes(200, b'{"id": "msg_1", "type": "mess', "application/json")
        if request.get("stream"):
            return self._stream(message, reply, text)
        return self._json(200, message, cut=reply.cut)

    def _stream(self, message: dict[str, Any], reply: Reply, text: str) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("transfer-encoding", "chunked")
        self.send_header("request-id", message["id"])
        self.end_headers()
        events = events_of(message, text)
        if reply.error_in_stream:
            error = {"type": "error", "error": {"type": reply.error_in_stream, "message": "scripted"}}
            events = [*events[: len(events) // 2], error]
        if reply.cut:
            events = events[: len(events) // 2]
        for event in events:
            data = f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode()
            self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
            self.wfile.flush()
            time.sleep(reply.pause)
        if reply.cut:
            return self._hang_up()
        self.wfile.write(b"0\r\n\r\n")
        return None

    def _error(self, status: int, kind: str, message: str, headers: dict[str, str] | None = None) -> None:
        body = {"type": "error", "error": {"type": kind, "message": message}, "request_id": "req_scripted"}
        self._json(status, body, headers=headers)

    def _json(self, status: int, body: Any, *, headers: dict[str, str] | None = None, cut: bool = False) -> None:
        self._bytes(status, json.dumps(body).encode(), "application/json", headers, cut)

    def _bytes(
        self, status: int, body: bytes, kind: str, headers: dict[str, str] | None = None, cut: bool = False
    ) -> None:
        self.send_response(status)
        for name, value in {"content-type": kind, "content-length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("request-id", "req_scripted")
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if cut else body)
        if cut:
            self._hang_up()

    def _hang_up(self) -> None:
        self.wfile.flush()
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)


def default_answer(request: dict[str, Any]) -> str:
    """What a sensible model would say: by the product's rules of thumb, else whatever fits the schema."""
    said = _said(request)
    values = {name: "" if words == NOTHING else words for name, words in blocks(said)}
    for name in prompt_names():
        if (
            request.get("system") == f"{read_prompt(name).system}\n\n{GUARD}"
            and read_prompt(name).slots <= values.keys()
        ):
            return RULES[name](values).model_dump_json()
    schema = request.get("output_config", {}).get("format", {}).get("schema")
    return json.dumps(fitting(schema)) if schema else f"You wrote {len(said.split())} words."


def fitting(schema: dict[str, Any]) -> Any:
    """Something that fits a JSON schema of plain objects."""
    if "enum" in schema:
        return schema["enum"][0]
    made: dict[str, Callable[[], Any]] = {
        "object": lambda: {name: fitting(part) for name, part in schema.get("properties", {}).items()},
        "array": lambda: [fitting(schema["items"])] if "items" in schema else [],
        "integer": lambda: schema.get("minimum", 1),
        "number": lambda: schema.get("minimum", 1.0),
        "boolean": lambda: True,
        "string": lambda: "As asked.",
    }
    return made.get(schema.get("type", ""), lambda: None)()


def _parts(request: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for turn in request.get("messages", []):
        content = turn["content"]
        found += [{"text": content}] if isinstance(content, str) else content
    return found


def _said(request: dict[str, Any]) -> str:
    return "\n".join(part.get("text", "") for part in _parts(request))


def _tokens(text: str) -> int:
    return -(-len(text.encode()) // 4)


def _message_of(request: dict[str, Any], reply: Reply, text: str, usage: dict[str, int]) -> dict[str, Any]:
    if reply.output_tokens is not None:
        usage = {**usage, "output_tokens": reply.output_tokens}
    return {
        "id": "msg_" + hashlib.sha256(text.encode()).hexdigest()[:16],
        "type": "message",
        "role": "assistant",
        "model": reply.model or request.get("model", "claude-test"),
        "content": [{"type": "text", "text": text}],
        "stop_reason": reply.stop_reason,
        "stop_sequence": None,
        "usage": usage,
    }


def events_of(message: dict[str, Any], text: str) -> list[dict[str, Any]]:
    size = max(1, len(text) // 8)
    pieces = [text[start : start + size] for start in range(0, len(text), size)]
    opening = {**message, "content": [], "stop_reason": None, "usage": {**message["usage"], "output_tokens": 1}}
    ending = {"stop_reason": message["stop_reason"], "stop_sequence": None}
    block = {"type": "text", "text": ""}
    return [
        {"type": "message_start", "message": opening},
        {"type": "content_block_start", "index": 0, "content_block": block},
        {"type": "ping"},
        *(
            {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": piece}}
            for piece in pieces
        ),
        {"type": "content_block_stop", "index": 0},
        {"type": "message_delta", "delta": ending, "usage": {"output_tokens": message["usage"]["output_tokens"]}},
        {"type": "message_stop"},
    ]


def main() -> None:
    """Run the server in the foreground."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--delay", type=float, default=0.0, help="seconds before every answer")
    parser.add_argument("--key", default="", help="the only API key that is let in; any when left out")
    given = parser.parse_args()
    server = ModelServer(port=given.port, delay=given.delay, key=given.key)
    print(f"listening on {server.url}", flush=True)
    server.serve()


if __name__ == "__main__":
    main()
