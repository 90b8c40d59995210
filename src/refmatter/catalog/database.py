"""Look up works in a built catalogue, by title key and by identifier, without an engine.

The bundled catalogue has the same methods (`combined.OpenCatalogue`). The file is opened read-only
and without locks: any number of processes can read it at once.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NoReturn

from refmatter.catalog.manifest import CatalogManifest, load_manifest
from refmatter.errors import ConfigError
from refmatter.fields import Field
from refmatter.model import Identifiers, Work, WorkKind

APPLICATION_ID = 0x72666D63
"""`rfmc`: identifies the program that made the file, in SQLite's header."""
SCHEMA_VERSION = 2
"""The version of the tables."""
LIST_SEPARATOR = "\n"
"""Separates the parts of a list: no name contains a new line."""

LOOKUP_COLUMNS = (
    "work", "title_key", "title", "authors", "year", "venue", "other_venues", "citation_count",
    "reference_count", "fields_of_study", "preprint", "retracted", "kind", "s2", "doi", "arxiv",
    "acl", "openalex", "dblp", "corpus", "counted_on", "title_from", "authors_from", "year_from",
    "venue_from", "counts_from", "fields_from",
)  # fmt: skip
"""The columns of the works, each as in `layout.WORK_COLUMNS`; lists are joined to texts."""
LIST_COLUMNS = ("authors", "other_venues", "fields_of_study")

_SELECT_WORK = "SELECT " + ", ".join(f"w.{column}" for column in LOOKUP_COLUMNS[2:19])
_SELECT_ORIGINS = "SELECT " + ", ".join(f"w.{column}" for column in LOOKUP_COLUMNS[-6:])
_WITH_ID = "FROM ids i JOIN works w ON i.work = w.work WHERE i.scheme = ? AND i.id = ?"
_BY_KEY_SQL = (
    f"{_SELECT_WORK} FROM works w WHERE w.title_key = ?1 UNION ALL "
    f"{_SELECT_WORK} FROM keys k JOIN works w ON k.work = w.work WHERE k.title_key = ?1"
)
_BY_ID_SQL = f"{_SELECT_WORK} {_WITH_ID}"
_ORIGINS_BY_ID_SQL = f"{_SELECT_ORIGINS} {_WITH_ID}"
_BY_PREFIX_SQL = f"{_SELECT_WORK} FROM works w WHERE w.title_key >= ? AND w.title_key < ? LIMIT ?"
_BY_WORDS_SQL = (
    f"{_SELECT_WORK} FROM titles t JOIN works w ON t.rowid = w.n WHERE titles MATCH ? LIMIT ?"
)

_ORIGIN_COLUMN: Mapping[Field, int] = MappingProxyType(
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
    """An open catalogue. Several works may have the same title."""

    def __init__(
        self, folder: Path, manifest: CatalogManifest, connection: sqlite3.Connection
    ) -> None:
        self.manifest = manifest
        self._folder = folder
        self._connection = connection

    @property
    def date(self) -> str:
        """The day of the counts, ISO; without counts, that of the newest origin."""
        return self.manifest.counts.released or self.manifest.released

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def by_title(self, title_key: str) -> tuple[Work, ...]:
        """Return the works that have a title with this key, also an older or a shorter title.

        Raises ConfigError if the file is damaged.
        """
        return self._works(_BY_KEY_SQL, (title_key,)) if title_key else ()

    def by_identifiers(self, identifiers: Identifiers) -> tuple[Work, ...]:
        """Return the works with one of these identifiers.

        It is at most one, unless they contradict each other. Raises ConfigError if the file is
        damaged.
        """
        works: dict[Work, None] = {}
        for identifier in identifiers:
            works |= dict.fromkeys(self._works(_BY_ID_SQL, identifier))
        return tuple(works)

    def by_prefix(self, title_key: str, limit: int) -> tuple[Work, ...]:
        """Return at most `limit` works whose title key begins with this text, sorted by key."""
        return self._works(_BY_PREFIX_SQL, (title_key, f"{title_key}\U0010ffff", limit))

    def by_words(self, words: list[str], limit: int) -> tuple[Work, ...] | None:
        """Return at most `limit` works with all these words in their titles.

        None if the file has no word index, or this Python's SQLite cannot read it.
        """
        query = " AND ".join(f'"{word}"' for word in words)
        try:
            rows = self._connection.execute(_BY_WORDS_SQL, (query, limit)).fetchall()
        except sqlite3.OperationalError:
            return None
        except sqlite3.Error as error:
            _raise_damaged(self._folder, str(error), error)
        return tuple(map(_work_from_row, rows))

    def field_origins(self, identifiers: Identifiers) -> Mapping[Field, str]:
        """Return the origin of each field's value, for the work with one of these identifiers.

        Empty if the work is unknown.
        """
        for identifier in identifiers:
            for row in self._rows(_ORIGINS_BY_ID_SQL, identifier):
                return {name: row[index] for name, index in _ORIGIN_COLUMN.items() if row[index]}
        return {}

    def _works(self, sql: str, parameters: tuple[Any, ...]) -> tuple[Work, ...]:
        """Return the works that a query selects."""
        return tuple(map(_work_from_row, self._rows(sql, parameters)))

    def _rows(self, sql: str, parameters: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        """Return the rows of a query. Raises ConfigError if the file is damaged."""
        try:
            return self._connection.execute(sql, parameters).fetchall()
        except sqlite3.Error as error:
            _raise_damaged(self._folder, str(error), error)


def _work_from_row(row: tuple[Any, ...]) -> Work:
    """Return the work of a row with the columns from `title` to `dblp`."""
    authors, others, fields = row[1], row[4], row[7]
    return Work(
        row[0],
        tuple(authors.split(LIST_SEPARATOR)) if authors else None,
        row[2],
        row[3],
        tuple(others.split(LIST_SEPARATOR)) if others else (),
        row[5],
        row[6],
        tuple(fields.split(LIST_SEPARATOR)) if fields else None,
        Identifiers(row[11], row[12], row[13], row[14], row[15], row[16]),
        None if row[8] is None else bool(row[8]),
        None if row[9] is None else bool(row[9]),
        WorkKind(row[10]) if row[10] else None,
    )


def open_catalog(folder: Path) -> CatalogDatabase:
    """Open the catalogue in this folder for look-ups.

    Raises ConfigError if it is not a catalogue of this format and key rule, or if its file for
    look-ups is missing, truncated or not one.
    """
    manifest = load_manifest(folder)
    if manifest.lookup is None:
        raise ConfigError(
            f"{folder}: was built with `--no-lookup`, so look-ups are not possible; build it "
            "again without that option"
        )
    file = folder / manifest.lookup.path
    try:
        size = file.stat().st_size
    except OSError as error:
        _raise_damaged(folder, f"{file.name}: {error.strerror or error}", error)
    if size != manifest.lookup.size:
        _raise_damaged(folder, f"{file.name} has {size:,} bytes, not {manifest.lookup.size:,}")
    try:
        connection = sqlite3.connect(
            f"{file.absolute().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
        )
        connection.execute("PRAGMA trusted_schema = off")
        connection.execute("PRAGMA mmap_size = 1073741824")
        pragmas = [connection.execute(f"PRAGMA {pragma}").fetchone()[0]
                for pragma in ("application_id", "user_version")]  # fmt: skip
    except sqlite3.Error as error:
        _raise_damaged(folder, f"{file.name}: {error}", error)
    if pragmas != [APPLICATION_ID, SCHEMA_VERSION]:
        connection.close()
        _raise_damaged(folder, f"{file.name} is not the file of a catalogue")
    return CatalogDatabase(folder, manifest, connection)


def _raise_damaged(folder: Path, why: str, error: Exception | None = None) -> NoReturn:
    """Raise a ConfigError that says that the catalogue is damaged, and why."""
    raise ConfigError(
        f"{folder}: this catalogue is damaged: {why}; rebuild it, or copy it again"
    ) from error
