"""Marks and rewrites that come with an import, in bulk. Each is stored once: keys are made from the content."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from feedback.capture.anchors import anchor
from feedback.capture.definition import NAME, Category, Definition
from feedback.capture.forms import form_of, learn_categories
from feedback.datasets.readers.formats import CATEGORIES
from feedback.datasets.readers.rows import Mark, Rewrite
from feedback.datasets.stored import PROTOCOL, Placed, RaterNamed, unknown
from feedback.errors import Refused
from feedback.examples.hashes import text_hash
from feedback.models import Edit, Import, Project, Response, Span


def add_marks(placed: Sequence[Placed], project: Project, imported: Import | None, named: RaterNamed) -> int:
    """Store the marks of a batch; the form learns the categories it does not have. Returns how many are new."""
    marks = [(one, mark) for one in placed for mark in one.row.marks]
    if not marks:
        return 0
    number = with_categories(project, [mark.category for _, mark in marks], imported)
    _, form = form_of(project, number)
    rows: dict[tuple[int, str], Span] = {}
    for one, mark in marks:
        row = span(one, mark, form, named)
        row.project, row.form_version, row.imported_in = project, number, imported
        while (row.rater.pk, row.key) in rows:  # the very same mark twice in one row is two marks
            row.key = text_hash(row.key)
        rows[row.rater.pk, row.key] = row
    return len(Span.objects.bulk_create(unknown(Span, rows), batch_size=1000))


def with_categories(project: Project, names: Iterable[str], imported: Import | None) -> int:
    """The number of the form that has all these categories; those a format knows bring their place in the taxonomy."""
    wanted: dict[str, Category] = {}
    for name in dict.fromkeys(names):
        if not NAME.match(name):
            raise Refused(f"{name!r} cannot be a category's name: use lower-case letters, digits and hyphens.")
        category = CATEGORIES.get(name) or Category(name=name, label=name.replace("-", " ").capitalize())
        if category.parent:
            wanted.setdefault(category.parent, CATEGORIES[category.parent])
        wanted.setdefault(name, category)
    source = imported.filename if imported else "an import"
    return learn_categories(
        project, wanted.values(), by=imported.made_by if imported else None, change=f"Kinds of marks from {source}"
    )


def span(one: Placed, mark: Mark, form: Definition, named: RaterNamed) -> Span:
    """A mark as a row."""
    text = text_of(one, mark.answer, mark.turn)
    category = form.category(mark.category)
    place: dict[str, Any] = {}
    if mark.start is not None and mark.end is not None:
        found = anchor(text, mark.start, mark.end)
        place = {"start": found.start, "end": found.end, "quote": found.quote,
                 "prefix": found.prefix, "suffix": found.suffix}  # fmt: skip
    return Span(
        response_id=one.responses[mark.answer], turn=mark.turn, rater=named(mark.rater, mark.by), protocol=PROTOCOL,
        category=mark.category,
        severity=mark.severity, reason=mark.reason, replacement=mark.replacement, shown=mark.shown,
        objective=category.objective if category else "", key=mark_key(one, mark), **place,
    )  # fmt: skip


def text_of(one: Placed, answer: int, turn: int | None) -> str:
    """The text of an answer, or of a turn of the dialogue it ends."""
    found = one.row.answers[answer]
    if turn is None:
        return found.text
    return (one.row.messages if found.turns is None else found.turns)[turn]["content"]


def mark_key(one: Placed, mark: Mark) -> str:
    """The key of a mark: where it stands and what it says."""
    turn = [] if mark.turn is None else [mark.turn]
    content = (one.hash_of(mark.answer), mark.start, mark.end, mark.category, mark.reason, mark.shown, *turn)
    return text_hash("|".join(map(str, (one.example_hash, *content))))


def add_rewrites(placed: Sequence[Placed], project: Project, imported: Import | None, named: RaterNamed) -> int:
    """Store the rewrites of a batch, each with the response it makes. Returns how many are new."""
    rows: dict[tuple[int, str], Edit] = {}
    for one in placed:
        for rewrite in one.row.rewrites:
            row = edit(one, rewrite, named)
            row.project, row.imported_in, row.result.imported_in = project, imported, imported
            rows.setdefault((row.rater.pk, row.key), row)
    missing = unknown(Edit, rows)
    Response.objects.bulk_create([row.result for row in missing], batch_size=1000)
    for row in missing:
        row.result_id = row.result.pk
    return len(Edit.objects.bulk_create(missing, batch_size=1000))


def edit(one: Placed, rewrite: Rewrite, named: RaterNamed) -> Edit:
    """A rewrite as a row, with its response, which is not stored yet."""
    rater, answer = named(rewrite.rater, rewrite.by), one.row.answers[rewrite.answer]
    turns = answer.turns if rewrite.turn is None else (answer.turns or one.row.messages)[: rewrite.turn]
    result = Response(
        example_id=one.example, text=rewrite.text, content_hash=text_hash(rewrite.text), turns=turns and list(turns),
        origin=Response.Origin.EDITED, parent_id=one.responses[rewrite.answer], author=rater,
    )  # fmt: skip
    turn = [] if rewrite.turn is None else [str(rewrite.turn)]
    told = ["rewrite", one.example_hash, one.hash_of(rewrite.answer), text_hash(rewrite.text), *turn]
    key = text_hash("|".join(told))
    return Edit(
        response_id=one.responses[rewrite.answer], result=result, rater=rater, protocol=PROTOCOL, key=key,
        reason=rewrite.reason, turn=rewrite.turn, ideal=rewrite.ideal,
    )  # fmt: skip
