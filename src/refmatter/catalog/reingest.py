"""Read the works of a built catalogue as records, to build another one from them.

The key of a record is the number of its work. Of several identifiers in one scheme, the main one is
used; counts are used if they are Semantic Scholar's.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from refmatter.catalog import parquet
from refmatter.catalog.dump import Dump, LicenceTerms
from refmatter.catalog.layout import COUNT_ORIGINS, WORK_COLUMNS, WORKS
from refmatter.catalog.manifest import load_manifest
from refmatter.dumps.record import DumpRecord
from refmatter.model import Identifiers, Work, WorkKind

ORIGIN = "catalog"
"""The origin of these records, and of those of the bundled catalogue."""

_COLUMNS = tuple(WORK_COLUMNS)


def catalog_dumps(folder: Path) -> list[Dump]:
    """Return the files of a catalogue's works as dumps. Raises ConfigError if it cannot be read."""
    manifest = load_manifest(folder)
    licences = dict.fromkeys(source.licence for source in manifest.origins)
    people = dict.fromkeys(source.attribution for source in manifest.origins)
    terms = LicenceTerms(", ".join(licences), "; ".join(people))
    day = manifest.counts.released or manifest.released
    files = [
        folder / listed_file.path
        for listed_file in manifest.files
        if listed_file.path.startswith(f"{WORKS}/")
    ]
    return [Dump(file, day, partial(_work_records, file), terms, ORIGIN) for file in files]


def _work_records(file: Path) -> Iterator[DumpRecord]:
    """Yield the works of a Parquet file as records."""
    for values in parquet.read_rows([file], _COLUMNS):
        row = dict(zip(_COLUMNS, values, strict=True))
        counted = row["counts_from"] in COUNT_ORIGINS
        work = Work(
            title=row["title"],
            authors=tuple(row["authors"]) if row["authors"] else None,
            year=row["year"],
            venue=row["venue"],
            other_venues=tuple(row["other_venues"] or ()),
            citation_count=row["citation_count"] if counted else None,
            reference_count=row["reference_count"] if counted else None,
            fields_of_study=tuple(row["fields_of_study"]) if row["fields_of_study"] else None,
            identifiers=Identifiers(
                s2=row["s2"], doi=row["doi"], arxiv=row["arxiv"], acl=row["acl"],
                openalex=row["openalex"], dblp=row["dblp"],
            ),
            preprint=row["preprint"],
            retracted=row["retracted"],
            kind=WorkKind(row["kind"]) if row["kind"] else None,
        )  # fmt: skip
        corpus_id = int(row["corpus"]) if row["corpus"] else None
        yield DumpRecord(ORIGIN, str(row["work"]), work, corpus_id=corpus_id)
