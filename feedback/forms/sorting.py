"""Into which principle another goes, and how a contradiction is settled."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from feedback.models import Contradiction, Principle, Project


class MergeForm(forms.Form):
    """The number of the principle that stays."""

    into = forms.IntegerField(min_value=1, label=_("Merge into principle"))

    def __init__(self, project: Project, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.project = project

    def clean_into(self) -> Principle:
        """The principle of that number."""
        number = self.cleaned_data["into"]
        row = self.project.principles.filter(number=number).first()
        if row is None:
            raise forms.ValidationError(_("There is no principle %(number)s."), params={"number": number})
        return row


class SettleForm(forms.Form):
    """Which of two stands, or why both may."""

    settled = forms.ChoiceField(
        label=_("How it is settled"),
        choices=[choice for choice in Contradiction.Settled.choices if choice[0]],
        error_messages={"required": _("Say which of the two stands, or why both may.")},
    )
    note = forms.CharField(label=_("Why"), required=False, max_length=300)
