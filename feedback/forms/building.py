"""The project's form as a form: rows of aspects, categories and lists, switches, and who stands for the change.

Rows are added, removed and moved by buttons that post the whole form; nothing is kept until it is saved.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from pydantic import ValidationError

from feedback.capture.changes import LISTS, taxonomy_changed
from feedback.capture.definition import SCALES, Category, Definition, Named
from feedback.capture.keys import collisions
from feedback.forms.parts import (
    AspectRow,
    CategoryRow,
    FailureRow,
    PerspectiveRow,
    StageRow,
    SwitchesForm,
    VersionForm,
    anchors_as_lines,
)

MOST = 60
Filled = dict[str, Any]
ROWS: dict[str, type[forms.Form]] = {
    "aspects": AspectRow, "categories": CategoryRow, "failures": FailureRow, "stages": StageRow,
    "perspectives": PerspectiveRow,
}  # fmt: skip
THEN = re.compile(r"(add|drop|up)-(aspects|categories|failures|stages|perspectives)(?:-(\d{1,3}))?")


class Rows(forms.BaseFormSet):
    """The rows of one list. Rows without a label and a name are as good as not there."""

    def parts(self) -> list[dict[str, Any]]:
        """What the rows say, in order, for the definition."""
        return [row.part() for row in self.forms if row.cleaned_data.get("label")]


class Builder:
    """The whole form. `before` is the one in force; `data` what is to be saved, `filled` what to begin with instead."""

    def __init__(self, *, before: Definition, data: QueryDict | None = None, filled: Filled | None = None) -> None:
        self.before = before
        self.built: Definition | None = None
        filled = filled or {}
        self.lists = {where: rows_of(where, data, filled.get(where)) for where in LISTS}
        choices = parents(taken_apart(data, "categories") if data else filled.get("categories", []))
        for row in self.lists["categories"].forms:
            row.offer(choices)
        self.switches = SwitchesForm(data, initial=filled.get("switches"))
        self.version = VersionForm(data, initial=filled.get("version"))

    def shapes_up(self) -> bool:
        """Whether everything typed makes a definition. What is wrong as a whole stands at the version's errors."""
        if not all([*(rows.is_valid() for rows in self.lists.values()), self.switches.is_valid()]):
            self.complain(_("Nothing was saved yet. See the marked fields."))
            return False
        try:
            self.built = Definition.model_validate(self.typed())
        except ValidationError as trouble:
            self.complain(*(sentence(error["msg"]) for error in trouble.errors()))
            return False
        return True

    def is_valid(self) -> bool:
        """Whether it may be saved: a definition without key collisions, with somebody who stands for its taxonomy."""
        if not self.shapes_up() or self.built is None:
            return False
        self.complain(*collisions(self.built))
        unapproved = not self.version.cleaned_data.get("approved_by")
        if taxonomy_changed(self.before, self.built) and unapproved:
            self.version.add_error("approved_by", _("The taxonomy changed. Say who stands for it."))
        return bool(self.version.is_valid())

    def typed(self) -> dict[str, Any]:
        """What was typed, as a definition is written."""
        lists = {where: rows.parts() for where, rows in self.lists.items()}
        return {**lists, **self.switches.cleaned_data}

    def point_to(self, where: str) -> None:
        """Have the cursor in the last row of a list."""
        if where in self.lists and self.lists[where].forms:
            self.lists[where].forms[-1].fields["label"].widget.attrs["autofocus"] = True

    def complain(self, *sentences: Any) -> None:
        """Say what is wrong with the form as a whole."""
        self.version.is_valid()
        for one in sentences:
            self.version.add_error(None, one)

    @property
    def definition(self) -> Definition:
        """What was built, once `is_valid` said so."""
        assert self.built is not None
        return self.built


def rows_of(where: str, data: QueryDict | None, filled: list[dict[str, Any]] | None) -> Rows:
    """The rows of one list, from what is to be saved or from what they begin with."""
    maker = forms.formset_factory(ROWS[where], formset=Rows, extra=0, max_num=MOST, validate_max=True)
    rows: Rows = maker(data, prefix=where, initial=filled)
    return rows


def filled_from(definition: Definition, **version: Any) -> Filled:
    """What the builder shows of a definition; `version` fills the imprint."""
    lists = {where: [initial(one) for one in getattr(definition, where)] for where in LISTS}
    return {**lists, "switches": definition.model_dump(mode="json"), "version": version}


def filled_again(data: QueryDict) -> Filled:
    """What the builder shows of what was typed so far, with nothing checked yet."""
    lists = {where: [as_typed(ROWS[where], row) for row in taken_apart(data, where)] for where in LISTS}
    return {**lists, "switches": as_typed(SwitchesForm, data), "version": as_typed(VersionForm, data)}


def as_typed(form: type[forms.Form], said: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a form as they were sent; a box that was not ticked is not there."""
    return {name: said.get(name, "") for name in form.base_fields}


def initial(part: Named) -> dict[str, Any]:
    """A part as its row shows it."""
    row = part.model_dump()
    if "anchors" in row:
        row["anchors"] = anchors_as_lines(row["anchors"])
        row["compulsory"] = not row["can_skip"]
    return row


def parents(rows: list[dict[str, Any]]) -> list[tuple[str, Any]]:
    """The categories one may stand under: name and label."""
    found = [(row.get("name", ""), row.get("label", "")) for row in rows]
    return [("", _("nothing")), *((name, label) for name, label in found if name and label)]


def sentence(message: str) -> str:
    """What pydantic says, without its own opening."""
    return message.removeprefix("Value error, ")


def named(data: QueryDict) -> QueryDict:
    """What was posted, every labelled row with a name: made of its label once, then kept."""
    data = data.copy()
    for where in LISTS:
        rows = taken_apart(data, where)
        taken = {row["name"] for row in rows if row.get("name")}
        for row in rows:
            if row.get("label", "").strip() and not row.get("name"):
                row["name"] = free_name(row["label"], where, taken)
                taken.add(row["name"])
        put_back(data, where, rows)
    return data


def free_name(label: str, where: str, taken: set[str]) -> str:
    """A name made of the label that no other row of the list has."""
    stem = slugify(label).replace("_", "-")[:36].strip("-") or where[:-1]
    return next(name for n in range(1, MOST * 2) if (name := stem if n == 1 else f"{stem}-{n}") not in taken)


def rearranged(data: QueryDict, then: str) -> QueryDict | None:
    """What was posted with a row added, taken out or moved up, as the button says; None for any other button."""
    asked = THEN.fullmatch(then)
    if not asked:
        return None
    what, where, place = asked[1], asked[2], int(asked[3] or 0)
    data = data.copy()
    rows = taken_apart(data, where)
    if what == "add" and len(rows) < MOST:
        rows.append(fresh(where))
    elif what == "drop":
        del rows[place : place + 1]
    elif what == "up" and 0 < place < len(rows):
        rows[place - 1 : place + 1] = [rows[place], rows[place - 1]]
    put_back(data, where, rows)
    return data


def fresh(where: str) -> dict[str, str]:
    """A new row with what its kind begins with."""
    if where == "aspects":
        return {"style": "likert", "scale": str(SCALES["likert"]), "cannot_judge": "on"}
    return {"weight": str(Category.model_fields["weight"].default)} if where == "categories" else {}


def taken_apart(data: Mapping[str, Any], where: str) -> list[dict[str, str]]:
    """The posted rows of one list, each as field and value."""
    found: dict[int, dict[str, str]] = {}
    pattern = re.compile(rf"{where}-(\d{{1,3}})-(\w+)")
    for key in data:
        if parts := pattern.fullmatch(key):
            found.setdefault(int(parts[1]), {})[parts[2]] = str(data[key])
    return [found.get(place, {}) for place in range(total(data, where))]


def total(data: Mapping[str, Any], where: str) -> int:
    """How many rows were posted."""
    told = str(data.get(f"{where}-TOTAL_FORMS", ""))
    return min(int(told), MOST) if told.isdecimal() else 0


def put_back(data: QueryDict, where: str, rows: list[dict[str, str]]) -> None:
    """Write the rows of one list over the ones posted; a list that was not posted stays away, to be told so."""
    if f"{where}-TOTAL_FORMS" not in data:
        return
    for key in [key for key in data if re.fullmatch(rf"{where}-\d+-\w+", key)]:
        del data[key]
    data[f"{where}-TOTAL_FORMS"] = str(len(rows))
    data[f"{where}-INITIAL_FORMS"] = "0"
    for place, row in enumerate(rows):
        for field, value in row.items():
            data[f"{where}-{place}-{field}"] = value
