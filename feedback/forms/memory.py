"""What is typed to keep the memory: lessons, how much of it is used, which entries go where, how uses went."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from feedback.models import Applied, Experience, Project
from feedback.principles.memory.keeping import MOST, WORDS

AREA = forms.Textarea(attrs={"rows": 3, "dir": "auto"})
LEVELS = [("task", _("This kind of request")), ("part", _("A part of the work")), ("general", _("Nearly any request"))]
STEPS = [("approve", _("Approve")), ("aside", _("Lay aside")), ("approve-shown", _("Approve all shown")),
         ("delete", _("Delete"))]  # fmt: skip
SHOWN = "-shown"
OWN_STEPS = [("use", _("Use")), ("forget", _("Delete"))]
OUTCOMES = [
    ("", _("Nobody said yet")),
    (Applied.Outcome.POSITIVE, _("Helped")),
    (Applied.Outcome.NEGATIVE, _("Harmed")),
    (Applied.Outcome.IRRELEVANT, _("Did not belong here")),
    (Applied.Outcome.INVALID, _("Cannot be told")),
    (Applied.Outcome.NOT_RETRIEVED, _("Was missed")),
]


class WordsForm(forms.Form):
    """When an entry applies, and what it says."""

    condition = forms.CharField(
        label=_("When"), required=False, max_length=WORDS,
        widget=forms.TextInput(attrs={"dir": "auto", "placeholder": _("When asked for a summary")}),
    )  # fmt: skip
    explanation = forms.CharField(label=_("What was learned"), max_length=WORDS, widget=AREA)


class LessonForm(WordsForm):
    """A lesson in one's own words."""

    level = forms.ChoiceField(label=_("How far it reaches"), choices=LEVELS, initial="task")
    taxonomy = forms.CharField(label=_("About"), required=False, max_length=120)


class RememberForm(WordsForm):
    """Something to be remembered for oneself."""

    explanation = forms.CharField(label=_("What to remember"), max_length=WORDS, widget=AREA)
    project = forms.ModelChoiceField(
        label=_("Where it holds"), queryset=Project.objects.none(), required=False, empty_label=_("Everywhere")
    )

    def __init__(self, projects: Any, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["project"].queryset = projects  # type: ignore[attr-defined]


class UseForm(forms.Form):
    """How much of the memory is used."""

    remembers = forms.IntegerField(
        label=_("Entries in a prompt, at most"), min_value=0, max_value=MOST,
        help_text=_("Only those that fit the request; 0 leaves the memory out of all prompts."),
    )  # fmt: skip
    reflects = forms.BooleanField(
        label=_("Learn from finished items unasked"), required=False,
        help_text=_("A model is asked twice for each answer that people judged; what it writes waits for approval."),
    )  # fmt: skip


class TickedForm(forms.Form):
    """Entries that were ticked, or all that the page showed, and what is to become of them."""

    entries = forms.ModelMultipleChoiceField(
        queryset=Experience.objects.none(), error_messages={"required": _("Tick at least one entry.")}
    )
    step = forms.ChoiceField(choices=STEPS)

    def __init__(self, rows: Any, *given: Any, steps: Any = STEPS, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["entries"].queryset = rows  # type: ignore[attr-defined]
        self.fields["step"].choices = steps  # type: ignore[attr-defined]
        if self.data.get("step", "").endswith(SHOWN):
            self.data = self.data.copy()
            self.data.setlist("entries", self.data.getlist("shown"))


class BringInForm(forms.Form):
    """Entries of another project."""

    entries = forms.ModelMultipleChoiceField(
        queryset=Experience.objects.none(), error_messages={"required": _("Tick at least one entry.")}
    )

    def __init__(self, rows: Any, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["entries"].queryset = rows  # type: ignore[attr-defined]


class IntoForm(forms.Form):
    """The entry that another one goes into."""

    into = forms.ModelChoiceField(queryset=Experience.objects.none())

    def __init__(self, rows: Any, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["into"].queryset = rows  # type: ignore[attr-defined]


class OutcomeForm(forms.Form):
    """How a use went."""

    outcome = forms.ChoiceField(label=_("How it went"), choices=OUTCOMES, required=False)
