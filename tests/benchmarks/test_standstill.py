"""The clock that stands still while anybody computes."""

from __future__ import annotations

import threading
import time

import pytest
from benchmarks.standstill import StandStill

pytestmark = pytest.mark.unmeasured


def test_sleepers_wake_in_turn_each_after_what_it_slept() -> None:
    clock = StandStill()
    woken: dict[float, float] = {}

    def sleep(seconds: float) -> None:
        clock.sleep(seconds)
        woken[seconds] = clock()

    threads = [threading.Thread(target=sleep, args=(each,)) for each in (5.0, 3.0, 600.0)]
    for each in threads:
        each.start()
    while clock.asleep < len(threads):  # time does not pass yet
        time.sleep(0.001)
    with clock:
        for each in threads:
            each.join()
        clock.sleep(1.0)
    assert list(woken) == [3.0, 5.0, 600.0]
    assert clock() == 601.0


def test_nobody_waits_for_nothing() -> None:
    with StandStill() as clock:
        clock.sleep(0)
        assert clock() == 0.0
