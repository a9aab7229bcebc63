"""The rows the form builder is made of: an aspect, a category, an entry of a list; its switches; its imprint."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from feedback.capture.definition import SCALES
from feedback.models import Use

ANCHOR = re.compile(r"\s*(\d{1,3})\s*[:=.)\s-]\s*(\S.*?)\s*")
# Words run in their own direction, whatever the page's.
AUTO = {"dir": "auto"}
STYLES = [
    ("likert", _("Points")), ("thumbs", _("Thumbs")), ("slider", _("Slider")), ("reaction", _("Heart")),
]  # fmt: skip
LEVELS = [
    ("phrase", _("A phrase")), ("sentence", _("A sentence")), ("paragraph", _("A paragraph")),
    ("response", _("The whole response")),
]  # fmt: skip


class Row(forms.Form):
    """An entry of a list. Its name is made of the label once, so that rows of feedback can go on referring to it."""

    name = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)
    label = forms.CharField(label=_("Label"), required=False, max_length=60, widget=forms.TextInput(attrs=AUTO))
    help = forms.CharField(label=_("What it means"), required=False, max_length=300, widget=forms.TextInput(attrs=AUTO))

    fields_kept: tuple[str, ...] = ("name", "label", "help")

    def clean(self) -> dict[str, Any]:
        """A row that was there, or says anything, needs a label."""
        said = self.cleaned_data
        if not said.get("label") and "label" not in self.errors and (said.get("name") or said.get("help")):
            self.add_error("label", _("Give it a label, or remove the row."))
        return said

    def part(self) -> dict[str, Any]:
        """What the row says, as a definition is written."""
        return {name: self.cleaned_data[name] for name in self.fields_kept}


class AspectRow(Row):
    """One thing to rate."""

    style = forms.ChoiceField(label=_("Asked as"), choices=STYLES, initial="likert")
    scale = forms.IntegerField(
        label=_("Highest score"), required=False, min_value=2, max_value=100
    )  # fmt: skip
    anchors = forms.CharField(
        label=_("What scores mean"), required=False, max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": "1: Bad\n5: Excellent", **AUTO}),
        help_text=_("One a line: the score, a colon, what it means."),
    )  # fmt: skip
    compulsory = forms.BooleanField(label=_("Has to be answered"), required=False)
    cannot_judge = forms.BooleanField(label=_("May be answered with “can't judge”"), required=False, initial=True)
    objective = forms.CharField(
        label=_("Objective"), required=False, max_length=60,
        widget=forms.TextInput(attrs={"placeholder": "helpfulness", "list": "objectives"}),
    )  # fmt: skip

    fields_kept = ("name", "label", "help", "style", "scale", "anchors", "cannot_judge", "objective")

    def clean_anchors(self) -> dict[int, str]:
        """The lines as scores with their meanings."""
        found: dict[int, str] = {}
        for line in self.cleaned_data["anchors"].splitlines():
            if not line.strip():
                continue
            parts = ANCHOR.fullmatch(line)
            if not parts:
                raise forms.ValidationError(
                    _("“%(line)s” is not a score, a colon and its meaning."), params={"line": line}
                )
            found[int(parts[1])] = parts[2]
        return found

    def clean(self) -> dict[str, Any]:
        """The scale goes with the style."""
        said = super().clean()
        style = said.get("style", "likert")
        said["scale"] = 2 if style in {"thumbs", "reaction"} else said.get("scale") or SCALES[style]
        highest = max(said.get("anchors") or {1: ""})
        if highest > said["scale"]:
            self.add_error("anchors", _("A score above the highest one has a meaning."))
        return said

    def part(self) -> dict[str, Any]:
        """The aspect; what has to be answered cannot be left out."""
        return {**super().part(), "can_skip": not self.cleaned_data["compulsory"]}


class CategoryRow(Row):
    """A kind of mark on a piece of text."""

    parent = forms.ChoiceField(label=_("Under"), required=False, choices=[])
    polarity = forms.ChoiceField(
        label=_("Is"), choices=[("critique", _("an error")), ("kudos", _("a strength"))], initial="critique"
    )
    level = forms.ChoiceField(label=_("Marks"), choices=LEVELS, initial="phrase")
    key = forms.CharField(
        label=_("Key"), required=False, max_length=1, widget=forms.TextInput(attrs={"autocapitalize": "off"})
    )
    weight = forms.FloatField(
        label=_("Weight"), initial=-0.5, min_value=-100, max_value=100,
        widget=forms.NumberInput(attrs={"step": "0.1"}),
    )  # fmt: skip
    objective = forms.CharField(
        label=_("Objective"), required=False, max_length=60,
        widget=forms.TextInput(attrs={"placeholder": "helpfulness", "list": "objectives"}),
    )  # fmt: skip

    fields_kept = ("name", "label", "help", "parent", "polarity", "level", "key", "weight", "objective")

    def offer(self, choices: list[tuple[str, str]]) -> None:
        """The categories it may stand under: all but itself."""
        own = self["name"].value() or ""
        self.fields["parent"].choices = [one for one in choices if not own or one[0] != own]  # type: ignore[attr-defined]


class FailureRow(Row):
    """A reason for failure."""


class StageRow(Row):
    """A step of the pipeline that can fail."""


class PerspectiveRow(Row):
    """A point of view to comment from."""


class SwitchesForm(forms.Form):
    """What else is asked, each on or off."""

    kudos = forms.BooleanField(label=_("What is good, in words"), required=False)
    critique = forms.BooleanField(label=_("What is wrong, in words"), required=False)
    improve = forms.BooleanField(label=_("How to do better, in a field of its own"), required=False)
    reference = forms.BooleanField(label=_("The reference answer in view, where there is one"), required=False)
    suggestions = forms.BooleanField(label=_("Suggestions by the model to pick from"), required=False)
    spans = forms.BooleanField(label=_("Marks in the text"), required=False)
    severity = forms.BooleanField(label=_("How severe a mark is"), required=False)
    omissions = forms.BooleanField(label=_("Marks for what is missing"), required=False)
    edit = forms.BooleanField(label=_("A rewrite"), required=False)
    in_place = forms.BooleanField(label=_("Continue from an edited turn"), required=False)
    strength = forms.BooleanField(label=_("How much better, in seven points"), required=False)
    both = forms.BooleanField(label=_("“Both good” and “both bad”"), required=False)
    ranking = forms.BooleanField(label=_("Rankings of several answers"), required=False)
    hindsight = forms.BooleanField(label=_("Ask again after showing what came of it"), required=False)
    follow_ups = forms.BooleanField(label=_("What users wrote next"), required=False)
    pulses = forms.BooleanField(label=_("Plus and minus while the answer streams"), required=False)
    one_key = forms.BooleanField(
        label=_("One key rates and goes on"), required=False,
        help_text=_("A score of the only aspect is sent at once; everything else is left out unless begun."),
    )  # fmt: skip
    use = forms.ChoiceField(label=_("What it is meant for"), choices=Use.choices, initial="any")

    groups = (
        (_("Words"), ("kudos", "critique", "improve", "reference", "suggestions")),
        (_("Marks"), ("spans", "severity", "omissions")),
        (_("Rewriting"), ("edit", "in_place")),
        (_("Comparing"), ("strength", "both", "ranking", "hindsight")),
        (_("In use"), ("follow_ups", "pulses", "one_key")),
    )

    def grouped(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The switches under their headings."""
        return [(str(heading), [self[name] for name in names]) for heading, names in self.groups]


class VersionForm(forms.Form):
    """What goes into the imprint of the new version. `base` is the one it was made from."""

    base = forms.IntegerField(widget=forms.HiddenInput)
    change = forms.CharField(
        label=_("What changes, and why"), max_length=300,
        error_messages={"required": _("Say what changes and why; it stands in the history.")},
    )  # fmt: skip
    approved_by = forms.CharField(
        label=_("Who stands for the taxonomy"), required=False, max_length=120,
        help_text=_("The person who approved categories, failures, steps and points of view."),
    )  # fmt: skip


def anchors_as_lines(anchors: dict[int, str]) -> str:
    """Scores and their meanings, one a line."""
    return "\n".join(f"{score}: {meaning}" for score, meaning in sorted(anchors.items()))
