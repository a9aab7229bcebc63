"""32 raters at once over 2,000 items with three raters each: processes are killed, claims run out, nothing is lost.

PRECEPT_TEST_ITEMS makes it smaller (or larger).
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.db.models import Count

from app.environment import ROOT
from feedback.desk import queues
from feedback.desk.filling import Filling
from feedback.models import Example, Project, Queue, Rating, Response, Slot, Submission, User
from tests import make

pytestmark = [
    pytest.mark.slow, pytest.mark.alone, pytest.mark.django_db(transaction=True), pytest.mark.timeout(1800),
]  # fmt: skip
ITEMS = int(os.environ.get("PRECEPT_TEST_ITEMS", "2000"))
RATERS, EACH, PROCESSES = 32, 3, 4
KILLS = 8


class Crowd:
    """Rater processes, each with its share of the users; one that is killed comes back with the same users."""

    def __init__(self, project: Project, users: list[User], rng: random.Random) -> None:
        self.project, self.rng, self.number, self.said = project, rng, 0, Counter[str]()
        self.shares = [[user.pk for user in users[place::PROCESSES]] for place in range(PROCESSES)]
        self.errors: list[str] = []
        self.processes = [self.start(share) for share in self.shares]

    def start(self, share: list[int]) -> subprocess.Popen[str]:
        self.number += 1
        name = connection.settings_dict["NAME"]
        env = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "app.settings",
            "SECRET_KEY": "a-key-for-tests-only-that-opens-nothing",
            "DATABASE_URL": urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl(),
        }  # fmt: skip
        words = [str(one) for one in (self.project.pk, self.number, *share)]
        return subprocess.Popen(
            [sys.executable, "-m", "tests.desk.rater_process", *words],
            cwd=ROOT, env=env, text=True, stdout=subprocess.PIPE,
        )  # fmt: skip

    def kill_one(self) -> None:
        """kill -9, whatever it is doing; and its raters come back."""
        place = self.rng.randrange(PROCESSES)
        self.processes[place].kill()
        self.hear(self.processes[place])
        self.processes[place] = self.start(self.shares[place])

    def hear(self, process: subprocess.Popen[str]) -> None:
        """What a process said before it ended."""
        if process.stdout is None or process.stdout.closed:
            return
        lines = process.communicate()[0].splitlines()
        self.errors += [line for line in lines if line.startswith("error")]
        self.said.update(line for line in lines if line == "refused")

    def end(self) -> None:
        for process in self.processes:
            if process.poll() is None:
                process.kill()
            self.hear(process)


@pytest.fixture
def crowd(project: Project) -> Iterator[Crowd]:
    """32 reviewers, and the queue."""
    users = [make.user() for _ in range(RATERS)]
    for user in users:
        make.member(project=project, user=user)
    many_responses(project)
    owner = project.members.get(role="owner").user
    queue = queues.create_queue(project, by=owner, name="All", asks="response", raters_each=EACH, filling=Filling())
    Queue.objects.filter(pk=queue.pk).update(lease_seconds=2)
    running = Crowd(project, users, random.Random(7))
    yield running
    running.end()


def many_responses(project: Project) -> None:
    """So many examples with one response each."""
    message = [{"role": "user", "content": "Say something."}]
    examples = Example.objects.bulk_create(
        Example(project=project, number=n + 1, content_hash=f"{n:064d}", messages=message, split="feedback")
        for n in range(ITEMS)
    )
    Response.objects.bulk_create(
        Response(example=example, text="Something.", content_hash="0" * 64, origin="imported") for example in examples
    )


def done(project: Project) -> int:
    return Slot.objects.filter(queue__project=project, state="done").count()


def test_every_item_gets_exactly_three_raters_whatever_happens(project: Project, crowd: Crowd) -> None:
    kills, wanted = 0, ITEMS * EACH
    until = time.monotonic() + 1600
    while any(process.poll() is None for process in crowd.processes):
        assert time.monotonic() < until, f"{done(project)} of {wanted} done"
        if kills < KILLS and done(project) > wanted * (kills + 1) / (KILLS + 2):
            crowd.kill_one()
            kills += 1
        time.sleep(0.2)
    crowd.end()
    assert kills == KILLS
    assert not crowd.errors, crowd.errors[:3]
    by_item = Slot.objects.filter(state="done").values("item").annotate(n=Count("rater", distinct=True))
    assert Counter(by_item.values_list("n", flat=True)) == {EACH: ITEMS}
    assert not Slot.objects.exclude(state="done").exists()
    check_feedback(project)


def check_feedback(project: Project) -> None:
    """Each finished place has its score, once; a score that stands belongs to a finished place."""
    standing = Rating.objects.standing().filter(project=project)
    pairs = Counter(standing.values_list("response", "rater"))
    places = Slot.objects.filter(queue__project=project, state="done").values_list("item__response_a", "rater")
    assert set(pairs) == set(places)
    assert set(pairs.values()) == {1}
    lost = Submission.objects.filter(project=project, counts=True, undone_at=None).count()
    assert lost == standing.count() == ITEMS * EACH
