"""A script of replies to a small HTTP server on a real socket that misbehaves as told."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

PATIENCE = 10.0
"""Seconds after which a stalled reply gives up, so that a failing test still ends."""


class Manner(Enum):
    """How a reply goes out."""

    WHOLE = auto()
    DROP = auto()  # the connection is reset before a word is said
    CUT = auto()  # the body ends before its announced length
    STALL = auto()  # nothing comes
    ENDLESS = auto()  # the body is sent again and again, until the client hangs up


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply of the script."""

    status: int = 200
    body: bytes = b"{}"
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    manner: Manner = Manner.WHOLE


@dataclass(frozen=True, slots=True)
class Seen:
    """One request as it came in; header names in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


class Flaky:
    """Replies in the order of the script, the last one for ever. A context manager."""

    def __init__(self, *script: Reply) -> None:
        self.seen: list[Seen] = []
        self._script = list(script)
        self._lock = threading.Lock()
        self.stopping = threading.Event()
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    @property
    def url(self) -> str:
        """Scheme, host and port."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def reply_to(self, seen: Seen) -> Reply:
        """The next reply of the script."""
        with self._lock:
            self.seen.append(seen)
            return self._script.pop(0) if len(self._script) > 1 else self._script[0]


def unused_url() -> str:
    """A URL where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # so that closing waits for them and leaves no socket open

    def __init__(self, flaky: Flaky) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.flaky = flaky

    def handle_error(self, request: object, client_address: object) -> None:
        """Nothing: clients that hang up are what the tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        self._reply()

    def do_POST(self) -> None:
        self._reply()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name
        """Nothing on stderr."""

    def _reply(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", "0")))
        headers = {name.lower(): value for name, value in self.headers.items()}
        reply = self.server.flaky.reply_to(Seen(self.command, self.path, headers, body))
        self.close_connection = True
        if reply.manner is Manner.DROP:
            # Lingering for no time at all turns the close into a reset.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        elif reply.manner is Manner.STALL:
            self.server.flaky.stopping.wait(PATIENCE)
        else:
            self._send(reply)

    def _send(self, reply: Reply) -> None:
        self.send_response(reply.status)
        for name, value in {"Content-Type": reply.content_type, **reply.headers}.items():
            self.send_header(name, value)
        if reply.manner is not Manner.ENDLESS:
            longer = 10 if reply.manner is Manner.CUT else 0
            self.send_header("Content-Length", str(len(reply.body) + longer))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(reply.body)
        while reply.manner is Manner.ENDLESS and not self.server.flaky.stopping.is_set():
            self.wfile.write(reply.body)
