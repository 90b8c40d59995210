"""Identifiers as anybody writes them -> those that are sound, and those that can be asked for."""

from __future__ import annotations

import re

from refmatter.model import Lookup

_OPENALEX = re.compile(r"(?:https://openalex\.org/)?(W[1-9]\d{0,12})", re.ASCII | re.IGNORECASE)
_DOI = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:)?(10\.[0-9]{4,9}/[!-~]{1,200})")
# What is syntax in a filter: a comma, an alternative, a quote, a negation, a wildcard, and a
# word with a colon, which is taken for another filter.
_SYNTAX = re.compile(r"[,|\"'!?*]|[a-z_]:")
_ARXIV_DOI = "10.48550/arxiv."
_ARXIV_ID = r"(?:(\d{4}\.\d{4,5})|([a-z]+(?:-[a-z]+)?)(?:\.[a-z]{2})?(/\d{7}))(?:v\d+)?"
_ARXIV = re.compile(_ARXIV_ID, re.ASCII | re.IGNORECASE)
_ARXIV_PAGE = re.compile(
    r"https?://(?:(?:www\.|export\.)?arxiv\.org/(?:abs|pdf)/|(?:dx\.)?doi\.org/10\.48550/arxiv\.)"
    rf"({_ARXIV_ID})(?:\.pdf)?",
    re.ASCII | re.IGNORECASE,
)


def asked_work(lookup: Lookup) -> str | None:
    """The service's own id of a lookup; None without a sound one."""
    return bare_openalex(lookup.hints.identifiers.openalex or "")


def asked_doi(lookup: Lookup) -> str | None:
    """The DOI to ask for, for a preprint also the one that arXiv gives; None where there is
    none, or none that can stand in a filter."""
    has = lookup.hints.identifiers
    arxiv = bare_arxiv(has.arxiv or "")
    doi = bare_doi(has.doi or "") or (f"{_ARXIV_DOI}{arxiv}" if arxiv else None)
    return None if doi is None or _SYNTAX.search(doi) else doi


def bare_openalex(said: str) -> str | None:
    """`W` and a number, without the URL the service puts before it."""
    found = _OPENALEX.fullmatch(said.strip())
    return found[1].upper() if found else None


def bare_doi(said: str) -> str | None:
    """A DOI in lower case, without the URL that leads to it."""
    found = _DOI.fullmatch(said.strip().lower())
    return found[1] if found else None


def bare_arxiv(said: str) -> str | None:
    """An arXiv id without version and subject class."""
    found = _ARXIV.fullmatch(said.strip().lower())
    return (found[1] or found[2] + found[3]) if found else None


def arxiv_of_doi(doi: str | None) -> str | None:
    """The id of the preprint that a DOI of arXiv's own stands for."""
    return bare_arxiv(doi[len(_ARXIV_DOI) :]) if doi and doi.startswith(_ARXIV_DOI) else None


def arxiv_of_page(url: str) -> str | None:
    """The id of the preprint that a web page is about; None for a page elsewhere."""
    found = _ARXIV_PAGE.fullmatch(url.strip())
    return bare_arxiv(found[1]) if found else None
