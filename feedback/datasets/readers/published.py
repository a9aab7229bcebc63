"""Published data sets and trainers' own shapes, by reader; the narrower shapes come first."""

from __future__ import annotations

from types import ModuleType

from feedback.datasets.readers import (
    annotated_pairs,
    arena,
    context_prompts,
    cut,
    helpsteer2,
    helpsteer3,
    hh_rlhf,
    iterater,
    masked,
    online_rows,
    openai_dpo,
    pairs,
    prism,
    ranked,
    revisions,
    stepwise,
    text,
    ultrafeedback,
    unpaired,
)

READERS: tuple[ModuleType, ...] = (
    online_rows,
    iterater,
    annotated_pairs,
    arena,
    prism,
    ultrafeedback,
    helpsteer3,
    helpsteer2,
    hh_rlhf,
    openai_dpo,
    stepwise,
    revisions,
    ranked,
    cut,
    masked,
    unpaired,
    context_prompts,
)
LATER: tuple[ModuleType, ...] = (pairs,)  # wider than the readers before them, narrower than the plain ones
LAST: tuple[ModuleType, ...] = (text,)  # only where nothing else fits
