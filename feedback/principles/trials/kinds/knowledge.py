"""A first set of principles from what a team knows: its documents piece by piece, and the answers it approved.

Parameters: `documents` (name and text of each; kept in the result) and `answers`, how many approved ones are shown.
What is found are changes that add a principle, for a person to approve one by one. Paper: SkillForge, 2025.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

from feedback.errors import Refused
from feedback.llm.material import conversation_text
from feedback.llm.model import Completion
from feedback.llm.prompts import data_block, fill
from feedback.llm.reflections import Learned, LearnedPrinciple
from feedback.models import Critique, Finding, Rating, Response, Split, Trial
from feedback.principles.clusters import is_denied, near, plain
from feedback.principles.findings import Found, write_findings
from feedback.principles.importing import sentences_of
from feedback.principles.laid_aside import as_material, laid_aside, like_one_of
from feedback.principles.playbook import words_on
from feedback.principles.trials.asking import Answered, Question, Until, ask_all
from feedback.principles.trials.judging import whole
from feedback.principles.trials.opening import staged
from feedback.principles.vectors import vectors_of
from feedback.projects.budget import RecordedModel

PIECE, MOST_PIECES, ANSWERS = 6000, 40, 5
NOTHING = "There is nothing to learn from: no text was given, and no answer was praised or scored highest yet."
NO_TEXT = "No document was given; go by the approved answers."
NO_ANSWERS = "None was approved yet."


def plan(trial: Trial) -> int:
    """Cut the documents into pieces."""
    given = trial.parameters
    given["answers"] = whole(given.get("answers"), least=0, most=20, otherwise=ANSWERS)
    documents = given.pop("documents", [])
    pieces = [
        {"name": str(one["name"])[:120], "text": text} for one in documents for text in pieces_of(str(one["text"]))
    ]
    approved = approved_in(trial)
    if len(pieces) > MOST_PIECES:
        raise Refused(f"That is more than can be read at once. Give at most {MOST_PIECES * PIECE:,} characters.")
    if not pieces and not approved:
        raise Refused(NOTHING)
    trial.result = {"pieces": pieces or [{"name": "", "text": ""}], "answers": approved}
    return len(trial.result["pieces"])


def pieces_of(text: str) -> list[str]:
    """A text in pieces of whole paragraphs, none much longer than `PIECE` unless one paragraph is."""
    pieces: list[str] = []
    for paragraph in text.replace("\r\n", "\n").split("\n\n"):
        for part in (paragraph[at : at + PIECE] for at in range(0, len(paragraph), PIECE)):
            if pieces and len(pieces[-1]) + len(part) < PIECE:
                pieces[-1] += f"\n\n{part}"
            elif part.strip():
                pieces.append(part)
    return pieces


def approved_in(trial: Trial) -> list[int]:
    """Answers people praised or gave the highest score, the latest first. Two queries."""
    people = {"project": trial.project, "rater__kind__in": ["person", "imported"]}
    kudos = Critique.objects.standing().filter(polarity=Critique.Polarity.KUDOS, **people)
    scored = Rating.objects.standing().filter(aspect="overall", critique=None, score__isnull=False, **people)
    found = [*kudos.exclude(response__example__split=Split.HOLDOUT).order_by("-pk").values_list("response", flat=True)]
    best = (
        scored.exclude(response__example__split=Split.HOLDOUT).order_by("-pk").values_list("response", "score", "scale")
    )
    found += [response for response, score, scale in best if score == scale]
    return list(dict.fromkeys(found))[: trial.parameters["answers"]]


def work(trial: Trial, model: RecordedModel, until: Until) -> bool:
    """One call a piece; what says the same is written down once."""
    staged(trial, "Reading")
    answers, aside = answers_as_material(trial.result["answers"]), laid_aside(trial.project)
    found: dict[int, Learned] = {}
    questions = [
        Question(
            prompt=fill(
                "learn_from_knowledge", knowledge=piece["text"] or NO_TEXT, answers=answers,
                laid_aside=as_material(aside),
            ),
            slot=f"piece-{number}", role="proposer", about=number,
        )
        for number, piece in enumerate(trial.result["pieces"])
    ]  # fmt: skip
    if ask_all(trial, model, questions, until=until, keep=partial(keep, found)):
        return True
    learned = [(one, trial.result["pieces"][number]) for number in sorted(found) for one in found[number].principles]
    told = [one for one in learned if not like_one_of(aside, effect=one[0].effect)]
    write_findings(trial, Finding.Stage.CHANGE, [found_in(one, piece, trial) for one, piece in new_among(trial, told)])
    return False


def answers_as_material(responses: Iterable[int]) -> str:
    """The approved answers with what was asked."""
    rows = Response.objects.filter(pk__in=list(responses)).select_related("example").order_by("pk")
    return (
        "\n".join(
            data_block(f"approved {n}", f"{conversation_text(one.example.messages)}\n{data_block('answer', one.text)}")
            for n, one in enumerate(rows, start=1)
        )
        or NO_ANSWERS
    )


def keep(found: dict[int, Learned], question: Question, answer: Answered) -> None:
    """What one piece teaches."""
    if isinstance(answer, Completion) and isinstance(answer.data, Learned):
        found[question.about] = answer.data


Learnt = list[tuple[LearnedPrinciple, dict[str, str]]]


def new_among(trial: Trial, learned: Learnt) -> Learnt:
    """Those that no principle here says, each once; of those that say nearly the same the first."""
    there = {plain(sentence) for _, sentence in sentences_of(trial.project)}
    learned = [one for one in learned if plain(one[0].effect) not in there]
    effects = [one.effect for one, _ in learned]
    twins = {place for group in near(effects, vectors_of(effects)) for place in group[1:]} if effects else set()
    first = {(plain(one), is_denied(one)): place for place, one in reversed(list(enumerate(effects)))}
    return [
        one for place, one in enumerate(learned)
        if place not in twins and first[plain(effects[place]), is_denied(effects[place])] == place
    ]  # fmt: skip


def found_in(one: LearnedPrinciple, piece: dict[str, str], trial: Trial) -> Found:
    """A principle to add, with the words it rests on where the document really has them."""
    quote = one.quote if one.quote and " ".join(one.quote.split()) in " ".join(piece["text"].split()) else ""
    said = f"“{quote}” ({piece['name']}). {one.because}" if quote else one.because or one.effect
    fields = {"operation": Finding.Operation.ADD, "domain": one.domain, "effect": one.effect}
    answers = [] if quote else trial.result["answers"]
    return Found(words=said, fields=fields, responses=answers, critiques=words_on(answers))


def conclude(trial: Trial) -> dict[str, Any]:
    """How many there are."""
    return {"read": len(trial.result["pieces"]), "changes": trial.findings.count()}
