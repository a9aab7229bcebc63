"""Orders over several responses to one example, ties allowed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Unpack, cast

from django.db import transaction

from feedback.capture.history import How, record, said
from feedback.errors import Refused
from feedback.models import Example, Place, Ranking, Response


class Ranked(How, total=False):
    """What else a ranking may say."""

    aspect: str
    reason: str


def record_ranking(example: Example, places: Mapping[Response, int], **given: Unpack[Ranked]) -> Ranking:
    """Record the places of two or more responses to an example; 1 is best, equal places are ties.

    Places may have gaps (1, 1, 4): they are stored closed up (1, 1, 2).
    """
    if len(places) < 2:
        raise Refused("A ranking needs two responses or more.")
    if any(response.example_id != example.pk for response in places):
        raise Refused("These responses answer different examples, so they cannot be ranked.")
    how = cast(How, {name: value for name, value in given.items() if name in How.__annotations__})
    how.setdefault("protocol", "ranking")
    reason = said(given.get("reason", ""), what="reason", may_be_empty=True)
    with transaction.atomic():
        row = record(Ranking, example, how, example=example, aspect=given.get("aspect", "overall")[:60], reason=reason)
        if not row.places.exists():
            found = closed_up({response.pk: place for response, place in places.items()})
            Place.objects.bulk_create(
                Place(ranking=row, response_id=number, place=place) for number, place in found.items()
            )
    return row


def closed_up(places: Mapping[int, int]) -> dict[int, int]:
    """The same order with places from 1 and without gaps, best first."""
    steps = {place: step for step, place in enumerate(sorted(set(places.values())), 1)}
    return {one: steps[places[one]] for one in sorted(places, key=lambda one: (places[one], one))}
