"""A file on its way in: the upload, and which column means what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.html import escape

from feedback.datasets.readers.formats import COLUMNS, LABELS

MEGABYTE = 1024 * 1024
LARGEST = 2048 * MEGABYTE
MOST_COLUMNS = 30


class UploadForm(forms.Form):
    """One file of examples."""

    file = forms.FileField(
        label="File",
        help_text="JSONL, JSON, CSV, Parquet or Arrow, also packed (gz, zst, zip), at most 2 GB. "
        "Nothing goes in before you have seen how it will be read.",
        widget=forms.FileInput(
            attrs={"accept": ".jsonl,.json,.ndjson,.csv,.tsv,.txt,.parquet,.arrow,.gz,.zst,.zip,.bz2,.xz"}
        ),
        error_messages={
            "required": "No file came along. Choose one and send it again.",
            "empty": "The file is empty. Choose one with at least one row.",
        },
    )

    def clean_file(self) -> UploadedFile:
        """Refuse what is too large to be looked at in a browser."""
        file: UploadedFile = self.cleaned_data["file"]
        if file.size and file.size > LARGEST:
            raise forms.ValidationError(
                f"The file has {file.size / MEGABYTE:,.0f} MB; {LARGEST / MEGABYTE:,.0f} MB is the most here. "
                "Bring larger ones in with `manage.py import_data`."
            )
        return file


class ReadingForm(forms.Form):
    """How a file is to be read: its format, and what each of its columns holds."""

    format = forms.ChoiceField(label="Format", required=False, choices=[("auto", "as it looks"), *LABELS.items()])

    def __init__(
        self, columns: Sequence[str], data: Mapping[str, Any] | None = None, samples: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(data or None)
        self.columns = {f"column-{place}": name for place, name in enumerate(columns[:MOST_COLUMNS])}
        for field, name in self.columns.items():
            choices = [("", "as it is named"), *((known, known) for known in COLUMNS)]
            sample = escape((samples or {}).get(name, ""))  # help texts are taken for markup
            self.fields[field] = forms.ChoiceField(label=name, required=False, choices=choices, help_text=sample)

    def clean(self) -> dict[str, Any]:
        """No two columns may hold the same thing."""
        said = super().clean() or {}
        meanings = [said[field] for field in self.columns if said.get(field)]
        for twice in {meaning for meaning in meanings if meanings.count(meaning) > 1}:
            raise forms.ValidationError(f"Two columns are said to be the {twice}. Only one can be.")
        return said

    @property
    def column_fields(self) -> list[forms.BoundField]:
        """The select of each column."""
        return [self[field] for field in self.columns]

    @property
    def chosen_format(self) -> str:
        """The format to read by."""
        return (self.cleaned_data.get("format") if self.is_bound and self.is_valid() else "") or "auto"

    @property
    def mapping(self) -> dict[str, str]:
        """Known column -> the file's own name for it, where somebody said so."""
        said = self.cleaned_data if self.is_bound and self.is_valid() else {}
        return {said[field]: name for field, name in self.columns.items() if said.get(field)}
