"""What a queue is asked to be: its settings, what goes into it, whose places are kept."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from feedback.desk.filling import Filling
from feedback.forms.runs import NumbersField
from feedback.models import Project, Queue, Role, Run, User

MOST_ITEMS = 200_000
WHICH = [("unjudged", _("What nobody has judged yet")), ("all", _("Everything"))]


class SettingsForm(forms.Form):
    """How a queue is worked off."""

    name = forms.CharField(label=_("Name"), max_length=120)
    order = forms.ChoiceField(
        label=_("Order"), choices=Queue.Order.choices, initial=Queue.Order.RANDOM,
        help_text=_("The last three look at what was said so far, and change as answers come in."),
    )  # fmt: skip
    raters_each = forms.IntegerField(
        label=_("People for each item"), min_value=1, max_value=100, initial=1,
        help_text=_("Exactly so many, never one more."),
    )  # fmt: skip
    priority = forms.IntegerField(
        label=_("Priority"), min_value=-100, max_value=100, initial=0, required=False,
        help_text=_("Queues with a higher one are worked off first."),
    )  # fmt: skip
    quota = forms.IntegerField(
        label=_("Most items a person may do"), min_value=1, max_value=1_000_000, required=False
    )  # fmt: skip
    minutes = forms.IntegerField(
        label=_("Minutes a claim holds"), min_value=1, max_value=7 * 24 * 60, initial=30,
        help_text=_("After that somebody else may take the item. What comes late still counts while there is room."),
    )  # fmt: skip
    gold_percent = forms.IntegerField(
        label=_("Items with a known answer, in percent"), min_value=0, max_value=50, initial=0,
        help_text=_("Mixed into what each person is shown, once they are marked."),
    )  # fmt: skip
    gold_feedback = forms.BooleanField(
        label=_("Tell people whether they gave the known answer"), required=False, initial=True
    )  # fmt: skip
    disagreement = forms.FloatField(
        label=_("Disagreement that goes to a curator"), min_value=0, max_value=1, initial=0.5,
        help_text=_("From 0 to 1 of the scale: 0.5 is two points of five apart."),
        widget=forms.NumberInput(attrs={"step": "0.05"}),
    )  # fmt: skip

    @classmethod
    def of(cls, queue: Queue, data: Any = None) -> SettingsForm:
        """The form with a queue's settings in it."""
        names = ("name", "order", "raters_each", "priority", "quota", "gold_feedback", "disagreement")
        initial = {name: getattr(queue, name) for name in names}
        initial |= {"minutes": queue.lease_seconds // 60, "gold_percent": round(queue.gold_share * 100)}
        return cls(data, initial=initial)

    def settings(self) -> dict[str, Any]:
        """What the verbs take."""
        said = self.cleaned_data
        names = ("name", "order", "raters_each", "quota", "gold_feedback", "disagreement")
        return {
            **{name: said[name] for name in names}, "priority": said["priority"] or 0,
            "lease_seconds": said["minutes"] * 60, "gold_share": said["gold_percent"] / 100,
        }  # fmt: skip


class FillingForm(forms.Form):
    """What goes into a queue."""

    which = forms.ChoiceField(label=_("What"), choices=WHICH, initial="unjudged", widget=forms.RadioSelect)
    examples = NumbersField(
        label=_("Only these examples"), required=False, max_length=2000, help_text=_("Numbers, as in 1-5, 9.")
    )  # fmt: skip
    tag = forms.CharField(label=_("Only with this tag"), required=False, max_length=60)
    run = forms.ModelChoiceField(
        label=_("Refined answers of a run"), queryset=Run.objects.none(), required=False,
        empty_label=_("No: the answers as they came"), help_text=_("Beside their originals; for queues of pairs."),
    )  # fmt: skip
    most = forms.IntegerField(
        label=_("At most"), min_value=1, max_value=MOST_ITEMS, required=False, help_text=_("Drawn by lot.")
    )  # fmt: skip

    def __init__(self, project: Project, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["run"].queryset = project.runs.filter(items__result__isnull=False).distinct()  # type: ignore[attr-defined]
        self.fields["run"].label_from_instance = lambda run: _("Run %(n)s") % {"n": run.number}  # type: ignore[attr-defined]

    def filling(self) -> Filling:
        """What the verbs take."""
        said = self.cleaned_data
        return Filling(
            numbers=tuple(said["examples"]), tag=said["tag"].strip(), run=said["run"], most=said["most"],
            unjudged=said["which"] == "unjudged",
        )  # fmt: skip


class NewQueueForm(FillingForm, SettingsForm):
    """A new queue with what goes into it."""

    asks = forms.ChoiceField(
        label=_("People are asked to"), choices=Queue.Asks.choices, initial=Queue.Asks.RESPONSE,
        widget=forms.RadioSelect,
    )  # fmt: skip
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def clean(self) -> dict[str, Any]:
        """Refined answers come in pairs."""
        said = super().clean() or {}
        if said.get("run") and said.get("asks") != Queue.Asks.PAIR:
            self.add_error("run", _("Refined answers are compared with their originals: choose “Compare two”."))
        return said


class AssignForm(forms.Form):
    """Places kept for a person."""

    person = forms.ModelChoiceField(label=_("Person"), queryset=User.objects.none())
    number = forms.IntegerField(label=_("How many items"), min_value=1, max_value=100_000, initial=20)

    def __init__(self, project: Project, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.filter(memberships__project=project).exclude(memberships__role=Role.VIEWER)
        self.fields["person"].queryset = people.order_by("name")  # type: ignore[attr-defined]


class PersonForm(AssignForm):
    """A person of the project."""

    number = None  # type: ignore[assignment]
