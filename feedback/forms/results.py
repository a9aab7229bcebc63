"""How a model did that was trained on a snapshot."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class ResultForm(forms.Form):
    """One score on one benchmark."""

    model = forms.CharField(label=_("Model that was trained"), max_length=120)
    benchmark = forms.CharField(label=_("Benchmark"), max_length=120)
    score = forms.FloatField(label=_("Score"))
    baseline = forms.FloatField(label=_("Score before training"), required=False)
    trainer = forms.CharField(label=_("Trained with"), max_length=120, required=False)
    format = forms.CharField(label=_("On the format"), max_length=80, required=False)
    note = forms.CharField(label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
