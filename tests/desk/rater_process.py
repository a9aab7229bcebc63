"""Raters in a process of their own, to be killed at will: each works a project's queues off, badly and in a hurry.

    python -m tests.desk.rater_process PROJECT SEED USER [USER …]

Every user is a thread. They let claims run out, send late, pass things over, undo and redo. Whatever a rater would see
as an error is a line on standard output that begins with "error". They work until they are killed, or nothing is left.
"""

from __future__ import annotations

import random
import sys
import threading
import time
import traceback
from datetime import timedelta

import django


def main(project_id: int, seed: int, users: list[int]) -> None:
    """All raters of this process at once."""
    threads = [threading.Thread(target=work, args=(project_id, user, seed * 1000 + user)) for user in users]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def work(project_id: int, user_id: int, seed: int) -> None:
    """One rater, until everything is done."""
    from django.db import connection

    from feedback.models import Project, Slot, User

    rng = random.Random(seed)
    project, user = Project.objects.get(pk=project_id), User.objects.get(pk=user_id)
    to_do = Slot.objects.filter(queue__project=project).exclude(state="done")
    while True:
        try:
            if not one_step(project, user, rng):
                if not to_do.exists():
                    break
                time.sleep(0.2)
        except Exception:
            print("error", traceback.format_exc().replace("\n", " | "), flush=True)
            time.sleep(0.1)
    connection.close()


def one_step(project, user, rng: random.Random) -> bool:  # type: ignore[no-untyped-def]
    """Take something and do something with it; False when there is nothing to be had."""
    from feedback.desk import claims, submitting

    slot = claims.next_slot(project, by=user)
    if slot is None:
        return False
    if rng.random() < 0.2:
        claims.next_slot(project, by=user, beside=[slot.pk])
    if rng.random() < 0.05:
        let_run_out(slot)
        time.sleep(rng.random() * 0.05)
    if rng.random() < 0.02:
        claims.skip(slot, by=user, reason="Not now")
        claims.take_back_skips(project, by=user)
        return True
    submission = send(project, user, slot)
    if rng.random() < 0.05:
        assert send(project, user, slot) == submission
    if rng.random() < 0.02 and submission.counts:
        submitting.undo(submission, by=user)
        redo(submission, user)
    return True


def send(project, user, slot):  # type: ignore[no-untyped-def]
    """One score."""
    from feedback.capture.ratings import record_rating
    from feedback.desk.submitting import submit

    def record(submission):  # type: ignore[no-untyped-def]
        how = {"key": f"key-{slot.item_id}-{submission.pk}", "submission": submission}
        return [record_rating(slot.item.response_a, score=slot.item_id % 5 + 1, by=user, **how)]

    return submit(
        project, by=user, key=f"{user.pk}-{slot.pk}-{slot.claimed_until}", page="/", slot=slot.pk, record=record
    )


def redo(submission, user) -> None:  # type: ignore[no-untyped-def]
    """Say it again, unless somebody has the place by now: that is said, not raised."""
    from feedback.desk.submitting import redo
    from feedback.errors import Refused

    try:
        redo(submission, by=user)
    except Refused:
        print("refused", flush=True)


def let_run_out(slot) -> None:  # type: ignore[no-untyped-def]
    """As if the person had gone for lunch."""
    from django.utils import timezone

    from feedback.models import Slot

    past = timezone.now() - timedelta(seconds=1)
    Slot.objects.filter(pk=slot.pk, state="claimed").update(claimed_until=past)


if __name__ == "__main__":
    django.setup()
    main(int(sys.argv[1]), int(sys.argv[2]), [int(one) for one in sys.argv[3:]])
