"""A constitution in Markdown, JSON, YAML and as critic and revision pairs. Pure: a `Document` in, a text out.

What is written here is read again by `readers` as the same clauses.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import yaml

from feedback.principles.clauses import Clause, requests_of


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One principle of a constitution with its number in the project, its wording and how many words support it."""

    principle: int
    wording: int
    clause: Clause
    evidence: int = 0


@dataclass(frozen=True, kw_only=True)
class Document:
    """One version of a project's constitution."""

    project: str
    version: int
    date: str
    change: str
    reason: str
    entries: tuple[Entry, ...]


def markdown(document: Document) -> str:
    """A document to print, with sections where there are any."""
    lines = [f"# {document.project}: constitution", "", f"> Version {document.version}, {document.date}."]
    section = ""
    for number, entry in enumerate(document.entries, 1):
        clause = entry.clause
        if clause.section != section:
            lines += ["", f"## {one_line(clause.section)}" if clause.section else "# "]
            section = clause.section
        when = f"*{one_line(clause.domain)}*: " if clause.domain else ""
        lines += ["", f"{number}. {when}{one_line(clause.effect)}"]
        if clause.counter_examples:
            lines += ["", f"   Not: {one_line(clause.counter_examples)}"]
    return "\n".join([*lines, ""])


def one_line(words: str) -> str:
    """Words without line breaks."""
    return " ".join(words.split())


def tree_of(document: Document) -> dict[str, Any]:
    """The constitution as plain data."""
    return {
        "project": document.project, "version": document.version, "date": document.date, "change": document.change,
        "reason": document.reason, "principles": [tree_of_entry(entry) for entry in document.entries],
    }  # fmt: skip


def tree_of_entry(entry: Entry) -> dict[str, Any]:
    """One principle as plain data, without what is empty."""
    clause = entry.clause
    given = {
        "principle_number": entry.principle, "wording": entry.wording, "domain": clause.domain, "effect": clause.effect,
        "counter_examples": clause.counter_examples, "section": clause.section, "weight": clause.weight,
        "critique_request": clause.critique_request, "revision_request": clause.revision_request,
        "evidence": entry.evidence,
    }  # fmt: skip
    return {name: value for name, value in given.items() if value != ""}


def as_json(document: Document) -> str:
    """JSON with all that belongs to a principle."""
    return json.dumps(tree_of(document), ensure_ascii=False, indent=2) + "\n"


def as_yaml(document: Document) -> str:
    """The same as YAML."""
    return yaml.safe_dump(tree_of(document), allow_unicode=True, sort_keys=False, width=110)


def pairs(document: Document) -> str:
    """Critic and revision requests, as constitutional refinement elsewhere takes them (llm-swarm)."""
    asked = [requests_of(entry.clause) for entry in document.entries]
    rows = [{"critic": critic, "revision": revision} for critic, revision in asked]
    return json.dumps({"constitutions": rows, "system_chat": []}, ensure_ascii=False, indent=2) + "\n"
