"""The README.md that goes with an export: what the files are, how they came about and what to mind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

CARD = """\
# {project}: preference pairs

{rows} pairs in the format `{format}`, made on {made_at} by Precept {version}.

| file | what it is |
|---|---|
| `{data}` | one pair a line, training columns only: `prompt`, `chosen`, `rejected`, each a list of turns |
| `{meta}` | line for line where each row comes from: judgements, raters (pseudonyms), responses, run, principles |
| `manifest.json` | counts, filters, what was left out and why, SHA-256 of the files |

## How a pair is decided

All standing judgements of a pair of texts are taken together and the majority decides; a person's rewrite counts as a
judgement that the rewrite is better than the original. A pair that is balanced, or that people found equal, makes no
row. Counted are: {raters}. Examples of the split `holdout` are never in it.

## Left out

{skipped}

## Mind

- {simulated} of the rows hold text written by the simulated model. It is no language model; do not train on such rows.
- Responses that a model wrote stand under the terms of that model's provider; several do not allow their output to be
  used to train models that compete with theirs. `{meta}` names the model of each response as far as it is known.
- Imported data keep the licence they came with.
"""


def card(manifest: Mapping[str, Any]) -> str:
    """The card for a manifest."""
    skipped = [f"- {number}: {reason}" for reason, number in sorted(manifest["skipped"].items())]
    return CARD.format(
        project=manifest["project"]["name"],
        rows=manifest["counts"]["rows"],
        format=manifest["format"],
        made_at=manifest["made_at"],
        version=manifest["precept"],
        data=manifest["data"],
        meta=manifest["meta"],
        raters=", ".join(manifest["filters"]["raters"]),
        skipped="\n".join(skipped) or "Nothing.",
        simulated=manifest["counts"]["rows_with_simulated_text"],
    )
