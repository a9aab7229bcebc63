"""The cells of a test: a judge's word on one pair, for one principle or under one constitution, bought once for ever.

A cell is (wording, pair, judge, repeat) for a principle and (instructions, pair, judge, repeat) for a constitution.
Which are missing is asked before each stretch, so that new pairs or principles buy only new cells. Sides are swapped
from one repeat to the next, and which comes first to begin with is drawn: a judge who likes a side is found out.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from feedback.llm.answers import Pick, RuleVotes
from feedback.llm.material import candidates_text, conversation_text
from feedback.llm.model import Completion
from feedback.llm.prompts import fill, prompt_hash
from feedback.models import PairVote, PrincipleVersion, Project, Rater, Trial, Verdict
from feedback.principles.trials.asking import Answered, Question
from feedback.principles.trials.pairs import Pair
from feedback.principles.wording import principle_sentence
from feedback.projects.raters import judge_rater

AT_A_TIME = 40
MOST_WORDS = 12000
INVALID = PairVote.Outcome.INVALID
FLIP = {"a": "b", "b": "a"}
Cell = tuple[int, int, int]


@dataclass(frozen=True)
class Judge:
    """Who votes: a model with one exact prompt, as a rater."""

    rater: Rater
    prompt: str


def judge(project: Project, model: str, prompt: str) -> Judge:
    """The judge a model is with a prompt."""
    return Judge(judge_rater(project, model[:120], prompt_hash(prompt)), prompt)


def swapped(pair: Pair, repeat: int, seed: int) -> bool:
    """Whether the first response is shown second: drawn for the pair, turned with each repeat."""
    drawn = hashlib.sha256(f"{seed}:{pair.a}:{pair.b}".encode()).digest()[0]
    return bool((drawn + repeat) % 2)


def sides(pair: Pair, turned: bool) -> dict[str, str]:
    """What the judge is shown."""
    first, second = (pair.text_b, pair.text_a) if turned else (pair.text_a, pair.text_b)
    return {"conversation": conversation_text(pair.conversation), "response_a": first, "response_b": second}


def unturned(said: str, turned: bool) -> str:
    """The outcome as of the pair, from what was said of A and B as shown."""
    outcome = said.lower()
    return FLIP.get(outcome, outcome) if turned else outcome


# Votes of single principles


@dataclass(frozen=True)
class Sheet:
    """One call's worth of votes: a pair, a repeat and the wordings voted on, in the order asked."""

    pair: Pair
    repeat: int
    versions: tuple[int, ...]
    turned: bool


def missing_votes(
    trial: Trial, who: Judge, versions: Sequence[PrincipleVersion], pairs: Sequence[Pair], *, repeats: int
) -> Iterator[Question]:
    """The calls that fill the missing cells, at most 40 rules each, the rules in another order for each repeat."""
    there = {(v, a, b, r) for v, a, b, r, _ in votes_there(who, [one.pk for one in versions], pairs)}
    words = {version.pk: principle_sentence(version) for version in versions}
    for repeat in range(repeats):
        order = list(words)
        random.Random(f"{trial.seed}-{repeat}").shuffle(order)
        for pair in pairs:
            wanted = [pk for pk in order if (pk, pair.a, pair.b, repeat) not in there]
            for start in range(0, len(wanted), AT_A_TIME):
                yield vote_question(trial, who, pair, repeat, tuple(wanted[start : start + AT_A_TIME]), words)


def vote_question(
    trial: Trial, who: Judge, pair: Pair, repeat: int, versions: tuple[int, ...], words: dict[int, str]
) -> Question:
    """One call. Its slot names the very cells, so that the ledger never answers for others."""
    turned = swapped(pair, repeat, trial.seed)
    prompt = fill(who.prompt, rules=candidates_text(words[pk] for pk in versions), **sides(pair, turned))
    cells = hashlib.sha256(",".join(map(str, versions)).encode()).hexdigest()[:16]
    return Question(
        prompt=prompt, slot=f"vote-{pair.a}-{pair.b}-{repeat}-{cells}", about=Sheet(pair, repeat, versions, turned)
    )


def keep_votes(trial: Trial, who: Judge, some: Sequence[tuple[Question, Answered]]) -> None:
    """Each vote as a cell; a rule the judge left out, or an answer that cannot be used, is an invalid vote."""
    PairVote.objects.bulk_create(
        (cell for question, answer in some for cell in cells_of(trial, who, question.about, answer)),
        ignore_conflicts=True,
    )


def cells_of(trial: Trial, who: Judge, sheet: Sheet, answer: Answered) -> Iterator[PairVote]:
    """The cells of one answer."""
    votes = answer.data.votes if isinstance(answer, Completion) and isinstance(answer.data, RuleVotes) else ()
    said = {vote.number: unturned(vote.selects, sheet.turned) for vote in votes}
    for number, version in enumerate(sheet.versions, start=1):
        yield PairVote(
            version_id=version, response_a_id=sheet.pair.a, response_b_id=sheet.pair.b, rater=who.rater,
            repeat=sheet.repeat, outcome=said.get(number, INVALID), swapped=sheet.turned, trial=trial,
        )  # fmt: skip


def votes_there(who: Judge, versions: Sequence[int], pairs: Sequence[Pair]) -> list[tuple[int, int, int, int, str]]:
    """(wording, a, b, repeat, outcome) of every cell there is. One query."""
    keys = {pair.key for pair in pairs}
    rows = PairVote.objects.filter(rater=who.rater, version__in=versions, response_a__in={a for a, _ in keys})
    found = rows.order_by("repeat").values_list("version", "response_a", "response_b", "repeat", "outcome")
    return [row for row in found if (row[1], row[2]) in keys]


def calls_for_votes(pairs: int, rules: int, repeats: int) -> int:
    """How many calls all cells of so many rules take."""
    return pairs * -(-rules // AT_A_TIME) * repeats


# Verdicts under a constitution


def instructions_hash(prompt: str, constitution: str) -> str:
    """What names the instructions: the words of a constitution and the way it is used; "" for none."""
    return hashlib.sha256(f"{prompt}\0{constitution}".encode()).hexdigest() if constitution else ""


def missing_verdicts(
    trial: Trial, who: Judge, constitution: str, pairs: Sequence[Pair], *, repeats: int = 1
) -> Iterator[Question]:
    """The calls that fill the missing verdicts. Without a constitution the judge is asked unaided."""
    named = instructions_hash(who.prompt, constitution)
    there = {(a, b, r) for a, b, r, _ in verdicts_there(who, named, pairs)}
    given = {"constitution": constitution} if constitution else {}
    for repeat in range(repeats):
        for pair in pairs:
            if (pair.a, pair.b, repeat) in there:
                continue
            turned = swapped(pair, repeat, trial.seed)
            slot = f"choose-{who.prompt[:12]}-{named[:12]}-{pair.a}-{pair.b}-{repeat}"
            prompt = fill(who.prompt, **given, **sides(pair, turned))
            yield Question(prompt=prompt, slot=slot, about=(pair, repeat, turned, named))


def keep_verdicts(trial: Trial, who: Judge, some: Sequence[tuple[Question, Answered]]) -> None:
    """The choices as cells."""
    Verdict.objects.bulk_create(
        (verdict_of(trial, who, question, answer) for question, answer in some), ignore_conflicts=True
    )


def verdict_of(trial: Trial, who: Judge, question: Question, answer: Answered) -> Verdict:
    """The cell of one choice."""
    pair, repeat, turned, named = question.about
    usable = isinstance(answer, Completion) and isinstance(answer.data, Pick)
    outcome = unturned(answer.data.pick, turned) if usable else INVALID  # type: ignore[union-attr]
    return Verdict(
        instructions=named, response_a_id=pair.a, response_b_id=pair.b, rater=who.rater, repeat=repeat,
        outcome=outcome, swapped=turned, trial=trial,
    )  # fmt: skip


def verdicts_there(who: Judge, instructions: str, pairs: Sequence[Pair]) -> list[tuple[int, int, int, str]]:
    """(a, b, repeat, outcome) of every verdict there is. One query."""
    keys = {pair.key for pair in pairs}
    rows = Verdict.objects.filter(
        rater=who.rater, instructions=instructions, response_a__in={a for a, _ in keys}
    ).order_by("repeat")
    found = rows.values_list("response_a", "response_b", "repeat", "outcome")
    return [row for row in found if (row[0], row[1]) in keys]
