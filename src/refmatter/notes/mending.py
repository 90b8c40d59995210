"""References to drop, links to lead elsewhere -> the note's bytes with that done, proven.

Nothing is taken out but a list item that says a title, or a linked title, and no more.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from refmatter.errors import ConflictError, NoteError
from refmatter.model import Reference
from refmatter.notes.references import body_at, decoded, find
from refmatter.notes.references.items import ItemReader, ListItem, heading_key
from refmatter.notes.references.links import links_in, retargeted, shown, unwrapped

_Edit: TypeAlias = tuple[int, int, str]

_BULLET = re.compile(r"[ \t]*[-*+][ \t]+")


@dataclass(frozen=True, slots=True)
class NoteRepair:
    """A change of a reference list: the link gets another target, or, where that is None, the
    item is taken out."""

    reference: Reference
    target: str | None = None


def mend(data: bytes, mends: Sequence[NoteRepair], headings: Sequence[str]) -> bytes:
    """The note with its reference lists changed so, every other byte as it was.

    Raises:
        Conflict: the line no longer holds that reference.
        NoteError: an item says more than its title or stands in a numbered list, so it is not
            taken out; a link cannot be led elsewhere without changing what the list says; or the
            file is no UTF-8.

    """
    if not mends:
        return data
    text = decoded(data)
    offset = body_at(text)
    body, first = text[offset:], text.count("\n", 0, offset) + 1
    old = find(body, first, headings).references
    items = {
        first + item.line: item
        for item in ItemReader(body, set(map(heading_key, headings))).items()
    }
    known = {reference.line: reference for reference in old}
    edits: list[_Edit] = []
    changed: dict[int, NoteRepair] = {}
    for each in mends:
        line = each.reference.line
        if line in changed or not _is_same(known.get(line), each.reference):
            raise ConflictError("the line no longer holds that reference", line)
        changed[line] = each
        item = items[line]
        edits.append(
            _dropped(body, item, each.reference)
            if each.target is None
            else _led(body, item, each.target)
        )
    mended = body
    for start, end, new in sorted(edits, reverse=True):
        mended = mended[:start] + new + mended[end:]
    gaps = [(first + body.count("\n", 0, s), body[s:e].count("\n")) for s, e, n in edits if not n]
    expected = [
        _moved(reference, gaps, changed.get(reference.line))
        for reference in old
        if reference.line not in changed or changed[reference.line].target is not None
    ]
    if list(find(mended, first, headings).references) != expected:
        raise NoteError("the list cannot be changed without changing what the rest of it says")
    return (text[:offset] + mended).encode()


def _is_same(there: Reference | None, wanted: Reference) -> bool:
    """Whether it says the same; identifiers are not looked for here."""
    return there is not None and (there.text, there.target, there.wiki) == (
        wanted.text,
        wanted.target,
        wanted.wiki,
    )


def _moved(
    reference: Reference, gaps: Sequence[tuple[int, int]], mended: NoteRepair | None
) -> Reference:
    """A reference that stays, on the line where it will be."""
    up = sum(lines for at, lines in gaps if at < reference.line)
    target = mended.target if mended else reference.target
    text = reference.text
    if mended and text == reference.target and reference.wiki:
        text = str(target)  # `[[name]]` shows its target
    return replace(reference, line=reference.line - up, target=target, text=text)


def _dropped(body: str, item: ListItem, reference: Reference) -> _Edit:
    """The lines of an item, to be taken out whole."""
    start = body.rfind("\n", 0, item.start) + 1
    end = body.find("\n", item.end) + 1 or len(body)
    if not _BULLET.fullmatch(body, start, item.start):
        raise NoteError("it has a number or a box; take it out by hand", reference.line)
    text = " ".join(body[item.start : item.end].split())
    links = links_in(text)
    bare = bool(links) and (links[0].start, links[0].end) == (0, len(text))
    said = links[0].text if bare else text
    alone = (bare or not links) and unwrapped(said) == said and shown(said) == reference.text
    if not alone or body[item.end : end].strip() or _has_more(body, item, end):
        raise NoteError("it says more than its title; take it out by hand", reference.line)
    return start, end, ""


def _has_more(body: str, item: ListItem, end: int) -> bool:
    """Whether what follows an item belongs to it: lines that stand further in."""
    below = re.compile(r"(?:[ \t]*\r?\n)*([ \t]*)\S").match(body, end)
    return below is not None and len(below[1].expandtabs(4)) > item.indent


def _led(body: str, item: ListItem, target: str) -> _Edit:
    """The item's first link into the vault, with another target."""
    text = body[item.start : item.end]
    link = next(each for each in links_in(text) if each.target and not each.leads_away)
    start = item.start + link.start
    return start, item.start + link.end, retargeted(text[link.start : link.end], target)
