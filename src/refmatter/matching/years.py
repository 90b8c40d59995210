"""Check a year against the identifiers of its work.

Many identifiers tell the year in which they were given. A work's year is not before them: by
more than a year for those of preprints and conferences, by more than three for those that a
publication gets, as services tell the year of a first appearance that they may not name. The
earliest counts. Only arXiv takes what was published long before.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

from refmatter.fields import Field
from refmatter.model import Identifiers, Remark, RemarkKind
from refmatter.schemes import ACL, ARXIV

EARLIEST = 1400
"""Before printing there were no publications."""
LIFETIME = 50
"""Years after which an author may still post a publication on arXiv: a working life. Volumes
back to 1985 were posted as a whole in 2011 to 2013 (JAIR, UAI)."""
AHEAD = 3
"""Years by which a preprint may be ahead of its publication: that Semantic Scholar keeps, whose
year is the first appearance's (in 2,200 of its records two at most)."""
EXTENDED = 3
"""Years after a conference in which the journal form of its paper may appear, with which
Semantic Scholar merges it (in 1,552 of its records two at most)."""

# Keys end in two digits of the year behind the authors (dblp.org/faq). In 82,000 records of
# conferences and journals none is later than the record's year by more than one.
_DBLP = re.compile(r"(?:conf|journals)/([^/\s]+)/\S*[A-Za-z](\d\d)[a-z]{0,2}", re.ASCII)
_CORR = re.compile(r"journals/corr/abs-(\d\d)\d\d-\d{4,5}", re.ASCII)
# The year of a conference, or in which a journal took the paper: of 33,000 records none is
# from more than one year before.
_DOI = re.compile(
    r"10\.(?:1109/[a-z0-9-]+\.|1016/j\.[a-z]+\.|24963/ijcai\.|21437/interspeech\.)"
    r"((?:19|20)\d\d)[./-]\S+",
    re.ASCII,
)


class _IdentifierYear(NamedTuple):
    """The year of an identifier, and by how many years a work's may be before it. `posted`
    tells that it is that of a posting on arXiv; `digits` are the first four of its number."""

    system: str
    name: str
    year: int
    before: int = 1
    posted: bool = False
    digits: int | None = None


def year_remark(
    year: int, identifiers: Identifiers, *, published: bool, latest: int | None = None
) -> Remark | None:
    """Return why this cannot be the work's year; None where nothing is against it.

    `published` tells that the record is a publication's: it may be older than its posting on
    arXiv. `latest` is the last year that is accepted.
    """
    if year < EARLIEST or (latest is not None and year > latest):
        return Remark(RemarkKind.IMPOSSIBLE_YEAR, Field.YEAR, str(year))
    known: list[_IdentifierYear] = []
    for dated in _years(identifiers):
        if abs(year - dated.year) <= 1:
            return None
        known.append(dated)
    return _against(year, known, published=published) if known else None


def publication_year(
    year: int | None, identifiers: Identifiers, streams: Collection[str]
) -> int | None:
    """Return the year in which a work was published at its venue; None where that is not certain.

    `year` is that of the record that names the venue, `streams` are the venue's names in DBLP's
    keys. An identifier of the venue has the year, if the record's is at most one year away. The
    record's year may be that of the preprint, if arXiv's identifier has the same.
    """
    known = [dated for dated in _years(identifiers) if not dated.posted and dated.system != "DOI"]
    found = {
        dated.year
        for dated in known
        if dated.system != "DBLP" or dated.name.split("/")[1] in streams
    }
    if len(found) > 1:
        return None
    if found:
        at_venue = found.pop()
        return at_venue if year is None or abs(at_venue - year) <= 1 else None
    if any(abs(dated.year - year) > 1 for dated in known) if year else True:
        return None
    is_preprints = any(dated.posted and dated.year == year for dated in _years(identifiers))
    return None if is_preprints else year


def _against(year: int, known: list[_IdentifierYear], *, published: bool) -> Remark | None:
    """Return why a year is not the work's, none of whose identifiers has it."""
    first = min(known, key=lambda dated: (dated.year, dated.before, dated.system))
    misread = any(year == dated.digits for dated in known)
    if year < first.year:
        late = published and all(dated.posted for dated in known) and first.year - year <= LIFETIME
        ahead = year >= first.year - first.before
        if ahead or (late and not misread):
            return None
        return _contradicted(RemarkKind.YEAR_BEFORE_IDENTIFIER, year, first)
    last = max(known, key=lambda dated: (dated.year, dated.system))
    bound = last.system == "ACL" and year > last.year + EXTENDED
    if not (bound or misread):
        return None
    return _contradicted(RemarkKind.YEAR_AFTER_IDENTIFIER, year, last)


def _contradicted(kind: RemarkKind, year: int, dated: _IdentifierYear) -> Remark:
    identifier = f"{dated.system} {dated.name}"
    return Remark(kind, Field.YEAR, str(year), other=str(dated.year), identifier=identifier)


def _years(identifiers: Identifiers) -> Iterator[_IdentifierYear]:
    """Yield the years that identifiers tell, one at a time: the first that agrees is enough."""
    doi = (identifiers.doi or "").lower()
    if arxiv := ARXIV.bare(identifiers.arxiv or "") or ARXIV.of_doi(doi):
        # It began in 1991; in 2007 the numbers lost the name of their archive.
        archive, _, number = arxiv.rpartition("/")
        year = _four_digits(number[:2], since=91) if archive else 2000 + int(number[:2])
        digits = None if archive else int(number[:4])
        yield _IdentifierYear("arXiv", arxiv, year, posted=True, digits=digits)
    if acl := ACL.bare(identifiers.acl or "") or ACL.of_doi(doi):
        # The four digits came in 2020; before, the oldest papers were of 1965.
        year = _four_digits(acl[1:3], since=60) if acl[0].isalpha() else int(acl[:4])
        yield _IdentifierYear("ACL", acl, year)
    if dblp := identifiers.dblp:
        if found := _CORR.fullmatch(dblp):
            yield _IdentifierYear("DBLP", dblp, 2000 + int(found[1]), posted=True)
        elif found := _DBLP.fullmatch(dblp):
            # The oldest papers there are of 1936.
            year, posted = _four_digits(found[2], since=36), found[1] == "corr"
            yield _IdentifierYear("DBLP", dblp, year, before=1 if posted else AHEAD, posted=posted)
    if doi and (found := _DOI.fullmatch(doi)):
        yield _IdentifierYear("DOI", doi, int(found[1]), before=AHEAD)


def _four_digits(two: str, since: int) -> int:
    return int(two) + (1900 if int(two) >= since else 2000)
