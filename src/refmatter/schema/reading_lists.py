"""A note's body -> whether it is about several works, and so about none: a reading list."""

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
    if carried.own:
        return False
    if all(source not in _WRITTEN for source, _ in titles) and _differ(
        list(in_lone_lines(preamble(body), bullets=True))
    ):
        return True
    headings = list(islice(headings_in(body), _MOST_HEADINGS))
    for level in range(1, _LOWEST + 1):
        own = [each for each in headings if each.level == level]
        works = [each for each in own if _names_work(each)]
        if works:
            return (
                len(works) > 1
                and not _is_called_like(works, titles)
                and _are_several(body, works, own, headings, titles, carried.linked)
            )
    return False


def _is_called_like(works: Sequence[Heading], titles: Sequence[tuple[TitleSource, str]]) -> bool:
    """Whether a note is called like one of its headings."""
    names = {title_key(text) for source, text in titles if source is not TitleSource.HEADING}
    return any(title_key(_text(each)) in names for each in works)


def _are_several(  # noqa: PLR0913, PLR0917 - a note's parts, each read once
    body: str,
    works: Sequence[Heading],
    own: Sequence[Heading],
    headings: Sequence[Heading],
    titles: Sequence[tuple[TitleSource, str]],
    linked: Identifiers,
) -> bool:
    """Whether those headings of a level (`own` are all of them) that name `works` name several."""
    said = [_identifiers(body, each, headings) for each in works]
    if linked and not any(linked.agrees(each) for each in said):
        return False
    if _differ(said):
        return True
    if len(works) < len(own):
        return False
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
    """The identifiers of a heading's links, or else of the first lone line below it."""
    for link in links_in(heading.text):
        if named := identify(link.target):
            return named
    later = (h.start for h in headings if h.start > heading.start and h.level <= heading.level)
    end = min(next(later, len(body)), heading.start + _TOP)
    return next(filter(None, in_lone_lines(body[heading.start : end])), Identifiers())


def _differ(said: Collection[Identifiers]) -> bool:
    """Whether identifiers are of different works."""
    return any(not one.agrees(other) for one, other in combinations(filter(None, said), 2))


def _are_alike(works: Sequence[Heading], headings: Sequence[Heading]) -> bool:
    """Whether a heading of a lower level stands below two of these."""
    parts = [set(_below(work, headings)) for work in works]
    return any(one & other for one, other in combinations(parts, 2))


def _below(work: Heading, headings: Sequence[Heading]) -> Iterator[str]:
    """The keys of the headings in a heading's section."""
    for each in headings:
        if each.start > work.start:
            if each.level <= work.level:
                return
            yield title_key(each.text)
