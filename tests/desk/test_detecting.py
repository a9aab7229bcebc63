"""What users wrote next is read by rules: plainly said things are found, plain new questions are not."""

from __future__ import annotations

import pytest

from feedback.desk.detecting import likeness, prompt_quality, read_message

SAID = [
    ("Thanks, that works!", "satisfied"),
    ("Perfect. Can you make a table of it?", "satisfied"),
    ("that's exactly what I needed", "satisfied"),
    ("Great, now add a third one.", "satisfied"),
    ("No, that is a lake.", "corrected"),
    ("That's not what I asked for.", "corrected"),
    ("I meant the one in Germany.", "corrected"),
    ("You forgot the second part.", "corrected"),
    ("Thanks, but that's wrong: it was 1911.", "corrected"),
    ("Are you sure? I thought it was Bonn.", "corrected"),
    ("it doesn't work, I get an error", "corrected"),
    ("Again: which river is it?", "repeated"),
    ("Never mind, I'll look it up.", "gave-up"),
    ("This is useless.", "gave-up"),
    ("What about the Danube?", "none"),
    ("How tall is it?", "none"),
    ("Nothing like that exists in my town, so tell me of others.", "none"),
]


@pytest.mark.parametrize(("message", "mark"), SAID)
def test_plain_words_are_found(message: str, mark: str) -> None:
    found = read_message(message, asked="Name a river in Germany that flows north.")
    assert found.mark == mark
    assert bool(found.says) == (mark != "none")
    assert found.says in message


def test_asking_the_same_in_nearly_the_same_words_is_asking_again() -> None:
    found = read_message(
        "Name one river in Germany that flows north", asked="Name a river in Germany that flows north."
    )
    assert (found.mark, found.by_words) == ("repeated", False)


def test_only_the_sentence_that_says_it_is_the_feedback() -> None:
    found = read_message("I read it twice. You missed the deadline. What else?")
    assert found.says == "You missed the deadline."
    assert found.polarity == "critique"


def test_praise_taken_back_is_no_praise() -> None:
    assert read_message("Not perfect at all").mark != "satisfied"
    assert read_message("It isn't great, thanks but shorter").mark != "satisfied"


def test_likeness_of_short_messages_counts_only_when_they_are_the_same() -> None:
    assert likeness("Why?", "why") == 1
    assert likeness("Why not?", "Why?") == 0
    assert likeness("", "") == 0


def test_a_first_message_with_request_context_and_limits_is_better() -> None:
    bare = prompt_quality("rivers")
    asked = prompt_quality("Name three rivers in Germany.")
    full = prompt_quality(
        "I'm writing for children of 8. Name three rivers in Germany, one sentence each, no more than 40 words."
    )
    assert bare == 1
    assert bare < asked < full == 5
