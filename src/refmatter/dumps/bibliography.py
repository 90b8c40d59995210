"""Turn the fields of a BibTeX or BibLaTeX entry into a record."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeAlias, cast

from msgspec.structs import replace

from refmatter.dumps import tex
from refmatter.dumps.base import Entry
from refmatter.dumps.filters import FRONT_OR_BACK_MATTER, entry_of_work, unique_key
from refmatter.dumps.optional_deps import import_optional
from refmatter.model import Identifiers, Work, WorkKind
from refmatter.notes.note_identifiers import identify

Fields: TypeAlias = Mapping[str, str]
"""An entry's fields by lower-case name, with its `key` and `type`."""

USED_FIELDS = frozenset(
    """author editor title subtitle booktitle booksubtitle journal journaltitle shortjournal
    year date doi url ee eprint eprinttype archiveprefix volume crossref""".split()
)
"""The names of the fields that are read."""

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
"""The kind of work for each entry type; types that are missing here (`misc`, `online`) tell
nothing."""
_YEAR = re.compile(r"(?<![0-9])[12][0-9]{3}(?![0-9])")
_ESCAPED = re.compile(r"\\([_&%#$~{}])")
_PREPRINTS = re.compile(
    r"(?:CoRR\b|arxiv(?:\.org)?(?:\s+(?:e-?prints?|preprint))?\b)", re.IGNORECASE
)
_ARXIV_NUMBER = re.compile(r"\barxiv\s*:\s*(\S+)|\babs/([\w./-]+)", re.IGNORECASE)
_DBLP = "DBLP:"


def inherit_fields(fields: Fields, parent: Fields) -> Fields:
    """Return the fields of an entry completed with those of its parent.

    The parent's title becomes the name of the book.
    """
    inherited = {
        "booktitle": parent.get("booktitle") or parent.get("title", ""),
        **{name: parent.get(name, "") for name in ("year", "date", "journal", "journaltitle")},
    }
    return {name: value for name, value in inherited.items() if value} | dict(fields)


def entry_from_fields(fields: Fields) -> Entry:
    """Return the entry for the fields of a bibliography's entry."""
    title, subtitle = _field_text(fields, "title"), _field_text(fields, "subtitle")
    if not title:
        return entry_of_work(_ORIGIN, "", None)
    identifiers = _identifiers(fields)
    if fields["type"] == "proceedings" and identifiers.acl:
        return FRONT_OR_BACK_MATTER  # the Anthology's entry for a whole volume is its front matter
    names = _venues(fields)
    venues = [name for name in names if not _PREPRINTS.match(name)]
    year_match = _YEAR.search(fields.get("year", "")) or _YEAR.search(fields.get("date", ""))
    preprint = True if not venues and (identifiers.arxiv or names) else None
    bare = Work(
        title=title,
        authors=_person_names(fields.get("author") or fields.get("editor", "")),
        year=int(year_match[0]) if year_match else None,
        venue=venues[0] if venues else None,
        other_venues=tuple(venues[1:]),
        identifiers=identifiers,
        preprint=preprint,
        kind=WorkKind.PREPRINT if preprint else _KINDS.get(fields["type"]),
    )
    work = replace(bare, title=f"{title}: {subtitle}") if subtitle else bare
    return entry_of_work(
        _ORIGIN, _record_key(fields["key"], work), work, (title,) if subtitle else ()
    )


def _record_key(entry_key: str, work: Work) -> str:
    """Return an Anthology id or a DBLP key as it is, any other key made unique."""
    if work.identifiers.acl:
        return work.identifiers.acl
    return entry_key if entry_key.startswith(_DBLP) else unique_key(entry_key, work)


def _venues(fields: Fields) -> list[str]:
    """Return the names of the journal or book, the main name first."""
    book_title, sub = _field_text(fields, "booktitle"), _field_text(fields, "booksubtitle")
    names = (
        _field_text(fields, "journaltitle"), _field_text(fields, "journal"),
        f"{book_title}: {sub}" if sub else book_title,
        _field_text(fields, "shortjournal"),
    )  # fmt: skip
    return list(dict.fromkeys(filter(None, names)))


def _field_text(fields: Fields, name: str) -> str:
    """Return a field as plain text, "" if it is missing."""
    return tex.latex_to_text(fields.get(name, ""))


def _person_names(text: str) -> tuple[str, ...] | None:
    """Return the names in a list of persons, given name first.

    None if the list ends in `and others`, as it is incomplete then.
    """
    names = import_optional("bibtexparser.middlewares.names", "a file of BibTeX")
    people = cast("list[str]", names.split_multiple_persons_names(text))
    if people and people[-1].strip().lower() == "others":
        return None
    parts = (names.parse_single_name_into_parts(person, strict=False) for person in people)
    return (
        tuple(filter(None, (tex.latex_to_text(parts.merge_first_name_first) for parts in parts)))
        or None
    )


def _identifiers(fields: Fields) -> Identifiers:
    """Return the identifiers in `doi`, `url`, `ee`, `eprint` and the entry's DBLP key.

    For preprints, also the arXiv id in the journal's name or volume.
    """
    doi = _ESCAPED.sub(r"\1", fields.get("doi", "")).strip()
    texts = [f"doi:{doi}" if doi.startswith("10.") else doi]
    texts += [_ESCAPED.sub(r"\1", fields.get(name, "")) for name in ("url", "ee")]
    system = (fields.get("eprinttype") or fields.get("archiveprefix") or "").lower()
    if system == "arxiv":
        texts.append(f"arXiv:{fields.get('eprint', '')}")
    journal = fields.get("journal") or fields.get("journaltitle", "")
    if _PREPRINTS.match(journal):
        number = _ARXIV_NUMBER.search(f"{journal} {fields.get('volume', '')}")
        texts.append(f"arXiv:{number[1] or number[2]}" if number else "")
    if fields["key"].startswith(_DBLP) and "/corr/" not in fields["key"]:
        texts.append(f"dblp:{fields['key'].removeprefix(_DBLP)}")
    identifiers = Identifiers()
    for text in texts:
        if text.strip() and text.isascii():
            identifiers = identifiers.or_else(identify(text))
    return identifiers
