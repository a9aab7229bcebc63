"""Cases and changes out of what people said, without a model: what was asked, what was answered, how it went.

    gather(project)      → how many entries came, how many took a new outcome

A case is an answer people judged (AgentFly), failures included; its outcome follows their words. A change is a rewrite
by a person, or a refined answer people preferred to what it was made from (MemCoder): request, before, after, why. All
of them wait for a person's approval. Held-out examples are never among them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Q, QuerySet

from feedback.live import announce
from feedback.models import Critique, Edit, Evidence, Experience, Preference, Project, Response, Split
from feedback.principles.applying import PEOPLE, Word, verdict, words_on

Kind = Experience.Kind
AT_ONCE = 500
MOST_SAID = 3
WENT = {"positive": True, "negative": False}
PRAISED, FAULTED = "People took it as good.", "People took it as bad."
BEHIND = (
    "critique__response", "edit__response", "edit__result", "span__response", "rating__response",
    "preference__response_a", "preference__response_b",
)  # fmt: skip


@dataclass(frozen=True)
class Gathered:
    """What came of gathering."""

    cases: int = 0
    changes: int = 0
    turned: int = 0


@dataclass
class Said:
    """What people said of answers, by answer: for and against, and their words."""

    signs: dict[int, list[Word]] = field(default_factory=lambda: defaultdict(list))
    texts: dict[int, list[tuple[int, str]]] = field(default_factory=lambda: defaultdict(list))

    def went(self, response: int) -> bool | None:
        """Whether people found it good; None when they are divided or silent."""
        return WENT.get(verdict(self.signs.get(response, []))[0])

    def why(self, response: int, *, good: bool) -> str:
        """Their words for it, or against it."""
        told = [text for sign, text in self.texts.get(response, []) if (sign > 0) == good]
        return "\n".join(dict.fromkeys(told[:MOST_SAID])) or (PRAISED if good else FAULTED)


def gather(project: Project) -> Gathered:
    """Make an entry of every answer people judged and every rewrite that has none yet; bring outcomes up to date."""
    turned = turn(project)
    fresh = list(judged(project).exclude(experiences__kind=Kind.CASE)[:AT_ONCE])
    known = said_of([row.pk for row in fresh])
    behind = principles_behind([row.pk for row in fresh])
    cases = [case_of(project, row, known, behind) for row in fresh if known.went(row.pk) is not None]
    rewritten = [*edits(project)[:AT_ONCE]]
    changes = [*changes_of_edits(project, rewritten), *changes_of_refined(project, fresh, known)]
    with transaction.atomic():
        Experience.objects.bulk_create([*cases, *changes])
        if cases or changes or turned:
            announce(project, "memory")
    return Gathered(cases=len(cases), changes=len(changes), turned=turned)


def turn(project: Project) -> int:
    """Give cases the outcome that people's words have by now; how many changed."""
    rows = list(Experience.objects.filter(project=project, kind=Kind.CASE, response__isnull=False))
    known = said_of([row.response_id for row in rows if row.response_id])
    changed = []
    for row in rows:
        went = known.went(row.response_id or 0)
        if went != row.won:
            row.won = went
            row.explanation = known.why(row.response_id or 0, good=went) if went is not None else row.explanation
            changed.append(row)
    Experience.objects.bulk_update(changed, ["won", "explanation"])
    return len(changed)


def judged(project: Project) -> QuerySet[Response]:
    """The answers of a project that people spoke of, newest first; none of a held-out example."""
    spoken = Q()
    for way in ("critiques", "ratings", "preferences_as_a", "preferences_as_b", "edits"):
        said = Q(**{f"{way}__rater__kind__in": PEOPLE, f"{way}__withdrawn_at__isnull": True})
        ids = Response.objects.filter(said, example__project=project).values("pk")
        spoken |= Q(pk__in=ids)
    rows = Response.objects.filter(spoken, example__project=project).exclude(example__split=Split.HOLDOUT)
    return rows.select_related("example", "parent").order_by("-pk")


def said_of(response_ids: Collection[int]) -> Said:
    """What people said of these answers, in signs and in words. Seven queries."""
    known = Said()
    if not response_ids:
        return known
    for word in words_on(response_ids):
        known.signs[word.response].append(word)
    for critique in Critique.objects.standing().filter(response__in=response_ids, rater__kind__in=PEOPLE):
        sign = 1 if critique.polarity == Critique.Polarity.KUDOS else -1
        known.texts[critique.response_id].append((sign, critique.words))
    both = Q(response_a__in=response_ids) | Q(response_b__in=response_ids)
    reasons = Preference.objects.standing().filter(both, rater__kind__in=PEOPLE, outcome__in=["a", "b"])
    for row in reasons.exclude(reason=""):
        better, worse = row.response_a_id, row.response_b_id
        if row.outcome == "b":
            better, worse = worse, better
        known.texts[better].append((1, f"Preferred: {row.reason}"))
        known.texts[worse].append((-1, f"The other was preferred: {row.reason}"))
    return known


def principles_behind(response_ids: Collection[int]) -> dict[int, int]:
    """The first principle that was derived from what was said of an answer, by answer. One query."""
    found: dict[int, int] = {}
    touched = Q()
    for path in BEHIND:
        touched |= Q(**{f"{path}__in": response_ids})
    columns = [f"{path}_id" for path in BEHIND]
    rows = Evidence.objects.filter(touched, principle__dropped_at__isnull=True).exclude(kind="contradicts")
    for principle, *responses in rows.order_by("pk").values_list("principle_id", *columns):
        for response in responses:
            if response in response_ids:
                found.setdefault(response, principle)
    return found


def case_of(project: Project, response: Response, known: Said, behind: dict[int, int]) -> Experience:
    """An answer and how it went."""
    good = bool(known.went(response.pk))
    return Experience(
        project=project, kind=Kind.CASE, condition=response.example.request, explanation=known.why(
            response.pk, good=good
        ), after=response.text, won=good, example=response.example, response=response,
        principle_id=behind.get(response.pk), model=response.model, simulated=response.simulated,
    )  # fmt: skip


def edits(project: Project) -> QuerySet[Edit]:
    """The rewrites by people of whole answers that no entry was made of yet."""
    rows = Edit.objects.standing().filter(project=project, rater__kind__in=PEOPLE, turn__isnull=True)
    rows = rows.exclude(response__example__split=Split.HOLDOUT).exclude(result__experiences__kind=Kind.CHANGE)
    return rows.select_related("response__example", "result", "rater").order_by("-pk")  # type: ignore[return-value]


def changes_of_edits(project: Project, rewritten: Iterable[Edit]) -> list[Experience]:
    """A change for each rewrite."""
    rows = list(rewritten)
    known, behind = said_of([row.response_id for row in rows]), principles_behind([row.response_id for row in rows])
    return [
        change(project, row.response, row.result, row.reason or known.why(row.response_id, good=False),
               behind.get(row.response_id))
        for row in rows
    ]  # fmt: skip


def changes_of_refined(project: Project, responses: Iterable[Response], known: Said) -> list[Experience]:
    """A change for each refined answer that people found better than what it was made from."""
    rows = [
        row for row in responses
        if row.origin == Response.Origin.REFINED and row.parent is not None and known.went(row.pk)
    ]  # fmt: skip
    return [change(project, row.parent, row, known.why(row.pk, good=True), None) for row in rows if row.parent]


def change(project: Project, before: Response, after: Response, why: str, principle: int | None) -> Experience:
    """What was asked, before, after and why."""
    return Experience(
        project=project, kind=Kind.CHANGE, condition=before.example.request, explanation=why, before=before.text,
        after=after.text, won=True, example=before.example, response=after, principle_id=principle,
        model=after.model, simulated=after.simulated,
    )  # fmt: skip
