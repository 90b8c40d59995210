"""Identifiers as anybody writes them -> those that are sound, and those that can be asked for."""

from __future__ import annotations

import re

from refmatter.model import Lookup
from refmatter.providers.bare_identifiers import ARXIV_DOI, bare_arxiv, bare_doi

_OPENALEX = re.compile(r"(?:https://openalex\.org/)?(W[1-9]\d{0,12})", re.ASCII | re.IGNORECASE)
# What is syntax in a filter: a comma, an alternative, a quote, a negation, a wildcard, and a
# word with a colon, which is taken for another filter.
_SYNTAX = re.compile(r"[,|\"'!?*]|[a-z_]:")


def asked_work(lookup: Lookup) -> str | None:
    """The service's own id of a lookup; None without a sound one."""
    return bare_openalex(lookup.hints.identifiers.openalex or "")


def asked_doi(lookup: Lookup) -> str | None:
    """The DOI to ask for, for a preprint also the one that arXiv gives; None where there is
    none, or none that can stand in a filter."""
    has = lookup.hints.identifiers
    arxiv = bare_arxiv(has.arxiv or "")
    doi = bare_doi(has.doi or "") or (f"{ARXIV_DOI}{arxiv}" if arxiv else None)
    return None if doi is None or _SYNTAX.search(doi) else doi


def bare_openalex(said: str) -> str | None:
    """`W` and a number, without the URL the service puts before it."""
    found = _OPENALEX.fullmatch(said.strip())
    return found[1].upper() if found else None
