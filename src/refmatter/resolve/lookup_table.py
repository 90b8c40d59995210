"""The lookup states of a run: the active ones in memory, the finished ones made on demand.

A climb rests where the ledger settles it and no note lacks anything of it. It asks nobody and
hears nothing, so it is not kept: whoever wants to know its year or its values has it worked out
from the ledger again. In a vault that is nearly complete these are nearly all.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import PurePosixPath

from msgspec.structs import replace

from refmatter.model import Lookup, LookupKey, Resolution
from refmatter.resolve.lookup_state import LookupState
from refmatter.state.ledger_line import LedgerLine


class LookupTable(Mapping[LookupKey, LookupState]):
    """Climbs by key, in the lookups' order; `awake` are those that do not rest."""

    def __init__(
        self,
        lookups: Iterable[Lookup],
        start: Callable[[Lookup], LookupState],
        is_done: Callable[[LookupState], bool] = lambda _: False,
    ) -> None:
        """`start` begins a climb, the same each time; `is_done` tells whether it rests."""
        self._lookups = {lookup.key: lookup for lookup in lookups}
        self._start = start
        self.active: dict[LookupKey, LookupState] = {}
        for key, lookup in self._lookups.items():
            if not is_done(state := start(lookup)):
                self.active[key] = state

    def __getitem__(self, key: LookupKey) -> LookupState:
        state = self.active.get(key)
        return self._start(self._lookups[key]) if state is None else state

    def __iter__(self) -> Iterator[LookupKey]:
        return iter(self._lookups)

    def __len__(self) -> int:
        return len(self._lookups)

    def about(self, notes: Collection[PurePosixPath]) -> Iterator[Lookup]:
        """Yield the lookups of the works that these notes are about."""
        for lookup in self._lookups.values():
            if any(path in notes for path in lookup.notes):
                yield lookup


class Resolutions(Mapping[LookupKey, Resolution]):
    """What came of climbs, by key."""

    def __init__(self, states: LookupTable, budget: int = 0) -> None:
        """The climbs are over, and those that did not rest are gone; what they came to is kept
        where it is more than the ledger tells. `budget` is what is left of the budget's requests.
        """
        self._states = states
        self.budget = budget
        # What came of a climb takes its place: of a large vault there is no room for both.
        self._changed: dict[LookupKey, Resolution] = {}
        for key in tuple(states.active):
            resolution = states.active.pop(key).resolution()
            if resolution != states[key].resolution():
                self._changed[key] = resolution

    def __getitem__(self, key: LookupKey) -> Resolution:
        resolution = self._changed.get(key)
        return self._states[key].resolution() if resolution is None else resolution

    def __iter__(self) -> Iterator[LookupKey]:
        return iter(self._states)

    def __len__(self) -> int:
        return len(self._states)

    def renew(self, lines: Iterable[LedgerLine]) -> None:
        """Take over what the ledger's renewed lines know of works."""
        for line in lines:
            if line.key in self._states:
                known = self[line.key]
                names = set(line.values)
                if line.key in self._changed:
                    names &= known.values.keys()
                newer = {name: line.values[name] for name in names}
                self._changed[line.key] = replace(
                    known,
                    identifiers=line.identifiers,
                    values={**known.values, **newer},
                    other_venues=line.other_venues,
                    retracted=line.retracted,
                )

    def moved(self) -> Collection[Resolution]:
        """Return the resolutions that differ from the ledger: all that is new is among them."""
        return self._changed.values()
