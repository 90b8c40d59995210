"""A built catalogue -> works by title key and by identifier, without any engine.

`providers.catalog.Catalog` has the same methods: whoever asks need not know which of them it is.
Nothing is written, and nothing is locked: any number of processes read one file at once.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NoReturn

from refmatter.catalog.manifest import CatalogManifest, load
from refmatter.errors import ConfigError
from refmatter.fields import Field
from refmatter.model import Identifiers, Work, WorkKind

APPLICATION = 0x72666D63
"""`rfmc`, by which SQLite's header tells whose file it is."""
FORM = 2
"""The version of its tables."""
SEPARATOR = "\n"
"""Between the parts of a list: no name has a new line in it."""

COLUMNS = (
    "work", "title_key", "title", "authors", "year", "venue", "other_venues", "citation_count",
    "reference_count", "fields_of_study", "preprint", "retracted", "kind", "s2", "doi", "arxiv",
    "acl", "openalex", "dblp", "corpus", "counted_on", "title_from", "authors_from", "year_from",
    "venue_from", "counts_from", "fields_from",
)  # fmt: skip
"""The columns of its works, each as in `layout.WORK_COLUMNS`; lists are text."""
LISTED = ("authors", "other_venues", "fields_of_study")

_READ = ", ".join(f"w.{each}" for each in COLUMNS[2:19])
_FROM = ", ".join(f"w.{each}" for each in COLUMNS[-6:])
_BY_KEY = (
    f"SELECT {_READ} FROM works w WHERE w.title_key = ?1 "
    f"UNION ALL SELECT {_READ} FROM keys k JOIN works w ON k.work = w.work WHERE k.title_key = ?1"
)
_BY_ID = (
    f"SELECT {_READ} FROM ids i JOIN works w ON i.work = w.work WHERE i.scheme = ? AND i.id = ?"
)
_FROM_ID = (
    f"SELECT {_FROM} FROM ids i JOIN works w ON i.work = w.work WHERE i.scheme = ? AND i.id = ?"
)
_PREFIX = f"SELECT {_READ} FROM works w WHERE w.title_key >= ? AND w.title_key < ? LIMIT ?"
_MATCHING = (
    f"SELECT {_READ} FROM titles t JOIN works w ON t.rowid = w.n WHERE titles MATCH ? LIMIT ?"
)

_TOLD: Mapping[Field, int] = MappingProxyType(
    {
        Field.TITLE: 0,
        Field.AUTHORS: 1,
        Field.YEAR: 2,
        Field.VENUE: 3,
        Field.CITATION_COUNT: 4,
        Field.REFERENCE_COUNT: 4,
        Field.FIELDS_OF_STUDY: 5,
    }
)


class CatalogDatabase:
    """A catalogue's works. Where several have one title, each of them is an answer."""

    def __init__(
        self, folder: Path, manifest: CatalogManifest, connection: sqlite3.Connection
    ) -> None:
        self.manifest = manifest
        self._folder = folder
        self._connection = connection

    @property
    def date(self) -> str:
        """The day that its counts are of, ISO; where it has none, that of its newest origin."""
        return self.manifest.counts.released or self.manifest.released

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def by_title(self, title_key: str) -> tuple[Work, ...]:
        """The works that have a title of this key (`titles.title_key`), if an older or a shorter
        one. Raises ConfigError where the file is damaged."""
        return self._works(_BY_KEY, (title_key,)) if title_key else ()

    def by_identifiers(self, identifiers: Identifiers) -> tuple[Work, ...]:
        """The works that these identifiers name: at most one, unless they disagree.
        Raises ConfigError where the file is damaged."""
        found: dict[Work, None] = {}
        for named in identifiers:
            found |= dict.fromkeys(self._works(_BY_ID, named))
        return tuple(found)

    def by_prefix(self, title_key: str, most: int) -> tuple[Work, ...]:
        """So many of the works whose key begins like this, in the keys' order."""
        return self._works(_PREFIX, (title_key, f"{title_key}\U0010ffff", most))

    def by_words(self, words: list[str], most: int) -> tuple[Work, ...] | None:
        """So many of the works that have all these words in their titles; None where the file has
        no index of words, or this Python cannot read one."""
        asked = " AND ".join(f'"{each}"' for each in words)
        try:
            rows = self._connection.execute(_MATCHING, (asked, most)).fetchall()
        except sqlite3.OperationalError:
            return None
        except sqlite3.Error as error:
            _damaged(self._folder, str(error), error)
        return tuple(map(_work, rows))

    def origins(self, identifiers: Identifiers) -> Mapping[Field, str]:
        """Whose value each field of a work is, by one of its identifiers; empty where it is not
        known."""
        for named in identifiers:
            for row in self._rows(_FROM_ID, named):
                return {name: row[index] for name, index in _TOLD.items() if row[index]}
        return {}

    def _works(self, sql: str, given: tuple[Any, ...]) -> tuple[Work, ...]:
        return tuple(map(_work, self._rows(sql, given)))

    def _rows(self, sql: str, given: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        try:
            return self._connection.execute(sql, given).fetchall()
        except sqlite3.Error as error:
            _damaged(self._folder, str(error), error)


def _work(row: tuple[Any, ...]) -> Work:
    authors, others, fields = row[1], row[4], row[7]
    return Work(
        row[0],
        tuple(authors.split(SEPARATOR)) if authors else None,
        row[2],
        row[3],
        tuple(others.split(SEPARATOR)) if others else (),
        row[5],
        row[6],
        tuple(fields.split(SEPARATOR)) if fields else None,
        Identifiers(row[11], row[12], row[13], row[14], row[15], row[16]),
        None if row[8] is None else bool(row[8]),
        None if row[9] is None else bool(row[9]),
        WorkKind(row[10]) if row[10] else None,
    )


def open_shelf(folder: Path) -> CatalogDatabase:
    """The catalogue in this folder, for look-ups.

    Raises ConfigError where the folder is none, where it was made by another rule or in another
    format, where its file for look-ups is missing, truncated or another program's.
    """
    manifest = load(folder)
    if manifest.lookup is None:
        raise ConfigError(
            f"{folder}: was built with `--no-lookup`, so nothing can be looked up in it; build "
            "it again without that"
        )
    file = folder / manifest.lookup.path
    try:
        size = file.stat().st_size
    except OSError as error:
        _damaged(folder, f"{file.name}: {error.strerror or error}", error)
    if size != manifest.lookup.size:
        _damaged(folder, f"{file.name} has {size:,} bytes, not {manifest.lookup.size:,}")
    try:
        connection = sqlite3.connect(
            f"{file.absolute().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
        )
        connection.execute("PRAGMA trusted_schema = off")
        connection.execute("PRAGMA mmap_size = 1073741824")
        told = [connection.execute(f"PRAGMA {each}").fetchone()[0]
                for each in ("application_id", "user_version")]  # fmt: skip
    except sqlite3.Error as error:
        _damaged(folder, f"{file.name}: {error}", error)
    if told != [APPLICATION, FORM]:
        connection.close()
        _damaged(folder, f"{file.name} is not a catalogue's")
    return CatalogDatabase(folder, manifest, connection)


def _damaged(folder: Path, why: str, error: Exception | None = None) -> NoReturn:
    raise ConfigError(
        f"{folder}: this catalogue is damaged: {why}; build it anew, or copy it again whole"
    ) from error
