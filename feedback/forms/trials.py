"""What is to be tested: against people's choices, where a principle applies, over a long talk, on three levels."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from feedback.models import Import, Principle, Project, Rater, Trial
from feedback.principles.trials.pairs import ALL, HELD_OUT, LEARN
from feedback.principles.trials.presets import PRESETS

KINDS = [
    (Trial.Kind.RECONSTRUCTION, _("Test principles against choices")),
    (Trial.Kind.ICAI, _("Learn principles from choices")),
    (Trial.Kind.SCOPE, _("Test where a principle applies and where it leaks")),
    (Trial.Kind.DISTANCE, _("Test whether a principle is kept over a long talk")),
    (Trial.Kind.LEVELS, _("Look at the constitution: its text, whether it is followed, what came of it")),
]
OF_CHOICES = (Trial.Kind.RECONSTRUCTION, Trial.Kind.ICAI)
OF_ONE = (Trial.Kind.RECONSTRUCTION, Trial.Kind.SCOPE, Trial.Kind.DISTANCE)
WHICH = [
    ("", _("As the test needs them")),
    (ALL, _("All pairs")),
    (LEARN, _("Not held out")),
    (HELD_OUT, _("Held out")),
]
MOST_PAIRS = 10_000


class TrialForm(forms.Form):
    """Asking for a test. `key` is the same when the same page is sent twice."""

    kind = forms.ChoiceField(label=_("What to do"), choices=KINDS, widget=forms.RadioSelect)
    preset = forms.ChoiceField(label=_("Settings for learning"), required=False)
    principle = forms.ModelChoiceField(
        label=_("Principle"), queryset=Principle.objects.none(), to_field_name="number", required=False,
        empty_label=_("The whole constitution"),
    )  # fmt: skip
    which = forms.ChoiceField(label=_("Pairs"), choices=WHICH, required=False)
    rater = forms.ModelChoiceField(
        label=_("Chosen by"), queryset=Rater.objects.none(), required=False, empty_label=_("Everybody")
    )
    file = forms.ModelChoiceField(
        label=_("From the file"), queryset=Import.objects.none(), required=False, empty_label=_("Any")
    )
    tag = forms.CharField(label=_("With the tag"), required=False, max_length=100)
    at_most = forms.IntegerField(label=_("At most so many pairs"), required=False, min_value=2, max_value=MOST_PAIRS)
    seed = forms.IntegerField(label=_("Seed"), required=False, min_value=0, max_value=2**31)
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(self, project: Project, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = project.raters.exclude(kind__in=[Rater.Kind.JUDGE, Rater.Kind.CHECK])
        self.fields["principle"].queryset = project.principles.filter(dropped_at__isnull=True).prefetch_related(
            "versions"
        )  # type: ignore[attr-defined]
        self.fields["principle"].label_from_instance = named  # type: ignore[attr-defined]
        self.fields["rater"].queryset = people.filter(preferences__isnull=False).distinct()  # type: ignore[attr-defined]
        self.fields["file"].queryset = project.imports.all()  # type: ignore[attr-defined]
        self.fields["preset"].choices = [(name, one.label) for name, one in PRESETS.items()]  # type: ignore[attr-defined]

    def asked(self) -> dict[str, Any]:
        """The arguments of `open_trial`."""
        said = self.cleaned_data
        learning = said["kind"] == Trial.Kind.ICAI
        given = {
            "which": said["which"] or None, "tag": said["tag"].strip() or None, "at_most": said["at_most"],
            "raters": [said["rater"].pk] if said["rater"] else None, "preset": said["preset"] if learning else None,
            "files": [said["file"].pk] if said["file"] else None,
        }  # fmt: skip
        parameters = {name: value for name, value in given.items() if value and said["kind"] in OF_CHOICES}
        principle = said["principle"] if said["kind"] in OF_ONE else None
        return {"kind": said["kind"], "principle": principle, "seed": said["seed"] or 0, "parameters": parameters}


def named(principle: Principle) -> str:
    """A principle in a list of choices."""
    newest = max(principle.versions.all(), key=lambda one: one.number, default=None)
    return f"{principle.number}. {newest.effect[:80] if newest else ''}"
