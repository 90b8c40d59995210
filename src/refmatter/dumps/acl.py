"""Read the ACL Anthology's XML, one file for each collection.

Year and venue are those of the volume, whose metadata precedes its papers. In files of before 2020
the one volume has no metadata, and each paper has its own year and venue.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias, cast

# What declares anything is refused before the parser sees it, see read.
from xml.etree import ElementTree as ET

from refmatter import titles
from refmatter.dumps.base import Entry
from refmatter.dumps.decompress import DumpFile
from refmatter.dumps.filters import FRONT_OR_BACK_MATTER, entry_of_work
from refmatter.dumps.record import BadRecord, SkippedRecord
from refmatter.model import Identifiers, Work, WorkKind
from refmatter.notes.note_identifiers import identify
from refmatter.providers.bare_identifiers import bare_doi

NAME = "acl"
LICENCE = "CC BY 4.0"
ATTRIBUTION = (
    "ACL Anthology, https://aclanthology.org/ (CC BY 4.0, "
    "https://creativecommons.org/licenses/by/4.0/); titles, names and venues, no abstracts"
)

_ROOT_ELEMENT = re.compile(
    rb"(?>\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^<>\[]*+(?:\[.*?\]\s*)?>)*+"
    rb"<(?:collection|volume)\s[^<>]*\bid\s*=",
    re.DOTALL,
)
_YEAR = re.compile(r"[1-9][0-9]{3}")
_REMOVED = SkippedRecord("a paper that the Anthology removed")
_CHUNK_BYTES = 2**16
_MAX_GAP_BYTES = 2**20
"""The most bytes between the ends of two papers: parsed, they take a hundred times as many."""
_Parser: TypeAlias = "ET.XMLPullParser[ET.Element]"
_COMPLETE_TAGS = frozenset({"paper", "frontmatter", "meta"})


@dataclass(slots=True)
class _Volume:
    """The volume of the papers that follow: its ids, name, series and year."""

    collection: str = ""
    number: str = ""
    name: str = ""
    series: tuple[str, ...] = ()
    year: str = ""

    def start(self, element: ET.Element) -> None:
        """Reset for a new collection or volume; old files have a volume without a collection."""
        identifier = element.get("id", "")
        if element.tag == "collection" or not self.collection:
            self.collection = identifier
        else:
            self.number = identifier
        self.name = self.year = ""
        self.series = ()

    def set_metadata(self, meta: ET.Element) -> None:
        """Take name, series and year from a volume's `<meta>`."""
        self.name = _child_text(meta, "journal-title") or _child_text(meta, "booktitle")
        self.series = tuple(filter(None, map(_element_text, meta.findall("venue"))))
        self.year = _child_text(meta, "year")


def recognises(head: bytes) -> bool:
    """Whether the outermost XML element is a collection or volume with an id."""
    return _ROOT_ELEMENT.match(head.removeprefix(b"\xef\xbb\xbf")) is not None


def read_entries(file: DumpFile) -> Iterator[Entry]:
    """Yield the papers of a file; front matter and removed papers are skipped.

    A retracted paper is marked as such. The parser stops at the first XML error, and nothing behind
    it is read.
    """
    root = _ROOT_ELEMENT.match(file.head.removeprefix(b"\xef\xbb\xbf"))
    if root and b"<!DOCTYPE" in root[0]:
        yield BadRecord(file.path, 1, "it declares a document type, unlike the Anthology's files")
        return
    volume, unread = _Volume(), 0
    parser: _Parser = ET.XMLPullParser(("start", "end"))
    try:
        for chunk in iter(lambda: file.stream.read(_CHUNK_BYTES), b""):
            parser.feed(chunk)
            unread += len(chunk)
            for entry in _parsed_entries(parser, volume):
                unread = 0
                yield entry
            if unread > _MAX_GAP_BYTES:
                yield BadRecord(file.path, None, f"no paper ends in {_MAX_GAP_BYTES // 2**20} MB")
                return
        parser.close()
    except ET.ParseError as error:
        yield BadRecord(file.path, error.position[0], str(error).partition(": line")[0])
    except (LookupError, ValueError) as error:  # one that nobody knows, or of several bytes
        yield BadRecord(file.path, 1, f"its encoding cannot be read: {error}")


def _parsed_entries(parser: _Parser, volume: _Volume) -> Iterator[Entry]:
    """Yield the entries of the elements parsed since the last call, and free their memory."""
    for event_and_element in parser.read_events():
        event, element = cast(
            "tuple[str, ET.Element]", event_and_element
        )  # nothing else was asked for
        if event == "start":
            if element.tag in ("collection", "volume"):
                volume.start(element)
            continue
        if element.tag == "meta":
            volume.set_metadata(element)
        elif element.tag == "frontmatter":
            yield FRONT_OR_BACK_MATTER
        elif element.tag == "paper":
            yield _paper_entry(element, volume)
        if element.tag in _COMPLETE_TAGS:
            element.clear()


def _paper_entry(paper: ET.Element, volume: _Volume) -> Entry:
    """Return the entry of a `<paper>`."""
    if paper.find("removed") is not None:
        return _REMOVED
    number = paper.get("id", "")
    identifiers = _identifiers(paper, _anthology_id(volume, number))
    if not volume.number and number.endswith("00" if volume.collection[:1] == "W" else "000"):
        return FRONT_OR_BACK_MATTER
    year = _child_text(paper, "year") or volume.year
    venue = volume.name or _child_text(paper, "booktitle")
    title = _child_text(paper, "title")
    work = Work(
        title=title,
        authors=tuple(filter(None, map(_author_name, paper.findall("author")))) or None,
        year=int(year) if _YEAR.fullmatch(year) else None,
        venue=venue or None,
        other_venues=tuple(name for name in dict.fromkeys(volume.series) if name != venue),
        identifiers=identifiers,
        preprint=False,
        kind=WorkKind.ARTICLE,
        retracted=True if paper.find("retracted") is not None else None,
    )
    return entry_of_work(NAME, identifiers.acl or "", work if title else None)


def _identifiers(paper: ET.Element, built_id: str) -> Identifiers:
    """Return the Anthology id and the DOI of a paper.

    The id is that of its `<url>`, or else `built_id`, which is made from its numbers.
    """
    url = _child_text(paper, "url")
    named_by_url = identify(url if "/" in url else f"acl:{url or built_id}")
    named_by_url = named_by_url if named_by_url.acl else identify(f"acl:{built_id}")
    doi = bare_doi(_child_text(paper, "doi"))
    return Identifiers(acl=named_by_url.acl).or_else(
        identify(f"doi:{doi}") if doi else Identifiers()
    )


def _anthology_id(volume: _Volume, paper: str) -> str:
    """Return a paper's Anthology id, made from the numbers of collection, volume and paper.

    Since 2020 it is `2022.bea-1.1`, before `P19-1001`: one digit for the volume and three for the
    paper, or two and two in collections with many volumes (aclanthology.org/info/ids).
    """
    if not volume.number:
        return f"{volume.collection}-{paper}"
    if "." in volume.collection or not (volume.number.isdecimal() and paper.isdecimal()):
        return f"{volume.collection}-{volume.number}.{paper}"
    crowded = volume.collection[:1] == "W" or volume.collection == "C69"
    crowded |= volume.collection == "D19" and int(volume.number) >= 5
    if crowded:
        return f"{volume.collection}-{int(volume.number):02d}{int(paper):02d}"
    return f"{volume.collection}-{int(volume.number)}{int(paper):03d}"


def _author_name(author: ET.Element) -> str:
    """Return an author's name, given name first."""
    return f"{_child_text(author, 'first')} {_child_text(author, 'last')}".strip()


def _child_text(element: ET.Element, name: str) -> str:
    """Return the plain text of the first child with this tag, "" if there is none."""
    child = element.find(name)
    return "" if child is None else _element_text(child)


def _element_text(element: ET.Element) -> str:
    """Return the plain text of an element with all its children."""
    return titles.readable("".join(element.itertext()))
