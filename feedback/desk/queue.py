"""The next thing for a person: what they have not judged, what fewest have judged first, then in an order of their own.

Two or three queries whatever the size of the project. What was skipped is passed in by the page, which remembers it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db.models import Q

from feedback.desk import candidates
from feedback.desk.candidates import REFINED_PROTOCOL, Rows
from feedback.models import Critique, Edit, Example, Project, Rating, Response, Run, User

Pair = tuple[Response, Response]


class Order(NamedTuple):
    """Two responses in the order one person sees them, and the seed it was drawn from."""

    first: Response
    second: Response
    seed: str

    @property
    def shown(self) -> dict[str, Any]:
        """What is stored on the answer."""
        return {"order": [self.first.pk, self.second.pk], "seed": self.seed}


class Progress(NamedTuple):
    """How many a person has judged, of how many."""

    judged: int
    total: int

    @property
    def left(self) -> int:
        """How many wait."""
        return self.total - self.judged


def next_response(project: Project, *, by: User, skipped: Iterable[int] = ()) -> Response | None:
    """A response this person has not judged; None when there is none left."""
    rows = candidates.responses(project).exclude(pk__in=list(skipped)).filter(~candidates.is_judged(by))
    rows = rows.annotate(own=candidates.own_order(by, "pk")).select_related("example__project")
    fresh: Response | None = rows.filter(~candidates.is_judged()).order_by("own").first()
    if fresh is not None:
        return fresh
    ratings, critiques, edits = (candidates.counted(candidates.judgements(kind)) for kind in (Rating, Critique, Edit))
    rows = rows.annotate(number=ratings + critiques + edits)
    return rows.order_by("number", "own").first()  # type: ignore[no-any-return]


def next_pair(project: Project, *, by: User, skipped: Iterable[tuple[int, int]] = ()) -> Pair | None:
    """Two responses to one example that this person has not compared; None when there are none left."""
    return both(next_of(without(candidates.pairs(project), skipped), by=by))


def next_refined_pair(
    project: Project, *, by: User, run: Run | None = None, skipped: Iterable[tuple[int, int]] = ()
) -> Pair | None:
    """An original and what a run made of it that this person has not compared: (original, refined), or None.

    Which of the two is shown first is for `order_for` to say.
    """
    rows = without(candidates.refined_pairs(project, run), skipped)
    return both(next_of(rows, by=by, protocol=REFINED_PROTOCOL))


def next_ranking(project: Project, *, by: User, skipped: Iterable[int] = (), but: Iterable[int] = ()) -> Example | None:
    """An example whose responses this person has not put in order; None when there is none left.

    `skipped` are responses of examples that were passed over, `but` numbers of examples.
    """
    rows = candidates.rankable(project).exclude(number__in=list(but)).filter(~candidates.is_ranked(by))
    rows = rows.exclude(pk__in=Response.objects.filter(pk__in=list(skipped)).values("example"))
    found: Example | None = rows.annotate(own=candidates.own_order(by, "pk")).order_by("own").first()
    return found


def in_own_order(user: User, responses: Iterable[Response]) -> list[Response]:
    """Several responses in the order this person sees them: drawn per person and response, and always the same."""
    return sorted(responses, key=lambda one: hashlib.sha256(f"{user.pk}-{one.pk}".encode()).digest())


def order_for(user: User, a: Response, b: Response) -> Order:
    """The two responses in the order this person sees them: drawn per person and pair, and always the same."""
    low, high = sorted((a, b), key=lambda response: response.pk)
    seed = f"{user.pk}-{low.pk}-{high.pk}"
    turned = hashlib.sha256(seed.encode()).digest()[0] % 2
    return Order(high, low, seed) if turned else Order(low, high, seed)


def response_progress(project: Project, *, by: User) -> Progress:
    """Responses judged by this person, of all."""
    rows = candidates.responses(project)
    return Progress(rows.filter(candidates.is_judged(by)).count(), rows.count())


def pair_progress(project: Project, *, by: User) -> Progress:
    """Pairs compared by this person, of all."""
    rows = candidates.pairs(project)
    return Progress(rows.filter(candidates.is_compared(by)).count(), rows.count())


def refined_progress(project: Project, *, by: User, run: Run | None = None) -> Progress:
    """Refined answers compared with their originals by this person, of all."""
    rows = candidates.refined_pairs(project, run)
    return Progress(rows.filter(candidates.is_compared(by, protocol=REFINED_PROTOCOL)).count(), rows.count())


def ranking_progress(project: Project, *, by: User) -> Progress:
    """Examples whose responses this person has put in order, of all with several."""
    rows = candidates.rankable(project)
    return Progress(rows.filter(candidates.is_ranked(by)).count(), rows.count())


def next_of(rows: Rows, *, by: User, protocol: str = "") -> tuple[int, int] | None:
    """The first and second of the next pair: one nobody judged, else the one fewest judged."""
    rows = rows.filter(candidates.is_not_compared(by, protocol=protocol))
    rows = rows.annotate(own=candidates.own_order(by, "first", "second"))
    nobodys = rows.filter(candidates.is_not_compared(protocol=protocol))
    fresh: tuple[int, int] | None = nobodys.order_by("own").values_list("first", "second").first()
    if fresh is not None:
        return fresh
    same, turned = candidates.preferences(protocol=protocol)
    counted = rows.annotate(number=candidates.counted(same) + candidates.counted(turned)).order_by("number", "own")
    return counted.values_list("first", "second").first()  # type: ignore[no-any-return]


def without(rows: Rows, skipped: Iterable[tuple[int, int]]) -> Rows:
    """The pairs that were not skipped, whichever way round."""
    for low, high in skipped:
        rows = rows.exclude(Q(first=low, second=high) | Q(first=high, second=low))
    return rows


def both(ids: tuple[int, int] | None) -> Pair | None:
    """The two responses, with their example."""
    if ids is None:
        return None
    found = Response.objects.select_related("example__project").in_bulk(ids)
    return found[ids[0]], found[ids[1]]
