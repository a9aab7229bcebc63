"""Reflection, failures and knowledge: what is found are rows that people word anew, merge, reject and approve."""

from __future__ import annotations

import pytest

from feedback.errors import NotAllowed, Refused
from feedback.models import Constitution, Evidence, Finding, ModelCall, Principle, Project, Response, Split, Trial, User
from feedback.principles import findings
from feedback.principles.applying import note_uses
from feedback.principles.constitutions import adopt, current_constitution, newest_version
from feedback.principles.playbook import playbook_of
from feedback.principles.told import how_many, rejected, spoken_of
from feedback.principles.trials.opening import open_trial
from feedback.principles.trials.working import work_trial
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)
GREETS = "Sure! I would be glad to help you with that. Paris is the capital of France."
NO_FILLER = "Begin with the answer itself: no greeting, no announcement, no saying the request over again."


def done(trial: Trial) -> Trial:
    while work_trial(trial.pk):
        pass
    trial.refresh_from_db()
    assert trial.state == "done", trial.error
    return trial


def looked(project: Project, by: User, kind: str, **parameters: object) -> Trial:
    return done(open_trial(project, kind=kind, by=by, parameters=parameters))


def criticised(project: Project, ben: User, text: str = "Too much greeting and filler.", n: int = 3) -> list[Response]:
    rater = make.rater(project=project, user=ben)
    found = [make.response(example=make.example(project=project), text=GREETS) for _ in range(n)]
    for one in found:
        make.critique(response=one, rater=rater, text=text)
    return found


def test_reflection_proposes_a_change_that_waits_for_approval(project: Project, ana: User, ben: User) -> None:
    criticised(project, ben)
    trial = looked(project, ana, "reflect")
    change = trial.findings.get()
    assert (change.operation, change.effect, change.state) == ("add", NO_FILLER, "open")
    assert change.responses.count() == 3
    assert not Principle.objects.exists()
    approved = findings.approve_finding(change, by=ana)
    assert findings.approve_finding(change, by=ana).pk == approved.pk
    principle = Principle.objects.get()
    assert newest_version(principle).effect == NO_FILLER
    assert Evidence.objects.filter(principle=principle).count() == 3
    assert not Constitution.objects.exists()


def test_online_reads_each_answer_once_and_offline_the_latest_again(project, ana, ben) -> None:
    criticised(project, ben)
    looked(project, ana, "reflect", mode="online")
    with pytest.raises(Refused, match="anything new"):
        looked(project, ana, "reflect", mode="online")
    criticised(project, ben, n=1)
    assert looked(project, ana, "reflect", mode="online").result["read"] == 1
    assert looked(project, ana, "reflect").result["read"] == 4


def test_what_harmed_more_than_it_helped_is_proposed_to_go(project, ana, ben) -> None:
    rule = make.principle(project=project, effect="Give enough detail that the person need not ask again.")
    adopt(rule, by=ana)
    for response in criticised(project, ben, text="Far too long and wordy, keep it brief."):
        note_uses(response, versions=[newest_version(rule)])
    trial = looked(project, ana, "reflect")
    assert playbook_of(project).items[0].harmed == 3
    change = trial.findings.get(operation="retire")
    assert change.principle == rule
    findings.approve_finding(change, by=ana)
    assert not current_constitution(project).articles.exists()


def test_no_room_means_no_growth(project, ana, ben) -> None:
    adopt(make.principle(project=project, effect="Name every source you rely on. " * 15), by=ana)
    criticised(project, ben)
    change = looked(project, ana, "reflect", room=100).findings.get()
    assert change.state == "rejected"
    assert "room" in change.reason


def test_where_the_team_votes_a_change_becomes_a_motion(project, ana, ben) -> None:
    rule = make.principle(project=project, effect="Be brief.")
    adopt(rule, by=ana)
    Project.objects.filter(pk=project.pk).update(quorum=2)
    trial = make.trial(project=project, kind="reflect", state="done")
    fields = {"operation": "reword", "principle": rule, "effect": "Be brief, and kind."}
    change = Finding.objects.create(trial=trial, number=1, stage="change", words="Kindness is missed.", **fields)
    row = findings.approve_finding(change, by=ana)
    assert row.outcome == "Put to the vote as motion 1."
    assert current_constitution(project).articles.get().version.effect == "Be brief."


def test_failures_are_named_diagnosed_and_mended_stage_by_stage(project, ana, ben) -> None:
    narrow = make.principle(project=project, domain="When asked for a summary", effect=NO_FILLER)
    adopt(narrow, by=ana)
    criticised(project, ben)
    criticised(project, ben, text="It gives no reasons at all.", n=1)
    trial = looked(project, ana, "failures")
    named = list(trial.findings.filter(stage="failure"))
    assert [row.words for row in named] == ["talks before it answers", "gives no reasons"]
    assert [row.responses.count() for row in named] == [3, 1]
    findings.reject_finding(named[1], by=ana)
    done(findings.next_stage(trial, by=ana))
    diagnosis = trial.findings.get(stage="diagnosis")
    assert (diagnosis.principle, diagnosis.operation) == (narrow, "reword")
    with pytest.raises(Refused, match="next stage"):
        findings.reject_finding(named[0], by=ana)
    done(findings.next_stage(trial, by=ana))
    change = trial.findings.get(stage="change")
    findings.approve_finding(change, by=ana)
    assert (newest_version(narrow).domain, newest_version(narrow).effect) == ("", NO_FILLER)
    with pytest.raises(Refused, match="no further stage"):
        findings.next_stage(trial, by=ana)


def test_rows_are_worded_anew_and_merged_before_the_next_stage(project, ana, ben) -> None:
    criticised(project, ben)
    criticised(project, ben, text="It gives no reasons at all.", n=1)
    trial = looked(project, ana, "failures")
    first, second = trial.findings.all()
    findings.word_anew(second, by=ana, words="talks past the question")
    findings.merge_finding(second, into=first, by=ana)
    second.refresh_from_db()
    assert (second.state, second.worded, first.responses.count()) == ("merged", "gives no reasons", 4)
    done(findings.next_stage(trial, by=ana))
    diagnosis = trial.findings.get(stage="diagnosis")
    assert (diagnosis.operation, diagnosis.principle) == ("add", None)


def test_a_stage_with_nothing_left_does_not_go_on(project, ana, ben) -> None:
    criticised(project, ben)
    trial = looked(project, ana, "failures")
    row = findings.reject_finding(trial.findings.get(), by=ana)
    with pytest.raises(Refused, match="rejected"):
        findings.next_stage(trial, by=ana)
    findings.take_back_finding(row, by=ana)
    with pytest.raises(NotAllowed):
        findings.next_stage(trial, by=ben)
    assert findings.next_stage(trial, by=ana).state == "waiting"


def test_a_stage_that_was_answered_is_not_paid_again(project, ana, ben) -> None:
    criticised(project, ben)
    trial = looked(project, ana, "failures")
    Trial.objects.filter(pk=trial.pk).update(state="waiting")
    done(trial)
    assert (trial.findings.count(), ModelCall.objects.count()) == (1, 3)


def test_nothing_held_out_is_looked_back_on(project, ana, ben) -> None:
    for response in criticised(project, ben):
        type(response.example).objects.filter(pk=response.example_id).update(split=Split.HOLDOUT)
    for kind in ("reflect", "failures", "knowledge"):
        with pytest.raises(Refused):
            open_trial(project, kind=kind, by=ana)


def test_a_document_gives_a_first_set_each_said_once_and_quoted(project, ana) -> None:
    text = (
        "# Style\n\nAnswers should name their sources. We have 40 people.\n\n"
        "Answers should name their sources!\n\nNever promise a date."
    )
    trial = looked(project, ana, "knowledge", documents=[{"name": "handbook.md", "text": text}])
    rows = list(trial.findings.all())
    assert [row.effect for row in rows] == ["Answers should name their sources.", "Never promise a date."]
    assert "handbook.md" in rows[0].words
    assert "documents" not in trial.parameters
    again = looked(project, ana, "knowledge", documents=[{"name": "handbook.md", "text": text}])
    for row in rows:
        findings.approve_finding(row, by=ana)
    assert again.findings.count() == 2
    assert not looked(project, ana, "knowledge", documents=[{"name": "h", "text": text}]).findings.exists()


def test_spoken_of_and_rejected_are_counted_as_they_are_listed(project, ana, ben) -> None:
    rater = make.rater(project=project, user=ben)
    criticised(project, ben)
    a, b = make.pair(project=project)
    make.preference(a=a, b=b, rater=rater, outcome="b")
    for score in (1, 3, 5):
        make.rating(response=make.response(example=make.example(project=project)), rater=rater, score=score)
    edited = make.response(example=make.example(project=project))
    make.edit(response=edited, rater=rater)
    make.critique(response=edited, rater=rater, polarity="kudos", text="Good.")
    assert how_many(project) == (len(spoken_of(project)), len(rejected(project))) == (8, 6)
