"""Caps on calls, tokens and money, for a project and for a run, and what of the ledger is shown."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import QuerySet

from feedback.models import Budget, ModelCall, Project


class CapsForm(forms.Form):
    """Three caps; an empty one is no cap."""

    calls = forms.IntegerField(label="Calls", required=False, min_value=0, max_value=2_000_000_000)
    tokens = forms.IntegerField(label="Tokens", required=False, min_value=0, max_value=9_000_000_000_000)
    cost = forms.DecimalField(label="US dollars", required=False, min_value=Decimal(0), max_digits=12, decimal_places=6)

    @classmethod
    def of(cls, budget: Budget, data: Any = None) -> CapsForm:
        """The form as the budget stands, or as it was typed."""
        cost = None if budget.cap_cost is None else budget.cap_cost.normalize()
        initial = {"calls": budget.cap_calls, "tokens": budget.cap_tokens, "cost": cost and format(cost, "f")}
        return cls(data, initial=initial)


class LedgerFilter(forms.Form):
    """Which calls of the ledger are shown, read as a sentence."""

    state = forms.ChoiceField(label="that", required=False, choices=[("", "went any way"), *ModelCall.State.choices])
    role = forms.ChoiceField(label="made as", required=False)
    model = forms.ChoiceField(label="to", required=False)
    run = forms.IntegerField(label="for run", required=False, min_value=1)

    @classmethod
    def of(cls, project: Project, data: Any) -> LedgerFilter:
        """The filter over what the project's ledger holds."""
        form = cls(data)
        for name, blank in {"role": "anything", "model": "any model"}.items():
            found = project.model_calls.order_by(name).values_list(name, flat=True).distinct()
            form.fields[name].choices = [("", blank), *((one, one) for one in found)]  # type: ignore[attr-defined]
        return form

    def applied(self, calls: QuerySet[ModelCall]) -> QuerySet[ModelCall]:
        """The calls that were asked for; a filter that makes no sense shows them all."""
        wanted = self.cleaned_data if self.is_valid() else {}
        for name in ("state", "role", "model"):
            if wanted.get(name):
                calls = calls.filter(**{name: wanted[name]})
        return calls.filter(run__number=wanted["run"]) if wanted.get("run") else calls

    @property
    def query(self) -> str:
        """The filter as it stands in an address, for the pager."""
        return urlencode({name: value for name, value in self.cleaned_data.items() if value}) if self.is_valid() else ""
