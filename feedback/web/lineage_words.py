"""What the picture of a row's lineage says of each thing in it, and where that can be opened."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from feedback.datasets.lineage import Node
from feedback.models import Rater, Response
from feedback.web.story import moment_of

PERSON, MODEL, SIMULATED, THING = "person", "model", "simulated", "thing"
KINDS = {
    "preference": lazy("Preference"), "ranking": lazy("Ranking"), "rating": lazy("Rating"),
    "critique": lazy("Critique"), "span": lazy("Mark"), "edit": lazy("Rewrite"),
    "demonstration": lazy("Demonstration"), "hint": lazy("Hint"), "followup": lazy("Follow-up"),
    "uptake": lazy("Uptake"), "pulse": lazy("Press"), "checkruling": lazy("Word on a check"),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Spot:
    """A node as it is shown: `by` says whose it is, `url` is "" where it has no page; `more` is for the list."""

    key: str
    kind: str
    title: str
    words: str = ""
    by: str = THING
    url: str = ""
    more: str = ""


def spot_of(node: Node, slug: str, seen: Container[int]) -> Spot:
    """A node in words. What others said of an answer that one has not judged is not told."""
    return SAYS[node.kind](node, slug, seen)


def row_spot(node: Node, slug: str, seen: Container[int]) -> Spot:
    """The end of the thread."""
    return Spot(
        key=node.key,
        kind="row",
        title=_("The row"),
        words=getattr(node.row, "title", "") or KINDS[node.row._meta.model_name],
        url="#the-row",
    )


def said_spot(node: Node, slug: str, seen: Container[int]) -> Spot:
    """A piece of feedback: the click."""
    row = node.row
    kind = str(row._meta.model_name)
    if kind == "group":
        return Spot(key=node.key, kind=node.kind, title=_("Comments"), words=str(row), by=PERSON)
    answer = answer_behind(row)
    hidden = node.kind != "said" and answer is not None and answer.pk not in seen
    words = _("Shown once you have judged that answer yourself.") if hidden else gist(row)
    title = str(KINDS.get(kind, kind)) if node.kind == "said" else f"{KINDS.get(kind, kind)} · {row.rater.name}"
    return Spot(
        key=node.key, kind=kind if node.kind == "said" else node.kind, title=title, words=words, by=by_rater(row.rater),
        url=example_url(slug, row, answer), more=circumstances(row),
    )  # fmt: skip


def gist(row: Any) -> str:
    """What a piece of feedback says, in a line."""
    kind = row._meta.model_name
    if kind == "preference":
        strength = f" ({row.strength:+d})" if row.strength else ""
        return f"{row.get_outcome_display()}{strength}" + (f": {row.reason}" if row.reason else "")
    if kind == "critique":
        return f"{row.get_polarity_display()}: {row.words}"
    return getattr(row, "reason", "") or (_("A rewrite, no reason given") if kind == "edit" else str(row))


def circumstances(row: Any) -> str:
    """How it was said: when, how, how long it took, with which form."""
    parts = [date_format(row.created_at, "j F Y, H:i"), row.protocol]
    if row.seconds:
        parts.append(_("%(seconds).0f seconds") % {"seconds": row.seconds})
    parts.append(_("form %(number)d") % {"number": row.form_version})
    if (row.shown or {}).get("order"):
        parts.append(_("order of showing kept"))
    return ", ".join(part for part in parts if part)


def answer_behind(row: Any) -> Any:
    """The answer a piece of feedback is about, as far as it is at hand."""
    for name in ("response", "response_a", "result"):
        if getattr(row, f"{name}_id", None):
            return getattr(row, name)
    return row.critique.response if getattr(row, "critique_id", None) else None


def example_url(slug: str, row: Any, answer: Any) -> str:
    """Where the example stands, at the answer."""
    example = answer.example if answer is not None else getattr(row, "example", None)
    if example is None:
        return ""
    return reverse("example", args=[slug, example.number]) + (f"#response-{answer.pk}" if answer is not None else "")


def by_rater(rater: Rater) -> str:
    """Whose word it is."""
    if rater.kind == Rater.Kind.SIMULATED or rater.model == "simulated":
        return SIMULATED
    return PERSON if rater.kind in {Rater.Kind.PERSON, Rater.Kind.IMPORTED} else MODEL


def rater_spot(node: Node, slug: str, seen: Container[int]) -> Spot:
    """Who said it."""
    rater = node.row
    return Spot(key=node.key, kind="rater", title=rater.name, words=rater.get_kind_display(), by=by_rater(rater))


def answer_spot(node: Node, slug: str, seen: Container[int]) -> Spot:
    """An answer."""
    row: Response = node.row
    by = (
        SIMULATED if row.simulated else PERSON if row.author_id else MODEL if row.model or row.produced_by_id else THING
    )
    return Spot(
        key=node.key, kind="answer", title=_("Answer, %(origin)s") % {"origin": row.get_origin_display().lower()},
        words=row.text, by=by, url=reverse("example", args=[slug, row.example.number]) + f"#response-{row.pk}",
        more=row.model or (row.author.name if row.author else ""),
    )  # fmt: skip


def import_spot(node: Node, slug: str, seen: Container[int]) -> Spot:
    """The file something came in."""
    row = node.row
    return Spot(
        key=node.key, kind="import", title=row.filename, words=date_format(row.created_at, "j F Y"),
        more=_("%(format)s, SHA-256 %(hash)s") % {"format": row.format, "hash": row.sha256[:12]},
    )  # fmt: skip


def step_spot(node: Node, slug: str, seen: Container[int]) -> Spot:
    """A step of a run."""
    step, moment = node.row, moment_of(node.row)
    return Spot(
        key=node.key, kind="step", title=moment.heading, words=moment.critique or moment.changed or moment.why,
        by=SIMULATED if moment.simulated else MODEL,
        url=reverse("run_item", args=[slug, step.run.number, step.item.position]),
        more=_("run %(run)d, %(part)s, step %(position)d")
        % {"run": step.run.number, "part": step.part, "position": step.position},
    )  # fmt: skip


def errand_spot(node: Node, slug: str, seen: Container[int]) -> Spot:
    """Something a model was sent for from the desk."""
    return Spot(key=node.key, kind="errand", title=node.row.get_kind_display(), words=node.row.words, by=MODEL)


def call_spot(node: Node, slug: str, seen: Container[int]) -> Spot:
    """A call to a model."""
    call = node.row
    spent = _("%(tokens)d tokens") % {"tokens": call.total_tokens}
    paid = "" if call.cost is None else f", ${call.cost:.4f}"
    took = f", {call.milliseconds} ms" if call.milliseconds else ""
    return Spot(
        key=node.key, kind="call", title=call.model, words=f"{call.role}, {spent}",
        by=SIMULATED if call.simulated else MODEL, more=f"{call.role}, {spent}{paid}{took}, {call.slot}",
    )  # fmt: skip


def prompt_spot(node: Node, slug: str, seen: Container[int]) -> Spot:
    """The prompt that was sent, by name and hash."""
    call = node.row
    return Spot(
        key=node.key, kind="prompt", title=_("Prompt"), words=call.prompt_name.replace("_", " "),
        more=call.prompt_hash[:12],
    )  # fmt: skip


def constitution_spot(node: Node, slug: str, seen: Container[int]) -> Spot:
    """The constitution that was in force."""
    row = node.row
    return Spot(
        key=node.key, kind="constitution", title=_("Constitution %(number)d") % {"number": row.number},
        words=row.change, url=reverse("constitution_version", args=[slug, row.number]),
    )  # fmt: skip


def principle_spot(node: Node, slug: str, seen: Container[int]) -> Spot:
    """A principle in the wording that was applied."""
    version = node.row
    return Spot(
        key=node.key, kind="principle", words=str(version),
        url=reverse("principle", args=[slug, version.principle.number]),
        title=_("Principle %(number)d") % {"number": version.principle.number},
    )  # fmt: skip


SAYS = {
    "row": row_spot, "said": said_spot, "about": said_spot, "words": said_spot, "rater": rater_spot,
    "answer": answer_spot, "import": import_spot, "step": step_spot, "errand": errand_spot, "call": call_spot,
    "prompt": prompt_spot, "constitution": constitution_spot, "principle": principle_spot,
}  # fmt: skip
