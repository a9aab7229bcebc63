"""Principles as plain lines and as Markdown: one a line, numbered, marked or bare.

A heading begins a section. Words in asterisks before a colon are when the principle applies, and a line that begins
with `Not:` belongs to the principle above it.
"""

from __future__ import annotations

import re
from dataclasses import replace

from feedback.principles.clauses import Clause, from_sentence

MARK = re.compile(r"^\s*(?:[-*+•]|\(?\d+[.)])\s+")
HEADING = re.compile(r"^#+\s+(.*?)\s*#*$")
DOMAIN = re.compile(r"^(\*\*|\*|__|_)(?P<domain>.+?):?\1\s*:?\s+(?P<effect>.+)$")
NOT = re.compile(r"^\s*(?:\*Not:\*|_Not:_|Not:)\s*(.+)$")
BESIDE = re.compile(r"^\s*>|^\s*(?:---+|\*\*\*+)\s*$")


def read(text: str) -> list[Clause]:
    """The principles in their order."""
    found: list[Clause] = []
    section = ""
    for line in text.splitlines():
        if not line.strip() or BESIDE.match(line):
            continue
        if heading := HEADING.match(line):
            section = heading[1] if heading[0].startswith("##") else ""
        elif (counter := NOT.match(line)) and found:
            found[-1] = replace(found[-1], counter_examples=counter[1].strip())
        else:
            found.append(clause_of(MARK.sub("", line).strip(), section))
    return found


def clause_of(line: str, section: str) -> Clause:
    """One line."""
    if marked := DOMAIN.match(line):
        return Clause(domain=marked["domain"].strip(), effect=marked["effect"].strip(), section=section)
    return from_sentence(line, section=section)
