"""Scores and words that come with an import, in bulk. Each is stored once: keys are made from the content."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from feedback.datasets.marks import mark_key
from feedback.datasets.readers.rows import Comment, Score
from feedback.datasets.stored import Placed, RaterNamed, Rows, key_of, told, unknown
from feedback.models import Critique, Import, Project, Rating, Span


def add_comments(placed: Sequence[Placed], project: Project, imported: Import | None, named: RaterNamed) -> int:
    """Store the words of a batch; marks they are about are there already. Returns how many are new."""
    rows: Rows = {}
    spans = spans_spoken_of(placed, named)
    for one in placed:
        for comment in one.row.comments:
            row: Any = critique(one, comment, project, imported, named)
            if comment.mark is not None:
                row.span_id = spans[span_named(one, comment.mark, named)]
            rows.setdefault((row.rater.pk, row.key), row)
    return len(Critique.objects.bulk_create(unknown(Critique, rows), batch_size=1000))


def critique(one: Placed, said: Comment, project: Project, imported: Import | None, named: RaterNamed) -> Critique:
    """Words as a row."""
    rater = named(said.rater, said.by)
    return Critique(
        **told(project, imported, rater, comment_key(one, said)), response_id=one.responses[said.answer],
        polarity=said.polarity, text=said.text, improve=said.improve, scope=scope_of(said), turn=said.turn,
        beside_id=None if said.beside is None else one.responses[said.beside], failure=said.failure[:60],
        stage=said.stage[:60], perspective=said.perspective[:60], looks=said.looks, informative=said.informative,
        objective=said.objective[:60], shown={"reference": True} if said.with_reference else {},
    )  # fmt: skip


def scope_of(said: Comment) -> str:
    """What the words are about."""
    if said.mark is not None:
        return Critique.Scope.SPAN
    if said.beside is not None:
        return Critique.Scope.PAIR
    if said.whole:
        return Critique.Scope.DIALOGUE
    return Critique.Scope.RESPONSE if said.turn is None else Critique.Scope.TURN


def comment_key(one: Placed, said: Comment) -> str:
    """The key of words: what they say, of what, and under which name."""
    beside = "" if said.beside is None else one.hash_of(said.beside)
    mark = "" if said.mark is None else mark_key(one, one.row.marks[said.mark])
    return key_of(
        "words", one.example_hash, one.hash_of(said.answer), scope_of(said), said.turn, beside, mark, said.polarity,
        said.text, said.improve, said.failure, said.stage, said.objective,
    )  # fmt: skip


def span_named(one: Placed, place: int, named: RaterNamed) -> tuple[int, str]:
    """The rater and key of a mark of a row."""
    mark = one.row.marks[place]
    return named(mark.rater, mark.by).pk, mark_key(one, mark)


def spans_spoken_of(placed: Sequence[Placed], named: RaterNamed) -> dict[tuple[int, str], int]:
    """The ids of the marks that words of a batch are about, by rater and key."""
    wanted = {span_named(one, said.mark, named) for one in placed for said in one.row.comments if said.mark is not None}
    if not wanted:
        return {}
    raters, keys = {rater for rater, _ in wanted}, {key for _, key in wanted}
    rows = Span.objects.filter(rater__in=raters, key__in=keys).values_list("rater", "key", "pk")
    return {(rater, key): pk for rater, key, pk in rows}


def add_scores(placed: Sequence[Placed], project: Project, imported: Import | None, named: RaterNamed) -> int:
    """Store the scores of a batch; words they are about are there already. Returns how many are new."""
    rows: Rows = {}
    words = critiques_spoken_of([(one, score.comment) for one in placed for score in one.row.scores], named)
    for one in placed:
        for score in one.row.scores:
            row: Any = rating(one, score, project, imported, named)
            if score.comment is not None:
                row.critique_id = words[comment_named(one, score.comment, named)]
            rows.setdefault((row.rater.pk, row.key), row)
    return len(Rating.objects.bulk_create(unknown(Rating, rows), batch_size=1000))


def rating(one: Placed, said: Score, project: Project, imported: Import | None, named: RaterNamed) -> Rating:
    """A score as a row."""
    about = "" if said.comment is None else comment_key(one, one.row.comments[said.comment])
    key = key_of(
        "score", one.example_hash, one.hash_of(said.answer), said.aspect, said.turn, about, said.score, said.scale
    )
    return Rating(
        **told(project, imported, named(said.rater, said.by), key), response_id=one.responses[said.answer],
        turn=said.turn, aspect=said.aspect[:60], scale=said.scale, score=said.score, cannot_judge=said.score is None,
    )  # fmt: skip


def comment_named(one: Placed, place: int, named: RaterNamed) -> tuple[int, str]:
    """The rater and key of the words at a place of a row."""
    said = one.row.comments[place]
    return named(said.rater, said.by).pk, comment_key(one, said)


def critiques_spoken_of(places: Sequence[tuple[Placed, int | None]], named: RaterNamed) -> dict[tuple[int, str], int]:
    """The ids of the words at these places, by rater and key."""
    wanted = {comment_named(one, place, named) for one, place in places if place is not None}
    if not wanted:
        return {}
    raters, keys = {rater for rater, _ in wanted}, {key for _, key in wanted}
    rows = Critique.objects.filter(rater__in=raters, key__in=keys).values_list("rater", "key", "pk")
    return {(rater, key): pk for rater, key, pk in rows}
