"""Comments become criteria: metric and clause are made together, a judge answers the question, people say how well."""

from __future__ import annotations

import pytest

from feedback.desk.blindness import judged_by
from feedback.errors import NotAllowed, Refused
from feedback.models import Group, Grouping, ModelCall, Project, Rating, Split, Trial, User
from feedback.principles import criteria, drafting
from feedback.principles.constitutions import newest_version
from feedback.principles.grouping import group_comments
from feedback.principles.trials.opening import open_trial
from feedback.principles.trials.working import work_trial
from feedback.principles.trusting import kappa_of, trust_in
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)
QUESTION = "Does the answer keep to this: Begin with the answer itself, with no greeting?"
LONG = "Sure! I would be very happy to help you with that today. Paris is the capital of France."


def group_about_greetings(project: Project, ben: User) -> Group:
    """Three answers that greet and were criticised for it, and one that does not."""
    rater = make.rater(project=project, user=ben)
    answers = [make.response(example=make.example(project=project), text=LONG) for _ in range(3)]
    said = [make.critique(response=one, rater=rater, text="Too much greeting, no filler please.") for one in answers]
    plain = make.response(example=make.example(project=project), text="Paris.")
    make.rating(response=plain, rater=rater, score=5)
    return make.group(project=project, critiques=said, label="greeting")


def confirmed(group: Group, by: User) -> Group:
    return criteria.confirm_criterion(group, by=by, metric=QUESTION, domain="", effect="Begin with the answer.")


def judged(group: Group, by: User) -> Trial:
    project = group.grouping.project
    trial = open_trial(project, kind="criterion", by=by, parameters={"group": group.pk})
    while work_trial(trial.pk):
        pass
    trial.refresh_from_db()
    assert trial.state == "done", trial.error
    return trial


def test_metric_and_clause_are_drafted_together(project: Project, ana: User, ben: User) -> None:
    group = group_about_greetings(project, ben)
    done = drafting.draft(drafting.ask_for_draft(group, by=ana).pk)
    group.refresh_from_db()
    clause = criteria.clause_of(group)
    assert clause == done.principle
    assert newest_version(clause).effect in group.metric


def test_a_confirmed_criterion_keeps_its_words_and_stays_when_comments_are_sorted_anew(project, ana, ben) -> None:
    group = confirmed(group_about_greetings(project, ben), ana)
    assert confirmed(group, ana).confirmed_at == group.confirmed_at
    with pytest.raises(Refused, match="confirmed"):
        criteria.confirm_criterion(group, by=ana, metric="Other?", domain="", effect="Begin with the answer.")
    group_comments(project, by=ana)
    assert list(criteria.criteria_of(project)) == [group]
    criteria.unconfirm_criterion(group, by=ana)
    group.refresh_from_db()
    reworded = criteria.confirm_criterion(group, by=ana, metric="Other?", domain="", effect="Answer at once.")
    assert newest_version(criteria.clause_of(reworded)).number == 2


def test_a_comment_about_something_else_is_taken_out_but_not_the_last(project, ana, ben) -> None:
    group = group_about_greetings(project, ben)
    first, second, third = group.critiques.order_by("pk")
    criteria.take_out_comment(group, first, by=ana)
    criteria.take_out_comment(group, second, by=ana)
    with pytest.raises(Refused, match="last"):
        criteria.take_out_comment(group, third, by=ana)


def test_the_judge_fails_what_was_criticised_once_and_is_held_against_people(project, ana, ben, cleo) -> None:
    group = confirmed(group_about_greetings(project, ben), ana)
    trial = judged(group, ana)
    assert (trial.result["met"], trial.result["judged"]) == (1, 4)
    trust = trust_in(group)
    assert (trust.failed.hits, trust.failed.n) == (3, 3)
    assert trust.agrees.n == 0
    responses = [row.response for row in criteria.judged_on(group).select_related("response__example__project")]
    for number, response in enumerate(responses):
        criteria.answer_criterion(group, response, by=cleo, meets=response.text == "Paris.", key=f"k{number}")
    trust = trust_in(group)
    assert (trust.agrees.hits, trust.agrees.n, trust.kappa) == (4, 4, 1.0)
    calls = ModelCall.objects.count()
    with pytest.raises(Refused, match="already"):
        judged(group, ana)
    assert ModelCall.objects.count() == calls == 4


def test_no_judge_sees_what_is_held_out(project, ana, ben) -> None:
    group = group_about_greetings(project, ben)
    response = group.critiques.first().response
    type(response.example).objects.filter(pk=response.example_id).update(split=Split.HOLDOUT)
    judged(confirmed(group, ana), ana)
    assert not Rating.objects.filter(response=response).exists()


def test_answering_one_question_is_not_judging_the_answer(project, ana, ben, cleo) -> None:
    group = confirmed(group_about_greetings(project, ben), ana)
    response = group.critiques.select_related("response__example__project").first().response
    criteria.answer_criterion(group, response, by=cleo, meets=None, key="one")
    criteria.answer_criterion(group, response, by=cleo, meets=True, key="two")
    assert criteria.judged_on(group).count() == 1
    assert judged_by(cleo, project.pk) == set()


def test_reviewers_confirm_nothing(project, ana, ben) -> None:
    group = group_about_greetings(project, ben)
    with pytest.raises(NotAllowed):
        confirmed(group, ben)
    with pytest.raises(Refused, match="not confirmed"):
        criteria.answer_criterion(group, group.critiques.first().response, by=ben, meets=True, key="k")


def test_kappa_is_agreement_beyond_chance() -> None:
    assert kappa_of([]) is None
    assert kappa_of([(True, True), (True, False)]) is None
    assert kappa_of([(True, True), (False, False), (True, False), (False, True)]) == 0.0


def test_people_and_imported_names_are_sorted_praise_apart(project, ana, ben) -> None:
    group_about_greetings(project, ben)
    grouping = group_comments(project, by=ana)
    assert grouping.of == Grouping.Of.COMMENTS
    assert max(group.critiques.count() for group in grouping.groups.all()) == 3
