"""Large snapshots are frozen by a worker: step by step, gone on with where it was lost, given up without a trace."""

from __future__ import annotations

import json

import pytest
from django.core.management import call_command

from feedback.datasets import snapshots
from feedback.datasets.snapshots import freeze
from feedback.datasets.transfers import cancel_transfer, work_transfer
from feedback.models import JobState, Snapshot, SnapshotRow, Transfer
from tests import make

# The thread that renews a claim looks at the row over a connection of its own.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def large(project, ben, monkeypatch) -> None:
    """Ten ratings, where five are a lot."""
    monkeypatch.setattr(snapshots, "AT_ONCE", 5)
    rater = make.rater(project=project, user=ben)
    for _ in range(10):
        make.rating(response=make.response(example=make.example(project=project)), rater=rater)


def test_a_worker_freezes_what_is_large(project, ana, large) -> None:
    snapshot = freeze(project, by=ana)
    transfer = snapshot.transfers.get()
    assert not snapshot.frozen_at
    assert transfer.kind == Transfer.Kind.FREEZE
    assert transfer.total == len(snapshots.STEPS)
    while work_transfer(transfer.pk):
        continue
    snapshot.refresh_from_db(), transfer.refresh_from_db()
    assert snapshot.frozen_at
    assert snapshot.facts["rows"]["all"] == 10
    assert transfer.state == JobState.DONE
    assert transfer.done == len(snapshots.STEPS)


def test_a_worker_lost_in_a_step_leaves_it_to_the_next(project, ana, large, monkeypatch) -> None:
    at_once = freeze_small(project, ana, monkeypatch)
    snapshot = freeze(project, by=ana)
    transfer = snapshot.transfers.get()
    real, steps = snapshots.thin, list(snapshots.STEPS)

    def dies(*args: object) -> None:
        real(*args)  # type: ignore[arg-type]
        raise SystemExit

    monkeypatch.setattr(snapshots, "STEPS", tuple(dies if step is real else step for step in steps))
    with pytest.raises(SystemExit):
        work_transfer(transfer.pk)
    assert Snapshot.objects.get(pk=snapshot.pk).frozen_at is None
    monkeypatch.setattr(snapshots, "STEPS", tuple(steps))
    Transfer.objects.filter(pk=transfer.pk).update(state=JobState.WAITING, lease="", leased_until=None)
    while work_transfer(transfer.pk):
        continue
    assert Snapshot.objects.get(pk=snapshot.pk).sha256 == at_once.sha256


def freeze_small(project, ana, monkeypatch) -> Snapshot:
    with monkeypatch.context() as patch:
        patch.setattr(snapshots, "AT_ONCE", 1000)
        return freeze(project, by=ana)


def test_given_up_it_leaves_nothing(project, ana, large) -> None:
    snapshot = freeze(project, by=ana)
    cancel_transfer(snapshot.transfers.get(), by=ana)
    assert not Snapshot.objects.exists()
    assert not SnapshotRow.objects.exists()


def test_a_rule_for_pairs_leaves_what_is_no_pair(project, ana, large) -> None:
    snapshot = freeze(project, by=ana, filters={"duplicates": "near", "least_votes": 2})
    transfer = snapshot.transfers.get()
    while work_transfer(transfer.pk):
        continue
    assert Snapshot.objects.get(pk=snapshot.pk).frozen_at  # ratings are no pairs, so the rule leaves them
    assert Transfer.objects.get().state == JobState.DONE


def test_the_command_freezes_lists_shows_and_tells_apart(project, large, capsys) -> None:
    call_command("snapshot", "answers", "freeze", "--name", "All")
    made = json.loads(capsys.readouterr().out)
    assert (made["number"], made["rows"], made["name"]) == (1, 10, "All")
    call_command("snapshot", "answers", "freeze", "--filter", "limit=4", "--filter", "sampler=diverse")
    assert json.loads(capsys.readouterr().out)["examples"] == 4
    call_command("snapshot", "answers", "list")
    assert [row["number"] for row in json.loads(capsys.readouterr().out)] == [2, 1]
    call_command("snapshot", "answers", "show", "2")
    assert json.loads(capsys.readouterr().out)["facts"]["drift"]["topics"] >= 1
    call_command("snapshot", "answers", "difference", "1", "2")
    assert json.loads(capsys.readouterr().out)["examples"] == [6, 0, 4]
    for wrong in (["show", "9"], ["show"], ["freeze", "--filter", "colour=red"], ["freeze", "--filter", "x"]):
        with pytest.raises(SystemExit):
            call_command("snapshot", "answers", *wrong)
        assert capsys.readouterr().err.strip().endswith(".")
