"""Identifiers as services and dumps write them -> their bare forms; None for other shapes."""

from __future__ import annotations

import re

ARXIV_DOI = "10.48550/arxiv."
"""What the DOIs that arXiv gives begin with; behind it stands arXiv's own id."""

_DOI = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:)?(10\.[0-9]{4,9}/[!-~]{1,200})")
_ARXIV_ID = r"(?:(\d{4}\.\d{4,5})|([a-z]+(?:-[a-z]+)?)(?:\.[a-z]{2})?(/\d{7}))(?:v\d+)?"
_ARXIV = re.compile(_ARXIV_ID, re.ASCII | re.IGNORECASE)
_ARXIV_PAGE = re.compile(
    r"https?://(?:(?:www\.|export\.)?arxiv\.org/(?:abs|pdf)/|(?:dx\.)?doi\.org/10\.48550/arxiv\.)"
    rf"({_ARXIV_ID})(?:\.pdf)?",
    re.ASCII | re.IGNORECASE,
)


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
    return bare_arxiv(doi[len(ARXIV_DOI) :]) if doi and doi.startswith(ARXIV_DOI) else None


def arxiv_of_page(url: str) -> str | None:
    """The id of the preprint that a web page is about; None for a page elsewhere."""
    found = _ARXIV_PAGE.fullmatch(url.strip())
    return bare_arxiv(found[1]) if found else None
