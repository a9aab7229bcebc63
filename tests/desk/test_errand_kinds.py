"""What each kind of errand asks and leaves: consequences, hints, expert edits, stand-ins, checks, follow-ups."""

from __future__ import annotations

from typing import Any

import pytest

from feedback.capture.hints import record_hint
from feedback.capture.history import withdraw
from feedback.capture.rulings import record_ruling
from feedback.desk import candidates, errands
from feedback.desk.errand_kinds.register import WAYS
from feedback.errors import NotAllowed, Refused
from feedback.models import (
    Check,
    CheckResult,
    Consequence,
    Critique,
    Edit,
    Errand,
    Example,
    FollowUp,
    Member,
    ModelCall,
    Project,
    Rating,
    Response,
    User,
)
from feedback.principles.memory import errands as remembered  # noqa: F401  (its kinds take their places when it is loaded)
from feedback.principles.playground import replying  # noqa: F401  (so does its kind)
from tests import make
from tests.model_server import ModelServer

pytestmark = pytest.mark.django_db
LONG = "Sure! Great question. The sky is blue because air scatters blue light. Air scatters blue light the most."


@pytest.fixture
def example(project: Project) -> Example:
    """A question."""
    return make.example(project=project, request="Why is the sky blue?")


@pytest.fixture
def response(example: Example) -> Response:
    """An answer with faults one can see."""
    return make.response(example=example, text=LONG)


def done(kind: str, example: Example, by: User, **given: Any) -> Errand:
    asked = errands.ask_errand(kind, example=example, by=by, **{"key": kind, **given})
    row = errands.run_errand(asked.pk)
    assert (row.state, row.error) == ("done", "")
    return row


def test_every_kind_of_errand_has_its_way() -> None:
    assert set(WAYS) == set(Errand.Kind.values)


def test_a_consequence_is_foretold_and_marked(response: Response, ben: User) -> None:
    done("consequence", response.example, ben, response=response)
    row = Consequence.objects.get()
    assert (row.response, row.origin, row.simulated, row.model) == (response, "foretold", True, "simulated")
    assert row.rater is not None
    assert row.rater.kind == "judge"
    assert "The person took it that" in row.text


def test_a_hint_goes_before_another_attempt(example: Example, ben: User) -> None:
    hint = record_hint(example, text="Think of how air scatters light.", key="h", by=ben)
    row = done("hinted", example, ben, hint=hint)
    assert row.result is not None
    assert "Think of how air scatters light" in row.result.text
    assert row.answer == {"hint": hint.pk}
    withdraw(hint, by=ben)
    hint.refresh_from_db()
    with pytest.raises(Refused, match="taken back"):
        errands.ask_errand("hinted", example=example, hint=hint, key="again", by=ben)


def test_an_edit_as_by_an_expert_is_marked_as_made_up(response: Response, ana: User, ben: User) -> None:
    row = done("synthetic-edit", response.example, ana, response=response)
    edit = Edit.objects.get()
    assert (edit.protocol, edit.rater.kind, edit.rater.user) == ("synthetic-edit", "simulated", None)
    assert edit.result == row.result
    assert (edit.result.model, edit.result.simulated, edit.result.origin) == ("simulated", True, "edited")
    assert "Sure!" not in edit.result.text
    with pytest.raises(NotAllowed):
        errands.ask_errand("synthetic-edit", example=response.example, response=response, key="x", by=ben)


def test_an_expert_who_changes_nothing_leaves_no_edit(example: Example, ana: User) -> None:
    fine = make.response(example=example, text="Air scatters blue light most, so the sky is blue.")
    row = done("synthetic-edit", example, ana, response=fine)
    assert not Edit.objects.exists()
    assert row.answer["why"]


def history(project: Project, user: User) -> None:
    for number in range(3):
        said = make.response(example=make.example(project=project), text=f"Sure! It is {number}.")
        rater = make.rater(project=project, user=user)
        make.critique(response=said, rater=rater, text="Leave out the pleasantries at the beginning.")
        make.rating(response=said, rater=rater, score=2)


def test_a_stand_in_needs_the_persons_leave_and_their_words(project: Project, response: Response, ben: User) -> None:
    with pytest.raises(Refused, match="switched off"):
        errands.ask_errand("shadow", example=response.example, response=response, key="s", by=ben)
    Member.objects.filter(user=ben).update(shadow=True)
    with pytest.raises(Refused, match="too little"):
        errands.ask_errand("shadow", example=response.example, response=response, key="s", by=ben)


def test_a_stand_in_judges_as_the_person_would_and_is_not_the_person(
    project: Project, response: Response, ben: User
) -> None:
    Member.objects.filter(user=ben).update(shadow=True)
    history(project, ben)
    done("shadow", response.example, ben, response=response)
    rating, critique = Rating.objects.get(response=response), Critique.objects.get(response=response)
    assert rating.rater == critique.rater
    assert (rating.rater.kind, rating.rater.user, rating.rater.name) == ("simulated", None, "Stand-in for Ben Okafor")
    assert (rating.score, rating.protocol) == (1, "shadow")
    assert "filler" in critique.text
    assert not candidates.responses(project).filter(candidates.is_judged(), pk=response.pk).exists()


def test_a_stand_in_is_told_only_what_its_person_said(
    project: Project, response: Response, ben: User, cleo: User, settings
) -> None:
    Member.objects.filter(user=ben).update(shadow=True)
    history(project, ben)
    make.critique(
        response=make.response(example=make.example(project=project)), rater=make.rater(project=project, user=cleo),
        text="Cleo's own words.",
    )  # fmt: skip
    with ModelServer() as server:
        settings.ANTHROPIC_BASE_URL, settings.ANTHROPIC_API_KEY = server.url, "key"
        done("shadow", response.example, ben, response=response)
    sent = str(server.requests[0]["messages"])
    assert "pleasantries at the beginning" in sent
    assert "Cleo" not in sent


def test_checks_are_proposed_and_tried_on_every_candidate(example: Example, ben: User) -> None:
    texts = ["There are 9 of them.", "There are 19 of them.", "Sure! There are 19, I think: one, two and more."]
    rows = [make.response(example=example, text=text) for text in texts]
    done("checks", example, ben)
    checks = list(Check.objects.filter(example=example))
    assert [row.text for row in checks][:2] == ["It gives the number “9”.", "It gives the number “19”."]
    assert CheckResult.objects.count() == len(checks) * 3
    nineteen = CheckResult.objects.filter(about=checks[1]).order_by("response")
    assert [row.passes for row in nineteen] == [False, True, True]
    assert ModelCall.objects.count() == 1 + len(rows)
    done("checks", example, ben, key="again")
    assert Check.objects.count() == len(checks)
    ruling = record_ruling(checks[0], holds="no", key="r", by=ben)
    assert record_ruling(checks[0], holds="no", key="r", by=ben) == ruling
    with pytest.raises(Refused):
        record_ruling(checks[0], holds="perhaps", key="r2", by=ben)


def test_one_answer_needs_no_checks(response: Response, ben: User) -> None:
    with pytest.raises(Refused, match="fewer than two"):
        errands.ask_errand("checks", example=response.example, key="c", by=ben)


def test_what_users_wrote_next_is_only_proposed(project: Project, ana: User) -> None:
    messages = [
        {"role": "user", "content": "How tall is the tower in Paris, please, and when was it built?"},
        {"role": "assistant", "content": "300 m."},
        {"role": "user", "content": "No, that is wrong. See its antenna."},
    ]  # fmt: skip
    example = make.example(project=project, messages=messages)
    response = make.response(example=example, text="330 m, then.", next_message="Thanks, that helps!")
    row = done("follow-ups", example, ana, response=response)
    found = FollowUp.objects.order_by("pk")
    assert [(one.turn, one.mark, one.says) for one in found] == [
        (2, "corrected", "No, that is wrong."), (None, "satisfied", "Thanks, that helps!"),
    ]  # fmt: skip
    assert {one.rater.kind for one in found} == {"judge"}
    assert row.answer["proposed"] == [one.pk for one in found]
    alone = make.response(example=make.example(project=project))
    with pytest.raises(Refused, match="Nobody wrote"):
        errands.ask_errand("follow-ups", example=alone.example, response=alone, key="f", by=ana)


@pytest.mark.parametrize("kind", ["suggest", "consequence", "synthetic-edit", "message"])
def test_no_model_is_asked_about_a_held_out_example(project: Project, ana: User, kind: str) -> None:
    held = make.response(example=make.example(project=project, split="holdout"))
    with pytest.raises(Refused, match="held out"):
        errands.ask_errand(kind, example=held.example, response=held, words="Why?", key="k", by=ana)


def test_a_response_of_another_example_is_refused(project: Project, response: Response, ben: User) -> None:
    with pytest.raises(Refused, match="another example"):
        errands.ask_errand("suggest", example=make.example(project=project), response=response, key="k", by=ben)
