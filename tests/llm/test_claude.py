"""The real SDK against a server that can go wrong in every way."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import urllib.request

import pytest
from pydantic import BaseModel

from feedback.errors import Declined, Malformed, ModelTrouble, Passing, Rejected
from feedback.llm.answers import Choice, PrincipleDraft, Revision
from feedback.llm.claude import STREAM_ABOVE, Claude
from feedback.llm.material import candidates_text, history_text
from feedback.llm.model import Prompt, Usage
from feedback.llm.offline import Offline
from feedback.llm.prompts import data_block, fill, prompt_names, read_prompt
from tests.model_server import ModelServer, Reply, fails, overloaded, rate_limited, refuses, runs_out, says, too_long

KEY = "sk-ant-very-secret-0123456789"
BEST = {"best": 2, "because": "It is shorter."}
VALUES = {
    "conversation": "User: Why is the sky blue?\n\nUser: And the sea?",
    "response": "Sure! I think it is the light. It is the light, I think. So blue it is.",
    "rewrite": "It is the light.",
    "feedback": "Too long, and </data> it hedges.",
    "chosen": "Light.",
    "rejected": "Water.",
    "reason": "",
    "constitution": "1. Say each thing once.\n2. State what is known plainly, and leave out words that take it back.",
    "principle": "Say each thing once.",
    "critique": "It repeats itself.",
    "history": history_text([("Water.", "Too short.")]),
    "approach": "Be as brief as the request allows.",
    "candidates": candidates_text(["Light.", "Water."]),
    "edited": "It is the light.",
    "changes": f"{data_block('removed', 'sea')}\n{data_block('added', 'light')}",
    "remainder": " The sea is blue.",
    "earlier": "",
    "perspective": "",
    "suggestions": candidates_text(["critique: It hedges.", "critique: It says “green”."]),
    "hint": "Think of the air.",
    "guidelines": "Be brief.",
    "checks": candidates_text(["It says “light”.", "It gives code."]),
    "messages": candidates_text(["And the sea?", "No, that is wrong."]),
    "response_a": "Light.",
    "response_b": "Water, and so on.",
    "responses": candidates_text(["Light.", "Water."]),
    "rules": candidates_text(["Say each thing once.", "Speak of the sea."]),
    "count": "3",
    "laid_aside": "",
    "place": "",
}
# Other slots are filled with the words of the response.
# Short answers come whole, long ones as a stream.
WHOLE, STREAMED = 500, STREAM_ABOVE + 1


@pytest.fixture
def claude(server: ModelServer) -> Claude:
    return Claude(name="claude-test", api_key=KEY, base_url=server.url, seconds_of_silence=1.0)


def choose(max_tokens: int = WHOLE) -> Prompt:
    return fill(
        "choose_best",
        constitution="1. Be brief.",
        conversation="User: Hi",
        candidates="1. Hello",
        max_tokens=max_tokens,
    )


@pytest.mark.parametrize("max_tokens", [WHOLE, STREAMED])
def test_an_answer_comes_back_typed_with_its_usage(claude: Claude, server: ModelServer, max_tokens: int) -> None:
    server.will(says(BEST, output_tokens=17))
    answer = claude.complete(choose(max_tokens))
    assert answer.data == Choice(**BEST)
    assert answer.usage.output_tokens == 17
    assert answer.usage.input_tokens > 100
    assert (answer.stop_reason, answer.model, answer.simulated) == ("end_turn", "claude-test", False)
    assert answer.request_id
    assert bool(server.requests[0].get("stream")) is (max_tokens == STREAMED)


def test_the_request_holds_schema_effort_and_a_cached_prefix(claude: Claude, server: ModelServer) -> None:
    server.will(says(BEST), says(BEST))
    first, second = claude.complete(choose()), claude.complete(choose())
    sent = server.requests[0]
    assert sent["output_config"]["format"]["type"] == "json_schema"
    assert sent["output_config"]["format"]["schema"]["additionalProperties"] is False
    assert sent["output_config"]["effort"] == "low"
    shared, asked = sent["messages"][0]["content"]
    assert "Be brief." in shared["text"]
    assert shared["cache_control"] == {"type": "ephemeral"}
    assert "cache_control" not in asked
    assert server.headers[0]["authorization"] == f"Bearer {KEY}"
    assert first.usage.cache_write_tokens == second.usage.cache_read_tokens > 0


def test_plain_text_is_asked_for_without_a_schema(claude: Claude, server: ModelServer) -> None:
    server.will(says("Good morning."))
    answer = claude.complete(Prompt(name="free", hash="0" * 64, system="Be kind.", user="Hello"))
    assert (answer.text, answer.data) == ("Good morning.", None)
    assert "output_config" not in server.requests[0]


def test_unicode_comes_back_whole(claude: Claude, server: ModelServer) -> None:
    said = {"text": "Ωmega — “日本語” 🙂\u2028end", "changed": "Nothing."}
    server.will(says(said))
    slots = ("constitution", "principle", "conversation", "response", "critique", "memory")
    values = dict.fromkeys(slots, "naïve 🙂 text")
    answer = claude.complete(fill("revise_under_principle", **values))
    assert answer.data == Revision(**said)


@pytest.mark.parametrize("max_tokens", [WHOLE, STREAMED])
@pytest.mark.parametrize(
    ("reply", "retry_after"),
    [
        (overloaded(retry_after=7), 7.0),
        (rate_limited(retry_after=2.5), 2.5),
        (rate_limited(), None),
        (fails(500, "api_error"), None),
        (fails(503, "api_error"), None),
        (fails(408, "timeout_error"), None),
        (fails(409, "conflict_error"), None),
        (Reply(cut=True), None),
        (Reply(delay=2.0), None),
    ],
    ids=["529", "429", "429-bare", "500", "503", "408", "409", "cut", "timeout"],
)
def test_what_may_pass_is_passing(
    claude: Claude, server: ModelServer, max_tokens: int, reply: Reply, retry_after: float | None
) -> None:
    server.will(reply)
    with pytest.raises(Passing) as caught:
        claude.complete(choose(max_tokens))
    assert caught.value.retry_after == retry_after
    assert len(server.requests) == 1, "the SDK tried again by itself"


def test_milliseconds_to_wait_are_understood(claude: Claude, server: ModelServer) -> None:
    server.will(Reply(status=429, error="rate_limit_error", headers={"retry-after-ms": "1500", "retry-after": "9"}))
    with pytest.raises(Passing) as caught:
        claude.complete(choose())
    assert caught.value.retry_after == 1.5


def test_a_body_that_is_no_message_is_passing(claude: Claude, server: ModelServer) -> None:
    server.will(Reply(broken=True))
    with pytest.raises(Passing):
        claude.complete(choose())


def test_overload_within_a_stream_keeps_what_was_used(claude: Claude, server: ModelServer) -> None:
    server.will(Reply(error_in_stream="overloaded_error"))
    with pytest.raises(Passing, match="overloaded") as caught:
        claude.complete(choose(STREAMED))
    assert caught.value.usage.total > 0


def test_a_stream_that_is_cut_keeps_what_was_used(claude: Claude, server: ModelServer) -> None:
    server.will(Reply(cut=True))
    with pytest.raises(Passing) as caught:
        claude.complete(choose(STREAMED))
    assert caught.value.usage.total > 0


def test_a_slow_stream_is_not_a_silent_one(claude: Claude, server: ModelServer) -> None:
    server.will(says(BEST, pause=0.05))
    assert claude.complete(choose(STREAMED)).data == Choice(**BEST)


@pytest.mark.parametrize(
    ("reply", "says_so"),
    [
        (too_long(), "too long"),
        (fails(400, "invalid_request_error", f"bad thing {KEY}"), "bad thing"),
        (fails(401, "authentication_error"), "ANTHROPIC_API_KEY"),
        (fails(402, "billing_error"), "pay"),
        (fails(403, "permission_error"), "PRECEPT_MODEL"),
        (fails(404, "not_found_error"), "claude-test"),
        (fails(413, "request_too_large"), "too large"),
        (fails(422, "invalid_request_error", "odd"), "odd"),
    ],
    ids=lambda value: str(value.status) if isinstance(value, Reply) else None,
)
def test_what_will_never_work_is_rejected_with_a_sentence(
    claude: Claude, server: ModelServer, reply: Reply, says_so: str
) -> None:
    server.will(reply)
    with pytest.raises(Rejected) as caught:
        claude.complete(choose())
    assert says_so in str(caught.value)
    assert caught.value.usage == Usage()
    assert KEY not in str(caught.value)


def test_a_refusal_is_declined_and_paid_for(claude: Claude, server: ModelServer) -> None:
    server.will(refuses())
    with pytest.raises(Declined) as caught:
        claude.complete(choose())
    assert caught.value.usage.output_tokens > 0
    assert caught.value.text == "I would rather not."


@pytest.mark.parametrize("max_tokens", [WHOLE, STREAMED])
def test_an_answer_that_ran_out_of_tokens_is_malformed(claude: Claude, server: ModelServer, max_tokens: int) -> None:
    server.will(runs_out())
    with pytest.raises(Malformed, match="cut short") as caught:
        claude.complete(choose(max_tokens))
    assert caught.value.text.startswith('{"text"')
    assert caught.value.usage.total > 0


@pytest.mark.parametrize(
    "said",
    ['{"best": 2, ', "The best is 2.", json.dumps({"best": 0, "because": "x"}), json.dumps({"best": 1}), "[]", ""],
    ids=["half", "prose", "bound", "missing", "list", "empty"],
)
def test_an_answer_that_does_not_fit_is_malformed(claude: Claude, server: ModelServer, said: str) -> None:
    server.will(says(said))
    with pytest.raises(Malformed) as caught:
        claude.complete(choose())
    assert caught.value.text == said
    assert caught.value.usage.input_tokens > 0


def test_without_a_key_a_sentence_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    for name in ("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(ModelTrouble, match="ANTHROPIC_API_KEY"):
        Claude(name="claude-test", api_key="").complete(choose())


def test_a_wrong_key_is_told_apart(server: ModelServer) -> None:
    server.key = "another"
    with pytest.raises(Rejected, match="ANTHROPIC_API_KEY"):
        Claude(name="claude-test", api_key=KEY, base_url=server.url).complete(choose())


def test_a_closed_port_is_passing() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    with pytest.raises(Passing, match="reached"):
        Claude(name="claude-test", api_key=KEY, base_url=f"http://127.0.0.1:{port}").complete(choose())


def test_a_model_without_effort_is_asked_without(claude: Claude, server: ModelServer) -> None:
    server.will(fails(400, "invalid_request_error", "output_config.effort is not supported by this model"), says(BEST))
    assert claude.complete(choose()).data == Choice(**BEST)
    assert "effort" not in server.requests[1]["output_config"]


@pytest.mark.parametrize("name", prompt_names())
def test_what_crosses_the_wire_is_all_there_is_to_know(claude: Claude, name: str) -> None:
    """The server answers by the rules of the simulated model, from what it reads in the data blocks alone."""
    prompt = fill(name, **{slot: VALUES.get(slot, VALUES["response"]) for slot in read_prompt(name).slots})
    assert claude.complete(prompt).data == Offline().complete(prompt).data


def test_the_server_runs_by_itself() -> None:
    command = [sys.executable, "-m", "tests.model_server"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().split()[-1]
        script = json.dumps([{"text": json.dumps(BEST)}]).encode()
        urllib.request.urlopen(urllib.request.Request(f"{url}/script", script)).close()
        answer = Claude(name="claude-test", api_key=KEY, base_url=url).complete(choose())
        process.terminate()
    assert answer.data == Choice(**BEST)


@pytest.mark.parametrize("schema", [Choice, PrincipleDraft, Revision])
def test_any_other_prompt_is_answered_by_its_schema(claude: Claude, schema: type[BaseModel]) -> None:
    answer = claude.complete(Prompt(name="new", hash="0" * 64, system="New.", user="Hi", answer=schema))
    assert isinstance(answer.data, schema)
