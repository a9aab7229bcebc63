"""A small project in which everything was said that the research views are drawn from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from feedback import models as m
from feedback.examples.hashes import text_hash
from tests import make

WRONG = "9.8 has one digit.\n9.11 has two.\nSo 9.11 is larger."
RIGHT = "9.8 has one digit.\nPadded it is 9.80.\nSo 9.8 is larger."


@dataclass
class Lessons:
    """The rows tests ask about."""

    project: m.Project
    ben: m.Rater
    cleo: m.Rater
    critic: m.Rater
    wrong: m.Response
    right: m.Response
    worse: m.Response
    said: m.Critique
    refined: m.Response


def lessons_of(project: m.Project, ben: m.User, cleo: m.User) -> Lessons:
    """All of it; example 1 is the one most is said of."""
    one, two = make.rater(project=project, user=ben), make.rater(project=project, user=cleo)
    critic = make.rater(project=project, kind="judge", name="critic-model")
    found = numbers(project, one, two, critic)
    checked(project)
    guided(project, one)
    dialogue(project, one)
    relabelled(project)
    found.refined = by_a_run(project, one)
    solved_and_judged(project, critic, one)
    return found


def numbers(project: m.Project, ben: m.Rater, cleo: m.Rater, critic: m.Rater) -> Lessons:
    """A wrong answer, what was said of it, a right one and one that is worse; critiques of critiques."""
    example = make.example(
        project=project, request="Which is larger, 9.8 or 9.11?", reference="9.8", extra={"source": "sums"}
    )
    wrong = make.response(example=example, text=WRONG, model="small-1")
    said = make.critique(
        response=wrong, rater=ben, text="The digits are compared as whole numbers.", improve="Pad with zeros.",
        shown={"reference": True}, vetted_why="True, and it names the cause.",
    )  # fmt: skip
    right = make.edit(response=wrong, rater=ben, text=RIGHT, reason="Padded to the same length.").result
    again = make.response(example=example, text="9.11, because 11 is more than 8.", parent=wrong, origin="generated",
                          model="small-1")  # fmt: skip
    other = make.critique(response=wrong, rater=cleo, text="It is too short.")
    m.Uptake.objects.create(critique=said, response=right, outcome="yes", **make.judged(wrong, cleo, {}))
    m.Uptake.objects.create(critique=other, response=again, outcome="no", **make.judged(wrong, ben, {}))
    for row, score in ((wrong, 1), (right, 5), (again, 1)):
        make.rating(response=row, rater=cleo, score=score)
    make.rating(response=again, rater=critic, score=5)
    make.rating(response=wrong, rater=cleo, score=5, critique=said)
    make.rating(response=wrong, rater=ben, score=2, critique=other)
    start = WRONG.index("So 9.11")
    make.span(response=wrong, rater=ben, start=start, end=len(WRONG), reason="11 is not more than 80.")
    make.preference(a=wrong, b=right, rater=cleo, outcome="b", reason="It pads, so the digits can be compared.")
    return Lessons(project, ben, cleo, critic, wrong, right, again, said, right)


def solved_and_judged(project: m.Project, critic: m.Rater, person: m.Rater) -> None:
    """A judge that solves a prompt, and takes a wrong answer to it for right."""
    example = make.example(project=project, request="What is 7 times 8?")
    own = make.response(example=example, text="7 times 8 is 56.", model="critic-model")
    other = make.response(example=example, text="It is 54.", model="small-1")
    for row, rater, score in ((own, person, 5), (other, person, 1), (other, critic, 5)):
        make.rating(response=row, rater=rater, score=score)


def checked(project: m.Project) -> None:
    """Attempts held against checks by a program, and a repair that passes."""
    tests = make.rater(project=project, kind="check", name="unit tests")
    person = make.rater(project=project, name="Reviewer of code")
    example = make.example(project=project, request="Write a function that doubles a number.")
    faulty = make.response(example=example, text="def double(x): return x + x + 1", model="coder")
    make.critique(response=faulty, rater=person, text="It adds one too many.")
    fixed = make.edit(response=faulty, rater=person, text="def double(x): return x + x", reason="No + 1.").result
    check = m.Check.objects.create(example=example, text="double(2) is 4", rater=tests)
    for row, passes in ((faulty, False), (fixed, True)):
        m.CheckResult.objects.create(about=check, response=row, rater=tests, passes=passes)


def guided(project: m.Project, ben: m.Rater) -> None:
    """A hint with tries without and with it, a demonstration and the same in a model's own words."""
    example = make.example(project=project, request="What has keys but opens no locks?")
    failed = make.response(example=example, text="A map.", model="small-1")
    make.rating(response=failed, rater=ben, score=1)
    hint = m.Hint.objects.create(example=example, text="Think of music.", **make.judged(failed, ben, {}))
    solved = make.response(example=example, text="A piano.", origin="generated", model="small-1")
    user = ben.user
    assert user is not None
    make.errand(example=example, by=user, kind="hinted", hint=hint, result=solved, state="done")
    make.rating(response=solved, rater=ben, score=5)
    shown = make.response(example=example, text="A piano has keys that open no locks.", origin="written", author=ben)
    m.Demonstration.objects.create(example=example, result=shown, **make.judged(shown, ben, {}))
    make.response(example=example, text="It is a piano: its keys play.", origin="generated", parent=shown, model="s")


def dialogue(project: m.Project, ben: m.Rater) -> None:
    """A dialogue of which one turn was praised, and kudos without a fault."""
    talk = [
        {"role": "user", "content": "Go north."},
        {"role": "assistant", "content": "I look at the map first."},
        {"role": "user", "content": "And now?"},
    ]
    response = make.response(example=make.example(project=project, messages=talk), text="Now I go north.")
    make.critique(response=response, rater=ben, polarity="kudos", text="Looks first.", scope="turn", turn=1)
    make.critique(response=response, rater=ben, polarity="kudos", text="Short and right.")


def relabelled(project: m.Project) -> None:
    """An answer under the instruction it does satisfy."""
    asked = [{"role": "user", "content": "Name a river."}]
    told: dict[str, Any] = {"messages": asked, "response": text_hash("Lake Constance."), "by": "person"}
    example = make.example(project=project, request="Name a lake.", extra={"relabelled_from": told})
    make.response(example=example, text="Lake Constance.")


def by_a_run(project: m.Project, ben: m.Rater) -> m.Response:
    """What a run criticised and refined in two steps, of which only the last is a response of its own."""
    start = make.response(example=make.example(project=project, request="Why is the sky blue?"), text="It is big.")
    run = make.run(project=project, strategy="self_refine", simulated=False, model="large-2", state="finished")
    item = make.item(run=run, start=start, state="done")
    by = {"model": "large-2", "simulated": False}
    steps = (
        ("critic", {"text": "It is big."}, {"fault": True, "critique": "No cause is named.", "score": 3}),
        ("reviser", {"text": "It is big.", "critique": "No cause is named."}, {"text": "Light."}),
        ("critic", {"text": "Light."}, {"fault": True, "critique": "Say how.", "score": 5}),
        ("reviser", {"text": "Light.", "critique": "Say how."}, {"text": "Air scatters blue light most."}),
        ("critic", {"text": "Air scatters blue light most."}, {"fault": False, "critique": "Good.", "score": 9}),
    )
    rows = [make.step(item=item, part=part, given=given, output={**output, "answered_by": by}, state="done")
            for part, given, output in steps]  # fmt: skip
    text = "Air scatters blue light most."
    result = m.Response.objects.create(
        example=start.example, text=text, content_hash=text_hash(text), origin="refined", parent=start,
        produced_by=rows[3], model="large-2",
    )  # fmt: skip
    make.preference(a=start, b=result, rater=ben, outcome="b", protocol="refined-vs-original")
    return result
