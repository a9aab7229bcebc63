"""A change to the constitution named by what it is about, and the word that goes with the decision."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from feedback.errors import Refused
from feedback.models import PrincipleVersion, Project
from feedback.principles.amendments import Amendment, amendment

BIGGEST = 2**62


class ChangeForm(forms.Form):
    """Which change: the wording to put into force, the principle to take out, or the version to go back to."""

    version = forms.IntegerField(required=False, min_value=1, max_value=BIGGEST, widget=forms.HiddenInput)
    retires = forms.IntegerField(required=False, min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput)
    restores = forms.IntegerField(required=False, min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput)

    def __init__(self, project: Project, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.project = project

    def clean(self) -> dict[str, Any]:
        """Find what the numbers name. Sets `change`."""
        said = super().clean() or {}
        wordings = PrincipleVersion.objects.select_related("principle").filter(principle__project=self.project)
        about = {
            "version": wordings.filter(pk=said.get("version") or 0).first(),
            "principle": self.project.principles.filter(number=said.get("retires") or 0).first(),
            "restores": self.project.constitutions.filter(number=said.get("restores") or 0).first(),
        }
        try:
            self.change: Amendment = amendment(self.project, **about)
        except Refused as refusal:
            self.add_error(None, str(refusal))
        return said


class DecideForm(ChangeForm):
    """The decision, with its reason."""

    reason = forms.CharField(
        label=_("Why"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto", "placeholder": _("kept with the version")}),
    )


class TestsForm(ChangeForm):
    """Which tests are to be made."""

    kinds = forms.MultipleChoiceField(
        choices=[(kind, kind) for kind in ("probes", "scope", "contradictions", "reconstruction")],
        error_messages={"required": _("Say which test is to be made.")},
    )


class NeededForm(forms.Form):
    """Whether changes have to be probed."""

    needed = forms.BooleanField(
        label=_("Probes are needed"),
        required=False,
        help_text=_("A change that was not probed then asks for a reason, as one that failed them does."),
    )
