"""What a team types to change its constitution together: proposals, votes, remarks, decisions, its rules."""

from __future__ import annotations

import uuid

from django import forms
from django.utils.translation import gettext_lazy as _

from feedback.forms.principles import WordsForm
from feedback.models import Vote


class ProposeForm(WordsForm):
    """Words put to the vote, and why."""

    reason = forms.CharField(
        label=_("Why"),
        required=False,
        max_length=1000,
        widget=forms.TextInput(attrs={"placeholder": _("what the others should know before they vote"), "dir": "auto"}),
    )


class WhyForm(forms.Form):
    """Why something is asked of the team."""

    reason = forms.CharField(label=_("Why"), required=False, max_length=1000, widget=forms.TextInput)


class VoteForm(forms.Form):
    """One vote. `key` is the same when the same page is sent twice."""

    reason = forms.CharField(
        label=_("Why"), required=False, max_length=1000, widget=forms.TextInput(attrs={"dir": "auto"})
    )
    choice = forms.ChoiceField(choices=Vote.Choice.choices, error_messages={"required": _("Choose one.")})
    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)


class StatementVoteForm(VoteForm):
    """A vote on a principle, named by its number."""

    principle = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)


class RemarkForm(forms.Form):
    """Something said about a motion."""

    text = forms.CharField(
        label=_("Say something"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"})
    )
    asks_for_changes = forms.BooleanField(
        label=_("Ask for changes"), required=False, help_text=_("It cannot be ratified until they are settled.")
    )
    answers = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=2**62)


class NoteForm(forms.Form):
    """A word kept with a decision."""

    note = forms.CharField(label=_("A word on the decision"), required=False, max_length=1000, widget=forms.TextInput)


class RulesForm(forms.Form):
    """How many must vote, and which share of them must agree."""

    quorum = forms.IntegerField(
        label=_("How many must vote"), min_value=1, max_value=1000, help_text=_("1: a curator's word is enough.")
    )
    majority = forms.TypedChoiceField(
        label=_("How many of them must agree"),
        coerce=float,
        choices=[
            ("0.5", _("more than half")),
            ("0.66", _("about two thirds")),
            ("0.75", _("more than three quarters")),
        ],
    )


class PollForm(forms.Form):
    """The files of a Polis export."""

    comments = forms.FileField(label="comments.csv")
    votes = forms.FileField(label="votes.csv")
    participants = forms.FileField(
        label="participants-votes.csv", required=False, help_text=_("With it come the opinion groups Polis found.")
    )
