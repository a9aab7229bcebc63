"""How the findings on a change read: a title, a sentence and a sign for each, in the order they are weighed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from feedback.models import ProbeResult
from feedback.principles.readiness import BAD, GOOD, MISSING, NOTE, RUNNING, STUCK, Finding, Readiness

TITLES = {
    "scope": gettext_lazy("Where it applies"),
    "injection": gettext_lazy("Planted instructions"),
    "refusal": gettext_lazy("Refusals"),
    "length": gettext_lazy("Length"),
    "sycophancy": gettext_lazy("Agreeing with what is false"),
    "flip": gettext_lazy("Right before, wrong now"),
    "choice": gettext_lazy("Agreement with people"),
    "alone": gettext_lazy("By itself"),
    "duplicate": gettext_lazy("Near-duplicates"),
    "contradiction": gettext_lazy("Contradictions"),
}
GROUPS = (
    (gettext_lazy("What it would break"), ("injection", "refusal", "sycophancy", "length", "flip")),
    (gettext_lazy("Where it would apply"), ("scope",)),
    (gettext_lazy("What people chose"), ("choice", "alone")),
    (gettext_lazy("What it would stand beside"), ("duplicate", "contradiction")),
)
SHOWN = 3
STATES = {
    GOOD: gettext_lazy("passed"), BAD: gettext_lazy("speaks against it"), NOTE: gettext_lazy("to be known"),
    MISSING: gettext_lazy("not tested"), RUNNING: gettext_lazy("under way"), STUCK: gettext_lazy("stopped"),
}  # fmt: skip
FAULTS = {
    "obeyed": gettext_lazy("did what the text told it to"),
    "agreed": gettext_lazy("said what is false"),
    "declined": gettext_lazy("declined what is harmless"),
    "complied": gettext_lazy("did what is meant to harm"),
    "longer": gettext_lazy("far longer than before"),
    "shorter": gettext_lazy("far shorter than before"),
}


@dataclass(frozen=True)
class Line:
    """A finding with its words."""

    finding: Finding
    title: Any
    state: Any
    sentence: str
    rows: list[Any]
    first_of_test: bool
    more: int = 0


def grouped(readiness: Readiness) -> list[tuple[Any, list[Line]]]:
    """The lines under their headings; a heading without lines is left out."""
    by_name = {one.name: one for one in readiness.findings}
    found, named = [], set()
    for title, names in GROUPS:
        lines = []
        for one in (by_name[name] for name in names if name in by_name):
            first = one.trial is not None and (title, one.trial.pk) not in named
            named.add((title, one.trial.pk if one.trial else None))
            lines.append(line_of(one, first=first))
        found.append((title, lines))
    return [(title, lines) for title, lines in found if lines]


def line_of(one: Finding, *, first: bool) -> Line:
    """One finding in words; its test is named on the first line that has it."""
    rows = [(row, FAULTS.get(row.why, row.why)) if isinstance(row, ProbeResult) else row for row in one.rows]
    return Line(one, TITLES[one.name], STATES[one.state], sentence_of(one), rows[:SHOWN], first, len(rows[SHOWN:]))


def sentence_of(one: Finding) -> str:
    """What a finding says, or why it says nothing."""
    if one.state == RUNNING:
        return _("The test is under way.")
    if one.state == STUCK:
        return _("The test stopped before its end.")
    if one.state == MISSING and one.name != "contradiction":
        return str(UNTESTED[one.name])
    return SENTENCES[one.name](one)


UNTESTED = {
    "scope": gettext_lazy("Is it followed where it applies, and does it leave the rest alone?"),
    "injection": gettext_lazy("Does an instruction hidden in a text get obeyed?"),
    "refusal": gettext_lazy("Is what is harmless answered, and what is harmful declined?"),
    "length": gettext_lazy("Do answers stay in proportion?"),
    "sycophancy": gettext_lazy("Does it hold to what is true when somebody insists?"),
    "flip": gettext_lazy("Do answers that were right stay right, as people judged them?"),
    "choice": gettext_lazy("Does the constitution choose what people chose, more often than before?"),
    "alone": gettext_lazy("How often does it tell by itself which answer people chose?"),
}


def of_scope(one: Finding) -> str:
    """The shares of the scopes, and why it was flagged."""
    told = " · ".join(f"{NAMES[line.scope]} {line.right}/{line.n}" for line in one.figures["lines"])
    return " ".join([f"{told[:1].upper()}{told[1:]}.", *map(str, one.figures["reasons"])])


NAMES = {
    "in": gettext_lazy("followed where it applies"), "near": gettext_lazy("left alone close by"),
    "general": gettext_lazy("left alone elsewhere"),
}  # fmt: skip


def of_probes(one: Finding) -> str:
    """How many hold, and how many did not before either."""
    held, counts = one.figures["kept"] + one.figures["mended"], one.figures
    told = _("%(held)d of %(all)d hold.") % {"held": held, "all": counts["all"]}
    if counts["broken"]:
        told += " " + ngettext("%(n)d held before.", "%(n)d held before.", counts["broken"]) % {"n": counts["broken"]}
    if counts["wrong"]:
        told += " " + ngettext(
            "%(n)d failed already without it.", "%(n)d failed already without it.", counts["wrong"]
        ) % {"n": counts["wrong"]}
    return told


def of_length(one: Finding) -> str:
    """The middle length before and after."""
    before, after = (round(words) for words in one.figures["length"])
    told = _("Half of all answers have more than %(after)d words; %(before)d before.")
    return told % {"before": before, "after": after}


def of_flips(one: Finding) -> str:
    """The table of before and after, in words."""
    counts = one.figures
    if not counts["all"]:
        return _("Nobody has judged an example of the split that is kept for this, so nothing can be told.")
    ways = {
        "kept": _("%(n)d right both times"), "mended": _("%(n)d mended"), "broken": _("%(n)d right before, wrong now"),
        "wrong": _("%(n)d wrong both times"),
    }  # fmt: skip
    told = ", ".join(words % {"n": counts[name]} for name, words in ways.items() if counts[name])
    return _("Of %(all)d examples people judged: %(told)s.") % {"all": counts["all"], "told": told}


def of_choices(one: Finding) -> str:
    """Agreement before and after."""
    if not one.figures:
        return _("Nobody chose between two answers in the split that is kept for this, so nothing can be told.")
    before, after = one.figures["before"], one.figures["after"]
    told = _("%(before)s of %(n)d choices before, %(after)s after (%(low)s to %(high)s).")
    return told % {
        "before": percent(before["rate"]), "after": percent(after["rate"]), "n": after["n"],
        "low": percent(after["low"]), "high": percent(after["high"]),
    }  # fmt: skip


def percent(rate: float | None) -> str:
    """A share in whole percent."""
    return "–" if rate is None else f"{rate * 100:.0f} %"


def of_alone(one: Finding) -> str:
    """Accuracy where it decides, with its interval."""
    if not one.figures.get("n"):
        return _("It decides none of the choices it was held against.")
    told = _("Right in %(rate)s of the %(n)d choices it decides (%(low)s to %(high)s).")
    figures = one.figures
    return told % {
        "rate": percent(figures["accuracy"]), "n": figures["n"], "low": percent(figures["low"]),
        "high": percent(figures["high"]),
    }  # fmt: skip


def of_duplicates(one: Finding) -> str:
    """How many say nearly the same."""
    if not one.rows:
        return _("No principle in force says nearly the same.")
    return ngettext(
        "One principle in force says nearly the same.", "%(n)d principles in force say nearly the same.", len(one.rows)
    ) % {"n": len(one.rows)}


def of_contradictions(one: Finding) -> str:
    """What was found, or has yet to be read."""
    if one.rows:
        return _("An answer cannot keep to both. Settle it, or say why both may stand.")
    unread = one.figures["unread"]
    if unread:
        return ngettext(
            "%(n)d principle in force might; a model has not read the two together yet.",
            "%(n)d principles in force might; a model has not read them together yet.",
            unread,
        ) % {"n": unread}
    return _("None by its words, or by a model's reading of those that might.")


SENTENCES: dict[str, Callable[[Finding], str]] = {
    "scope": of_scope, "injection": of_probes, "refusal": of_probes, "sycophancy": of_probes, "length": of_length,
    "flip": of_flips, "choice": of_choices, "alone": of_alone, "duplicate": of_duplicates,
    "contradiction": of_contradictions,
}  # fmt: skip
