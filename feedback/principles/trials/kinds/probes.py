"""Probes before adoption: what a change to the constitution would break.

The same requests are answered under the constitution as it is and as it would be: the planted probes (`probing`), told
by the answers' own words, and examples of the split `select` that people have judged, where a judge says whether each
answer is right as people saw it. What was right and is wrong is a negative flip. Beside it stands how often the two
constitutions choose what people chose, pair by pair.

Parameters: `examples` and `pairs` at most so many, `restores` the version to go back to. Without a version the trial's
principle is the one to retire.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import partial
from hashlib import sha256
from typing import Any

from feedback.desk.intervals import wilson
from feedback.errors import Refused
from feedback.llm.answers import Reply, WithPeople
from feedback.llm.material import conversation_text
from feedback.llm.model import Completion
from feedback.llm.prompts import fill
from feedback.models import Preference, ProbeResult, Trial
from feedback.principles.amendments import Amendment, amendment_of, whole_text
from feedback.principles.constitutions import current_constitution
from feedback.principles.trials import judging
from feedback.principles.trials.asking import Answered, Question, Until, ask_all, together
from feedback.principles.trials.cells import instructions_hash, judge, keep_verdicts, missing_verdicts, verdicts_there
from feedback.principles.trials.opening import staged
from feedback.principles.trials.pairs import Pair
from feedback.principles.trials.probing import PROBES, judged, median, more_than_chance
from feedback.principles.trials.standing import Standing, select_pairs, standings
from feedback.principles.trials.tables import Choices, agreement, by_most, choices_of, looked_up
from feedback.projects.budget import RecordedModel

EXAMPLES, PAIRS, MOST = 12, 40, 200
SIDES = ("before", "after")
ANSWER, JUDGE = "answer_by_constitution", "stands_with_people"
FLIP = ProbeResult.Kind.FLIP
Texts = dict[str, str]


def plan(trial: Trial) -> int:
    """Fix what is compared, and count the calls. Raises `Refused` where nothing would change."""
    given = trial.parameters
    given["examples"] = judging.whole(given.get("examples"), least=0, most=MOST, otherwise=EXAMPLES)
    given["pairs"] = judging.whole(given.get("pairs"), least=0, most=MOST, otherwise=PAIRS)
    chosen = Preference.objects.filter(project=trial.project).order_by("-pk").values_list("pk", flat=True)
    given["last"] = chosen.first()
    trial.constitution = current_constitution(trial.project)
    trial.save(update_fields=["constitution"])
    change = amendment_of(trial)
    if not change.changes:
        raise Refused("Nothing would change, so there is nothing to probe.")
    trial.result = {"change": change.kind, "before": change.names[0], "after": change.names[1]}
    return 2 * (len(PROBES) + 2 * len(standing_of(trial)) + len(pairs_of_trial(trial)))


def work(trial: Trial, model: RecordedModel, until: Until) -> bool:
    """Answers first, then whether those on examples are right, then the choices."""
    change, examples = amendment_of(trial), standing_of(trial)
    texts: Texts = {}
    staged(trial, "Answering")
    wanted = {**probe_questions(change), **example_questions(change, examples)}
    if ask_all(trial, model, one_of_each(wanted), until=until, keep=partial(keep_text, texts)):
        return True
    keep_probes(trial, wanted, texts)
    staged(trial, "Judging answers")
    said: dict[str, WithPeople] = {}
    if ask_all(trial, model, judgements(examples, wanted, texts), until=until, keep=partial(keep_word, said)):
        return True
    keep_flips(trial, examples, wanted, texts, said)
    return choose(trial, model, until, change)


def conclude(trial: Trial) -> dict[str, Any]:
    """The counts of each kind, the two tables of flips, and what speaks against the change."""
    rows = list(trial.probe_results.order_by("pk"))
    found: dict[str, Any] = {
        "probes": {kind: table([row for row in rows if row.kind == kind]) for kind in ProbeResult.Kind.values[:4]},
        "flips": table([row for row in rows if row.kind == FLIP]),
        "length": [median([len(getattr(row, side).split()) for row in rows]) for side in SIDES],
        "choices": choice_tables(trial, amendment_of(trial)),
    }
    against = against_of(found)
    return {**found, "against": against, "passed": not against}


def against_of(found: dict[str, Any]) -> list[str]:
    """What speaks against it: any probe that was passed before and is not now; more flips than chance would bring."""
    named = [kind for kind, counts in found["probes"].items() if counts["broken"]]
    pairs = found["choices"].get("flips", {})
    if more_than_chance(found["flips"]["broken"], found["flips"]["mended"]):
        named.append("flip")
    if pairs and more_than_chance(pairs["fell"], pairs["rose"]):
        named.append("choice")
    return named


def table(rows: list[ProbeResult]) -> dict[str, int]:
    """How many were right before and after, by both."""
    return counted((row.before_ok, row.after_ok) for row in rows)


def counted(pairs: Any) -> dict[str, int]:
    """The four fields of a table of before and after."""
    seen = Counter(pairs)
    return {
        "kept": seen[True, True], "broken": seen[True, False], "mended": seen[False, True],
        "wrong": seen[False, False], "all": sum(seen.values()),
    }  # fmt: skip


# What is asked


def standing_of(trial: Trial) -> list[Standing]:
    """The judged examples of this trial, those there were when it was asked for."""
    return standings(trial.project, last=trial.parameters["last"], at_most=trial.parameters["examples"])


def pairs_of_trial(trial: Trial) -> list[Pair]:
    """The pairs of this trial."""
    return select_pairs(trial.project, last=trial.parameters["last"], at_most=trial.parameters["pairs"])


def probe_questions(change: Amendment) -> dict[str, tuple[Question, Question]]:
    """Both questions of each probe, by its name."""
    return {
        f"{one.kind}-{one.name}": both(change, f"{one.kind}-{one.name}", one.messages, one.request) for one in PROBES
    }


def example_questions(change: Amendment, examples: list[Standing]) -> dict[str, tuple[Question, Question]]:
    """Both questions of each example, by its name."""
    rows = (one.example for one in examples)
    return {name_of(row): both(change, name_of(row), row.messages, row.request) for row in rows}


def name_of(example: Any) -> str:
    """What an example's answers are kept under."""
    return f"example {example.number}"


def both(change: Amendment, name: str, messages: list[dict[str, Any]], request: str) -> tuple[Question, Question]:
    """The same request under both constitutions; one and the same question where their words are the same."""
    conversation = conversation_text(messages)
    first, second = (
        Question(
            prompt=fill(ANSWER, constitution=words, conversation=conversation), role="task",
            slot=f"answer-{sha256(words.encode()).hexdigest()[:12]}-{name}"[:80],
        )
        for words in change.words_for(request)
    )  # fmt: skip
    return first, second


def one_of_each(wanted: dict[str, tuple[Question, Question]]) -> list[Question]:
    """All questions, each once."""
    return list({one.slot: one for some in wanted.values() for one in some}.values())


def keep_text(texts: Texts, question: Question, answer: Answered) -> None:
    """An answer; what the model declined to answer is an empty one."""
    usable = isinstance(answer, Completion) and isinstance(answer.data, Reply)
    texts[question.slot] = answer.data.text if usable else ""  # type: ignore[union-attr]


def judgements(
    examples: list[Standing], wanted: dict[str, tuple[Question, Question]], texts: Texts
) -> Iterator[Question]:
    """Whether each answer to an example is right; the same text is judged once."""
    for one in examples:
        name = name_of(one.example)
        for text in dict.fromkeys(texts[question.slot] for question in wanted[name]):
            prompt = fill(
                JUDGE, conversation=conversation_text(one.example.messages), preferred=one.preferred,
                rejected=one.rejected, reasons=one.reasons, response=text,
            )  # fmt: skip
            yield Question(prompt=prompt, slot=judged_slot(name, text))


def judged_slot(name: str, text: str) -> str:
    """What a judgement is kept under."""
    return f"right-{sha256(text.encode()).hexdigest()[:12]}-{name}"[:80]


def keep_word(said: dict[str, WithPeople], question: Question, answer: Answered) -> None:
    """What the judge said; nothing where it gave no usable answer."""
    if isinstance(answer, Completion) and isinstance(answer.data, WithPeople):
        said[question.slot] = answer.data


def choose(trial: Trial, model: RecordedModel, until: Until, change: Amendment) -> bool:
    """Buy the choices that are missing under both; whether some still are."""
    staged(trial, "Choosing")
    for prompt, words in ways_of(change):
        who = judge(trial.project, model.name, prompt)
        questions = missing_verdicts(trial, who, words, pairs_of_trial(trial))
        with together(partial(keep_verdicts, trial, who)) as keep:
            if ask_all(trial, model, questions, until=until, keep=keep):
                return True
    return False


def ways_of(change: Amendment) -> list[tuple[str, str]]:
    """The judge's prompt and the constitution it chooses by, before and after."""
    both_words = (whole_text(change.before), whole_text(change.after))
    return [(judging.BY if words else judging.UNAIDED, words) for words in both_words]


# What is kept


def keep_probes(trial: Trial, wanted: dict[str, tuple[Question, Question]], texts: Texts) -> None:
    """A row for each probe, told by its answers' own words."""
    rows = []
    for probe in PROBES:
        before, after = (texts[question.slot] for question in wanted[f"{probe.kind}-{probe.name}"])
        was, now = judged(probe, before, after)
        rows.append(
            ProbeResult(
                trial=trial, kind=probe.kind, name=probe.name, input=probe.request, before=before, after=after,
                before_ok=not was, after_ok=not now, why=now or was, simulated=trial.simulated,
            )
        )  # fmt: skip
    ProbeResult.objects.bulk_create(rows, ignore_conflicts=True)


def keep_flips(
    trial: Trial, examples: list[Standing], wanted: dict[str, tuple[Question, Question]], texts: Texts,
    said: dict[str, WithPeople],
) -> None:  # fmt: skip
    """A row for each example both of whose answers the judge could read."""
    rows = []
    for one in examples:
        name = name_of(one.example)
        before, after = (texts[question.slot] for question in wanted[name])
        was, now = (said.get(judged_slot(name, text)) for text in (before, after))
        if was is not None and now is not None:
            rows.append(
                ProbeResult(
                    trial=trial, kind=FLIP, name=name, example=one.example, input=one.example.request, before=before,
                    after=after, before_ok=was.right, after_ok=now.right, why=now.why, simulated=trial.simulated,
                )
            )  # fmt: skip
    ProbeResult.objects.bulk_create(rows, ignore_conflicts=True)


def choice_tables(trial: Trial, change: Amendment) -> dict[str, Any]:
    """Agreement with people before and after with intervals, the flips between them, and the pairs that went wrong."""
    pairs = pairs_of_trial(trial)
    if not pairs:
        return {}
    before, after = (choices_by(trial, prompt, words, pairs) for prompt, words in ways_of(change))
    points = [(point(pair, before), point(pair, after)) for pair in pairs]
    fell, rose = sum(now < was for was, now in points), sum(now > was for was, now in points)
    right = {pair.key: (before.get(pair.key) == pair.label, after.get(pair.key) == pair.label) for pair in pairs}
    broken = [list(key) for key, (was, now) in right.items() if was and not now]
    flips = counted(right.values())
    low, high = wilson(flips["broken"], flips["all"])
    return {
        "before": agreement(pairs, looked_up(before), by_most), "after": agreement(pairs, looked_up(after), by_most),
        "flips": {**flips, "fell": fell, "rose": rose, "low": low, "high": high}, "broken": broken,
    }  # fmt: skip


def point(pair: Pair, choices: Choices) -> float:
    """What a choice is worth: 1 with people, 0 against them, a half for none."""
    said = choices.get(pair.key, "")
    return 0.5 if said not in {"a", "b"} else float(said == pair.label)


def choices_by(trial: Trial, prompt: str, words: str, pairs: list[Pair]) -> Choices:
    """What the judge chose in each pair."""
    who = judge(trial.project, trial.model, prompt)
    return choices_of(verdicts_there(who, instructions_hash(prompt, words), pairs))
