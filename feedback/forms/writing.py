"""What a person writes for an example: an answer from nothing, or a hint."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

WAYS = ("answer", "hint")


class WritingForm(forms.Form):
    """An answer or a hint; `what` says which, and a hint may be tried at once."""

    seal = forms.CharField(widget=forms.HiddenInput, required=False)
    what = forms.ChoiceField(choices=[(way, way) for way in WAYS], widget=forms.HiddenInput)
    text = forms.CharField(
        max_length=100_000, widget=forms.Textarea(attrs={"rows": 12, "dir": "auto"}),
        error_messages={"required": _("Write something first.")},
    )  # fmt: skip
    reason = forms.CharField(
        label=_("What matters in it"), required=False, max_length=8000,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )  # fmt: skip
    retry = forms.BooleanField(label=_("Let the model try again with it now"), required=False)

    def __init__(self, *args: Any, way: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sent = self.data.get("what", "")
        self.way = way or (sent if sent in WAYS else WAYS[0])
        hint = self.way == "hint"
        self.fields["text"].label = _("A hint: how to go about it, not the answer") if hint else _("Your answer")
        self.fields["text"].widget.attrs["rows"] = 4 if hint else 12
