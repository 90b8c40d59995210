"""Choose the identifiers by which the OpenAlex API can be queried."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from refmatter.model import Lookup
from refmatter.schemes import ARXIV, ARXIV_DOI, DOI, OPENALEX, PMCID, PMID

# What is syntax in a filter: a comma, an alternative, a quote, a negation, a wildcard, and a
# word with a colon, which is taken for another filter.
_SYNTAX = re.compile(r"[,|\"'!?*]|[a-z_]:")


def id_or_doi_to_request(lookup: Lookup) -> str | None:
    """Return the service's own id of a lookup; None without a sound one."""
    return OPENALEX.canonical(lookup.hints.identifiers.openalex)


def doi_to_request(lookup: Lookup) -> str | None:
    """Return the DOI to ask for, for a preprint also the one that arXiv gives; None without one
    that can stand in a filter."""
    names = lookup.hints.identifiers
    arxiv = ARXIV.canonical(names.arxiv)
    doi = DOI.canonical(names.doi) or (f"{ARXIV_DOI}{arxiv}" if arxiv else None)
    return None if doi is None or _SYNTAX.search(doi) else doi


def pmid_to_request(lookup: Lookup) -> str | None:
    """Return the number in PubMed of a lookup; None without a sound one."""
    return PMID.canonical(lookup.hints.identifiers.pmid)


def pmcid_to_request(lookup: Lookup) -> str | None:
    """Return the number in PubMed Central of a lookup, without its letters; None without a sound
    one. The service compares it as it stands behind the slash of its own `ids.pmcid`, where there
    are digits alone (its code in `core/fields.py`, and its answers)."""
    found = PMCID.canonical(lookup.hints.identifiers.pmcid)
    return found and found.removeprefix("PMC")


FILTERS: Mapping[str, Callable[[Lookup], str | None]] = MappingProxyType(
    {
        "ids.openalex": id_or_doi_to_request,
        "doi": doi_to_request,
        "pmid": pmid_to_request,
        "pmcid": pmcid_to_request,
    }
)
"""The filters by identifier, the surest first: each lookup is asked for by the first that it has
a value for."""


def filter_and_value(lookup: Lookup) -> tuple[str, str]:
    """Return the filter that a lookup is asked for by, and its value; "" for both without one."""
    values = ((name, value(lookup)) for name, value in FILTERS.items())
    return next(((name, found) for name, found in values if found), ("", ""))
