"""What changed from one version of a form to the next, part by part. Pure; it words nothing, the page does."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from feedback.capture.definition import Definition, Named

LISTS = ("aspects", "categories", "failures", "stages", "perspectives")


@dataclass(frozen=True)
class Difference:
    """One field of a part (or a switch), before and after."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Change:
    """A part that was added, removed, changed or moved; `where` is its list, or "switches" with `name` the switch."""

    kind: str
    where: str
    name: str
    label: str
    differences: list[Difference] = field(default_factory=list)


def changes(old: Definition, new: Definition) -> list[Change]:
    """Everything in which `new` differs from `old`, in the order of the form."""
    found = [change for where in LISTS for change in in_list(where, getattr(old, where), getattr(new, where))]
    switches = [name for name in Definition.model_fields if name not in LISTS]
    for name in switches:
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            found.append(Change("changed", "switches", name, name, [Difference(name, before, after)]))
    return found


def in_list(where: str, old: tuple[Named, ...], new: tuple[Named, ...]) -> list[Change]:
    """The changes of one list; parts are the same by name."""
    before = {one.name: one for one in old}
    after = {one.name: one for one in new}
    found = [Change("removed", where, one.name, one.label) for one in old if one.name not in after]
    for one in new:
        if one.name not in before:
            found.append(Change("added", where, one.name, one.label))
        elif before[one.name] != one:
            found.append(Change("changed", where, one.name, one.label, differences(before[one.name], one)))
    kept = [name for name in before if name in after]
    if kept != [name for name in after if name in before]:
        found.append(Change("moved", where, "", ""))
    return found


def differences(old: Named, new: Named) -> list[Difference]:
    """The fields in which two parts of one name differ."""
    pairs = [(name, getattr(old, name), getattr(new, name)) for name in type(new).model_fields]
    return [Difference(name, before, after) for name, before, after in pairs if before != after]


def taxonomy_changed(old: Definition, new: Definition) -> bool:
    """Whether the lists by which feedback is sorted are other ones; somebody has to stand for that."""
    return any(getattr(old, where) != getattr(new, where) for where in LISTS if where != "aspects")
