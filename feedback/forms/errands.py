"""What the buttons that send a model on an errand post."""

from __future__ import annotations

from django import forms

from feedback.models import Errand

# What has a page or a form of its own is not asked for by a bare button.
BY_BUTTON = [kind for kind in Errand.Kind.values if kind not in {"continue", "message", "hinted", "reply"}]


class ErrandForm(forms.Form):
    """Kind, the response it is about, what the person added, and the key that makes two clicks one errand."""

    kind = forms.ChoiceField(choices=[(kind, kind) for kind in BY_BUTTON])
    response = forms.IntegerField(required=False, min_value=1, max_value=2**62)
    words = forms.CharField(required=False, max_length=8000)
    key = forms.UUIDField()
