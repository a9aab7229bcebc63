"""What the simulated model says when it is to make material of what is there: a request that fits, an answer retold."""

from __future__ import annotations

from collections.abc import Mapping

from feedback.llm.answers import Reply
from feedback.llm.pretending.texts import has_code, has_list, keywords, lower_first, sentences, words

Values = Mapping[str, str]


def relabel_in_hindsight(values: Values) -> Reply:
    """A request for just what the response is: its kind, its length, and the words it speaks of most."""
    text = values["response"]
    kind = "Show code" if has_code(text) else "Make a list" if has_list(text) else "Write"
    about = ", ".join(keywords(text, 4)) or "whatever comes to mind"
    many = sum(bool(words(one)) for one in sentences(text))
    length = "one sentence" if many <= 1 else f"about {many} sentences"
    return Reply(text=f"{kind} about {about}, in {length}.")


def say_in_own_words(values: Values) -> Reply:
    """The same sentences in their order, told with small words between them; it knows no others."""
    told = [one.strip() for one in sentences(values["response"]) if words(one)]
    if not told:
        return Reply(text="There is nothing to tell.")
    after = [f"From there: {lower_first(one)}" for one in told[1:]]
    return Reply(text=" ".join([f"As I see it, {lower_first(told[0])}", *after]))
