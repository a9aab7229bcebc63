"""Principles on their way in: a file, or text that was pasted."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from feedback.errors import Refused
from feedback.principles.readers.formats import LABELS, LARGEST, read


class PrinciplesForm(forms.Form):
    """The text or the file, and how to read it. `filename` is kept for the second look."""

    file = forms.FileField(
        label=_("File"),
        required=False,
        help_text=_("Lines, Markdown, CSV, JSON or YAML, at most one megabyte."),
        widget=forms.FileInput(attrs={"accept": ".txt,.md,.csv,.tsv,.json,.yaml,.yml"}),
    )
    text = forms.CharField(
        label=_("Or the principles themselves"),
        required=False,
        strip=False,
        max_length=LARGEST,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("One a line. “When …: …” says when it applies and what to do."),
    )
    format = forms.ChoiceField(
        label=_("Read it as"), required=False, choices=[("auto", _("as it looks")), *LABELS.items()]
    )
    filename = forms.CharField(required=False, max_length=255, widget=forms.HiddenInput)

    def clean_file(self) -> UploadedFile | None:
        """Refuse what is no file of sentences."""
        file: UploadedFile | None = self.cleaned_data["file"]
        if file is not None and file.size and file.size > LARGEST:
            raise forms.ValidationError(_("The file is larger than a megabyte. Principles are sentences."))
        return file

    def clean(self) -> dict[str, Any]:
        """Read it; a new file goes before the text."""
        said = super().clean() or {}
        if self.errors:
            return said
        if file := said.get("file"):
            said |= {"text": decoded(file), "filename": file.name or ""}
        if not said["text"].strip():
            raise forms.ValidationError(_("Nothing came along. Choose a file or paste principles."))
        try:
            said["clauses"] = read(said["text"], filename=said["filename"], format=said["format"] or "auto")
        except Refused as refusal:
            raise forms.ValidationError(str(refusal)) from None
        return said


def decoded(file: UploadedFile) -> str:
    """The text of a file."""
    try:
        return str(file.read().decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise forms.ValidationError(_("It is not text in UTF-8.")) from None
