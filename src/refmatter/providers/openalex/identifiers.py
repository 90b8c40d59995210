"""Choose the identifiers by which the OpenAlex API can be queried."""

from __future__ import annotations

import re

from refmatter.model import Lookup
from refmatter.schemes import ARXIV, ARXIV_DOI, DOI, OPENALEX

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
