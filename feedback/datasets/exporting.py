"""Training files out of feedback: data, provenance beside it, a manifest and a card. Memory stays small.

What a format is stands in `pieces.py`, which formats there are in `registry.py`.

A folder appears whole or not at all: it is written beside its place and renamed.
"""

from __future__ import annotations

import hashlib
import io
import shutil
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Unpack

import orjson
from django.db import connection, transaction
from django.utils import timezone

from feedback.datasets.pieces import Format, Line, Piece, Wish, Wishes, wish_of
from feedback.datasets.registry import DEFAULT, FORMATS, LABELS
from feedback.datasets.writers.card import card
from feedback.datasets.writers.documents import Lines
from feedback.datasets.writers.prompts import Untrainable
from feedback.errors import Refused
from feedback.models import Constitution, Project

__all__ = ["FORMATS", "LABELS", "export", "stream_zip"]
VERSION = "0.1.0"
BATCH = 500
PIECE = 1024 * 1024
MANIFEST = "manifest.json"
ALONG_INDEXES = "; ".join(
    f"SET LOCAL {way} = off" for way in ("enable_seqscan", "enable_hashjoin", "enable_mergejoin", "jit")
)


@dataclass
class Tally:
    """What went in and what was left out, while it is written."""

    rows: int = 0
    simulated: int = 0
    agreed: int = 0
    by_several: int = 0
    examples: int = 0
    newest: int = 0
    splits: Counter[str] = field(default_factory=Counter)
    sources: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)

    def take(self, piece: Piece) -> None:
        """Count a row that is written."""
        self.rows += 1
        self.simulated += piece.simulated
        self.examples += piece.example.pk != self.newest  # the rows come by example
        self.newest = piece.example.pk
        self.splits[piece.example.split] += 1
        self.sources.update(piece.sources)


def export(
    project: Project,
    *,
    out: Path,
    format: str = DEFAULT,  # noqa: A002
    **wishes: Unpack[Wishes],
) -> dict[str, Any]:
    """Write a project's feedback in one format as a folder of files and return the manifest.

    Raises `Refused` for a format nobody knows and for a folder that holds something else than an earlier export.
    """
    writer = writer_of(format)
    checked_place(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    place = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        manifest = write_files(project, place, writer, wish_of(**wishes))
        place.chmod(0o755)
        put_in_place(place, out)
    finally:
        shutil.rmtree(place, ignore_errors=True)
    return manifest


def stream_zip(
    project: Project,
    *,
    format: str = DEFAULT,  # noqa: A002
    **wishes: Unpack[Wishes],
) -> Iterator[bytes]:
    """The same folder as a zip file in pieces. It is put on the disk first, so neither memory nor row counts matter."""
    writer = writer_of(format)
    return zipped(project, writer, wish_of(**wishes))


def zipped(project: Project, writer: Format, wish: Wish) -> Iterator[bytes]:
    """The pieces of the zip, made as they are asked for."""
    with tempfile.TemporaryDirectory(prefix="precept-export-") as folder:
        write_files(project, Path(folder), writer, wish)
        window = Window()
        with zipfile.ZipFile(window, "w", zipfile.ZIP_STORED) as archive:
            for path in sorted(Path(folder).iterdir()):
                name = f"{project.slug}-{writer.name}/{path.name}"
                with path.open("rb") as source, archive.open(name, "w", force_zip64=True) as target:
                    while piece := source.read(PIECE):
                        target.write(piece)
                        yield window.taken()
        yield window.taken()


class Window(io.RawIOBase):
    """What the zip writer wrote since last asked; cannot seek, so the archive is made for streaming."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[bytes] = []

    def writable(self) -> bool:
        """It takes bytes."""
        return True

    def write(self, data: Any) -> int:
        """Keep a piece."""
        self.pieces.append(bytes(data))
        return len(data)

    def taken(self) -> bytes:
        """Hand out what there is."""
        data = b"".join(self.pieces)
        self.pieces.clear()
        return data


def writer_of(name: str) -> Format:
    """The format of that name."""
    if name not in FORMATS:
        raise Refused(f"{name!r} is not an export format. Known are: {', '.join(FORMATS)}.")
    return FORMATS[name]


def write_files(project: Project, place: Path, writer: Format, wish: Wish) -> dict[str, Any]:
    """Data, sidecar, manifest and card in an empty folder."""
    document = writer.document() if writer.document else Lines()
    data, meta = f"{writer.name}.{document.suffix}", f"{writer.name}.meta.jsonl"
    tally = Tally()
    with frozen(), (place / data).open("wb") as lines, (place / meta).open("wb") as origins:
        lines.write(document.begin())
        for line, origin in rows(project, writer, wish, tally):
            lines.write(document.row(line))
            origins.write(orjson.dumps(origin) + b"\n")
        lines.write(document.end())
        constitution = Constitution.objects.filter(project=project).order_by("-number").first()
    manifest = {
        "format": writer.name, "data": data, "meta": meta, "precept": VERSION,
        "made_at": timezone.now().isoformat(timespec="seconds"),
        "project": {"slug": project.slug, "name": project.name},
        "constitution": constitution.number if constitution else None,
        "filters": wish.facts(),
        **counts_of(tally),
        "files": {name: file_facts(place / name) for name in (data, meta)},
    }  # fmt: skip
    (place / MANIFEST).write_bytes(orjson.dumps(manifest, option=orjson.OPT_INDENT_2) + b"\n")
    (place / "README.md").write_text(
        card(manifest, one=writer.one, many=writer.many, about=writer.about), encoding="utf-8"
    )
    return manifest


def counts_of(tally: Tally) -> dict[str, Any]:
    """The tally as the manifest has it."""
    return {
        "counts": {
            "rows": tally.rows, "examples": tally.examples, "rows_with_simulated_text": tally.simulated,
            "by_split": dict(sorted(tally.splits.items())), "by_source": dict(sorted(tally.sources.items())),
        },
        "skipped": dict(sorted(tally.skipped.items())),
        "agreement": {"pairs_judged_by_several": tally.by_several, "of_one_mind": tally.agreed},
    }  # fmt: skip


@contextmanager
def frozen() -> Iterator[None]:
    """One unchanging view of the tables for all that is read inside.

    Queries go along the indexes: where PostgreSQL has not counted a table that has just grown, it takes it for empty,
    and then loops over whole tables for every row.
    """
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        with connection.cursor() as cursor:
            cursor.execute(ALONG_INDEXES)
        yield


def rows(project: Project, writer: Format, wish: Wish, tally: Tally) -> Iterator[tuple[Line, Line]]:
    """The rows with their provenance; what is left out is counted."""
    usable = usable_rows(project, writer, wish, tally)
    while batch := list(islice(usable, BATCH)):
        lines, pieces = [line for line, _ in batch], [piece for _, piece in batch]
        for line, piece, origin in zip(lines, pieces, writer.origins(pieces, lines), strict=True):
            tally.take(piece)
            yield line, origin


def usable_rows(
    project: Project, writer: Format, wish: Wish, tally: Tally, *, at_most: int | None = None
) -> Iterator[tuple[Line, Piece]]:
    """The pieces that make a row, of the first `at_most` or of all."""
    for piece in islice(writer.pieces(project, wish), at_most):
        if piece is None:
            tally.skipped["judged only by models or simulated raters"] += 1
            continue
        votes, unanimous = piece.agreement
        if votes > 1:
            tally.by_several += 1
            tally.agreed += unanimous
        try:
            yield line_of(piece, writer, wish), piece
        except Untrainable as reason:
            tally.skipped[str(reason)] += 1


def line_of(piece: Piece, writer: Format, wish: Wish) -> Line:
    """The row of a piece; raises `Untrainable` with the reason why there is none."""
    if piece.example.split not in wish.splits:
        raise Untrainable("the example is not held out" if wish.held_out else "the example is held out")
    return writer.line(piece)


def file_facts(path: Path) -> dict[str, Any]:
    """Lines, size and hash of a file."""
    digest, lines = hashlib.sha256(), 0
    with path.open("rb") as source:
        while piece := source.read(PIECE):
            digest.update(piece)
            lines += piece.count(b"\n")
    return {"rows": lines, "bytes": path.stat().st_size, "sha256": digest.hexdigest()}


def checked_place(out: Path) -> None:
    """Raise `Refused` unless the folder is new, empty or an earlier export."""
    if not out.exists():
        return
    if not out.is_dir():
        raise Refused(f"{out} is a file. Name a folder.")
    if any(out.iterdir()) and not (out / MANIFEST).is_file():
        raise Refused(f"{out} holds other things. Name a new folder, or one with an earlier export.")


def put_in_place(place: Path, out: Path) -> None:
    """Rename the finished folder to where it belongs; an earlier export makes room."""
    if out.exists():
        old = Path(tempfile.mkdtemp(prefix=f".{out.name}-old-", dir=out.parent))
        out.rename(old / "was")
        place.rename(out)
        shutil.rmtree(old, ignore_errors=True)
    else:
        place.rename(out)
