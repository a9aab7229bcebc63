"""Which examples to list, and how texts are compared with what was typed."""

from __future__ import annotations

from django import forms

from feedback.models import Split


class SearchForm(forms.Form):
    """Which examples to list."""

    q = forms.CharField(
        label="Words", required=False, max_length=200,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": "words in the request or an answer"}),
    )  # fmt: skip
    split = forms.ChoiceField(label="Split", required=False, choices=[("", "any split"), *Split.choices])
    judged = forms.ChoiceField(
        label="Judged", required=False,
        choices=[("", "judged or not"), ("yes", "judged"), ("no", "not judged"), ("me", "judged by me")],
    )  # fmt: skip
    refined = forms.ChoiceField(
        label="Refined", required=False, choices=[("", "refined or not"), ("yes", "refined"), ("no", "not refined")]
    )


def plain(text: str) -> str:
    """A text as it is compared: one kind of line end, no white space around it."""
    return text.replace("\r\n", "\n").strip()
