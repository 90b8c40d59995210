"""A built catalogue -> its works as records, for another one to be built from.

A record is called after the catalogue's number of its work. Of several identifiers in one system
the work's own is kept; counts are kept where they are Semantic Scholar's.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from refmatter.catalog import manifest, parquet
from refmatter.catalog.dump import Dump, LicenceTerms
from refmatter.catalog.layout import COUNTED, WORK_COLUMNS, WORKS
from refmatter.dumps.record import DumpRecord
from refmatter.model import Identifiers, Work, WorkKind

NAME = "catalog"
"""The origin that its records carry, the bundled catalogue's too."""

_COLUMNS = tuple(WORK_COLUMNS)


def dumps(folder: Path) -> list[Dump]:
    """The files of a catalogue's works. Raises ConfigError where it is none that can be read."""
    made = manifest.load(folder)
    licences = dict.fromkeys(each.licence for each in made.origins)
    people = dict.fromkeys(each.attribution for each in made.origins)
    terms = LicenceTerms(", ".join(licences), "; ".join(people))
    day = made.counts.released or made.released
    files = [folder / each.path for each in made.files if each.path.startswith(f"{WORKS}/")]
    return [Dump(file, day, partial(_records, file), terms, NAME) for file in files]


def _records(file: Path) -> Iterator[DumpRecord]:
    for values in parquet.rows([file], _COLUMNS):
        said = dict(zip(_COLUMNS, values, strict=True))
        counted = said["counts_from"] in COUNTED
        work = Work(
            title=said["title"],
            authors=tuple(said["authors"]) if said["authors"] else None,
            year=said["year"],
            venue=said["venue"],
            other_venues=tuple(said["other_venues"] or ()),
            citation_count=said["citation_count"] if counted else None,
            reference_count=said["reference_count"] if counted else None,
            fields_of_study=tuple(said["fields_of_study"]) if said["fields_of_study"] else None,
            identifiers=Identifiers(
                s2=said["s2"], doi=said["doi"], arxiv=said["arxiv"], acl=said["acl"],
                openalex=said["openalex"], dblp=said["dblp"],
            ),
            preprint=said["preprint"],
            retracted=said["retracted"],
            kind=WorkKind(said["kind"]) if said["kind"] else None,
        )  # fmt: skip
        corpus = int(said["corpus"]) if said["corpus"] else None
        yield DumpRecord(NAME, str(said["work"]), work, corpus=corpus)
