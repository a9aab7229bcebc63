"""What an export is asked to hold."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from feedback.datasets.exporting import FORMATS
from feedback.datasets.writers.trl_preference import NAME
from feedback.models import Part, Preference, Project, Snapshot


class ExportForm(forms.Form):
    """The format, from where, whose word counts, and what part of it is wanted."""

    format = forms.ChoiceField(choices=[(name, one.label) for name, one in FORMATS.items()], required=False)
    snapshot = forms.TypedChoiceField(label=_("From"), coerce=int, empty_value=None, required=False)
    part = forms.ChoiceField(label=_("Part"), choices=[("", _("all parts")), *Part.choices], required=False)
    timing = forms.ChoiceField(
        label=_("Asked"), choices=[("", _("at any time")), *Preference.Timing.choices], required=False
    )
    aspect = forms.CharField(label=_("Only of the aspect"), max_length=60, required=False)
    simulated = forms.BooleanField(label=_("Count what simulated raters said, too"), required=False)
    held_out = forms.BooleanField(label=_("Held-out examples alone, for evaluation"), required=False)

    def __init__(self, *args: Any, project: Project | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Snapshot.objects.filter(project=project, frozen_at__isnull=False) if project else []
        self.snapshots = {row.number: row for row in rows}
        named = [(number, named_as(row)) for number, row in self.snapshots.items()]
        self.fields["snapshot"].choices = [("", _("what stands now")), *named]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> Snapshot | None:
        """The snapshot that was asked for."""
        return self.snapshots.get(self.cleaned_data.get("snapshot")) if self.is_valid() else None

    def asked(self) -> dict[str, Any]:
        """As the export takes it; what makes no sense is as if it had not been said."""
        said = self.cleaned_data if self.is_valid() else {}
        return {
            "format": said.get("format") or NAME,
            "include_simulated": bool(said.get("simulated")),
            "held_out": bool(said.get("held_out")),
            "aspect": said.get("aspect", "").strip(),
            "timing": said.get("timing", ""),
            "part": said.get("part", "") if said.get("snapshot") else "",
        }


def named_as(row: Snapshot) -> str:
    """A snapshot in the list of them."""
    name = _("snapshot %(number)d") % {"number": row.number}
    return f"{name}, {row.name}" if row.name else str(name)
