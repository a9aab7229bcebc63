"""The pages of looking back: asked for once, gone over row by row, stage by stage; Dan sees nothing."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from feedback import models as m
from feedback.principles.constitutions import adopt
from feedback.principles.trials import online
from feedback.principles.trials.working import work_trial
from tests import make
from tests.web.counting import queries_of

pytestmark = pytest.mark.django_db(transaction=True)
HTMX = {"headers": {"HX-Request": "true"}}


def address(name: str, project: m.Project, *rest: Any) -> str:
    return reverse(name, args=[project.slug, *rest])


def asked(**said: Any) -> dict[str, Any]:
    return {"key": str(uuid.uuid4()), "at_most": 20, "mode": "offline", "room": 2000, "answers": 5, **said}


def done(trial: m.Trial) -> m.Trial:
    while work_trial(trial.pk):
        pass
    trial.refresh_from_db()
    assert trial.state == "done", trial.error
    return trial


@pytest.fixture
def said(project: m.Project, ben: m.User) -> list[m.Critique]:
    rater = make.rater(project=project, user=ben)
    answers = [make.response(example=make.example(project=project), text=f"Sure! It is {n}.") for n in range(3)]
    words = ["Too much greeting and filler.", "Too much greeting and filler.", "It gives no reasons."]
    return [make.critique(response=one, rater=rater, text=text) for one, text in zip(answers, words, strict=True)]


def test_ana_asks_once_and_approves_a_change(client: Client, project, ana, said) -> None:
    client.force_login(ana)
    sent = asked()
    for _ in range(2):
        assert client.post(address("look_back", project, "reflect"), sent).status_code == 302
    trial = done(project.trials.get())
    page = client.get(address("trial", project, 1)).content.decode()
    assert "Add a principle" in page
    assert "3 answers looked back on" in page
    row = trial.findings.order_by("number").first()
    assert "Waiting for a decision" in client.get(address("learning", project)).content.decode()
    answer = client.post(address("approve_finding", project, 1, row.pk), **HTMX)
    assert "stands among the drafts" in answer.content.decode()
    assert client.post(address("reject_finding", project, 1, row.pk), **HTMX).status_code == 422
    assert project.principles.count() == 1


def test_failures_are_gone_over_stage_by_stage_without_script(client: Client, project, ana, said) -> None:
    adopt(
        make.principle(project=project, domain="When asked for a list", effect="Begin with the answer, no filler."),
        by=ana,
    )
    client.force_login(ana)
    client.post(address("look_back", project, "failures"), asked())
    trial = done(project.trials.get())
    first, second = trial.findings.all()
    page = client.get(address("trial", project, 1)).content.decode()
    assert "What failed" in page
    assert "Find the faulty rules" in page
    client.post(address("word_finding_anew", project, 1, first.pk), {"words": "greets before it answers"})
    client.post(address("reject_finding", project, 1, second.pk))
    client.post(address("take_back_finding", project, 1, second.pk))
    client.post(address("merge_finding", project, 1, second.pk), {"into": first.pk})
    page = client.get(address("trial", project, 1)).content.decode()
    assert "Reworded by Ana Ferreira" in page
    assert "Merged" in page
    client.post(address("begin_stage", project, 1))
    done(trial)
    client.post(address("begin_stage", project, 1))
    done(trial)
    page = client.get(address("trial", project, 1)).content.decode()
    for words in ("Which rule is at fault", "What to change", "Rule 1 is at fault"):
        assert words in page
    late = client.post(address("reject_finding", project, 1, first.pk), follow=True)
    assert "next stage rests on these" in late.content.decode()


def test_a_document_is_read(client: Client, project, ana) -> None:
    client.force_login(ana)
    assert client.post(address("look_back", project, "knowledge"), asked()).status_code == 422
    file = SimpleUploadedFile("style.md", b"Answers should name their sources.")
    assert client.post(address("look_back", project, "knowledge"), asked(file=file)).status_code == 302
    done(project.trials.get())
    assert "style.md" in client.get(address("trial", project, 1)).content.decode()
    wrong = SimpleUploadedFile("style.md", b"\xff\xfe\x00")
    assert client.post(address("look_back", project, "knowledge"), asked(file=wrong)).status_code == 422
    assert client.post(address("look_back", project, "other"), asked()).status_code == 404


def test_online_goes_on_by_itself_until_it_is_stopped(client: Client, project, ana, ben, said) -> None:
    client.force_login(ana)
    client.post(address("look_back", project, "reflect"), asked(mode="online", at_most=2))
    trial = done(project.trials.get())
    assert "Goes on by itself" in client.get(address("learning", project)).content.decode()
    m.Trial.objects.filter(pk=trial.pk).update(finished_at=timezone.now() - timedelta(minutes=5))
    assert online.reflections_due() == []
    rater = make.rater(project=project, user=ben)
    for _ in range(2):
        make.critique(response=make.response(example=make.example(project=project)), rater=rater, text="Too long.")
    due = online.reflections_due()
    assert [m.Trial.objects.get(pk=pk).number for pk in due] == [2]
    assert online.reflections_due() == []
    client.post(address("stop_reflecting", project))
    assert online.online_trial(project) is None


def test_the_pages_ask_no_more_for_more_rows(client: Client, project, ana, said) -> None:
    client.force_login(ana)
    rule = make.principle(project=project)
    trial = make.trial(project=project, kind="reflect", state="done", parameters={"room": 2000})
    for number in range(1, 12):
        if number == 3:
            few = [queries_of(client, address(name, project, *at)) for name, at in (("trial", [1]), ("learning", []))]
        fields = {"operation": "reword", "principle": rule, "effect": f"Be brief {number}.", "words": "Why."}
        row = m.Finding.objects.create(trial=trial, number=number, stage="change", **fields)
        row.responses.set([one.response_id for one in said])
    assert [queries_of(client, address(name, project, *at)) for name, at in (("trial", [1]), ("learning", []))] == few


def test_reviewers_decide_nothing_and_dan_gets_nowhere(client: Client, project, ben, dan, said) -> None:
    trial = make.trial(project=project, kind="reflect", state="done")
    row = m.Finding.objects.create(trial=trial, number=1, stage="change", words="Why.", operation="add", effect="Be.")
    client.force_login(ben)
    assert client.get(address("learning", project)).status_code == 200
    assert client.post(address("approve_finding", project, 1, row.pk)).status_code == 403
    assert client.post(address("look_back", project, "reflect"), asked()).status_code == 403
    client.force_login(dan)
    assert client.get(address("learning", project)).status_code == 404
    assert client.get(address("finding", project, 1, row.pk)).status_code == 404
