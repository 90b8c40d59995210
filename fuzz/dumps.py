"""Bytes as a dump of any kind -> what its reader makes of them."""

from __future__ import annotations

import tempfile
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from fuzz.services import JSON_WORDS
from refmatter.dumps.decompress import open_dump
from refmatter.dumps.detect import read_entries
from refmatter.dumps.record import DumpRecord
from refmatter.errors import ConfigError

WORDS = (
    *JSON_WORDS, "<dblp>", "</article>", "<!DOCTYPE dblp [", "<!ENTITY a 'b'>", "&a;", "&#0;",
    "<paper>", "</paper>", "<meta>", "@article{", "@string{", "crossref", "PAR1", "ustar", "items",
)  # fmt: skip
"""What JSON, XML and BibTeX give a meaning to, and the marks of other files."""

_UNSHOWN = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Control characters, halves of characters, and what ends a line or a paragraph."""
_SAMPLES = Path(__file__).parents[1] / "tests" / "dumps" / "samples"


def check(data: bytes) -> None:
    """A reader raises nothing, and its records have readable titles, and keys."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "dump"
        path.write_bytes(data)
        try:
            with open_dump(path) as file:
                found_entries = list(read_entries(file))
        except ConfigError:
            return  # nobody knows what it is
    for entry in found_entries:
        if isinstance(entry, DumpRecord):
            assert entry.key
            assert entry.work.title
            # Letters that this Python's Unicode does not know yet are letters all the same.
            assert _UNSHOWN.isdisjoint(map(unicodedata.category, entry.work.title))


def corpus() -> Iterator[bytes]:
    """The tests' samples."""
    for path in sorted(_SAMPLES.rglob("*.*")):
        yield path.read_bytes()
