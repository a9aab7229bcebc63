"""Marks in a response's text: one row a mark, and the list of sentences for marking without script.

It checks places and kinds against the text and the form in force; what is stored is decided by the verb.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from feedback.capture.definition import Category, Definition
from feedback.capture.marking import Mark
from feedback.capture.spans import Marked
from feedback.desk.quoting import words_at
from feedback.desk.sentences import sentences
from feedback.models import Response, Span

PREFIX = "spans"
PLACE = re.compile(r"^(\d{1,9})-(\d{1,9})$")
MOST = 300
MOST_SENTENCES = 400
WORDS: dict[str, Any] = {"required": False, "max_length": 8000}
HIDDEN: dict[str, Any] = {"required": False, "min_value": 0, "widget": forms.HiddenInput}


@dataclass(frozen=True)
class Choice:
    """A kind of mark as it is offered: its full name through all levels, and how deep it stands."""

    category: Category
    depth: int
    label: str


@dataclass(frozen=True)
class Sentence:
    """A sentence that can be ticked."""

    place: str
    text: str
    ticked: bool


class SpanRow(forms.Form):
    """One mark. Without a place it says that something is missing; `id` is one's own mark that it changes."""

    id = forms.IntegerField(**HIDDEN)
    turn = forms.IntegerField(**HIDDEN)
    start = forms.IntegerField(**HIDDEN)
    end = forms.IntegerField(**HIDDEN)
    category = forms.ChoiceField(label=_("Kind"))
    severity = forms.ChoiceField(label=_("How bad"), required=False, widget=forms.RadioSelect)
    reason = forms.CharField(label=_("Why"), **WORDS, widget=forms.TextInput)
    replacement = forms.CharField(label=_("Better"), strip=False, **WORDS, widget=forms.TextInput)
    cut = forms.BooleanField(label=_("Better without it"), required=False)
    words = forms.CharField(label=_("In your own words"), **WORDS, widget=forms.Textarea(attrs={"rows": 2}))
    improve = forms.CharField(label=_("How to do better"), **WORDS, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, formset: SpanFormSet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.formset = formset
        choices = [(one.category.name, one.label) for one in formset.kinds]
        known = {name for name, _label in choices}
        old = self.initial.get("category")
        self["category"].field.choices = choices if not old or old in known else [*choices, (old, old)]
        self["severity"].field.choices = [("", _("Not said")), *Span.Severity.choices]

    def clean(self) -> dict[str, Any]:
        """A mark has both ends and lies in the text, or has neither."""
        said = super().clean() or self.cleaned_data
        start, end = said.get("start"), said.get("end")
        if start is None and end is None:
            if not self.formset.definition.omissions:
                self.add_error(None, _("This form does not ask what is missing."))
            elif not said.get("reason") and "reason" not in self.errors:
                self.add_error("reason", _("Say what is missing; there is no place that would show it."))
        elif start is None or end is None or not start < end <= len(self.formset.text_of(said.get("turn"))):
            self.add_error(None, _("This mark lies outside the text. Take it away and mark the place again."))
        return said

    @property
    def number(self) -> int | None:
        """The person's own standing mark that this row shows."""
        value = self["id"].value()
        return int(value) if str(value or "").isdigit() else None

    @property
    def quote(self) -> str:
        """The marked words, for the list; of a row that is not right, nothing."""
        start, end = self["start"].value(), self["end"].value()
        if not str(start).isdigit() or not str(end).isdigit():
            return ""
        turn = self["turn"].value()
        text = self.formset.text_of(int(turn) if str(turn).isdigit() else None)
        return words_at(text, int(start), int(end))

    @property
    def kind(self) -> Category | None:
        """Its category, as far as the form knows it."""
        return self.formset.definition.category(str(self["category"].value() or ""))

    @property
    def look(self) -> str:
        """How it is drawn: kudos, minor, major or critical; what nobody said is major."""
        is_kudos = self.kind is not None and self.kind.polarity == "kudos"
        return "kudos" if is_kudos else str(self["severity"].value() or "major")

    @property
    def severity_label(self) -> str:
        """How bad, in a word."""
        return str(dict(Span.Severity.choices).get(str(self["severity"].value() or ""), ""))

    def mark(self) -> Mark:
        """This row as it will be stored."""
        said = self.cleaned_data
        marked = Marked(
            start=said["start"],
            end=said["end"],
            category=said["category"],
            severity=said["severity"] if self.formset.definition.severity else "",
            reason=said["reason"],
            replacement="" if said["cut"] else said["replacement"] or None,
            turn=said["turn"],
        )
        return Mark(marked, words=said["words"], improve=said["improve"], changes=said["id"])


class SentenceForm(forms.Form):
    """What the ticked sentences are marked as, and what is missing: marking without script."""

    category = forms.ChoiceField(label=_("Kind"), required=False)
    severity = forms.ChoiceField(label=_("How bad"), required=False)
    reason = forms.CharField(label=_("Why"), **WORDS, widget=forms.TextInput)
    replacement = forms.CharField(label=_("Better"), strip=False, **WORDS, widget=forms.TextInput)
    missing = forms.CharField(label=_("What is missing"), **WORDS, widget=forms.TextInput)

    def __init__(self, *args: Any, kinds: list[Choice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self["category"].field.choices = [(one.category.name, one.label) for one in kinds]
        self["severity"].field.choices = [("", _("Not said")), *Span.Severity.choices]


class SpanFormSet(forms.BaseFormSet):  # type: ignore[type-arg]
    """All marks of one person in one response."""

    form = SpanRow
    extra = 0
    min_num = 0
    max_num = absolute_max = MOST
    can_delete = True
    can_order = validate_min = False
    validate_max = True
    can_delete_extra = True
    edit_only = False
    renderer = None

    def __init__(
        self, data: QueryDict | None = None, *, response: Response, definition: Definition, own: Iterable[Span] = ()
    ) -> None:
        self.response, self.definition, self.own = response, definition, list(own)
        self.renderer = forms.renderers.get_default_renderer()
        if data is not None and f"{PREFIX}-TOTAL_FORMS" not in data:
            data = data.copy()
            data.update({f"{PREFIX}-TOTAL_FORMS": "0", f"{PREFIX}-INITIAL_FORMS": "0"})
        initial = [as_initial(span) for span in self.own]
        super().__init__(data, prefix=PREFIX, initial=initial if data is None else None, form_kwargs={"formset": self})

    @property
    def asks(self) -> bool:
        """Whether the form in force asks for marks at all."""
        return self.definition.spans and bool(self.definition.categories)

    @cached_property
    def kinds(self) -> list[Choice]:
        """The categories, each below the one it stands under."""
        return below("", "", 0, self.definition.categories)

    @cached_property
    def groups(self) -> list[list[Choice]]:
        """The categories again, each of the first level with all below it."""
        groups: list[list[Choice]] = []
        for kind in self.kinds:
            groups = [*groups, [kind]] if kind.depth == 0 else [*groups[:-1], [*groups[-1], kind]]
        return groups

    @cached_property
    def missing_kind(self) -> str:
        """What an omission is marked as unless somebody says otherwise."""
        names = [one.name for one in self.definition.categories if one.level == "response"]
        return (names or [one.name for one in self.definition.categories] or [""])[0]

    def text_of(self, turn: int | None) -> str:
        """The text that places count in: the response's, or that of one turn before it."""
        if turn is None:
            return self.response.text
        messages = self.response.messages
        return str(messages[turn]["content"]) if turn < len(messages) else ""

    @cached_property
    def by_sentence(self) -> SentenceForm:
        """Marking without script."""
        return SentenceForm(self.data if self.is_bound else None, kinds=self.kinds, prefix="mark")

    @cached_property
    def places(self) -> list[tuple[int, int]]:
        """Where the response's sentences stand."""
        return sentences(self.response.text)

    @cached_property
    def sentences(self) -> list[Sentence]:
        """The response's first sentences, each to be ticked."""
        ticked, text = set(self.ticked()), self.response.text
        return [
            Sentence(f"{start}-{end}", words_at(text, start, end), (start, end) in ticked)
            for start, end in self.places[:MOST_SENTENCES]
        ]

    @property
    def sentences_left_out(self) -> int:
        """How many sentences of a very long text are not listed."""
        return max(0, len(self.places) - MOST_SENTENCES)

    def ticked(self) -> list[tuple[int, int]]:
        """The places of the ticked sentences that lie in the text."""
        given = self.data.getlist("sentence") if isinstance(self.data, QueryDict) else []
        places = [(int(found[1]), int(found[2])) for found in map(PLACE.match, given) if found]
        return [(start, end) for start, end in places if start < end <= len(self.response.text)]

    def clean(self) -> None:
        """Nothing by sentence that is not right either."""
        if self.asks and not self.by_sentence.is_valid():
            raise forms.ValidationError([str(one) for errors in self.by_sentence.errors.values() for one in errors])
        if self.asks and self.ticked() and not self.by_sentence.cleaned_data["category"]:
            raise forms.ValidationError(_("Say what kind of mark the ticked sentences get."))

    def marks(self) -> list[Mark]:
        """New marks and changed ones, for `feedback.capture.marking.record_marks`."""
        return [*self.rows_that_say_something(), *self.marks_by_sentence()] if self.asks else []

    def rows_that_say_something(self) -> list[Mark]:
        """Marks from the rows, without those that stand already as they are."""
        standing = {span.pk: as_initial(span) for span in self.own}
        rows = [row for row in self.forms if row.cleaned_data and not row.cleaned_data.get("DELETE")]
        marks = [row.mark() for row in rows]
        return [mark for mark in marks if mark.changes is None or not same(mark, standing.get(mark.changes))]

    def marks_by_sentence(self) -> list[Mark]:
        """Marks from the ticked sentences, and what is missing."""
        said = self.by_sentence.cleaned_data
        severity = said["severity"] if self.definition.severity else ""
        how = {"severity": severity, "reason": said["reason"], "replacement": said["replacement"] or None}
        marks = [Mark(Marked(start=a, end=b, category=said["category"], **how)) for a, b in self.ticked()]
        if said["missing"] and self.definition.omissions:
            what = {"category": self.missing_kind, "severity": severity, "reason": said["missing"]}
            marks.append(Mark(Marked(start=None, end=None, replacement=None, **what)))
        return marks

    def removed(self) -> list[int]:
        """The person's own marks that were taken away."""
        own = {span.pk for span in self.own}
        gone = [row.cleaned_data.get("id") for row in self.forms if row.cleaned_data.get("DELETE")]
        return [number for number in gone if number in own] if self.asks else []


def span_forms(
    data: QueryDict | None = None, *, response: Response, definition: Definition, own: Iterable[Span] = ()
) -> SpanFormSet:
    """The marks of one response as forms; `own` is `capture.marking.own_spans`."""
    return SpanFormSet(data, response=response, definition=definition, own=own)


def below(parent: str, before: str, depth: int, categories: Iterable[Category]) -> list[Choice]:
    """The categories that stand under `parent`, each followed by its own."""
    found: list[Choice] = []
    for one in categories:
        if one.parent == parent and depth < 9:
            label = f"{before}{one.label}"
            found += [Choice(one, depth, label), *below(one.name, f"{label} › ", depth + 1, categories)]
    return found


def as_initial(span: Span) -> dict[str, Any]:
    """A standing mark as a row begins with it."""
    said = next(iter(span.critiques.all()), None)
    return {
        "id": span.pk,
        "turn": span.turn,
        "start": span.start,
        "end": span.end,
        "category": span.category,
        "severity": span.severity,
        "reason": span.reason,
        "replacement": span.replacement or "",
        "cut": span.replacement == "",
        "words": said.text if said else "",
        "improve": said.improve if said else "",
    }


def same(mark: Mark, standing: dict[str, Any] | None) -> bool:
    """Whether a mark says what stands already."""
    if standing is None:
        return False
    now = mark.marked
    place = (now.turn, now.start, now.end, now.category, now.severity, now.reason, now.replacement)
    old = "" if standing["cut"] else standing["replacement"] or None
    before = (*(standing[name] for name in ("turn", "start", "end", "category", "severity", "reason")), old)
    return place == before and (mark.words, mark.improve) == (standing["words"], standing["improve"])
