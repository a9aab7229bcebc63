"""What people say about two responses side by side: which is better and how much, and words about the two."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from feedback.capture.definition import DEFAULT, Definition

STRENGTHS = [
    (-3, _("Left much better")), (-2, _("Left better")), (-1, _("Left slightly better")), (0, _("About the same")),
    (1, _("Right slightly better")), (2, _("Right better")), (3, _("Right much better")),
]  # fmt: skip
SIDES = [("left", _("Left better")), ("same", _("About the same")), ("right", _("Right better"))]
BOTH = [("both-good", _("Both good")), ("both-bad", _("Both bad"))]
WHICH = {"left": "a", "same": "tie", "right": "b"}
TURNED = {"a": "b", "b": "a"}
WORDS = {"required": False, "max_length": 8000}


class PairForm(forms.Form):
    """Which of two is better, as shown: negative is left, positive is right. Asks what the project's form asks.

    Words about the pair are kudos and critique on the two together, apart from the reason of the preference.
    """

    seal = forms.CharField(widget=forms.HiddenInput, required=False)
    answer = forms.ChoiceField(
        label=_("Which is better?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how the two compare first.")},
    )
    aspect = forms.ChoiceField(label=_("Judged on"), required=False)
    reason = forms.CharField(label=_("Why"), widget=forms.Textarea(attrs={"rows": 2}), **WORDS)
    critique = forms.CharField(label=_("What is wrong with the two"), widget=forms.Textarea(attrs={"rows": 2}), **WORDS)
    improve = forms.CharField(label=_("How to do better"), widget=forms.Textarea(attrs={"rows": 2}), **WORDS)
    kudos = forms.CharField(label=_("What is good about the two"), widget=forms.Textarea(attrs={"rows": 2}), **WORDS)

    def __init__(self, *args: Any, definition: Definition = DEFAULT, about_two: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.definition = definition
        answers = STRENGTHS if definition.strength else SIDES
        self.fields["answer"].choices = [  # type: ignore[attr-defined]
            *((str(value), label) for value, label in answers), *(BOTH if definition.both else []),
        ]  # fmt: skip
        aspects = [("overall", _("Overall")), *((one.name, one.label) for one in definition.aspects)]
        self.fields["aspect"].choices = list(dict(aspects).items())  # type: ignore[attr-defined]
        for name in ("critique", "improve", "kudos"):
            if not about_two or not getattr(definition, name):
                del self.fields[name]

    @property
    def asks_for_aspect(self) -> bool:
        """Whether there is more than one thing the two can be compared on."""
        return len(self.fields["aspect"].choices) > 1  # type: ignore[attr-defined]

    @property
    def words(self) -> list[forms.BoundField]:
        """The fields for words about the two."""
        return [self[name] for name in ("critique", "improve", "kudos") if name in self.fields]

    @property
    def has_words(self) -> bool:
        """Whether something was typed in one of them, or is wrong with it."""
        return any(field.value() or field.errors for field in self.words)

    def preference(self, *, turned: bool) -> dict[str, Any]:
        """Outcome, strength, aspect and reason for the verb; `turned` when the second response was shown left."""
        said = self.cleaned_data
        found = as_preference(said["answer"], turned=turned)
        return {**found, "reason": said["reason"], "aspect": said["aspect"] or "overall"}

    def about_both(self) -> list[dict[str, str]]:
        """What was said of the two together, as kudos and as a critique."""
        said = {name: self.cleaned_data.get(name, "") for name in ("critique", "improve", "kudos")}
        found = []
        if said["critique"].strip() or said["improve"].strip():
            found.append({"polarity": "critique", "text": said["critique"], "improve": said["improve"]})
        if said["kudos"].strip():
            found.append({"polarity": "kudos", "text": said["kudos"]})
        return found


def as_preference(answer: str, *, turned: bool) -> dict[str, Any]:
    """An answer as shown, as outcome and strength of the canonical pair."""
    if answer in dict(BOTH):
        return {"outcome": answer, "strength": None}
    if answer in WHICH:
        outcome = WHICH[answer]
        return {"outcome": TURNED.get(outcome, outcome) if turned else outcome, "strength": None}
    strength = -int(answer) if turned else int(answer)
    outcome = "tie" if strength == 0 else "a" if strength < 0 else "b"
    return {"outcome": outcome, "strength": strength}


def as_answer(outcome: str, strength: int | None, *, turned: bool, graded: bool = True) -> str:
    """A stored preference as the answer of the form; `graded` when the form asks how much better."""
    if outcome in dict(BOTH):
        return outcome
    if not graded:
        outcome = TURNED.get(outcome, outcome) if turned else outcome
        return next(answer for answer, which in WHICH.items() if which == outcome)
    strength = {"a": -2, "b": 2, "tie": 0}[outcome] if strength is None else strength
    return str(-strength if turned else strength)
