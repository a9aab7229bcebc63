"""Training files out of feedback: data, provenance beside it, a manifest and a card. Memory stays small.

What a format is stands in `pieces.py`, which formats there are in `registry.py`, how rows are written down in
`packing.py`, what the manifest says in `manifests.py`. Every row is checked against its format before it is written; a
bad one is left out and counted as a defect of the format.

A folder appears whole or not at all: it is written beside its place and renamed. The zip is made while it is read.
"""

from __future__ import annotations

import gc
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any, Unpack

from django.db import connection, transaction
from orjson import OPT_APPEND_NEWLINE as APPEND_NEWLINE
from orjson import dumps

from feedback.datasets.behind import Behind
from feedback.datasets.checking import check_of
from feedback.datasets.manifests import MANIFEST, companions, manifest_of, names_of
from feedback.datasets.packing import JSONL, PACKS, SHAPES, Sink
from feedback.datasets.pieces import Format, Line, Piece, Wish, Wishes
from feedback.datasets.registry import DEFAULT, FORMATS, LABELS
from feedback.datasets.tallying import Position, Tally, counts_of
from feedback.datasets.wanting import wish_for_export
from feedback.datasets.writers.prompts import Untrainable
from feedback.datasets.zipping import Zip, dropped
from feedback.errors import Refused
from feedback.models import Project

__all__ = ["FORMATS", "LABELS", "Position", "Tally", "counts_of", "export", "stream_zip"]
FEW, BATCH = 20, 500
SELDOM, OFTEN = (100_000, 50, 100), gc.get_threshold()
UNCOUNTED = "judged only by models or simulated raters"
ALONG_INDEXES = "; ".join(
    f"SET LOCAL {way} = off" for way in ("enable_seqscan", "enable_hashjoin", "enable_mergejoin", "jit")
)


@dataclass(frozen=True)
class How:
    """In which format and how written down. Raises `Refused` for what nobody knows."""

    format: str = DEFAULT
    pack: str = ""
    shape: str = JSONL

    def __post_init__(self) -> None:
        writer_of(self.format)
        if self.shape not in SHAPES or self.pack not in PACKS:
            raise Refused(f"Files are written as {' or '.join(SHAPES)}, plain or packed by gz or zstd.")
        if self.pack and self.shape != JSONL:
            raise Refused("Parquet is packed within; only JSON lines are packed by gz or zstd.")
        if self.shape == JSONL and not self.pack and self.writer.document:  # one document in place of lines
            object.__setattr__(self, "shape", self.writer.document().suffix)

    @property
    def writer(self) -> Format:
        """The format."""
        return FORMATS[self.format]

    def sink(self, put: Callable[[bytes], object], *, meta: bool = False, behind: Behind | None = None) -> Sink:
        """A file of rows or of the sidecar."""
        made = self.writer.document if self.shape not in SHAPES and not meta else None
        columns = {} if meta else self.writer.columns
        document = made and made()
        return Sink(put, shape=self.shape, pack=self.pack, columns=columns, document=document, behind=behind)


class Writing:
    """An export under way: where it is, and what is counted while its rows go by."""

    def __init__(self, project: Project, how: How, wish: Wish, position: Position | None = None) -> None:
        self.project, self.how = project, how
        self.at = position or Position()
        self.wish = replace(wish, after=max(0, self.at.number - 1))

    @property
    def tally(self) -> Tally:
        """What went in and what was left out."""
        return self.at.tally

    @property
    def facets(self) -> Any:
        """What the rows are like."""
        return self.at.facets

    def write(self, data: Sink, meta: Sink) -> Iterator[None]:
        """Write all rows; comes back after each batch. Only within `frozen`."""
        for lines, pieces in self.batches():
            bytes_of = [dumps(line, None, APPEND_NEWLINE) for line in lines]
            data.add(lines, bytes_of)
            self.tell(meta, pieces, lines)
            for line, piece, one in zip(lines, pieces, bytes_of, strict=True):
                self.tally.take(piece)
                self.facets.take(line, piece, data=one)
            yield
        data.close()
        meta.close()

    def tell(self, meta: Sink, pieces: list[Piece], lines: list[Line]) -> None:
        """Write where rows come from."""
        writer = self.how.writer
        if writer.sidecar and not meta.reads_lines:
            meta.add((), writer.sidecar(pieces, lines))
            return
        origins = writer.origins(pieces, lines)
        meta.add(origins, [dumps(origin, None, APPEND_NEWLINE) for origin in origins])

    def batches(self) -> Iterator[tuple[list[Line], list[Piece]]]:
        """The rows with what they are made of: a few first, so that something is there at once."""
        check = check_of(self.how.writer)
        usable = usable_rows(self.project, self.how.writer, self.wish, self.tally, pieces=self.pieces())
        size = FEW
        while batch := list(islice(usable, size)):
            size = BATCH
            sound = [(line, piece, check(line)) for line, piece in batch]
            self.tally.defects.update(why for *_, why in sound if why)
            yield [line for line, _, why in sound if not why], [piece for _, piece, why in sound if not why]

    def pieces(self) -> Iterator[Any]:
        """What the rows are made of, from where an earlier stretch has stopped; how far one is is kept."""
        at, before, skip = self.at, self.at.number, self.at.items
        for piece in self.how.writer.pieces(self.project, self.wish):
            number = at.number if piece is None else piece.example.number
            if before and (number < before or skip):
                if number < before or piece is None:
                    continue
                if number == before:
                    skip -= 1
                    continue
            if piece is not None:
                at.items = at.items + 1 if number == at.number else 1
                at.number = number
            yield piece

    def manifest(self, files: dict[str, dict[str, Any]]) -> dict[str, Any]:
        """The manifest of what has been written."""
        how = {"shape": self.how.shape, "pack": self.how.pack}
        counted = counts_of(self.tally) | {"facets": self.facets.as_dict()}
        return manifest_of(self.project, self.how.writer, self.wish, how=how, counted=counted, files=files)


def export(
    project: Project,
    *,
    out: Path,
    format: str = DEFAULT,  # noqa: A002
    pack: str = "",
    shape: str = JSONL,
    **wishes: Unpack[Wishes],
) -> dict[str, Any]:
    """Write a project's feedback in one format as a folder of files and return the manifest.

    Raises `Refused` for a format nobody knows and for a folder that holds something else than an earlier export.
    """
    writing = Writing(project, How(format, pack, shape), wish_for_export(project, **wishes))
    checked_place(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    place = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        manifest = write_files(writing, place)
        place.chmod(0o755)
        put_in_place(place, out)
    finally:
        shutil.rmtree(place, ignore_errors=True)
    return manifest


def write_files(writing: Writing, place: Path) -> dict[str, Any]:
    """Data, sidecar, manifest, card and what says how to load them, in an empty folder."""
    names = names_of(writing.how.writer.name, writing.how.shape, writing.how.pack)
    with frozen(), ExitStack() as files:
        puts = [files.enter_context((place / name).open("wb", buffering=0)).write for name in names[:2]]
        behind = files.enter_context(Behind())
        data = writing.how.sink(puts[0], behind=behind)
        meta = writing.how.sink(puts[1], meta=True, behind=behind)
        for _ in writing.write(data, meta):
            pass
        manifest = writing.manifest({names[0]: data.facts, names[1]: meta.facts})
    for name, content in companions(manifest, writing.how.writer).items():
        (place / name).write_bytes(content)
    return manifest


def stream_zip(
    project: Project,
    *,
    format: str = DEFAULT,  # noqa: A002
    pack: str = "",
    shape: str = JSONL,
    **wishes: Unpack[Wishes],
) -> Iterator[bytes]:
    """The same folder as a zip file in pieces, made while it is read: the rows first, then where they come from.

    Only the sidecar waits on the disk, so neither memory nor row counts matter and the first piece comes at once.
    """
    return zipped(Writing(project, How(format, pack, shape), wish_for_export(project, **wishes)))


def zipped(writing: Writing) -> Iterator[bytes]:
    """The pieces of the zip, made as they are asked for."""
    how = writing.how
    names = names_of(how.writer.name, how.shape, how.pack)
    archive = Zip(f"{writing.project.slug}-{how.format}")
    with dropped(archive), tempfile.TemporaryFile(prefix="precept-export-") as aside:
        with frozen(), archive.file(names[0]) as target:
            data, meta = how.sink(target.write), how.sink(aside.write, meta=True)
            for _ in writing.write(data, meta):
                yield archive.taken()
            manifest = writing.manifest({names[0]: data.facts, names[1]: meta.facts})
        aside.seek(0)
        yield from archive.copied(names[1], aside)
        for name, content in companions(manifest, how.writer).items():
            yield archive.whole(name, content)
        yield archive.closed()


def writer_of(name: str) -> Format:
    """The format of that name."""
    if name not in FORMATS:
        raise Refused(f"{name!r} is not an export format. Known are: {', '.join(FORMATS)}.")
    return FORMATS[name]


@contextmanager
def frozen() -> Iterator[None]:
    """One unchanging view of the tables for all that is read inside.

    Queries go along the indexes: where PostgreSQL has not counted a table that has just grown, it takes it for empty,
    and then loops over whole tables for every row. Python looks for circles of objects less often meanwhile: there are
    none among the rows, and looking takes a third of the time.
    """
    gc.set_threshold(*SELDOM)
    try:
        with one_view():
            yield
    finally:
        gc.set_threshold(*OFTEN)


@contextmanager
def one_view() -> Iterator[None]:
    """One unchanging view of the tables, and ways along the indexes."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        with connection.cursor() as cursor:
            cursor.execute(ALONG_INDEXES)
        yield


def usable_rows(
    project: Project, writer: Format, wish: Wish, tally: Tally, *, at_most: int | None = None, pieces: Any = None
) -> Iterator[tuple[Line, Piece]]:
    """The pieces that make a row, of the first `at_most` or of all."""
    for piece in islice(pieces or writer.pieces(project, wish), at_most):
        if piece is None:
            tally.skipped[UNCOUNTED] += 1
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
