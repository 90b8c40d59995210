"""Find dangling links and repeated works in the reference lists of notes."""

from __future__ import annotations

from collections.abc import Iterator

from refmatter.lint.problems import Problem
from refmatter.lint.rules import DANGLING_LINK, LISTED_TWICE, MOVED_LINK
from refmatter.lint.same_title import equal_titles, is_distinctive
from refmatter.lint.targets import VaultLinks
from refmatter.model import Note, Reference
from refmatter.notes.reference_repair import ReferenceRepair
from refmatter.titles import title_key


def dangling_links(note: Note, targets: VaultLinks, *, creates_notes: bool) -> Iterator[Problem]:
    """Yield a problem for each link that leads to no note, with a fix if the note was moved.

    With `creates_notes` only moved notes are problems, and links that show no title: `enrich`
    creates the others.
    """
    for reference in note.references:
        if not targets.is_dangling(note, reference):
            continue
        message = f"the link to `{reference.target}` leads to no note"
        moved_to = None if reference.embed else targets.moved_to(note, reference)
        if moved_to is not None:
            fix = ReferenceRepair(reference, targets.link_to(note, reference, moved_to))
            message += f"; `{moved_to}` is the one it means"
            yield Problem(MOVED_LINK, note, message, reference, fix=fix)
        elif not (creates_notes and reference.titled):
            yield Problem(DANGLING_LINK, note, message, reference)


def duplicate_references(note: Note, targets: VaultLinks) -> Iterator[Problem]:
    """Yield a problem for each reference whose title, or else whose link, is in the list already.
    Of a plain and a linked reference the linked one is kept. An embed repeats nothing."""
    reported: set[int] = set()
    for equals in _by_title(note):
        kept = next((reference for reference in equals if reference.target is not None), equals[0])
        for reference in equals:
            if reference is not kept and _is_same_work(reference, kept):
                reported.add(reference.line)
                message = (
                    f"`{_shortened(reference.text)}` stands in the list on line {kept.line} as well"
                )
                if not is_distinctive(reference.text):
                    message += "; if these are two works, give each a link or its identifier"
                fix = (
                    ReferenceRepair(reference)
                    if _is_redundant(reference, kept, note, targets)
                    else None
                )
                yield Problem(LISTED_TWICE, note, message, reference, fix=fix)
    first: dict[str, Reference] = {}
    for reference in note.references:
        path = None if reference.embed else targets.note_path(note, reference)
        if path is None or reference.line in reported:
            continue
        other = first.setdefault(str(path), reference)
        if other is not reference:
            message = f"line {other.line} links to `{reference.target}` as well, by another title"
            yield Problem(LISTED_TWICE, note, message, reference)


def _by_title(note: Note) -> Iterator[list[Reference]]:
    """Return the references of each title that the list has more than once."""
    titled: dict[str, list[Reference]] = {}
    for reference in note.references:
        if reference.titled and not reference.embed and (key := title_key(reference.text)):
            titled.setdefault(key, []).append(reference)
    return (same for same in titled.values() if len(same) > 1)


def _is_same_work(reference: Reference, kept: Reference) -> bool:
    """Whether two references have equal titles and no contradicting identifiers."""
    return not reference.identifiers.contradicts(kept.identifiers) and equal_titles(
        reference.text, kept.text
    )


def _is_redundant(reference: Reference, kept: Reference, note: Note, targets: VaultLinks) -> bool:
    """Whether a reference holds nothing but a repeated title and perhaps the same link.

    A generic title does not count: its references may be two works.
    """
    if reference.plain:
        return (kept.plain or kept.target is not None) and is_distinctive(reference.text)
    is_same_link = targets.note_path(note, reference) == targets.note_path(note, kept)
    return reference.target is not None and kept.target is not None and is_same_link


def _shortened(title: str) -> str:
    """Return a title, cut to 80 letters."""
    return title if len(title) <= 80 else f"{title[:79]}…"
