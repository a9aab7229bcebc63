"""Where a principle applies: one that reaches too far is flagged, the properly scoped one passes on the same inputs."""

from __future__ import annotations

from typing import Any

import pytest

from feedback.errors import NotAllowed, Refused
from feedback.llm.answers import Reply, Requests, ScopeJudged
from feedback.llm.model import Completion, Prompt, Usage
from feedback.models import ModelCall, Principle, Project, ScopeInput, ScopeResult, Trial, User
from feedback.principles.constitutions import current_constitution, newest_version
from feedback.principles.scope import GENERAL, IN, NEAR, ScopeReport, scope_report
from feedback.principles.scope_inputs import add_input, correct_domain, leave_out, move_input, take_back
from feedback.principles.trials.opening import open_trial
from feedback.principles.trials.working import work_trial
from feedback.projects import budget
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)

LIST, SEVERAL = "Put them into a list, one a line.", "When several things are asked for"


def run_on(principle: Principle, by: User, **parameters: Any) -> Trial:
    trial = open_trial(principle.project, kind="scope", by=by, principle=principle, parameters=parameters)
    while work_trial(trial.pk):
        pass
    trial.refresh_from_db()
    assert trial.state == "done", trial.error
    return trial


def report_of(principle: Principle) -> ScopeReport:
    report = scope_report(newest_version(principle))
    assert report is not None
    return report


def figures(report: ScopeReport) -> dict[str, tuple[int, int]]:
    return {line.scope: (line.right, line.n) for line in report.lines}


def calls_of(trial: Trial) -> int:
    return ModelCall.objects.filter(trial=trial, state="settled").count()


def test_an_over_general_principle_is_flagged_and_the_properly_scoped_one_passes(project: Project, ana: User) -> None:
    principle = make.principle(project=project, effect=LIST)
    first = run_on(principle, ana)
    report = report_of(principle)
    assert figures(report) == {IN: (8, 8), NEAR: (0, 8), GENERAL: (0, 8)}
    assert not report.passed
    assert report.reasons == ["It reaches too far: close by, where it does not apply, it changes 8 of 8 answers."]
    assert (first.result["passed"], first.expected, calls_of(first)) == (False, 75, 75)

    correct_domain(principle, by=ana, domain=SEVERAL)
    second = run_on(principle, ana)
    report = report_of(principle)
    assert figures(report) == {IN: (8, 8), NEAR: (8, 8), GENERAL: (8, 8)}
    assert report.passed
    assert second.result["passed"]
    # the same inputs again; the answers without the principle were there, and only what changed had to be judged
    assert ScopeInput.objects.count() == 24
    assert calls_of(second) == 24 + 8
    assert report.line(IN).low > 0.6


def test_a_wording_that_breaks_what_an_earlier_one_did_right_is_told(project: Project, ana: User) -> None:
    principle = make.principle(project=project, effect=LIST, domain=SEVERAL)
    run_on(principle, ana)
    correct_domain(principle, by=ana, domain="")
    run_on(principle, ana)
    report = report_of(principle)
    assert len(report.turned) == 16
    assert "16 that an earlier wording did right are wrong now." in report.notes


def test_nothing_is_asked_twice(project: Project, ana: User) -> None:
    principle = make.principle(project=project, effect=LIST, domain=SEVERAL)
    run_on(principle, ana)
    again = run_on(principle, ana)
    assert (again.expected, calls_of(again), again.result["passed"]) == (0, 0, True)
    add_input(principle, by=ana, scope=IN, text="Give me three names for a cat.")
    assert report_of(principle).untested == 1
    assert calls_of(run_on(principle, ana)) == 3
    assert figures(report_of(principle))[IN] == (9, 9)


def test_people_say_where_an_input_belongs_and_the_figures_follow(project: Project, ana: User, ben: User) -> None:
    principle = make.principle(project=project, effect=LIST)
    run_on(principle, ana)
    near = list(ScopeInput.objects.filter(scope=NEAR))
    for row in near[:7]:
        move_input(row, by=ana, scope=IN)
    leave_out(near[7], by=ana)
    assert figures(report_of(principle)) == {IN: (15, 15), NEAR: (0, 0), GENERAL: (0, 8)}
    assert report_of(principle).reasons == ["There is no request close by to test it on."]
    take_back(near[7], by=ana)
    assert figures(report_of(principle))[NEAR] == (0, 1)
    with pytest.raises(NotAllowed):
        leave_out(near[0], by=ben)
    with pytest.raises(NotAllowed):
        add_input(principle, by=ben, scope=IN, text="Name two birds.")
    with pytest.raises(Refused, match="there already"):
        add_input(principle, by=ana, scope=IN, text=near[0].text)
    with pytest.raises(Refused, match="some words"):
        add_input(principle, by=ana, scope=IN, text="  ")


def test_a_corrected_situation_is_a_wording_that_is_not_in_force_yet(project: Project, ana: User) -> None:
    principle = make.principle(project=project, effect=LIST)
    make.constitution(project=project, principles=[principle])
    before = current_constitution(project)
    version = correct_domain(principle, by=ana, domain=SEVERAL)
    assert (version.number, version.effect, version.domain) == (2, LIST, SEVERAL)
    assert correct_domain(principle, by=ana, domain=SEVERAL) == version
    assert current_constitution(project) == before


def test_without_a_principle_it_says_so(project: Project, ana: User, ben: User) -> None:
    with pytest.raises(Refused, match="one principle at a time"):
        open_trial(project, kind="scope", by=ana)
    with pytest.raises(NotAllowed):
        open_trial(project, kind="scope", by=ben, principle=make.principle(project=project))
    assert scope_report(newest_version(make.principle(project=project))) is None


class Leaky:
    """Answers in capitals wherever it has a principle, whatever situation that names; judges by capitals."""

    name, simulated = "leaky", False

    def complete(self, prompt: Prompt) -> Completion:
        return Completion(text="{}", usage=Usage(1, 1), model=self.name, data=self.said(prompt))

    def said(self, prompt: Prompt) -> Any:
        values = prompt.values
        if prompt.name.startswith("write_"):
            return Requests(requests=tuple(f"{prompt.name} {number}" for number in range(3)))
        if prompt.name == "answer_by_principles":
            return Reply(text="AN ANSWER" if values["principles"] else "an answer")
        one, other = (5 if values[name].isupper() else 1 for name in ("first", "second"))
        return ScopeJudged(first=one, second=other, change=4 if one != other else 0, why="capitals")


def test_a_model_that_ignores_the_situation_is_found_out(project: Project, ana: User, monkeypatch) -> None:
    monkeypatch.setattr(budget, "the_model", Leaky)
    principle = make.principle(project=project, effect="Answer in capitals.", domain="When a sign is to be written")
    run_on(principle, ana, each=3)
    report = report_of(principle)
    assert figures(report) == {IN: (3, 3), NEAR: (0, 3), GENERAL: (0, 3)}
    assert len(report.reasons) == 2
    row = ScopeResult.objects.filter(input__scope=IN).first()
    assert row is not None
    assert (row.without, row.under, row.adherence, row.adherence_without) == ("an answer", "AN ANSWER", 1.0, 0.0)


def test_what_was_drafted_from_held_out_examples_is_not_shown_to_the_writer(project: Project, ana: User) -> None:
    from feedback.principles.trials.kinds.scope import feedback_behind

    rater = make.rater(project=project)
    principle = make.principle(project=project, effect=LIST)
    for split in ("holdout", "feedback"):
        example = make.example(project=project, request=f"About {split}?", split=split)
        critique = make.critique(response=make.response(example=example), rater=rater, text=f"Bad {split}.")
        principle.evidence.create(critique=critique)
    assert feedback_behind(principle) == "About feedback?\n— Bad feedback."
