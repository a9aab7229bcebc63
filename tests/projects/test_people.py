"""How people come in, change and leave."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from feedback import models as m
from feedback.errors import NotAllowed, Refused
from feedback.projects import people

GOOD = "a long enough sentence"


def test_the_first_owner_link_makes_an_owner_of_every_ownerless_project(db) -> None:
    from feedback.projects.setup import create_project

    demo = create_project(by=None, name="Demo")
    token = people.make_first_owner_link()
    ana = people.join_with_new_account(people.find_link(token), email="Ana@Example.org", name="Ana", password=GOOD)
    assert ana.is_superuser
    assert ana.email == "ana@example.org"
    assert demo.members.get().role == m.Role.OWNER
    assert people.make_first_owner_link() is None


def test_a_link_is_good_once_and_its_token_is_not_kept(project, ana, dan) -> None:
    link, token = people.invite(project, by=ana, role=m.Role.REVIEWER)
    assert token not in str(m.Invitation.objects.values().get(pk=link.pk))
    people.accept(people.find_link(token), user=dan)
    assert project.members.get(user=dan).role == m.Role.REVIEWER
    with pytest.raises(Refused, match="used before"):
        people.find_link(token)


def test_two_people_with_one_link_at_once_do_not_both_get_in(transactional_db) -> None:
    from tests import make

    project = make.project(slug="race", name="Race", owner=make.user(name="Ana", email="a@example.org"))
    link, _ = people.invite(project, by=None, role=m.Role.VIEWER)
    users = [make.user(name=f"P{i}", email=f"p{i}@example.org") for i in range(6)]
    outcomes: list[bool] = []

    def enter(user: m.User) -> None:
        try:
            people.accept(link, user=user)
            outcomes.append(True)
        except Refused:
            outcomes.append(False)
        finally:
            connection.close()

    threads = [threading.Thread(target=enter, args=[user]) for user in users]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [False] * 5 + [True]
    assert project.members.count() == 2


def test_a_link_runs_out_and_can_be_withdrawn(project, ana) -> None:
    link, token = people.invite(project, by=ana, role=m.Role.VIEWER)
    people.withdraw_invitation(link, by=ana)
    with pytest.raises(Refused):
        people.find_link(token)
    link, token = people.invite(project, by=ana, role=m.Role.VIEWER)
    m.Invitation.objects.filter(pk=link.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(Refused):
        people.find_link(token)


def test_an_invitation_never_lowers_a_role(project, ana, ben) -> None:
    link, _ = people.invite(project, by=ana, role=m.Role.VIEWER)
    people.accept(link, user=ben)
    assert project.members.get(user=ben).role == m.Role.REVIEWER


def test_a_weak_password_leaves_the_link_unused(project, ana) -> None:
    link, token = people.invite(project, by=ana, role=m.Role.VIEWER)
    with pytest.raises(Refused, match="too short"):
        people.join_with_new_account(link, email="eve@example.org", name="Eve", password="short")
    assert people.find_link(token) == link
    assert not m.User.objects.filter(email="eve@example.org").exists()


def test_a_taken_address_is_told_and_the_link_stays_good(project, ana, ben) -> None:
    link, token = people.invite(project, by=ana, role=m.Role.VIEWER)
    with pytest.raises(Refused, match="already an account"):
        people.join_with_new_account(link, email="BEN@example.org", name="Ben", password=GOOD)
    assert people.find_link(token) == link


def test_only_an_owner_of_the_instance_makes_reset_links(project, ana, ben) -> None:
    with pytest.raises(NotAllowed):
        people.make_reset_link(ben, by=ana)
    ana.is_superuser = True
    first = people.make_reset_link(ben, by=ana)
    second = people.make_reset_link(ben, by=ana)
    with pytest.raises(Refused):
        people.find_link(first)
    people.set_password(ben, "quite another sentence", link=people.find_link(second))
    ben.refresh_from_db()
    assert ben.check_password("quite another sentence")


def test_a_project_keeps_an_owner(project, ana, ben) -> None:
    owner = project.members.get(user=ana)
    with pytest.raises(Refused, match="at least one owner"):
        people.change_role(owner, m.Role.VIEWER, by=ana)
    with pytest.raises(Refused, match="at least one owner"):
        people.remove_member(owner, by=ana)
    people.change_role(project.members.get(user=ben), m.Role.OWNER, by=ana)
    people.remove_member(owner, by=ana)
    assert not project.members.filter(user=ana).exists()


def test_the_console_makes_a_link(ben, capsys) -> None:
    call_command("sign_in_link", "ben@example.org")
    path = capsys.readouterr().out.strip()
    assert people.find_link(path.strip("/").split("/")[-1]).user == ben
