"""What an export is asked to hold."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from feedback.datasets.exporting import FORMATS
from feedback.datasets.writers.trl_preference import NAME
from feedback.models import Preference


def grouped() -> list[tuple[str, list[tuple[str, str]]]]:
    """The formats under what they are for."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for name, one in FORMATS.items():
        groups.setdefault(one.group, []).append((name, one.label))
    return list(groups.items())


class ExportForm(forms.Form):
    """The format, whose word counts, and what part of it is wanted."""

    format = forms.ChoiceField(label=_("Format"), choices=grouped(), required=False)
    timing = forms.ChoiceField(
        label=_("Asked"), choices=[("", _("at any time")), *Preference.Timing.choices], required=False
    )
    aspect = forms.CharField(label=_("Only of the aspect"), max_length=60, required=False)
    simulated = forms.BooleanField(label=_("Count what simulated raters said, too"), required=False)
    held_out = forms.BooleanField(label=_("Held-out examples alone, for evaluation"), required=False)

    def asked(self) -> dict[str, Any]:
        """As the export takes it; what makes no sense is as if it had not been said."""
        said = self.cleaned_data if self.is_valid() else {}
        return {
            "format": said.get("format") or NAME,
            "include_simulated": bool(said.get("simulated")),
            "held_out": bool(said.get("held_out")),
            "aspect": said.get("aspect", "").strip(),
            "timing": said.get("timing", ""),
        }
