"""The run pages: what a run would cost, starting it once, watching it, and the story of each answer."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client
from django.urls import reverse

from feedback import models as m
from tests import make
from tests.web.counting import queries_of

ACTS = ("cancel_run", "pause_run", "resume_run", "raise_cap", "start_baseline")


def address(name: str, project: m.Project, *rest: int) -> str:
    return reverse(name, args=[project.slug, *rest])


@pytest.fixture
def answers(project: m.Project) -> list[m.Response]:
    """Three examples with an answer each."""
    return [make.response(example=make.example(project=project)) for _ in range(3)]


def asked(**said: object) -> dict[str, object]:
    return {"strategy": "self_refine", "which": "all", "count": "10", "key": str(uuid.uuid4()), **said}


def test_ana_sees_what_each_strategy_would_cost_at_most(client: Client, project, ana, answers) -> None:
    client.force_login(ana)
    page = client.get(address("start_run", project)).content.decode()
    assert "At most" in page
    assert "for 3 answers" in page
    assert "there are none yet" in page  # the one that needs principles says so


def test_ana_starts_a_run_and_sending_it_twice_starts_one(client: Client, project, ana, answers) -> None:
    client.force_login(ana)
    said = asked(count="2", cap_calls="30", seed="7")
    for _ in range(2):
        assert client.post(address("start_run", project), said).status_code == 302
    run = project.runs.get()
    assert (run.items.count(), run.seed, run.budget.cap_calls, run.asked_by) == (2, 7, 30, ana)


def test_a_run_takes_the_examples_that_were_named(client: Client, project, ana, answers) -> None:
    client.force_login(ana)
    client.post(address("start_run", project), asked(which="chosen", examples="1, 3"))
    starts = project.runs.get().items.values_list("start__example__number", flat=True)
    assert list(starts) == [1, 3]


def test_a_run_takes_the_responses_somebody_criticised(client: Client, project, ana, ben, answers) -> None:
    make.critique(response=answers[1], rater=make.rater(project=project, user=ben))
    client.force_login(ana)
    client.post(address("start_run", project), asked(which="critiqued"))
    assert project.runs.get().items.get().start == answers[1]


def test_nothing_to_refine_is_refused_and_what_was_typed_stays(client: Client, project, ana) -> None:
    client.force_login(ana)
    answer = client.post(address("start_run", project), asked(cap_calls="41"))
    assert answer.status_code == 422
    assert 'value="41"' in answer.content.decode()
    assert not project.runs.exists()


def test_examples_that_are_no_numbers_are_refused_with_the_piece(client: Client, project, ana, answers) -> None:
    client.force_login(ana)
    answer = client.post(address("start_run", project), asked(which="chosen", examples="1, two"))
    assert answer.status_code == 422
    assert "two" in answer.content.decode()


def test_a_refused_start_can_be_mended_and_sent_from_the_same_page(client: Client, project, ana) -> None:
    client.force_login(ana)
    said = asked()
    assert client.post(address("start_run", project), said).status_code == 422
    make.response(example=make.example(project=project))
    assert client.post(address("start_run", project), said).status_code == 302
    assert project.runs.count() == 1


def test_ana_pauses_lets_go_on_and_cancels(client: Client, project, ana, answers) -> None:
    run = make.run(project=project, state="running")
    client.force_login(ana)
    for name, state in (("pause_run", "paused"), ("resume_run", "queued"), ("cancel_run", "stopped")):
        assert client.post(address(name, project, run.number)).status_code == 302
        run.refresh_from_db()
        assert run.state == state
    assert client.post(address("cancel_run", project, run.number)).status_code == 302


def test_a_run_that_stopped_at_its_budget_goes_on_with_a_higher_cap(client: Client, project, ana, answers) -> None:
    run = make.run(project=project, state="waiting_budget", why="The next call would pass the cap of 5 calls.")
    client.force_login(ana)
    assert "would pass the cap" in client.get(address("run", project, 1)).content.decode()
    wrong = client.post(address("raise_cap", project, 1), {"calls": "lots"})
    assert wrong.status_code == 422
    assert "lots" in wrong.content.decode()
    assert client.post(address("raise_cap", project, 1), {"calls": "50", "tokens": "", "cost": ""}).status_code == 302
    run.refresh_from_db()
    run.budget.refresh_from_db()
    assert run.budget.cap_calls == 50
    assert run.state != "waiting_budget"


def test_a_cost_nobody_knows_is_said_to_be_unknown(client: Client, project, ana) -> None:
    budget = m.Budget.objects.create(spent_calls=3, unpriced_calls=3)
    make.run(project=project, budget=budget, model="a-new-model", simulated=False)
    client.force_login(ana)
    assert "unknown" in client.get(address("run", project, 1)).content.decode()
    assert "unknown" in client.get(address("runs", project)).content.decode()


def test_the_story_of_an_answer_names_principle_model_and_change(client: Client, project, ana, answers) -> None:
    principle = make.principle(project=project, effect="Say it in one line.")
    make.constitution(project=project, principles=[principle])
    run = make.run(project=project, state="finished")
    item = make.item(run=run, start=answers[0], position=0)
    version = principle.versions.get()
    told = {"answered_by": {"model": "simulated", "simulated": True}}
    make.step(
        item=item, part="critic", state="done", principle=version, given={"text": answers[0].text},
        output={"applies": True, "fault": True, "critique": "It takes two lines.", "failed": False, **told},
    )  # fmt: skip
    make.step(
        item=item, part="reviser", state="done", principle=version, given={"text": answers[0].text},
        output={"text": "One line.", "changed": "Cut the second line.", "failed": False, **told},
    )  # fmt: skip
    client.force_login(ana)
    page = client.get(address("run_item", project, run.number, 0)).content.decode()
    for words in ("It takes two lines.", "Cut the second line.", "Say it in one line.", "principle 1", "simulated"):
        assert words in page


def test_a_finished_run_gets_its_baseline_once(client: Client, project, ana, answers) -> None:
    run = make.run(project=project, state="finished", strategy="self_refine")
    item = make.item(run=run, start=answers[0], state="done")
    step = make.step(item=item, state="done")
    for _ in range(3):
        make.model_call(project=project, run=run, step=step)
    client.force_login(ana)
    for _ in range(2):
        assert client.post(address("start_baseline", project, run.number)).status_code == 302
    assert run.baselines.get().strategy == "best_of_n"


def test_ben_watches_and_starts_nothing(client: Client, project, ben, answers) -> None:
    run = make.run(project=project, state="running")
    make.item(run=run, start=answers[0], position=0)
    make.rating(response=answers[0], rater=make.rater(project=project, user=ben))
    client.force_login(ben)
    for url in (address("runs", project), address("run", project, 1), address("run_item", project, 1, 0)):
        assert client.get(url).status_code == 200
    assert client.get(address("start_run", project)).status_code == 403
    assert client.post(address("start_run", project), asked()).status_code == 403
    for name in ACTS:
        assert client.post(address(name, project, 1)).status_code == 403
    run.refresh_from_db()
    assert run.state == "running"


def test_dan_finds_nothing(client: Client, project, dan, answers) -> None:
    make.item(run=make.run(project=project), start=answers[0], position=0)
    client.force_login(dan)
    for url in (
        address("runs", project),
        address("run", project, 1),
        address("run_item", project, 1, 0),
        address("start_run", project),
    ):
        assert client.get(url).status_code == 404
    for name in ACTS:
        assert client.post(address(name, project, 1)).status_code == 404


def test_the_list_asks_as_much_for_two_hundred_runs_as_for_ten(client: Client, project, ana) -> None:
    client.force_login(ana)
    counts = []
    for size in (10, 190):
        for _ in range(size):
            make.run(project=project)
        counts.append(queries_of(client, address("runs", project)))
    assert counts[0] == counts[1]


def test_a_run_asks_as_much_for_two_hundred_answers_as_for_ten(client: Client, project, ana) -> None:
    client.force_login(ana)
    run = make.run(project=project, state="running")
    counts = []
    for size in (10, 190):
        for _ in range(size):
            item = make.item(run=run, start=make.response(example=make.example(project=project)))
            make.step(item=item, state="done", part="critic", output={"fault": True})
        counts.append(queries_of(client, address("run", project, run.number)))
    assert counts[0] == counts[1]


def test_a_forecast_is_asked_for_without_starting_anything(client: Client, project, ana, answers) -> None:
    client.force_login(ana)
    for headers in ({}, {"HX-Request": "true"}):
        answer = client.post(address("start_run", project), asked(count="2", forecast="1"), headers=headers)
        assert answer.status_code == 200
        assert "for 2 answers" in answer.content.decode()
    assert not project.runs.exists()


def test_htmx_is_sent_on_to_the_run_as_a_whole_page(client: Client, project, ana, answers) -> None:
    client.force_login(ana)
    answer = client.post(address("start_run", project), asked(), headers={"HX-Request": "true"})
    assert answer["HX-Redirect"] == address("run", project, 1)


def test_ben_sees_what_a_run_made_of_an_answer_only_after_comparing(client: Client, project, ben) -> None:
    """The story tells which text is the refined one; the comparison must not know it."""
    answer = make.response(example=make.example(project=project))
    refined = make.refined(response=answer)
    item = refined.produced_by.item
    m.RunItem.objects.filter(pk=item.pk).update(result=refined, state="done")
    client.force_login(ben)
    address = reverse("run_item", args=[project.slug, item.run.number, item.position])
    assert client.get(address).status_code == 403
    make.preference(a=answer, b=refined, rater=make.rater(project=project, user=ben))
    assert client.get(address).status_code == 200
