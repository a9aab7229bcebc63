"""Inverse Constitutional AI as one trial (Findeis et al., 2024): propose, group, vote, filter, order, the final few.

Then the constitution they make is put to the test on the pairs learned from and on held-out ones. Each stage keeps what
it found in the trial's result, so that a trial that goes on takes up the next; calls are replayed by the ledger.
Parameters are those of `presets`, with the narrowing of pairs of `reconstruction`. What comes out are drafts.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from functools import partial
from typing import Any

from feedback.errors import Refused
from feedback.llm.answers import ProposedRules
from feedback.llm.material import conversation_text
from feedback.llm.model import Completion
from feedback.llm.prompts import fill
from feedback.models import Preference, PrincipleVersion, Trial
from feedback.principles.tallies import Sieve
from feedback.principles.trials import judging
from feedback.principles.trials.asking import Answered, Question, Until, ask_all
from feedback.principles.trials.candidates import grouped_rules, make_candidates, settle_candidates
from feedback.principles.trials.cells import calls_for_votes
from feedback.principles.trials.kinds.reconstruction import NARROWING, line_of
from feedback.principles.trials.kmeans import grouped
from feedback.principles.trials.opening import staged
from feedback.principles.trials.pairs import ALL, HELD_OUT, LEARN, Pair, pairs_of
from feedback.principles.trials.presets import PRESETS
from feedback.principles.trials.tables import parts, reconstruction, tally_line
from feedback.principles.trials.vectors import embedded
from feedback.principles.wording import principle_sentence
from feedback.projects.budget import RecordedModel

FEW = "Learning principles from choices takes at least two pairs somebody chose between, outside what is held out."


def plan(trial: Trial) -> int:
    """Fill in the preset's settings and count the calls, as if every proposal were new."""
    given = trial.parameters
    preset = PRESETS.get(given.setdefault("preset", "ours"))
    if preset is None:
        raise Refused(f"There is no preset {given['preset']!r}. There are: {', '.join(PRESETS)}.")
    for name, value in preset.settings.items():
        given.setdefault(name, value)
    given["last"] = (
        Preference.objects.filter(project=trial.project).order_by("-pk").values_list("pk", flat=True).first()
    )
    learned, tested = len(pairs_learned(trial)), len(pairs_tested(trial))
    if learned < 2:
        raise Refused(FEW)
    rules = min(given["groups"], learned * len(given["prompts"]) * given["rules"])
    choices = (learned + tested) * (len(judging.ways_of(trial, "some")) + bool(given["drawn"]))
    return learned * len(given["prompts"]) + calls_for_votes(learned, rules, given["repeats"]) + choices


def work(trial: Trial, model: RecordedModel, until: Until) -> bool:
    """Stage by stage, from where it stands."""
    learned = pairs_learned(trial)
    if "proposed" not in trial.result and propose(trial, model, until, learned):
        return True
    if "candidates" not in trial.result:
        group(trial)
    versions = versions_of(trial.result["candidates"])
    if "final" not in trial.result:
        if judging.vote(trial, model, until, versions, learned):
            return True
        sift(trial, versions, learned)
    return judging.choose(trial, model, until, constitution_of(trial), [*learned, *pairs_tested(trial)])


def propose(trial: Trial, model: RecordedModel, until: Until, pairs: Sequence[Pair]) -> bool:
    """Rules for each pair by each prompt; whether some were not asked for."""
    staged(trial, "Proposing")
    found: dict[str, list[str]] = {}
    questions = [question_of(trial, prompt, pair) for pair in pairs for prompt in trial.parameters["prompts"]]
    if ask_all(trial, model, questions, until=until, keep=partial(keep_rules, trial, found)):
        return True
    proposed = [
        {"text": text, "preferences": question.about.preferences}
        for question in questions
        for text in found.get(question.slot, [])
    ]
    staged(trial, "Grouping", proposed=proposed)
    return False


def question_of(trial: Trial, prompt: str, pair: Pair) -> Question:
    """Why was this one chosen?"""
    chosen, rejected = (pair.text_a, pair.text_b) if pair.label == "a" else (pair.text_b, pair.text_a)
    filled = fill(
        prompt, conversation=conversation_text(pair.conversation), chosen=chosen, rejected=rejected,
        count=str(trial.parameters["rules"]),
    )  # fmt: skip
    return Question(prompt=filled, slot=f"{prompt}-{pair.a}-{pair.b}", role="proposer", about=pair)


def keep_rules(trial: Trial, found: dict[str, list[str]], question: Question, answer: Answered) -> None:
    """The rules of one answer, no more than asked for."""
    if isinstance(answer, Completion) and isinstance(answer.data, ProposedRules):
        rules = [rule.strip() for rule in answer.data.rules if rule.strip()]
        found[question.slot] = rules[: trial.parameters["rules"]]


def group(trial: Trial) -> None:
    """Put the proposals into groups and make a candidate of each."""
    proposed = trial.result["proposed"]
    if not proposed:
        raise Refused("The model proposed no rule for any pair, so there is nothing to test. Ask again.")
    groups = grouped_rules(proposed, trial.parameters["groups"], embedded, seed=trial.seed)
    candidates = make_candidates(trial, groups)
    again = trial.expected
    if len(groups) != trial.parameters["groups"]:
        pairs, repeats = len(pairs_learned(trial)), trial.parameters["repeats"]
        foreseen = min(trial.parameters["groups"], pairs * len(trial.parameters["prompts"]) * trial.parameters["rules"])
        again += calls_for_votes(pairs, len(groups), repeats) - calls_for_votes(pairs, foreseen, repeats)
    staged(trial, "Voting", expected=max(0, again), groups=groups, candidates=candidates)


def sift(trial: Trial, versions: Sequence[PrincipleVersion], pairs: Sequence[Pair]) -> None:
    """Filter by the votes, order, and take one of each group of those left when they are more than the final few."""
    given, tallies = trial.parameters, judging.voted(trial, [one.pk for one in versions], pairs)
    final = given["final"]
    sieve = Sieve(least_right=given["least_right"])
    passed = sieve.kept(tallies, at_most=int(final * given["again"]) if final else None)
    kept = passed
    if final and len(passed) > final:
        words = {one.pk: principle_sentence(one) for one in versions}
        places = grouped(embedded([words[pk] for pk in passed]), final, seed=trial.seed)
        firsts = dict(reversed(list(zip(places, passed, strict=True))))
        kept = [pk for pk in passed if pk in firsts.values()]
    why = {pk: sieve.why_not(tally) or "others like it, or stronger ones, were kept." for pk, tally in tallies.items()}
    why = {pk: sentence for pk, sentence in why.items() if pk not in kept}
    settle_candidates(trial, kept, why)
    left_out = {str(pk): sentence for pk, sentence in why.items()}
    staged(trial, "Choosing", passed=passed, final=kept, why_not=left_out, drawn=drawn_at_random(trial, versions, kept))


def drawn_at_random(trial: Trial, versions: Sequence[PrincipleVersion], kept: Sequence[int]) -> str:
    """A constitution of as many candidates as were kept, drawn without a look at the votes; "" where none is wanted."""
    if not trial.parameters.get("drawn") or not 0 < len(kept) < len(versions):
        return ""
    return numbered(random.Random(trial.seed).sample(list(versions), len(kept)))


def conclude(trial: Trial) -> dict[str, Any]:
    """The candidates with their votes, and the tables on what was learned from and on what was held out."""
    learned, tested = pairs_learned(trial), pairs_tested(trial)
    versions = versions_of(trial.result["candidates"])
    tallies = judging.voted(trial, [one.pk for one in versions], learned)
    final, passed = trial.result.get("final", []), set(trial.result.get("passed", []))
    words = constitution_of(trial)
    lines = [
        line_of(one) | tally_line(tallies[one.pk])
        | {"kept": one.pk in final, "passed": one.pk in passed, "why": trial.result["why_not"].get(str(one.pk), "")}
        for one in versions
    ]  # fmt: skip
    lines.sort(key=lambda line: (not line["kept"], not line["passed"], line["wrong"] - line["right"]))
    chosen = judging.chosen(trial, words, [*learned, *tested])
    return {
        "pairs": len(learned), "held_out": len(tested), "principles": lines, "constitution": words,
        "table": reconstruction(learned, chosen), "held_out_table": reconstruction(tested, chosen) if tested else [],
        "parts": parts([*learned, *tested], chosen) if chosen else {},
    }  # fmt: skip


def versions_of(ids: Sequence[int]) -> list[PrincipleVersion]:
    """The wordings with these ids, in their order, each once."""
    found = PrincipleVersion.objects.select_related("principle").in_bulk(set(ids))
    return [found[pk] for pk in dict.fromkeys(ids) if pk in found]


def constitution_of(trial: Trial) -> str:
    """The final few, numbered, as the judge reads them."""
    return numbered(versions_of(trial.result.get("final", [])))


def numbered(versions: Sequence[PrincipleVersion]) -> str:
    """Principles as a judge reads them, a line each."""
    return "\n".join(f"{number}. {principle_sentence(one)}" for number, one in enumerate(versions, start=1))


def pairs_learned(trial: Trial) -> list[Pair]:
    """The pairs principles are learned from: never held-out ones, unless the trial is told to take all."""
    which = ALL if trial.parameters.get("which") == ALL else LEARN
    return pairs_of(trial.project, which=which, last=trial.parameters.get("last"), **narrowed(trial, *NARROWING))


def pairs_tested(trial: Trial) -> list[Pair]:
    """The held-out pairs; none where all are learned from."""
    if trial.parameters.get("which") == ALL:
        return []
    narrow = narrowed(trial, "raters", "files", "tag")
    return pairs_of(trial.project, which=HELD_OUT, last=trial.parameters.get("last"), **narrow)


def narrowed(trial: Trial, *names: str) -> dict[str, Any]:
    """What narrows the pairs down."""
    return {name: trial.parameters[name] for name in names if trial.parameters.get(name)}
