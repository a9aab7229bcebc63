"""The places of several responses, the reason, and on what they were judged."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from feedback.capture.definition import DEFAULT, Definition
from feedback.models import Response


class RankingForm(forms.Form):
    """A place for each response; 1 is best, and the same place may be given twice."""

    seal = forms.CharField(widget=forms.HiddenInput, required=False)
    aspect = forms.ChoiceField(label=_("Judged on"), required=False)
    reason = forms.CharField(label=_("Why"), required=False, max_length=8000, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, responses: list[Response], definition: Definition = DEFAULT, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.responses = responses
        aspects = [("overall", _("Overall")), *((one.name, one.label) for one in definition.aspects)]
        self.fields["aspect"].choices = list(dict(aspects).items())  # type: ignore[attr-defined]
        places = [("", "–"), *((str(place), str(place)) for place in range(1, len(responses) + 1))]
        for response in responses:
            self.fields[name_of(response)] = forms.TypedChoiceField(
                label=_("Place"), choices=places, coerce=int,
                error_messages={"required": _("This one has no place yet.")},
            )  # fmt: skip

    @property
    def asks_for_aspect(self) -> bool:
        """Whether there is more than one thing they can be ranked on."""
        return len(self.fields["aspect"].choices) > 1  # type: ignore[attr-defined]

    @property
    def cards(self) -> list[tuple[str, Response, forms.BoundField]]:
        """Each response with its letter and the field of its place, in the order shown."""
        return [(letter(n), one, self[name_of(one)]) for n, one in enumerate(self.responses)]

    @property
    def is_unplaced(self) -> bool:
        """Whether some response was left without a place."""
        return any(self[name_of(one)].errors for one in self.responses) if self.is_bound else False

    @property
    def places(self) -> dict[Response, int]:
        """The place of each response, for the verb."""
        return {one: self.cleaned_data[name_of(one)] for one in self.responses}


def name_of(response: Response) -> str:
    """The name of the field for a response's place."""
    return f"place-{response.pk}"


def initial_places(places: Mapping[int, int]) -> dict[str, int]:
    """Stored places as the form begins with them."""
    return {f"place-{number}": place for number, place in places.items()}


def letter(number: int) -> str:
    """A, B, C … for what is shown blind."""
    return chr(ord("A") + number) if number < 26 else str(number + 1)
