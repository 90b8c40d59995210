"""Records of works -> a corpus that answers who has this id, this title, these words.

Folding is written anew here, not borrowed from the program, so that a mistake there shows.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from scholar.tokens import words

COMMON = 0.02
"""A word that stands in more than this share of titles (and in more than `FEW`) is too common
to search by, unless a title has no other."""
FEW = 50
END_OF_MAG = 4 * 10**9
"""OpenAlex's numbers below are those of the Microsoft Academic Graph, which Semantic Scholar
knows works by, too."""


@dataclass(frozen=True, slots=True)
class Record:
    """A work. `paper_id` is Semantic Scholar's, None for a work it does not know.

    `authors` are as Semantic Scholar writes them, `full_names` as the others do;
    `venue` is Semantic Scholar's, `short_venue` the series name others use; Crossref alone has a
    `volume` here, and `preprint_of`, the DOI of a preprint's publication.
    """

    title: str
    paper_id: str | None = None
    corpus_id: int | None = None
    authors: tuple[str, ...] = ()
    full_names: tuple[str, ...] = ()
    year: int | None = None
    venue: str | None = None
    short_venue: str | None = None
    volume: str | None = None
    citation_count: int = 0
    reference_count: int = 0
    fields_of_study: tuple[str, ...] = ()
    doi: str | None = None
    arxiv_id: str | None = None
    acl_id: str | None = None
    dblp_key: str | None = None
    retracted: bool = False
    preprint_of: str | None = None
    pmid: str | None = None
    pmcid: str | None = None
    isbn: str | None = None

    @property
    def work_number(self) -> int:
        """OpenAlex's number of it, made from what tells it from its namesakes."""
        names = (self.title, self.paper_id, self.doi, self.arxiv_id, self.year)
        return 1 + int.from_bytes(hashlib.sha256(repr(names).encode()).digest()[:8]) % 10**10


def split(text: str) -> list[str]:
    """The folded letters and digits of a text, in order, cut at every sign: no service's words, but
    what two writings of one title have in common."""
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(c for c in decomposed if not unicodedata.combining(c))
    return re.findall(r"[^\W_]+", plain)


class Titles:
    """An index of records by their titles and by the words in them, cut as UAX #29 says; `folding`
    tells whether the service takes accents for nothing."""

    def __init__(self, records: Iterable[Record], *, folding: bool = True) -> None:
        self.folding = folding
        self.records = tuple(records)
        self.words = [self.split(record.title) for record in self.records]
        self._equal: dict[str, list[int]] = defaultdict(list)
        self._holding: dict[str, list[int]] = defaultdict(list)
        for number, title in enumerate(self.words):
            self._equal[" ".join(title)].append(number)
            for word in set(title):
                self._holding[word].append(number)

    def split(self, text: str) -> list[str]:
        """The words of a text, as the service cuts titles and questions."""
        return words(text, folding=self.folding)

    def equal(self, title: str) -> list[Record]:
        """Records of that title, the most cited first."""
        return self._ranked(self._equal.get(" ".join(self.split(title)), ()))

    def having(self, text: str) -> list[Record]:
        """Records that have all the words of a text, the most cited first."""
        return self._ranked(self._having(self.split(text)))

    def phrase(self, text: str) -> list[Record]:
        """Records that have the words of a text one after the other, the most cited first."""
        wanted = self.split(text)
        spaced = f" {' '.join(wanted)} "
        found = self._having(wanted)
        return self._ranked(n for n in found if spaced in f" {' '.join(self.words[n])} ")

    def _having(self, wanted: Sequence[str]) -> list[int]:
        holding = [self._holding.get(word, []) for word in set(wanted)]
        rarest = min(holding, key=len, default=[])
        return [n for n in rarest if set(wanted) <= set(self.words[n])]

    def nearest(self, title: str) -> tuple[Record, float] | None:
        """The record with most of the title's words, and their share in it."""
        wanted = set(self.split(title))
        holding = [self._holding[word] for word in wanted if word in self._holding]
        limit = max(FEW, COMMON * len(self.records))
        rare = [numbers for numbers in holding if len(numbers) <= limit]
        near = {number for numbers in rare or holding for number in numbers}
        best = max(near, key=lambda number: self._nearness(wanted, number), default=None)
        if best is None:
            return None
        return self.records[best], len(wanted & set(self.words[best])) / len(wanted)

    def _nearness(self, wanted: set[str], number: int) -> tuple[float, float, int, int]:
        own = set(self.words[number])
        common = len(wanted & own)
        jaccard = common / len(wanted | own)
        return common / len(wanted), jaccard, self.records[number].citation_count, -number

    def _ranked(self, numbers: Iterable[int]) -> list[Record]:
        return sorted((self.records[n] for n in numbers), key=lambda each: -each.citation_count)


@dataclass
class Corpus:
    """Records, who cites whom, and whose reference lists the publisher had elided.

    `references` lists paper ids by the paper id of the citing work; what is no paper id of
    the corpus is a title that the service could not link. A `paper_id` in `elided` has its
    list withheld.
    """

    records: Sequence[Record]
    references: dict[str, list[str]] = field(default_factory=dict)
    elided: set[str] = field(default_factory=set)

    @cached_property
    def semantic_scholar(self) -> Titles:
        return Titles(each for each in self.records if each.paper_id is not None)

    @cached_property
    def arxiv(self) -> Titles:
        known = (each for each in self.records if each.arxiv_id is not None)
        return Titles(known, folding=False)

    @cached_property
    def by_id(self) -> Mapping[tuple[str, str], Record]:
        """Records by scheme (`s2`, `corpus`, `doi`, `arxiv`, `acl`, `pmid`, `pmcid`, `isbn`,
        `mag`) and identifier.

        Where several share one, the most cited is it.
        """
        found: dict[tuple[str, str], Record] = {}
        for record in sorted(self.records, key=lambda each: each.citation_count):
            found.update(dict.fromkeys(_names(record), record))
        return found


def _names(record: Record) -> Iterator[tuple[str, str]]:
    if record.paper_id is not None:
        yield "s2", record.paper_id
    if record.corpus_id is not None:
        yield "corpus", str(record.corpus_id)
    if record.doi is not None:
        yield "doi", record.doi.lower()
    if record.arxiv_id is not None:
        yield "arxiv", record.arxiv_id
    if record.acl_id is not None:
        yield "acl", record.acl_id
    if record.pmid is not None:
        yield "pmid", record.pmid
    if record.pmcid is not None:
        yield "pmcid", record.pmcid.removeprefix("PMC")
    if record.isbn is not None:
        yield "isbn", record.isbn
    if record.work_number < END_OF_MAG:
        yield "mag", str(record.work_number)


def from_catalogue(path: Path) -> list[Record]:
    """The records of a file of JSON lines (`.gz` or plain), each a work with what
    bibliographies say of it and, under `s2`, what Semantic Scholar says."""
    return list(_records(path, path.stat().st_mtime_ns, path.stat().st_size))


@lru_cache(maxsize=4)
def _records(path: Path, _changed: int, _size: int) -> tuple[Record, ...]:
    """The records, read once as long as the file stands: many tests are about the same works."""
    data = path.read_bytes()
    text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode()
    return tuple(_record(json.loads(line)) for line in text.split("\n") if line.strip())


def _record(line: Mapping[str, Any]) -> Record:
    s2 = line.get("s2") or {}
    return Record(
        title=s2.get("title") or line["title"],
        paper_id=s2.get("paper_id"),
        corpus_id=s2.get("corpus_id"),
        authors=tuple(s2.get("authors") or line.get("authors") or ()),
        full_names=tuple(line.get("authors") or ()),
        year=s2.get("year") or line.get("year"),
        venue=s2["venue"] if "venue" in s2 else line.get("venue"),
        short_venue=line.get("venue"),
        citation_count=line.get("citation_count") or 0,
        reference_count=line.get("reference_count") or 0,
        fields_of_study=tuple(s2.get("fields_of_study") or ()),
        doi=line.get("doi"),
        arxiv_id=line.get("arxiv_id"),
        acl_id=line.get("acl_id"),
        dblp_key=line.get("dblp_key"),
    )


def with_dois(records: Iterable[Record]) -> list[Record]:
    """The records, each with a name that services share, as nearly all works have today: a DOI
    where it has neither that nor an arXiv id."""
    return [
        each
        if each.doi or each.arxiv_id
        else replace(each, doi=f"10.5555/{(each.paper_id or str(each.work_number))[:16]}")
        for each in records
    ]


def small() -> Corpus:
    """The bundled records: two works with their whole reference lists, and namesakes."""
    here = Path(__file__).parent
    references = json.loads((here / "references.json").read_text(encoding="utf-8"))
    return Corpus(from_catalogue(here / "records.jsonl"), references)
