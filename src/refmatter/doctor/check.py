"""One thing that was looked at: how it is, and the way out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How a thing is. Only a problem keeps a run from doing its work."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Check:
    """`what` was looked at, and `told` is what was seen; `way_out` says what to do about it."""

    what: str
    state: State
    told: str
    way_out: str = ""


def ok(what: str, told: str, way_out: str = "") -> Check:
    """All is well."""
    return Check(what, State.OK, told, way_out)


def warning(what: str, told: str, way_out: str = "") -> Check:
    """Runs do their work, but something could be better."""
    return Check(what, State.WARNING, told, way_out)


def problem(what: str, told: str, way_out: str = "") -> Check:
    """A run cannot do its work, or not all of it."""
    return Check(what, State.PROBLEM, told, way_out)
