"""The contract between the resolve stage and a provider: what to ask, how to read.

A provider is a module with these names; nothing registers itself (see `registry.py`).
It does no I/O, knows no threshold and chooses nothing: it returns every work the answer
holds, and the matcher chooses.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol, TypeAlias

from refmatter.model import Answer, Failure, Limits, Lookup, Query, Rung, Work

Reading: TypeAlias = Mapping[str, tuple[Work, ...]]
"""Works by the key of the lookup they answer. A lookup that is missing was answered with
"no such work" and means the same as one with no works."""


class Provider(Protocol):
    """A service, or the bundled catalogue, seen from the resolve stage."""

    @property
    def NAME(self) -> str:  # noqa: N802 - a module's constant
        """As in config.yaml: `semantic_scholar`."""

    @property
    def HOST(self) -> str:  # noqa: N802
        """The default `base_url`: scheme, host, and a path prefix where all paths share it."""

    @property
    def RUNGS(self) -> Mapping[Rung, Sequence[int]]:  # noqa: N802
        """The rungs it can serve, each with how many lookups a request may carry: first what
        is safe, then the sizes it may grow to while the service answers."""

    def headers(self, key: str | None) -> Mapping[str, str]:
        """The headers each request carries; `key` is the user's API key, if there is one."""

    def limits(self, key: str | None, contact: str | None) -> Limits:
        """What the service allows somebody with this key (or none) who gives this address (or
        none), as far as it is known before it answered: `min_interval` and `at_once`."""

    def limits_from_headers(self, headers: Mapping[str, str]) -> Limits:
        """What the headers of an answer (names in lower case) say of the service's limits.
        Never raises for what a service sends."""

    def ask(
        self, rung: Rung, lookups: Sequence[Lookup], size: int | None = None
    ) -> Iterable[Query]:
        """The questions for these lookups, each about as many as `size` (one of those in
        `RUNGS`; the safe one if None) and the service's limits allow.

        A lookup that the rung cannot ask for (no identifier the service knows) is left out.
        On the rungs `citing` and `lists` the lookups are the citing works, and the works of
        the reading are what each cites; on `lists` only their titles count.
        """

    def read(self, query: Query, answer: Answer) -> Reading | Failure:
        """What the answer says, or why it says nothing. Never raises for what a service sends."""

    def keep(self, query: Query, answer: Answer) -> bool:
        """Whether the answer is an answer (not an outage, a wall, a limit) and may be cached."""
