"""What comes beside the answers of an import: rankings of them, what came of them, whether users reacted.

Each is stored once, whatever the number of times the file is brought in: keys are made from the content.
"""

from __future__ import annotations

from collections.abc import Sequence

from feedback.datasets.stored import PROTOCOL, Placed, RaterNamed
from feedback.examples.hashes import text_hash
from feedback.models import Consequence, Import, Place, Project, Ranking, Rating

REACTION = "reaction"  # the aspect reactions are kept under; scale 2: none, one
REACTED_BY = "Users' reactions"


def add_beside(placed: Sequence[Placed], project: Project, imported: Import | None, named: RaterNamed) -> int:
    """Store rankings, reactions and consequences of a batch; returns how many pieces of feedback are new."""
    add_consequences([(id_, answer.consequence) for one in placed for id_, answer in one.answers()])
    return add_rankings(placed, project, imported, named) + add_reactions(placed, project, imported, named)


def add_rankings(placed: Sequence[Placed], project: Project, imported: Import | None, named: RaterNamed) -> int:
    """The rankings that are not there yet, with their places."""
    wanted: dict[tuple[int, str], tuple[Ranking, Placed]] = {}
    for one in placed:
        if one.row.order is None or len(set(one.responses)) < 2:
            continue
        rater = named(one.row.order.rater, one.row.order.by)
        row = Ranking(
            project=project, rater=rater, example_id=one.example, key=ranking_key(one), protocol=PROTOCOL,
            reason=one.row.order.reason, aspect=one.row.order.aspect[:60], shown={"order": list(one.responses)},
            imported_in=imported,
        )  # fmt: skip
        wanted.setdefault((rater.pk, row.key), (row, one))
    keys = {key for _, key in wanted}
    there = set(Ranking.objects.filter(project=project, key__in=keys).values_list("rater", "key"))
    missing = [both for name, both in wanted.items() if name not in there]
    Ranking.objects.bulk_create([row for row, _ in missing], batch_size=1000)
    Place.objects.bulk_create([place for row, one in missing for place in places_of(row, one)], batch_size=1000)
    return len(missing)


def ranking_key(one: Placed) -> str:
    """A key made of the example, the answers and their places."""
    assert one.row.order is not None
    aspect = [one.row.order.aspect] if one.row.order.aspect != "overall" else []
    places = [f"{one.hash_of(number)}={place}" for number, place in enumerate(one.row.order.places)]
    return text_hash("|".join([one.example_hash, *places, *aspect]))


def places_of(ranking: Ranking, one: Placed) -> list[Place]:
    """The places of a ranking, one for each response."""
    assert one.row.order is not None
    places = dict(zip(one.responses, one.row.order.places, strict=True))
    return [Place(ranking=ranking, response_id=id_, place=place) for id_, place in places.items()]


def add_reactions(placed: Sequence[Placed], project: Project, imported: Import | None, named: RaterNamed) -> int:
    """Reactions as ratings of the aspect "reaction", by an imported rater: 2 for one, 1 for none."""
    found = {id_: answer.reaction for one in placed for id_, answer in one.answers() if answer.reaction is not None}
    if not found:
        return 0
    rater = named(REACTED_BY)
    keys = {id_: f"{REACTION}:{id_}" for id_ in found}
    there = set(Rating.objects.filter(rater=rater, key__in=keys.values()).values_list("key", flat=True))
    rows = [
        Rating(
            project=project, rater=rater, response_id=id_, key=keys[id_], protocol=PROTOCOL, aspect=REACTION, scale=2,
            score=2 if reacted else 1, objective=REACTION, imported_in=imported,
        )
        for id_, reacted in found.items()
        if keys[id_] not in there
    ]  # fmt: skip
    return len(Rating.objects.bulk_create(rows, batch_size=1000))


def add_consequences(wanted: Sequence[tuple[int, str]]) -> int:
    """What came of responses, as far as told and not there yet."""
    told = {(id_, text) for id_, text in wanted if text}
    if not told:
        return 0
    rows = Consequence.objects.filter(response__in={id_ for id_, _ in told}, origin=Consequence.Origin.IMPORTED)
    missing = sorted(told - set(rows.values_list("response", "text")))
    return len(
        Consequence.objects.bulk_create(
            [Consequence(response_id=id_, text=text, origin=Consequence.Origin.IMPORTED) for id_, text in missing],
            batch_size=1000,
        )
    )
