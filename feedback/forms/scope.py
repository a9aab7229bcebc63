"""What a person says about where a principle applies: a request to test on, a better situation, where one belongs."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from feedback.models import ScopeInput
from feedback.principles.scope_inputs import LONGEST

CHOICES = [
    (ScopeInput.Scope.IN, _("Where it applies")),
    (ScopeInput.Scope.NEAR, _("Close by")),
    (ScopeInput.Scope.GENERAL, _("Anything else")),
]
DOES = [*ScopeInput.Scope.values, "out", "back"]


class InputForm(forms.Form):
    """A request to test on."""

    text = forms.CharField(
        label=_("A request"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )  # fmt: skip
    scope = forms.ChoiceField(label=_("It belongs"), choices=CHOICES, widget=forms.RadioSelect, initial="near")


class DomainForm(forms.Form):
    """When the principle applies, said better."""

    domain = forms.CharField(
        label=_("When it applies"), required=False, max_length=400,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
        help_text=_("A short clause, such as “When several things are asked for”. Empty means always."),
    )  # fmt: skip


class SettleForm(forms.Form):
    """Where an input belongs, or that it is left out or taken back."""

    do = forms.ChoiceField(choices=[(one, one) for one in DOES])
