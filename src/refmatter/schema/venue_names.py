"""Which names are one venue's: its acronyms, its long name and other spellings.

`data/venues.txt` lists them; `scripts/build_venues.py` makes it from the records' own data and
tells the rule.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

_ORDINAL = re.compile(
    r"\b(?:\d+(?:st|nd|rd|th)|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth"
    r"|eleventh|twelfth|(?:thir|four|fif|six|seven|eigh|nine)teenth"
    r"|(?:twen|thir|for|fif|six|seven)(?:tieth|ty[ -]?\w+))\b"
)
_PARENTHESES = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_WORD = re.compile(r"[^\W_]+")
_SMALL = frozenset("a an and at de for in of on the to und".split())
_PACKING = frozenset("annual proc proceedings".split())
_SPONSORS = frozenset("acm computer cvf iapr ieee sigir sigkdd sigmod society".split())
_MEETING = frozenset("conference meeting symposium".split())
_PARTS = frozenset(
    "adjunct abstracts companion demonstration demonstrations demos findings poster posters "
    "student tutorial tutorials workshop workshops".split()
)
"""Words of what is held or printed beside a conference, and is not the conference."""


@dataclass(frozen=True, slots=True)
class KnownVenue:
    """The names of a venue: its acronyms, the oldest first, each with the first year of the next
    one; its long name, and its abbreviation if it is a journal. "" is no name."""

    acronyms: tuple[tuple[str, int | None], ...]
    long: str
    abbreviation: str = ""

    def acronym(self, year: int | None) -> str:
        """Return the acronym that was in use in a year; the newest if the year is unknown."""
        names = (name for name, until in self.acronyms if year and until and year < until)
        return next(names, self.acronyms[-1][0] if self.acronyms else "")


def is_part(name: str) -> bool:
    """Whether a name is that of a workshop or of other things beside a conference."""
    return "@" in name or not _PARTS.isdisjoint(_WORD.findall(name.casefold()))


def is_numbered(name: str) -> bool:
    """Whether a name has a number, which is that of one meeting and not of the next."""
    return bool(_ORDINAL.search(name.casefold())) or any(map(str.isdigit, name))


def venue_key(name: str) -> str:
    """Return what two spellings of one venue's name have in common: its words, without year,
    edition, sponsors of a conference and small words."""
    text = _PARENTHESES.sub(" ", name.casefold()).replace("&", " and ")
    words = [
        word
        for word in _WORD.findall(_ORDINAL.sub(" ", text))
        if not word.isdigit() and word not in _SMALL
    ]
    if not _MEETING.isdisjoint(words):
        at = next(i for i, word in enumerate(words) if word in _MEETING)
        kept = [w for i, w in enumerate(words) if i > at or w not in _SPONSORS | _PACKING]
        words = words if _MEETING.issuperset(kept) else kept
    elif len(words) > 1 and words[0] in _PACKING:
        words = words[1:]
    return " ".join(words)


@lru_cache(maxsize=16384)
def known_venue(name: str) -> KnownVenue | None:
    """Return the venue that a name is one of; None for one that is unknown or is no conference's
    own name."""
    return None if is_part(name) else _table().get(venue_key(name) or name)


@cache
def _table() -> dict[str, KnownVenue]:
    data = resources.files("refmatter").joinpath("data", "venues.txt").read_text("utf-8")
    return {venue_key(name): venue for venue, names in read_table(data) for name in names}


def read_table(text: str) -> Iterator[tuple[KnownVenue, tuple[str, ...]]]:
    """Yield each venue of the table's text, with all its names.

    A line is a venue: its acronyms (`NIPS<2018` is used before 2018), its long name, its
    abbreviation, and its other spellings, parted by tabs.
    """
    for line in text.splitlines():
        short, long, abbreviation, *others = line.split("\t")
        acronyms = tuple(
            (name, int(until) if until else None)
            for name, _, until in (word.partition("<") for word in short.split("|") if word)
        )
        names = (*(name for name, _ in acronyms), long, abbreviation, *others)
        yield KnownVenue(acronyms, long, abbreviation), tuple(filter(None, names))
