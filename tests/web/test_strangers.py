"""Dan gets nowhere: every URL there is, walked with things that exist, by a stranger and by somebody not signed in."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from feedback import models as m
from tests import make

# Pages anyone may ask for, and pages of any account. Everything else belongs to a project.
OPEN = {"sign_in", "sign_out", "password_help", "join", "choose_theme", "choose_language", "healthz"}
OWN = {"own_memory", "remember_own", "learn_own", "change_own", "home", "change_password"}
INSTANCE_OWNER_ONLY = {"new_project", "make_reset_link"}
ONLY_WHILE_DEBUGGING = {"parts"}


def urls() -> list[tuple[str, bool, list[str]]]:
    """(name, whether it lies in a project, names of its arguments) of every URL of ours."""
    found: list[tuple[str, bool, list[str]]] = []

    def walk(patterns: list[URLPattern | URLResolver], inside: bool, names: list[str]) -> None:
        for pattern in patterns:
            arguments = names + list(pattern.pattern.converters)
            if isinstance(pattern, URLResolver):
                walk(pattern.url_patterns, inside or "slug" in arguments, arguments)
            elif pattern.name and not pattern.name.startswith("api_"):  # those have a door of their own: test_api.py
                found.append((pattern.name, inside, arguments))

    walk(get_resolver().url_patterns, False, [])
    return found


@pytest.fixture
def things(project: m.Project, ana: m.User, ben: m.User) -> dict[str, Any]:
    """One of everything, and the arguments that lead to it."""
    example = make.example(project=project, request="Name three rivers.")
    first = make.response(example=example, text="The Rhine, the Elbe and the Oder.")
    second = make.response(example=example, text="Rivers are many.")
    critique = make.critique(response=second, rater=make.rater(project=project, user=ben), text="It names none.")
    principle = make.principle(project=project, effect="Name what is asked for.", source=critique)
    make.constitution(project=project, principles=[principle])
    make.motion(principle=make.principle(project=project), by=ben)
    run = make.run(project=project)
    make.item(run=run, start=second)
    make.queue_item(queue=make.queue(project=project), a=second)
    make.trial(project=project)
    make.chat(project=project, by=ana)
    return {
        "slug": project.slug, "a": first.pk, "b": second.pk, "id": second.pk, "number": 1, "position": 0,
        "token": "0" * 32, "kind": "critique", "format": "trl-preference", "chosen": first.pk,
        "rejected": second.pk, "use": 1, "version": 1, "part": "drafts",
        "family": "pairs", "act": "pause", "name": "manifest.json", "other": 1,
    }  # fmt: skip


def address_of(name: str, arguments: list[str], things: dict[str, Any]) -> str:
    return reverse(name, kwargs={argument: things[argument] for argument in arguments})


def test_the_walk_knows_every_url() -> None:
    walked = {name for name, _, _ in urls()}
    assert len(walked) > 35
    assert walked >= OPEN | OWN | INSTANCE_OWNER_ONLY
    outside = {name for name, inside, _ in urls() if not inside}
    assert outside == OPEN | OWN | INSTANCE_OWNER_ONLY | ONLY_WHILE_DEBUGGING


@pytest.mark.parametrize("method", ["get", "post"])
def test_dan_gets_404_on_every_page_of_a_project(client: Client, things, dan, method) -> None:
    client.force_login(dan)
    for name, inside, arguments in urls():
        if inside:
            answer = getattr(client, method)(address_of(name, arguments, things))
            assert answer.status_code == 404, f"{method} {name}: {answer.status_code}"


@pytest.mark.parametrize("method", ["get", "post"])
def test_dan_gets_403_where_only_an_owner_of_the_instance_may(client: Client, things, dan, ben, method) -> None:
    client.force_login(dan)
    things["id"] = ben.pk
    for name, _, arguments in urls():
        if name in INSTANCE_OWNER_ONLY:
            status = getattr(client, method)(address_of(name, arguments, things)).status_code
            assert status in {403, 404, 405}, f"{method} {name}: {status}"


@pytest.mark.parametrize("method", ["get", "post"])
def test_without_an_account_every_page_leads_to_signing_in(client: Client, things, method) -> None:
    for name, _, arguments in urls():
        if name not in OPEN | ONLY_WHILE_DEBUGGING:
            answer = getattr(client, method)(address_of(name, arguments, things))
            assert answer.status_code == 302, f"{method} {name}: {answer.status_code}"
            assert answer["Location"].startswith(reverse("sign_in")), name


def test_things_of_another_project_are_not_reached_through_ones_own(client: Client, things, dan) -> None:
    """Dan owns a project of his own and tries Ana's ids under its address."""
    make.project(slug="dans", name="Dan's", owner=dan)
    client.force_login(dan)
    for name, inside, arguments in urls():
        specific = set(arguments) & {"a", "b", "id", "number", "position", "chosen", "rejected"}
        if inside and specific:
            for method in ("get", "post"):
                answer = getattr(client, method)(address_of(name, arguments, {**things, "slug": "dans"}))
                assert answer.status_code in {404, 405}, f"{method} {name}: {answer.status_code}"


@pytest.mark.parametrize("role", [m.Role.VIEWER, m.Role.REVIEWER, m.Role.CURATOR])
def test_no_page_breaks_for_a_lower_role(client: Client, things, project, dan, role) -> None:
    make.member(project=project, user=dan, role=role)
    client.force_login(dan)
    for name, inside, arguments in urls():
        if inside:
            answer = client.get(address_of(name, arguments, things))
            assert answer.status_code in {200, 302, 403, 404, 405}, f"{name}: {answer.status_code}"
