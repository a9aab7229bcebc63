"""What the talk page asks for: the answer edited in place, or a message about it."""

from __future__ import annotations

from django import forms


class EditForm(forms.Form):
    """The whole answer as the person wants it to stand, as far as they changed it."""

    text = forms.CharField(label="The answer", max_length=100_000, strip=False, widget=forms.Textarea)
    turn = forms.IntegerField(required=False, min_value=0, max_value=10_000, widget=forms.HiddenInput)
    key = forms.UUIDField(widget=forms.HiddenInput)


class MessageForm(forms.Form):
    """What to tell the model after its answer."""

    words = forms.CharField(label="Your message", max_length=8000, widget=forms.Textarea)
    key = forms.UUIDField(widget=forms.HiddenInput)
