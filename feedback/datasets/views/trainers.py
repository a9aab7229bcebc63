"""The formats that trainers and published data sets take."""

from __future__ import annotations

from feedback.datasets.pieces import Format
from feedback.datasets.views import answers, asking, online, pairs, principled, published, steps

FORMATS: tuple[Format, ...] = (
    *pairs.FORMATS,
    *answers.FORMATS,
    *asking.FORMATS,
    *steps.FORMATS,
    *published.FORMATS,
    *online.FORMATS,
    *principled.FORMATS,
)
