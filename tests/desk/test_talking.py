"""Telling a model what to change: the edit in place is kept, the message is the usual way, both stand in the ledger."""

from __future__ import annotations

import pytest

from feedback.desk import errands, talking
from feedback.errors import NotAllowed, Refused
from feedback.models import Edit, Errand, Project, Response, User
from tests import make
from tests.model_server import ModelServer, says

pytestmark = pytest.mark.django_db
TEXT = "The tower is 300 metres tall. It was built in 1890. Since 1890 many people have climbed it."
EDITED = TEXT.replace("built in 1890", "built in 1889")


@pytest.fixture
def response(project: Project) -> Response:
    """An answer with a mistake in its middle."""
    return make.response(example=make.example(project=project, request="Tell me about the tower."), text=TEXT)


def gone_on(response: Response, by: User, text: str = EDITED, key: str = "k", **how: object) -> Errand:
    return errands.run_errand(talking.go_on(response, text=text, key=key, by=by, **how).pk)  # type: ignore[arg-type]


def test_the_model_goes_on_from_the_edit_and_carries_it_on(response: Response, ben: User) -> None:
    done = gone_on(response, ben)
    assert done.state == "done", done.error
    edit = Edit.objects.get()
    assert (edit.response, edit.result.text, edit.protocol, edit.rater.user) == (response, EDITED, "in-place", ben)
    assert done.result is not None
    assert done.result.text == EDITED.replace("Since 1890", "Since 1889")
    assert (done.result.parent, done.result.origin, done.result.simulated) == (edit.result, "generated", True)


def test_what_was_kept_and_changed_is_told_with_its_tokens(response: Response, ben: User) -> None:
    told = talking.told([gone_on(response, ben)])[0]
    changes = [(one.kind, one.who, one.text) for one in told.passages if one.kind != "same"]
    assert changes == [
        ("removed", "person", "1890"), ("added", "person", "1889"), ("removed", "model", "1890"),
        ("added", "model", "1889"),
    ]  # fmt: skip
    assert (told.kept, told.before) == (16, 18)
    assert told.tokens_in > told.tokens_out > 0
    assert told.cost == 0 or told.cost is None


def test_a_message_is_answered_anew_with_the_dialogue_in_the_answer(response: Response, ben: User) -> None:
    asked = talking.send_message(response, words="It was 1889, not 1890.", key="m", by=ben)
    done = errands.run_errand(asked.pk)
    assert done.state == "done", done.error
    assert done.result is not None
    assert "1889" in done.result.text
    assert "1890" not in done.result.text
    assert [turn["role"] for turn in done.result.messages] == ["user", "assistant", "user"]
    assert done.result.messages[-1]["content"] == "It was 1889, not 1890."
    both = talking.samples(response.example.project)
    assert (len(both["continue"]), len(both["message"])) == (0, 1)


def test_going_on_writes_fewer_tokens_than_answering_again(project: Project, ben: User) -> None:
    long = f"{TEXT} " + " ".join(f"Number {n} of its steps is made of iron and painted brown." for n in range(40))
    response = make.response(example=make.example(project=project), text=f"{long} It closes in 1890.")
    edit = talking.told([gone_on(response, ben, text=response.text.replace("closes in 1890.", "closes at night."))])[0]
    asked = talking.send_message(response, words="It closes at night, not 1890.", key="m", by=ben)
    message = talking.told([errands.run_errand(asked.pk)])[0]
    assert edit.tokens_out < message.tokens_out / 5


def test_the_same_key_is_one_edit_and_one_errand(response: Response, ben: User) -> None:
    first = gone_on(response, ben)
    assert gone_on(response, ben) == first
    again = gone_on(response, ben, key="another")
    assert again != first
    assert again.edit == first.edit
    assert Edit.objects.count() == 1


def test_nothing_changed_is_refused_and_strangers_get_nowhere(response: Response, ben: User, dan: User) -> None:
    with pytest.raises(Refused, match="same as the original"):
        gone_on(response, ben, text=f"{TEXT}\r\n")
    with pytest.raises(NotAllowed):
        gone_on(response, dan)
    with pytest.raises(Refused, match="Write what"):
        talking.send_message(response, words=" ", key="m", by=ben)
    assert not Errand.objects.exists()
    assert not Edit.objects.exists()


def test_held_out_examples_are_not_talked_about(project: Project, ben: User) -> None:
    held = make.response(example=make.example(project=project, split="holdout"), text=TEXT)
    with pytest.raises(Refused, match="held out"):
        gone_on(held, ben)
    assert not Edit.objects.exists()


def test_an_edit_that_needs_nothing_after_it_makes_no_copy(response: Response, ben: User) -> None:
    done = gone_on(response, ben, text=TEXT.replace("climbed it", "gone up"))
    assert (done.state, done.result) == ("done", None)
    assert Response.objects.count() == 2


def test_an_earlier_turn_is_edited_and_gone_on_from(project: Project, ben: User) -> None:
    messages = [
        {"role": "user", "content": "How tall is it?"}, {"role": "assistant", "content": TEXT},
        {"role": "user", "content": "Thanks. And how wide?"},
    ]  # fmt: skip
    response = make.response(example=make.example(project=project, messages=messages), text="125 metres.")
    done = gone_on(response, ben, turn=1)
    assert done.state == "done", done.error
    assert done.result is not None
    assert done.result.text == EDITED.replace("Since 1890", "Since 1889")
    assert done.result.messages == messages[:1]
    with pytest.raises(Refused, match="none"):
        gone_on(response, ben, turn=2, key="other")


def kept_by(server: ModelServer, settings: object) -> None:
    settings.ANTHROPIC_BASE_URL, settings.ANTHROPIC_API_KEY = server.url, "key"  # type: ignore[attr-defined]


def test_over_http_the_edit_stands_in_a_sealed_block_and_no_answer_is_begun_for_the_model(
    response: Response, ben: User, settings
) -> None:
    with ModelServer() as server:
        kept_by(server, settings)
        server.will(says({"text": " Since then many people have climbed it."}))
        done = gone_on(response, ben)
    assert done.state == "done", done.error
    assert done.result is not None
    assert done.result.text.startswith("The tower is 300 metres tall. It was built in 1889. Since then")
    request = server.requests[0]
    assert [turn["role"] for turn in request["messages"]] == ["user"]
    assert '<data name="edited" seal="' in request["messages"][0]["content"][-1]["text"]


def test_over_http_a_model_that_writes_the_edit_over_is_asked_once_more(
    response: Response, ben: User, settings
) -> None:
    over = "Here it is: the tower is 300 metres tall, and it was built in 1889. It was built in 1889!"
    with ModelServer() as server:
        kept_by(server, settings)
        server.will(says({"text": over}), says({"text": " Many have climbed it."}))
        done = gone_on(response, ben)
        assert (done.state, len(server.requests)) == ("done", 2)
        assert "turned away" in server.requests[1]["messages"][0]["content"][-1]["text"]
        server.will(says({"text": over}), says({"text": over}))
        failed = gone_on(response, ben, key="again")
    assert failed.state == "failed"
    assert "did not keep to your edit" in failed.error
    assert failed.edit is not None
    assert talking.told([failed])[0].tokens > 0
