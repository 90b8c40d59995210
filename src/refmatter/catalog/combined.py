"""Catalogues, one beside the other -> the works that a lookup may mean, each with its day.

Where two catalogues have one work, the first one's record of it counts: two records of one
provider would be taken for two works.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from refmatter.model import Identifiers, Work
from refmatter.titles import family, title_key


class Catalogue(Protocol):
    """A catalogue: the bundled one, or a built one."""

    @property
    def date(self) -> str:
        """The day its values are of, ISO."""

    def by_title(self, title_key: str) -> tuple[Work, ...]:
        """The works of that title."""

    def by_identifiers(self, identifiers: Identifiers) -> tuple[Work, ...]:
        """The works of that name."""


class CombinedCatalog:
    """Catalogues, the first of them the one that counts most; each is opened when it is first
    asked, and gives itself again after that. `origins` names whose data they have."""

    def __init__(
        self, catalogues: Sequence[Callable[[], Catalogue]], origins: Iterable[str] = ()
    ) -> None:
        self._catalogues = tuple(catalogues)
        self.origins = frozenset(origins)

    def works_of(self, identifiers: Identifiers, title_key: str) -> list[tuple[Work, str]]:
        """The works of that name and those of that title, each with its day (ISO).

        Raises ConfigError where a catalogue is damaged.
        """
        found: list[tuple[Work, str]] = []
        for opened in self._catalogues:
            each = opened()
            named = each.by_identifiers(identifiers) if identifiers else ()
            works = dict.fromkeys((*named, *each.by_title(title_key)))
            known = [work for work, _ in found]
            fresh = [work for work in works if not any(_same(work, other) for other in known)]
            found += [(work, each.date) for work in fresh]
        return found


def _same(one: Work, other: Work) -> bool:
    """Whether two catalogues have one work: an identifier is the same, or title, first author and
    year are, give or take two, and none of its identifiers is another one."""
    if one.identifiers.agrees(other.identifiers):
        return True
    if not (one.authors and other.authors and one.year and other.year):
        return False
    return (
        title_key(one.title) == title_key(other.title)
        and family(one.authors[0]) == family(other.authors[0])
        and abs(one.year - other.year) <= 2
    )
