"""What can be wrong with a service, and for how many requests."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from threading import Lock


class Fault(StrEnum):
    DOWN = "down"
    """The connection is closed without a word."""
    REFUSE = "refuse"
    """403."""
    LIMIT = "limit"
    """429 that does not say for how long."""
    LIMIT_AFTER = "limit_after"
    """429 with `Retry-After` in seconds."""
    STALL = "stall"
    """429 after `seconds`, as arXiv since May 2026."""
    LIMIT_TEXT = "limit_text"
    """200 with `Rate exceeded.`, as arXiv."""
    BLOCK = "block"
    """406, as arXiv."""
    PAUSE = "pause"
    """503 with `Retry-After` in seconds, as OpenAlex to those without a key."""
    SPENT = "spent"
    """409, as OpenAlex when the budget is used up."""
    SLOW_LISTS = "slow_lists"
    """504 after `seconds` to a batch with nested lists, as Semantic Scholar's gateway."""
    PARTIAL = "partial"
    """200 with half of the works, marked as OpenAlex does when its search took too long."""
    WALL = "wall"
    """200 with a web page that takes the client for a robot."""
    BROKEN = "broken"
    """500."""
    GARBAGE = "garbage"
    """200 with bytes that mean nothing."""
    ECHO = "echo"
    """400 that repeats all that the request's headers say."""
    REDIRECT = "redirect"
    """302 to another place on this machine."""
    DEEP = "deep"
    """200 with brackets in brackets, a hundred thousand of them."""
    BOMB = "bomb"
    """200 with a body that unfolds to more than anybody holds."""
    ENTITIES = "entities"
    """200 with XML whose entities unfold without end, and name a file."""
    SLOW = "slow"
    """The right answer, `seconds` late."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A fault and how often it still happens (None: until healed); `seconds` are how late an
    answer is, or what `Retry-After` says."""

    kind: Fault
    times: int | None
    seconds: float


class Faults:
    """The faults of all services, taken request by request."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._trials: dict[str, list[Trial]] = {}

    def add(self, service: str, trial: Trial) -> None:
        with self._lock:
            self._trials.setdefault(service, []).append(trial)

    def heal(self, service: str) -> None:
        with self._lock:
            self._trials.pop(service, None)

    def take(self, service: str) -> Trial | None:
        """The fault that the next request meets; faults set one after the other take turns."""
        with self._lock:
            trials = self._trials.get(service)
            if not trials:
                return None
            trial = trials[0]
            if trial.times is not None:
                if trial.times > 1:
                    trials[0] = replace(trial, times=trial.times - 1)
                else:
                    trials.pop(0)
            return trial
