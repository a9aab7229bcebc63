"""Scripts come in by a key: it acts as its maker in one project, until it is taken back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from feedback import models as m
from feedback.datasets import holding, transfers
from feedback.projects.tokens import make_token, revoke_token
from feedback.web import api
from tests import make
from tests.web.counting import queries_of

ROWS = "\n".join(json.dumps({"q": f"Question {n}?", "chosen": "yes", "rejected": "no"}) for n in range(5))


@pytest.fixture(autouse=True)
def data_folder(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Files of these tests lie in a folder of their own."""
    settings.PLACE = type(settings.PLACE)(tmp_path)
    monkeypatch.setattr(holding, "LOOKS_UP", 1000)
    return tmp_path


@pytest.fixture
def key(project: m.Project, ana: m.User) -> str:
    """Ana's key."""
    return make_token(project, by=ana, name="nightly")[1]


def asked(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def addresses() -> list[str]:
    """Every address for scripts, with a number where it takes one."""
    found: list[str] = []

    def walk(patterns: list[URLPattern | URLResolver], names: list[str]) -> None:
        for pattern in patterns:
            arguments = names + list(pattern.pattern.converters)
            if isinstance(pattern, URLResolver):
                walk(pattern.url_patterns, arguments)
            elif (pattern.name or "").startswith("api_"):
                values = {"slug": "answers"}
                values |= {name: "trl-preference" if name == "format" else "1" for name in arguments if name != "slug"}
                found.append(reverse(pattern.name or "", kwargs=values))

    walk(get_resolver().url_patterns, [])
    return found


def test_without_a_key_nothing_opens_whoever_is_signed_in(client: Client, project, ana, dan) -> None:
    client.force_login(ana)
    revoked, words = make_token(project, by=ana, name="old")
    revoke_token(revoked, by=ana)
    make.project(slug="dans", name="Dan's", owner=dan)
    dans = make_token(m.Project.objects.get(slug="dans"), by=dan, name="other")[1]
    assert len(addresses()) >= 4
    for address in addresses():
        for method in (client.get, client.post):
            assert method(address).status_code == 401, address
            assert method(address, headers=asked(words)).status_code == 401, address
            assert method(address, headers=asked(dans)).status_code == 404, address


def test_a_script_brings_a_file_in(client: Client, project, ana, key) -> None:
    address = reverse("api_imports", args=[project.slug]) + "?filename=a.jsonl&map=prompt:q&look_first=1"
    sent = client.post(address, ROWS, content_type="application/x-ndjson", headers=asked(key))
    assert sent.status_code == 202, sent.content
    job = sent.json()
    transfers.work_transfer(job["id"])
    told = client.get(job["url"], headers=asked(key)).json()
    assert (told["waits_for_a_word"], told["difference"]["examples"]["new"]) == (True, 5)
    client.post(f"{job['url']}/let-in", headers=asked(key))
    transfers.work_transfer(job["id"])
    told = client.get(job["url"], headers=asked(key)).json()
    assert (told["state"], told["added"]["feedback"]) == ("done", 5)
    assert project.imports.get().made_by == ana


def test_trouble_comes_as_json_with_a_sentence(client: Client, project, key, ben) -> None:
    address = reverse("api_imports", args=[project.slug])
    for answer, status in (
        (client.post(f"{address}?map=nonsense", "x", content_type="text/plain", headers=asked(key)), 422),
        (client.post(address, "", content_type="text/plain", headers=asked(key)), 422),
        (client.delete(address, headers=asked(key)), 405),
        (client.get(f"{address}/999", headers=asked(key)), 404),
    ):
        assert answer.status_code == status
        assert answer.json()["error"].endswith(".")


def test_a_maker_who_loses_the_role_loses_what_the_key_may(client: Client, project, ana, key) -> None:
    m.Member.objects.filter(user=ana).update(role=m.Role.REVIEWER)
    assert client.get(reverse("api_imports", args=[project.slug]), headers=asked(key)).status_code == 403
    m.Member.objects.filter(user=ana).delete()
    assert client.get(reverse("api_imports", args=[project.slug]), headers=asked(key)).status_code == 404


def test_a_key_that_asks_too_often_is_asked_to_wait(client: Client, project, key, monkeypatch) -> None:
    monkeypatch.setattr(api, "A_MINUTE", 2)
    address = reverse("api_imports", args=[project.slug])
    said = [client.get(address, headers=asked(key)) for _ in range(5)]
    assert said[-1].status_code == 429
    assert said[-1]["Retry-After"] == "60"


def test_ana_makes_a_key_sees_it_once_and_takes_it_back(client: Client, project, ana, ben, dan) -> None:
    client.force_login(ana)
    address = reverse("tokens", args=[project.slug])
    page = client.post(address, {"name": "nightly"}).content.decode()
    assert "precept_" in page.split("The key is made")[1]
    token = m.ApiToken.objects.get()
    assert token.sha256 not in page
    assert "shown only this once" not in client.get(address).content.decode()
    few = queries_of(client, address)
    for number in range(5):
        make_token(project, by=ana, name=f"key {number}")
    assert queries_of(client, address) == few
    client.post(reverse("revoke_token", args=[project.slug, token.pk]))
    assert m.ApiToken.objects.get(pk=token.pk).revoked_at
    for person, status in ((ben, 403), (dan, 404)):
        client.force_login(person)
        assert client.get(address).status_code == status
