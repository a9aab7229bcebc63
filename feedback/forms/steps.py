"""What a person says of one step of a run."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from feedback.capture.definition import Definition
from feedback.models import Critique, Use

USES = [(Use.REFINE, _("Mend the answer now")), (Use.TRAIN, _("Keep it for training")), (Use.ANY, _("Either"))]


class StepForm(forms.Form):
    """Words about a step, what to do better, the stage it belongs to, and what the words are meant for."""

    step = forms.IntegerField(min_value=0, max_value=100_000, widget=forms.HiddenInput)
    seal = forms.CharField(widget=forms.HiddenInput)
    polarity = forms.ChoiceField(choices=Critique.Polarity.choices, initial=Critique.Polarity.CRITIQUE)
    text = forms.CharField(label=_("What of this step"), required=False, max_length=8000, widget=forms.Textarea)
    improve = forms.CharField(label=_("How to do better"), required=False, max_length=8000, widget=forms.Textarea)
    stage = forms.ChoiceField(label=_("Stage"), required=False)
    use = forms.ChoiceField(label=_("Meant for"), choices=USES, initial=Use.ANY, required=False)

    def __init__(self, *args: Any, definition: Definition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stages = [(one.name, one.label) for one in definition.stages]
        self.fields["stage"].choices = [("", "–"), *stages]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Something was said; nothing chosen means either use."""
        said = super().clean() or {}
        if not said.get("text", "").strip() and not said.get("improve", "").strip():
            raise forms.ValidationError(_("Nothing was said yet. Write what of this step is good or wrong."))
        return {**said, "use": said.get("use") or Use.ANY}
