"""A request to a whole answer in memory: bounded in bytes and in seconds, no redirects.

The innermost transport. What leaves it needs no closing, holds the decoded body, and has
shed every header but the few that the transports round it read; what the headers say of the
service's limits is read here, and goes with it.
"""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

import httpx

from refmatter.model import Limits

Heard: TypeAlias = Callable[[Mapping[str, str]], Limits]
"""What the headers of an answer, names in lower case, say of the service's limits."""

_KEPT_HEADERS = (b"content-type", b"date", b"retry-after")
_CODINGS = frozenset({"", "identity", "gzip", "deflate"})

_WORDS: tuple[tuple[type[httpx.RequestError], str], ...] = (
    (httpx.ConnectError, "no connection"),
    (httpx.ConnectTimeout, "no connection in time"),
    (httpx.ProxyError, "the proxy does not let it through"),
    (httpx.TimeoutException, "no answer in time"),
    (httpx.DecodingError, "the answer cannot be unpacked"),
)


class TooLarge(httpx.TransportError):
    """The body is longer than anybody is willing to hold."""


class TooSlow(httpx.TimeoutException):
    """The body kept coming and did not end in time."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How long to wait, in seconds, and how much to take, in bytes of decoded body.

    `read` is the longest silence, `whole` the longest time until the body has ended.
    """

    connect: float = 5.0
    read: float = 45.0
    whole: float = 120.0
    body: int = 64 * 2**20


def nothing_heard(headers: Mapping[str, str]) -> Limits:
    """For a service whose headers say nothing of its limits."""
    del headers
    return Limits()


class Wire(httpx.BaseTransport):
    """The network itself, through the proxies that the environment names.

    `requests` counts what really went out. Each response carries `extensions["limits"]`,
    what `heard` makes of its headers. Raises `TooLarge`, `TooSlow` and httpx's errors.
    """

    def __init__(
        self,
        bounds: Bounds,
        clock: Callable[[], float] = time.monotonic,
        heard: Heard = nothing_heard,
    ) -> None:
        self._bounds = bounds
        self._clock = clock
        self._heard = heard
        self._lock = threading.Lock()
        self._http: httpx.Client | None = None
        self.requests = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The answer, its body read and decoded."""
        with self._lock:
            self.requests += 1
            http = self._opened()
        bounds = self._bounds
        timeout = httpx.Timeout(bounds.read, connect=bounds.connect).as_dict()
        request.extensions = {**request.extensions, "timeout": timeout}
        deadline = self._clock() + bounds.whole
        with closing(http.send(request, stream=True, follow_redirects=False)) as response:
            body = self._body(response, deadline)
        return httpx.Response(
            response.status_code,
            headers=[
                (name, value)
                for name, value in response.headers.raw
                if name.lower() in _KEPT_HEADERS
            ],
            content=body,
            extensions={"limits": self._heard(dict(response.headers))},
            request=request,
        )

    def close(self) -> None:
        """Let the connections go."""
        with self._lock:
            if self._http is not None:
                self._http.close()
                self._http = None

    def _opened(self) -> httpx.Client:
        # Made on first use: a run that needs no network reads no certificates.
        if self._http is None:
            self._http = httpx.Client(
                verify=_certificates(), limits=httpx.Limits(keepalive_expiry=30.0)
            )
        return self._http

    def _body(self, response: httpx.Response, deadline: float) -> bytes:
        coding = response.headers.get("content-encoding", "").strip().lower()
        if coding not in _CODINGS:
            # Stacked or unasked-for codings can unfold a thousandfold at each layer, and
            # do so before the first byte can be counted.
            raise httpx.DecodingError("the answer is packed in a way nobody asked for")
        body = bytearray()
        for chunk in response.iter_bytes():
            body += chunk
            if len(body) > self._bounds.body:
                raise TooLarge(f"the answer is longer than {self._bounds.body} bytes")
            if self._clock() > deadline:
                raise TooSlow(f"the answer did not end within {self._bounds.whole:g} s")
        return bytes(body)


@cache
def _certificates() -> ssl.SSLContext:
    # Reading them takes a tenth of a second, and every service trusts the same.
    return httpx.create_ssl_context()


def in_words(error: httpx.RequestError) -> str:
    """What went wrong, for people.

    Only errors about the connection itself are quoted: what others say may hold a header.
    """
    if isinstance(error, TooLarge | TooSlow):
        return str(error)
    words = next((words for kind, words in _WORDS if isinstance(error, kind)), "")
    if isinstance(error, httpx.ConnectError):
        return f"{words}: {error}"
    return words or "the connection broke"
