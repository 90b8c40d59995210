"""Look works up in several catalogues at once.

If two catalogues have the same work, only the first one's record is used: two records of one
provider would be taken for two works.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from refmatter.model import Identifiers, Work
from refmatter.titles import family_key, title_key


class OpenCatalogue(Protocol):
    """A catalogue that is open for look-ups: the bundled one, or a `CatalogDatabase`."""

    @property
    def date(self) -> str:
        """The day of its values, ISO."""

    def by_title(self, title_key: str) -> tuple[Work, ...]:
        """Return the works with this title key."""

    def by_identifiers(self, identifiers: Identifiers) -> tuple[Work, ...]:
        """Return the works with one of these identifiers."""


class CombinedCatalog:
    """Several catalogues, in order of precedence; `origins` names the providers of their data.

    Each catalogue is given by a function that opens it when it is first needed.
    """

    def __init__(
        self, catalogues: Sequence[Callable[[], OpenCatalogue]], origins: Iterable[str] = ()
    ) -> None:
        self._catalogues = tuple(catalogues)
        self.origins = frozenset(origins)

    def find_works(self, identifiers: Identifiers, title_key: str) -> list[tuple[Work, str]]:
        """Return the works with these identifiers or title key, each with its day (ISO).

        Raises ConfigError if a catalogue is damaged.
        """
        dated_works: list[tuple[Work, str]] = []
        for open_catalogue in self._catalogues:
            catalogue = open_catalogue()
            identified = catalogue.by_identifiers(identifiers) if identifiers else ()
            works = dict.fromkeys((*identified, *catalogue.by_title(title_key)))
            known_works = [work for work, _ in dated_works]
            new_works = [
                work
                for work in works
                if not any(_is_same_work(work, other) for other in known_works)
            ]
            dated_works += [(work, catalogue.date) for work in new_works]
        return dated_works


def _is_same_work(first: Work, second: Work) -> bool:
    """Whether records of two catalogues describe one work.

    They share an identifier, or title, first author and year (give or take two) are equal.
    """
    if first.identifiers.agrees(second.identifiers):
        return True
    if not (first.authors and second.authors and first.year and second.year):
        return False
    return (
        title_key(first.title) == title_key(second.title)
        and family_key(first.authors[0]) == family_key(second.authors[0])
        and abs(first.year - second.year) <= 2
    )
