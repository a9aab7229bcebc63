"""Pushing the files of an export to a folder or to a store that speaks S3, part by part, from where it stopped.

Where one may push is set by who runs Precept: `PRECEPT_PUSH_FOLDER` names a folder, below which folders may be named;
`PRECEPT_PUSH_BUCKETS` buckets (`one,two`). Address and keys of the store come from the environment alone, as boto3
reads them (`AWS_ACCESS_KEY_ID`, `AWS_ENDPOINT_URL_S3` …): they are never stored, shown or logged. What has arrived
stands on the transfer's row, so a pause or a kill costs at most one part.
"""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Any

from django.db import transaction

from feedback.datasets.holding import Hold
from feedback.datasets.transfers import may_transfer, open_transfer
from feedback.datasets.writing_out import files_of
from feedback.errors import Passing, Refused
from feedback.models import Transfer, User

PUSHING = "pushing"
PART = 8 * 1024 * 1024  # the least that S3 takes for a part is 5 MB
S3 = "s3://"
log = logging.getLogger(__name__)
LAST = ("manifest.json",)  # when it is there, all is
NO_SUCH_UPLOAD = "NoSuchUpload"


class UploadGone(Passing):
    """The store knows nothing of what was begun: whoever runs it has swept up what lay unfinished."""


def places() -> list[str]:
    """What one may push to, as a beginning of what is to be typed."""
    folder = os.environ.get("PRECEPT_PUSH_FOLDER", "")
    return [f"{S3}{bucket}/" for bucket in buckets()] + ([f"{folder.rstrip('/')}/"] if folder else [])


def buckets() -> list[str]:
    """The buckets one may push to."""
    return [name.strip() for name in os.environ.get("PRECEPT_PUSH_BUCKETS", "").split(",") if name.strip()]


@transaction.atomic
def open_push(export: Transfer, *, by: User | None, to: str) -> Transfer:
    """Ask for the files of an export to be pushed; whoever calls rings for it. Raises `Refused`."""
    may_transfer(export.project, by)
    if not files_of(export):
        raise Refused("This export has no files: it is not done, or they were thrown away.")
    place = checked_place(to)
    size = sum(path.stat().st_size for path in files_of(export))
    kind: Any = Transfer.Kind.PUSH
    given = {"export": export.pk, "to": place}
    return open_transfer(export.project, kind=kind, by=by, given=given, total=size, unit="bytes")


def checked_place(to: str) -> str:
    """The place as it is kept. Raises `Refused` for one where nobody may push."""
    if to.startswith(S3):
        bucket, _, prefix = to.removeprefix(S3).partition("/")
        if bucket not in buckets():
            raise Refused(
                "Nobody may push to this bucket. Who runs Precept names those it may in PRECEPT_PUSH_BUCKETS."
            )
        return f"{S3}{bucket}/{PurePosixPath('/', prefix).relative_to('/')}".removesuffix("/.")
    root = os.environ.get("PRECEPT_PUSH_FOLDER", "")
    if not root:
        raise Refused("Nobody may push to folders here. Who runs Precept may name one in PRECEPT_PUSH_FOLDER.")
    place = Path(root, to).resolve()
    if not place.is_relative_to(Path(root).resolve()) or place == Path(root).resolve():
        raise Refused(f"Name a folder below {root}.")
    return str(place)


def work(transfer: Transfer, hold: Hold) -> bool:
    """Send what can be sent; whether more waits."""
    export = Transfer.objects.get(pk=transfer.given["export"])
    files = sorted(files_of(export), key=lambda path: (path.name in LAST, path.name))
    if not files:
        raise Refused("The files of this export were thrown away.")
    hold.keep(stage=PUSHING)
    to = checked_place(transfer.given["to"])
    send = to_store if to.startswith(S3) else to_folder
    for path in files:
        if path.name in arrived(transfer):
            continue
        if hold.stopped or not send(transfer, path, to, hold):
            return True
    return False


def arrived(transfer: Transfer) -> list[str]:
    """The names of the files that are there."""
    names: list[str] = transfer.result.get("files", [])
    return names


def has_arrived(transfer: Transfer, path: Path, hold: Hold) -> None:
    """Keep that a file is there."""
    kept = {"files": [*arrived(transfer), path.name], "sent": transfer.result.get("sent", 0) + path.stat().st_size}
    hold.keep(result=kept, done=kept["sent"])


def to_folder(transfer: Transfer, path: Path, to: str, hold: Hold) -> bool:
    """Copy a file: it appears when it is whole."""
    place = Path(to)
    place.mkdir(parents=True, exist_ok=True)
    half = place / f".{path.name}.part"
    shutil.copyfile(path, half)
    half.replace(place / path.name)
    has_arrived(transfer, path, hold)
    return True


def to_store(transfer: Transfer, path: Path, to: str, hold: Hold) -> bool:
    """Send a file, a large one in parts; False when it was time to stop before its end."""
    bucket, _, prefix = to.removeprefix(S3).partition("/")
    where = {"Bucket": bucket, "Key": f"{prefix}/{path.name}".lstrip("/")}
    with_store = store()
    if path.stat().st_size <= PART:
        asked(with_store.put_object, **where, Body=path.read_bytes())
    elif not in_parts(transfer, path, where, with_store, hold):
        return False
    has_arrived(transfer, path, hold)
    return True


def in_parts(transfer: Transfer, path: Path, where: dict[str, str], client: Any, hold: Hold) -> bool:
    """Send the parts that are not there yet and put them together; anew where the store has swept them up."""
    try:
        return parts_sent(transfer, path, where, client, hold)
    except UploadGone:
        hold.keep(result={**transfer.result, "upload": None})
        return parts_sent(transfer, path, where, client, hold)


def parts_sent(transfer: Transfer, path: Path, where: dict[str, str], client: Any, hold: Hold) -> bool:
    """The same with what stands on the transfer's row; parts of another size are no beginning of this file."""
    upload = transfer.result.get("upload") or {}
    if (upload.get("key"), upload.get("size")) != (where["Key"], PART):
        begun = asked(client.create_multipart_upload, **where)
        upload = {"key": where["Key"], "id": begun["UploadId"], "size": PART, "parts": []}
    with path.open("rb") as source:
        source.seek(len(upload["parts"]) * PART)
        while piece := source.read(PART):
            if hold.stopped:
                return False
            number = len(upload["parts"]) + 1
            sent = asked(client.upload_part, **where, UploadId=upload["id"], PartNumber=number, Body=piece)
            upload["parts"].append({"PartNumber": number, "ETag": sent["ETag"]})
            done = transfer.result.get("sent", 0) + min(number * PART, path.stat().st_size)
            hold.keep(result={**transfer.result, "upload": upload}, done=done)
    whole = {"Parts": upload["parts"]}
    asked(client.complete_multipart_upload, **where, UploadId=upload["id"], MultipartUpload=whole)
    return True


def let_go(transfer: Transfer) -> None:
    """Give up a file that is half sent; what has arrived whole stays."""
    transfer.refresh_from_db(fields=["result"])
    upload = transfer.result.get("upload")
    if not upload:
        return
    bucket = transfer.given["to"].removeprefix(S3).partition("/")[0]
    try:
        asked(store().abort_multipart_upload, Bucket=bucket, Key=upload["key"], UploadId=upload["id"])
    except Passing as trouble:
        log.warning("push %s left parts of %s in the store: %s", transfer.pk, upload["key"], trouble)


def store() -> Any:
    """The store, with the keys of the environment."""
    import boto3

    return boto3.client("s3")


def asked(call: Callable[..., Any], **what: Any) -> Any:
    """What the store answers. Raises `Passing` with a sentence that holds no key."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        return call(**what)
    except ClientError as trouble:
        code = trouble.response.get("Error", {}).get("Code", "")
        kind = UploadGone if code == NO_SUCH_UPLOAD else Passing
        raise kind(f"The store did not take it ({code or 'it did not say why'}).") from None
    except BotoCoreError as trouble:
        raise Passing(f"The store could not be reached ({type(trouble).__name__}).") from None
