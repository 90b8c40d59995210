"""The contract between the resolve stage and a provider: what to ask, how to read.

A provider is a module with one `INFO` and the functions of `Provider`; `registry.py` lists it, or
an entry point of another package names it. It does no I/O, knows no threshold and chooses nothing:
it returns every work the answer holds, and the matcher chooses.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from refmatter.fields import Field
from refmatter.model import (
    Answer,
    Failure,
    Identifiers,
    Limits,
    Lookup,
    LookupKey,
    Query,
    Rung,
    Work,
)

Reading: TypeAlias = Mapping[LookupKey, tuple[Work, ...]]
"""Works by the key of the lookup they answer. A lookup that is missing was answered with
"no such work" and means the same as one with no works."""


@dataclass(frozen=True, slots=True)
class Discipline:
    """What shows that a service of one discipline, or of one kind of works, may know a work.

    `identifies` tells whether identifiers are those of such a work; `venues` matches the names of
    venues of the discipline (None: they tell nothing).
    """

    identifies: Callable[[Identifiers], bool]
    venues: re.Pattern[str] | None = None


@dataclass(frozen=True, slots=True)
class PartialAnswer(Failure):
    """An answer to some of a query's lookups: `reading` has their works, and `rest` are the
    queries for the others. Each is about fewer lookups, or the last ones of them end."""

    reading: Reading = field(default_factory=dict, compare=False)
    rest: Sequence[Query] = ()


@dataclass(frozen=True, slots=True)
class ProviderInfo:
    """What is known of a service before it is asked.

    `name` stands in config.yaml, the ledger and reports as data; `label` is the name for people.
    Reports that show data of the service credit it with `label`, `homepage` and the `terms` of its
    data.

    `host` is the default `base_url`: scheme, host, and a path prefix if all paths share it.
    `api_key_env` is the environment variable of the user's API key, None for a service
    without keys. `rungs` are the rungs that it can serve, each with the number of lookups in a
    request: first a safe number, then the sizes it may grow to while the service answers. A
    provider that is not `in_default_ladder` is asked only if `ladder` in config.yaml names it.

    `rank` is its place among the providers of a field: the value of the lowest rank is used.
    `added_fields` are the fields whose values are taken from a provider of another package; those
    of the built-in providers stand in `fields.py`. Counts of two services are never mixed in a
    vault, so a provider of counts belongs behind the others or in config.yaml.

    `complete_lists` are the rungs on which its answer to a title has all works of that title, each
    with the number of works from which a list may be cut, None if it never is.
    `is_comprehensive` tells that it knows nearly every work of every field, `forgiving_search`
    that its search for one title finds more than the same words in the same order,
    `reports_retractions` that its records say which works were retracted. `contact_parameter` is
    the parameter that takes the user's e-mail address, None for a service without one.
    `key_benefit` is said to users without a key when the service asks for a pause.

    `discipline` is what the service is for, None if for works of every kind: the default ladder
    asks it only where a note or the vault shows such works.
    """

    name: str
    label: str
    homepage: str
    terms: str
    host: str = ""
    rungs: Mapping[Rung, Sequence[int]] = field(default_factory=dict)
    rank: int = 100
    added_fields: frozenset[Field] = frozenset({Field.AUTHORS, Field.YEAR, Field.VENUE})
    api_key_env: str | None = None
    in_default_ladder: bool = True
    complete_lists: Mapping[Rung, int | None] = field(default_factory=dict)
    is_comprehensive: bool = False
    forgiving_search: bool = False
    reports_retractions: bool = False
    discipline: Discipline | None = None
    contact_parameter: str | None = None
    key_benefit: str = ""


class Provider(Protocol):
    """A service, seen from the resolve stage."""

    @property
    def INFO(self) -> ProviderInfo:  # noqa: N802 - a module's constant
        """Its name, terms, host, rungs and rank."""

    def headers(self, key: str | None) -> Mapping[str, str]:
        """Return the headers of each request; `key` is the user's API key, if there is one."""

    def limits(self, key: str | None, contact: str | None) -> Limits:
        """Return what the service allows with this key (or none) and this address (or none), as
        far as it is known before its first answer: `min_interval` and `at_once`."""

    def limits_from_headers(self, headers: Mapping[str, str]) -> Limits:
        """Return the limits in the headers of an answer (names in lower case). It never raises,
        whatever a service sends."""

    def queries(
        self, rung: Rung, lookups: Sequence[Lookup], size: int | None = None
    ) -> Iterable[Query]:
        """Return the queries for these lookups, each for as many as `size` (one of those in
        `INFO.rungs`; the safe one if None) and the service's limits allow.

        A lookup that the rung cannot ask for (no identifier the service knows) is left out.
        On the rungs `citing_references` and `compare_references` the lookups are the citing works,
        and the works of the reading are what each cites; on `compare_references` only their
        titles count.
        """

    def read(self, query: Query, answer: Answer) -> Reading | Failure:
        """Return the works of an answer, or why it has none, or not all (`PartialAnswer`). It never
        raises, whatever a service sends."""

    def is_cacheable(self, query: Query, answer: Answer) -> bool:
        """Whether an answer may be cached: it is complete, and no outage, robot check or limit."""
