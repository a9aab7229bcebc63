"""Learning from a finished item: an errand that reads an answer and what people said, and leaves verified lessons.

    ask_reflection(response, by=…)         for one answer; asked again, the same errand
    reflect_unasked()                      for a sweep, in projects that want it

One call writes lessons on three levels (MUSE), of wins and losses alike (FLEX); a second one checks each before it is
kept (AlphaOPT). What fails the check, or says what the library has, is told on the errand and kept nowhere else.
Lessons wait for a person's approval.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from django.db.models import Exists, OuterRef, QuerySet

from feedback.desk.errand_kinds.ways import Outcome, Way, answered, asked_of, needs_response
from feedback.desk.errands import store
from feedback.errors import Refused
from feedback.llm.answers import Lessons, Verdict, Vetting
from feedback.llm.lessons import Lesson
from feedback.llm.material import candidates_text
from feedback.llm.model import Completion
from feedback.llm.prompts import fill
from feedback.models import Errand, Experience, Project, Response, Role, Split, User
from feedback.principles.fitting import dot, sparse
from feedback.principles.memory.entries import entries_for
from feedback.principles.memory.gathering import judged, principles_behind, said_of
from feedback.principles.vectors import vectors_of
from feedback.projects.budget import RecordedModel

KNOWN = 12
SAME = 0.85
AT_ONCE = 10
UNCHECKED = "The check did not speak of it."
THERE = "The library says so already."
OUTCOMES = {True: "It went well: people took it as good.", False: "It went badly: people took it as bad."}


@dataclass(frozen=True)
class Learned:
    """What was written, and what the check said of each by number."""

    completion: Completion
    lessons: tuple[Lesson, ...]
    verdicts: dict[int, Verdict]
    won: bool


def ask_reflection(response: Response, *, by: User | None) -> Errand:
    """Ask for lessons from a judged answer. Asked again it is the same errand.

    Raises `Refused` for a held-out example and for an answer nobody judged.
    """
    errand = Errand(
        project=response.example.project, kind=Errand.Kind.REFLECT, example=response.example, response=response,
        key=f"reflect:{response.pk}", asked_by=by,
    )  # fmt: skip
    there = Errand.objects.filter(project=errand.project, key=errand.key).first()
    if there is not None:
        return there
    check(errand)
    return store(errand)


def finished(project: Project) -> QuerySet[Response]:
    """Judged answers that nothing was learned from yet, newest first."""
    asked = Errand.objects.filter(response=OuterRef("pk"), kind=Errand.Kind.REFLECT)
    return judged(project).exclude(Exists(asked))


def ask_reflections(project: Project, *, by: User | None, at_most: int = AT_ONCE) -> list[Errand]:
    """Ask for lessons from the newest finished items of which people's word is clear."""
    rows = list(finished(project)[: at_most * 5])
    known = said_of([row.pk for row in rows])
    clear = (row for row in rows if known.went(row.pk) is not None)
    return [ask_reflection(row, by=by) for row in islice(clear, at_most)]


def reflect_unasked() -> list[int]:
    """Ask in every project that wants to learn by itself; the errands' ids, to ring for."""
    wanting = Project.objects.filter(reflects=True)
    return [errand.pk for project in wanting for errand in ask_reflections(project, by=None)]


def check(errand: Errand) -> None:
    """Raise `Refused` for what nothing may or can be learned from."""
    needs_response(errand)
    assert errand.response is not None
    if errand.example.split == Split.HOLDOUT:
        raise Refused(f"Example {errand.example.number} is held out: nothing is learned from it.")
    if said_of([errand.response.pk]).went(errand.response.pk) is None:
        raise Refused("People have not said clearly how this answer went. Judge it first; then it can be learned from.")


def ask(errand: Errand, model: RecordedModel) -> Learned:
    """Two calls: the lessons, then the check of all of them; one when there is none."""
    response = errand.response
    assert response is not None
    known = said_of([response.pk])
    won = bool(known.went(response.pk))
    shown = {"conversation": asked_of(errand), "response": response.text, "said": known.why(response.pk, good=won)}
    prompt = fill(
        "reflect_on_item", steps=steps_of(response), outcome=OUTCOMES[won], known=library_of(errand.project), **shown
    )
    completion = model.complete(prompt, role="critic", slot="reflect")
    lessons = answered(completion, Lessons).lessons
    if not lessons:
        return Learned(completion, (), {}, won)
    listed = candidates_text(f"When: {one.condition or 'always'}\n{one.explanation}" for one in lessons)
    shown["said"] = f"{OUTCOMES[won]}\n{shown['said']}"
    checked = model.complete(fill("verify_lessons", lessons=listed, **shown), role="judge", slot="verify")
    return Learned(completion, lessons, {one.number: one for one in answered(checked, Vetting).verdicts}, won)


def keep(errand: Errand, learned: Learned) -> Outcome:
    """The sound and new ones as entries that wait; the others, with the reason, on the errand alone."""
    response = errand.response
    assert response is not None
    principle = principles_behind([response.pk]).get(response.pk)
    kept, held_back = [], []
    for lesson, why in zip(learned.lessons, why_not(errand.project, learned), strict=True):
        if why:
            held_back.append({"lesson": lesson.explanation, "condition": lesson.condition, "why": why})
            continue
        kept.append(Experience(
            project=errand.project, kind=Experience.Kind.LESSON, level=lesson.level, taxonomy=lesson.taxonomy,
            condition=lesson.condition, explanation=lesson.explanation, before="", after=lesson.example,
            won=learned.won, example=errand.example, response=response, principle_id=principle,
            model=learned.completion.model[:120], simulated=learned.completion.simulated,
        ))  # fmt: skip
    rows = Experience.objects.bulk_create(kept)
    return Outcome(answer={"lessons": [row.pk for row in rows], "held_back": held_back}, changed=("memory",))


def why_not(project: Project, learned: Learned) -> list[str]:
    """For each lesson why it is not kept; nothing where it is."""
    words = [f"{one.condition}\n{one.explanation}" for one in learned.lessons]
    there = entries_for(project).filter(kind=Experience.Kind.LESSON).order_by("-pk")[:300]
    kept = vectors_of([f"{row.condition}\n{row.explanation}" for row in there])
    found = []
    for number, vector in enumerate(vectors_of(words), start=1):
        verdict = learned.verdicts.get(number)
        if verdict is None or not verdict.sound:
            found.append(verdict.because if verdict else UNCHECKED)
            continue
        same = any(dot(sparse(vector), other) >= SAME for other in kept)
        kept.append(vector)
        found.append(THERE if same else "")
    return found


def steps_of(response: Response) -> str:
    """How the work on a refined answer went: each critique and what was changed, in order; nothing for others."""
    if response.produced_by is None:
        return ""
    rows = response.produced_by.item.steps.filter(position__lte=response.produced_by.position, output__isnull=False)
    told: list[str] = []
    for step in rows.order_by("position"):
        said = (step.output or {}).get("critique") or (step.output or {}).get("changed")
        told += [f"{step.part}: {said}"] if said else []
    return candidates_text(told) if told else ""


def library_of(project: Project) -> str:
    """The newest lessons of the library, for not writing them again."""
    rows: Sequence[Experience] = entries_for(project).filter(kind=Experience.Kind.LESSON).order_by("-pk")[:KNOWN]
    return candidates_text(row.explanation for row in rows) if rows else ""


REFLECT = Way(ask=ask, keep=keep, check=check, role=Role.CURATOR)
