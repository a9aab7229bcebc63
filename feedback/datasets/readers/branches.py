"""Chats that branch: messages with parents, as chat products keep them, made rows.

An answer that was asked for again stands beside the others as one more response. Besides, every branch is a
conversation cut before its last answer. Knows no product.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from feedback.datasets.readers.checks import asked
from feedback.datasets.readers.rows import Answer, Row, Unreadable

MOST = 50_000
Path = tuple["Said", ...]


@dataclass(frozen=True)
class Said:
    """One message; without a `role` or words it is passed over, and what hangs on it hangs on what was before."""

    id: str
    parent: str
    role: str
    text: str
    model: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def seen(self) -> bool:
        """Whether it says something."""
        return bool(self.role and self.text.strip())


@dataclass(frozen=True)
class Tree:
    """Messages by id, and those that hang on each, in their order."""

    said: Mapping[str, Said]
    under: Mapping[str, Sequence[Said]]

    def path(self, one: Said) -> Path:
        """The messages from the first to this one."""
        found: list[Said] = [one]
        while found[-1].parent in self.said:
            found.append(self.said[found[-1].parent])
        return tuple(reversed(found))


def tree_of(messages: Sequence[Said], column: str) -> Tree:
    """The messages that say something, as a tree; assistant's words that follow one another are one message."""
    if len(messages) > MOST:
        raise Unreadable(f"This chat has more than {MOST} messages.", column=column)
    known = {one.id: one for one in messages}
    said: dict[str, Said] = {}
    under: dict[str, list[Said]] = defaultdict(list)
    for one in messages:
        if not one.seen:
            continue
        parent = ancestor(known, one, column)
        text, before = one.text, parent
        while before and one.role == "assistant" and known[before].role == "assistant":
            text = f"{known[before].text}\n\n{text}"
            before = ancestor(known, known[before], column)
        found = replace(one, parent=before, text=text)
        said[one.id] = found
        under[before].append(found)
    return Tree(said, under)


def ancestor(known: Mapping[str, Said], one: Said, column: str) -> str:
    """The id of the nearest message before it that says something, "" for none. Raises for one that hangs on itself."""
    passed = {one.id}
    while one.parent in known:
        if one.parent in passed:
            raise Unreadable("The messages of this chat hang on each other in a circle.", column=column)
        passed.add(one.parent)
        one = known[one.parent]
        if one.seen:
            return one.id
    return ""


def rows_of(messages: Sequence[Said], extra: Mapping[str, Any], *, column: str, prefix: str = "") -> list[Row]:
    """The rows of a chat in that column; its ids become the rows' external ids, with `prefix` before them."""
    tree = tree_of(messages, column)
    return [row_of(tree, place, extra, prefix) for place in places(tree)]


def places(tree: Tree) -> list[str]:
    """Where answers hang that make a row: several side by side, or the last one of a branch. In the file's order."""
    found: dict[str, None] = {}
    for parent, replies in tree.under.items():
        answers = [one for one in replies if one.role == "assistant"]
        if parent and (len(answers) > 1 or any(last_of_branch(tree, one) for one in answers)):
            found[parent] = None
    return list(found)


def last_of_branch(tree: Tree, answer: Said) -> bool:
    """Whether no answer follows it."""
    return not any(one.role == "assistant" for one in below(tree, answer))


def below(tree: Tree, one: Said) -> Iterator[Said]:
    """All that hangs on a message, nearest first, until an answer is found."""
    waiting = list(tree.under.get(one.id, ()))
    while waiting:
        found = waiting.pop(0)
        yield found
        if found.role == "assistant":
            return
        waiting += tree.under.get(found.id, ())


def row_of(tree: Tree, place: str, extra: Mapping[str, Any], prefix: str) -> Row:
    """A message with its answers."""
    path = tree.path(tree.said[place])
    turns = [{"role": one.role, "content": one.text} for one in path]
    answers: dict[str, Answer] = {}
    for one in tree.under[place]:
        if one.role == "assistant":
            after = [reply.text for reply in tree.under.get(one.id, ()) if reply.role == "user"]
            next_message = after[0] if after else ""
            answers.setdefault(one.text, Answer(one.text, one.model, next_message=next_message, extra=dict(one.extra)))
    return Row(
        messages=asked(turns, "messages"), answers=tuple(answers.values()), external_id=f"{prefix}{place}"[:200],
        root=next(turn["content"] for turn in turns if turn["role"] == "user"), extra=dict(extra),
    )  # fmt: skip
