"""How much of a constitution changed from one version to the next: articles, words, prompts, and choices made under it.

    churn_between(older, newer)         for the ruler
    churn_if(project, versions)         before a change is made, for the screen that asks

A list of rules turned over at every step teaches nobody anything: what is shown is meant to damp it. It does not know
who changes what.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from feedback.desk.diff import word_diff
from feedback.models import Constitution, PrincipleVersion, Project, Split, Verdict
from feedback.principles.compiling import as_text, compiled_versions, requests_of
from feedback.principles.constitutions import articles_in_force
from feedback.principles.trials.cells import instructions_hash
from feedback.principles.wording import compiled

MUCH = 1 / 3
FEWEST = 3
BY_RULES = "choose_by_rules"


@dataclass(frozen=True, kw_only=True)
class Share:
    """So many of so many."""

    part: int
    whole: int

    @property
    def rate(self) -> float:
        """As a share; 0 of nothing."""
        return self.part / self.whole if self.whole else 0.0


@dataclass(frozen=True, kw_only=True)
class Churn:
    """What changed: articles and words, and of the requests the project has how many get another prompt.

    `choices` are a judge's choices that came out otherwise under the newer one; None where both were not tested.
    """

    articles: Share
    words: Share
    choices: Share | None = None
    prompts: Share | None = None

    @property
    def is_much(self) -> bool:
        """More than a third of articles or words at once, where there is something to speak of."""
        return self.articles.whole >= FEWEST and max(self.articles.rate, self.words.rate) > MUCH


def churn_between(older: Constitution | None, newer: Constitution) -> Churn:
    """From one version to the next, with what tests say of both. A few queries."""
    before, after = wordings(older), wordings(newer)
    return Churn(**shares(before, after), choices=choices_changed(older, newer) if older else None)


def churn_if(project: Project, versions: Sequence[PrincipleVersion], *, retiring: Sequence[int] = ()) -> Churn:
    """If these wordings went in now, and these principles out: with the share of the requests whose prompt changes."""
    before = [article.version for article in articles_in_force(project)]
    coming = {version.principle_id: version for version in versions}
    after = [coming.pop(one.principle_id, one) for one in before if one.principle_id not in retiring]
    after += coming.values()
    return Churn(**shares(before, after), prompts=prompts_changed(project, before, after))


def wordings(constitution: Constitution | None) -> list[PrincipleVersion]:
    """The wordings of a version, in order."""
    if constitution is None:
        return []
    return [article.version for article in constitution.articles.all()]


def shares(before: Sequence[PrincipleVersion], after: Sequence[PrincipleVersion]) -> dict[str, Share]:
    """Articles and words that came or went."""
    old, new = {one.principle_id: one.pk for one in before}, {one.principle_id: one.pk for one in after}
    either = old.keys() | new.keys()
    other = sum(old.get(principle) != new.get(principle) for principle in either)
    return {"articles": Share(part=other, whole=len(either)), "words": words_changed(plain(before), plain(after))}


def plain(versions: Sequence[PrincipleVersion]) -> str:
    """The sentences alone: a number that moved up is no change."""
    return "\n".join(as_text([(0, one)]).partition(" ")[2] for one in versions)


def words_changed(before: str, after: str) -> Share:
    """The words that went or came, of all words of both."""
    counted = {"same": 0, "removed": 0, "added": 0}
    for change in word_diff(before, after):
        counted[change.kind] += len(change.text.split())
    other = counted["removed"] + counted["added"]
    return Share(part=other, whole=other + 2 * counted["same"])


def choices_changed(older: Constitution, newer: Constitution) -> Share | None:
    """Of the pairs one judge chose in under both, those where it chose otherwise. One query."""
    hashes = [instructions_hash(BY_RULES, compiled(one)) for one in (older, newer)]
    rows = Verdict.objects.filter(instructions__in=hashes, response_a__example__project=older.project_id)
    rows = rows.exclude(response_a__example__split=Split.HOLDOUT)
    said: dict[tuple[int, ...], dict[str, str]] = {}
    for which, *cell, outcome in rows.values_list(
        "instructions", "response_a", "response_b", "rater", "repeat", "outcome"
    ):
        said.setdefault(tuple(cell), {})[which] = outcome
    both = [one for one in said.values() if len(one) == len(set(hashes)) > 1]
    changed = sum(len(set(one.values())) > 1 for one in both)
    return Share(part=changed, whole=len(both)) if both else None


def prompts_changed(
    project: Project, before: Sequence[PrincipleVersion], after: Sequence[PrincipleVersion]
) -> Share | None:
    """Of the project's requests (a sample), those whose prompt would not be the same. None without requests."""
    requests = requests_of(project)
    if not requests:
        return None
    one, other = (compiled_versions(versions, requests, at_most=project.retrieves) for versions in (before, after))
    changed = sum(was != is_now for was, is_now in zip(one, other, strict=True))
    return Share(part=changed, whole=len(requests))
