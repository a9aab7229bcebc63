"""The README.md that goes with an export: what the files are, how they came about and what to mind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

CARD = """\
# {project}: {many}

{rows} {many} in the format `{format}`, made on {made_at} by Precept {version}.

| file | what it is |
|---|---|
| `{data}` | one {one} a line |
| `{meta}` | line for line where each row comes from: judgements, raters (pseudonyms), responses, runs, principles |
| `manifest.json` | counts, filters, what was left out and why, SHA-256 of the files |

## What a line holds

{about}

Counted are: {raters}. {splits}

## Left out

{skipped}

## Mind

- {simulated} of the rows hold text written by the simulated model. It is no language model; do not train on such rows.
- Responses that a model wrote stand under the terms of that model's provider; several do not allow their output to be
  used to train models that compete with theirs. `{meta}` names the model of each response as far as it is known.
- Imported data keep the licence they came with.
"""


OTHERS = "Examples of the split `holdout` are never in it."
HELD_OUT = (
    "All examples are of the split `holdout`: **for evaluation only**. Whoever trains on them measures nothing after."
)


def card(manifest: Mapping[str, Any], *, one: str, many: str, about: str) -> str:
    """The card for a manifest; what a line is called, and what it holds."""
    skipped = [f"- {number}: {reason}" for reason, number in sorted(manifest["skipped"].items())]
    return CARD.format(
        project=manifest["project"]["name"],
        one=one,
        many=many,
        about=about,
        rows=manifest["counts"]["rows"],
        format=manifest["format"],
        made_at=manifest["made_at"],
        version=manifest["precept"],
        data=manifest["data"],
        meta=manifest["meta"],
        splits=HELD_OUT if manifest["filters"]["splits"] == ["holdout"] else OTHERS,
        raters=", ".join(manifest["filters"]["raters"]),
        skipped="\n".join(skipped) or "Nothing.",
        simulated=manifest["counts"]["rows_with_simulated_text"],
    )
