"""What stands around every page: policy, sentences for refusals, static files, colours, safe texts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.http import HttpRequest
from django.template import Context, Template
from django.test import Client, RequestFactory, override_settings

from feedback import errors
from feedback.models import Project, User
from feedback.web.middleware import POLICY, errors_as_sentences

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def client_of_ana(ana: User, project: Project) -> Client:
    client = Client()
    client.force_login(ana)
    return client


PAGES = ["/", "/password/", "/p/answers/", "/p/answers/people/", "/p/nothing/", "/sign-in/", "/healthz"]


@pytest.mark.parametrize("path", PAGES)
def test_every_page_has_the_strict_policy(client_of_ana: Client, path: str) -> None:
    assert client_of_ana.get(path)["Content-Security-Policy"] == POLICY
    assert "unsafe" not in POLICY


@pytest.mark.parametrize("path", PAGES)
def test_no_page_carries_anything_inline(client_of_ana: Client, path: str) -> None:
    html = client_of_ana.get(path).content.decode()
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=\"|<script(?![^>]*\ssrc=)", html)


def test_static_files_come_whole(db: None) -> None:
    answer = Client().get("/static/css/tokens.css")
    assert answer.status_code == 200
    assert not answer.streaming
    assert b"@layer tokens, base, layout, parts, pages" in answer.content


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.NotAllowed("No."), 403), (errors.Refused("No."), 422), (errors.OverBudget("No."), 409),
        (errors.Passing("No."), 503), (errors.Rejected("No."), 502),
    ],
)  # fmt: skip
def test_a_refusal_is_answered_with_its_sentence(db: None, error: Exception, status: int) -> None:
    middleware = errors_as_sentences(lambda request: None)  # type: ignore[arg-type, return-value]
    answer = middleware.process_exception(plain_request(), error)  # type: ignore[attr-defined]
    assert answer.status_code == status
    assert "No." in answer.content.decode()


def test_for_a_part_of_a_page_a_refusal_is_a_notice_at_its_top(db: None) -> None:
    middleware = errors_as_sentences(lambda request: None)  # type: ignore[arg-type, return-value]
    request = plain_request(HTTP_HX_REQUEST="true")
    answer = middleware.process_exception(request, errors.Refused("Not <b>that</b>."))  # type: ignore[attr-defined]
    assert answer["HX-Retarget"] == "#notices"
    assert "<html" not in answer.content.decode()
    assert "Not &lt;b&gt;that&lt;/b&gt;." in answer.content.decode()


def test_what_is_no_refusal_is_left_alone() -> None:
    middleware = errors_as_sentences(lambda request: None)  # type: ignore[arg-type, return-value]
    assert middleware.process_exception(plain_request(), ValueError("a bug")) is None  # type: ignore[attr-defined]


def plain_request(**headers: str) -> HttpRequest:
    from django.contrib.auth.models import AnonymousUser

    request = RequestFactory().get("/", **headers)
    request.user = AnonymousUser()
    return request


def test_a_form_without_its_token_is_told_so_calmly(ana: User) -> None:
    answer = Client(enforce_csrf_checks=True).post("/sign-in/", {"email": ana.email, "password": "x"})
    assert answer.status_code == 403
    assert "Nothing was changed" in answer.content.decode()


def test_the_colours_chosen_are_in_the_page_from_the_first_byte(ana: User) -> None:
    client = Client()
    assert "data-theme" not in client.get("/sign-in/").content.decode()
    client.post("/theme/", {"theme": "dark", "next": "/sign-in/"})
    assert '<html lang="en" dir="ltr" data-theme="dark">' in client.get("/sign-in/").content.decode()
    client.post("/theme/", {"theme": "auto"})
    assert "data-theme" not in client.get("/sign-in/").content.decode()


def test_the_answering_model_is_named_on_every_page(client_of_ana: Client) -> None:
    assert "is-simulated" in client_of_ana.get("/p/answers/people/").content.decode()


def test_parts_are_shown_only_while_debugging(client_of_ana: Client) -> None:
    assert client_of_ana.get("/parts/").status_code == 404
    with override_settings(DEBUG=True):
        page = client_of_ana.get("/parts/")
    assert page.status_code == 200


def rendered(source: str, **values: object) -> str:
    return Template("{% load reading %}" + source).render(Context(values))


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[go](javascript:alert(1))",
        "![x](https://evil.example/a.png)", "<a href='javascript:alert(1)'>x</a>", "[x](data:text/html,<script>)",
        "`<style>body{}</style>`", '[x](https://e.example "onmouseover=alert(1)")',
    ],
)  # fmt: skip
def test_markdown_from_anybody_does_no_harm(hostile: str) -> None:
    html = rendered("{{ text|markdown }}", text=hostile)
    assert not re.search(r"<(script|img|style|iframe)|href=\"(?!https?:|mailto:)|<[^>]*\son\w+=", html)


def test_markdown_sets_text_and_keeps_headings_below_the_pages_own() -> None:
    html = rendered("{{ text|markdown }}", text="# Rivers\n\n**Rhine** [more](https://example.org)")
    assert '<h3 dir="auto">Rivers</h3>' in html
    assert "<strong>Rhine</strong>" in html
    assert 'rel="noopener nofollow"' in html


def test_a_diff_escapes_what_it_shows() -> None:
    html = rendered("{% word_diff before after %}", before="a <b>", after="a <i>")
    assert html == "a &lt;<del>b</del><ins>i</ins>&gt;"


def test_what_nobody_knows_is_not_zero() -> None:
    assert rendered("{{ none|cost }} {{ none|number }} {{ none|percent }}", none=None) == "unknown – –"


def test_the_first_load_is_small() -> None:
    fonts = sum(path.stat().st_size for path in (ROOT / "static/fonts").glob("*.woff2"))
    assert fonts < 120_000
    assert all((ROOT / "static/fonts" / f"{name}-LICENSE.txt").exists() for name in ("literata", "instrument-sans"))
    for path in (ROOT / "static/js").glob("*.js"):
        assert len(path.read_text("utf-8").splitlines()) <= 150, path


def test_pages_go_compressed_over_the_wire(client_of_ana: Client) -> None:
    page = client_of_ana.get("/p/answers/people/", headers={"accept-encoding": "gzip"})
    assert page["Content-Encoding"] == "gzip"
    assert len(page.content) < 4_000
