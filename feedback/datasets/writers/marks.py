"""Typed marks on pieces of responses, and omissions, one a line."""

from __future__ import annotations

from typing import Any

from feedback.datasets.writers.heads import Line, head

NAME = "precept-spans"
LABEL = "Spans and omissions, one mark a line"
ABOUT = """\
`start` and `end` count code points of `response` (with `turn`: of that turn, which then is `response`), `end`
exclusive; `quote` is exactly that slice, `prefix` and `suffix` are what stands around it. An omission has none of
them. `category` and `severity` as the form names them, the `reason`, and the suggested `replacement` (null: none;
"": to be left out)."""


def span_line(row: Any) -> Line:
    """One mark."""
    return {
        **head(row.response, row.turn),
        "start": row.start,
        "end": row.end,
        "quote": row.quote if row.start is not None else None,
        "prefix": row.prefix,
        "suffix": row.suffix,
        "category": row.category,
        "severity": row.severity,
        "reason": row.reason,
        "replacement": row.replacement,
        "turn": row.turn,
    }
