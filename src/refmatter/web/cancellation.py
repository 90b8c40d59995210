"""Send no more requests once the run is cancelled."""

from __future__ import annotations

import httpx

from refmatter.cancellation import Cancellation


class Cancelled(httpx.RequestError):
    """The run is cancelled, so the request was not sent.

    It is no `httpx.TransportError`, because a retry would not help.
    """


class CancellableTransport(httpx.BaseTransport):
    """Send requests until the run is cancelled."""

    def __init__(self, inner: httpx.BaseTransport, cancellation: Cancellation) -> None:
        self._inner = inner
        self._cancellation = cancellation

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Return the inner response. Raises `Cancelled`."""
        raise_if_cancelled(self._cancellation)
        return self._inner.handle_request(request)

    def close(self) -> None:
        """Close the inner transport."""
        self._inner.close()


def raise_if_cancelled(cancellation: Cancellation) -> None:
    """Raise `Cancelled` if the run is cancelled; called before a request and after a wait."""
    if cancellation.requested:
        raise Cancelled("the run was ended")
