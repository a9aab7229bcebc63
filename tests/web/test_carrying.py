"""Principles carried in by file or by hand, looked at first; a constitution carried out. Dan does neither."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from feedback import models as m
from feedback.principles import constitutions
from tests import make


def address(name: str, project: m.Project, *rest: object) -> str:
    return reverse(name, args=[project.slug, *rest])


def test_ana_looks_at_a_file_and_lets_it_in(client: Client, project, ana) -> None:
    make.principle(project=project, effect="Be brief.")
    constitutions.drop(make.principle(project=project, effect="Sing."), by=ana, reason="Nobody wants it")
    client.force_login(ana)
    file = SimpleUploadedFile("rules.yaml", b"principles: [Be brief., Sing., 'When asked why: Say why.']")
    looked = client.post(address("bring_in_principles", project), {"file": file, "step": "look"})
    page = looked.content.decode()
    assert "1 new in rules.yaml" in page
    assert "laid aside because “Nobody wants it”" in page
    assert m.Principle.objects.count() == 2
    text = looked.context["form"]["text"].value()
    kept = client.post(
        address("bring_in_principles", project), {"text": text, "filename": "rules.yaml", "step": "keep"}
    )
    assert kept.status_code == 302
    new = m.Principle.objects.get(number=3)
    assert (new.origin, str(new.versions.get())) == ("imported", "When asked why: Say why.")


def test_what_cannot_be_read_is_said_and_nothing_goes_in(client: Client, project, ana) -> None:
    client.force_login(ana)
    url = address("bring_in_principles", project)
    assert client.get(url).status_code == 200
    for sent in ({}, {"text": "{", "format": "json"}, {"file": SimpleUploadedFile("a.txt", b"\xff\xfe\x00x")}):
        answer = client.post(url, {**sent, "step": "keep"})
        assert answer.status_code == 422
    assert not m.Principle.objects.exists()


def test_a_version_is_carried_out(client: Client, project, ana, ben) -> None:
    make.constitution(project=project, principles=[make.principle(project=project, effect="Be brief.")])
    client.force_login(ana)
    page = client.get(address("constitution", project)).content.decode()
    for name in ("markdown", "json", "yaml", "critic-revision", "annotated-pairs"):
        url = address("take_out_constitution", project, 1, name)
        assert url in page
        answer = client.get(url)
        assert "attachment" in answer["Content-Disposition"]
        assert "Be brief." in answer.content.decode()
    assert client.get(address("take_out_constitution", project, 1, "stone")).status_code == 404
    assert client.get(address("take_out_constitution", project, 2, "json")).status_code == 404


def test_ben_reads_it_but_takes_no_judgements_out_and_dan_finds_nothing(client: Client, project, ben, dan) -> None:
    make.constitution(project=project)
    client.force_login(ben)
    assert client.get(address("take_out_constitution", project, 1, "markdown")).status_code == 200
    assert client.get(address("take_out_constitution", project, 1, "annotated-pairs")).status_code == 403
    assert (
        address("take_out_constitution", project, 1, "annotated-pairs")
        not in client.get(address("constitution", project)).content.decode()
    )
    assert client.get(address("bring_in_principles", project)).status_code == 403
    client.force_login(dan)
    assert client.get(address("bring_in_principles", project)).status_code == 404
    assert client.get(address("take_out_constitution", project, 1, "markdown")).status_code == 404
