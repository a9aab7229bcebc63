"""Rows of a query set as instances without the ORM's way of making them, with their raters in place.

An export that gathers all that was said of an example reads ten kinds of rows of each batch; making them the usual way,
each with a rater of its own, took most of its time. What else is asked of a row (a related row, a column that was left
out) works as always, at the price of a query. It does not know what the rows are for.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Model

from feedback.datasets.fetching import KEPT, Makes
from feedback.datasets.said import UNASKED
from feedback.models import Rater


@cache
def makes_of(model: type[Model]) -> Makes:
    """What makes instances of a kind of feedback, without the columns that no row of a file tells of."""
    return Makes(model, without=UNASKED)


def lightly(rows: Any, makes: Makes | None = None) -> list[Any]:
    """The rows of a query set, in its order."""
    makes = makes or makes_of(rows.model)
    try:
        sql, params = rows.values_list(*makes.names).query.sql_with_params()
    except EmptyResultSet:
        return []
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return makes(cursor.fetchall())


class Raters:
    """The raters that were met, by id: there are few of them, and many rows name them."""

    def __init__(self) -> None:
        self.known: dict[int, Rater] = {}

    def placed(self, rows: Iterable[Any], column: str = "rater") -> None:
        """Put its rater into each row."""
        name = f"{column}_id"
        ids = {row.__dict__[name] for row in rows} - {None}
        if len(self.known) > KEPT:
            self.known.clear()
        if missing := ids - self.known.keys():
            self.known.update(Rater.objects.in_bulk(missing))
        for row in rows:
            rater = row.__dict__[name]
            row._state.fields_cache[column] = None if rater is None else self.known[rater]
