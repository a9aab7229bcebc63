"""Every part of the pages in every state, for whoever builds pages. Only with DEBUG."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from feedback.models import Critique, Example, Rater, Response
from feedback.projects.access import open_to_all

MARKDOWN = (
    "A *clear* answer names its **source**, as in `feedback/models`.\n\n- one point\n- another, with a"
    " [link](https://example.org)\n\n> quoted words\n\n| kind | n |\n|---|---|\n| kudos | 12 |"
)
KINDS = [("kudos", "Kudos"), ("critique", "Critique")]


class SampleForm(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label="Name", help_text="It stands beside your words.")
    reason = forms.CharField(label="Reason", required=False, widget=forms.Textarea)
    kind = forms.ChoiceField(
        label="Kind", choices=[("kudos", "Kudos"), ("critique", "Critique")], widget=forms.RadioSelect
    )
    role = forms.ChoiceField(label="Role", choices=[("owner", "Owner"), ("viewer", "Viewer")])
    calls = forms.IntegerField(label="Calls", required=False)
    sure = forms.BooleanField(label="Only the good rows")
    file = forms.FileField(label="File", required=False)


@open_to_all
def parts(request: HttpRequest) -> HttpResponse:
    """The page of parts."""
    if not settings.DEBUG:
        raise Http404
    return render(request, "parts_page/parts.html", samples())


def samples() -> dict[str, Any]:
    """Rows that are in no database."""
    now = timezone.now()
    rater = Rater(name="Ben Okafor", kind="person")
    example = Example(number=7, messages=[{"role": "user", "content": "Why is the sky blue?"}])
    return {
        "form": SampleForm(initial={"kind": "kudos"}), "wrong": SampleForm({"kind": "other", "name": ""}),
        "page": Paginator(range(240), 50).page(2), "example": example,
        "response": Response(pk=1, text=MARKDOWN, origin="refined", model="simulated", simulated=True),
        "kudos": Critique(rater=rater, polarity="kudos", text="Says where it has it from.", created_at=now),
        "critique": Critique(
            rater=rater, polarity="critique", text="Too long, and the second half repeats the first.",
            created_at=now - timedelta(hours=3),
        ),
        "judge": Rater(name="claude-sonnet-5-5", kind="judge"),
        "simulated": Rater(name="Impatient reader", kind="simulated"),
        "states": ["done", "running", "waiting", "paused", "failed", "stopped", "adopted", "retired"],
        "before": "The sky is blue because of the ocean, which it mirrors.",
        "after": "The sky is blue because air scatters short waves most.",
        "win": SimpleNamespace(rate=0.68, low=0.54, high=0.79, n=47), "levels": ["info", "success", "warning", "error"],
        "strong": "2",
    }  # fmt: skip
