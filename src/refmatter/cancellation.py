"""End a run early on Ctrl-C or SIGTERM: send no more requests, save finished results, exit.

The first signal while a run sends requests or writes is a request to end: no more requests are
sent, waiting ends, and the run goes on as if it were offline, so it decides nothing that an
outage would have left open. A second signal, or one before there is anything to save, raises
KeyboardInterrupt, as Python does by default.
"""

from __future__ import annotations

import contextlib
import os
import signal
import time

TYPE_CHECKING = False  # as typing has it, without the time that importing typing takes
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType
    from typing import Any, Self, TypeAlias

    Handler: TypeAlias = Callable[[int, FrameType | None], Any] | int | signal.Handlers | None

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_NAP_SECONDS = 0.1
"""Seconds. Sleep is cut into naps, as a signal's handler must not touch a lock that its own
thread may hold, and so can wake nobody."""
_MESSAGE = (
    b"\nrefmatter: stopping; finished results will be saved. Press Ctrl-C again to quit now\n"
)


class Cancellation:
    """Whether this run should end early. A context manager that handles the signals.

    They are handled if it is entered in the main thread; a signal that the caller ignores stays
    ignored.
    """

    def __init__(self) -> None:
        self.signal_number = 0
        """The signal that came; 0 while none did."""
        self._armed = False
        self._handlers_before: dict[signal.Signals, Handler] = {}

    def __enter__(self) -> Self:
        with contextlib.suppress(ValueError):  # only the main thread may hear signals
            for number in _SIGNALS:
                if signal.getsignal(number) is not signal.SIG_IGN:
                    self._handlers_before[number] = signal.signal(number, self._handle)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._handlers_before.items():
            signal.signal(number, handler)

    @property
    def requested(self) -> bool:
        """Whether the run should end."""
        return self.signal_number != 0

    @property
    def ended_early(self) -> bool:
        """Whether a run ended early because of it, with finished results saved."""
        return self.requested and self._armed

    def arm(self) -> None:
        """Treat the first signal as a request to end from now on, as there is something to save."""
        self._armed = True

    def sleep(self, seconds: float) -> None:
        """Sleep for some seconds, or until the run should end."""
        until = time.monotonic() + seconds
        while not self.requested and (left := until - time.monotonic()) > 0:
            time.sleep(min(left, _NAP_SECONDS))

    def _handle(self, number: int, _: FrameType | None) -> None:
        """Handle a signal: the first one asks the run to end, a second one interrupts it."""
        first = not self.requested
        self.signal_number = number
        if not (first and self._armed):
            raise KeyboardInterrupt
        with contextlib.suppress(OSError):
            os.write(2, _MESSAGE)  # sys.stderr may be in the middle of a line of its own
