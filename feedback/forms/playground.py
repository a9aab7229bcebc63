"""What the playground asks for: messages, words about a reply, a rewrite of it, and a principle to try."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from feedback.models import Critique

MOST = 8000


class Once(forms.Form):
    """What is sent twice from the same page has the same key."""

    key = forms.UUIDField(widget=forms.HiddenInput)


class SayForm(Once):
    """The next message."""

    text = forms.CharField(
        label=_("Your message"),
        max_length=MOST,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
        error_messages={"required": _("Write a message first.")},
    )


class OpenForm(SayForm):
    """The first message of a talk, and what the model is told beforehand."""

    system = forms.CharField(
        label=_("What the model is told beforehand"),
        required=False,
        max_length=MOST,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
        help_text=_("Who it is and whom it serves. The constitution comes on top."),
    )


class ReplyWordsForm(Once):
    """Kudos or a critique of one reply: typed, picked, or picked and changed."""

    reply = forms.IntegerField(min_value=1, max_value=2**62)
    polarity = forms.ChoiceField(choices=Critique.Polarity.choices)
    text = forms.CharField(required=False, max_length=MOST)
    picked = forms.IntegerField(required=False, min_value=1, max_value=2**62)


class RewriteReplyForm(Once):
    """One's own version of a reply."""

    reply = forms.IntegerField(min_value=1, max_value=2**62)
    text = forms.CharField(max_length=100_000)


class TryForm(Once):
    """A principle in the words it is tried in; without a number it is a new one."""

    principle = forms.IntegerField(required=False, min_value=1, max_value=2**31 - 1)
    domain = forms.CharField(required=False, max_length=400)
    effect = forms.CharField(
        max_length=800, error_messages={"required": _("A principle has to say what to do. Write one sentence.")}
    )
    reason = forms.CharField(required=False, max_length=300)
