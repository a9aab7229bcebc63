"""A constitution taken out as a file: gathers rows for the writers. Changes nothing."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db.models import Count
from django.utils import timezone

from feedback.models import Constitution, PairVote, Preference, PrincipleVersion, Split
from feedback.principles.clauses import Clause
from feedback.principles.writers.annotated import Annotator, Compared, annotated_pairs
from feedback.principles.writers.documents import Document, Entry, as_json, as_yaml, markdown, pairs

Pair = tuple[int, int]
TURNED = {"a": "b", "b": "a"}
PEOPLE = "Preferences of the people of this project; the majority of each pair"


@dataclass(frozen=True)
class Format:
    """One way to take a constitution out."""

    label: str
    ending: str
    content_type: str
    write: Callable[[Constitution], str]


def document_of(constitution: Constitution) -> Document:
    """One version with its principles. Two queries."""
    articles = constitution.articles.select_related("version__principle").annotate(
        backed=Count("version__principle__evidence")
    )
    entries = [
        Entry(principle=one.version.principle.number, wording=one.version.number, clause=clause_of(one.version),
              evidence=one.backed)  # type: ignore[attr-defined]
        for one in articles.order_by("position")
    ]  # fmt: skip
    return Document(
        project=constitution.project.name, version=constitution.number, date=constitution.created_at.date().isoformat(),
        change=constitution.change, reason=constitution.reason, entries=tuple(entries),
    )  # fmt: skip


def clause_of(version: PrincipleVersion) -> Clause:
    """A wording outside the tables."""
    return Clause(
        effect=version.effect, domain=version.domain, counter_examples=version.counter_examples,
        section=version.principle.section, critique_request=version.critique_request,
        revision_request=version.revision_request, weight=version.weight,
    )  # fmt: skip


def annotated(constitution: Constitution) -> str:
    """People's preferences, pair by pair, and what each principle's votes select. Four queries."""
    versions = [one.version for one in constitution.articles.select_related("version__principle").order_by("position")]
    people = Annotator(kind="human", description=PEOPLE, name="People")
    principles = {one.pk: Annotator(kind="principle", description=clause_of(one).sentence) for one in versions}
    chosen, rows = choices_of(constitution)
    cells = cells_of(versions)
    found = [
        Compared(
            prompt=row.response_a.example.request, a=row.response_a.text, b=row.response_b.text,
            model_a=row.response_a.model, model_b=row.response_b.model,
            outcomes={
                people.id: chosen[pair],
                **{who.id: settled(cells.get((version, pair), [])) for version, who in principles.items()},
            },
            metadata={"example": str(row.response_a.example.number)},
        )
        for pair, row in rows.items()
    ]  # fmt: skip
    return annotated_pairs(
        found, [people, *principles.values()], default=people.id, name=constitution.project.name,
        made_at=timezone.now().isoformat(timespec="seconds"),
    )  # fmt: skip


def choices_of(constitution: Constitution) -> tuple[dict[Pair, str], dict[Pair, Preference]]:
    """What most people chose of each pair (lower id first), and a row of it to show with that order."""
    rows = Preference.objects.standing().filter(project=constitution.project, timing=Preference.Timing.NOW)
    rows = rows.filter(rater__kind__in=["person", "imported"]).exclude(response_a__example__split=Split.HOLDOUT)
    said: dict[Pair, Counter[str]] = defaultdict(Counter)
    shown: dict[Pair, Preference] = {}
    for row in rows.select_related("response_a__example", "response_b").order_by("pk"):
        turned = row.response_a_id > row.response_b_id
        pair = (row.response_b_id, row.response_a_id) if turned else (row.response_a_id, row.response_b_id)
        said[pair][TURNED.get(row.outcome, row.outcome) if turned else row.outcome] += 1
        if turned:
            row.response_a, row.response_b = row.response_b, row.response_a
            row.response_a.example = row.response_b.example
        shown.setdefault(pair, row)
    return {pair: most(counted) for pair, counted in said.items()}, shown


def cells_of(versions: list[PrincipleVersion]) -> dict[tuple[int, Pair], list[str]]:
    """The votes of the newest judge of each wording, by wording and pair."""
    found: dict[tuple[int, Pair], list[str]] = defaultdict(list)
    judges: dict[int, int] = {}
    rows = PairVote.objects.filter(version__in=versions).order_by("-pk")
    for one in rows:
        if judges.setdefault(one.version_id, one.rater_id) == one.rater_id:
            found[one.version_id, (one.response_a_id, one.response_b_id)].append(one.outcome)
    return found


def settled(votes: Iterable[str]) -> str:
    """What a principle selects where all its votes agree; `unlike` where they do not, "" where there are none."""
    told = set(votes)
    return "unlike" if len(told) > 1 else next(iter(told), "")


def most(counted: Counter[str]) -> str:
    """The outcome most chose; a tie where two are chosen as often."""
    first, *rest = counted.most_common(2)
    return "tie" if rest and rest[0][1] == first[1] else first[0]


FORMATS: dict[str, Format] = {
    "markdown": Format("Markdown", "md", "text/markdown", lambda one: markdown(document_of(one))),
    "json": Format("JSON", "json", "application/json", lambda one: as_json(document_of(one))),
    "yaml": Format("YAML", "yaml", "application/yaml", lambda one: as_yaml(document_of(one))),
    "critic-revision": Format(
        "Critic and revision pairs", "json", "application/json", lambda one: pairs(document_of(one))
    ),
    "annotated-pairs": Format("Annotated pairs 2.0", "json", "application/json", annotated),
}
