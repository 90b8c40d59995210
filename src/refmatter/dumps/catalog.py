"""Read refmatter's bundled catalogue, or a file of the same format.

`providers/bundled_catalog.py` describes the format: a header, then a row for each work.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace
from pydantic import ValidationError

from refmatter import titles
from refmatter.dumps.base import Entry
from refmatter.dumps.decompress import DumpFile
from refmatter.dumps.filters import entry_of_work
from refmatter.dumps.json_stream import first_object_keys, split_records
from refmatter.dumps.record import BadRecord
from refmatter.providers.bundled_catalog import Header, Row, row_of

NAME = "catalog"
LICENCE = "ODC-BY 1.0, CC BY 4.0 and CC0 1.0"
ATTRIBUTION = (
    "refmatter's catalogue, from Semantic Scholar, https://www.semanticscholar.org/ (ODC-BY 1.0), "
    "DBLP, https://dblp.org/ (CC0 1.0), and the ACL Anthology, https://aclanthology.org/ "
    "(CC BY 4.0)"
)


def recognises(head: bytes) -> bool:
    """Whether the first line is the header of such a catalogue, of any version."""
    return {"name", "schema_version", "columns"} <= first_object_keys(head) and b"refmatter" in head


def read_entries(file: DumpFile) -> Iterator[Entry]:
    """Yield the works of a file.

    At the end, yields a BadRecord if their number differs from the header's.
    """
    lines = split_records(file)
    first = next(lines)
    try:
        header = Header.model_validate_json(b"" if isinstance(first, BadRecord) else first.data)
    except ValidationError:
        yield BadRecord(file.path, 1, "it is not the header of a catalogue that this version reads")
        return
    if header.columns != Row._fields:
        yield BadRecord(file.path, 1, "its columns are not those that this version reads")
        return
    count = 0
    for line in lines:
        count += 1
        if isinstance(line, BadRecord):
            yield line
            continue
        try:
            row = row_of(line.data)
        except ValidationError:
            yield BadRecord(file.path, line.line, "it is not a row of a catalogue")
        else:
            yield _row_entry(row)
    if count != header.count:
        yield BadRecord(
            file.path, None, f"its header says {header.count} works, but it has {count}"
        )


def _row_entry(row: Row) -> Entry:
    """Return the entry of a row, with its LaTeX converted to plain text."""
    title = titles.readable(row.title)
    if not title:
        return entry_of_work(NAME, "", None)
    work = replace(
        row.work,
        title=title,
        authors=tuple(filter(None, map(titles.readable, row.authors))) or None,
        venue=titles.readable(row.venue or ""),
    )
    return entry_of_work(NAME, row.s2, work)
