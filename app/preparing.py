"""What a start does between servers and web process: migrations, static files, the demo, the first owner's link."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from pathlib import Path

import psycopg
import redis
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command, get_commands
from django.db import connections
from django.urls import reverse

from feedback.errors import BadSetting
from feedback.projects.condition import find_pending
from feedback.projects.workers import find_workers

Tell = Callable[[str], None]


def prepare_database(tell: Tell) -> None:
    """Apply what migrations are missing. Raises `BadSetting` when the database does not answer."""
    try:
        pending = find_pending()
    except psycopg.Error as trouble:
        raise BadSetting(f"The database does not answer: {str(trouble).strip().splitlines()[-1]}") from None
    if pending:
        tell(f"database gets its tables: {len(pending)} migrations")
        call_command("migrate", verbosity=0, interactive=False)
        connections.close_all()


def require_broker() -> None:
    """Raises `BadSetting` when the broker does not answer."""
    try:
        find_workers()
    except redis.RedisError as trouble:
        raise BadSetting(f"The broker does not answer: {trouble}") from None


def prepare_static() -> None:
    """Collect static files, unless they are as they were at the last start."""
    stamp = Path(settings.STATIC_ROOT) / "collected-from"
    sources = digest_of_sources()
    if stamp.exists() and stamp.read_text(encoding="ascii") == sources:
        return
    # htmx is served from our own files; django-htmx's copies name modules that are not there.
    call_command("collectstatic", verbosity=0, interactive=False, clear=True, ignore_patterns=["django_htmx"])
    stamp.write_text(sources, encoding="ascii")


def digest_of_sources() -> str:
    """A digest over name, size and time of every static file there is."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            found = Path(storage.path(name)).stat()
            digest.update(f"{name} {found.st_size} {found.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def prepare_demo(tell: Tell) -> None:
    """Make the demo project in an instance that has no project, or finish one that was left half-made.

    Its failing never fails the start.
    """
    from feedback.models import Project

    if (Project.objects.exists() and not demo_is_half_made()) or "demo" not in get_commands():
        return
    tell("the demo project is being made")
    words = io.StringIO()
    try:
        call_command("demo", stdout=words)
        tell(words.getvalue().strip())
    except Exception as trouble:  # whatever it is: people can work without a demo
        tell(f"the demo project could not be made: {trouble}")
    connections.close_all()


def demo_is_half_made() -> bool:
    """Whether the making of the demo project was cut off: it is nobody's yet and its run has not ended."""
    from feedback.models import Project, Run

    demo = Project.objects.filter(slug="demo", members=None).first()
    return demo is not None and not Run.objects.filter(project=demo, state=Run.State.FINISHED).exists()


def first_owner_link() -> str:
    """The path by which the first owner comes in, or nothing when somebody has come already."""
    from feedback.projects.people import make_first_owner_link

    try:
        token = make_first_owner_link()
        return reverse("join", args=[token]) if token else ""
    finally:
        connections.close_all()
