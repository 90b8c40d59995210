"""A provider's query to the service's answer, or to the failure that came instead.

    Cached(Halting(Rationed(Broken(Retried(Throttled(Counted(Wire)))))))

A remembered answer costs no turn and no budget; a run that is to end asks no more; what the
budget does not pay for is not asked; an open breaker answers at once; every
retry waits its turn, and every answer is counted.
"""

from __future__ import annotations

import logging
import random as chance
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Self
from urllib.parse import quote

import httpx

from refmatter import __version__
from refmatter.cancellation import Cancellation
from refmatter.errors import ConfigError
from refmatter.model import Answer, Failure, Limits, Query, Trouble
from refmatter.web.breaker import REFUSALS, BreakerOpen, Broken
from refmatter.web.cache import Cached, Keep, Store
from refmatter.web.cancellation import CancellableTransport, Cancelled, wake
from refmatter.web.network import (
    LimitsFromHeaders,
    NetworkLimits,
    NetworkTransport,
    TooLarge,
    in_words,
    no_limits_known,
)
from refmatter.web.quota import Budget, Counted, QuotaExceeded, Rationed
from refmatter.web.retry import Retried
from refmatter.web.throttle import Throttled

_log = logging.getLogger("refmatter.web")
_LONGEST_DETAIL = 200
_TOLD = (httpx.codes.BAD_REQUEST, httpx.codes.NOT_FOUND)
_PATH_SAFE = "/%:@!$&'()*+,;=~"


def _today() -> date:
    return datetime.now(UTC).date()


@dataclass(frozen=True, slots=True)
class ServiceEndpoint:
    """What the configuration and its provider say of one service.

    `base_url` is scheme, host and perhaps a path prefix; `limits` are those to begin with,
    `limits_from_headers` reads others in the headers of an answer; with `fixed` the least seconds
    between two requests stay what they are, as a person chose them. `headers` go with each
    request and may hold a key, so they are not shown; `key` is that key by itself, to know it
    again.
    """

    name: str
    base_url: str
    limits: Limits
    headers: Mapping[str, str] = field(repr=False)
    limits_from_headers: LimitsFromHeaders = no_limits_known
    fixed: bool = False
    key: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class NetworkPolicy:
    """How long to try, and by which clock; times are seconds. See each transport.
    `halt` tells when the run is to end: then nobody is asked any more."""

    bounds: NetworkLimits = field(default_factory=NetworkLimits)
    attempts: int = 5
    failures: int = 3
    cool: float = 60.0
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    random: Callable[[], float] = chance.random
    today: Callable[[], date] = _today
    halt: Cancellation = field(default_factory=Cancellation)


class Client:
    """One service, politely. A context manager; threads may share it.

    `store` is where answers are remembered for `days` days (None: nowhere); it is not
    closed here, as services share it. With `refresh` it is only written. `contact` tells
    the service whom to write to. With `offline` nothing is ever asked. `limits` are those it
    started with.

    Raises `ConfigError` for headers or a contact that cannot be sent, and for a `base_url`
    that is none or holds a password.
    """

    def __init__(  # noqa: PLR0913 - each is one setting of config.yaml or the command line
        self,
        service: ServiceEndpoint,
        *,
        store: Store | None,
        days: int,
        refresh: bool,
        contact: str | None,
        offline: bool = False,
        patience: NetworkPolicy = NetworkPolicy(),
    ) -> None:
        self.limits = service.limits
        self._name = service.name
        self._base = _base(service)
        self._headers = _headers(service, contact)
        self._patience = patience
        self._lock = threading.Lock()
        self._waited = 0.0
        secrets = [each for each in (service.key, contact) if each]
        self._wire = NetworkTransport(
            patience.bounds, patience.clock, service.limits_from_headers, secrets
        )
        inner = _Nowhere() if offline else self._patient(service)
        self._outermost = (
            inner if store is None else Cached(inner, store, patience.today, days, refresh)
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def requests(self) -> int:
        """How many requests really went out, retries among them."""
        return self._wire.requests

    @property
    def by_rung(self) -> Mapping[str, int]:
        """The same by the rung that they were asked for."""
        return dict(self._wire.by_kind)

    @property
    def waited(self) -> float:
        """The seconds slept for turns and between tries, summed over all threads."""
        return self._waited

    def close(self) -> None:
        """Let the connections go."""
        self._outermost.close()

    def send(self, query: Query, keep: Callable[[Answer], bool]) -> Answer | Failure:
        """What the service says to this query, or why it says nothing.

        `keep` decides whether an answer may be remembered. 2xx, 400 and 404 are answers
        (services say "no such work" by 404, and some by 400, so the provider reads which it
        is); everything else is a `Failure`.
        """
        began = self._patience.clock()
        try:
            request = self._request(query, keep)
        except (httpx.InvalidURL, UnicodeEncodeError):
            return self._failure(query, Trouble.REJECTED, "the question cannot be put in a URL")
        try:
            response = self._outermost.handle_request(request)
            body = response.read()
        except httpx.RequestError as error:
            trouble, detail = _trouble(error)
            self._note(request, detail, began)
            return self._failure(query, trouble, detail)
        self._note(request, _outcome(response), began)
        refusal = _refusal(response.status_code)
        if refusal is not None:
            reason = httpx.codes.get_reason_phrase(response.status_code)
            detail = f"HTTP {response.status_code} {reason}"
            return self._failure(query, refusal, detail, response.status_code)
        return Answer(
            status=response.status_code,
            content_type=response.headers.get("content-type", ""),
            body=body,
            fetched=response.extensions.get("fetched", self._patience.today().isoformat()),
        )

    def _patient(self, service: ServiceEndpoint) -> httpx.BaseTransport:
        patience = self._patience
        clock, sleep = patience.clock, self._sleep
        budget = Budget(clock)
        counted = Counted(self._wire, budget)
        throttled = Throttled(counted, service.limits, clock, sleep, fixed=service.fixed)
        retried = Retried(throttled, patience.attempts, sleep, patience.random)
        broken = Broken(retried, service.name, patience.failures, patience.cool, clock)
        return CancellableTransport(Rationed(broken, budget), patience.halt)

    def _sleep(self, seconds: float) -> None:
        with self._lock:
            self._waited += seconds
        self._patience.sleep(seconds)
        wake(self._patience.halt)

    def _request(self, query: Query, keep: Callable[[Answer], bool]) -> httpx.Request:
        url = httpx.URL(
            self._base + quote(query.path, safe=_PATH_SAFE),
            params=list(query.params) or None,
        )
        headers = dict(self._headers)
        if query.body is not None:
            headers["Content-Type"] = "application/json"
        return httpx.Request(
            "GET" if query.body is None else "POST",
            url,
            headers=headers,
            content=query.body,
            extensions={"keep": self._kept(keep), "kind": query.rung.value},
        )

    def _kept(self, keep: Callable[[Answer], bool]) -> Keep:
        today = self._patience.today

        def kept(status: int, content_type: str, body: bytes) -> bool:
            if _refusal(status) is not None:
                return False
            return keep(Answer(status, content_type, body, today().isoformat()))

        return kept

    def _failure(
        self, query: Query, trouble: Trouble, detail: str, http_status: int | None = None
    ) -> Failure:
        printable = "".join(c if c.isprintable() else " " for c in detail)
        short = " ".join(printable.split())[:_LONGEST_DETAIL]
        return Failure(query.provider, query.rung, trouble, short, http_status)

    def _note(self, request: httpx.Request, outcome: str, began: float) -> None:
        seconds = self._patience.clock() - began
        path = request.url.raw_path.partition(b"?")[0].decode("ascii")
        _log.debug("%s: %s %s: %s, %.2f s", self._name, request.method, path, outcome, seconds)


class _NotAsked(httpx.RequestError):
    """Nothing is remembered, and asking is forbidden."""


class _Nowhere(httpx.BaseTransport):
    """The network of a run that is offline."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        raise _NotAsked("not in the cache, and the run is offline", request=request)


def _base(service: ServiceEndpoint) -> str:
    try:
        url = httpx.URL(service.base_url)
    except httpx.InvalidURL as error:
        raise ConfigError(f"{service.name}: base_url is no URL: {error}") from None
    if url.userinfo:
        raise ConfigError(f"{service.name}: base_url must not hold a name or a password")
    if url.scheme not in {"http", "https"} or not url.host or url.query or url.fragment:
        raise ConfigError(f"{service.name}: base_url must be http(s)://host, perhaps with a path")
    return str(url).rstrip("/")


def _headers(service: ServiceEndpoint, contact: str | None) -> Mapping[str, str]:
    agent = f"refmatter/{__version__}"
    if contact:
        # Crossref's polite pool asks for `mailto:` before an address in the User-Agent.
        address = f"mailto:{contact}" if "@" in contact and ":" not in contact else contact
        agent += f" (+{address})"
    headers = {"Accept-Encoding": "gzip, deflate", **service.headers, "User-Agent": agent}
    for name, value in headers.items():
        if not (value.isascii() and value.isprintable()):
            # The value is not shown: it may be a key.
            raise ConfigError(f"{service.name}: the header {name} must be printable ASCII")
    return headers


def _outcome(response: httpx.Response) -> str:
    cached = " from the cache" if response.extensions.get("cached") else ""
    return f"HTTP {response.status_code}{cached}"


def _trouble(error: httpx.RequestError) -> tuple[Trouble, str]:
    match error:
        case _NotAsked() | Cancelled():
            return Trouble.OFFLINE, str(error)
        case QuotaExceeded():
            return Trouble.SPENT, str(error)
        case BreakerOpen():
            return Trouble.UNREACHABLE, str(error)
        case TooLarge():
            # A smaller question may have a smaller answer.
            return Trouble.TOO_LARGE, in_words(error)
        case httpx.DecodingError():
            return Trouble.GARBLED, in_words(error)
        case _:
            return Trouble.UNREACHABLE, in_words(error)


def _refusal(status: int) -> Trouble | None:
    """What a status says is wrong; None where it is an answer."""
    if httpx.codes.is_success(status) or status in _TOLD:
        return None
    if status in REFUSALS:
        return Trouble.REFUSED
    if httpx.codes.is_client_error(status):
        return Trouble.REJECTED
    return Trouble.BROKEN
