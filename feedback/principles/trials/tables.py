"""What cells add up to: a line for each principle, and a constitution's agreement with people beside what it must beat.

Agreement is the share of pairs in which a way of choosing takes what most people chose; no choice counts half, as a
coin would. The human ceiling is how often one person agrees with most of the others, where several judged one pair.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from feedback.desk.intervals import mcnemar, wilson
from feedback.models import Rater
from feedback.principles.tallies import Tally, settled, tallied
from feedback.principles.trials.cells import FLIP
from feedback.principles.trials.pairs import Pair, most

Choices = Mapping[tuple[int, int], str]
FEWEST = 2


def tallies_of(
    rows: Iterable[tuple[int, int, int, int, str]], pairs: Sequence[Pair], versions: Sequence[int], *,
    how: str, repeats: int,
) -> dict[int, Tally]:  # fmt: skip
    """The tally of each wording, from its cells; a pair without cells counts as one without a usable answer."""
    cells: dict[tuple[int, int, int], list[str]] = defaultdict(list)
    for version, a, b, repeat, outcome in rows:
        if repeat < repeats:
            cells[version, a, b].append(outcome)
    labelled = [(pair, pair.label) for pair in pairs]
    return {
        pk: tallied((settled(cells[pk, p.a, p.b], how) if cells[pk, p.a, p.b] else "invalid", label)
                    for p, label in labelled)
        for pk in versions
    }  # fmt: skip


def tally_line(tally: Tally) -> dict[str, Any]:
    """A tally as plain data, with its intervals."""
    return {
        "right": tally.right, "wrong": tally.wrong, "both": tally.both, "neither": tally.neither,
        "invalid": tally.invalid, "all": tally.all, "coverage": tally.coverage, "accuracy": tally.accuracy,
        "strength": tally.strength, "interval": list(tally.interval),
        "coverage_interval": list(tally.coverage_interval), "strength_interval": list(tally.strength_interval),
    }  # fmt: skip


def choices_of(rows: Iterable[tuple[int, int, int, str]]) -> dict[tuple[int, int], str]:
    """What a judge chose in each pair, its repeats taken together by majority."""
    cells: dict[tuple[int, int], list[str]] = defaultdict(list)
    for a, b, _, outcome in rows:
        cells[a, b].append(outcome)
    return {key: settled(outcomes, "majority") for key, outcomes in cells.items()}


def agreement(pairs: Sequence[Pair], choice: Callable[[Pair], str], label: Callable[[Pair], str]) -> dict[str, Any]:
    """How often a way of choosing takes what was chosen, with Wilson's interval; no choice counts half."""
    judged = [(choice(pair), label(pair)) for pair in pairs]
    judged = [(said, wanted) for said, wanted in judged if wanted]
    n = len(judged)
    won = sum(worth(said, wanted) for said, wanted in judged)
    low, high = wilson(won, n)
    rate = won / n if n else None
    return {"n": n, "agreed": won, "rate": rate, "low": low, "high": high, "kappa": 2 * (rate - 0.5) if n else None}


def by_most(pair: Pair) -> str:
    """What most people chose."""
    return pair.label


def reconstruction(pairs: Sequence[Pair], chosen: Mapping[str, Choices]) -> list[dict[str, Any]]:
    """The table: each judge's choices by name, then what costs nothing, then people themselves.

    Each way but the constitution's says in how many pairs the constitution does better and worse than it.
    """
    ways: dict[str, Callable[[Pair], str]] = {name: looked_up(found) for name, found in chosen.items()}
    if (none := chosen.get("none")) is not None:
        ways["none-flipped"] = lambda pair: FLIP.get(none.get(pair.key, ""), "")
    ways |= {
        "longer": lambda pair: pair.longer,
        "shorter": lambda pair: FLIP.get(pair.longer, ""),
        "first": lambda pair: pair.first,
        "second": lambda pair: FLIP[pair.first],
    }
    ours = ways.get("constitution")
    lines = [{"name": name, **agreement(pairs, choice, by_most)} for name, choice in ways.items()]
    if ours is not None:
        lines = [
            line if ways[line["name"]] is ours else line | against(pairs, ours, ways[line["name"]]) for line in lines
        ]
    ceiling = human_ceiling(pairs)
    return [*lines, {"name": "people", **ceiling}] if ceiling["n"] else lines


def against(pairs: Sequence[Pair], ours: Callable[[Pair], str], other: Callable[[Pair], str]) -> dict[str, Any]:
    """In how many pairs ours does better than the other, and worse; and how likely such a difference is by chance.

    Where both choose in every pair this is McNemar's exact test; no choice lies between the right one and the wrong.
    """
    found = [worth(ours(pair), pair.label) - worth(other(pair), pair.label) for pair in pairs]
    better, worse = sum(one > 0 for one in found), sum(one < 0 for one in found)
    return {"better": better, "worse": worse, "p": mcnemar(better, worse)}


def worth(said: str, wanted: str) -> float:
    """What a choice is worth: one when it is what people chose, none when it is the other; no choice is worth half."""
    return float(said == wanted) if said in FLIP else 0.5


def looked_up(found: Choices) -> Callable[[Pair], str]:
    """A way of choosing that was asked for before."""
    return lambda pair: found.get(pair.key, "")


def human_ceiling(pairs: Sequence[Pair]) -> dict[str, Any]:
    """How often one person's choice is that of most of the others who judged the pair."""
    n, won = 0, 0.0
    for pair in pairs:
        for rater, said in pair.labels.items():
            others = [one for other, one in pair.labels.items() if other != rater]
            if not others:
                continue
            wanted = most(others)
            n, won = n + 1, won + (0.5 if not wanted else float(said == wanted))
    low, high = wilson(won, n)
    rate = won / n if n else None
    return {"n": n, "agreed": won, "rate": rate, "low": low, "high": high, "kappa": 2 * (rate - 0.5) if n else None}


def parts(pairs: Sequence[Pair], chosen: Mapping[str, Choices]) -> dict[str, list[dict[str, Any]]]:
    """The constitution's agreement beside no constitution's, for each person, kind of person, file and tag."""
    raters = {one.pk: one for one in Rater.objects.filter(pk__in={pk for pair in pairs for pk in pair.labels})}
    groups: dict[str, dict[str, Callable[[Pair], str]]] = {
        "people": {raters[pk].name: of_one({pk}) for pk in raters},
        "groups": {
            str(Rater.Kind(kind).label): of_one({pk for pk, one in raters.items() if one.kind == kind})
            for kind in sorted({one.kind for one in raters.values()})
        },
        "files": {name: of_file(name) for name in sorted({pair.file for pair in pairs if pair.file})},
        "tags": {tag: of_tag(tag) for tag in sorted({tag for pair in pairs for tag in pair.tags})[:30]},
    }
    return {
        kind: [
            {"name": name, **{who: agreement(pairs, looked_up(found), label) for who, found in chosen.items()}}
            for name, label in labels.items()
        ]
        for kind, labels in groups.items()
        if len(labels) >= FEWEST or kind == "people"
    }


def of_one(raters: set[int]) -> Callable[[Pair], str]:
    """What most of these people chose."""
    return lambda pair: most(said for pk, said in pair.labels.items() if pk in raters)


def of_file(name: str) -> Callable[[Pair], str]:
    """What most chose, in pairs of one file."""
    return lambda pair: pair.label if pair.file == name else ""


def of_tag(tag: str) -> Callable[[Pair], str]:
    """What most chose, in pairs with one tag."""
    return lambda pair: pair.label if tag in pair.tags else ""
