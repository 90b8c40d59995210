"""The ACL Anthology's XML, a file a collection -> records.

Year and venue are the volume's, which says them before its papers. Files of before 2020 have one
bare volume, whose papers say them themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias, cast

# What declares anything is refused before the parser sees it, see read.
from xml.etree import ElementTree as ET

from refmatter import titles
from refmatter.dumps.base import Entry
from refmatter.dumps.decompress import Opened
from refmatter.dumps.filters import MATTER, sifted
from refmatter.dumps.record import BadRecord, SkippedRecord
from refmatter.model import Identifiers, Work, WorkKind
from refmatter.notes.note_identifiers import identify
from refmatter.schemes import DOI

NAME: Final = "acl"
LICENCE: Final = "CC BY 4.0"
ATTRIBUTION: Final = (
    "ACL Anthology, https://aclanthology.org/ (CC BY 4.0, "
    "https://creativecommons.org/licenses/by/4.0/); titles, names and venues, no abstracts"
)

_ROOT = re.compile(
    rb"(?>\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^<>\[]*+(?:\[.*?\]\s*)?>)*+"
    rb"<(?:collection|volume)\s[^<>]*\bid\s*=",
    re.DOTALL,
)
_YEAR = re.compile(r"[1-9][0-9]{3}")
_GONE = SkippedRecord("a paper that the Anthology removed")
_CHUNK = 2**16
_LONGEST = 2**20
"""Bytes between the ends of two papers, at most: parsed, they take a hundred times as many."""
_Parser: TypeAlias = "ET.XMLPullParser[ET.Element]"
_WHOLE = frozenset({"paper", "frontmatter", "meta"})


@dataclass(slots=True)
class _Volume:
    """Where the papers that follow appeared: the id of the collection and the number of the
    volume in it, the volume's own name, the names of its series, its year."""

    collection: str = ""
    number: str = ""
    name: str = ""
    series: tuple[str, ...] = ()
    year: str = ""

    def begins(self, element: ET.Element) -> None:
        """A collection or a volume begins; in old files a volume is all there is."""
        said = element.get("id", "")
        if element.tag == "collection" or not self.collection:
            self.collection = said
        else:
            self.number = said
        self.name = self.year = ""
        self.series = ()

    def told(self, meta: ET.Element) -> None:
        """What a volume says of itself."""
        self.name = _text(meta, "journal-title") or _text(meta, "booktitle")
        self.series = tuple(filter(None, map(_readable, meta.findall("venue"))))
        self.year = _text(meta, "year")


def recognises(head: bytes) -> bool:
    """XML whose outermost element is a collection, or a volume, with an id."""
    return _ROOT.match(head.removeprefix(b"\xef\xbb\xbf")) is not None


def read(file: Opened) -> Iterator[Entry]:
    """Its papers; front matter is left, and what was removed. A retracted paper is kept as such.

    A file is well-formed as a whole or not at all: behind an error nothing of it is read.
    """
    root = _ROOT.match(file.head.removeprefix(b"\xef\xbb\xbf"))
    if root and b"<!DOCTYPE" in root[0]:
        yield BadRecord(
            file.path, 1, "it declares a document type, which files of the Anthology do not"
        )
        return
    volume, unread = _Volume(), 0
    parser: _Parser = ET.XMLPullParser(("start", "end"))
    try:
        for chunk in iter(lambda: file.stream.read(_CHUNK), b""):
            parser.feed(chunk)
            unread += len(chunk)
            for entry in _told(parser, volume):
                unread = 0
                yield entry
            if unread > _LONGEST:
                yield BadRecord(file.path, None, f"no paper ends in {_LONGEST // 2**20} MB")
                return
        parser.close()
    except ET.ParseError as error:
        yield BadRecord(file.path, error.position[0], str(error).partition(": line")[0])
    except (LookupError, ValueError) as error:  # one that nobody knows, or of several bytes
        yield BadRecord(file.path, 1, f"its encoding cannot be read: {error}")


def _told(parser: _Parser, volume: _Volume) -> Iterator[Entry]:
    """What was parsed of papers since; each is forgotten once it is told."""
    for told in parser.read_events():
        event, element = cast("tuple[str, ET.Element]", told)  # nothing else was asked for
        if event == "start":
            if element.tag in ("collection", "volume"):
                volume.begins(element)
            continue
        if element.tag == "meta":
            volume.told(element)
        elif element.tag == "frontmatter":
            yield MATTER
        elif element.tag == "paper":
            yield _entry(element, volume)
        if element.tag in _WHOLE:
            element.clear()


def _entry(paper: ET.Element, volume: _Volume) -> Entry:
    if paper.find("removed") is not None:
        return _GONE
    number = paper.get("id", "")
    identifiers = _identifiers(paper, _joined(volume, number))
    if not volume.number and number.endswith("00" if volume.collection[:1] == "W" else "000"):
        return MATTER
    year = _text(paper, "year") or volume.year
    venue = volume.name or _text(paper, "booktitle")
    title = _text(paper, "title")
    work = Work(
        title=title,
        authors=tuple(filter(None, map(_name, paper.findall("author")))) or None,
        year=int(year) if _YEAR.fullmatch(year) else None,
        venue=venue or None,
        other_venues=tuple(each for each in dict.fromkeys(volume.series) if each != venue),
        identifiers=identifiers,
        preprint=False,
        kind=WorkKind.ARTICLE,
        retracted=True if paper.find("retracted") is not None else None,
    )
    return sifted(NAME, identifiers.acl or "", work if title else None)


def _identifiers(paper: ET.Element, joined: str) -> Identifiers:
    """What `<url>` names, which is the paper's id ready made, or else its numbers, joined."""
    said = _text(paper, "url")
    own = identify(said if "/" in said else f"acl:{said or joined}")
    own = own if own.acl else identify(f"acl:{joined}")
    doi = DOI.canonical(_text(paper, "doi"))
    return Identifiers(acl=own.acl).or_else(identify(f"doi:{doi}") if doi else Identifiers())


def _joined(volume: _Volume, paper: str) -> str:
    """`2022.bea-1.1` since 2020, before that `P19-1001`: a digit for the volume and three for the
    paper, two and two in collections with many volumes (aclanthology.org/info/ids)."""
    if not volume.number:
        return f"{volume.collection}-{paper}"
    if "." in volume.collection or not (volume.number.isdecimal() and paper.isdecimal()):
        return f"{volume.collection}-{volume.number}.{paper}"
    crowded = volume.collection[:1] == "W" or volume.collection == "C69"
    crowded |= volume.collection == "D19" and int(volume.number) >= 5
    if crowded:
        return f"{volume.collection}-{int(volume.number):02d}{int(paper):02d}"
    return f"{volume.collection}-{int(volume.number)}{int(paper):03d}"


def _name(author: ET.Element) -> str:
    return f"{_text(author, 'first')} {_text(author, 'last')}".strip()


def _text(element: ET.Element, name: str) -> str:
    found = element.find(name)
    return "" if found is None else _readable(found)


def _readable(element: ET.Element) -> str:
    return titles.readable("".join(element.itertext()))
