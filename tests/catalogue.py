"""The strings of the pages and their translations: `python -m tests.catalogue` brings locale/ up to date.

It collects what `{% translate %}`, `{% blocktranslate %}` and the gettext functions mark, keeps what is translated, and
compiles. It needs no gettext on the machine; the product itself needs neither it nor Babel, only the compiled files.
"""

from __future__ import annotations

import ast
import io
import re
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
KEYWORDS = {
    "_": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None, "ngettext": (1, 2), "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
}  # fmt: skip
TEXT = r"(u?(?:\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'))"
MARKED = re.compile(rf"(?<!\w)(n?p?gettext|_)\(\s*{TEXT}(?:\s*,\s*{TEXT})?")
Message = str | tuple[str, str]


def sources() -> list[Path]:
    """Every file that can hold a string people see."""
    return sorted([*ROOT.glob("templates/**/*.html"), *ROOT.glob("feedback/**/*.py"), *ROOT.glob("app/**/*.py")])


def strings_of(path: Path) -> list[tuple[Message, str | None]]:
    """The marked strings of a file, each with its context."""
    if path.suffix == ".py":
        return in_python(path)
    found: list[tuple[Message, str | None]] = []
    for kind, first, second in MARKED.findall(templatize(path.read_text("utf-8"), origin=str(path))):
        one, other = ast.literal_eval(first), ast.literal_eval(second) if second else None
        if kind == "pgettext":
            found.append((other or "", one))
        else:
            found.append(((one, other) if kind == "ngettext" and other else one, None))
    return found


def in_python(path: Path) -> list[tuple[Message, str | None]]:
    """The marked strings of a module."""
    if b"django.utils.translation" not in path.read_bytes():
        return []
    found: list[tuple[Message, str | None]] = []
    for _line, name, messages, _comments in extract_python(io.BytesIO(path.read_bytes()), KEYWORDS, [], {}):
        texts = [one for one in (messages if isinstance(messages, tuple) else [messages]) if one]
        if name == "pgettext" and len(texts) == 2:
            found.append((texts[1], texts[0]))
        elif texts:
            found.append(((texts[0], texts[1]) if name.startswith("ngettext") else texts[0], None))
    return found


def collected() -> Catalog:
    """All strings with the files they stand in."""
    catalog = Catalog(domain="django", fuzzy=False)
    for path in sources():
        for message, context in strings_of(path):
            text = message if isinstance(message, str) else message[0]
            flags = ["python-format"] if "%(" in text else []
            catalog.add(message, locations=[(str(path.relative_to(ROOT)), 0)], flags=flags, context=context)
    return catalog


def languages() -> list[Path]:
    """The catalogues there are."""
    return sorted(ROOT.glob("locale/*/LC_MESSAGES/django.po"))


def read(path: Path) -> Catalog:
    """A catalogue from its file."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.parent.name)


def compiled(catalog: Catalog) -> bytes:
    """A catalogue as Django reads it."""
    file = io.BytesIO()
    write_mo(file, catalog)
    return file.getvalue()


def written(catalog: Catalog) -> bytes:
    """A catalogue as people read it."""
    file = io.BytesIO()
    write_po(file, catalog, width=110, sort_output=True, include_lineno=False, ignore_obsolete=True, omit_header=False)
    return file.getvalue()


def bring_up_to_date(path: Path) -> tuple[int, int]:
    """Write one catalogue anew, keeping what is translated; how many of its strings are, and how many there are."""
    catalog = read(path)
    catalog.update(collected(), no_fuzzy_matching=True, update_creation_date=False)
    path.write_bytes(written(catalog))
    path.with_suffix(".mo").write_bytes(compiled(read(path)))
    texts = [one for one in catalog if one.id]
    return sum(1 for one in texts if is_translated(one.string)), len(texts)


def is_translated(string: object) -> bool:
    """Whether all forms of a string are there."""
    return all(string) if isinstance(string, (tuple, list)) else bool(string)


def main() -> None:
    """Bring every catalogue up to date and say how far it is."""
    for path in languages():
        done, of = bring_up_to_date(path)
        print(f"{path.parent.parent.name}: {done} of {of} strings are translated")


if __name__ == "__main__":
    main()
