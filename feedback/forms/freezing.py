"""What a snapshot is asked to hold, as a form: every field narrows, none is required."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from feedback.datasets import filters as f
from feedback.datasets.filters import Filters
from feedback.datasets.pieces import COUNTED
from feedback.datasets.writers.deciding import ADJUDICATED, MAJORITY, ONE
from feedback.forms.runs import NumbersField
from feedback.models import Benchmark, Constitution, Example, Preference, Project, Rater, Response, Split
from feedback.models.feedback import Use

LOOKED_AT = 3000
LARGEST = 100 * 1024 * 1024
ANY, ALL = _("any"), _("all")
AGREEMENT = [
    ("", ANY),
    ("0.51", _("more than half")),
    ("0.66", _("two thirds")),
    ("0.8", _("four in five")),
    ("1", _("all")),
]
STRENGTH = [("", ANY), ("1", _("slightly better")), ("2", _("better")), ("3", _("much better"))]
CERTAINTY = [("", ANY), ("0.75", "0.75"), ("0.85", "0.85"), ("0.9", "0.90"), ("0.95", "0.95")]
VOTES = [
    (MAJORITY, _("what most say")), (ONE, _("the first one's word")), (ADJUDICATED, _("only what a curator decided"))
]  # fmt: skip
DUPLICATES = [(f.KEEP, _("keep all")), (f.EXACT, _("one of the same words")), (f.NEAR, _("one of nearly the same"))]
CONTAMINATED = [(f.DROP, _("goes")), (f.MARK, _("stays and is named"))]
SAMPLERS = [
    (f.RANDOM, _("at random")), (f.DIVERSE, _("as different as can be")),
    (f.CLUSTERS, _("from every topic, more where answers are good")), (f.COMPLEX, _("the most complex of every topic")),
]  # fmt: skip
SPLITS = [("", _("all but held-out")), *Split.choices[:2], (Split.HOLDOUT.value, _("held-out alone, for evaluation"))]


class SnapshotForm(forms.Form):
    """The filters. What a project has of tags, models and versions is offered from its newest rows."""

    raters = forms.MultipleChoiceField(
        label=_("Whose word"), choices=Rater.Kind.choices, widget=forms.CheckboxSelectMultiple, required=False
    )  # fmt: skip
    votes = forms.ChoiceField(label=_("Of several, count"), choices=VOTES, required=False)
    least_votes = forms.IntegerField(label=_("Judged by at least"), min_value=1, max_value=99, required=False)
    least_agreement = forms.ChoiceField(label=_("Agreeing at least"), choices=AGREEMENT, required=False)
    least_strength = forms.ChoiceField(label=_("At least this strong"), choices=STRENGTH, required=False)
    least_certainty = forms.ChoiceField(
        label=_("At least this certain"), choices=CERTAINTY, required=False,
        help_text=_("The chance that most people would say the same: one alone is 0.75, two of one mind 0.88."),
    )  # fmt: skip
    aspect = forms.CharField(label=_("Aspect"), max_length=60, required=False)
    objective = forms.CharField(label=_("Objective"), max_length=60, required=False)
    timing = forms.ChoiceField(
        label=_("Asked"), choices=[("", _("at any time")), *Preference.Timing.choices], required=False
    )
    use = forms.ChoiceField(label=_("Meant for"), choices=[("", ANY), *Use.choices[1:]], required=False)
    since = forms.DateField(label=_("Said from"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("Said until"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    origins = forms.MultipleChoiceField(
        label=_("Answers"), choices=Response.Origin.choices, widget=forms.CheckboxSelectMultiple, required=False
    )  # fmt: skip
    models = forms.MultipleChoiceField(label=_("Written by"), widget=forms.CheckboxSelectMultiple, required=False)
    real_only = forms.BooleanField(label=_("Without text of the simulated model"), required=False)
    rounds = NumbersField(
        label=_("Of the runs"), required=False, max_length=200,
        help_text=_("Numbers, as in 1-5, 9. A run is a round; of imported answers it is the round they name."),
    )  # fmt: skip
    constitution = forms.ChoiceField(label=_("Under the constitution"), required=False)
    prompt = forms.CharField(
        label=_("By the prompt"), max_length=80, required=False, help_text=_("Its name, or how its hash begins.")
    )  # fmt: skip
    split = forms.ChoiceField(label=_("Split"), choices=SPLITS, required=False)
    tags = forms.MultipleChoiceField(label=_("With a tag of"), widget=forms.CheckboxSelectMultiple, required=False)
    unjudged = forms.BooleanField(label=_("Also examples nobody has judged"), required=False)
    duplicates = forms.ChoiceField(label=_("Of near-duplicates"), choices=DUPLICATES, required=False)
    benchmarks = forms.MultipleChoiceField(
        label=_("Not in the benchmark"), widget=forms.CheckboxSelectMultiple, required=False
    )
    contaminated = forms.ChoiceField(label=_("What is found in one"), choices=CONTAMINATED, required=False)
    limit = forms.IntegerField(label=_("At most so many examples"), min_value=1, required=False)
    sampler = forms.ChoiceField(label=_("Picked"), choices=SAMPLERS, required=False)
    validation = forms.IntegerField(label=_("Validation, in a hundred"), min_value=0, max_value=90, required=False)
    test = forms.IntegerField(label=_("Test, in a hundred"), min_value=0, max_value=90, required=False)

    def __init__(self, project: Project, data: Any = None) -> None:
        super().__init__(data if data else {"raters": sorted(COUNTED)})
        said = self.data.getlist if hasattr(self.data, "getlist") else lambda _: []
        self.offer("models", newest(Response.objects.filter(example__project=project), "model"), said("models"))
        tags = Example.objects.filter(project=project).order_by("-pk").values_list("tags", flat=True)[:LOOKED_AT]
        self.offer("tags", {tag for row in tags for tag in row if isinstance(tag, str)}, said("tags"))
        numbers = Constitution.objects.filter(project=project).order_by("-number").values_list("number", flat=True)
        self.fields["constitution"].choices = [("", ANY), *((str(one), str(one)) for one in numbers)]  # type: ignore[attr-defined]

        for name, plain in (("least_votes", "1"), ("limit", ALL), ("validation", "0"), ("test", "0")):
            self.fields[name].widget.attrs["placeholder"] = plain
        named = Benchmark.objects.filter(project=project).values_list("pk", "name")
        self.fields["benchmarks"].choices = [(str(pk), name) for pk, name in named]  # type: ignore[attr-defined]

    def offer(self, name: str, there: Iterable[str], said: Iterable[str]) -> None:
        """Offer what there is, and whatever was asked for already."""
        names = sorted({*there, *said} - {""})
        self.fields[name].choices = [(one, one) for one in names]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """All of it together must make sense."""
        said = dict(super().clean() or {})
        given = {name: value for name, value in said.items() if value not in (None, "", [], False)}
        given.setdefault("raters", [])
        if not self.errors:
            from feedback.errors import Refused

            try:
                self.filters = Filters.of(given)
            except Refused as trouble:
                self.add_error(None, str(trouble))
        return said

    def asked(self) -> Filters | None:
        """The filters, or None where they make no sense."""
        return self.filters if self.is_valid() else None


class BenchmarkForm(forms.Form):
    """A file of test questions, and what it is called."""

    name = forms.CharField(label=_("Name"), max_length=120)
    file = forms.FileField(
        label=_("File"), help_text=_("JSONL, JSON, CSV or Parquet, at most 100 MB. Its words are not kept.")
    )

    def clean_file(self) -> Any:
        """Refuse what is too large to be read while one waits."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError(_("The file is larger than 100 MB. Take the part with the questions."))
        return file


class NamingForm(forms.Form):
    """What a snapshot is called and what for."""

    name = forms.CharField(label=_("Name"), max_length=120, required=False)
    note = forms.CharField(
        label=_("What it is for"), required=False, widget=forms.Textarea(attrs={"rows": 2}), max_length=4000
    )  # fmt: skip


def newest(rows: Any, column: str) -> set[str]:
    """The values of a column among the newest rows."""
    return set(rows.order_by("-pk").values_list(column, flat=True)[:LOOKED_AT])
