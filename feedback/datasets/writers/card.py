"""The README.md that goes with an export: what the files are, how they came about and what to mind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

CARD = """\
# {project}: {many}

{rows} {many} in the format `{format}`, made on {made_at} by Precept {version}{snapshot}.{defects}

| file | what it is |
|---|---|
| `{data}` | one {one} a line |
| `{meta}` | line for line where each row comes from: judgements, raters (pseudonyms), responses, runs, principles |
| `manifest.json` | counts, filters, what was left out and why, facets, versions, SHA-256 of the files |
| `load.py` | checks the files and loads them |

## What a line holds

{about}

Counted are: {raters}. {splits}

## What it is like

{facets}

## Left out

{skipped}

## Mind

- {simulated} of the rows hold text written by the simulated model. It is no language model; do not train on such rows.
- Responses that a model wrote stand under the terms of that model's provider; several do not allow their output to be
  used to train models that compete with theirs. `{meta}` names the model of each response as far as it is known.
- Imported data keep the licence they came with.
"""


DEFECTS = """

**{number} rows were not as the format wants them and were left out: a defect of Precept, please report it.** The
manifest says under `defects` what was wrong."""
OTHERS = "Examples of the split `holdout` are never in it."
HELD_OUT = (
    "All examples are of the split `holdout`: **for evaluation only**. Whoever trains on them measures nothing after."
)


def card(manifest: Mapping[str, Any], *, one: str, many: str, about: str) -> str:
    """The card for a manifest; what a line is called, and what it holds."""
    snapshot = manifest["snapshot"]
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
        snapshot=f" from snapshot {snapshot['number']}, which never changes" if snapshot else "",
        defects=DEFECTS.format(number=sum(manifest["defects"].values())) if manifest["defects"] else "",
        facets=facets_table(manifest["facets"]),
    )


def facets_table(facets: Mapping[str, Any]) -> str:
    """The facets as a table: one line a figure, "-" for what nobody can know."""
    found = list(figures("", facets))
    return "\n".join(["| facet | value |", "|---|---|", *(f"| {name} | {said(value)} |" for name, value in found)])


def figures(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Every figure with its name."""
    if isinstance(value, Mapping):
        for key, one in value.items():
            yield from figures(f"{name}, {key}" if name else key, one)
    elif not isinstance(value, list):
        yield name.replace("_", " "), value


def said(value: Any) -> str:
    """A figure in words."""
    return "-" if value is None else str(value)
