"""Ctrl-C or SIGTERM -> a run that asks no more, writes what is settled, and ends.

The first signal that comes while a run asks or writes is a wish: nobody is asked any more, waiting
ends, and the run goes on as one that is offline does, so that nothing is decided which an outage
would have left open. A second one, or one that comes when there is nothing to save yet, raises
KeyboardInterrupt, as Python does.
"""

from __future__ import annotations

import contextlib
import os
import signal
import time

TYPE_CHECKING = False  # as typing has it, without the time that importing typing takes
if TYPE_CHECKING:
    from types import FrameType
    from typing import Self

_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_NAP = 0.1
"""Seconds. Sleep is cut into naps, as a signal's handler must not touch a lock that its own
thread may hold, and so can wake nobody."""
_SAID = b"\nrefmatter: asking no more; what is settled is written. Once more stops at once.\n"


class Cancellation:
    """Whether this run is to end early. A context manager: inside it, the signals are heard,
    where it is entered in the main thread; a signal that the caller ignores stays ignored."""

    def __init__(self) -> None:
        self.number = 0
        """The signal that came; 0 while none did."""
        self._armed = False
        self._before: dict[signal.Signals, object] = {}

    def __enter__(self) -> Self:
        with contextlib.suppress(ValueError):  # only the main thread may hear signals
            for each in _SIGNALS:
                if signal.getsignal(each) is not signal.SIG_IGN:
                    self._before[each] = signal.signal(each, self._hear)
        return self

    def __exit__(self, *_: object) -> None:
        for each, before in self._before.items():
            signal.signal(each, before)  # type: ignore[arg-type]  # what signal() gave back

    @property
    def called(self) -> bool:
        """Whether the run is to end."""
        return self.number != 0

    @property
    def heeded(self) -> bool:
        """Whether a run ended early by it, with what was settled saved."""
        return self.called and self._armed

    def arm(self) -> None:
        """From now on there is something to save: the first signal is a wish."""
        self._armed = True

    def sleep(self, seconds: float) -> None:
        """Sleep so long, or until the run is to end."""
        until = time.monotonic() + seconds
        while not self.called and (left := until - time.monotonic()) > 0:
            time.sleep(min(left, _NAP))

    def _hear(self, number: int, _: FrameType | None) -> None:
        first = not self.called
        self.number = number
        if not (first and self._armed):
            raise KeyboardInterrupt
        with contextlib.suppress(OSError):
            os.write(2, _SAID)  # sys.stderr may be in the middle of a line of its own
