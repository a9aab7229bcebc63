"""What a person decides about what a user wrote next, and about a pair mined from it."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from feedback.models import FollowUp

MARKS = [
    (FollowUp.Mark.SATISFIED, _("is satisfied")), (FollowUp.Mark.CORRECTED, _("corrects it")),
    (FollowUp.Mark.REPEATED, _("asks again")), (FollowUp.Mark.GAVE_UP, _("gives up")),
    (FollowUp.Mark.NONE, _("says nothing of it")),
]  # fmt: skip
QUALITY = [("", _("not said")), (1, _("1, hardly a request")), (2, "2"), (3, "3"), (4, "4"), (5, _("5, all one needs"))]


class FollowUpForm(forms.Form):
    """What the message says of the answer before it, which part of it says so, and how good the first message was."""

    mark = forms.ChoiceField(label=_("The user"), choices=MARKS, widget=forms.RadioSelect)
    says = forms.CharField(
        label=_("The part that is feedback"), required=False, max_length=8000,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )  # fmt: skip
    prompt_quality = forms.TypedChoiceField(
        label=_("First message"), choices=QUALITY, coerce=int, empty_value=None, required=False
    )
    key = forms.UUIDField(widget=forms.HiddenInput)


class MinedPairForm(forms.Form):
    """Which of the two is better."""

    outcome = forms.ChoiceField(choices=[("a", "a"), ("b", "b"), ("tie", "tie"), ("both-bad", "both-bad")])
    key = forms.UUIDField(widget=forms.HiddenInput)
