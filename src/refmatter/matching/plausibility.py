"""A provider's record -> the record without what cannot be so, and what was wrong with it.

A right match can carry a wrong field. Text is cleaned; a value that is wrong is left out, so
that another provider's may take its place; nothing is made up. What was changed is told in
words that a person can check against the record.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from operator import itemgetter
from typing import TypeAlias

from msgspec.structs import replace

from refmatter.matching import years
from refmatter.matching.author_names import first_impossible
from refmatter.model import Work
from refmatter.people.name_case import in_ordinary_case
from refmatter.titles import readable, title_key

COUNTED = 10_000_000
"""No work has more citations or references."""

Looked: TypeAlias = tuple[Work, tuple[str, ...]]

LONGEST = {"author": 300, "venue": 500, "field of study": 100}
"""Letters of the longest name of each kind; a collaboration's, and a conference's with its place
and days, have fewer. What is longer is no name."""
AUTHORS = 20_000
"""The longest list of authors: of those that are known, the longest has some 15,000 names."""

_PASSES = 8
_SHOWN = 80
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


def sane(work: Work, latest: int | None = None) -> Looked:
    """The work with what cannot be so left out or cleaned, and what was wrong, in words a person
    can check: the same object and nothing where nothing was.

    `latest` is the last year that a work may have: publishers date ahead, so the next one.
    """
    remarks: tuple[str, ...] = ()
    for look in (_short, _legible, _authors, _venue, _counts):
        work, said = look(work)
        remarks += said
    if work.year is None:
        return work, remarks
    wrong = years.doubt(work.year, work.identifiers, published=False, latest=latest)
    if wrong and _is_published(work):
        wrong = years.doubt(work.year, work.identifiers, published=True, latest=latest)
    return (replace(work, year=None), (*remarks, wrong)) if wrong else (work, remarks)


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


def _short(work: Work) -> Looked:
    """What is too long to be a name left out, before anything is looked for in it. A list of
    authors that has such a one is no list of the authors."""
    remarks = []
    names, venue = work.authors or (), work.venue or ""
    if long := next((each for each in names if len(each) > LONGEST["author"]), ""):
        work = replace(work, authors=None)
        remarks.append(f"authors left out, no name: {_quoted(long)}")
    elif len(names) > AUTHORS:
        work = replace(work, authors=None)
        remarks.append(f"{len(names)} authors")
    if len(venue) > LONGEST["venue"]:
        work = replace(work, venue=None)
        remarks.append(f"a venue that is none: {_quoted(venue)}")
    if any(len(each) > LONGEST["venue"] for each in work.other_venues):
        kept = tuple(each for each in work.other_venues if len(each) <= LONGEST["venue"])
        work = replace(work, other_venues=kept)
        remarks.append("other names of the venue that are too long to be one")
    fields = work.fields_of_study or ()
    if any(len(each) > LONGEST["field of study"] for each in fields):
        kept = tuple(each for each in fields if len(each) <= LONGEST["field of study"])
        work = replace(work, fields_of_study=kept or None)
        remarks.append("fields of study that are too long to be one")
    return work, tuple(remarks)


def _legible(work: Work) -> Looked:
    """Markup, entities, LaTeX and characters nobody sees, undone in every text."""
    texts = (
        work.title,
        work.venue or "",
        *(work.authors or ()),
        *work.other_venues,
        *(work.fields_of_study or ()),
    )
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
    clean = {text: _read(text) for text in texts}
    turned = replace(
        work,
        # A title is what a record is known by: one that is markup alone stays.
        title=clean[work.title] or work.title,
        venue=work.venue and clean[work.venue],
        authors=work.authors and tuple(clean[name] for name in work.authors),
        other_venues=tuple(clean[name] for name in work.other_venues),
        fields_of_study=work.fields_of_study
        and tuple(clean[each] for each in work.fields_of_study),
    )
    if turned == work:
        return work, ()
    wrong = dict.fromkeys(text for text in texts if text != clean[text])
    return turned, tuple(f"markup or stray characters in {_quoted(text)}" for text in wrong)


def _read(text: str) -> str:
    """A text from which nothing more can be undone: what was escaped twice is undone twice."""
    for _ in range(_PASSES):
        clean = readable(text)
        if clean == text:
            return text
        text = clean
    return readable(_MARKS.sub(" ", text))


def _authors(work: Work) -> Looked:
    """Names as people have them. A list that somebody cut is no list of the authors, nor is one
    with an entry that is nobody's name."""
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
    remarks = (
        *_changed("DBLP's number behind an author", names, bare),
        *_changed("authors in capitals", bare, turned),
        *(("every author stands there twice",) if len(once) < len(turned) else ()),
    )
    return replace(work, authors=once), remarks


def _wrong(names: Sequence[str], *, odd: bool) -> str:
    """Why a list is none of the authors; "" where it may be one."""
    if not names:
        return "an empty list of authors"
    if odd and (cut := next((name for name in names if _CUT.search(name)), "")):
        return f"authors cut short: {_quoted(cut)}"
    nobody = first_impossible(names)
    return "" if nobody is None else f"authors left out, no name: {_quoted(nobody)}"


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


def _changed(what: str, before: Sequence[str], after: Sequence[str]) -> tuple[str, ...]:
    first = next((old for old, new in zip(before, after, strict=True) if old != new), None)
    return () if first is None else (f"{what}: {_quoted(first)}",)


def _venue(work: Work) -> Looked:
    """A venue that is one; "" stays, which says that there is none."""
    remarks: tuple[str, ...] = ()
    if work.other_venues:
        others = tuple(dict.fromkeys(filter(_is_venue, work.other_venues)))
        if len(others) < len(work.other_venues):
            work = replace(work, other_venues=others)
            remarks = ("other names of the venue that are none, or stand there twice",)
    venue = work.venue
    if not venue:
        return work, remarks
    if not _is_venue(venue):
        return replace(work, venue=None), (*remarks, f"a venue that is none: {_quoted(venue)}")
    if _is_title(venue, work.title):
        return replace(work, venue=None), (*remarks, f"the title as the venue: {_quoted(venue)}")
    return work, remarks


def _is_venue(text: str) -> bool:
    """Not a web address, and more than figures with or without words for pages and volumes."""
    if ("://" in text or "www." in text) and _ADDRESS.match(text):
        return False
    return _NAME.search(text) is not None


def _is_title(venue: str, title: str) -> bool:
    short, long = sorted((len(venue), len(title)))
    return long < 2 * short and title_key(venue) == title_key(title) != ""


def _counts(work: Work) -> Looked:
    """Counts that can be, and fields of study that say something."""
    remarks: list[str] = []
    cited, refers = work.citation_count, work.reference_count
    if cited is not None and not 0 <= cited <= COUNTED:
        work = replace(work, citation_count=None)
        remarks.append(f"{cited} citations")
    if refers is not None and not 0 <= refers <= COUNTED:
        work = replace(work, reference_count=None)
        remarks.append(f"{refers} references")
    fields = work.fields_of_study
    if fields is not None:
        sound = tuple(dict.fromkeys(each for each in fields if each))
        if len(sound) < len(fields) or not sound:
            work = replace(work, fields_of_study=sound or None)
            remarks.append("fields of study that are empty, or stand there twice")
    return work, tuple(remarks)


def _quoted(text: str) -> str:
    """A text in a remark, short and on one line."""
    shown = text if text.isprintable() else ascii(text)[1:-1]
    return f'"{shown[:_SHOWN]}…"' if len(shown) > _SHOWN else f'"{shown}"'
