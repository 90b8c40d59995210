"""Send a provider's query to its service and return the answer, or why there is none.

From the outside in: CacheTransport, CancellableTransport, QuotaCheckTransport,
CircuitBreakerTransport, RetryTransport, ThrottleTransport, QuotaTrackingTransport,
NetworkTransport. So a stored response needs no turn and no quota, an open breaker fails at
once, each retry waits its turn, and each response updates the quota.
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
from refmatter.web.breaker import REFUSAL_STATUSES, BreakerOpen, CircuitBreakerTransport
from refmatter.web.cache import CachePolicy, CacheTransport, MayStore
from refmatter.web.cancellation import CancellableTransport, Cancelled, raise_if_cancelled
from refmatter.web.contact import agent_comment, email_of, is_example
from refmatter.web.network import (
    LimitsFromHeaders,
    NetworkLimits,
    NetworkTransport,
    ResponseTooLarge,
    describe_error,
    no_limits,
)
from refmatter.web.quota import Quota, QuotaCheckTransport, QuotaExceeded, QuotaTrackingTransport
from refmatter.web.retry import RetryTransport
from refmatter.web.throttle import ThrottleTransport

_log = logging.getLogger("refmatter.web")
_MAX_DETAIL = 200
_ANSWER_STATUSES = (httpx.codes.BAD_REQUEST, httpx.codes.NOT_FOUND)
_PATH_SAFE = "/%:@!$&'()*+,;=~"


def _today() -> date:
    return datetime.now(UTC).date()


@dataclass(frozen=True, slots=True)
class ServiceEndpoint:
    """One service: its address, headers and limits, from the configuration and its provider.

    `base_url` is scheme, host and perhaps a path prefix. `limits` hold until the headers of a
    response say otherwise, which `limits_from_headers` reads; with `fixed_interval` the
    interval between requests stays as configured. `headers` go with each request and may hold
    the API key, so they are not shown; `api_key` is the key alone, to redact it in responses, and
    `key_variable` the environment variable that may hold it. An e-mail address of the user is also
    sent as `contact_parameter`, if there is one. `home` is the service's own base URL: no example
    of an address is sent there. `key_benefit` is said to users without a key when the service
    pauses.
    """

    name: str
    base_url: str
    limits: Limits
    headers: Mapping[str, str] = field(repr=False)
    limits_from_headers: LimitsFromHeaders = no_limits
    fixed_interval: bool = False
    api_key: str | None = field(default=None, repr=False)
    key_variable: str | None = None
    contact_parameter: str | None = None
    home: str = ""
    key_benefit: str = ""


@dataclass(frozen=True, slots=True)
class NetworkPolicy:
    """How long to wait and how often to try, and by which clock; times are in seconds.

    Each transport explains its own values. Once `cancellation` is requested, no more requests
    are sent.
    """

    network_limits: NetworkLimits = field(default_factory=NetworkLimits)
    max_attempts: int = 5
    max_failures: int = 3
    cooldown: float = 60.0
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    random: Callable[[], float] = chance.random
    today: Callable[[], date] = _today
    cancellation: Cancellation = field(default_factory=Cancellation)


class Client:
    """An HTTP client for one service. A context manager; threads may share it.

    `cache` says which responses are stored and reused (None: none). `contact` is the e-mail
    address or URL that the service may write to. With `offline` no request is sent. `limits`
    are the service's limits at the start.

    Raises:
        ConfigError: a header or the contact cannot be sent, or `base_url` is no URL or holds a
            password; or the contact is an example and the real service would get it.

    """

    def __init__(
        self,
        service: ServiceEndpoint,
        *,
        cache: CachePolicy | None,
        contact: str | None,
        offline: bool = False,
        policy: NetworkPolicy = NetworkPolicy(),
    ) -> None:
        self.limits = service.limits
        self._name = service.name
        self._base_url = _checked_base_url(service)
        if contact and not offline:
            _check_contact(service, contact)
        self._headers = _request_headers(service, contact)
        email, parameter = email_of(contact), service.contact_parameter
        self._contact_params = [(parameter, email)] if parameter and email else []
        self._key_benefit = "" if service.api_key else service.key_benefit
        self._policy = policy
        self._lock = threading.Lock()
        self._waited = 0.0
        secrets = [secret for secret in (service.api_key, contact) if secret]
        self._breaker: CircuitBreakerTransport | None = None
        self._network = NetworkTransport(
            policy.network_limits, policy.clock, service.limits_from_headers, secrets
        )
        inner = _OfflineTransport() if offline else self._polite_transport(service)
        self._outermost = inner if cache is None else CacheTransport(inner, cache, policy.today)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def requests(self) -> int:
        """Number of requests sent, including retries."""
        return self._network.requests

    @property
    def requests_by_rung(self) -> Mapping[str, int]:
        """Number of requests sent, by the rung of their query."""
        return dict(self._network.requests_by_kind)

    @property
    def waited(self) -> float:
        """Seconds spent waiting for a turn or before a retry, summed over all threads."""
        return self._waited

    @property
    def pause_left(self) -> float | None:
        """Seconds until a service that has paused can be asked again; None if it has not."""
        return None if self._breaker is None else self._breaker.pause_left

    def wait_out_pause(self) -> bool:
        """Wait until a service that has paused can be asked again; return whether the run goes on:
        it may have been cancelled meanwhile."""
        try:
            self._sleep(self.pause_left or 0.0)
        except Cancelled:
            return False
        return True

    def close(self) -> None:
        """Close the connections."""
        self._outermost.close()

    def send(self, query: Query, may_store: Callable[[Answer], bool]) -> Answer | Failure:
        """Send a query and return the service's answer, or the failure.

        `may_store` decides whether the answer may be stored. 2xx, 400 and 404 are answers
        (404, and at some services 400, means "no such work", which the provider tells apart);
        everything else is a `Failure`.
        """
        began = self._policy.clock()
        try:
            request = self._request(query, may_store)
        except (httpx.InvalidURL, UnicodeEncodeError):
            return self._failure(query, Trouble.REJECTED, "the query does not fit into a URL")
        try:
            response = self._outermost.handle_request(request)
            body = response.read()
        except httpx.RequestError as error:
            trouble, detail = _trouble_of_error(error)
            self._log_outcome(request, detail, began)
            return self._failure(query, trouble, detail)
        self._log_outcome(request, _outcome_text(response), began)
        failure_kind = _trouble_of_status(response.status_code)
        if failure_kind is not None:
            reason = httpx.codes.get_reason_phrase(response.status_code)
            detail = f"HTTP {response.status_code} {reason}"
            return self._failure(query, failure_kind, detail, response.status_code)
        return Answer(
            status=response.status_code,
            content_type=response.headers.get("content-type", ""),
            body=body,
            fetched=response.extensions.get("fetched", self._policy.today().isoformat()),
        )

    def _polite_transport(self, service: ServiceEndpoint) -> httpx.BaseTransport:
        """Return the transports from cancellation to network."""
        policy = self._policy
        clock, sleep = policy.clock, self._sleep
        budget = Quota(clock)
        counted = QuotaTrackingTransport(self._network, budget)
        throttled = ThrottleTransport(
            counted, service.limits, clock, sleep, fixed_interval=service.fixed_interval
        )
        retried = RetryTransport(throttled, policy.max_attempts, sleep, policy.random)
        self._breaker = CircuitBreakerTransport(
            retried, service.name, policy.max_failures, policy.cooldown, clock
        )
        quota_checked = QuotaCheckTransport(self._breaker, budget)
        return CancellableTransport(quota_checked, policy.cancellation)

    def _sleep(self, seconds: float) -> None:
        """Sleep and count the seconds. Raises `Cancelled` if the run was cancelled meanwhile."""
        with self._lock:
            self._waited += seconds
        self._policy.sleep(seconds)
        raise_if_cancelled(self._policy.cancellation)

    def _request(self, query: Query, may_store: Callable[[Answer], bool]) -> httpx.Request:
        """Return the HTTP request of a query.

        Raises:
            httpx.InvalidURL: the query does not fit into a URL.
            UnicodeEncodeError: the same, for half a character.

        """
        url = httpx.URL(
            self._base_url + quote(query.path, safe=_PATH_SAFE),
            params=[*query.params, *self._contact_params] or None,
        )
        headers = dict(self._headers)
        if query.body is not None:
            headers["Content-Type"] = "application/json"
        return httpx.Request(
            "GET" if query.body is None else "POST",
            url,
            headers=headers,
            content=query.body,
            extensions={
                "may_store": self._may_store(may_store),
                "kind": query.rung.value,
                "divisible": len(query.about) > 1,
                "contact_params": self._contact_params,
            },
        )

    def _may_store(self, decide: Callable[[Answer], bool]) -> MayStore:
        """Return the cache's test of a response: answers that `decide` accepts are stored."""
        today = self._policy.today

        def may_store(status: int, content_type: str, body: bytes) -> bool:
            if _trouble_of_status(status) is not None:
                return False
            return decide(Answer(status, content_type, body, today().isoformat()))

        return may_store

    def _failure(
        self, query: Query, trouble: Trouble, detail: str, http_status: int | None = None
    ) -> Failure:
        """Return the failure of a query, with its detail on one printable line."""
        if self._key_benefit and self.pause_left is not None:
            detail = f"{detail}; {self._key_benefit}"
        printable = "".join(c if c.isprintable() else " " for c in detail)
        short = " ".join(printable.split())[:_MAX_DETAIL]
        return Failure(query.provider, query.rung, trouble, short, http_status)

    def _log_outcome(self, request: httpx.Request, outcome: str, began: float) -> None:
        """Log a request, its outcome and the seconds since `began`."""
        seconds = self._policy.clock() - began
        path = request.url.raw_path.partition(b"?")[0].decode("ascii")
        _log.debug("%s: %s %s: %s, %.2f s", self._name, request.method, path, outcome, seconds)


class _OfflineError(httpx.RequestError):
    """The run is offline, and the cache holds no response."""


class _OfflineTransport(httpx.BaseTransport):
    """Refuse every request of an offline run."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        raise _OfflineError("not in the cache, and the run is offline", request=request)


def _checked_base_url(service: ServiceEndpoint) -> str:
    """Return a service's base URL without a final slash.

    Raises:
        ConfigError: it is no http(s) URL, or holds a user name, password or query.

    """
    try:
        url = httpx.URL(service.base_url)
    except httpx.InvalidURL as error:
        raise ConfigError(f"{service.name}: base_url is no URL: {error}") from None
    if url.userinfo:
        raise ConfigError(f"{service.name}: base_url must not hold a name or a password")
    if url.scheme not in {"http", "https"} or not url.host or url.query or url.fragment:
        raise ConfigError(f"{service.name}: base_url must be http(s)://host, perhaps with a path")
    return str(url).rstrip("/")


def _check_contact(service: ServiceEndpoint, contact: str) -> None:
    """Raise ConfigError if the contact is an example and the service is the real one: Crossref may
    block callers with invalid addresses."""
    is_real = service.home and httpx.URL(service.base_url).host == httpx.URL(service.home).host
    if is_real and is_example(contact):
        raise ConfigError(
            f"`contact: {contact}` in config.yaml is an example; write your own e-mail address "
            "there, or delete the line"
        )


def _request_headers(service: ServiceEndpoint, contact: str | None) -> Mapping[str, str]:
    """Return the headers of each request, with `contact` in the User-Agent.

    Raises:
        ConfigError: a header is not printable ASCII.

    """
    agent = f"refmatter/{__version__}{agent_comment(contact)}"
    headers = {"Accept-Encoding": "gzip, deflate", **service.headers, "User-Agent": agent}
    for name, value in headers.items():
        if not (value.isascii() and value.isprintable()):
            # The value is not shown: it may be a key.
            raise ConfigError(f"{service.name}: the header {name} must be printable ASCII")
    return headers


def _outcome_text(response: httpx.Response) -> str:
    """Return a response's status for the log, and whether it came from the cache."""
    cached = " from the cache" if response.extensions.get("cached") else ""
    return f"HTTP {response.status_code}{cached}"


def _trouble_of_error(error: httpx.RequestError) -> tuple[Trouble, str]:
    """Return the kind of failure that an exception means, and its description."""
    match error:
        case _OfflineError() | Cancelled():
            return Trouble.OFFLINE, str(error)
        case QuotaExceeded():
            return Trouble.QUOTA_EXCEEDED, str(error)
        case BreakerOpen():
            return Trouble.UNREACHABLE, str(error)
        case ResponseTooLarge():
            # A query for fewer works may have a smaller answer.
            return Trouble.TOO_LARGE, describe_error(error)
        case httpx.DecodingError():
            return Trouble.GARBLED, describe_error(error)
        case _:
            return Trouble.UNREACHABLE, describe_error(error)


def _trouble_of_status(status: int) -> Trouble | None:
    """Return the kind of failure that an HTTP status means; None if it is an answer."""
    if httpx.codes.is_success(status) or status in _ANSWER_STATUSES:
        return None
    if status in REFUSAL_STATUSES:
        return Trouble.REFUSED
    if httpx.codes.is_client_error(status):
        return Trouble.REJECTED
    return Trouble.BROKEN
