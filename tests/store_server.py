"""A small store that speaks as much of S3 as pushing needs: put, and uploads in parts. It keeps all in memory."""

from __future__ import annotations

import hashlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


class Store:
    """What has been sent: whole objects, and uploads with their parts by number. `refuse` turns parts away."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.uploads: dict[str, dict[int, bytes]] = {}
        self.sent: list[tuple[str, int]] = []
        self.refuse: set[int] = set()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(self))
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def __enter__(self) -> Store:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()


GONE = "<Error><Code>NoSuchUpload</Code></Error>"


def handler_of(store: Store) -> type[BaseHTTPRequestHandler]:
    """The handler of requests to a store."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

        def asked(self) -> tuple[str, dict[str, list[str]]]:
            """The object and what is said of it."""
            parts = urlsplit(self.path)
            return parts.path.lstrip("/"), parse_qs(parts.query, keep_blank_values=True)

        def body(self) -> bytes:
            """What was sent, whether or not in chunks with checksums after it."""
            data = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if "aws-chunked" not in self.headers.get("Content-Encoding", ""):
                return data
            whole = b""
            while True:
                head, _, data = data.partition(b"\r\n")
                size = int(head.split(b";")[0], 16)
                if not size:
                    return whole
                whole, data = whole + data[:size], data[size + 2 :]

        def answer(self, status: int, body: str = "", **headers: str) -> None:
            """Answer."""
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body.encode())

        def do_PUT(self) -> None:
            """An object, or a part of one."""
            name, said = self.asked()
            data = self.body()
            if "partNumber" not in said:
                store.objects[name] = data
            else:
                number = int(said["partNumber"][0])
                if said["uploadId"][0] not in store.uploads:
                    self.answer(404, GONE)
                    return
                store.sent.append((name, number))
                if number in store.refuse:
                    self.answer(403, "<Error><Code>AccessDenied</Code></Error>")
                    return
                store.uploads[said["uploadId"][0]][number] = data
            self.answer(200, ETag=f'"{hashlib.md5(data).hexdigest()}"')

        def do_POST(self) -> None:
            """An upload begins or ends."""
            name, said = self.asked()
            self.body()
            if "uploads" in said:
                upload = f"upload-{len(store.uploads)}"
                store.uploads[upload] = {}
                self.answer(
                    200, f"<InitiateMultipartUploadResult><UploadId>{upload}</UploadId></InitiateMultipartUploadResult>"
                )
                return
            parts = store.uploads.pop(said["uploadId"][0], None)
            if parts is None:
                self.answer(404, GONE)
                return
            store.objects[name] = b"".join(parts[number] for number in sorted(parts))
            self.answer(200, "<CompleteMultipartUploadResult><ETag>x</ETag></CompleteMultipartUploadResult>")

        def do_DELETE(self) -> None:
            """An upload is given up."""
            store.uploads.pop(self.asked()[1]["uploadId"][0], None)
            self.answer(204)

    return Handler
