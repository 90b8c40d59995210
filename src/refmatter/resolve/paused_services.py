"""Come back to services that paused during a run, for what they left open."""

from __future__ import annotations

from collections.abc import Mapping

from refmatter.model import Failure, LookupKey, Rung, Trouble
from refmatter.resolve.context import ResolveContext
from refmatter.resolve.lookup_state import LookupState

MAX_WAIT = 75.0
"""Seconds that a run waits in all for services that paused, once nothing else is left to do."""
MAX_RETURNS = 3
"""How often a run comes back, also where it does not have to wait."""

_PASSING = frozenset({Trouble.UNREACHABLE, Trouble.REFUSED, Trouble.BROKEN})
"""The failures that the end of a pause may end; the others are the query's or the budget's."""


class PausedServices:
    """The services that paused during a run, and what they could not be asked."""

    def __init__(self, context: ResolveContext, states: Mapping[LookupKey, LookupState]) -> None:
        self._context = context
        self._states = states
        self._waited = 0.0
        self._returns = 0
        self._former: dict[LookupKey, tuple[Failure, ...]] = {}
        self._unasked: set[tuple[LookupKey, Failure]] = set()

    def resume(self) -> bool:
        """Wait for the service whose pause ends first, if it left something open and time is left;
        return whether the ladder is to be climbed again."""
        self._restore()
        failed = {
            failure.provider
            for key, state in self._states.items()
            for failure in state.failures
            if _may_pass(state, failure) and (key, failure) not in self._unasked
        }
        pauses = {n: left for n, left in self._context.pauses().items() if n in failed}
        soonest = min(pauses.values(), default=MAX_WAIT)
        self._waited += soonest
        self._returns += 1
        if not pauses or self._waited > MAX_WAIT or self._returns > MAX_RETURNS:
            return False
        resumed = frozenset(name for name, left in pauses.items() if left <= soonest)
        if not self._context.wait_out(min(resumed)):
            return False
        self._forget_failures(resumed)
        return True

    def _forget_failures(self, resumed: frozenset[str]) -> None:
        """Take the failures of these services from the lookups, until it is known which of them
        were answered."""
        for key, state in self._states.items():
            if former := state.forget_failures(resumed):
                self._former[key] = former
                if any(failure.rung is Rung.SAME_TITLE_SEARCH for failure in former):
                    state.unproven = False
                    state.decide()

    def _restore(self) -> None:
        """Give the lookups back the failures of queries that were not answered since. Those that
        were not even sent again are no reason to come back once more."""
        for key, former in self._former.items():
            state = self._states[key]
            failed = {(f.provider, f.rung) for f in state.failures}
            answered = {(q.provider, q.rung) for q in state.queries}
            for failure in former:
                if (failure.provider, failure.rung) not in failed | answered:
                    state.fail(failure)
                    self._unasked.add((key, failure))
        self._former.clear()


def _may_pass(state: LookupState, failure: Failure) -> bool:
    """Whether a later query may be answered, and the lookup still needs the answer."""
    needed = not state.is_settled or state.lacks() or failure.rung is Rung.IDENTIFIER
    return failure.trouble in _PASSING and bool(needed)
