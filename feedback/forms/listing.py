"""Which feedback to list, and what one thinks of a piece of it."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from feedback.desk.listing import Wanted
from feedback.models import Use

FORMATS = [
    ("rating", _("Ratings")), ("kudos", _("Kudos")), ("critique", _("Critiques")), ("span", _("Marks")),
    ("preference", _("Preferences")), ("ranking", _("Rankings")), ("edit", _("Rewrites")),
    ("follow-up", _("Follow-ups")), ("pulse", _("Plus and minus")), ("demonstration", _("Demonstrations")),
    ("hint", _("Hints")), ("uptake", _("Uptake")), ("quality", _("Ratings of feedback")),
]  # fmt: skip
ONE = {
    "rating": _("Rating"), "kudos": _("Kudos"), "critique": _("Critique"), "span": _("Mark"),
    "preference": _("Preference"), "ranking": _("Ranking"), "edit": _("Rewrite"), "follow-up": _("Follow-up"),
    "pulse": _("Plus or minus"), "demonstration": _("Demonstration"), "hint": _("Hint"), "uptake": _("Uptake"),
    "quality": _("Rating of feedback"),
}  # fmt: skip
SOURCES = [
    ("person", _("people here")), ("model", _("models and checks")), ("simulated", _("simulated people")),
    ("imported", _("imported names")),
]  # fmt: skip
IN_GENERAL = "-"


class FeedbackFilter(forms.Form):
    """The filters of the list, as a sentence."""

    format = forms.ChoiceField(label=_("Format"), required=False, choices=[("", _("All feedback")), *FORMATS])
    source = forms.ChoiceField(label=_("From"), required=False, choices=[("", _("anybody")), *SOURCES])
    objective = forms.ChoiceField(label=_("On"), required=False)
    use = forms.ChoiceField(label=_("Meant for"), required=False, choices=[("", _("whatever use")), *Use.choices])
    looks = forms.ChoiceField(
        label=_("Looking"), required=False,
        choices=[("", _("either way")), ("back", _("back: what was")), ("forward", _("forward: what to do"))],
    )  # fmt: skip
    informative = forms.ChoiceField(
        label=_("Saying"), required=False,
        choices=[("", _("much or little")), ("yes", _("something to act on")), ("no", _("little"))],
    )  # fmt: skip
    words = forms.CharField(
        label=_("With the words"), required=False, max_length=200,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("any words")}),
    )  # fmt: skip

    def __init__(self, *args: Any, objectives: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(name, name) for name in objectives]
        choices = [("", _("any objective")), (IN_GENERAL, _("no objective in particular")), *named]
        self.fields["objective"].choices = choices  # type: ignore[attr-defined]

    def wanted(self) -> Wanted:
        """What is asked for; a filter that makes no sense asks for nothing."""
        self.is_valid()
        asked = self.cleaned_data
        objective = asked.get("objective", "")
        return Wanted(
            format=asked.get("format", ""), source=asked.get("source", ""), use=asked.get("use", ""),
            looks=asked.get("looks", ""), words=asked.get("words", "").strip(),
            objective=None if not objective else "" if objective == IN_GENERAL else objective,
            informative={"yes": True, "no": False}.get(asked.get("informative", "")),
        )  # fmt: skip


class QualityForm(forms.Form):
    """How good a piece of feedback is."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    score = forms.TypedChoiceField(
        label=_("How good is this feedback?"), coerce=int, widget=forms.RadioSelect,
        choices=[(1, _("Harmful")), (2, _("No help")), (3, _("Some help")), (4, _("Good")), (5, _("Excellent"))],
        error_messages={"required": _("Choose one of the five first.")},
    )  # fmt: skip


class WageForm(forms.Form):
    """What an hour of a person's time costs, to add people and models up."""

    wage = forms.FloatField(
        label=_("Dollars for an hour of a person's time"), min_value=0, max_value=10_000, required=False,
        widget=forms.NumberInput(attrs={"step": "1", "placeholder": "25"}),
    )  # fmt: skip


class JointForm(forms.Form):
    """How much a reaction weighs beside helpfulness and safety, which weigh one each."""

    reaction = forms.FloatField(
        label=_("Weight of the reaction"), min_value=0, max_value=2, required=False, initial=0.5,
        widget=forms.NumberInput(attrs={"step": "0.1", "placeholder": "0.5"}),
        help_text=_("At most 2: as much as helpfulness and safety together."),
    )  # fmt: skip

    def weight(self) -> float:
        """The weight asked for, or the usual one."""
        given = self.cleaned_data.get("reaction") if self.is_valid() else None
        return 0.5 if given is None else float(given)
