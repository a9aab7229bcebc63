"""The pages of comment groups and criteria: sorted, drafted, confirmed, judged and answered; Dan sees nothing."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client
from django.urls import reverse

from feedback import models as m
from feedback.principles import criteria, drafting
from feedback.principles.trials.working import work_trial
from tests import make
from tests.web.counting import queries_of

pytestmark = pytest.mark.django_db(transaction=True)


def address(name: str, project: m.Project, *rest: int) -> str:
    return reverse(name, args=[project.slug, *rest])


@pytest.fixture
def said(project: m.Project, ben: m.User) -> list[m.Critique]:
    rater = make.rater(project=project, user=ben)
    answers = [make.response(example=make.example(project=project), text=f"Sure! It is {n}. " * 9) for n in range(4)]
    return [make.critique(response=one, rater=rater, text="Far too long and wordy.") for one in answers]


def test_ana_sorts_drafts_confirms_and_has_it_judged(client: Client, project, ana, said) -> None:
    client.force_login(ana)
    assert "Nothing sorted yet" in client.get(address("comment_groups", project)).content.decode()
    client.post(address("group_comments", project))
    group = m.Group.objects.get()
    page = client.get(address("comment_groups", project)).content.decode()
    assert "4 comments" in page
    client.post(address("draft_criterion", project, group.pk))
    assert "being written" in client.get(address("criterion", project, group.pk)).content.decode()
    drafting.draft(m.Drafting.objects.get().pk)
    page = client.get(address("criterion", project, group.pk)).content.decode()
    assert "Does the answer keep to this" in page
    words = {"metric": "Is it brief?", "domain": "", "effect": "Be brief."}
    assert client.post(address("confirm_criterion", project, group.pk), {**words, "metric": ""}).status_code == 422
    assert client.post(address("confirm_criterion", project, group.pk), words).status_code == 302
    assert client.post(address("measure_criterion", project, group.pk)).status_code == 302
    trial = project.trials.get()
    work_trial(trial.pk)
    assert "answers meet it" in client.get(address("trial", project, trial.number)).content.decode()
    page = client.get(address("criterion", project, group.pk)).content.decode()
    assert "Answer it yourself" in page
    assert "no evidence" in page


def test_ben_answers_blind_and_once(client: Client, project, ana, ben, said) -> None:
    group = make.group(project=project, critiques=said)
    group = criteria.confirm_criterion(group, by=ana, metric="Is it brief?", domain="", effect="Be brief.")
    client.force_login(ana)
    client.post(address("measure_criterion", project, group.pk))
    work_trial(project.trials.get().pk)
    client.force_login(ben)
    for row in said:
        sent = {"response": row.response_id, "meets": "no", "key": str(uuid.uuid4())}
        for _ in range(2):
            assert client.post(address("answer_criterion", project, group.pk), sent).status_code == 302
    assert criteria.judged_on(group).filter(rater__user=ben).count() == 4
    assert "Answer it yourself" not in client.get(address("criterion", project, group.pk)).content.decode()


def test_cleo_reads_no_words_on_answers_she_has_not_judged(client: Client, project, cleo, said) -> None:
    group = make.group(project=project, critiques=said, label="Far too long and wordy.")
    client.force_login(cleo)
    for url in (address("comment_groups", project), address("criterion", project, group.pk)):
        page = client.get(url).content.decode()
        assert "Far too long" not in page
        assert "once you have judged it yourself" in page


def test_comments_are_taken_out_and_confirmations_taken_back(client: Client, project, ana, said) -> None:
    group = make.group(project=project, critiques=said)
    client.force_login(ana)
    client.post(address("take_out_comment", project, group.pk), {"critique": said[0].pk})
    assert group.critiques.count() == 3
    client.post(
        address("confirm_criterion", project, group.pk), {"metric": "Is it brief?", "domain": "", "effect": "Be brief."}
    )
    client.post(address("unconfirm_criterion", project, group.pk))
    group.refresh_from_db()
    assert group.confirmed_at is None


def test_the_pages_ask_no_more_for_more_groups(client: Client, project, ana, ben, said) -> None:
    client.force_login(ana)
    grouping = m.Grouping.objects.create(project=project, of="comments", embedder="test@1")
    make.group(project=project, critiques=said[:2], grouping=grouping)
    few = queries_of(client, address("comment_groups", project))
    for _ in range(6):
        make.group(project=project, critiques=said, grouping=grouping)
    assert queries_of(client, address("comment_groups", project)) == few


def test_dan_and_reviewers_where_they_may_not(client: Client, project, ben, dan, said) -> None:
    group = make.group(project=project, critiques=said)
    client.force_login(ben)
    assert client.post(address("confirm_criterion", project, group.pk)).status_code == 403
    client.force_login(dan)
    assert client.get(address("comment_groups", project)).status_code == 404
    assert client.get(address("criterion", project, group.pk)).status_code == 404
