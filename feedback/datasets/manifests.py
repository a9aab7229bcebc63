"""What the manifest of an export says, and the small files that go beside the data: card, configurations, loader."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from django.utils import timezone

from feedback.capture.forms import form_of
from feedback.datasets.packing import JSONL, SHAPES, ending
from feedback.datasets.pieces import Format, Wish
from feedback.datasets.writers.card import card
from feedback.datasets.writers.loading import loading
from feedback.models import Article, Constitution, ModelCall, Project, Snapshot

MANIFEST, CARD = "manifest.json", "README.md"
VERSION = "0.2.0"
PROMPTS = 200


def names_of(format: str, shape: str, pack: str) -> tuple[str, str]:  # noqa: A002
    """The names of the data and of the sidecar."""
    beside = shape if shape in SHAPES else JSONL
    return f"{format}{ending(shape, pack)}", f"{format}.meta{ending(beside, pack)}"


def manifest_of(
    project: Project,
    writer: Format,
    wish: Wish,
    *,
    how: Mapping[str, str],
    counted: Mapping[str, Any],
    files: Mapping[str, Mapping[str, Any]],
) -> dict[str, Any]:
    """The manifest. Of a snapshot it says nothing of the day it was written: it is the same whenever it is made."""
    snapshot = Snapshot.objects.select_related("constitution").get(pk=wish.snapshot) if wish.snapshot else None
    data, meta = files
    manifest = {
        "format": writer.name, "data": data, "meta": meta, "precept": VERSION,
        "made_at": (snapshot.frozen_at if snapshot and snapshot.frozen_at else timezone.now()).isoformat(
            timespec="seconds"),
        "project": {"slug": project.slug, "name": project.name}, "trainer": writer.trainer, **how,
        "columns": dict(writer.columns), "snapshot": facts_of(snapshot) if snapshot else None,
        **versions(project, snapshot), "filters": wish.facts(), **counted, "files": dict(files),
    }  # fmt: skip
    beside = loading(f"{project.slug}_{writer.name}".replace("-", "_"), data, writer.configs, writer.columns)
    manifest["beside"] = [CARD, *beside]
    return manifest


def facts_of(snapshot: Snapshot) -> dict[str, Any]:
    """Which snapshot it was."""
    return {
        "number": snapshot.number, "name": snapshot.name, "sha256": snapshot.sha256,
        "frozen_at": snapshot.frozen_at.isoformat(timespec="seconds") if snapshot.frozen_at else None,
        "filters": snapshot.filters,
    }  # fmt: skip


def versions(project: Project, snapshot: Snapshot | None) -> dict[str, Any]:
    """The form, the constitution with its principles, and the prompts, as they were then."""
    newest = Constitution.objects.filter(project=project).order_by("-number")
    constitution = snapshot.constitution if snapshot else newest.first()
    form = snapshot.form_version if snapshot else form_of(project)[0]
    principles = Article.objects.filter(constitution=constitution).order_by("position").values_list(
        "version__principle__number", "version__number") if constitution else []  # fmt: skip
    calls = ModelCall.objects.filter(project=project, state="settled")
    if snapshot:
        calls = calls.filter(settled_at__lte=snapshot.frozen_at)
    prompts = calls.order_by("prompt_name", "prompt_hash").values_list("prompt_name", "prompt_hash").distinct()
    return {
        "form_version": form,
        "constitution": constitution.number if constitution else None,
        "principles": [{"principle": number, "version": version} for number, version in principles],
        "prompts": [{"name": name, "sha256": digest} for name, digest in prompts[:PROMPTS]],
    }


def companions(manifest: Mapping[str, Any], writer: Format) -> dict[str, bytes]:
    """All files but the rows and their sidecar, by name."""
    project = manifest["project"]["slug"]
    name = f"{project}_{writer.name}".replace("-", "_")
    return {
        **loading(name, manifest["data"], writer.configs, writer.columns),
        MANIFEST: orjson.dumps(manifest, option=orjson.OPT_INDENT_2) + b"\n",
        CARD: card(manifest, one=writer.one, many=writer.many, about=writer.about).encode(),
    }
