"""What of a snapshot is to be seen."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from feedback.models import Part, Preference, Rater, Split

ALL: tuple[str, Any] = ("", _("all"))


class BrowseForm(forms.Form):
    """Filters of the rows of a snapshot; `kind` is chosen by the tabs above them."""

    kind = forms.CharField(required=False, widget=forms.HiddenInput)
    words = forms.CharField(label=_("With the words"), max_length=200, required=False)
    raters = forms.ChoiceField(label=_("Said by"), choices=[ALL, *Rater.Kind.choices], required=False)
    outcome = forms.ChoiceField(label=_("Outcome"), choices=[ALL, *Preference.Outcome.choices], required=False)
    part = forms.ChoiceField(label=_("Part"), choices=[ALL, *Part.choices], required=False)
    split = forms.ChoiceField(label=_("Split"), choices=[ALL, *Split.choices], required=False)
    after = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    def asked(self, kinds: dict[str, int]) -> dict[str, Any]:
        """As the rows are asked for: a kind that the snapshot holds, and what makes no sense as if not said."""
        self.is_valid()
        said = {name: self.cleaned_data.get(name) or "" for name in ("part", "split", "raters", "outcome", "words")}
        kind = self.cleaned_data.get("kind", "")
        first = next(iter(kinds), "preference")
        return {**said, "kind": kind if kind in kinds else first, "after": self.cleaned_data.get("after") or 0}
