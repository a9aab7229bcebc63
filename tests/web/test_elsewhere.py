"""A file that holds principles, a Polis conversation or a prompt is known on the import page and sent where it goes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from feedback import models as m

DATA = Path(__file__).parent.parent / "data"
LANGFUSE = b'{"name": "greeter", "version": 3, "type": "text", "prompt": "Greet {{name}}.", "labels": ["production"]}'
PROMPTFOO = b"prompts:\n  - 'Write of {{topic}}'\nproviders: [echo]\ntests:\n  - vars: {topic: bees}\n"


@pytest.fixture(autouse=True)
def data_folder(settings: Any, tmp_path: Path) -> Path:
    """Uploads of these tests lie in a folder of their own."""
    settings.PLACE = type(settings.PLACE)(tmp_path)
    return tmp_path


def page(client: Client, project: m.Project, name: str, raw: bytes) -> str:
    """What the preview of a file says."""
    file = SimpleUploadedFile(name, raw)
    return client.post(reverse("import", args=[project.slug]), {"file": file}, follow=True).content.decode()


def test_principles_are_handed_to_their_own_page(project: m.Project, ana: m.User, client: Client) -> None:
    client.force_login(ana)
    raw = (DATA / "principles" / "llm_swarm_cai.json").read_bytes()
    told = page(client, project, "constitution.json", raw)
    assert "This goes in elsewhere" in told
    assert f'action="{reverse("bring_in_principles", args=[project.slug])}"' in told
    sent = {"text": raw.decode(), "filename": "constitution.json", "format": "auto", "step": "look"}
    looked = client.post(reverse("bring_in_principles", args=[project.slug]), sent).content.decode()
    assert "new in constitution.json" in looked


@pytest.mark.parametrize(
    ("name", "raw", "words"),
    [
        ("rules.md", b"# Ours\n\n- Be brief.\n- Name your source.\n", "This reads like 2 principles"),
        ("rules.csv", b"effect,domain\nBe brief.,always\n", "This reads like one principle"),
        ("votes.csv", (DATA / "polis" / "votes.csv").read_bytes(), "votes.csv of a Polis export"),
        ("comments.csv", (DATA / "polis" / "comments.csv").read_bytes(), "comments.csv of a Polis export"),
        ("groups.csv", (DATA / "polis" / "participants-votes.csv").read_bytes(), "of a Polis export"),
        ("promptfooconfig.yaml", PROMPTFOO, "configuration of promptfoo"),
        ("prompt.json", LANGFUSE, "version 3 of the prompt"),
    ],
)
def test_what_goes_in_elsewhere_is_named(
    project: m.Project, ana: m.User, client: Client, name: str, raw: bytes, words: str
) -> None:
    client.force_login(ana)
    assert words in page(client, project, name, raw)
    assert not project.examples.exists()


def test_dan_is_sent_nowhere(project: m.Project, dan: m.User, client: Client) -> None:
    client.force_login(dan)
    answer = client.post(reverse("import", args=[project.slug]), {"file": SimpleUploadedFile("a.md", b"- Be brief.")})
    assert answer.status_code == 404


def test_data_stay_data(project: m.Project, ana: m.User, client: Client) -> None:
    client.force_login(ana)
    told = page(client, project, "rows.jsonl", b'{"prompt": "Name a river.", "response": "The Elbe."}')
    assert "This goes in elsewhere" not in told
