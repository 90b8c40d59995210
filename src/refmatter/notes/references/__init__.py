"""Find the references in a note's body, and turn plain titles into links.

Only top-level items are references; what is nested below one is a person's remark, unless the
top-level item only names a group (`Core`) of nothing but works.

    headings.py   which headings are those of reference lists
    links.py      the text of an item -> the links in it, and what a reader sees
    items.py      the lines of a body -> the items of its reference sections
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from frontmatter.default_handlers import YAMLHandler

from refmatter.errors import ConflictError, NoteError
from refmatter.model import Identifiers, Reference
from refmatter.notes.bylines import people_in_front
from refmatter.notes.references.headings import heading_set
from refmatter.notes.references.items import Heading, ItemReader, ListItem, headings_in
from refmatter.notes.references.links import (
    Link,
    balanced,
    bracketless,
    embedded,
    escaped,
    identifiers_in,
    is_picture,
    links_in,
    unwrapped,
    visible_text,
)

__all__ = [
    "MAX_TITLE", "Heading", "ReferenceSection", "body_at", "columns", "decoded", "find",
    "headings_in", "link", "links_in",
]  # fmt: skip

MAX_TITLE = 2000
"""The most characters an item may have to be taken for a title."""

_TITLE_WORDS = 3
"""The text of a link of so many words is no label, where the text beside it has fewer."""
_YEAR = re.compile(r"(?<!\d)(?:1[89]|20)\d\d(?!\d)")
_MARKS_BETWEEN = r"[\s.,:;–—\"“-]*+"
_BETWEEN_PEOPLE_AND_TITLE = re.compile(
    rf"{_MARKS_BETWEEN}(?:[(\[]?{_YEAR.pattern}[a-z]?[)\]]?)?{_MARKS_BETWEEN}"
)
_LEFT_OVER = re.compile(r"\(\s*\)|\[\s*\]|(?<=\S)[\s,;:|–—-]+\.?$")


@dataclass(frozen=True, slots=True)
class ReferenceSection:
    """The references of a note, and the first heading over them as written, "" for none."""

    heading: str
    references: tuple[Reference, ...]


def find(
    body: str,
    first_line: int,
    headings: Sequence[str],
    identify: Callable[[str], Identifiers] = lambda _: Identifiers(),
) -> ReferenceSection:
    """Return the references of a body that starts on `first_line` (from 1) of its file.

    `headings` are looked for beside those that are known; see `headings.heading_key` for how they
    are compared. A URL in an item names no note; `identify` tells which work it names.
    """
    wanted = heading_set(headings)
    if not wanted.may_be_in(body.casefold()):
        return ReferenceSection("", ())
    reader = ItemReader(body, wanted)
    found = (_reference(item, first_line, identify) for item in reader.items())
    references = tuple(reference for reference in found if reference is not None)
    return ReferenceSection(reader.heading, references)


def link(data: bytes, links: Sequence[tuple[Reference, str]], headings: Sequence[str]) -> bytes:
    """Return the note with these plain references made into links: `[text](target)`.

    Every other byte stays, and so does what every other reference says.

    Raises:
        Conflict: the line no longer holds that reference, or it is a link already.
        NoteError: it cannot be made a link without changing what it says, or is no UTF-8.

    """
    text = decoded(data)
    offset = body_at(text)
    body, first = text[offset:], text.count("\n", 0, offset) + 1
    items = {first + item.line: item for item in ItemReader(body, heading_set(headings)).items()}
    expected = list(find(body, first, headings).references)
    edits: list[tuple[int, int, str]] = []
    for reference, target in links:
        item = items.get(reference.line)
        plain = Reference(reference.text, None, reference.line)
        if item is None or plain not in expected or links_in(item.text):
            raise ConflictError("the line no longer holds the title to be linked", reference.line)
        expected[expected.index(plain)] = Reference(reference.text, target, reference.line)
        title = body[item.start : item.end]
        # Brackets are left as they are wherever they can be: a title is its owner's.
        title = title if balanced(title) or "`" in title else bracketless(title)
        edits.append((item.start, item.end, f"[{title}]({escaped(target)})"))
    linked = body
    for start, end, new in sorted(edits, reverse=True):
        linked = linked[:start] + new + linked[end:]
    if list(find(linked, first, headings).references) != expected:
        raise NoteError("a title cannot be made a link without changing what it says")
    return (text[:offset] + linked).encode()


def columns(data: bytes, headings: Sequence[str]) -> dict[int, int]:
    """Return the columns (from 1, in characters) at which the items of a file's reference sections
    begin to say something, by their lines in the file. Raises NoteError where it is no UTF-8."""
    text = decoded(data)
    offset = body_at(text)
    body, first = text[offset:], text.count("\n", 0, offset) + 1
    items = ItemReader(body, heading_set(headings)).items()
    return {first + item.line: item.start - body.rfind("\n", 0, item.start) for item in items}


def decoded(data: bytes) -> str:
    """Return the text of a file. Raises NoteError if it is not UTF-8."""
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise NoteError("the file is no UTF-8; save it as UTF-8") from error


def body_at(text: str) -> int:
    """Return where the body starts: behind the block that python-frontmatter would split off."""
    boundary: re.Pattern[str] = YAMLHandler.FM_BOUNDARY
    bare = text.removeprefix("\ufeff").lstrip()
    opening = boundary.match(bare)
    closing = boundary.search(bare, bare.find("\n") + 1) if opening and "\n" in bare else None
    if closing is None:
        return len(text) - len(text.removeprefix("\ufeff"))
    end = bare.find("\n", closing.start())
    return len(text) if end < 0 else len(text) - len(bare) + end + 1


def _reference(
    item: ListItem, first_line: int, identify: Callable[[str], Identifiers]
) -> Reference | None:
    if len(item.text) > MAX_TITLE:
        return None
    text = unwrapped(item.text)
    line = first_line + item.line
    if text.startswith("!["):
        if is_picture(text):
            return None
        if target := embedded(text):
            return Reference(target, target, line, plain=False, wiki=True, embed=True)
    links = links_in(text)
    urls = [link.target for link in links if link.leads_away]
    named = _named((*urls, *identifiers_in(text)), identify)
    if not links:
        title = visible_text(text)
        return Reference(title, None, line, named) if title else None
    notes = [link for link in links if link.target and not link.leads_away]
    if notes and (notes[0].start == 0 or len(notes) == 1):
        title = visible_text(notes[0].text) or notes[0].target
        return Reference(title, notes[0].target, line, named, plain=False, wiki=notes[0].wiki)
    title = visible_text(_without(text, links))
    return Reference(title, None, line, named, plain=False) if title else None


def _without(text: str, links: Sequence[Link]) -> str:
    """Return what is left to read when links into the web are gone, and others are their text. A
    text that begins with such a link, or is nothing else, is that link's."""
    if links[0].leads_away and links[0].start == 0 and links[0].text:
        return links[0].text
    first, *further = links
    if first.leads_away and _is_title_behind_people(text, first):
        before, behind = text[: first.start], text[first.end :]
        if _YEAR.search(before + behind) is None:
            return first.text
        text, by = before + first.text + behind, len(first.text) - (first.end - first.start)
        links = [replace(link, start=link.start + by, end=link.end + by) for link in further]
    for link in reversed(links):
        text = text[: link.start] + ("" if link.leads_away else link.text) + text[link.end :]
    away = [link for link in links if link.leads_away]
    if not away:
        return text
    rest = _LEFT_OVER.sub("", text).strip()
    if len(rest.split()) < _TITLE_WORDS:  # `Paper: [A Title of a Work](https://…)`
        titles = (link.text for link in away if len(link.text.split()) >= _TITLE_WORDS)
        rest = next(titles, rest)
    return rest or away[0].target


def _is_title_behind_people(text: str, link: Link) -> bool:
    """Whether a link of so many words as a title has follows people, and perhaps a year."""
    _, end = people_in_front(text)
    return (
        0 < end <= link.start
        and len(link.text.split()) >= _TITLE_WORDS
        and _BETWEEN_PEOPLE_AND_TITLE.fullmatch(text, end, link.start) is not None
    )


def _named(texts: Iterable[str], identify: Callable[[str], Identifiers]) -> Identifiers:
    """Return what URLs and identifiers call the work; nothing where they name different ones."""
    result = Identifiers()
    for text in texts:
        named = identify(text)
        if any(dict(result).get(scheme, value) != value for scheme, value in named):
            return Identifiers()
        result = result.or_else(named)
    return result
