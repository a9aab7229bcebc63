"""What settles an item: a curator's decision where raters disagree, and a known answer for gold items.

Both ask what the item's queue asks, by the project's form.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from feedback.capture.definition import Aspect, Definition
from feedback.desk.adjudication import Decision
from feedback.desk.filling import candidates_of
from feedback.models import Preference, Queue, QueueItem

FEW = 10
STRENGTHS = [
    ("", _("Not decided")), ("-3", _("A much better")), ("-2", _("A better")), ("-1", _("A slightly better")),
    ("0", _("About the same")), ("1", _("B slightly better")), ("2", _("B better")), ("3", _("B much better")),
    ("both-good", _("Both good")), ("both-bad", _("Both bad")),
]  # fmt: skip
OUTCOMES = [
    ("a", _("A is better")), ("b", _("B is better")), ("tie", _("About the same")), ("both-good", _("Both good")),
    ("both-bad", _("Both bad")),
]  # fmt: skip


class DecisionForm(forms.Form):
    """What a curator decides about an item."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=60)
    reason = forms.CharField(label=_("Why"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, item: QueueItem, definition: Definition, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.item, self.definition = item, definition
        self.responses = candidates_of(item) if item.queue.asks == Queue.Asks.RANKING else []
        if item.queue.asks == Queue.Asks.RESPONSE:
            for aspect in definition.aspects:
                self.fields[f"score-{aspect.name}"] = score_field(aspect)
        elif item.queue.asks == Queue.Asks.PAIR:
            self.fields["answer"] = forms.ChoiceField(
                label=_("Which is better?"), choices=STRENGTHS, required=False, widget=forms.RadioSelect
            )
        for place, response in enumerate(self.responses):
            label = _("Place of answer %(letter)s") % {"letter": chr(65 + place % 26)}
            self.fields[f"place-{response.pk}"] = forms.IntegerField(
                label=label, min_value=1, max_value=len(self.responses), required=False
            )
        self.order_fields([name for name in self.fields if name not in {"key", "reason"}] + ["reason", "key"])

    def decision(self) -> Decision:
        """What the verb takes."""
        said = self.cleaned_data
        answer = said.get("answer") or ""
        strength = int(answer) if answer.lstrip("-").isdecimal() else None
        outcome = answer if strength is None else ("tie" if strength == 0 else "a" if strength < 0 else "b")
        given = {aspect.name: (said.get(f"score-{aspect.name}"), aspect.scale) for aspect in self.definition.aspects}
        places = {one: said.get(f"place-{one.pk}") for one in self.responses}
        return Decision(
            scores={name: (int(score), scale) for name, (score, scale) in given.items() if score},
            outcome=outcome, strength=strength, reason=said["reason"].strip(),
            places={one: place for one, place in places.items() if place} if all(places.values()) else {},
        )  # fmt: skip


class GoldForm(forms.Form):
    """The known answer of an item: everything that counts as right."""

    explanation = forms.CharField(
        label=_("Explanation"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Shown to people afterwards, if the queue tells them."),
    )  # fmt: skip
    is_check = forms.BooleanField(
        label=_("An attention check"), required=False, help_text=_("Anybody who reads gets it right.")
    )  # fmt: skip

    def __init__(self, item: QueueItem, definition: Definition, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.item, self.definition = item, definition
        known = item.gold or {}
        if item.queue.asks == Queue.Asks.RESPONSE:
            for aspect in definition.aspects:
                self.add(f"scores-{aspect.name}", aspect.label, scores_of(aspect),
                         known.get("scores", {}).get(aspect.name, []))  # fmt: skip
        elif item.queue.asks == Queue.Asks.PAIR:
            self.add("outcomes", _("Right is"), OUTCOMES, known.get("outcomes", []))
        elif item.queue.asks == Queue.Asks.RANKING:
            letters = [(one.pk, chr(65 + place % 26)) for place, one in enumerate(candidates_of(item))]
            self.add("best", _("May stand first"), letters, known.get("best", []))
        self.fields["explanation"].initial, self.fields["is_check"].initial = item.explanation, item.is_check
        self.order_fields([*(name for name in self.fields if name not in {"explanation", "is_check"}), "explanation"])

    def add(self, name: str, label: Any, choices: list[tuple[Any, Any]], known: list[Any]) -> None:
        """One more thing to tick."""
        ticks = [(str(value), words) for value, words in choices]
        self.fields[name] = forms.MultipleChoiceField(
            label=label, choices=ticks, required=False, initial=[str(one) for one in known],
            widget=forms.CheckboxSelectMultiple,
        )  # fmt: skip

    def answer(self) -> dict[str, Any]:
        """The known answer as rows hold it."""
        said = self.cleaned_data
        scores = {a.name: [int(one) for one in said.get(f"scores-{a.name}") or []] for a in self.definition.aspects}
        found = {
            "scores": {name: values for name, values in scores.items() if values},
            "outcomes": said.get("outcomes") or [],
            "best": [int(one) for one in said.get("best") or []],
        }
        return {name: value for name, value in found.items() if value}


def score_field(aspect: Aspect) -> forms.Field:
    """A score on one aspect: a list of its points, or a number on a long scale."""
    if aspect.scale > FEW:
        return forms.IntegerField(label=aspect.label, min_value=1, max_value=aspect.scale, required=False)
    choices = [("", _("Not decided")), *scores_of(aspect)]
    return forms.ChoiceField(label=aspect.label, choices=choices, required=False, widget=forms.RadioSelect)


def scores_of(aspect: Aspect) -> list[tuple[Any, Any]]:
    """The scores of an aspect with what they mean; every tenth of a long scale."""
    step = 1 if aspect.scale <= FEW else aspect.scale // FEW
    if aspect.scale == 2 and not aspect.anchors:
        return [(1, _("Down")), (2, _("Up"))]
    scores = range(step, aspect.scale + 1, step)
    return [(one, f"{one} {aspect.anchors[one]}" if one in aspect.anchors else str(one)) for one in scores]


def outcome_of(row: Preference) -> str:
    """A preference as the decision form names it."""
    return str(row.strength) if row.strength is not None and row.outcome in {"a", "b", "tie"} else row.outcome
