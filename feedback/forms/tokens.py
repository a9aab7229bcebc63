"""A new key for scripts."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class TokenForm(forms.Form):
    """What the key is for."""

    name = forms.CharField(label=_("What is it for?"), max_length=120, help_text=_("So that you know it again."))
