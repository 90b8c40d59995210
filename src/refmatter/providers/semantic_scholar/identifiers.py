"""Validate identifiers, and convert them to the form that Semantic Scholar takes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from refmatter.model import Identifiers, Lookup
from refmatter.schemes import ACL, ARXIV, CORPUS, DOI, OPENALEX, PMCID, PMID, S2, published_dblp

_OTHER_PATH = re.compile(r"/\.\.?(?:/|$)")
"""Dots alone between slashes would lead to another path of the service."""
_END_OF_MAG = 4_000_000_000
"""OpenAlex began as a copy of the Microsoft Academic Graph: works with a smaller number have
the number they had there, by which this service knows them too."""

CORPUS_PREFIX = "CorpusId:"
"""What stands before the number of a work in the service's corpus."""


def id_to_request(lookup: Lookup) -> str | None:
    """Return the surest id of a lookup in the form the service takes; None without a sound one:
    a malformed id turns the answer for all the others into a 400."""
    names = sound(lookup.hints.identifiers)
    prefixed = (
        ("DOI:", None if _OTHER_PATH.search(names.doi or "") else names.doi),
        ("ARXIV:", names.arxiv),
        ("ACL:", names.acl),
        ("PMID:", names.pmid),
        ("PMCID:", (names.pmcid or "").removeprefix("PMC")),
        (CORPUS_PREFIX, names.corpus),
        ("MAG:", _mag(lookup.hints.identifiers.openalex)),
    )
    return names.s2 or next((prefix + bare for prefix, bare in prefixed if bare), None)


def _mag(openalex: str | None) -> str | None:
    """Return the number of a work of OpenAlex that came from the Microsoft Academic Graph."""
    number = (OPENALEX.canonical(openalex) or "")[1:]
    return number if number and int(number) < _END_OF_MAG else None


def ids_to_request(lookups: Sequence[Lookup]) -> list[str]:
    """Return the distinct ids of lookups that all have one, in order."""
    return list(
        dict.fromkeys(found for lookup in lookups if (found := id_to_request(lookup)) is not None)
    )


def sound(names: Identifiers) -> Identifiers:
    """Return those identifiers that have the form of their scheme, in canonical form."""
    doi = DOI.canonical(names.doi)
    return Identifiers(
        s2=S2.canonical(names.s2),
        doi=doi,
        arxiv=ARXIV.canonical(names.arxiv) or ARXIV.of_doi(doi),
        acl=ACL.canonical(names.acl),
        dblp=published_dblp(names.dblp),
        pmid=PMID.canonical(names.pmid),
        pmcid=PMCID.canonical(names.pmcid),
        corpus=CORPUS.canonical(names.corpus),
    )
