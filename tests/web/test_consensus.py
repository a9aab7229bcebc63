"""The consensus page: one votes statement by statement, sees what one has voted on, and brings a poll in."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from feedback.models import Project, User, Vote
from feedback.principles.polling import import_poll, read_poll
from feedback.principles.voting import vote
from tests import make
from tests.web.counting import queries_of

FOLDER = Path(__file__).resolve().parents[1] / "data/polis"
FILES = {"comments": "comments.csv", "votes": "votes.csv", "participants": "participants-votes.csv"}


def address(name: str, project: Project) -> str:
    return reverse(name, args=[project.slug])


def test_ben_votes_one_principle_after_the_other_and_sees_what_he_voted_on(client: Client, project, ana, ben) -> None:
    brief = make.principle(project=project, effect="Be brief.")
    kind = make.principle(project=project, effect="Be kind.")
    for principle in (brief, kind):
        vote(principle, by=ana, choice="agree", key=f"a{principle.pk}")
    client.force_login(ben)
    page = client.get(address("consensus", project)).content.decode()
    assert "2 principles left" in page
    assert "Be kind." not in page
    said = {"principle": brief.number, "choice": "disagree", "key": str(uuid4())}
    assert client.post(address("vote_on_principle", project), said).status_code == 302
    page = client.get(address("consensus", project)).content.decode()
    assert "1 principle left" in page
    assert "1 more opens" in page
    assert Vote.objects.get(rater__user=ben).choice == "disagree"
    assert client.post(address("vote_on_principle", project), {**said, "choice": "maybe"}).status_code == 422


def test_ana_brings_seattle_in_and_sees_its_groups(client: Client, project: Project, ana: User) -> None:
    client.force_login(ana)
    assert client.get(address("import_polis", project)).status_code == 200
    files = {name: SimpleUploadedFile(file, (FOLDER / file).read_bytes()) for name, file in FILES.items()}
    assert client.post(address("import_polis", project), files).status_code == 302
    page = client.get(address("consensus", project)).content.decode()
    assert "339 people voted" in page
    assert "Group A, 99 people" in page
    assert "Group B, 39 people" in page
    assert "0.371" in page
    assert "found here" in client.get(address("consensus", project) + "?groups=found").content.decode()
    wrong = {name: SimpleUploadedFile("x.csv", b"a,b\n1,2\n") for name in FILES}
    assert client.post(address("import_polis", project), wrong).status_code == 422


def test_ben_may_not_import_and_dan_finds_nothing(client: Client, project, ben, dan) -> None:
    client.force_login(ben)
    assert client.get(address("consensus", project)).status_code == 200
    assert client.get(address("import_polis", project)).status_code == 403
    client.force_login(dan)
    assert client.get(address("consensus", project)).status_code == 404


def test_it_asks_as_much_for_many_votes_as_for_few(client: Client, project, ana) -> None:
    client.force_login(ana)
    for principle in [make.principle(project=project) for _ in range(3)]:
        vote(principle, by=ana, choice="agree", key=f"a{principle.pk}")
    make.principle(project=project)
    few = queries_of(client, address("consensus", project))
    files = {name: (FOLDER / file).read_bytes() for name, file in FILES.items()}
    import_poll(project, read_poll(**files), by=ana)
    assert queries_of(client, address("consensus", project)) == few
