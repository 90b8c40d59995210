"""Send a request and read the whole response into memory, within bounds, without redirects.

This is the innermost transport. Its responses need no closing, hold the decoded body, and
keep only the headers that the outer transports read. The service's limits are read from the
headers here. A secret that a service echoes is redacted, so that it is neither shown nor
stored.
"""

from __future__ import annotations

import logging
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
"""Headers of a response, names in lower case -> the service's limits."""

_PASSED_HEADERS = (b"content-type", b"date", b"retry-after")
_LIMIT_BODY = b"Rate exceeded."
"""arXiv's refusal of too many requests: it comes with status 200, too (JabRef#16300)."""
_UNPACKED_CODINGS = frozenset({"", "identity"})
_PACKED_CODINGS = frozenset({"gzip", "deflate"})
_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS  # zlib's manual, inflateInit2: it tells the two by their heads
_MIN_SECRET_LETTERS = 6
"""Shorter secrets are not redacted: they would occur in every response."""

_ERROR_TEXTS: tuple[tuple[type[httpx.RequestError], str], ...] = (
    (httpx.ConnectError, "no connection"),
    (httpx.ConnectTimeout, "no connection in time"),
    (httpx.ProxyError, "the proxy does not let it through"),
    (httpx.TimeoutException, "no answer in time"),
    (httpx.DecodingError, "the answer cannot be unpacked"),
)


def _hide_parameters(record: logging.LogRecord) -> bool:
    """Take the parameters of the URLs from httpx's log: one may be the user's address."""
    if isinstance(record.args, tuple):
        record.args = tuple(
            part.copy_with(query=None) if isinstance(part, httpx.URL) else part
            for part in record.args
        )
    return True


logging.getLogger("httpx").addFilter(_hide_parameters)


class ResponseTooLarge(httpx.TransportError):
    """The body is longer than the limit."""


class ResponseTooSlow(httpx.TimeoutException):
    """The body did not end within the time limit."""


@dataclass(frozen=True, slots=True)
class NetworkLimits:
    """Time limits in seconds, and the most bytes of a decoded body.

    `silence_seconds` is the longest time without a byte, `total_seconds` the longest time
    until the body has ended.
    """

    connect_seconds: float = 5.0
    silence_seconds: float = 45.0
    total_seconds: float = 120.0
    body_bytes: int = 64 * 2**20


def no_limits(headers: Mapping[str, str]) -> Limits:
    """Return no limits, for a service whose headers do not tell them."""
    del headers
    return Limits()


class NetworkTransport(httpx.BaseTransport):
    """Send requests, through the proxies that the environment names, and count them.

    `requests_by_kind` counts the sent requests by `request.extensions["kind"]`. Each response
    carries `extensions["limits"]`, read by `limits_from_headers`, and `extensions["seconds"]`,
    how long it took. `secrets` are replaced by
    stars wherever a service repeats them.
    """

    def __init__(
        self,
        limits: NetworkLimits,
        clock: Callable[[], float] = time.monotonic,
        limits_from_headers: LimitsFromHeaders = no_limits,
        secrets: Sequence[str] = (),
    ) -> None:
        self._limits = limits
        self._clock = clock
        self._limits_from_headers = limits_from_headers
        self._secrets = [
            secret.encode() for secret in secrets if len(secret) >= _MIN_SECRET_LETTERS
        ]
        self._lock = threading.Lock()
        self._http: httpx.Client | None = None
        self.requests_by_kind: Counter[str] = Counter()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Return the response, its body read and decoded.

        Raises:
            ResponseTooLarge: the body is longer than `limits.body_bytes`.
            ResponseTooSlow: the body did not end within `limits.total_seconds`.
            httpx.RequestError: anything else went wrong.

        """
        with self._lock:
            self.requests_by_kind[str(request.extensions.get("kind", ""))] += 1
            http = self._client()
        limits = self._limits
        timeout = httpx.Timeout(limits.silence_seconds, connect=limits.connect_seconds).as_dict()
        request.extensions = {**request.extensions, "timeout": timeout}
        began = self._clock()
        deadline = began + limits.total_seconds
        with closing(http.send(request, stream=True, follow_redirects=False)) as response:
            body = self._read_body(response, deadline)
        is_limit = body.strip() == _LIMIT_BODY
        return httpx.Response(
            httpx.codes.TOO_MANY_REQUESTS if is_limit else response.status_code,
            headers=[
                (name, self._redact(value))
                for name, value in response.headers.raw
                if name.lower() in _PASSED_HEADERS
            ],
            content=self._redact(body),
            extensions={
                "limits": self._limits_from_headers(dict(response.headers)),
                "seconds": self._clock() - began,
            },
            request=request,
        )

    @property
    def requests(self) -> int:
        """Number of requests sent."""
        return self.requests_by_kind.total()

    def close(self) -> None:
        """Close the connections."""
        with self._lock:
            if self._http is not None:
                self._http.close()
                self._http = None

    def _client(self) -> httpx.Client:
        # Created on first use: a run that needs no network loads no certificates.
        """Return the HTTP client, created on first use."""
        if self._http is None:
            self._http = httpx.Client(
                verify=_certificates(), limits=httpx.Limits(keepalive_expiry=30.0)
            )
        return self._http

    def _redact(self, data: bytes) -> bytes:
        """Return the bytes with each secret replaced by stars."""
        for secret in self._secrets:
            data = data.replace(secret, b"*" * len(secret))
        return data

    def _read_body(self, response: httpx.Response, deadline: float) -> bytes:
        """Return the decoded body of a response.

        Raises:
            ResponseTooLarge: it is longer than the limit.
            ResponseTooSlow: it did not end before `deadline`, by the transport's clock.
            httpx.DecodingError: it cannot be decompressed.

        """
        coding = response.headers.get("content-encoding", "").strip().lower()
        if coding not in _UNPACKED_CODINGS | _PACKED_CODINGS:
            # Each layer of stacked codings can expand a thousandfold before a byte is counted.
            raise httpx.DecodingError("the answer has a content encoding that was not requested")
        # Not httpx's own decoding: it expands a chunk without a limit and ignores what follows
        # the end, so that neither bytes nor time would be bounded.
        unpacker = zlib.decompressobj(_GZIP_OR_ZLIB) if coding in _PACKED_CODINGS else None
        body, received, max_bytes = bytearray(), 0, self._limits.body_bytes
        for chunk in response.iter_raw():
            received += len(chunk)
            body += (
                chunk
                if unpacker is None
                else _decompress(unpacker, chunk, max_bytes + 1 - len(body))
            )
            if max(len(body), received) > max_bytes:
                raise ResponseTooLarge(f"the answer is longer than {max_bytes} bytes")
            if self._clock() > deadline:
                raise ResponseTooSlow(
                    f"the answer did not end within {self._limits.total_seconds:g} s"
                )
        if unpacker is not None and received and not unpacker.eof:
            raise httpx.DecodingError("the packed answer has no end")
        return bytes(body)


def _decompress(unpacker: zlib._Decompress, chunk: bytes, room: int) -> bytes:
    """Return the decompressed chunk, at most `room` bytes; data after the end is dropped."""
    try:
        return unpacker.decompress(chunk, room)
    except zlib.error as error:
        raise httpx.DecodingError(f"the answer cannot be unpacked: {error}") from error


@cache
def _certificates() -> ssl.SSLContext:
    # Loading them takes a tenth of a second, and all services share them.
    """Return the TLS context that all services share."""
    return httpx.create_ssl_context()


def describe_error(error: httpx.RequestError) -> str:
    """Return what went wrong with a request, for people.

    Only errors of the connection itself are quoted: the text of others may hold a header.
    """
    if isinstance(error, ResponseTooLarge | ResponseTooSlow):
        return str(error)
    text = next((text for kind, text in _ERROR_TEXTS if isinstance(error, kind)), "")
    if isinstance(error, httpx.ConnectError):
        return f"{text}: {error}"
    return text or "the connection broke"
