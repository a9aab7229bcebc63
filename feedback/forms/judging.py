"""What people say about responses: about one, and about two side by side."""

from __future__ import annotations

from typing import Any

from django import forms

from feedback.capture.judgements import Judgement
from feedback.models import Critique, Split

SCORES = [(1, "Bad"), (2, "Poor"), (3, "Fair"), (4, "Good"), (5, "Excellent")]
STRENGTHS = [
    (-3, "Left much better"), (-2, "Left better"), (-1, "Left slightly better"), (0, "About the same"),
    (1, "Right slightly better"), (2, "Right better"), (3, "Right much better"),
]  # fmt: skip
BOTH = [("both-good", "Both good"), ("both-bad", "Both bad")]


class JudgementForm(forms.Form):
    """Everything that may be said about one response; each part alone is enough.

    `untouched` are the texts that a rewrite may begin with and that mean nothing was rewritten.
    """

    seal = forms.CharField(widget=forms.HiddenInput, required=False)
    score = forms.TypedChoiceField(
        label="Overall", choices=SCORES, coerce=int, empty_value=None, required=False, widget=forms.RadioSelect
    )
    kudos = forms.CharField(
        label="What is good", required=False, max_length=8000, widget=forms.Textarea(attrs={"rows": 2})
    )
    critique = forms.CharField(
        label="What is not", required=False, max_length=8000, widget=forms.Textarea(attrs={"rows": 3})
    )
    rewrite = forms.CharField(
        label="Your version", required=False, max_length=100_000, strip=False, widget=forms.Textarea(attrs={"rows": 10})
    )
    changing = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, untouched: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.untouched = {plain(text) for text in untouched}

    def clean_rewrite(self) -> str:
        """The rewrite, or nothing where the text was left as it was."""
        text = self.cleaned_data["rewrite"]
        return "" if plain(text) in self.untouched else text

    def judgement(self, changing: Critique | None) -> Judgement:
        """What was said, for the verb."""
        said = self.cleaned_data
        return Judgement(
            score=said["score"],
            kudos=said["kudos"],
            critique=said["critique"],
            rewrite=said["rewrite"],
            changing=changing,
        )


class PairForm(forms.Form):
    """Which of two is better, as shown: negative is left, positive is right."""

    seal = forms.CharField(widget=forms.HiddenInput, required=False)
    answer = forms.ChoiceField(
        label="Which is better?",
        choices=[*((str(value), label) for value, label in STRENGTHS), *BOTH],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how the two compare first."},
    )
    reason = forms.CharField(label="Why", required=False, max_length=8000, widget=forms.Textarea(attrs={"rows": 2}))

    def preference(self, *, turned: bool) -> dict[str, Any]:
        """Outcome, strength and reason for the verb; `turned` when the second response was shown left."""
        return {**as_preference(self.cleaned_data["answer"], turned=turned), "reason": self.cleaned_data["reason"]}


def as_preference(answer: str, *, turned: bool) -> dict[str, Any]:
    """An answer as shown, as outcome and strength of the canonical pair."""
    if answer in dict(BOTH):
        return {"outcome": answer, "strength": None}
    strength = -int(answer) if turned else int(answer)
    outcome = "tie" if strength == 0 else "a" if strength < 0 else "b"
    return {"outcome": outcome, "strength": strength}


def as_answer(outcome: str, strength: int | None, *, turned: bool) -> str:
    """A stored preference as the answer of the form."""
    if outcome in dict(BOTH):
        return outcome
    strength = {"a": -2, "b": 2, "tie": 0}[outcome] if strength is None else strength
    return str(-strength if turned else strength)


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
