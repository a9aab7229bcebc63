"""What cannot be read is told with its column: every reader says where in the record it looked."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pytest

from feedback.datasets.readers import chatgpt, formats
from feedback.datasets.readers.rows import Answer, Unreadable
from feedback.datasets.readers.telling import Telling

READERS = Path(formats.__file__).parent
WHOLE = {"formats.py"}  # the record as a whole is no object, or has none of the columns


def nameless(path: Path) -> list[int]:
    """The lines that raise `Unreadable` without saying where."""
    calls = (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call))
    ours = (call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "Unreadable")
    return [call.lineno for call in ours if not any(named.arg == "column" for named in call.keywords)]


def test_every_reader_names_the_column() -> None:
    found = {path.name: nameless(path) for path in READERS.glob("*.py") if path.name not in WHOLE}
    assert {name: lines for name, lines in found.items() if lines} == {}


def test_a_chat_that_hangs_on_itself_names_where_it_stands() -> None:
    node: Any = {"message": {"author": {"role": "user"}, "content": {"parts": ["Who?"]}}, "children": []}
    with pytest.raises(Unreadable) as trouble:
        chatgpt.read({"mapping": {"a": {**node, "id": "a", "parent": "b"}, "b": {**node, "id": "b", "parent": "a"}}})
    assert trouble.value.column == "mapping"


def test_an_answer_made_of_itself_names_the_column_of_the_later_one() -> None:
    told = Telling(messages=({"role": "user", "content": "Who?"},))
    before, after = told.answer("Nobody.", "before"), told.answer("Somebody.", "attempts[1]")
    told.answers[after] = Answer("Nobody.")
    with pytest.raises(Unreadable) as trouble:
        told.better(after, after)
    assert trouble.value.column == "attempts"
    with pytest.raises(Unreadable) as trouble:
        told.scored(before, 7, "reward")
    assert trouble.value.column == "reward"
