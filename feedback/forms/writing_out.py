"""How the files of an export are written, and where they are pushed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from feedback.datasets.packing import JSONL, PARQUET
from feedback.forms.taking_out import ExportForm
from feedback.models import Project

WAYS = [
    (JSONL, _("JSON lines")),
    (f"{JSONL}+gz", _("JSON lines, gzip")),
    (f"{JSONL}+zstd", _("JSON lines, zstd")),
    (PARQUET, _("Parquet")),
]


class WritingForm(forms.Form):
    """What is to be in it, as on the export page, and how it is written down."""

    way = forms.ChoiceField(label=_("Written as"), choices=WAYS, required=False)

    def __init__(self, data: Any = None, *, project: Project) -> None:
        super().__init__(data)
        self.what = ExportForm(data or {}, project=project)

    def asked(self) -> dict[str, Any]:
        """As `open_export` takes it."""
        way = self.cleaned_data["way"] if self.is_valid() else ""
        shape, _, pack = (way or JSONL).partition("+")
        snapshot = self.what.chosen
        return {**self.what.asked(), "shape": shape, "pack": pack, "snapshot": snapshot.pk if snapshot else None}


class PushForm(forms.Form):
    """A folder below the one that pushes may go to, or a place in a bucket."""

    to = forms.CharField(label=_("Push to"), max_length=300)
