"""The rules of the house, held by reading the source: floors, one importer each, views, names, templates, README.

It reads the code as text and trees and runs none of it, but for the URL list, whose doors stand on the functions.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted([*ROOT.glob("app/**/*.py"), *ROOT.glob("feedback/**/*.py")])
OURS = [path for path in SOURCES if "migrations" not in path.parts]
TRADE = [
    "projects", "examples", "capture", "desk", "principles", "agreement", "refinement", "datasets", "simulation",
]  # fmt: skip
FLOORS = [
    ["feedback.errors"],
    ["feedback.llm"],
    ["feedback.models"],
    ["feedback.live"],
    [f"feedback.{name}" for name in TRADE],
    ["feedback.forms", "feedback.tasks"],
    ["feedback.web", "feedback.api", "feedback.management", "feedback.templatetags"],
    ["app"],
]
# What every floor may read: where things are kept and how the environment is read, without Django.
GROUND = {"app.environment"}
ONE_IMPORTER = {
    "anthropic": {"feedback.llm.claude"},
    "celery": {"feedback.tasks", "app.celery"},
    "channels": {"feedback.live", "feedback.web.socket", "app.asgi"},
}
WITHOUT_DJANGO = ["feedback.errors", "feedback.llm", "app.environment", "app.servers"]
PURE_PACKAGES = {
    "feedback.refinement": {"state", "engine", "strategies", "parts"},
    "feedback.agreement": {"costs", "rankings", "reactions"},
    "feedback.datasets": {"readers", "writers"},
}
BAD_NAMES = {"utils", "helpers", "common", "core", "base", "misc", "services", "selectors", "managers", "handlers"}
VIEW_LINES = 20
FUNCTION_LINES = 60


def name_of(path: Path) -> str:
    parts = list(path.relative_to(ROOT).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def imports_of(path: Path) -> Iterator[str]:
    """Every module imported in a file; `from a import b` counts as a.b."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def inside(module: str, package: str) -> bool:
    return module == package or module.startswith(package + ".")


def floor_of(module: str) -> tuple[int, str] | None:
    for height, rooms in enumerate(FLOORS):
        for room in rooms:
            if inside(module, room):
                return height, room
    return None


def may_import(importer: str, imported: str) -> bool:
    """Downward always; on the trade floor only leftward; on the others never sideways."""
    here, there = floor_of(importer), floor_of(imported)
    if here is None or there is None or any(inside(imported, ground) for ground in GROUND):
        return True
    if here[1] == there[1]:
        return True
    if here[0] == 4 and there[0] == 4:
        order = [f"feedback.{name}" for name in TRADE]
        return order.index(there[1]) < order.index(here[1])
    if imported.startswith("feedback.templatetags"):
        return False
    return there[0] < here[0]


@pytest.mark.parametrize("path", OURS, ids=name_of)
def test_imports_go_downward(path: Path) -> None:
    wrong = [name for name in imports_of(path) if not may_import(name_of(path), name)]
    assert not wrong, f"{name_of(path)} may not import {wrong}"


@pytest.mark.parametrize(("library", "importers"), ONE_IMPORTER.items(), ids=list(ONE_IMPORTER))
def test_a_library_has_its_one_importer(library: str, importers: set[str]) -> None:
    found = {name_of(path) for path in OURS if any(inside(name, library) for name in imports_of(path))}
    assert found <= importers


def test_the_pure_ground_knows_no_django() -> None:
    pure = [p for p in OURS if any(inside(name_of(p), package) for package in WITHOUT_DJANGO)]
    for package, rooms in PURE_PACKAGES.items():
        pure += [p for p in OURS if any(inside(name_of(p), f"{package}.{room}") for room in rooms)]
    for path in pure:
        tables = [n for n in imports_of(path) if inside(n, "django") or inside(n, "feedback.models")]
        assert not tables, f"{name_of(path)} is pure ground but imports {tables}"


def test_the_domain_sees_no_request_and_renders_nothing() -> None:
    for path in OURS:
        name = name_of(path)
        if floor_of(name) and floor_of(name)[0] == 4 and name != "feedback.projects.access":  # type: ignore[index]
            wrong = [n for n in imports_of(path) if inside(n, "django.http") or inside(n, "django.template")
                     or inside(n, "django.shortcuts")]  # fmt: skip
            assert not wrong, f"{name} imports {wrong}"


def functions_of(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    yield from (n for n in ast.walk(tree_of(path)) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))


def length_of(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function without decorators and docstring."""
    body = node.body[1:] if ast.get_docstring(node) and len(node.body) > 1 else node.body
    return (node.end_lineno or node.lineno) - body[0].lineno + 2


def test_no_function_is_too_long() -> None:
    long = [
        f"{name_of(p)}.{f.name}: {length_of(f)}" for p in OURS for f in functions_of(p) if length_of(f) > FUNCTION_LINES
    ]
    assert not long


def test_every_module_says_what_it_is() -> None:
    silent = [name_of(path) for path in OURS if path.stat().st_size and not ast.get_docstring(tree_of(path))]
    assert not silent


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert not [path for path in OURS if path.stem in BAD_NAMES or path.parent.name in BAD_NAMES]


def test_no_signals_and_no_overridden_save() -> None:
    for path in OURS:
        assert not any(
            inside(n, "django.dispatch") or inside(n, "django.db.models.signals") for n in imports_of(path)
        ), path
        if "models" in path.parts:
            assert not [f.name for f in functions_of(path) if f.name == "save"], path


def views() -> list[tuple[str, object]]:
    """Every URL with its view function, ours only."""
    found: list[tuple[str, object]] = []

    def walk(patterns: list[URLPattern | URLResolver], prefix: str) -> None:
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                walk(pattern.url_patterns, prefix + str(pattern.pattern))
            elif getattr(pattern.callback, "__module__", "").startswith("feedback."):
                found.append((prefix + str(pattern.pattern), pattern.callback))

    walk(get_resolver().url_patterns, "")
    return found


def test_every_page_has_a_door() -> None:
    open_doors = [url for url, view in views() if not hasattr(view, "feedback_door")]
    assert views()
    assert not open_doors


def view_functions() -> Iterator[tuple[Path, ast.FunctionDef]]:
    wanted = {(view.__module__, view.__name__) for _, view in views()}  # type: ignore[attr-defined]
    for path in OURS:
        for function in functions_of(path):
            if (name_of(path), function.name) in wanted and isinstance(function, ast.FunctionDef):
                yield path, function


def test_views_are_short() -> None:
    long = [f"{name_of(p)}.{f.name}: {length_of(f)}" for p, f in view_functions() if length_of(f) > VIEW_LINES + 1]
    assert not long


def test_views_leave_rows_and_transactions_to_verbs() -> None:
    forbidden = {"save", "atomic", "bulk_create", "update_or_create", "get_or_create"}
    for path in sorted((ROOT / "feedback" / "web").glob("*.py")):
        calls = {
            n.func.attr
            for n in ast.walk(tree_of(path))
            if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute)
        }
        assert not calls & forbidden, f"{name_of(path)} calls {calls & forbidden}"


def test_templates_carry_no_inline_script_handler_or_style() -> None:
    script = r"<script(?![^>]*\ssrc=)(?![^>]*type=\"application/json\")"
    inline = re.compile(rf"<style|\sstyle=|\son[a-z]+=\"|hx-on|{script}", re.I)
    remark = re.compile(r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}", re.S)
    for path in ROOT.glob("templates/**/*.html"):
        found = inline.search(remark.sub("", path.read_text("utf-8")))
        assert not found, f"{path.name}: {found.group(0) if found else ''}"


def test_migrations_are_one_named_line() -> None:
    names = sorted(p.stem for p in (ROOT / "feedback" / "migrations").glob("0*.py"))
    assert [name[:4] for name in names] == [f"{i:04d}" for i in range(1, len(names) + 1)]
    assert not [name for name in names if "auto" in name or len(name) < 8]


def test_nothing_is_fetched_from_another_host() -> None:
    elsewhere = re.compile(r"(?:src|href|url\()\s*=?\s*[\"'(]?\s*(?:https?:)?//(?!www\.w3\.org)")
    for path in [*ROOT.glob("templates/**/*.html"), *ROOT.glob("static/**/*.css"), *ROOT.glob("static/js/*.js")]:
        found = elsewhere.search(path.read_text("utf-8"))
        assert not found, path


README = (ROOT / "README.md").read_text("utf-8") if (ROOT / "README.md").exists() else ""


def section(title: str) -> str:
    found = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", README, re.S | re.M)
    assert found, f"README has no section {title!r}"
    return found.group(1)


def test_the_tree_in_the_readme_is_true() -> None:
    listed = set()
    for line in section("The tree").splitlines():
        found = re.match(r"^([A-Za-z_./*-]+/?)\s{2,}", line)
        if found:
            listed.add(found.group(1).rstrip("/"))
    assert len(listed) > 20
    assert not [name for name in sorted(listed) if not list(ROOT.glob(name))]
    packages = {f"feedback/{p.parent.name}" for p in ROOT.glob("feedback/*/__init__.py")} | {"feedback/prompts"}
    assert packages <= listed, f"not in the README: {sorted(packages - listed)}"


def test_the_glossary_in_the_readme_names_what_exists() -> None:
    from django.apps import apps

    models = {model.__name__ for model in apps.get_app_config("feedback").get_models()}
    first_column = re.findall(r"^\| (\*\*.+?\*\*) \|", section("Glossary"), re.M)
    words = {word for cell in first_column for word in re.findall(r"\*\*(\w+)\*\*", cell)}
    assert not models - words, f"not in the glossary: {sorted(models - words)}"
    assert not words - models - {"Feedback", "Role", "Strategy", "Part", "Thread", "Split", "Use"}
