"""A deterministic judge over HTTP for comparing pipelines: the same rules of thumb behind two services' addresses.

It answers `/v1/messages` (Precept's prompts) and `/v1/chat/completions` (those of `inverse-cai`), proposes rules that
select the chosen text and votes on rules by what texts plainly are. Rules read "Select the response that …".
"""

from __future__ import annotations

import ast
import json
import re
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from feedback.llm.material import blocks, read_candidates
from tests.model_server import events_of

SELECT = "Select the response that {}."
MENTIONS = re.compile(r"mentions the word (\w+)")
SHORT = 80
PLAIN: dict[str, Callable[[str, str], bool]] = {
    "is longer": lambda text, other: len(text) > 1.1 * len(other),
    "is shorter": lambda text, other: len(other) > 1.1 * len(text),
    "uses a list": lambda text, other: "\n- " in text or "\n1." in text,
    "asks a question": lambda text, other: "?" in text,
    "gives a number": lambda text, other: any(sign.isdigit() for sign in text),
    "uses code": lambda text, other: "```" in text,
    "is enthusiastic": lambda text, other: "!" in text,
}
PAIR = re.compile(
    r"(?:Sample A|Selected sample):\n(.*?)\n\n(?:Sample B|Other sample):\n(.*?)\n\nGiven the (?:samples )?data", re.S
)


def words(text: str) -> list[str]:
    """The words of a text."""
    return re.findall(r"[a-z]{4,}", text.lower())


def has(rule: str, text: str, other: str) -> bool:
    """Whether a text is what a rule selects."""
    if named := MENTIONS.search(rule):
        return named[1] in words(text)
    return any(trait in rule and test(text, other) for trait, test in PLAIN.items())


def vote(rule: str, first: str, second: str) -> str:
    """A, B, Both or None."""
    one, other = has(rule, first, second), has(rule, second, first)
    return "Both" if one and other else "A" if one else "B" if other else "None"


def propose(chosen: str, other: str, count: int) -> list[str]:
    """Rules that select the chosen text and not the other: words for short texts, then what it plainly is."""
    rules = [SELECT.format(trait) for trait in PLAIN if vote(trait, chosen, other) == "A"]
    if len(words(chosen)) < SHORT:
        new = sorted({word for word in words(chosen) if word not in words(other)}, key=lambda word: (len(word), word))
        rules = [SELECT.format(f"mentions the word {word}") for word in new[: count - 1]] + rules
    return rules[:count] or [SELECT.format("is longer")]


def choose(rules: list[str], first: str, second: str) -> str:
    """A or B by the first rule that decides; neither when none does."""
    return next((said for rule in rules if (said := vote(rule, first, second)) in "AB"), "neither")


def output_of(text: str) -> str:
    """The response in a text that has its instruction before it."""
    return text.split("Output: ", 1)[-1].strip()


def answer_openai(said: str) -> str:
    """What `inverse-cai` is answered."""
    found = PAIR.search(said)
    assert found, said[:300]
    first, second = output_of(found[1]), output_of(found[2])
    if "most likely rules" in said:
        count = int(re.search(r"Reply with (\d+)", said)[1])  # type: ignore[index]
        return json.dumps({"principles": propose(first, second, count)})
    rules = ast.literal_eval(re.search(r"should be selected:\n(\{.*?\})\n\nAnswer", said, re.S)[1])  # type: ignore[index]
    return "{" + ", ".join(f'{number}: "{vote(rule, first, second)}"' for number, rule in rules.items()) + "}"


def answer_ours(said: str) -> str:
    """What Precept is answered."""
    given = dict(blocks(said))
    if "chosen" in given:
        return json.dumps({"rules": propose(given["chosen"], given["rejected"], int(given["count"]))})
    first, second = given["response_a"], given["response_b"]
    if "rules" in given:
        names = {"Both": "both", "None": "neither"}
        said_of = [vote(rule, first, second) for rule in read_candidates(given["rules"])]
        return json.dumps({"votes": [{"number": n, "selects": names.get(s, s)} for n, s in enumerate(said_of, 1)]})
    if "constitution" in given:
        pick = choose(given["constitution"].splitlines(), first, second)
        turned = {"A": "B", "B": "A"} if "Say which one breaks the constitution" in said else {}
        return json.dumps({"pick": turned.get(pick, pick)})
    return json.dumps({"pick": "A" if (len(first), first) > (len(second), second) else "B"})


class JudgeServer:
    """The server. `calls` counts requests; `span` is the time from the first request to the last answer."""

    def __init__(self, *, delay: float = 0.0) -> None:
        self.delay, self.calls, self.began, self.ended = delay, 0, 0.0, 0.0
        self.lock = threading.Lock()
        self.http = Server(("127.0.0.1", 0), Handler)
        self.http.judge = self

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.http.server_address[1]}"

    @property
    def span(self) -> float:
        return self.ended - self.began

    def reset(self) -> None:
        """Count from here."""
        self.calls, self.began, self.ended = 0, 0.0, 0.0

    def __enter__(self) -> Self:
        threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.http.shutdown()
        self.http.server_close()


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64
    judge: JudgeServer

    def handle_error(self, *_: object) -> None:
        """Say nothing: callers hang up when they are done."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *args: Any) -> None:
        """Say nothing."""

    def do_POST(self) -> None:
        judge = self.server.judge  # type: ignore[attr-defined]
        came = time.perf_counter()
        request = json.loads(self.rfile.read(int(self.headers["content-length"])))
        with judge.lock:
            judge.calls += 1
            judge.began = judge.began or came
        ours = self.path.startswith("/v1/messages")
        said = "\n".join(text_of(turn["content"]) for turn in request["messages"])
        text = answer_ours(said) if ours else answer_openai(said)
        time.sleep(max(0.0, judge.delay - (time.perf_counter() - came)))
        body, kind = (answered_ours if ours else answered_openai)(request, text)
        with judge.lock:
            judge.ended = time.perf_counter()
        self.send_response(200)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        if not ours:  # it starts an event loop for each pass, and a connection kept from the last one is dead
            self.send_header("connection", "close")
            self.close_connection = True
        self.end_headers()
        self.wfile.write(body)


def text_of(content: Any) -> str:
    """The words of a turn."""
    return content if isinstance(content, str) else "\n".join(part.get("text", "") for part in content)


def answered_ours(request: dict[str, Any], text: str) -> tuple[bytes, str]:
    """As the Messages API answers: whole, or as a stream where that was asked for."""
    message = message_of(request, text)
    if not request.get("stream"):
        return json.dumps(message).encode(), "application/json"
    events = [f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in events_of(message, text)]
    return "".join(events).encode(), "text/event-stream"


def answered_openai(request: dict[str, Any], text: str) -> tuple[bytes, str]:
    """As chat completions answer."""
    return json.dumps(completion_of(request, text)).encode(), "application/json"


def message_of(request: dict[str, Any], text: str) -> dict[str, Any]:
    """As the Messages API answers."""
    return {
        "id": "msg_1", "type": "message", "role": "assistant", "model": request["model"], "stop_sequence": None,
        "content": [{"type": "text", "text": text}], "stop_reason": "end_turn",
        "usage": {"input_tokens": 100, "output_tokens": 20},
    }  # fmt: skip


def completion_of(request: dict[str, Any], text: str) -> dict[str, Any]:
    """As chat completions answer."""
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
    usage = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}
    return {"id": "1", "object": "chat.completion", "created": 1, "model": request["model"], "choices": [choice],
            "usage": usage}  # fmt: skip
