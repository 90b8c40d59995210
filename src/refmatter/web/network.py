"""A request to a whole answer in memory: bounded in bytes and in seconds, no redirects.

The innermost transport. What leaves it needs no closing, holds the decoded body, and has
shed every header but the few that the transports round it read; what the headers say of the
service's limits is read here, and goes with it. A secret that a service sends back is not
passed on, so that nobody further out can tell it or keep it.
"""

from __future__ import annotations

import ssl
import threading
import time
import zlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

import httpx

from refmatter.model import Limits

LimitsFromHeaders: TypeAlias = Callable[[Mapping[str, str]], Limits]
"""What the headers of an answer, names in lower case, say of the service's limits."""

_KEPT_HEADERS = (b"content-type", b"date", b"retry-after")
_PLAIN = frozenset({"", "identity"})
_PACKED = frozenset({"gzip", "deflate"})
_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS  # zlib's manual, inflateInit2: it tells the two by their heads
_LEAST_SECRET = 6
"""Letters of the shortest secret that is looked for: a shorter one is in every answer."""

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
class NetworkLimits:
    """How long to wait, in seconds, and how much to take, in bytes of decoded body.

    `read` is the longest silence, `whole` the longest time until the body has ended.
    """

    connect: float = 5.0
    read: float = 45.0
    whole: float = 120.0
    body: int = 64 * 2**20


def no_limits_known(headers: Mapping[str, str]) -> Limits:
    """For a service whose headers say nothing of its limits."""
    del headers
    return Limits()


class NetworkTransport(httpx.BaseTransport):
    """The network itself, through the proxies that the environment names.

    `requests` counts what really went out, `by_kind` the same by
    `request.extensions["kind"]`. Each response carries `extensions["limits"]`,
    what `limits_from_headers` makes of its headers. `secrets` are starred out wherever a service
    repeats them. Raises `TooLarge`, `TooSlow` and httpx's errors.
    """

    def __init__(
        self,
        bounds: NetworkLimits,
        clock: Callable[[], float] = time.monotonic,
        limits_from_headers: LimitsFromHeaders = no_limits_known,
        secrets: Sequence[str] = (),
    ) -> None:
        self._bounds = bounds
        self._clock = clock
        self._limits_from_headers = limits_from_headers
        self._secrets = [each.encode() for each in secrets if len(each) >= _LEAST_SECRET]
        self._lock = threading.Lock()
        self._http: httpx.Client | None = None
        self.by_kind: Counter[str] = Counter()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The answer, its body read and decoded."""
        with self._lock:
            self.by_kind[str(request.extensions.get("kind", ""))] += 1
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
                (name, self._muted(value))
                for name, value in response.headers.raw
                if name.lower() in _KEPT_HEADERS
            ],
            content=self._muted(body),
            extensions={"limits": self._limits_from_headers(dict(response.headers))},
            request=request,
        )

    @property
    def requests(self) -> int:
        """How many requests went out."""
        return self.by_kind.total()

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

    def _muted(self, said: bytes) -> bytes:
        for secret in self._secrets:
            said = said.replace(secret, b"*" * len(secret))
        return said

    def _body(self, response: httpx.Response, deadline: float) -> bytes:
        coding = response.headers.get("content-encoding", "").strip().lower()
        if coding not in _PLAIN | _PACKED:
            # Stacked or unasked-for codings can unfold a thousandfold at each layer, and
            # do so before the first byte can be counted.
            raise httpx.DecodingError("the answer is packed in a way nobody asked for")
        # Not httpx's own decoding: it unpacks a chunk whole, however much comes of it, and says
        # nothing of what comes behind the end, so that neither bytes nor time would be counted.
        unpacker = zlib.decompressobj(_GZIP_OR_ZLIB) if coding in _PACKED else None
        body, taken, most = bytearray(), 0, self._bounds.body
        for chunk in response.iter_raw():
            taken += len(chunk)
            body += chunk if unpacker is None else _unpacked(unpacker, chunk, most + 1 - len(body))
            if max(len(body), taken) > most:
                raise TooLarge(f"the answer is longer than {most} bytes")
            if self._clock() > deadline:
                raise TooSlow(f"the answer did not end within {self._bounds.whole:g} s")
        if unpacker is not None and taken and not unpacker.eof:
            raise httpx.DecodingError("the packed answer has no end")
        return bytes(body)


def _unpacked(unpacker: zlib._Decompress, chunk: bytes, room: int) -> bytes:
    """What a chunk unfolds to, at most `room` bytes of it; what is behind the end is nothing."""
    try:
        return unpacker.decompress(chunk, room)
    except zlib.error as error:
        raise httpx.DecodingError(f"the answer cannot be unpacked: {error}") from error


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
