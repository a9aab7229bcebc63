"""A file on its way in: the upload, and which column means what."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

MEGABYTE = 1024 * 1024
LARGEST = 50 * MEGABYTE


class UploadForm(forms.Form):
    """One file of examples."""

    file = forms.FileField(
        label="File",
        help_text="JSONL, JSON or CSV, at most 50 MB. Nothing goes in before you have seen how it will be read.",
        widget=forms.FileInput(attrs={"accept": ".jsonl,.json,.csv,.ndjson,.txt"}),
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
                f"The file has {file.size / MEGABYTE:.0f} MB; 50 MB is the most here. "
                "Bring larger ones in with `manage.py import_data`."
            )
        return file
