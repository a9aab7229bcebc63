"""What was said of the attempts at some examples: read in a fixed number of queries, then told to the attempts.

Rows are made lightly and hold their raters; the responses they name are told by their ids alone.

Whose word counts is the wish's; words of judges are kept beside, marked as not counted, for views that train critics.
What only the simulated model or a simulated person said is left out unless it was asked for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from django.db.models import prefetch_related_objects

from feedback.capture.forms import form_of
from feedback.datasets.choosing import chosen
from feedback.datasets.lightly import Raters, lightly
from feedback.datasets.pieces import Wish
from feedback.datasets.provenance import pseudonym
from feedback.datasets.writers.attempts import Attempts, Checked, Hinted, Mark, Order, Score, Words
from feedback.models import (
    CheckResult,
    Consequence,
    Critique,
    Demonstration,
    Edit,
    Hint,
    Place,
    Preference,
    Ranking,
    Rater,
    Rating,
    Snapshot,
    Span,
    Uptake,
)

IMPORTED = "imported"
OF_RESPONSE = "response__example"
SIMULATED, JUDGE, CHECK = Rater.Kind.SIMULATED.value, Rater.Kind.JUDGE.value, Rater.Kind.CHECK.value


@dataclass
class Heard:
    """The rows about a batch of examples, by the id of what they are about, and whose word counts."""

    wish: Wish
    critiques: dict[int, list[Any]] = field(default_factory=lambda: defaultdict(list))
    ratings: dict[int, list[Any]] = field(default_factory=lambda: defaultdict(list))
    worth: dict[int, list[float]] = field(default_factory=lambda: defaultdict(list))
    edits: dict[int, list[Any]] = field(default_factory=lambda: defaultdict(list))
    spans: dict[int, list[Any]] = field(default_factory=lambda: defaultdict(list))
    uptakes: dict[int, list[Any]] = field(default_factory=lambda: defaultdict(list))
    preferences: dict[int, list[Any]] = field(default_factory=lambda: defaultdict(list))
    places: dict[int, list[Any]] = field(default_factory=lambda: defaultdict(list))
    checks: dict[int, list[Any]] = field(default_factory=lambda: defaultdict(list))
    hints: dict[int, list[Any]] = field(default_factory=lambda: defaultdict(list))
    consequences: dict[int, str] = field(default_factory=dict)
    praise: frozenset[str] = frozenset()
    told: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    spoken_of: set[int] = field(default_factory=set)

    def counts(self, kind: str) -> bool:
        """Whether the word of this kind of rater was asked for."""
        return kind in self.wish.kinds

    def left_out(self, kind: str, *, simulated: bool = False) -> bool:
        """Whether it is the simulated model's or person's and nobody asked for such."""
        return (simulated or kind == SIMULATED) and SIMULATED not in self.wish.kinds

    def by_run(self, found: Attempts, before: str, after: str, said: str, by: dict[str, Any], step: Any) -> None:
        """What the critic of a run said of a text, which led to the next."""
        simulated = bool(by.get("simulated"))
        if before not in found.tried or not said.strip() or self.left_out(JUDGE, simulated=simulated):
            return
        one = Words(
            text=said, rater=str(by.get("model") or step.name), by=JUDGE, counted=self.counts(JUDGE),
            leads={after: "made"}, simulated=simulated, key=f"step-{step.key}",
        )  # fmt: skip
        if all(there.key != one.key for there in found.tried[before].words):
            found.tried[before].words.append(one)

    def fill(self, found: Attempts, responses: Sequence[Any], keys: dict[int, str], hinted: dict[int, int]) -> None:
        """Tell one example's attempts all that was said of them."""
        for row in responses:
            attempt = found.tried[row.content_hash]
            attempt.consequence = attempt.consequence or self.consequences.get(row.pk, "")
            attempt.scores += [score_of(one) for one in self.ratings[row.pk] if self.counts(one.rater.kind)]
            attempt.judge_scores += [score_of(one) for one in self.ratings[row.pk] if one.rater.kind == JUDGE]
            praised = {one.span_id for one in self.critiques[row.pk] if one.polarity == "kudos"}
            spans = [one for one in self.spans[row.pk] if self.counts(one.rater.kind)]
            attempt.marks += [mark_of(one, good=one.pk in praised or one.category in self.praise) for one in spans]
            attempt.checks += [checked(one) for one in self.checks[row.pk] if self.trusted(one.rater.kind)]
            attempt.words += self.words_of(row, keys)
            for edit in self.edits[row.pk]:
                self.rewritten(found, edit, keys)
        found.orders += self.orders_in(found, keys)
        tries = defaultdict(list)
        for response, hint in hinted.items():
            if response in keys:
                tries[hint].append(keys[response])
        for hint_row in self.hints[found.example.pk]:
            self.hint(found, hint_row, tries[hint_row.pk])

    def trusted(self, kind: str) -> bool:
        """Whether a check's result counts: those of programs always do."""
        return kind == CHECK or self.counts(kind)

    def words_of(self, row: Any, keys: dict[int, str]) -> list[Words]:
        """What was said in words of a response."""
        said = [one for one in self.critiques[row.pk] if not self.left_out(one.rater.kind)]
        return [
            replace(
                words(one), worth=self.worth_of(one), counted=self.counts(one.rater.kind),
                leads=self.leads_of(one, keys), simulated=one.rater.kind == SIMULATED,
            )
            for one in said
        ]  # fmt: skip

    def worth_of(self, one: Any) -> float | None:
        """How good others found the words."""
        found = self.worth[one.pk]
        return round(sum(found) / len(found), 3) if found else None

    def leads_of(self, one: Any, keys: dict[int, str]) -> dict[str, str]:
        """The attempts that came of these words: as judged, by the same rater, or with them in an imported file."""
        found = {keys[up.response_id]: up.outcome for up in self.uptakes[one.pk] if up.response_id in keys}
        reasons = {each.words for each in self.critiques[one.response_id]}
        for edit in self.edits[one.response_id]:
            if edit.turn is None and edit.result_id in keys and led(one, edit, reasons):
                found.setdefault(keys[edit.result_id], "made")
        for key in self.told[one.response_id]:
            found.setdefault(key, "made")
        return found

    def rewritten(self, found: Attempts, edit: Any, keys: dict[int, str]) -> None:
        """Why a text was rewritten stands on the text it became."""
        made = found.tried.get(keys.get(edit.result_id, ""))
        if made is not None and not self.left_out(edit.rater.kind):
            made.changed_for = made.changed_for or edit.reason
            made.edited_turn = edit.turn
            if edit.rater.kind not in {Rater.Kind.PERSON, Rater.Kind.IMPORTED} and made.origin == "edited":
                made.origin = "refined"  # a model's rewrite, brought in by a file

    def orders_in(self, found: Attempts, keys: dict[int, str]) -> list[Order]:
        """Preferences and rankings between attempts here."""
        rows = [row for pk in keys for row in self.preferences[pk]]
        orders = [order_of(row, keys) for row in rows if self.counts(row.rater.kind) and row.response_b_id in keys]
        for places in self.places[found.example.pk]:
            orders += ranked(places, keys)
        return orders

    def hint(self, found: Attempts, row: Any, tries: Sequence[str]) -> None:
        """A hint, and which attempts had it."""
        if not self.counts(row.rater.kind):
            return
        found.hints.append(Hinted(text=row.text, tries=tuple(tries), rater=pseudonym(row.rater), row=row))
        for key in tries:
            found.tried[key].hint = row.text


def hear(project: Any, wish: Wish, ids: Sequence[int], raters: Raters) -> Heard:
    """All rows about these examples."""
    _, form = form_of(project)
    heard = Heard(wish, praise=frozenset(one.name for one in form.categories if one.polarity == "kudos"))
    read = Reading(project, wish, ids, raters)
    hear_words(heard, read)
    hear_judgements(heard, read)
    hear_orders(heard, read)
    hear_checks(heard, read)
    return heard


@dataclass(frozen=True)
class Reading:
    """Which rows are read: those that the wish chooses, about these examples."""

    project: Any
    wish: Wish
    ids: Sequence[int]
    raters: Raters

    def rows(self, kind: Any, example: str, *related: str, **more: Any) -> list[Any]:
        """The rows of a kind with their raters and what else is named, in the order they were said."""
        found = lightly(
            chosen(kind, self.project, self.wish).filter(**{f"{example}__in": self.ids}, **more).order_by("pk")
        )
        self.raters.placed(found)
        prefetch_related_objects(found, *related)
        return found


def hear_words(heard: Heard, read: Reading) -> None:
    """Critiques and what came of them, rewrites and marks."""
    for row in read.rows(Critique, OF_RESPONSE, "span", "beside"):
        heard.critiques[row.response_id].append(row)
        heard.spoken_of |= {row.response_id} | ({row.beside_id} if row.beside_id else set())
    for row in read.rows(Uptake, f"critique__{OF_RESPONSE}"):
        if heard.counts(row.rater.kind):
            heard.uptakes[row.critique_id].append(row)
            heard.spoken_of |= {row.response_id}
    for row in read.rows(Edit, OF_RESPONSE):
        heard.edits[row.response_id].append(row)
        heard.spoken_of |= {row.response_id, row.result_id}
    for row in read.rows(Span, OF_RESPONSE):
        heard.spans[row.response_id].append(row)
        heard.spoken_of.add(row.response_id)


def hear_judgements(heard: Heard, read: Reading) -> None:
    """Ratings of responses and of words, and hints."""
    for row in read.rows(Rating, OF_RESPONSE, cannot_judge=False):
        heard.spoken_of.add(row.response_id)
        if row.critique_id is None:
            heard.ratings[row.response_id].append(row)
        elif heard.counts(row.rater.kind):
            heard.worth[row.critique_id].append(value_of(row))
    for row in read.rows(Hint, "example"):
        heard.hints[row.example_id].append(row)
    shown = chosen(Demonstration, read.project, read.wish).filter(example__in=read.ids)
    heard.spoken_of.update(shown.order_by().values_list("result", flat=True))


def hear_orders(heard: Heard, read: Reading) -> None:
    """Preferences and rankings."""
    for row in read.rows(Preference, "response_a__example"):
        heard.preferences[row.response_a_id].append(row)
        heard.spoken_of |= {row.response_a_id, row.response_b_id}
    found = {row.pk: row for row in read.rows(Ranking, "example")}
    places: dict[int, list[Any]] = defaultdict(list)
    place: Any
    for place in Place.objects.filter(ranking__in=found).order_by("place", "pk") if found else ():
        place.ranking = found[place.ranking_id]
        places[place.ranking_id].append(place)
        heard.spoken_of.add(place.response_id)
    for pk, row in found.items():
        if heard.counts(row.rater.kind):
            heard.places[row.example_id].append(places[pk])


def hear_checks(heard: Heard, read: Reading) -> None:
    """What checks found and what came of answers; of a snapshot, what was there when it was frozen."""
    results: Any = CheckResult.objects.filter(about__example__in=read.ids)
    consequences: Any = Consequence.objects.filter(response__example__in=read.ids, origin=Consequence.Origin.IMPORTED)
    if heard.wish.snapshot is not None:
        then = Snapshot.objects.values_list("frozen_at", flat=True).get(pk=heard.wish.snapshot)
        until = {"created_at__lte": then} if then else {}
        results, consequences = results.filter(**until), consequences.filter(**until)
    found = lightly(results.order_by("pk"))
    read.raters.placed(found)
    prefetch_related_objects(found, "about")
    for row in found:
        heard.checks[row.response_id].append(row)
    heard.consequences = dict(consequences.order_by("-pk").values_list("response", "text"))


def led(one: Any, edit: Any, reasons: set[str]) -> bool:
    """Whether a rewrite came of these words: by the same rater, or with them in a file.

    Where the reason of a rewrite is one of the things that were said, it came of that one and of no other.
    """
    if edit.reason.strip() in reasons:
        return bool(edit.reason.strip() == one.words)
    return bool(edit.rater_id == one.rater_id or edit.protocol == IMPORTED == one.protocol)


def words(row: Any) -> Words:
    """A critique or kudos as plain data."""
    shown = row.shown if isinstance(row.shown, dict) else {}
    return Words(
        text=row.text, improve=row.improve, polarity=row.polarity, rater=pseudonym(row.rater), by=row.rater.kind,
        aspect=row.objective, failure=row.failure, scope=row.scope, quote=row.span.quote if row.span else "",
        start=row.span.start if row.span else None, end=row.span.end if row.span else None, turn=row.turn,
        with_reference=bool(shown.get("reference")), second=row.vetted_why, key=row.key, row=row,
    )  # fmt: skip


def value_of(row: Any) -> float:
    """A score brought to 0 to 1."""
    return round((row.score - 1) / max(row.scale - 1, 1), 3) if row.score is not None else 0.0


def score_of(row: Any) -> Score:
    """A rating as plain data."""
    return Score(
        value=value_of(row), aspect=row.aspect, rater=pseudonym(row.rater), by=row.rater.kind, turn=row.turn, row=row
    )


def mark_of(row: Any, *, good: bool) -> Mark:
    """A mark as plain data."""
    return Mark(
        category=row.category, start=row.start if row.turn is None else None, end=row.end if row.turn is None else None,
        severity=row.severity, reason=row.reason, replacement=row.replacement, good=good, rater=pseudonym(row.rater),
        row=row,
    )  # fmt: skip


def checked(row: Any) -> Checked:
    """A check's result as plain data."""
    return Checked(asks=row.about.text, passes=row.passes, by=row.rater.kind)


def order_of(row: Any, keys: dict[int, str]) -> Order:
    """A preference as plain data."""
    return Order(
        first=keys[row.response_a_id], second=keys[row.response_b_id],
        result={"a": 1, "b": -1}.get(row.outcome, 0), reason=row.reason, aspect=row.aspect,
        rater=pseudonym(row.rater), by=row.rater.kind, row=row,
    )  # fmt: skip


def ranked(places: Sequence[Any], keys: dict[int, str]) -> list[Order]:
    """Neighbours of a ranking, best first."""
    known = [place for place in places if place.response_id in keys]
    return [
        Order(
            first=keys[one.response_id], second=keys[other.response_id], result=int(one.place < other.place),
            reason=one.ranking.reason, aspect=one.ranking.aspect, rater=pseudonym(one.ranking.rater),
            by=one.ranking.rater.kind, row=one.ranking,
        )
        for one, other in pairwise(known)
    ]  # fmt: skip
