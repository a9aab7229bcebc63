"""A criterion in words, and a person's own answer to its question."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from feedback.forms.principles import WordsForm
from feedback.models import Critique, Group, Response


class CriterionForm(WordsForm):
    """The metric and the clause, together."""

    metric = forms.CharField(
        label=_("How one sees it"), max_length=600,
        widget=forms.Textarea(attrs={"rows": 2, "placeholder": _("Does the answer name what was asked for first?")}),
        help_text=_("One question about one answer. Yes means that it meets the criterion."),
        error_messages={"required": _("A criterion needs a question that can be answered with yes or no.")},
    )  # fmt: skip

    field_order = ["metric", "domain", "effect"]


class TakeOutForm(forms.Form):
    """Which comment is about something else."""

    critique = forms.ModelChoiceField(queryset=Critique.objects.none())

    def __init__(self, group: Group, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["critique"].queryset = group.critiques.all()  # type: ignore[attr-defined]


class AnswerForm(forms.Form):
    """Yes, no, or that one cannot tell. `key` is the same when the same page is sent twice."""

    ANSWERS = {"yes": True, "no": False, "unsure": None}

    response = forms.ModelChoiceField(queryset=Response.objects.none(), widget=forms.HiddenInput)
    meets = forms.ChoiceField(choices=[(name, name) for name in ANSWERS])
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(self, group: Group, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        rows = Response.objects.filter(example__project=group.grouping.project_id).exclude(example__split="holdout")
        self.fields["response"].queryset = rows.select_related("example__project")  # type: ignore[attr-defined]

    def clean_meets(self) -> bool | None:
        """What was pressed."""
        return self.ANSWERS[self.cleaned_data["meets"]]
