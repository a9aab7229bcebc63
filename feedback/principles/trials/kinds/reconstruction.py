"""Reconstruction: how well principles, and a constitution of them, tell what people chose between two responses.

Parameters: `which` pairs (learn, held-out or all), `repeats` of each vote and `how` they count, `flipped` whether the
constitution is also tried the wrong way round, `raters`, `files`, `tag` and `at_most` to narrow the pairs down.
"""

from __future__ import annotations

from typing import Any

from feedback.errors import Refused
from feedback.models import Preference, PrincipleVersion, Trial
from feedback.principles.constitutions import current_constitution, newest_version
from feedback.principles.trials import judging
from feedback.principles.trials.asking import Until
from feedback.principles.trials.cells import calls_for_votes
from feedback.principles.trials.pairs import ALL, Pair, pairs_of
from feedback.principles.trials.tables import parts, reconstruction, tally_line
from feedback.principles.wording import compiled, principle_sentence
from feedback.projects.budget import RecordedModel

NARROWING = ("raters", "files", "tag", "at_most")
NO_PAIRS = "Nobody has chosen between two responses here yet. Compare some pairs, or import preferences; then test."
NO_WORDS = "There is no constitution yet, so there is nothing to test. Adopt a principle, or test one by itself."


def plan(trial: Trial) -> int:
    """Fill in what is left open and count the calls."""
    if trial.principle is not None and trial.version is None:
        trial.version = newest_version(trial.principle)
        trial.save(update_fields=["version"])
    if trial.principle is None and trial.constitution is None:
        trial.constitution = current_constitution(trial.project)
        trial.save(update_fields=["constitution"])
    given = trial.parameters
    given["which"] = given.get("which", ALL)
    given["repeats"] = judging.whole(given.get("repeats", 2), least=1, most=9, otherwise=2)
    given["flipped"] = bool(given.get("flipped", True))
    given["last"] = (
        Preference.objects.filter(project=trial.project).order_by("-pk").values_list("pk", flat=True).first()
    )
    versions, pairs = versions_of(trial), pairs_for(trial)
    if not versions:
        raise Refused(NO_WORDS)
    if not pairs:
        raise Refused(NO_PAIRS)
    votes = calls_for_votes(len(pairs), len(versions), given["repeats"])
    return votes + len(pairs) * len(judging.ways_of(trial, words_of(trial))) * bool(words_of(trial))


def work(trial: Trial, model: RecordedModel, until: Until) -> bool:
    """Votes first, then choices."""
    versions, pairs = versions_of(trial), pairs_for(trial)
    return judging.vote(trial, model, until, versions, pairs) or judging.choose(
        trial, model, until, words_of(trial), pairs
    )


def conclude(trial: Trial) -> dict[str, Any]:
    """The lines of the principles, and the table of the constitution."""
    versions, pairs = versions_of(trial), pairs_for(trial)
    tallies = judging.voted(trial, [one.pk for one in versions], pairs)
    chosen = judging.chosen(trial, words_of(trial), pairs)
    return {
        "pairs": len(pairs),
        "held_out": sum(pair.held_out for pair in pairs),
        "principles": [line_of(version) | tally_line(tallies[version.pk]) for version in versions],
        "table": reconstruction(pairs, chosen),
        "held_out_table": held_out_table(pairs, chosen),
        "parts": parts(pairs, chosen) if chosen else {},
    }


def held_out_table(pairs: list[Pair], chosen: dict[str, Any]) -> list[dict[str, Any]]:
    """The same table on held-out pairs alone, where these are only some of them."""
    held = [pair for pair in pairs if pair.held_out]
    return reconstruction(held, chosen) if held and len(held) < len(pairs) else []


def line_of(version: PrincipleVersion) -> dict[str, Any]:
    """Which principle a line is about."""
    return {
        "number": version.principle.number, "version": version.pk, "wording": version.number,
        "words": principle_sentence(version),
    }  # fmt: skip


def versions_of(trial: Trial) -> list[PrincipleVersion]:
    """The wordings under test: one by itself, or the constitution's."""
    if trial.version is not None:
        return [trial.version]
    if trial.constitution is None:
        return []
    articles = trial.constitution.articles.select_related("version__principle").order_by("position")
    return [article.version for article in articles]


def words_of(trial: Trial) -> str:
    """The constitution as the judge reads it; a principle by itself is one of one."""
    if trial.version is not None:
        return f"1. {principle_sentence(trial.version)}"
    return compiled(trial.constitution)


def pairs_for(trial: Trial) -> list[Pair]:
    """The pairs of the test, those there were when it was asked for."""
    given = trial.parameters
    narrowed = {name: given[name] for name in NARROWING if given.get(name)}
    return pairs_of(trial.project, which=given["which"], last=given.get("last"), **narrowed)
