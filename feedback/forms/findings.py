"""What people do with findings, and what models are asked to look back on."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from feedback.forms.carrying import decoded
from feedback.models import Finding

LARGEST = 1024 * 1024


class WordAnewForm(forms.Form):
    """The words of a row; a change has those of its principle as well."""

    words = forms.CharField(label=_("What was found"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
    domain = forms.CharField(
        label=_("When it applies"), required=False, max_length=400, widget=forms.Textarea(attrs={"rows": 2})
    )
    effect = forms.CharField(
        label=_("What to do"), required=False, max_length=800, widget=forms.Textarea(attrs={"rows": 3})
    )


class MergeFindingForm(forms.Form):
    """The row that stays."""

    into = forms.ModelChoiceField(queryset=Finding.objects.none(), error_messages={"required": _("Name the row.")})

    def __init__(self, finding: Finding, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        rows = finding.trial.findings.filter(stage=finding.stage).exclude(pk=finding.pk)
        self.fields["into"].queryset = rows  # type: ignore[attr-defined]


class RejectForm(forms.Form):
    """Why a row is left out."""

    reason = forms.CharField(label=_("Why"), required=False, max_length=300)


class LookBackForm(forms.Form):
    """What every way of looking back asks. `key` is the same when the same page is sent twice."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def asked(self) -> dict[str, Any]:
        """The parameters of the trial."""
        return {name: value for name, value in self.cleaned_data.items() if name != "key" and value not in (None, "")}


class ReflectForm(LookBackForm):
    """Reflection on recent answers."""

    mode = forms.ChoiceField(
        label=_("Which answers"), initial="offline", widget=forms.RadioSelect,
        choices=[
            ("offline", _("The latest that people said something of")),
            ("online", _("What is said from now on, again and again")),
        ],
    )  # fmt: skip
    at_most = forms.IntegerField(label=_("At most so many at once"), min_value=1, max_value=200, initial=15)
    room = forms.IntegerField(
        label=_("Room for all principles"), min_value=100, max_value=80_000, initial=2000, help_text=_("In tokens.")
    )


class FailuresForm(LookBackForm):
    """Failures among rejected answers."""

    at_most = forms.IntegerField(label=_("At most so many answers"), min_value=1, max_value=500, initial=40)


class KnowledgeForm(LookBackForm):
    """Documents, pasted or sent, and how many approved answers go with them."""

    file = forms.FileField(
        label=_("File"), required=False, help_text=_("Text or Markdown, at most one megabyte."),
        widget=forms.FileInput(attrs={"accept": ".txt,.md,.rst,.csv"}),
    )  # fmt: skip
    text = forms.CharField(
        label=_("Or the text itself"), required=False, max_length=LARGEST, widget=forms.Textarea(attrs={"rows": 5})
    )
    answers = forms.IntegerField(label=_("Approved answers to show"), min_value=0, max_value=20, initial=5)

    def clean_file(self) -> UploadedFile | None:
        """Refuse what is no text."""
        file: UploadedFile | None = self.cleaned_data["file"]
        if file is not None and file.size and file.size > LARGEST:
            raise forms.ValidationError(_("The file is larger than a megabyte. Give the part that speaks of answers."))
        return file

    def clean(self) -> dict[str, Any]:
        """Read the file."""
        said = super().clean() or {}
        file = said.get("file")
        given = [(file.name, decoded(file))] if file else []
        given += [(str(_("pasted text")), said["text"])] if said.get("text", "").strip() else []
        said["documents"] = [{"name": name, "text": text} for name, text in given]
        return said

    def asked(self) -> dict[str, Any]:
        """The documents as plain data."""
        return {name: self.cleaned_data[name] for name in ("documents", "answers")}


FORMS: dict[str, type[LookBackForm]] = {"reflect": ReflectForm, "failures": FailuresForm, "knowledge": KnowledgeForm}
