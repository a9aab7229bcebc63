"""What lines of the product's own formats begin with: the dialogue, the answer, and where the prompt came from.

Rows are read by attribute (`row.response.messages`), whatever they are; nothing here knows the database.
"""

from __future__ import annotations

from typing import Any

Line = dict[str, Any]


def source_of(example: Any) -> str:
    """Where a prompt came from: as the import said, else the file's name, else that it was written here."""
    told = example.extra.get("source") if isinstance(example.extra, dict) else None
    if isinstance(told, str) and told:
        return told
    return example.imported_in.filename if example.imported_in else "written here"


def head(response: Any, turn: int | None = None) -> Line:
    """Prompt and response; with `turn` the answer is that turn and the prompt what stands before it."""
    messages = list(response.messages)
    if turn is None or turn >= len(messages):
        return {"prompt": messages, "response": response.text}
    return {"prompt": messages[:turn], "response": messages[turn]["content"]}


def answer(text: str) -> list[dict[str, str]]:
    """An answer as trainers take it: a list of one turn."""
    return [{"role": "assistant", "content": text}]


def graded(line: Line, form: str, difficulty: str) -> Line:
    """The line with the form of feedback and how hard the example seems (CDF)."""
    return {**line, "form": form, "difficulty": difficulty}
