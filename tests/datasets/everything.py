"""One project in which everything was said once: what round trips and checks over all formats stand on."""

from __future__ import annotations

from typing import Any

from feedback.models import Check, CheckResult, FollowUp, Hint, Place, Project, Pulse, Ranking, Rater, Response, Uptake
from tests import make

OUTCOMES = [("a", -2), ("b", 3), ("tie", 0), ("both-good", None), ("both-bad", None)]
TALK = [
    {"role": "system", "content": "Be brief."},
    {"role": "user", "content": "Name a river 🏞️."},
    {"role": "assistant", "content": "The Rhine."},
    {"role": "user", "content": "And a lake?"},
]


def said(project: Project, rater: Rater, **more: Any) -> dict[str, Any]:
    """What every row of feedback has."""
    return {"project": project, "rater": rater, "protocol": "single", "key": f"k{next(make.NUMBERS)}", **more}


def everything(project: Project, rater: Rater, other: Rater) -> None:
    """Two raters' words of every kind."""
    pairs(project, rater, other)
    chain(project, rater, other)
    spoken(project, rater)
    ranked(project, rater)
    shown(project, rater)
    particular(project, rater, other)


def pairs(project: Project, rater: Rater, other: Rater) -> None:
    """Pairs with strength, a tie, both good, both bad, and one of a dialogue."""
    for number, (outcome, strength) in enumerate(OUTCOMES):
        example = make.example(project=project, messages=TALK if not number else None, reference="Lake Como.")
        a = make.response(example=example, text=f"A good answer {number}. It holds 🌊.", model="m-a")
        b = make.response(example=example, text=f"Other words {number}. They do not.", model="m-b")
        make.preference(a=a, b=b, rater=rater, outcome=outcome, strength=strength, reason="Because." if number else "")
        make.rating(response=a, rater=rater, score=5)
        make.rating(response=b, rater=other, score=1)


def chain(project: Project, rater: Rater, other: Rater) -> None:
    """An answer with words, marks and checks; a better one made of it; a rewrite of that."""
    example = make.example(project=project, request="Why is the sky blue?")
    first = make.response(example=example, text="Because. It is wet. Nothing more.", model="m0")
    words = make.critique(response=first, rater=rater, text="Says nothing.", improve="Explain scattering.")
    make.span(response=first, rater=rater, start=9, end=19, category="wrong", severity="major", reason="It is not.")
    second = make.response(example=example, text="Because. Light scatters. Done.", model="m1", parent=first)
    make.rating(response=first, rater=rater, score=1)
    make.rating(response=second, rater=rater, score=4)
    make.preference(a=first, b=second, rater=rater, outcome="b", strength=2)
    Uptake.objects.create(**said(project, rater), critique=words, response=second, outcome="yes")
    make.edit(response=second, rater=other, text="Blue light scatters most.", reason="Shorter.")
    check = Check.objects.create(example=example, text="Names scattering.", rater=other)
    for response, passes in ((first, False), (second, True)):
        CheckResult.objects.create(about=check, response=response, rater=other, passes=passes)


def spoken(project: Project, rater: Rater) -> None:
    """What a user wrote next, presses while it streamed, praise, and a reason for failure."""
    response = make.response(
        example=make.example(project=project, request="Thank me."), text="Thank you so much.", next_message="Great!"
    )
    FollowUp.objects.create(**said(project, rater), response=response, mark="satisfied", says="Great!")
    Pulse.objects.create(**said(project, rater), response=response, direction=1, at=5, milliseconds=100)
    make.critique(response=response, rater=rater, text="Warm.", polarity="kudos")
    make.critique(response=response, rater=rater, text="", failure="too-short", key="f1")


def ranked(project: Project, rater: Rater) -> None:
    """A ranking of three."""
    example = make.example(project=project, request="Say three.")
    ranking = Ranking.objects.create(**said(project, rater), example=example, aspect="overall", reason="In order.")
    for place, text in enumerate(["Three 3.", "Two 2.", "One 1."], start=1):
        Place.objects.create(ranking=ranking, response=make.response(example=example, text=text), place=place)


def shown(project: Project, rater: Rater) -> None:
    """A demonstration beside a model's answer, and a hint."""
    example = make.example(project=project, request="Write a haiku.")
    sample = make.response(example=example, text="No haiku.", model="m0")
    make.rating(response=sample, rater=rater, score=1)
    result = make.response(example=example, text="Old pond, a frog jumps.", origin="written", author=rater)
    demonstration(project, rater, example, result)
    Hint.objects.create(**said(project, rater), example=example, text="Count the syllables.")


def demonstration(project: Project, rater: Rater, example: Any, result: Response) -> None:
    """An answer from nothing."""
    make.m.Demonstration.objects.create(**said(project, rater), example=example, result=result, reason="As Basho.")


def particular(project: Project, rater: Rater, other: Rater) -> None:
    """A corrupted instruction, a longer context, reasoning that shows, and two rewrites of one answer."""
    told = {"corrupted_instruction": "Write nine lines.", "constraints": ["five lines"]}
    lines = make.response(example=make.example(project=project, request="Write five lines.", extra=told), text="Five.")
    make.rating(response=lines, rater=rater, score=5)
    example = make.example(project=project, request="Who was it?")
    before = [{"role": "user", "content": "A long story."}, {"role": "assistant", "content": "Read."}]
    make.rating(response=make.response(example=example, text="Ada."), rater=rater, score=5)
    make.rating(response=make.response(example=example, text="Bo.", turns=[*before, *example.messages]), rater=rater)
    example = make.example(project=project, request="Think aloud.")
    a = make.response(example=example, text="<think>Hm.</think> Yes.")
    b = make.response(example=example, text="<think>Oh.</think> No.")
    make.preference(a=a, b=b, rater=rater)
    first = make.response(example=make.example(project=project, request="Say it well."), text="Said.")
    good, bad = (make.edit(response=first, rater=one, text=f"Said {two}.").result for one, two in
                 ((rater, "well"), (other, "badly")))  # fmt: skip
    make.preference(a=good, b=bad, rater=rater)
