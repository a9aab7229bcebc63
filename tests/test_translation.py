"""Pages in another language: nothing bare in the desk's templates, catalogues that are whole, right to left."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from tests import catalogue

ROOT = Path(__file__).resolve().parent.parent
# Families of pages whose every word goes through the catalogue: all but the one for whoever builds pages.
WORDED = sorted({path.name for path in (ROOT / "templates").iterdir()} - {"parts_page"})
# Families that have to read in every language there is a catalogue for.
DESK = ("templates/base.html", "templates/desk/", "templates/judging/", "templates/spans/", "templates/parts/")
TAGS = re.compile(
    r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}|\{% blocktranslate.*?\{% endblocktranslate %\}"
    r"|\{% block frame_class %\}.*?\{% endblock %\}",
    re.S,
)
CODE = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.S)
ATTRIBUTE = re.compile(r"\s(?:aria-label|title|placeholder|alt)=(\"[^\"]*\"|'[^']*')")
WORD = re.compile(r"[A-Za-z]{2,}")
NAMES = {"Parquet", "Precept", "SHA", "TRL", "assistant", "auto", "seal"}


def templates() -> list[Path]:
    found: list[Path] = []
    for name in WORDED:
        path = ROOT / "templates" / name
        found += sorted(path.glob("*.html")) if path.is_dir() else [path] * path.exists()
    return found


def bare(text: str) -> list[str]:
    """The words of a template that no catalogue is asked for."""
    text = CODE.sub(" ", TAGS.sub(" ", text))
    spoken = [value[1:-1] for value in ATTRIBUTE.findall(text)]
    text = re.sub(r"<kbd.*?</kbd>|<code.*?</code>", " ", text, flags=re.S)
    spoken += re.sub(r"<[^>]*>", "\n", text).split("\n")
    return [one.strip() for one in spoken if set(WORD.findall(re.sub(r"&\w+;", "", one))) - NAMES]


@pytest.mark.parametrize("path", templates(), ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_no_word_of_the_desk_stands_bare(path: Path) -> None:
    assert not bare(path.read_text("utf-8"))


def test_a_bare_word_would_be_found() -> None:
    assert bare("<p>Hello</p>") == ["Hello"]
    assert bare('<p title="Hello">{% translate "x" %}</p>') == ["Hello"]
    assert not bare('<p class="one">{% if a %}{{ b }}{% endif %}{% blocktranslate %}Hello{% endblocktranslate %}</p>')


@pytest.mark.parametrize("path", catalogue.languages(), ids=lambda path: path.parent.parent.name)
def test_catalogues_are_up_to_date_and_compiled(path: Path) -> None:
    there = catalogue.read(path)
    wanted = {(one.id, one.context) for one in catalogue.collected() if one.id}
    assert {(one.id, one.context) for one in there if one.id} == wanted, "run `make messages`"
    assert path.with_suffix(".mo").read_bytes() == catalogue.compiled(there), "run `make messages`"


@pytest.mark.parametrize("path", catalogue.languages(), ids=lambda path: path.parent.parent.name)
def test_nine_in_ten_strings_of_the_desk_are_translated(path: Path) -> None:
    desk = [one for one in catalogue.read(path) if one.id and any(place.startswith(DESK) for place, _ in one.locations)]
    done = [one for one in desk if catalogue.is_translated(one.string)]
    assert len(desk) > 100
    assert len(done) >= 0.9 * len(desk), sorted(str(one.id) for one in desk if one not in done)


@pytest.mark.parametrize("path", catalogue.languages(), ids=lambda path: path.parent.parent.name)
def test_translations_keep_their_blanks(path: Path) -> None:
    for one in catalogue.read(path):
        ids, strings = (one.id, one.string) if isinstance(one.id, tuple) else ((one.id,), (one.string,))
        for string in filter(None, strings if one.id else ()):
            assert blanks(string) <= blanks(" ".join(ids)), ids[0]
            assert len(strings) > 1 or blanks(string) == blanks(ids[0]), ids[0]


def blanks(text: str) -> set[str]:
    """The places that are filled in."""
    return set(re.findall(r"%\(\w+\)[sd]", text))


def test_ana_chooses_arabic_and_pages_run_from_right_to_left(client: Client, project, ana) -> None:
    client.force_login(ana)
    here = reverse("form", args=[project.slug])
    assert '<html lang="en" dir="ltr"' in client.get(here).content.decode()
    answer = client.post(reverse("choose_language"), {"language": "ar", "next": here})
    assert (answer.status_code, answer["Location"]) == (302, here)
    page = client.get(here).content.decode()
    assert '<html lang="ar" dir="rtl"' in page
    assert "الاستمارة" in page
    client.post(reverse("choose_language"), {"language": "xx", "next": here})
    assert '<html lang="ar"' in client.get(here).content.decode()


def test_numbers_keep_their_point_in_every_language(client: Client, project, ana) -> None:
    client.force_login(ana)
    page = client.get(reverse("form", args=[project.slug]), headers={"accept-language": "ar"}).content.decode()
    assert "-0.5" in page
    assert "-0,5" not in page
