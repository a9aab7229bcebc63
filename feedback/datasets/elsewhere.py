"""Files that hold no data but something else a project takes: principles, a conversation of Polis, prompts.

Asked when no format fits, so that the person is shown where such a file goes in instead of being sent away.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from feedback.datasets.readers import prompt_versions
from feedback.errors import Refused
from feedback.principles.readers.formats import LARGEST, looks_like, read

SPOKEN = {"effect", "principle", "rule", "statement", "what to do", "guideline"}  # columns that only principles have
PRINCIPLES, POLIS, PROMPTS = "principles", "polis", "prompts"
POLIS_FILES = {
    "comments.csv": {"comment-id", "comment-body"}, "votes.csv": {"voter-id", "vote"},
    "participants-votes.csv": {"participant", "group-id"},
}  # fmt: skip


@dataclass(frozen=True)
class Elsewhere:
    """What a file holds and, in a sentence, where it goes in; principles with their text, to be handed on."""

    what: str
    sentence: str
    text: str = ""
    count: int = 0


def elsewhere(path: Path, filename: str) -> Elsewhere | None:
    """What else a file is, or None."""
    try:
        with path.open("rb") as file:
            text = file.read(LARGEST + 1).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return None
    if len(text) > LARGEST:
        return polis(text)
    looks: tuple[Callable[[str, str], Elsewhere | None], ...] = (lambda text, _: polis(text), prompt, principles)
    return next((found for look in looks if (found := look(text, filename))), None)


def polis(text: str) -> Elsewhere | None:
    """One of the files of a Polis export, by its first line."""
    head = set(next(csv.reader([text.partition("\n")[0]]), []))
    name = next((name for name, columns in POLIS_FILES.items() if columns <= head), None)
    if name is None:
        return None
    return Elsewhere(
        POLIS, f"This is the {name} of a Polis export. Its files come in together, as principles with votes."
    )


def prompt(text: str, filename: str) -> Elsewhere | None:
    """promptfoo's configuration: prompts with variables and tests."""
    if not filename.lower().endswith((".yaml", ".yml", ".json")) or "prompts" not in text:
        return None
    try:
        tree: Any = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError, ValueError):
        return None
    if not isinstance(tree, dict) or "prompts" not in tree or not {"providers", "tests", "targets"} & set(tree):
        return None
    return Elsewhere(
        PROMPTS, f"This is a configuration of promptfoo. {prompt_versions.NO_PLACE} Its results can be brought in here."
    )


def principles(text: str, filename: str) -> Elsewhere | None:
    """Principles in any of the shapes their own page reads."""
    try:
        clauses = read(text, filename=filename)
    except (Refused, csv.Error):
        return None
    looks = looks_like(text, filename)
    if looks == "list" and not filename.lower().endswith((".txt", ".md")):
        return None
    if looks == "csv" and not SPOKEN & {name.strip().strip('"').lower() for name in text.partition("\n")[0].split(",")}:
        return None
    told = "one principle" if len(clauses) == 1 else f"{len(clauses)} principles"
    return Elsewhere(PRINCIPLES, f"This reads like {told}. Principles come in as drafts.", text, len(clauses))
