"""How the constitution enters prompts: the owner's setting."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from feedback.models import Project


class CompilingForm(forms.Form):
    """How many fitting principles at most; empty means all. Whether a bad record switches a principle off."""

    retrieves = forms.IntegerField(
        label=_("At most so many that fit"), required=False, min_value=1, max_value=500,
        help_text=_("Empty: the whole constitution is in every prompt."),
    )  # fmt: skip
    switches_off = forms.BooleanField(
        label=_("A principle with a bad record leaves the prompts by itself"), required=False,
        help_text=_("It stays in the constitution, is shown as switched off, and a curator may switch it on again."),
    )  # fmt: skip

    @classmethod
    def of(cls, project: Project) -> CompilingForm:
        """The form as the project has it."""
        return cls(initial={"retrieves": project.retrieves, "switches_off": project.switches_off})
