"""A person's word on one check."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from feedback.models import CheckRuling


class RulingForm(forms.Form):
    """Which check, and whether it is right to ask for here."""

    about = forms.IntegerField(min_value=1, max_value=2**62, widget=forms.HiddenInput)
    seal = forms.CharField(widget=forms.HiddenInput)
    holds = forms.ChoiceField(
        choices=CheckRuling.Holds.choices, error_messages={"required": _("Choose whether it is right to ask for this.")}
    )
