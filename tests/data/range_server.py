"""A web server on this machine that misbehaves on demand: the only network that these tests know."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections import defaultdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from data_scripts.download import Patience

# What the tests wait for this server before they give up.
FAST = Patience(connect_s=2.0, stall_s=0.3, slowest_bytes_per_s=1000.0, tries=2, progress_bytes=1, pause_s=0.0)
RESET_AT_ONCE = struct.pack("ii", 1, 0)


class RangeServer:
    """Serves bytes from memory, with ranges.

    Attributes:
        files: content by path, for instance `/a.zip`.
        mishaps: for each path what happens to its next requests, one entry a request, as (kind, bytes sent before):
            `reset` drops the connection, `stall` goes silent, `trickle` sends a byte now and then, `close` ends the
            body early but cleanly. An int is an HTTP status.
        with_ranges: False to answer every request with the whole file.
        tells_length: False to leave the length out, as servers do that compute a file on the fly.
        ranges: the Range headers of the requests so far.
    """

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.mishaps: dict[str, list[tuple[str, int] | int]] = defaultdict(list)
        self.with_ranges = True
        self.tells_length = True
        self.ranges: list[str | None] = []
        self.stop = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        """`http://127.0.0.1:PORT`."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        """Stop serving and let stalled answers go."""
        self.stop.set()
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                outer.ranges.append(self.headers.get("Range"))
                mishaps = outer.mishaps[self.path]
                outer.answer(self, mishaps.pop(0) if mishaps else None)

            def log_message(self, *args: object) -> None:
                """Keep the test's output clean."""

        return Handler

    def answer(self, handler: BaseHTTPRequestHandler, mishap: tuple[str, int] | int | None) -> None:
        """Send a file, a part of it, or what the mishap says."""
        content = self.files.get(handler.path)
        if content is None or isinstance(mishap, int):
            handler.send_response(mishap if isinstance(mishap, int) else 404)
            handler.send_header("Content-Length", "0")
            handler.end_headers()
            return
        start = self._start(handler)
        if start >= len(content) > 0 and start:
            handler.send_response(416)
            handler.send_header("Content-Range", f"bytes */{len(content)}")
            handler.send_header("Content-Length", "0")
            handler.end_headers()
            return
        self._send_headers(handler, content, start)
        self._send_body(handler, content[start:], mishap)

    def _start(self, handler: BaseHTTPRequestHandler) -> int:
        wanted = handler.headers.get("Range")
        return int(wanted.removeprefix("bytes=").rstrip("-")) if wanted and self.with_ranges else 0

    def _send_headers(self, handler: BaseHTTPRequestHandler, content: bytes, start: int) -> None:
        handler.send_response(206 if start else 200)
        if start:
            handler.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        if self.tells_length:
            handler.send_header("Content-Length", str(len(content) - start))
        else:
            handler.send_header("Connection", "close")
        handler.end_headers()

    def _send_body(self, handler: BaseHTTPRequestHandler, body: bytes, mishap: tuple[str, int] | None) -> None:
        handler.close_connection = True
        kind, n_bytes = mishap or ("", len(body))
        handler.wfile.write(body[:n_bytes])
        handler.wfile.flush()
        if kind == "reset":
            handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_AT_ONCE)
            handler.connection.close()
        elif kind == "stall":
            self.stop.wait(20)
        elif kind == "trickle":
            self._trickle(handler, body[n_bytes:])

    def _trickle(self, handler: BaseHTTPRequestHandler, body: bytes) -> None:
        for index in range(len(body)):
            if self.stop.is_set():
                return
            try:
                handler.wfile.write(body[index : index + 1])
            except OSError:
                return
            time.sleep(0.02)
