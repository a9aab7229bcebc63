"""The request an answer does satisfy, written in hindsight."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class RelabelForm(forms.Form):
    """One text."""

    instruction = forms.CharField(
        label=_("The request this answer satisfies"), max_length=8000,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
        error_messages={"required": _("Write the request that this answer satisfies.")},
    )  # fmt: skip
