"""Identifiers as anybody writes them -> those that are sound, and the form the service takes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from refmatter.model import Identifiers, Lookup

# One malformed id turns the answer for all the others into a 400, so shapes are checked here.
_PAPER_ID = re.compile("[0-9a-f]{40}")
# Dots alone between slashes would lead to another path of the service.
_DOI = re.compile(r"10\.[0-9]{4,9}(?!.*/\.\.?(?:/|$))/[!-~]{1,200}")
_ARXIV = re.compile(
    r"(?:(\d{4}\.\d{4,5})|([a-z]+(?:-[a-z]+)?)(?:\.[A-Z]{2})?(/\d{7}))(?:v\d+)?", re.ASCII
)
_ACL = re.compile(r"[A-Z]\d{2}-\d{4,5}|\d{4}\.[a-z0-9_]+-[a-z0-9_]+\.\d{1,4}", re.ASCII)
_DBLP = re.compile(r"[a-z]+/[!-~]{3,200}")
_OPENALEX = re.compile(r"W([1-9]\d{0,9})", re.ASCII)
_ARXIV_DOI = "10.48550/arxiv."
_END_OF_MAG = 4_000_000_000
"""OpenAlex began as a copy of the Microsoft Academic Graph: works with a smaller number have
the number they had there, by which this service knows them too."""


def asked_id(lookup: Lookup) -> str | None:
    """The surest id of a lookup in the form the service takes; None without a sound one."""
    said = lookup.hints.identifiers
    has = sound(said)
    prefixed = (
        ("DOI:", has.doi),
        ("ARXIV:", has.arxiv),
        ("ACL:", has.acl),
        ("MAG:", _mag(said.openalex or "")),
    )
    return has.s2 or next((prefix + bare for prefix, bare in prefixed if bare), None)


def _mag(openalex: str) -> str | None:
    """The number of a work of OpenAlex that came from the Microsoft Academic Graph."""
    found = _OPENALEX.fullmatch(openalex.strip())
    return found[1] if found and int(found[1]) < _END_OF_MAG else None


def asked_ids(lookups: Sequence[Lookup]) -> list[str]:
    """The distinct ids of lookups that all have one, in order."""
    return list(dict.fromkeys(found for each in lookups if (found := asked_id(each)) is not None))


def sound(said: Identifiers) -> Identifiers:
    """Only those identifiers that have their system's shape, in the model's bare form."""
    s2 = (said.s2 or "").strip().lower()
    doi = re.sub(r"^(?:https?://(?:dx\.)?doi\.org/|doi:)", "", (said.doi or "").strip().lower())
    arxiv = said.arxiv or (doi.removeprefix(_ARXIV_DOI) if doi.startswith(_ARXIV_DOI) else "")
    preprint = _ARXIV.fullmatch(re.sub(r"(?i)^arxiv:", "", arxiv.strip()))
    acl = (said.acl or "").strip()
    dblp = (said.dblp or "").strip()
    return Identifiers(
        s2=s2 if _PAPER_ID.fullmatch(s2) else None,
        doi=doi if _DOI.fullmatch(doi) else None,
        # Without version, and without the subject class that old ids may be written with.
        arxiv=(preprint[1] or preprint[2] + preprint[3]) if preprint else None,
        acl=acl if _ACL.fullmatch(acl) else None,
        # DBLP's key of the preprint would contradict its key of the same work's proceedings.
        dblp=dblp if _DBLP.fullmatch(dblp) and not dblp.startswith("journals/corr/") else None,
    )
