"""Next-plus-submit at the desk with 1, 8 and 32 raters at once, against a bare view that inserts one row; and how long
a claim takes in a short and in a long queue.

One unit is what the browser does for one item: ask for the next (a claim and a redirect), load its page as a part, send
the form as the outbox does. The bare view stands behind the same middleware and session and inserts one row. Both go
through Django's test client from threads, so no network is in either. `errors` counts answers that a rater would see as
one, `duplicates` finished places too many and scores given twice.
"""

from __future__ import annotations

import json
import re
import statistics
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import connection
from django.test import Client, override_settings

from feedback.desk import claims, queues
from feedback.desk.filling import Filling
from feedback.models import Example, Project, Queue, Rating, Response, Slot, User
from tests import make

AT_ONCE = (1, 8, 32)
UNITS = {1: 40, 8: 20, 32: 8}
"""How many items each rater does."""
BARE_UNITS = 40
EACH = 3
SHORT, LONG, CLAIMS = 100, 10_000, 60
SEAL = re.compile(r'name="seal" value="([^"]+)"')


@dataclass
class Times:
    """Milliseconds of each unit, and what went wrong."""

    each: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def per_second(self) -> float:
        return len(self.each) / self.seconds

    def quantile(self, share: float) -> float:
        return sorted(self.each)[min(len(self.each) - 1, int(len(self.each) * share))]


def project_with(responses: int) -> Project:
    """A project with so many examples of one response each."""
    project = make.project(owner=make.user())
    message = [{"role": "user", "content": "Say something."}]
    examples = Example.objects.bulk_create(
        Example(project=project, number=n + 1, content_hash=f"{n:064d}", messages=message, split="feedback")
        for n in range(responses)
    )
    Response.objects.bulk_create(
        Response(example=example, text="Something.", content_hash="0" * 64, origin="imported") for example in examples
    )
    return project


def queue_of(project: Project, name: str) -> Queue:
    """All of it, three raters each, in the order of the examples."""
    owner = project.members.get(role="owner").user
    return queues.create_queue(
        project, by=owner, name=name, asks="response", order="in-order", raters_each=EACH, filling=Filling()
    )


def raters_of(project: Project, number: int) -> list[User]:
    """So many new reviewers."""
    users = [make.user() for _ in range(number)]
    for user in users:
        make.member(project=project, user=user)
    return users


def one_item(client: Client, project: Project, score: int) -> str:
    """Next, page, form; what went wrong, or nothing."""
    at = f"/p/{project.slug}/desk/next/"
    found = client.get(at)
    if found.status_code != 302:
        return f"next: {found.status_code}"
    page = client.get(found["Location"], headers={"x-part": "desk"})
    seal = SEAL.search(page.content.decode())
    if page.status_code != 200 or seal is None:
        return f"page: {page.status_code}"
    said = {"seal": seal[1], "score-overall": str(score), "then": "next"}
    sent = client.post(found["Location"], said, headers={"x-outbox": "1"})
    return "" if sent.status_code == 200 else f"sent: {sent.status_code}"


def bare_row(client: Client, project: Project, number: int) -> str:
    """One row."""
    answer = client.post(f"/p/{project.slug}/bare/", {"key": f"bare-{time.perf_counter_ns()}-{number}"})
    return "" if answer.status_code == 204 else f"bare: {answer.status_code}"


def all_at_once(project: Project, users: list[User], units: int, unit: Callable[[Client, Project, int], str]) -> Times:
    """Every rater does so many units, all at the same time."""
    times, start = Times(), threading.Barrier(len(users) + 1)

    def work(user: User) -> None:
        client = Client(headers={"host": "localhost"})
        client.force_login(user)
        start.wait()
        for number in range(units):
            began = time.perf_counter()
            wrong = unit(client, project, number % 5 + 1)
            times.each.append(1000 * (time.perf_counter() - began))
            times.errors += [wrong] if wrong else []
        connection.close()

    threads = [threading.Thread(target=work, args=(user,)) for user in users]
    for thread in threads:
        thread.start()
    start.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    times.seconds = time.perf_counter() - began
    return times


def duplicates(project: Project) -> int:
    """Finished places too many, and scores given twice."""
    places = Counter(Slot.objects.filter(queue__project=project, state="done").values_list("item", flat=True))
    scores = Counter(Rating.objects.standing().filter(project=project).values_list("response", "rater"))
    return sum(n - EACH for n in places.values() if n > EACH) + sum(n - 1 for n in scores.values() if n > 1)


def measure(number: int) -> None:
    """So many raters, beside as many who insert a bare row."""
    project = project_with(max(UNITS[number], number * UNITS[number] // EACH) + number + 10)
    queue_of(project, "All")
    users = raters_of(project, number)
    bare = all_at_once(project, users, BARE_UNITS // min(number, 8) + 2, bare_row)
    desk = all_at_once(project, users, UNITS[number], one_item)
    tell(
        f"next-plus-submit / bare insert, {number} raters",
        ratio=round(bare.per_second / desk.per_second, 2),
        per_second=round(desk.per_second, 1),
        p50=round(desk.quantile(0.5), 1),
        p95=round(desk.quantile(0.95), 1),
        bare_per_second=round(bare.per_second, 1),
        bare_p50=round(bare.quantile(0.5), 1),
        bare_p95=round(bare.quantile(0.95), 1),
        units=len(desk.each),
        errors=len(desk.errors) + len(bare.errors),
        duplicates=duplicates(project),
    )
    for wrong, times in Counter(desk.errors + bare.errors).items():
        print(wrong, times)


def claim_milliseconds(items: int) -> tuple[float, float, int]:
    """The median of a claim and of finishing it, for somebody who is half through, and how many places there are."""
    project = project_with(items)
    queue = queue_of(project, "All")
    (user,) = raters_of(project, 1)
    rater = make.rater(project=project, user=user)
    half = Slot.objects.filter(queue=queue, number=1, item__example__number__lte=items // 2)
    half.update(state="done", rater=rater, done_at=queue.created_at)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE feedback_slot")
    claim, finish = [], []
    for _ in range(min(CLAIMS, items // 3)):
        began = time.perf_counter()
        slot = claims.next_slot(project, by=user)
        claim.append(1000 * (time.perf_counter() - began))
        assert slot is not None
        began = time.perf_counter()
        claims.complete(slot.pk, rater)
        finish.append(1000 * (time.perf_counter() - began))
    return statistics.median(claim), statistics.median(finish), items * EACH


def tell(figure: str, **values: object) -> None:
    """One figure."""
    print(json.dumps({"figure": figure, **values}))


def main() -> None:
    """All figures."""
    with override_settings(ROOT_URLCONF="tests.bare_row"):
        for number in AT_ONCE:
            measure(number)
    little, little_done, few = claim_milliseconds(SHORT)
    much, much_done, many = claim_milliseconds(LONG)
    tell(
        f"claim, {many} places / {few}", ratio=round(much / little, 2), milliseconds=round(much, 2),
        errors=0, duplicates=0,
    )  # fmt: skip
    tell(
        f"finishing, {many} places / {few}", ratio=round(much_done / little_done, 2), milliseconds=round(much_done, 2),
        errors=0, duplicates=0,
    )  # fmt: skip
