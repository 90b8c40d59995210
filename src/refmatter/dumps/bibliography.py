"""The fields of an entry of BibTeX or BibLaTeX, as text -> its record."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeAlias, cast

from msgspec.structs import replace

from refmatter.dumps import tex
from refmatter.dumps.base import Entry
from refmatter.dumps.filters import MATTER, own_key, sifted
from refmatter.dumps.optional_deps import needed
from refmatter.model import Identifiers, Work, WorkKind
from refmatter.notes.note_identifiers import identify

Fields: TypeAlias = Mapping[str, str]
"""The fields by name in small letters, and beside them `key` and `type`."""

FIELDS = frozenset(
    """author editor title subtitle booktitle booksubtitle journal journaltitle shortjournal
    year date doi url ee eprint eprinttype archiveprefix volume crossref""".split()
)
"""The fields that say something here."""

_ORIGIN = "bibtex"
_KINDS: Mapping[str, WorkKind] = MappingProxyType(
    {
        **dict.fromkeys(("article", "inproceedings", "conference"), WorkKind.ARTICLE),
        **dict.fromkeys(
            (
                "book", "booklet", "collection", "proceedings", "mvbook", "mvcollection",
                "mvproceedings", "mvreference", "reference", "manual",
            ),
            WorkKind.BOOK,
        ),
        **dict.fromkeys(
            ("inbook", "incollection", "inreference", "bookinbook", "suppbook"), WorkKind.CHAPTER
        ),
        **dict.fromkeys(("phdthesis", "mastersthesis", "thesis"), WorkKind.THESIS),
        **dict.fromkeys(("techreport", "report", "standard"), WorkKind.REPORT),
        "review": WorkKind.REVIEW,
        "dataset": WorkKind.DATASET,
    }
)  # fmt: skip
"""Types of entries; those that are not here (`misc`, `online`) say nothing."""
_YEAR = re.compile(r"(?<![0-9])[12][0-9]{3}(?![0-9])")
_ESCAPED = re.compile(r"\\([_&%#$~{}])")
_PREPRINTS = re.compile(
    r"(?:CoRR\b|arxiv(?:\.org)?(?:\s+(?:e-?prints?|preprint))?\b)", re.IGNORECASE
)
_NUMBER = re.compile(r"\barxiv\s*:\s*(\S+)|\babs/([\w./-]+)", re.IGNORECASE)
_DBLP = "DBLP:"


def inherited(fields: Fields, parent: Fields) -> Fields:
    """An entry with what it does not say itself and its parent does: the parent's title is the
    name of the book."""
    given = {
        "booktitle": parent.get("booktitle") or parent.get("title", ""),
        **{name: parent.get(name, "") for name in ("year", "date", "journal", "journaltitle")},
    }
    return {name: value for name, value in given.items() if value} | dict(fields)


def entry_of(fields: Fields) -> Entry:
    """The record that an entry is."""
    title, sub = _text(fields, "title"), _text(fields, "subtitle")
    if not title:
        return sifted(_ORIGIN, "", None)
    identifiers = _identifiers(fields)
    if fields["type"] == "proceedings" and identifiers.acl:
        return MATTER  # the Anthology's entry for a whole volume is its front matter
    names = _venues(fields)
    venues = [each for each in names if not _PREPRINTS.match(each)]
    found = _YEAR.search(fields.get("year", "")) or _YEAR.search(fields.get("date", ""))
    preprint = True if not venues and (identifiers.arxiv or names) else None
    bare = Work(
        title=title,
        authors=_people(fields.get("author") or fields.get("editor", "")),
        year=int(found[0]) if found else None,
        venue=venues[0] if venues else None,
        other_venues=tuple(venues[1:]),
        identifiers=identifiers,
        preprint=preprint,
        kind=WorkKind.PREPRINT if preprint else _KINDS.get(fields["type"]),
    )
    work = replace(bare, title=f"{title}: {sub}") if sub else bare
    return sifted(_ORIGIN, _key(fields["key"], work), work, (title,) if sub else ())


def _key(said: str, work: Work) -> str:
    """The Anthology's id and DBLP's key are names for ever; others are their owner's."""
    if work.identifiers.acl:
        return work.identifiers.acl
    return said if said.startswith(_DBLP) else own_key(said, work)


def _venues(fields: Fields) -> list[str]:
    """The journal or the book, and what else it is called."""
    book, sub = _text(fields, "booktitle"), _text(fields, "booksubtitle")
    said = (
        _text(fields, "journaltitle"), _text(fields, "journal"), f"{book}: {sub}" if sub else book,
        _text(fields, "shortjournal"),
    )  # fmt: skip
    return list(dict.fromkeys(filter(None, said)))


def _text(fields: Fields, name: str) -> str:
    return tex.readable(fields.get(name, ""))


def _people(said: str) -> tuple[str, ...] | None:
    """Names in order, given name first; None for a list that ends in `and others`, as not all
    of them are there."""
    names = needed("bibtexparser.middlewares.names", "a file of BibTeX")
    several = cast("list[str]", names.split_multiple_persons_names(said))
    if several and several[-1].strip().lower() == "others":
        return None
    parts = (names.parse_single_name_into_parts(each, strict=False) for each in several)
    return (
        tuple(filter(None, (tex.readable(each.merge_first_name_first) for each in parts))) or None
    )


def _identifiers(fields: Fields) -> Identifiers:
    """From `doi`, `url`, `ee` and `eprint`, from DBLP's keys, and for preprints from where the
    number of arXiv stands in a journal's name or volume."""
    doi = _ESCAPED.sub(r"\1", fields.get("doi", "")).strip()
    said = [f"doi:{doi}" if doi.startswith("10.") else doi]
    said += [_ESCAPED.sub(r"\1", fields.get(name, "")) for name in ("url", "ee")]
    system = (fields.get("eprinttype") or fields.get("archiveprefix") or "").lower()
    if system == "arxiv":
        said.append(f"arXiv:{fields.get('eprint', '')}")
    journal = fields.get("journal") or fields.get("journaltitle", "")
    if _PREPRINTS.match(journal):
        number = _NUMBER.search(f"{journal} {fields.get('volume', '')}")
        said.append(f"arXiv:{number[1] or number[2]}" if number else "")
    if fields["key"].startswith(_DBLP) and "/corr/" not in fields["key"]:
        said.append(f"dblp:{fields['key'].removeprefix(_DBLP)}")
    found = Identifiers()
    for each in said:
        if each.strip() and each.isascii():
            found = found.or_else(identify(each))
    return found
