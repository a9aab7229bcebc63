"""The formats that trainers and published data sets take."""

from __future__ import annotations

from feedback.datasets.pieces import Format
from feedback.datasets.views import pairs

FORMATS: tuple[Format, ...] = pairs.FORMATS
