"""Tell whether a note is a reading list: about several works, and so about none."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import combinations, islice

from refmatter.model import Identifiers, TitleSource
from refmatter.notes.note_identifiers import (
    NoteIdentifiers,
    identify,
    in_lone_lines,
    preamble,
)
from refmatter.notes.references import Heading, headings_in, links_in
from refmatter.notes.title import SPECIFIC, cleaned, names_work, word_count
from refmatter.titles import title_key

_MOST_HEADINGS = 200
"""So many headings are looked at."""
_LOWEST = 3
"""The lowest level whose headings may be titles."""
_WRITTEN = frozenset((TitleSource.KEY, TitleSource.HEADING))
_TOP = 1_000
"""So many characters of a section may hold the identifier of its work."""


def is_reading_list(
    body: str, titles: Sequence[tuple[TitleSource, str]], carried: NoteIdentifiers
) -> bool:
    """Whether a body is about several works.

    Headings of one level name them, and two have identifiers of different works; or all headings
    of the level do, alike in what stands below them, or more than two of level 1. Or nothing in the
    note but its file name is a title, and lone lines before its sections lead to different works. A
    note with an identifier of its own, or called like one of its headings, is about one.
    """
    if carried.deciding:
        return False
    if all(source not in _WRITTEN for source, _ in titles) and _differ(
        list(in_lone_lines(preamble(body), bullets=True))
    ):
        return True
    headings = list(islice(headings_in(body), _MOST_HEADINGS))
    for level in range(1, _LOWEST + 1):
        headings_of_level = [heading for heading in headings if heading.level == level]
        works = [heading for heading in headings_of_level if _names_work(heading)]
        if works:
            return not (len(works) == 1 or _is_named_after(works, titles)) and _are_several(
                [_identifiers(body, work, headings) for work in works],
                carried.linked,
                alike=len(works) == len(headings_of_level) and _look_alike(works, headings, titles),
            )
    return False


def _is_named_after(works: Sequence[Heading], titles: Sequence[tuple[TitleSource, str]]) -> bool:
    """Whether a note is called like one of its headings."""
    names = {title_key(text) for source, text in titles if source is not TitleSource.HEADING}
    return any(title_key(_text(work)) in names for work in works)


def _are_several(identifiers: Sequence[Identifiers], linked: Identifiers, *, alike: bool) -> bool:
    """Whether headings with these identifiers name several works; `alike` if they look so."""
    if linked and not any(linked.agrees(named) for named in identifiers):
        return False
    return _differ(identifiers) or alike


def _look_alike(
    works: Sequence[Heading],
    headings: Sequence[Heading],
    titles: Sequence[tuple[TitleSource, str]],
) -> bool:
    """Whether headings look like those of several works: many of level 1, or alike in what stands
    below them."""
    many, alike = len(works) > 2, _are_alike(works, headings)
    if works[0].level > 1:
        return many and alike
    return (many or alike) and not _is_named(titles)


def _text(heading: Heading) -> str:
    return cleaned(heading.text, markdown=True)


def _names_work(heading: Heading) -> bool:
    """Whether a heading names a work in so many words that it is no section's."""
    text = _text(heading)
    return word_count(text) >= SPECIFIC and names_work(text) and text[-1] not in "?？:："


def _is_named(titles: Sequence[tuple[TitleSource, str]]) -> bool:
    """Whether the title key names a work in many words."""
    return any(
        source is TitleSource.KEY and word_count(text) >= SPECIFIC for source, text in titles
    )


def _identifiers(body: str, heading: Heading, headings: Sequence[Heading]) -> Identifiers:
    """Return the identifiers of a heading's links, or else of the first lone line below it."""
    for link in links_in(heading.text):
        if named := identify(link.target):
            return named
    later = (h.start for h in headings if h.start > heading.start and h.level <= heading.level)
    end = min(next(later, len(body)), heading.start + _TOP)
    return next(filter(None, in_lone_lines(body[heading.start : end])), Identifiers())


def _differ(identifiers: Collection[Identifiers]) -> bool:
    """Whether identifiers are of different works."""
    return any(
        not first.agrees(other) for first, other in combinations(filter(None, identifiers), 2)
    )


def _are_alike(works: Sequence[Heading], headings: Sequence[Heading]) -> bool:
    """Whether a heading of a lower level stands below two of these."""
    parts = [set(_below(work, headings)) for work in works]
    return any(first & other for first, other in combinations(parts, 2))


def _below(work: Heading, headings: Sequence[Heading]) -> Iterator[str]:
    """Yield the keys of the headings in a heading's section."""
    for heading in headings:
        if heading.start > work.start:
            if heading.level <= work.level:
                return
            yield title_key(heading.text)
