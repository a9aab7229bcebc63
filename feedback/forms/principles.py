"""Words of principles and the reasons given for taking them up, laying them aside or changing them."""

from __future__ import annotations

import uuid

from django import forms


class WordsForm(forms.Form):
    """The wording of a principle: when it applies and what to do then."""

    domain = forms.CharField(
        label="When it applies",
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2, "placeholder": "when a question asks for a list"}),
        help_text="A short clause. Empty means always.",
    )
    effect = forms.CharField(
        label="What to do",
        max_length=800,
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": "Name the things asked for first, then explain them."}),
        help_text="One sentence, as if said to the writer of the answer.",
        error_messages={"required": "A principle has to say what to do. Write one sentence."},
    )


class WriteForm(WordsForm):
    """A principle written by hand. `key` is the same when the same page is sent twice."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)


class AdoptForm(WordsForm):
    """A draft on its way into the constitution."""

    reason = forms.CharField(
        label="Why",
        required=False,
        max_length=300,
        widget=forms.TextInput(
            attrs={"placeholder": "kept with the decision", "data-key": "r", "data-key-name": "Why, for this draft"}
        ),
    )


class RewordForm(WordsForm):
    """New words for a principle."""

    reason = forms.CharField(label="Why the words change", required=False, max_length=300)


class ReasonForm(forms.Form):
    """A reason for laying a principle aside."""

    reason = forms.CharField(
        label="Why",
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs={"placeholder": "so that nobody asks again"}),
    )


class SwitchForm(forms.Form):
    """Why a principle in force leaves the prompts or comes back."""

    reason = forms.CharField(label="Why", required=False, max_length=300)
