"""Remove implausible values from a provider's record, with a remark on each.

A right match can carry a wrong field. Text is cleaned; a value that is wrong is left out, so
that another provider's may take its place; nothing is made up. Every change is a `Remark`, which
a person can check against the record.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import TypeAlias

from msgspec.structs import replace

from refmatter.fields import Field
from refmatter.matching import years
from refmatter.matching.author_names import first_impossible_name
from refmatter.model import Remark, RemarkKind, Work
from refmatter.people.name_case import in_ordinary_case
from refmatter.titles import readable, title_key

COUNTED = 10_000_000
"""No work has more citations or references."""

Cleaned: TypeAlias = tuple[Work, tuple[Remark, ...]]

LONGEST = {"author": 300, "venue": 500, "field of study": 100}
"""Letters of the longest name of each kind; a collaboration's, and a conference's with its place
and days, have fewer. What is longer is no name."""
AUTHORS = 20_000
"""The longest list of authors: of those that are known, the longest has some 15,000 names."""

_PASSES = 8
_MAX_LETTERS = 80
_MARKS = re.compile(r"[&<{\\]")

# What a list has that may need a look: words in capitals, numbers, and words of a cut.
_ODD = re.compile(
    r"[0-9…]|\.\.|[A-Z\u00c0-\u00d6\u00d8-\u00de]{2}|\b(?i:et|etal|etalii|others?|more)\b"
)
_FIRST = itemgetter(slice(1))
_CUT = re.compile(
    r"(?:^|[\s,;(\[])(?:et\.?\s?al(?:ii)?|(?:and|&)\s(?:\d+\s)?others?|\d+\s(?:more|others?)|"
    r"(?:\d+\s)?more\sauthors)[\s.)\]]*$|^\W*others\W*$|(?:\.\.\.|…)[\s.)\]]{0,9}$",
    re.IGNORECASE,
)
_NUMBER = re.compile("0[0-9]{3}")

# A word with a letter in it, other than those that stand before figures.
_NAME = re.compile(
    r"(?<![^\W_])(?!(?:pp?|pages?|vols?|volumes?|no|nr|number|issue)(?![^\W_]))\d*[^\W\d_]",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"<?(?:https?://|www\.)\S+", re.IGNORECASE)

# As Semantic Scholar, DBLP, OpenAlex, Crossref, and people call them. `XIV` is a number.
_SERVER = re.compile(
    r"(?:preprint\W+(?:(?:on|at)\W+)?)?"
    r"(?:\w+ri?xiv\b.*|(?:corr|computing research repository)(?:\W+abs\b.*)?"
    r"|ssrn\b.*|social science research network.*|research square\b.*|(?:peerj )?preprints"
    r"(?:\.org)?(?: \(.*)?|openreview\b.*|osf(?:\.io| preprints)?|authorea\b.*|cogprints|vixra\b.*"
    r"|(?:iacr )?cryptol\S* eprint arch.*|zenodo\b.*|hal(?: \(.*)?)",
    re.IGNORECASE,
)
_SERVER_DOIS = (
    "10.48550/", "10.1101/", "10.2139/", "10.21203/", "10.20944/", "10.26434/", "10.31234/",
    "10.31219/", "10.36227/", "10.5281/",
)  # fmt: skip


def plausible(work: Work, latest: int | None = None) -> Cleaned:
    """Return the work without implausible values, and what was wrong with them: the same object
    and no remarks where nothing was.

    `latest` is the last year that a work may have: publishers date ahead, so the next one.
    """
    remarks: tuple[Remark, ...] = ()
    for clean in (_short, _legible, _authors, _venue, _counts):
        work, wrong = clean(work)
        remarks += wrong
    if work.year is None:
        return work, remarks
    remark = years.year_remark(work.year, work.identifiers, published=False, latest=latest)
    if remark and _is_published(work):
        remark = years.year_remark(work.year, work.identifiers, published=True, latest=latest)
    return (replace(work, year=None), (*remarks, remark)) if remark else (work, remarks)


@lru_cache(maxsize=1024)
def is_preprint_server(venue: str) -> bool:
    """Whether a venue is where preprints are put, and so no word on where a work appeared."""
    return _SERVER.fullmatch(readable(venue)) is not None


def _is_published(work: Work) -> bool:
    """Whether the record is a publication's, and so may be older than its posting: it says so,
    or has a venue or a DOI that no server of preprints gave."""
    if work.preprint is not None:
        return not work.preprint
    doi = work.identifiers.doi
    return bool(
        (work.venue and not is_preprint_server(work.venue))
        or (doi and not doi.lower().startswith(_SERVER_DOIS))
    )


def _short(work: Work) -> Cleaned:
    """Without what is too long to be a name, before anything is looked for in it. A list of
    authors that has such a name is no list of the authors."""
    remarks = []
    names, venue = work.authors or (), work.venue or ""
    if long := next((name for name in names if len(name) > LONGEST["author"]), ""):
        work = replace(work, authors=None)
        remarks.append(_remark(RemarkKind.IMPOSSIBLE_NAME, Field.AUTHORS, long))
    elif len(names) > AUTHORS:
        work = replace(work, authors=None)
        remarks.append(_remark(RemarkKind.TOO_MANY_AUTHORS, Field.AUTHORS, str(len(names))))
    if len(venue) > LONGEST["venue"]:
        work = replace(work, venue=None)
        remarks.append(_remark(RemarkKind.IMPOSSIBLE_VENUE, Field.VENUE, venue))
    if long := next((name for name in work.other_venues if len(name) > LONGEST["venue"]), ""):
        short = tuple(name for name in work.other_venues if len(name) <= LONGEST["venue"])
        work = replace(work, other_venues=short)
        remarks.append(_remark(RemarkKind.IMPOSSIBLE_OTHER_VENUES, Field.VENUE, long))
    fields = work.fields_of_study or ()
    if long := next((name for name in fields if len(name) > LONGEST["field of study"]), ""):
        short = tuple(name for name in fields if len(name) <= LONGEST["field of study"])
        work = replace(work, fields_of_study=short or None)
        remarks.append(_remark(RemarkKind.IMPOSSIBLE_FIELDS, Field.FIELDS_OF_STUDY, long))
    return work, tuple(remarks)


def _legible(work: Work) -> Cleaned:
    """Markup, entities, LaTeX and characters nobody sees, undone in every text."""
    texts = tuple(text for _, text in _texts(work))
    joined = "|".join(("", *texts, ""))
    if joined.isprintable() and not (
        "&" in joined
        or "<" in joined
        or "{" in joined
        or "\\" in joined
        or "  " in joined
        or "| " in joined
        or " |" in joined
    ):
        return work, ()
    clean = {text: _unescaped(text) for text in texts}
    turned = replace(
        work,
        # A title is what a record is known by: one that is markup alone stays.
        title=clean[work.title] or work.title,
        venue=work.venue and clean[work.venue],
        authors=work.authors and tuple(clean[name] for name in work.authors),
        other_venues=tuple(clean[name] for name in work.other_venues),
        fields_of_study=work.fields_of_study
        and tuple(clean[name] for name in work.fields_of_study),
    )
    if turned == work:
        return work, ()
    wrong = {text: name for name, text in reversed(_texts(work)) if text != clean[text]}
    return turned, tuple(
        _remark(RemarkKind.MARKUP, wrong[text], text)
        for text in dict.fromkeys(texts)
        if text in wrong
    )


def _texts(work: Work) -> list[tuple[Field, str]]:
    """Every text of a record, with its field."""
    return [
        (Field.TITLE, work.title),
        (Field.VENUE, work.venue or ""),
        *((Field.AUTHORS, name) for name in work.authors or ()),
        *((Field.VENUE, name) for name in work.other_venues),
        *((Field.FIELDS_OF_STUDY, name) for name in work.fields_of_study or ()),
    ]


def _unescaped(text: str) -> str:
    """Return a text with its escapes undone, repeatedly: some texts were escaped twice."""
    for _ in range(_PASSES):
        clean = readable(text)
        if clean == text:
            return text
        text = clean
    return readable(_MARKS.sub(" ", text))


def _authors(work: Work) -> Cleaned:
    """Return names as people have them. A list that somebody cut is no list of the authors, nor is
    one with an entry that is nobody's name."""
    names = work.authors
    if names is None:
        return work, ()
    odd = not names or len(set(names)) < len(names) or _may_be_odd(names)
    bare = tuple(_unnumbered(name) for name in names) if odd else names
    if wrong := _wrong(bare, odd=odd):
        return replace(work, authors=None), (wrong,)
    if not odd:
        return work, ()
    turned = in_ordinary_case(bare)
    once = _once(turned)
    if once == names:
        return work, ()
    remarks = [
        *_changed(RemarkKind.AUTHOR_NUMBER, names, bare),
        *_changed(RemarkKind.CAPITALS, bare, turned),
    ]
    if len(once) < len(turned):
        remarks.append(_remark(RemarkKind.REPEATED_AUTHORS, Field.AUTHORS, once[0]))
    return replace(work, authors=once), tuple(remarks)


def _wrong(names: Sequence[str], *, odd: bool) -> Remark | None:
    """Return why a list is none of the authors; None where it may be one."""
    if not names:
        return _remark(RemarkKind.NO_AUTHORS, Field.AUTHORS)
    if odd and (cut := next((name for name in names if _CUT.search(name)), "")):
        return _remark(RemarkKind.CUT_AUTHORS, Field.AUTHORS, cut)
    nobody = first_impossible_name(names)
    return None if nobody is None else _remark(RemarkKind.IMPOSSIBLE_NAME, Field.AUTHORS, nobody)


def _may_be_odd(names: Sequence[str]) -> bool:
    """Whether a list needs a closer look. Nearly all lists have nothing but words with one
    capital, which `istitle` tells in a tenth of the time."""
    joined = "|".join(names)
    if joined.istitle():
        odd = (
            " 0" in joined
            or "Et" in joined
            or "Other" in joined
            or "More" in joined
            or ".." in joined
            or "…" in joined
        )
    else:
        odd = _ODD.search(joined) is not None
    return odd or not all(map(str.isalpha, map(_FIRST, names)))


def _unnumbered(name: str) -> str:
    """Without the number by which DBLP tells persons of one name apart: `Wei Wang 0001`."""
    words = name.split(" ")
    while len(words) > 1 and _NUMBER.fullmatch(words[-1]):
        words.pop()
    return " ".join(words)


def _once(names: tuple[str, ...]) -> tuple[str, ...]:
    """Each name once where all stand there twice. One name that does may be two persons'."""
    twice = bool(names) and min(Counter(names).values()) > 1
    return tuple(dict.fromkeys(names)) if twice else names


def _changed(kind: RemarkKind, before: Sequence[str], after: Sequence[str]) -> Iterator[Remark]:
    """Yield a remark on the first name that changed, if any did."""
    first = next((old for old, new in zip(before, after, strict=True) if old != new), None)
    if first is not None:
        yield _remark(kind, Field.AUTHORS, first)


def _venue(work: Work) -> Cleaned:
    """Return the work with a plausible venue or none, and remarks; "", a venue known to be unknown,
    stays."""
    remarks: tuple[Remark, ...] = ()
    if work.other_venues:
        others = tuple(dict.fromkeys(filter(_is_venue, work.other_venues)))
        if len(others) < len(work.other_venues):
            gone = Counter(work.other_venues) - Counter(others)
            work = replace(work, other_venues=others)
            first = next(iter(gone))
            remarks = (_remark(RemarkKind.IMPOSSIBLE_OTHER_VENUES, Field.VENUE, first),)
    venue = work.venue
    if not venue:
        return work, remarks
    kind = None
    if not _is_venue(venue):
        kind = RemarkKind.IMPOSSIBLE_VENUE
    elif _is_title(venue, work.title):
        kind = RemarkKind.TITLE_AS_VENUE
    if kind is None:
        return work, remarks
    return replace(work, venue=None), (*remarks, _remark(kind, Field.VENUE, venue))


def _is_venue(text: str) -> bool:
    """Not a web address, and more than figures with or without words for pages and volumes."""
    if ("://" in text or "www." in text) and _ADDRESS.match(text):
        return False
    return _NAME.search(text) is not None


def _is_title(venue: str, title: str) -> bool:
    short, long = sorted((len(venue), len(title)))
    return long < 2 * short and title_key(venue) == title_key(title) != ""


def _counts(work: Work) -> Cleaned:
    """Counts that can be, and fields of study that are not empty."""
    remarks: list[Remark] = []
    citations, refers = work.citation_count, work.reference_count
    if citations is not None and not 0 <= citations <= COUNTED:
        work = replace(work, citation_count=None)
        remarks.append(_remark(RemarkKind.IMPOSSIBLE_COUNT, Field.CITATION_COUNT, str(citations)))
    if refers is not None and not 0 <= refers <= COUNTED:
        work = replace(work, reference_count=None)
        remarks.append(_remark(RemarkKind.IMPOSSIBLE_COUNT, Field.REFERENCE_COUNT, str(refers)))
    fields = work.fields_of_study
    if fields is not None:
        sound = tuple(dict.fromkeys(filter(None, fields)))
        if len(sound) < len(fields) or not sound:
            work = replace(work, fields_of_study=sound or None)
            remarks.append(_remark(RemarkKind.IMPOSSIBLE_FIELDS, Field.FIELDS_OF_STUDY))
    return work, tuple(remarks)


def _remark(kind: RemarkKind, field: Field, value: str = "") -> Remark:
    """Return a remark on a value, of which it has the first letters, all of them visible."""
    text = value if value.isprintable() else ascii(value)[1:-1]
    return Remark(kind, field, f"{text[:_MAX_LETTERS]}…" if len(text) > _MAX_LETTERS else text)
