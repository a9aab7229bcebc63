"""Coming in and going out: the door, its patience, links, passwords, and who may make links for whom."""

from __future__ import annotations

import logging

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from feedback.models import Member, Project, Role, User
from feedback.projects import people
from tests import make

PASSWORD = "a-good-long-password"


@pytest.fixture(autouse=True)
def _nobody_has_tried_yet() -> None:
    cache.clear()


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_ana_signs_in_and_goes_where_she_wanted(ana: User, project: Project) -> None:
    answer = Client().post("/sign-in/", {"email": "ANA@example.org", "password": PASSWORD, "next": "/p/answers/"})
    assert answer.status_code == 302
    assert answer["Location"] == "/p/answers/"


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_the_door_never_leads_to_another_host(ana: User, elsewhere: str) -> None:
    answer = Client().post("/sign-in/", {"email": ana.email, "password": PASSWORD, "next": elsewhere})
    assert answer["Location"] == "/"


def test_a_wrong_address_and_a_wrong_password_get_the_same_answer(ana: User) -> None:
    def said(email: str) -> str:
        answer = Client().post("/sign-in/", {"email": email, "password": "wrong-wrong-wrong"})
        assert answer.status_code == 422
        return answer.context["form"].non_field_errors()[0]

    assert said(ana.email) == said("nobody@example.org")


def test_who_tries_too_often_must_wait_and_is_told_how_long(ana: User) -> None:
    client = Client()
    for _ in range(8):
        answer = client.post("/sign-in/", {"email": ana.email, "password": "wrong-wrong-wrong"})
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
    right = client.post("/sign-in/", {"email": ana.email, "password": PASSWORD})
    assert right.status_code == 429
    assert "try again in" in right.content.decode()


def test_signing_out_needs_a_post(ana: User) -> None:
    client = signed_in(ana)
    assert client.get("/sign-out/").status_code == 405
    client.post("/sign-out/")
    assert client.get("/").status_code == 302


def test_changing_the_password_ends_the_other_sessions(ana: User) -> None:
    here, elsewhere = signed_in(ana), signed_in(ana)
    answer = here.post("/password/", {"old": PASSWORD, "password": "another-long-sentence"})
    assert answer.status_code == 302
    assert here.get("/").status_code == 200
    assert elsewhere.get("/").status_code == 302


def test_the_first_owner_comes_in_and_owns_what_nobody_owned(db: None) -> None:
    orphan = make.project(slug="demo")
    token = people.make_first_owner_link()
    client = Client()
    assert "first owner" in client.get(f"/join/{token}/").content.decode()
    answer = client.post(
        f"/join/{token}/", {"name": "Ana Ferreira", "email": "ana@example.org", "password": "another-long-sentence"}
    )
    assert answer.status_code == 302
    assert User.objects.get().is_superuser
    assert Member.objects.get(project=orphan).role == Role.OWNER
    assert Client().get(f"/join/{token}/").status_code == 410


def test_an_invitation_brings_in_somebody_new(project: Project, ana: User) -> None:
    page = signed_in(ana).post("/p/answers/people/invite/", {"role": "reviewer", "note": "for Eve"})
    link = page.context["fresh_link"]
    path = link.replace("http://testserver", "")
    Client().post(path, {"name": "Eve Lind", "email": "eve@example.org", "password": "another-long-sentence"})
    assert Member.objects.get(user__email="eve@example.org").role == Role.REVIEWER


def test_looking_at_a_link_does_not_use_it_up(project: Project, ana: User, dan: User) -> None:
    _, token = people.invite(project, by=ana, role=Role.VIEWER)
    client = signed_in(dan)
    for _ in range(3):
        assert client.get(f"/join/{token}/").status_code == 200
    client.post(f"/join/{token}/")
    assert Member.objects.get(user=dan).role == Role.VIEWER


def test_a_weak_password_is_refused_with_reasons(project: Project, ana: User) -> None:
    _, token = people.invite(project, by=ana, role=Role.VIEWER)
    answer = Client().post(f"/join/{token}/", {"name": "Eve", "email": "eve@example.org", "password": "password12"})
    assert answer.status_code == 422
    assert "too common" in answer.content.decode()
    assert not User.objects.filter(email="eve@example.org").exists()


def test_no_token_stands_in_the_log(
    project: Project, ana: User, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    _, token = people.invite(project, by=ana, role=Role.VIEWER)
    with caplog.at_level(logging.DEBUG):
        Client().post(f"/join/{token}/", {"name": "", "email": "no", "password": "x"})
        Client().get("/join/wrong-token-of-somebody/")
    written = " ".join(record.getMessage() for record in caplog.records) + capsys.readouterr().err
    assert token not in written
    assert "wrong-token-of-somebody" not in written


def test_only_an_owner_of_the_instance_makes_password_links(project: Project, ana: User, ben: User, dan: User) -> None:
    address = reverse("make_reset_link", args=[ben.pk])
    assert signed_in(ana).post(address).status_code == 403
    assert signed_in(dan).post(address).status_code == 403
    User.objects.filter(pk=ana.pk).update(is_superuser=True)
    page = signed_in(User.objects.get(pk=ana.pk)).post(address)
    path = page.context["link"].replace("http://testserver", "")
    Client().post(path, {"password": "another-long-sentence"})
    assert User.objects.get(pk=ben.pk).check_password("another-long-sentence")


def test_help_for_a_lost_password_says_who_can_help(db: None) -> None:
    page = Client().get("/password/help/").content.decode()
    assert "sends no mail" in page
    assert "sign_in_link" in page


def test_the_last_owner_stays(project: Project, ana: User) -> None:
    member = Member.objects.get(user=ana)
    answer = signed_in(ana).post(f"/p/answers/people/{member.pk}/role/", {"role": "viewer"})
    assert answer.status_code == 422
    assert "owner" in answer.content.decode()
    assert signed_in(ana).post(f"/p/answers/people/{member.pk}/remove/").status_code == 422
    assert Member.objects.filter(user=ana, role=Role.OWNER).exists()


def test_ben_sees_who_is_here_and_changes_nothing(project: Project, ben: User, cleo: User) -> None:
    client = signed_in(ben)
    page = client.get("/p/answers/people/").content.decode()
    assert "Cleo Marchand" in page
    assert "Make a link" not in page
    member = Member.objects.get(user=cleo)
    assert client.post("/p/answers/people/invite/", {"role": "owner"}).status_code == 403
    assert client.post(f"/p/answers/people/{member.pk}/remove/").status_code == 403


def test_ben_may_leave_by_himself(project: Project, ben: User) -> None:
    member = Member.objects.get(user=ben)
    client = signed_in(ben)
    assert client.post(f"/p/answers/people/{member.pk}/remove/")["Location"] == "/"
    assert client.get("/p/answers/").status_code == 404


def test_dan_does_not_learn_that_the_project_exists(project: Project, dan: User) -> None:
    client = signed_in(dan)
    there, nowhere = client.get("/p/answers/people/"), client.get("/p/nothing/people/")
    assert there.status_code == nowhere.status_code == 404
    assert there.context["sentence"] == nowhere.context["sentence"]
    assert "Better answers" not in there.content.decode()


def test_home_lists_only_ones_own(project: Project, ana: User, dan: User) -> None:
    assert "Better answers" in signed_in(ana).get("/").content.decode()
    assert "Better answers" not in signed_in(dan).get("/").content.decode()
    assert signed_in(dan).get("/projects/new/").status_code == 403
