"""Changes of a form in words: which part, which field, from what to what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from feedback.capture.changes import Change
from feedback.forms.parts import AspectRow, CategoryRow, Row, SwitchesForm, anchors_as_lines

WHERE = {
    "aspects": gettext_lazy("Aspect"),
    "categories": gettext_lazy("Category"),
    "failures": gettext_lazy("Reason for failure"),
    "stages": gettext_lazy("Step"),
    "perspectives": gettext_lazy("Point of view"),
    "switches": gettext_lazy("Asked"),
}
KINDS = {
    "added": gettext_lazy("added"),
    "removed": gettext_lazy("removed"),
    "changed": gettext_lazy("changed"),
    "moved": gettext_lazy("put in another order"),
}
# What the form every project begins with says; pages translate it, and leave what a team wrote itself as it is.
DEFAULT_WORDS = [
    gettext_noop("Overall"), gettext_noop("Bad"), gettext_noop("Poor"), gettext_noop("Fair"), gettext_noop("Good"),
    gettext_noop("Excellent"), gettext_noop("Wrong"), gettext_noop("Irrelevant"), gettext_noop("Unclear"),
    gettext_noop("Harmful"), gettext_noop("Missing"), gettext_noop("Hard to follow or put badly"),
    gettext_noop("Not true, or not supported by what was given"), gettext_noop("Beside what was asked for"),
    gettext_noop("Could do somebody harm"), gettext_noop("Should stay as it is"),
    gettext_noop("Something that should be there"),
]  # fmt: skip
STARTS = {
    "default": gettext_lazy("Overall score, words, marks"),
    "fine-grained": gettext_lazy("Errors of three types and grains (Fine-Grained RLHF)"),
    "deployed": gettext_lazy("Thumb, words and the failing step (dialogue in use)"),
    "counselling": gettext_lazy("Skills at several levels (counsellors in training)"),
    "reactions": gettext_lazy("Hearts beside helpfulness and safety (user reactions)"),
}
SIGNS = {"added": "+", "removed": "−", "changed": "~", "moved": "↕"}
FORMS: dict[str, type[Any]] = {"aspects": AspectRow, "categories": CategoryRow, "switches": SwitchesForm}


@dataclass(frozen=True)
class Told:
    """A change as the page shows it; `lines` are (field, before, after)."""

    kind: str
    sign: str
    where: str
    what: str
    label: str
    lines: list[tuple[str, str, str]]


def told(change: Change) -> Told:
    """A change in words."""
    lines = [
        (field_name(change.where, one.field), in_words(one.before), in_words(one.after)) for one in change.differences
    ]
    label = lines[0][0] if change.where == "switches" else change.label
    return Told(change.kind, SIGNS[change.kind], str(WHERE[change.where]), str(KINDS[change.kind]), label, lines)


def field_name(where: str, field: str) -> str:
    """What the builder calls a field."""
    if field == "can_skip":
        return _("May be left out")
    fields = FORMS.get(where, Row).base_fields
    return str(fields[field].label) if field in fields else field


def in_words(value: Any) -> str:
    """A value of a definition on one line."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dict):
        return anchors_as_lines(value).replace("\n", ", ") or "–"
    return str(value) or "–"
