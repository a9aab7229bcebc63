"""All that is behind one principle, ready to be shown: its words over time, record, tests, votes and talk."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from feedback.models import (
    Contradiction,
    JobState,
    Motion,
    Principle,
    PrincipleVersion,
    Remark,
    Switching,
    Trial,
    User,
    Vote,
)
from feedback.principles.applying import Record, record_of
from feedback.principles.compiling import tokens_of
from feedback.principles.posteriors import Posterior
from feedback.principles.remarks import in_thread
from feedback.principles.scope import scope_report
from feedback.principles.switching import own_records
from feedback.principles.wording import principle_sentence

MOST_TRIALS = 12
SCOPES = {"in": _("Where it applies"), "near": _("Close by"), "general": _("Anywhere else")}


@dataclass(frozen=True)
class Wording:
    """One wording beside the one before it."""

    version: PrincipleVersion
    before: PrincipleVersion | None
    record: Record


@dataclass(frozen=True, kw_only=True)
class Score:
    """What one test said of a principle: a share with its interval where there is one, and words."""

    trial: Trial
    wording: int | None = None
    label: Any = ""
    rate: float | None = None
    low: float = 0.0
    high: float = 0.0
    n: int = 0
    words: Any = ""


@dataclass(frozen=True, kw_only=True)
class Votes:
    """What people voted on a principle; closed while the reader has a vote to give on an open motion."""

    agree: int
    disagree: int
    passed: int
    blind: bool

    @property
    def any(self) -> bool:
        """Whether anybody voted."""
        return bool(self.agree + self.disagree + self.passed)


def dossier(principle: Principle, versions: list[PrincipleVersion], *, reader: User) -> dict[str, Any]:
    """Everything of one principle beyond its evidence. The number of queries does not grow with what there is."""
    newest = versions[-1]
    record = own_records([newest])[newest.pk]
    motions = list(principle.motions.select_related("version", "outcome", "opened_by"))
    return {
        "wordings": wordings(versions),
        "record": record,
        "posterior": Posterior(helped=record.helped, harmed=record.harmed),
        "switchings": list(Switching.objects.filter(principle=principle).select_related("by")[:6]),
        "scores": scores_of(principle),
        "scope": scope_report(newest),
        "scopes": SCOPES,
        "motions": motions,
        "votes": votes_on(principle, motions, reader),
        "remarks": remarks_on(principle),
        "contradictions": contradictions_of(principle),
        "tokens": tokens_of(principle_sentence(newest)),
    }


def wordings(versions: list[PrincipleVersion]) -> list[Wording]:
    """Newest first, each with what it read before and how it did. One query."""
    records = record_of([one.pk for one in versions])
    pairs = zip(versions, [None, *versions], strict=False)
    return [Wording(one, before, records[one.pk]) for one, before in reversed(list(pairs))]


def scores_of(principle: Principle) -> list[Score]:
    """The finished tests that say something of this principle, newest first. One query."""
    rows = Trial.objects.filter(project=principle.project_id, state=JobState.DONE).filter(
        Q(principle=principle)
        | Q(version__principle=principle)
        | Q(principle=None, version=None, constitution__articles__version__principle=principle)
        | Q(result__principles__contains=[{"number": principle.number}])
    )
    found = rows.select_related("version", "constitution").distinct().order_by("-number")[:MOST_TRIALS]
    return [score for trial in found for score in said_by(trial, principle.number)]


def said_by(trial: Trial, number: int) -> list[Score]:
    """What one test says of the principle of that number; a bare line where it says nothing in figures."""
    result = trial.result or {}
    for line in result.get("principles", []):
        if isinstance(line, dict) and line.get("number") == number and "accuracy" in line:
            return [accuracy(trial, line)]
    if trial.kind == Trial.Kind.SCOPE and result.get("lines"):
        return [scope_score(trial, line) for line in result["lines"] if line.get("n")]
    wording = trial.version.number if trial.version else None
    return [Score(trial=trial, wording=wording, words="; ".join(map(str, result.get("reasons", [])[:2])))]


def accuracy(trial: Trial, line: dict[str, Any]) -> Score:
    """How often it selected what people chose, where it decided anything."""
    low, high = line.get("interval") or (0.0, 0.0)
    decided = line.get("right", 0) + line.get("wrong", 0)
    return Score(
        trial=trial, wording=line.get("wording"), label=_("Selects what people chose"), rate=line["accuracy"],
        low=low, high=high, n=decided,
    )  # fmt: skip


def scope_score(trial: Trial, line: dict[str, Any]) -> Score:
    """How often it did right in one scope."""
    wording = trial.version.number if trial.version else None
    return Score(
        trial=trial, wording=wording, label=SCOPES.get(line.get("scope", ""), ""), rate=line["right"] / line["n"],
        low=line.get("low", 0.0), high=line.get("high", 0.0), n=line["n"],
    )  # fmt: skip


def votes_on(principle: Principle, motions: list[Motion], reader: User) -> Votes:
    """The newest vote of each person, on it or on a motion about it. One query."""
    rows = Vote.objects.standing().by_people().filter(principle=principle).order_by("pk")
    newest = dict(rows.values_list("rater__user", "choice"))
    counted, mine = Counter(newest.values()), reader.pk in newest
    asked = any(motion.state in {Motion.State.OPEN, Motion.State.CHANGES} for motion in motions)
    return Votes(
        agree=counted["agree"], disagree=counted["disagree"], passed=counted["pass"], blind=asked and not mine
    )  # fmt: skip


def remarks_on(principle: Principle) -> list[Remark]:
    """What is said about it, an answer right after what it answers. One query."""
    return in_thread(principle.remarks.select_related("user", "motion"))


def contradictions_of(principle: Principle) -> list[tuple[Contradiction, Principle]]:
    """What it cannot stand beside, and which other principle that is. One query."""
    rows = Contradiction.objects.filter(Q(first=principle) | Q(second=principle)).exclude(settled="none")
    return [
        (row, row.second if row.first_id == principle.pk else row.first)
        for row in rows.select_related("first", "second")
    ]
