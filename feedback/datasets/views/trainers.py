"""The formats that trainers and published data sets take."""

from __future__ import annotations

from feedback.datasets.pieces import Format

FORMATS: tuple[Format, ...] = ()
