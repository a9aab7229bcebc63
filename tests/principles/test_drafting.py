"""From feedback to a draft: the ways, the evidence, what goes wrong and how it is asked for again."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from feedback.errors import Malformed, OverBudget, Passing, Refused
from feedback.llm.answers import PrincipleDraft
from feedback.llm.model import Completion, Prompt, Usage
from feedback.models import Budget, Drafting, Evidence, Group, ModelCall, Principle, Project, User
from feedback.principles import constitutions, drafting
from feedback.projects import budget
from feedback.projects.job_claims import TRIES
from tests import make

pytestmark = pytest.mark.django_db


class Proposer:
    """Drafts the same principle each time, or raises."""

    name, simulated = "scripted", True

    def __init__(self) -> None:
        self.asked: list[Prompt] = []
        self.trouble: BaseException | None = None
        self.effect = "Be brief."

    def complete(self, prompt: Prompt) -> Completion:
        self.asked.append(prompt)
        if self.trouble is not None:
            raise self.trouble
        draft = PrincipleDraft.model_construct(domain="In answers", effect=self.effect, because="It was long.")
        return Completion(
            text=draft.model_dump_json(), usage=Usage(9, 3), model=self.name, data=draft, simulated=self.simulated
        )


@pytest.fixture
def proposer(monkeypatch: pytest.MonkeyPatch) -> Proposer:
    """The model behind the seam."""
    model = Proposer()
    monkeypatch.setattr(budget, "the_model", lambda: model)
    return model


def feedback_of(kind: str, project: Project, by: User, split: str = "feedback") -> Any:
    one, two = make.pair(project=project, split=split)
    rater = make.rater(project=project, user=by)
    if kind in {"critique", "kudos"}:
        return make.critique(response=one, rater=rater, text="Too long by half.", polarity=kind)
    if kind == "edit":
        return make.edit(response=one, rater=rater, text="Short.")
    if kind == "span":
        return make.span(response=one, rater=rater, category="wrong", reason="It rambles.", replacement="Four.")
    if kind == "decision":
        why = {"answers": [], "why": "It is too long."}
        return make.rating(response=one, rater=rater, protocol="adjudication", shown=why)
    if kind == "settled":
        return make.preference(a=one, b=two, rater=rater, reason="It is too long.", protocol="adjudication")
    if kind == "group":
        said = [make.critique(response=one, rater=rater, text=text) for text in ("Too long.", "It rambles.")]
        return make.group(project=project, critiques=said, label="length")
    return make.preference(a=one, b=two, rater=rater, reason="It is shorter.")


@pytest.mark.parametrize(
    ("kind", "prompt"),
    [
        ("critique", "draft_from_critique"),
        ("kudos", "draft_from_kudos"),
        ("edit", "draft_from_rewrite"),
        ("preference", "draft_from_preference"),
        ("span", "draft_from_span"),
        ("decision", "draft_from_adjudication"),
        ("settled", "draft_from_adjudication"),
        ("group", "draft_from_group"),
    ],
)
def test_each_kind_of_feedback_has_its_way_to_a_draft(
    project: Project, ana: User, ben: User, proposer: Proposer, kind: str, prompt: str
) -> None:
    source = feedback_of(kind, project, ben)
    asked = drafting.ask_for_draft(source, by=ana)
    done = drafting.draft(asked.pk)
    assert (done.state, done.error) == ("done", "")
    principle = Principle.objects.with_status().get()
    assert done.principle == principle
    assert (principle.status, principle.made_by, principle.number) == ("drafted", ana, 1)
    assert principle.origin == "drafted"
    version = principle.versions.get()
    assert (str(version), version.model, version.simulated, version.written_by) == (
        "In answers: Be brief.", "scripted", True, None,
    )  # fmt: skip
    assert Evidence.objects.get(principle=principle).source == source
    assert [p.name for p in proposer.asked] == [prompt]
    call = ModelCall.objects.get()
    assert (call.drafting, call.role, call.prompt_name) == (done, "proposer", prompt)


def test_the_simulated_model_drafts_from_every_kind(project: Project, ana: User, ben: User) -> None:
    kinds = ("critique", "kudos", "edit", "preference", "span", "decision", "settled", "group")
    for kind in kinds:
        done = drafting.draft(drafting.ask_for_draft(feedback_of(kind, project, ben), by=ana).pk)
        assert done.state == "done", done.error
    assert Principle.objects.count() == len(kinds)
    assert Group.objects.get().metric.startswith("Does the answer keep to this: Say it in as few sentences")


def test_asked_twice_it_is_one_request_until_the_draft_is_dropped(
    project: Project, ana: User, ben: User, proposer: Proposer
) -> None:
    source = feedback_of("critique", project, ben)
    first = drafting.ask_for_draft(source, by=ana)
    assert drafting.ask_for_draft(source, by=ben) == first
    done = drafting.draft(first.pk)
    assert drafting.draft(first.pk) == done
    assert drafting.ask_for_draft(source, by=ana) == first
    assert len(proposer.asked) == 1
    assert done.principle is not None
    constitutions.drop(done.principle, by=ana)
    assert drafting.ask_for_draft(source, by=ana) != first


def test_nothing_is_learned_from_held_out_examples(project: Project, ana: User, ben: User, proposer: Proposer) -> None:
    with pytest.raises(Refused, match="held out"):
        drafting.ask_for_draft(feedback_of("critique", project, ben, split="holdout"), by=ana)
    assert not Drafting.objects.exists()


def test_withdrawn_feedback_and_ties_are_refused(project: Project, ana: User, ben: User, proposer: Proposer) -> None:
    source = feedback_of("critique", project, ben)
    source.withdrawn_at = timezone.now()
    with pytest.raises(Refused, match="withdrawn"):
        drafting.ask_for_draft(source, by=ana)
    one, two = make.pair(project=project)
    tie = make.preference(a=one, b=two, rater=make.rater(project=project, user=ben), outcome="tie")
    with pytest.raises(Refused, match="neither"):
        drafting.ask_for_draft(tie, by=ana)


@pytest.mark.parametrize("trouble", [Malformed("It is no JSON."), OverBudget("The project may use 0 calls.")])
def test_trouble_leaves_a_sentence_and_one_may_ask_again(
    project: Project, ana: User, ben: User, proposer: Proposer, trouble: Exception
) -> None:
    source = feedback_of("critique", project, ben)
    proposer.trouble = trouble
    failed = drafting.draft(drafting.ask_for_draft(source, by=ana).pk)
    assert failed.state == "failed"
    assert str(trouble) in failed.error
    assert not Principle.objects.exists()
    proposer.trouble = None
    again = drafting.ask_for_draft(source, by=ana)
    assert again != failed
    assert drafting.draft(again.pk).state == "done"


def test_a_project_without_budget_says_so(project: Project, ana: User, ben: User, proposer: Proposer) -> None:
    Budget.objects.filter(pk=project.budget_id).update(cap_calls=0)
    failed = drafting.draft(drafting.ask_for_draft(feedback_of("critique", project, ben), by=ana).pk)
    assert failed.state == "failed"
    assert "Raise the cap" in failed.error
    assert not proposer.asked


def test_passing_trouble_is_tried_again_by_the_sweep(
    project: Project, ana: User, ben: User, proposer: Proposer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drafting, "ask_model", lambda one: (_ for _ in ()).throw(Passing("Overloaded.", 60)))
    asked = drafting.ask_for_draft(feedback_of("critique", project, ben), by=ana)
    assert drafting.sweep_draftings() == [asked.pk]
    for attempt in (1, 2):
        row = drafting.draft(asked.pk)
        assert (row.state, row.attempts, row.error) == ("waiting", attempt, "Overloaded.")
        assert drafting.sweep_draftings() == []
        Drafting.objects.update(not_before=timezone.now() - timedelta(seconds=1))
        assert drafting.sweep_draftings() == [asked.pk]
    assert drafting.draft(asked.pk).state == "failed"


def test_killed_after_the_call_it_is_not_paid_twice(
    project: Project, ana: User, ben: User, proposer: Proposer, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def dying(*_: Any) -> None:
        raise Killed

    asked = drafting.ask_for_draft(feedback_of("critique", project, ben), by=ana)
    with monkeypatch.context() as patch:
        patch.setattr(drafting, "finish", dying)
        with pytest.raises(Killed):
            drafting.draft(asked.pk)
    assert drafting.sweep_draftings() == []
    Drafting.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    assert drafting.sweep_draftings() == [asked.pk]
    assert drafting.draft(asked.pk).state == "done"
    assert len(proposer.asked) == 1
    assert Principle.objects.count() == 1


def test_a_drafting_that_loses_every_worker_ends(project: Project, ana: User, ben: User, proposer: Proposer) -> None:
    asked = drafting.ask_for_draft(feedback_of("critique", project, ben), by=ana)
    lost = timezone.now() - timedelta(seconds=1)
    Drafting.objects.update(state="leased", lease="gone", leased_until=lost, attempts=TRIES)
    assert drafting.sweep_draftings() == []
    asked.refresh_from_db()
    assert (asked.state, asked.error) == ("failed", drafting.LOST)


def test_a_draft_that_says_nothing_is_no_principle(project: Project, ana: User, ben: User, proposer: Proposer) -> None:
    proposer.effect = " "
    failed = drafting.draft(drafting.ask_for_draft(feedback_of("critique", project, ben), by=ana).pk)
    assert failed.state == "failed"
    assert "did not say what to do" in failed.error


@pytest.mark.django_db(transaction=True)
def test_four_workers_at_one_drafting_write_one_principle(
    project: Project, ana: User, ben: User, proposer: Proposer
) -> None:
    asked = drafting.ask_for_draft(feedback_of("critique", project, ben), by=ana)
    gate = threading.Barrier(4)

    def work() -> None:
        gate.wait()
        drafting.draft(asked.pk)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (Principle.objects.count(), len(proposer.asked)) == (1, 1)
