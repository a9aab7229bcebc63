"""What a person asks of their own stand-in."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class SwitchForm(forms.Form):
    """On or off."""

    on = forms.TypedChoiceField(choices=[("on", "on"), ("off", "off")], coerce=lambda value: value == "on")


class SendForm(forms.Form):
    """How many responses it is to judge."""

    count = forms.IntegerField(label=_("How many"), min_value=1, max_value=10, initial=5)
    key = forms.UUIDField(widget=forms.HiddenInput)
