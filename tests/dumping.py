"""Works -> dumps of every kind, as their publishers write them, to be read back.

    PYTHONPATH=tests python -m dumping dblp CATALOGUE.jsonl.gz 100000 > dblp.xml

What a format asks for and a work has not (a DOI for Crossref, a key for DBLP) is made up, so that
nobody's real identifier is taken for it.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import sys
import textwrap
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html.entities import codepoint2name
from itertools import groupby, islice
from pathlib import Path
from typing import IO, Any
from xml.sax.saxutils import escape

from refmatter.dumps import catalog
from refmatter.dumps.decompress import open_dump
from refmatter.dumps.record import DumpRecord
from refmatter.model import Identifiers, Work
from refmatter.providers.bundled_catalog import Header, Licence, Row
from refmatter.titles import title_key
from support import ROOT

_ACCENTS = {
    "\u0300": "`", "\u0301": "'", "\u0302": "^", "\u0303": "~", "\u0308": '"', "\u030c": "v",
    "\u0327": "c",
}  # fmt: skip
_LETTERS = {"ß": r"{\ss}", "æ": r"{\ae}", "ø": r"{\o}", "ł": r"{\l}", "å": r"{\aa}"}


@cache
def bundled(count: int) -> list[Work]:
    """Works of the bundled catalogue, evenly apart."""
    with open_dump(ROOT / "src/refmatter/data/catalog.jsonl.xz") as file:
        records = [entry for entry in catalog.read_entries(file) if isinstance(entry, DumpRecord)]
    return [item.work for item in records[:: len(records) // count]][:count]


def large(path: Path, count: int) -> Iterator[Work]:
    """Works of the large catalogue's file."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in islice(lines, count):
            paper = json.loads(line)
            yield Work(
                title=paper["title"],
                authors=tuple(paper.get("authors", ())) or None,
                year=paper.get("year"),
                venue=paper.get("venue"),
                citation_count=paper.get("citation_count"),
                reference_count=paper.get("reference_count"),
                fields_of_study=tuple(paper.get("s2", {}).get("fields_of_study") or ()) or None,
                identifiers=Identifiers(
                    s2=paper.get("s2", {}).get("paper_id"),
                    doi=paper.get("doi"),
                    arxiv=paper.get("arxiv_id"),
                    acl=paper.get("acl_id"),
                    dblp=paper.get("dblp_key"),
                ),
            )


def _made(work: Work) -> str:
    """A name that nothing else has, the same whenever it is asked for."""
    description = "\0".join(
        (work.title, *(work.authors or ()), str(work.year), *map(str, work.identifiers))
    )
    return hashlib.sha256(description.encode()).hexdigest()


def _parted(name: str) -> tuple[str, str]:
    """Given name and family name."""
    given, _, family = name.rpartition(" ")
    return given, family


def _entities(text: str) -> str:
    """Plain ASCII, as DBLP writes: letters by name where Latin-1 has them, others by number."""
    return "".join(
        letter if letter.isascii() else f"&{codepoint2name[ord(letter)]};"
        if ord(letter) < 256 and ord(letter) in codepoint2name else f"&#{ord(letter)};"
        for letter in escape(text)
    )  # fmt: skip


def _tex(text: str) -> str:
    r"""Letters with accents as LaTeX has them: `\"{u}`."""
    parts = []
    for letter in text.translate({ord("{"): None, ord("}"): None}):  # which may well be one alone
        base, mark = (*unicodedata.normalize("NFD", letter), "", "")[:2]
        if letter in _LETTERS:
            parts.append(_LETTERS[letter])
        elif mark in _ACCENTS and base.isascii():
            parts.append(f"{{\\{_ACCENTS[mark]}{{{base}}}}}")
        else:
            parts.append(f"\\{letter}" if letter in "&%#_" else letter)
    return "".join(parts)


def dblp(works: Iterable[Work], out: IO[bytes]) -> None:
    out.write(
        b'<?xml version="1.0" encoding="US-ASCII"?>\n<!DOCTYPE dblp SYSTEM "dblp.dtd">\n<dblp>\n'
    )
    for work in works:
        has = work.identifiers
        key = has.dblp or f"conf/made/{_made(work)[:16]}"
        tag, venue = (
            ("article", "journal")
            if key.startswith("journals/")
            else ("inproceedings", "booktitle")
        )
        lines = [f"<author>{_entities(author)}</author>" for author in work.authors or ()]
        stop = "" if work.title[-1] in ".?!" else "."
        lines.append(f"<title>{_entities(work.title)}{stop}</title>")
        lines += [f"<{venue}>{_entities(work.venue)}</{venue}>"] if work.venue else []
        lines += [f"<year>{work.year}</year>"] if work.year else []
        lines += [f"<ee>https://doi.org/{escape(has.doi)}</ee>"] if has.doi else []
        lines += [f"<ee>https://aclanthology.org/{has.acl}/</ee>"] if has.acl else []
        lines += [f"<ee>https://arxiv.org/abs/{has.arxiv}</ee>"] if has.arxiv else []
        inside = "\n".join(lines)
        text = f'<{tag} mdate="2022-07-03" key="{key}">\n{inside}\n</{tag}>'
        out.write(text.encode("ascii"))
    out.write(b"\n</dblp>\n")


def acl(works: Iterable[Work], out: IO[bytes]) -> None:
    """One collection, in which a volume is a venue's year."""

    def place(work: Work) -> tuple[str, str]:
        return str(work.year or ""), work.venue or ""

    out.write(b'<?xml version="1.0" encoding="UTF-8"?>\n<collection id="2000.made">\n')
    for number, (where, papers) in enumerate(groupby(sorted(works, key=place), key=place), 1):
        year, venue = map(escape, where)
        meta = f"<booktitle>{venue}</booktitle>" if venue else ""
        meta += f"<year>{year}</year>" if year else ""
        out.write(
            f'  <volume id="{number}" type="proceedings">\n    <meta>{meta}</meta>\n'.encode()
        )
        out.write(b'    <frontmatter><url hash="00000000">x</url></frontmatter>\n')
        for index, work in enumerate(papers, 1):
            out.write(f'    <paper id="{index}">\n{_paper(work)}    </paper>\n'.encode())
        out.write(b"  </volume>\n")
    out.write(b"</collection>\n")


def _paper(work: Work) -> str:
    has = work.identifiers
    lines = [f"<title>{_fixed(work.title)}</title>"]
    for given, family in map(_parted, work.authors or ()):
        first = f"<first>{escape(given)}</first>" if given else ""
        lines.append(f"<author>{first}<last>{escape(family)}</last></author>")
    lines += [f'<url hash="0a1b2c3d">{has.acl}</url>'] if has.acl else []
    lines += [f"<doi>{escape(has.doi)}</doi>"] if has.doi else []
    return "".join(f"      {line}\n" for line in lines)


def _fixed(title: str) -> str:
    """With the Anthology's mark round words that keep their capitals."""
    words = (escape(word) for word in title.split(" "))
    return " ".join(
        f"<fixed-case>{word}</fixed-case>" if word.isupper() and word.isalpha() else word
        for word in words
    )


def arxiv(works: Iterable[Work], out: IO[bytes]) -> None:
    for number, work in enumerate(works):
        year = work.year or 0
        folds, serial = divmod(number, 999)
        letters = "".join(chr(97 + folds // 26**power % 26) for power in (2, 1, 0))
        parsed = [[family, given, ""] for given, family in map(_parted, work.authors or ())]
        created = f"Mon, 2 Apr {year} 19:18:42 GMT"
        _line(out, {
            "id": work.identifiers.arxiv or f"made-{letters}/{year % 100:02d}00{serial + 1:03d}",
            "submitter": None,
            "authors": _tex(", ".join(work.authors or ())),
            "title": "\n  ".join(textwrap.wrap(_tex(work.title), 72, break_on_hyphens=False)),
            "comments": "12 pages,\n  3 figures",
            "journal-ref": work.venue or None,
            "doi": work.identifiers.doi,
            "report-no": None,
            "categories": "cs.CL cs.AI",
            "license": None,
            "abstract": "  We show that\nit works.\n",
            "versions": [{"version": "v1", "created": created}] if year else [],
            "update_date": "2022-07-03",
            "authors_parsed": parsed,
        })  # fmt: skip


def semantic_scholar(works: Iterable[Work], out: IO[bytes]) -> None:
    for number, work in enumerate(works, 1):
        has = work.identifiers
        url = f"https://www.semanticscholar.org/paper/{has.s2}" if has.s2 else None
        _line(out, {
            "corpusid": number,
            "externalids": {
                "ACL": has.acl, "DBLP": has.dblp, "ArXiv": has.arxiv, "MAG": None,
                "CorpusId": str(number), "PubMed": None, "PubMedCentral": None,
                "DOI": has.doi.upper() if has.doi else None,
            },
            "url": url,
            "title": work.title,
            "authors": [{"authorId": "1", "name": author} for author in work.authors or ()],
            "venue": work.venue or "",
            "publicationvenueid": None,
            "year": work.year,
            "referencecount": work.reference_count,
            "citationcount": work.citation_count,
            "influentialcitationcount": 0,
            "isopenaccess": False,
            "s2fieldsofstudy": [
                {"category": field, "source": "external"} for field in work.fields_of_study or ()
            ],
            "publicationtypes": None,
            "publicationdate": None,
            "journal": None,
        })  # fmt: skip


def openalex_rows(works: Iterable[Work]) -> Iterator[dict[str, Any]]:
    for number, work in enumerate(works, 5_000_000_001):
        has = work.identifiers
        locations = (
            [{"landing_page_url": f"https://arxiv.org/abs/{has.arxiv}"}] if has.arxiv else []
        )
        yield {
            "id": f"https://openalex.org/W{number}",
            "doi": f"https://doi.org/{has.doi}" if has.doi else None,
            "title": work.title,
            "display_name": work.title,
            "publication_year": work.year,
            "type": "article",
            "authorships": [
                {"author": {"display_name": author}, "raw_author_name": author}
                for author in work.authors or ()
            ],
            "primary_location": {
                "landing_page_url": None,
                "version": "publishedVersion",
                "source": {"display_name": work.venue, "type": "conference"}
                if work.venue
                else None,
            },
            "locations": locations,
            "cited_by_count": work.citation_count,
            "referenced_works_count": work.reference_count,
            "is_retracted": False,
            "is_paratext": False,
            "updated_date": "2022-07-03",
        }


def openalex(works: Iterable[Work], out: IO[bytes]) -> None:
    for row in openalex_rows(works):
        _line(out, row | {"abstract_inverted_index": {"title": [0], "id": [1]}})


def crossref_items(works: Iterable[Work]) -> Iterator[dict[str, Any]]:
    for work in works:
        doi = work.identifiers.doi or f"10.55555/made.{_made(work)[:16]}"
        yield {
            "indexed": {"date-parts": [[2022, 7, 3]]},
            "is-referenced-by-count": work.citation_count or 0,
            "references-count": work.reference_count or 0,
            "DOI": doi.upper(),
            "type": "proceedings-article",
            "title": [escape(work.title)],
            "container-title": [escape(work.venue)] if work.venue else [],
            "author": [
                {"given": given, "family": family, "sequence": "first", "affiliation": []}
                if given else {"name": family, "sequence": "first", "affiliation": []}
                for given, family in map(_parted, work.authors or ())
            ],
            "issued": {"date-parts": [[work.year]]},
        }  # fmt: skip


def crossref(works: Iterable[Work], out: IO[bytes]) -> None:
    for item in crossref_items(works):
        _line(out, item)


def _turned(name: str) -> str:
    """Family name first; in braces what is no name of two parts."""
    given, family = _parted(name)
    whole = not given or " and " in name or "," in name
    return f"{{{_tex(name)}}}" if whole else f"{_tex(family)}, {_tex(given)}"


def bibtex(works: Iterable[Work], out: IO[bytes]) -> None:
    out.write(b"% written for tests\n")
    for work in works:
        has = work.identifiers
        key = f"DBLP:{has.dblp}" if has.dblp else f"made{_made(work)[:16]}"
        names = map(_turned, work.authors or ())
        bib_fields = {
            "title": f"{{{_tex(work.title)}}}",
            "author": "\n               and ".join(names),
            "booktitle": _tex(work.venue or ""),
            "year": str(work.year or ""),
            "doi": (has.doi or "").replace("_", r"\_"),
            "url": f"https://aclanthology.org/{has.acl}" if has.acl else "",
            "eprint": has.arxiv or "",
            "archiveprefix": "arXiv" if has.arxiv else "",
        }
        inside = ",\n".join(
            f"  {name:<12} = {{{value}}}" for name, value in bib_fields.items() if value
        )
        out.write(f"@inproceedings{{{key},\n{inside}\n}}\n\n".encode())


def csl(works: Iterable[Work], out: IO[bytes]) -> None:
    start = b"[\n"
    for number, work in enumerate(works, 1):
        has = work.identifiers
        notes = [f"arXiv:{has.arxiv}"] if has.arxiv else []
        item: dict[str, Any] = {
            "id": number,
            "type": "paper-conference",
            "title": work.title,
            "author": [
                {"given": given, "family": family} if given else {"literal": family}
                for given, family in map(_parted, work.authors or ())
            ],
            "container-title": work.venue or None,
            "issued": {"date-parts": [[str(work.year)]]} if work.year else None,
            "DOI": has.doi,
            "URL": f"https://aclanthology.org/{has.acl}" if has.acl else None,
            "note": "\n".join(notes) or None,
        }  # fmt: skip
        kept = {name: value for name, value in item.items() if value is not None}
        out.write(start + json.dumps(kept, ensure_ascii=False, indent=1).encode())
        start = b",\n"
    out.write(b"]\n" if start != b"[\n" else b"[]\n")


def small(works: Iterable[Work], out: IO[bytes]) -> None:
    """The small catalogue's form; unpacked, as a reader takes either."""
    rows = sorted(map(_row, works), key=lambda row: (row.key, row.s2))
    day = "2022-07-03"
    terms = Licence(data="tests", url="https://example.org/", licence="CC0", terms="none")
    header = Header.model_validate_json(
        json.dumps(
            {"date": day, "count": len(rows), "provenance": [], "licences": [terms.model_dump()]}
        )
    )
    out.write(header.model_dump_json().encode() + b"\n")
    for row in rows:
        _line(out, row)


def _row(work: Work) -> Row:
    has = work.identifiers
    return Row(
        title_key(work.title), work.title, work.authors or (), work.year, work.venue or None,
        work.citation_count or 0, work.reference_count or 0, work.fields_of_study or (),
        has.s2 or _made(work)[:40], has.doi, has.arxiv, has.acl, has.dblp,
    )  # fmt: skip


def _line(out: IO[bytes], value: object) -> None:
    out.write(json.dumps(value, ensure_ascii=False).encode() + b"\n")


@dataclass(frozen=True)
class Format:
    """How a dump is written, and what of a work it has room for: fields, and identifiers."""

    write: Callable[[Iterable[Work], IO[bytes]], None]
    fields: frozenset[str]
    ids: frozenset[str]


def _format(write: Callable[[Iterable[Work], IO[bytes]], None], fields: str, ids: str) -> Format:
    return Format(write, frozenset(fields.split()), frozenset(ids.split()))


_SAID = "authors year venue"
_COUNTED = f"{_SAID} citation_count reference_count"
FORMATS: Mapping[str, Format] = {
    "dblp": _format(dblp, _SAID, "doi acl arxiv dblp"),
    "acl": _format(acl, _SAID, "doi acl"),
    "arxiv": _format(arxiv, _SAID, "doi arxiv"),
    "semantic_scholar": _format(
        semantic_scholar, f"{_COUNTED} fields_of_study", "s2 doi acl arxiv dblp"
    ),
    "openalex": _format(openalex, _COUNTED, "doi arxiv"),
    "crossref": _format(crossref, _COUNTED, "doi"),
    "bibtex": _format(bibtex, _SAID, "doi acl arxiv dblp"),
    "csl": _format(csl, _SAID, "doi acl arxiv"),
    "catalog": _format(small, f"{_COUNTED} fields_of_study", "s2 doi acl arxiv dblp"),
}


def main(arguments: Sequence[str]) -> None:
    name, path, count = arguments
    FORMATS[name].write(large(Path(path), int(count)), sys.stdout.buffer)


if __name__ == "__main__":
    main(sys.argv[1:])
