"""Whether a later answer took a piece of feedback in."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from feedback.models import Uptake


class UptakeForm(forms.Form):
    """The outcome for one critique, with a note."""

    critique = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**62)
    outcome = forms.ChoiceField(
        label=_("Was it taken in?"), choices=Uptake.Outcome.choices, widget=forms.RadioSelect,
        error_messages={"required": _("Choose one.")},
    )  # fmt: skip
    note = forms.CharField(
        label=_("Note"), required=False, max_length=2000, widget=forms.TextInput(attrs={"dir": "auto"})
    )
    key = forms.UUIDField(widget=forms.HiddenInput)
