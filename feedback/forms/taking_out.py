"""What an export is asked to hold."""

from __future__ import annotations

from typing import Any

from django import forms

from feedback.datasets.exporting import LABELS
from feedback.datasets.writers.trl_preference import NAME


class ExportForm(forms.Form):
    """The format, and whether the word of simulated raters counts."""

    format = forms.ChoiceField(label="Format", choices=list(LABELS.items()), required=False)
    simulated = forms.BooleanField(label="Count what simulated raters said, too", required=False)

    def asked(self) -> dict[str, Any]:
        """As the export takes it; what makes no sense is as if it had not been said."""
        said = self.cleaned_data if self.is_valid() else {}
        return {"format": said.get("format") or NAME, "include_simulated": bool(said.get("simulated"))}
