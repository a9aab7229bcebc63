"""Presses of plus and minus on a streaming response: as the script sends them, or one for a sentence without it."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from feedback.capture.pulses import MOST, Press
from feedback.desk.quoting import words_at
from feedback.desk.sentences import sentences
from feedback.models import Response

CHOICES = [("", _("no mark")), ("1", _("plus")), ("-1", _("minus"))]


class PulsesForm(forms.Form):
    """`presses` is a JSON list of [direction, code points shown, milliseconds]; `at-N` is a mark where N were shown."""

    seal = forms.CharField(widget=forms.HiddenInput, required=False)
    presses = forms.CharField(required=False, max_length=MOST * 30, widget=forms.HiddenInput)

    def __init__(self, *args: Any, response: Response, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        text = response.text
        self.texts = {f"at-{end}": (end, words_at(text, start, end)) for start, end in sentences(text)}
        for name, (_end, text) in self.texts.items():
            self.fields[name] = forms.ChoiceField(label=text, choices=CHOICES, required=False, widget=forms.RadioSelect)

    @property
    def by_sentence(self) -> list[forms.BoundField]:
        """The fields for marking without script."""
        return [self[name] for name in self.texts]

    def clean_presses(self) -> list[Press]:
        """The presses, if they are what the script sends."""
        text = self.cleaned_data["presses"]
        try:
            rows = json.loads(text) if text else []
            return [Press(*map(whole, (direction, at, ms))) for direction, at, ms in rows]
        except (ValueError, TypeError) as trouble:
            raise forms.ValidationError(_("The presses did not arrive whole. Watch it again.")) from trouble

    def said(self) -> list[Press]:
        """All presses, in the order of the text."""
        marked = [Press(int(self.cleaned_data[name]), end) for name, (end, _text) in self.texts.items()
                  if self.cleaned_data.get(name)]  # fmt: skip
        return [*self.cleaned_data["presses"], *marked]


def whole(value: object) -> int:
    """A whole number, and nothing that only looks like one."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{value!r} is no whole number")
    return value
