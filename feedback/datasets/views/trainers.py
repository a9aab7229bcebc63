"""The formats that trainers and published data sets take."""

from __future__ import annotations

from feedback.datasets.pieces import Format
from feedback.datasets.views import answers, asking, pairs, steps

FORMATS: tuple[Format, ...] = (*pairs.FORMATS, *answers.FORMATS, *asking.FORMATS, *steps.FORMATS)
