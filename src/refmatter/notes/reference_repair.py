"""Change reference lists: delete items and redirect links, and prove that nothing else changed.

Only an item that consists of a title, or a linked title, is deleted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from refmatter.errors import ConflictError, NoteError
from refmatter.model import Reference
from refmatter.notes.references import body_at, decoded, find
from refmatter.notes.references.headings import heading_set
from refmatter.notes.references.items import ItemReader, ListItem
from refmatter.notes.references.links import links_in, retargeted, unwrapped, visible_text

_Edit: TypeAlias = tuple[int, int, str]

_BULLET = re.compile(r"[ \t]*[-*+][ \t]+")


@dataclass(frozen=True, slots=True)
class ReferenceRepair:
    """A change of one reference: a new link target, or its deletion if `target` is None."""

    reference: Reference
    target: str | None = None


def repair_references(
    data: bytes, repairs: Sequence[ReferenceRepair], headings: Sequence[str]
) -> bytes:
    """Return the bytes of a note with its reference lists changed, every other byte as it was.

    Raises:
        ConflictError: a line no longer holds its reference.
        NoteError: an item holds more than its title or is in a numbered list, so it is not
            deleted; a link cannot be redirected without changing what the list says; or the
            file is not UTF-8.

    """
    if not repairs:
        return data
    text = decoded(data)
    offset = body_at(text)
    body, first = text[offset:], text.count("\n", 0, offset) + 1
    old = find(body, first, headings).references
    items = {first + item.line: item for item in ItemReader(body, heading_set(headings)).items()}
    references = {reference.line: reference for reference in old}
    edits: list[_Edit] = []
    changed: dict[int, ReferenceRepair] = {}
    for repair in repairs:
        line = repair.reference.line
        if line in changed or not _is_same_reference(references.get(line), repair.reference):
            raise ConflictError("the line no longer holds that reference", line)
        changed[line] = repair
        item = items[line]
        edits.append(
            _deletion(body, item, repair.reference)
            if repair.target is None
            else _relinked(body, item, repair.target)
        )
    repaired = _edited(body, edits)
    gaps = [(first + body.count("\n", 0, s), body[s:e].count("\n")) for s, e, n in edits if not n]
    expected = [
        _moved_reference(reference, gaps, changed.get(reference.line))
        for reference in old
        if reference.line not in changed or changed[reference.line].target is not None
    ]
    if list(find(repaired, first, headings).references) != expected:
        raise NoteError("the list cannot be changed without changing what the rest of it says")
    return (text[:offset] + repaired).encode()


def _edited(body: str, edits: Sequence[_Edit]) -> str:
    """Return the body with each span (start, end) replaced by its new text."""
    for start, end, new in sorted(edits, reverse=True):
        body = body[:start] + new + body[end:]
    return body


def _is_same_reference(found: Reference | None, wanted: Reference) -> bool:
    """Whether two references have the same text and link; identifiers are ignored."""
    return found is not None and (found.text, found.target, found.wiki) == (
        wanted.text,
        wanted.target,
        wanted.wiki,
    )


def _moved_reference(
    reference: Reference, gaps: Sequence[tuple[int, int]], repair: ReferenceRepair | None
) -> Reference:
    """Return a reference as it must read after the repair, on its new line."""
    deleted_lines = sum(count for line, count in gaps if line < reference.line)
    target = repair.target if repair else reference.target
    text = reference.text
    if repair and text == reference.target and reference.wiki:
        text = str(target)  # `[[name]]` shows its target
    return replace(reference, line=reference.line - deleted_lines, target=target, text=text)


def _deletion(body: str, item: ListItem, reference: Reference) -> _Edit:
    """Return the edit that deletes the lines of an item.

    Raises:
        NoteError: the item holds more than its title.

    """
    start = body.rfind("\n", 0, item.start) + 1
    end = body.find("\n", item.end) + 1 or len(body)
    if not _BULLET.fullmatch(body, start, item.start):
        raise NoteError("it has a number or a box; take it out by hand", reference.line)
    text = " ".join(body[item.start : item.end].split())
    links = links_in(text)
    is_link = bool(links) and (links[0].start, links[0].end) == (0, len(text))
    title = links[0].text if is_link else text
    is_title_only = (
        (is_link or not links)
        and unwrapped(title) == title
        and visible_text(title) == reference.text
    )
    if not is_title_only or body[item.end : end].strip() or _has_nested_lines(body, item, end):
        raise NoteError("it says more than its title; take it out by hand", reference.line)
    return start, end, ""


def _has_nested_lines(body: str, item: ListItem, end: int) -> bool:
    """Whether lines after an item belong to it, as they are indented further."""
    below = re.compile(r"(?:[ \t]*\r?\n)*([ \t]*)\S").match(body, end)
    return below is not None and len(below[1].expandtabs(4)) > item.indent


def _relinked(body: str, item: ListItem, target: str) -> _Edit:
    """Return the edit that gives the item's first link into the vault another target."""
    text = body[item.start : item.end]
    link = next(
        candidate for candidate in links_in(text) if candidate.target and not candidate.leads_away
    )
    start = item.start + link.start
    return start, item.start + link.end, retargeted(text[link.start : link.end], target)
