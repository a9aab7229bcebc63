"""What a run is asked to do: strategy, responses, caps; and a higher cap for one that stopped at its own."""

from __future__ import annotations

import re
import uuid
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet

from feedback.desk.candidates import MADE_UP
from feedback.models import Critique, Example, Project, Response
from feedback.refinement.parts.contracts import Parameter
from feedback.refinement.strategies import STRATEGIES

MOST = 1000
WHICH = [
    ("unrefined", "Examples no run has worked on yet"),
    ("critiqued", "Responses somebody criticised"),
    ("all", "All examples"),
    ("chosen", "Examples I name"),
]
SPAN = re.compile(r"(\d{1,9})(?:\s*[-–]\s*(\d{1,9}))?")


class NumbersField(forms.CharField):
    """Numbers and spans of numbers, as in "1-5, 9"; cleaned to a sorted list."""

    def clean(self, value: Any) -> list[int]:
        """Read the numbers or say which piece is none."""
        wanted: set[int] = set()
        for piece in (super().clean(value) or "").replace(";", ",").split(","):
            if not piece.strip():
                continue
            found = SPAN.fullmatch(piece.strip())
            if found is None:
                raise forms.ValidationError(f"“{piece.strip()}” is no number. Write numbers with commas, as in 1-5, 9.")
            first, last = int(found[1]), int(found[2] or found[1])
            if last - first >= MOST:
                raise forms.ValidationError(f"“{piece.strip()}” is more than {MOST} examples. Take fewer.")
            wanted.update(range(first, last + 1))
        return sorted(wanted)


def field_of(parameter: Parameter) -> forms.Field:
    """The form field of a strategy's parameter."""
    if parameter.choices:
        return forms.ChoiceField(
            label=parameter.label, choices=parameter.choices, required=False, help_text=parameter.hint
        )
    return forms.IntegerField(
        label=parameter.label,
        required=False,
        min_value=parameter.lowest,
        max_value=parameter.highest,
        help_text=parameter.hint,
    )


class StartRunForm(forms.Form):
    """A run to be started, for one project. `key` is the same when the same page is sent twice."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    strategy = forms.ChoiceField(
        label="How", choices=[(s.name, s.label) for s in STRATEGIES.values()], widget=forms.RadioSelect
    )
    which = forms.ChoiceField(label="What to work on", choices=WHICH, initial="unrefined", widget=forms.RadioSelect)
    examples = NumbersField(
        label="Numbers of the examples", required=False, widget=forms.TextInput(attrs={"placeholder": "1-5, 9"})
    )
    count = forms.IntegerField(label="At most", min_value=1, max_value=MOST, initial=10)
    cap_calls = forms.IntegerField(label="Calls", required=False, min_value=1)
    cap_tokens = forms.IntegerField(label="Tokens", required=False, min_value=1)
    cap_cost = forms.DecimalField(
        label="US dollars", required=False, min_value=Decimal(0), max_digits=12, decimal_places=6
    )
    seed = forms.IntegerField(
        label="Seed", required=False, min_value=0, max_value=2**62, initial=0,
        help_text="The same seed with the same settings draws the same things.",
    )  # fmt: skip

    def __init__(self, project: Project, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.project = project
        for strategy in STRATEGIES.values():
            for parameter in strategy.parameters:
                name = f"{strategy.name}-{parameter.name}"
                self.fields[name] = field_of(parameter)
                self.fields[name].initial = parameter.default

    def clean(self) -> dict[str, Any]:
        """Examples have to be named when they are to be chosen."""
        said = super().clean() or {}
        if said.get("which") == "chosen" and not said.get("examples") and "examples" not in self.errors:
            self.add_error("examples", "Write which examples, as in 1-5, 9.")
        return said

    @classmethod
    def as_offered(cls, project: Project) -> StartRunForm:
        """The form as if it were sent untouched: what the forecast of a fresh page is for."""
        form = cls(project)
        first = {"strategy": next(iter(STRATEGIES)), "key": uuid.uuid4()}
        return cls(project, {**{name: field.initial for name, field in form.fields.items()}, **first})

    def selection(self) -> dict[str, Any]:
        """What to work on, as `start_run` and `forecast` take it: some responses, or the first one of some examples."""
        said = self.cleaned_data
        if said["which"] == "critiqued":
            return {"responses": criticised(self.project), "count": said["count"]}
        return {"examples": examples_of(self.project, said["which"], said["examples"]), "count": said["count"]}

    def parameters(self, strategy: str = "") -> dict[str, Any]:
        """The parameters of a strategy, the chosen one by default; what was left empty keeps its default."""
        document = STRATEGIES[strategy or self.cleaned_data["strategy"]]
        given = {one.name: self.cleaned_data.get(f"{document.name}-{one.name}") for one in document.parameters}
        return {name: value for name, value in given.items() if value not in (None, "")}


def examples_of(project: Project, which: str, numbers: list[int]) -> QuerySet[Example]:
    """The examples meant by a choice."""
    if which == "chosen":
        return project.examples.filter(number__in=numbers)
    if which == "unrefined":
        return project.examples.exclude(pk__in=project.examples.filter(responses__run_items__isnull=False))
    return project.examples.all()


def criticised(project: Project) -> QuerySet[Response]:
    """The responses that somebody criticised."""
    standing = Critique.objects.standing().filter(project=project, polarity=Critique.Polarity.CRITIQUE)
    standing = standing.exclude(protocol__in=MADE_UP)
    return Response.objects.filter(pk__in=standing.values("response"))


class RaiseCapForm(forms.Form):
    """Higher caps for a run; an empty one is no cap."""

    calls = forms.IntegerField(label="Calls", required=False, min_value=1)
    tokens = forms.IntegerField(label="Tokens", required=False, min_value=1)
    cost = forms.DecimalField(label="US dollars", required=False, min_value=Decimal(0), max_digits=12, decimal_places=6)
