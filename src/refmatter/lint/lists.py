"""The reference lists of notes -> links that lead nowhere, and works that stand there twice."""

from __future__ import annotations

from collections.abc import Iterator

from refmatter.lint.problems import Problem
from refmatter.lint.rules import DANGLING_LINK, LISTED_TWICE, MOVED_LINK
from refmatter.lint.same_title import equal, telling
from refmatter.lint.targets import Targets
from refmatter.model import Note, Reference
from refmatter.notes.mending import NoteRepair
from refmatter.titles import title_key


def astray(note: Note, targets: Targets, *, wishes: bool) -> Iterator[Problem]:
    """The links that lead to no note; those to a note of another name, to be led there. With
    `wishes` the others stand for notes that are still to be made."""
    for reference in note.references:
        if not targets.dangles(note, reference):
            continue
        message = f"the link to `{reference.target}` leads to no note"
        home = targets.home(note, reference)
        if home is not None:
            fix = NoteRepair(reference, targets.spelt(note, reference, home))
            message += f"; `{home}` is the one it means"
            yield Problem(MOVED_LINK, note, message, reference, fix=fix)
        elif not wishes:
            yield Problem(DANGLING_LINK, note, message, reference)


def twice(note: Note, targets: Targets) -> Iterator[Problem]:
    """The references whose title, or else whose link, stands in the list before. Of a plain one
    and a linked one the linked one stays."""
    told: set[int] = set()
    for same in _by_title(note):
        kept = next((each for each in same if each.target is not None), same[0])
        for each in same:
            if each is not kept and _is_one(each, kept):
                told.add(each.line)
                message = f"`{_short(each.text)}` stands in the list on line {kept.line} as well"
                if not telling(each.text):
                    message += "; if these are two works, give each a link or its identifier"
                fix = NoteRepair(each) if _says_no_more(each, kept, note, targets) else None
                yield Problem(LISTED_TWICE, note, message, each, fix=fix)
    first: dict[str, Reference] = {}
    for each in note.references:
        path = targets.path(note, each)
        if path is None or each.line in told:
            continue
        other = first.setdefault(str(path), each)
        if other is not each:
            message = f"line {other.line} links to `{each.target}` as well, by another title"
            yield Problem(LISTED_TWICE, note, message, each)


def _by_title(note: Note) -> Iterator[list[Reference]]:
    """The references of each title that several of the list have."""
    titled: dict[str, list[Reference]] = {}
    for reference in note.references:
        if key := title_key(reference.text):
            titled.setdefault(key, []).append(reference)
    return (same for same in titled.values() if len(same) > 1)


def _is_one(each: Reference, kept: Reference) -> bool:
    return not each.identifiers.contradicts(kept.identifiers) and equal(each.text, kept.text)


def _says_no_more(each: Reference, kept: Reference, note: Note, targets: Targets) -> bool:
    """Whether nothing goes with a reference but a repeated title and perhaps the same link. A
    title that many works share may well be that of two."""
    if each.plain:
        return (kept.plain or kept.target is not None) and telling(each.text)
    same = targets.path(note, each) == targets.path(note, kept)
    return each.target is not None and kept.target is not None and same


def _short(title: str) -> str:
    return title if len(title) <= 80 else f"{title[:79]}…"
