"""A request to its answer, or at once to the error that the run is about to end."""

from __future__ import annotations

import httpx

from refmatter.cancellation import Cancellation


class Cancelled(httpx.RequestError):
    """The run is to end, so nobody is asked any more.

    None of httpx's TransportErrors: nothing broke on the way, and nobody is to be asked again.
    """


class CancellableTransport(httpx.BaseTransport):
    """Asks nobody once the run is to end."""

    def __init__(self, inner: httpx.BaseTransport, halt: Cancellation) -> None:
        self._inner = inner
        self._halt = halt

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The inner answer. Raises `Cancelled`."""
        wake(self._halt)
        return self._inner.handle_request(request)

    def close(self) -> None:
        """Close what is inside."""
        self._inner.close()


def wake(halt: Cancellation) -> None:
    """Raises `Cancelled` for whoever slept or waited, where the run is to end."""
    if halt.called:
        raise Cancelled("the run was ended")
