"""Dumps that a test writes by hand, and catalogues built of them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from refmatter.catalog.build import BuildOptions, build_catalog
from refmatter.catalog.database import CatalogDatabase, open_catalog
from refmatter.catalog.duck import DuckEngine
from refmatter.catalog.dump import Dump, LicenceTerms, StagedFile
from refmatter.catalog.engine import EngineOpener
from refmatter.catalog.manifest import CatalogManifest
from refmatter.catalog.progress_text import SilentBuild
from refmatter.dumps.base import Entry
from refmatter.dumps.record import DumpRecord
from refmatter.model import Identifiers, Work

MEMORY = 256 * 2**20


def record(  # noqa: PLR0913 - what a record is made of
    key: str,
    title: str = "A study of the things that are",
    *,
    origin: str = "dblp",
    authors: tuple[str, ...] | None = ("Ada Lovelace", "Bob Helper"),
    year: int | None = 2019,
    titles: tuple[str, ...] = (),
    corpus: int | None = None,
    **more: object,
) -> DumpRecord:
    """A record; what is no field of a work is one of its identifiers."""
    schemes = {"s2", "doi", "arxiv", "acl", "openalex", "dblp"}
    named = {name: more.pop(name) for name in tuple(more) if name in schemes}
    identifiers = Identifiers(**named)  # type: ignore[arg-type]  # a test's own words
    work = Work(title, authors, year, identifiers=identifiers, **more)  # type: ignore[arg-type]  # as above
    return DumpRecord(origin, key, work, titles, corpus)


def dump(path: Path, entries: Iterable[Entry], released: str = "2026-06-01") -> Dump:
    """A file that a reader of the test's own reads: its content is what it holds, in words."""
    held = list(entries)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{released}\n" + "\n".join(map(repr, held)))
    origin = next((entry.origin for entry in held if isinstance(entry, DumpRecord)), "")
    terms = LicenceTerms("CC0 1.0", f"the people of {origin}")
    return Dump(path, released, lambda: iter(held), terms, origin)


def duck(folder: Path) -> DuckEngine:
    return DuckEngine(folder, MEMORY, 1)


def built(
    folder: Path, *dumps: Dump, options: BuildOptions | None = None, engine: EngineOpener = duck
) -> tuple[CatalogManifest, list[StagedFile]]:
    return build_catalog(folder, dumps, engine, SilentBuild(), options or BuildOptions())


def by_origin(folder: Path, records: Iterable[DumpRecord]) -> list[Dump]:
    """The records in a file for each origin, as they come."""
    held: dict[str, list[DumpRecord]] = {}
    for item in records:
        held.setdefault(item.origin, []).append(item)
    return [dump(folder / f"{name}.dump", items) for name, items in held.items()]


@contextlib.contextmanager
def shelf_of(tmp_path: Path, *records: DumpRecord) -> Iterator[CatalogDatabase]:
    """A catalogue of these records, opened."""
    built(tmp_path / "catalog", *by_origin(tmp_path / "dumps", records))
    with contextlib.closing(open_catalog(tmp_path / "catalog")) as database:
        yield database
