"""What is said about one response, as the project's form asks for it. Knows the definition, not what is stored."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from feedback.capture.definition import Aspect, Definition, Named
from feedback.capture.judgements import Judgement, Score
from feedback.forms.judging import plain
from feedback.models import Critique

CANNOT = "cannot"
MOST_POINTS = 10
WORDS = {"required": False, "max_length": 8000}


@dataclass(frozen=True)
class Point:
    """One score that can be chosen: its value in the form, what it says, the key that chooses it."""

    value: str
    label: str
    key: str
    checked: bool


@dataclass(frozen=True)
class Asked:
    """An aspect as it is asked: `look` is thumbs, heart, bar or number."""

    aspect: Aspect
    field: forms.BoundField
    look: str
    points: list[Point]
    cannot: Point | None

    @property
    def ends(self) -> tuple[str, str]:
        """What the lowest and the highest score mean, where a number is asked for."""
        return self.aspect.anchors.get(1, ""), self.aspect.anchors.get(self.aspect.scale, "")


class JudgementForm(forms.Form):
    """Everything the project's form asks about one response; each part alone is enough unless an aspect is compulsory.

    `untouched` are the texts that a rewrite may begin with and that mean nothing was rewritten; `turns` are the turns
    of the dialogue that can be judged each by itself, as (index, words).
    """

    seal = forms.CharField(widget=forms.HiddenInput, required=False)
    changing = forms.IntegerField(widget=forms.HiddenInput, required=False)
    kudos = forms.CharField(label=_("What is good"), **WORDS, widget=forms.Textarea(attrs={"rows": 2}))
    critique = forms.CharField(label=_("What is not right"), **WORDS, widget=forms.Textarea(attrs={"rows": 2}))
    improve = forms.CharField(label=_("How to do better"), **WORDS, widget=forms.Textarea(attrs={"rows": 2}))
    failure = forms.ChoiceField(label=_("What went wrong"), required=False)
    stage = forms.ChoiceField(label=_("In which step"), required=False)
    perspective = forms.ChoiceField(label=_("Seen as"), required=False)
    scope = forms.ChoiceField(label=_("About"), required=False)
    rewrite = forms.CharField(
        label=_("Your version"), required=False, max_length=100_000, strip=False,
        widget=forms.Textarea(attrs={"rows": 10}),
    )  # fmt: skip
    reason = forms.CharField(label=_("Why so"), **WORDS, widget=forms.TextInput)

    def __init__(
        self,
        *args: Any,
        definition: Definition,
        untouched: Sequence[str],
        turns: Sequence[tuple[int, str]] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.definition = definition
        self.untouched = {plain(text) for text in untouched}
        self.turns = turns
        for aspect in definition.aspects:
            self.fields[name_of(aspect)] = score_field(aspect)
        for name, listed in (("failure", definition.failures), ("stage", definition.stages),
                             ("perspective", definition.perspectives)):  # fmt: skip
            self.fields[name].choices = [("", _("not said")), *pairs_of(listed)]  # type: ignore[attr-defined]
        self.fields["scope"].choices = self.scopes()  # type: ignore[attr-defined]

    def scopes(self) -> list[tuple[str, Any]]:
        """What can be judged: this response, one turn before it, all of the dialogue."""
        whole = [("dialogue", _("The whole dialogue"))] if self.turns else []
        return [("response", _("This response")), *whole, *((f"turn-{index}", words) for index, words in self.turns)]

    @property
    def asked(self) -> list[Asked]:
        """The aspects, ready to be shown."""
        return [asked(aspect, self[name_of(aspect)]) for aspect in self.definition.aspects]

    def clean_rewrite(self) -> str:
        """The rewrite, or nothing where the text was left as it was."""
        text = self.cleaned_data["rewrite"]
        return "" if plain(text) in self.untouched else text

    def scores(self) -> Iterator[Score]:
        """The aspects that were answered."""
        for aspect in self.definition.aspects:
            given = self.cleaned_data.get(name_of(aspect))
            if given not in (None, ""):
                score = None if given == CANNOT else int(given)
                yield Score(aspect=aspect.name, score=score, scale=aspect.scale, objective=aspect.objective)

    def judgement(self, changing: Critique | None, **more: Any) -> Judgement:
        """What was said, for the verb. `more` is what stands beside this form: marks, picked suggestions."""
        said, definition = self.cleaned_data, self.definition
        scope, _dash, turn = (said["scope"] or "response").partition("-")
        asked_for = {
            "kudos": definition.kudos, "critique": definition.critique, "improve": definition.improve,
            "failure": bool(definition.failures), "stage": bool(definition.stages), "rewrite": definition.edit,
            "perspective": bool(definition.perspectives), "reason": definition.edit,
        }  # fmt: skip
        given = {name: said[name] for name, wanted in asked_for.items() if wanted}
        place = {"scope": scope, "turn": int(turn) if turn else None}
        return Judgement(scores=list(self.scores()), changing=changing, **place, **given, **more)


def score_field(aspect: Aspect) -> forms.Field:
    """A choice of points, or a number where there are many."""
    required = not aspect.can_skip
    says = {"required": _("This one is asked of everybody. Give a score, or say that you cannot judge it.")}
    values = [str(value) for value in range(1, aspect.scale + 1)]
    if aspect.cannot_judge:
        values.append(CANNOT)
    given: dict[str, Any] = {"label": aspect.label, "required": required, "error_messages": says}
    return forms.ChoiceField(choices=[(value, value) for value in values], **given)


def asked(aspect: Aspect, field: forms.BoundField) -> Asked:
    """An aspect with its points, keys and what is chosen."""
    now = str(field.value() if field.value() is not None else "")
    look = {"thumbs": "thumbs", "reaction": "heart"}.get(aspect.style, "bar")
    if aspect.style == "slider" or aspect.scale > MOST_POINTS:
        look = "number"
    labels = {1: _("Bad"), 2: _("Good")} if look == "thumbs" and not aspect.anchors else aspect.anchors
    points = [
        Point(str(value), str(labels.get(value, "")), str(value % 10), now == str(value))
        for value in range(1, aspect.scale + 1)
        if look != "number"
    ]
    cannot = Point(CANNOT, str(_("Can't judge")), "0" if aspect.scale < 10 else "x", now == CANNOT)
    return Asked(aspect, field, look, points, cannot if aspect.cannot_judge else None)


def name_of(aspect: Aspect) -> str:
    """The name of an aspect's field."""
    return f"score-{aspect.name}"


def pairs_of(listed: Sequence[Named]) -> list[tuple[str, str]]:
    """Names and labels, as choices."""
    return [(one.name, one.label) for one in listed]
