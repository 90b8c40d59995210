"""Resolve a reference to the note it links to, and to the key of the work it names.

Links are followed as GitHub and Obsidian follow them: by their path, or by a bare name anywhere
in the vault; wikilinks also by the end of a path. Letter case and the encoding of accents do not
count. No file is looked at: a link counts only where it leads to one of the given notes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import PurePosixPath
from posixpath import normpath
from types import MappingProxyType
from typing import TypeAlias

from refmatter.model import LookupKey, Note, Reference
from refmatter.notes.vault import folded_path
from refmatter.state.note_store import NotesByPath, heads
from refmatter.titles import title_key

KeyOf: TypeAlias = Callable[[str, PurePosixPath], LookupKey]
"""Makes the key of a note's lookup of its title key and its path."""
_NO_KEYS: Mapping[PurePosixPath, LookupKey] = MappingProxyType({})
_NO_NOTES: Mapping[str, PurePosixPath] = MappingProxyType({})

_SUFFIXES = (".md", ".markdown")


class LinkTargets:
    """The paper notes of a vault, and the notes to be made, by the links that lead to them."""

    def __init__(self, notes: Sequence[Note], more: Iterable[PurePosixPath] = ()) -> None:
        """Index `notes`, and `more`, the notes to create. The index is built when the first link is
        looked up: many vaults have none."""
        self._notes, self._more = notes, more

    @cached_property
    def _by_path(self) -> dict[str, PurePosixPath]:
        papers = (note.path for note in heads(self._notes) if note.is_paper)
        return {folded_path(path.with_suffix("")): path for path in (*papers, *self._more)}

    @cached_property
    def _by_name(self) -> dict[str, list[PurePosixPath]]:
        named: dict[str, list[PurePosixPath]] = {}
        for bare, path in self._by_path.items():
            named.setdefault(bare.rpartition("/")[2], []).append(path)
        return named

    def find(self, base: PurePosixPath, reference: Reference) -> PurePosixPath | None:
        """Return the one other note to which a reference in the note `base` links; None where
        it links to none, or where more than one could be meant."""
        target = (reference.target or "").strip()
        if not target or "://" in target:
            return None
        if target.casefold().endswith(_SUFFIXES):
            target = target.rpartition(".")[0]
        from_top = target.startswith("/") or (reference.wiki and "/" in target)
        folder = PurePosixPath() if from_top else base.parent
        path = folded_path(PurePosixPath(normpath(f"{folder}/{target.lstrip('/')}")))
        found = self._by_path.get(path)
        if found is None:
            named = self._by_name.get(path.rpartition("/")[2], ())
            if "/" in target:
                end = "/" + path.lstrip("./")
                named = [p for p in named if reference.wiki and _ends(p).endswith(end)]
            found = named[0] if len(named) == 1 else None
        return None if found == base else found


def _ends(path: PurePosixPath) -> str:
    return "/" + folded_path(path.with_suffix(""))


def note_key(title: str, path: PurePosixPath) -> LookupKey:
    """Return the key of a note's lookup where the ledger is in the vault's own folder."""
    return LookupKey(title, str(path))


class ReferenceKeys:
    """The references of a vault's notes -> the keys of the lookups that they name."""

    def __init__(
        self,
        notes: Sequence[Note] = (),
        key_of: KeyOf = note_key,
        of_note: Mapping[PurePosixPath, LookupKey] = _NO_KEYS,
        made: Mapping[str, PurePosixPath] = _NO_NOTES,
    ) -> None:
        """`of_note` are keys that are known, those of notes to be made too. `made` are, by their
        title keys, the notes to which plain references of that title get a link."""
        self._targets = LinkTargets(notes, of_note)
        self._notes, self._key_of = NotesByPath(notes), key_of
        self._of_note, self._made = of_note, made

    def find(
        self, base: PurePosixPath, reference: Reference
    ) -> tuple[LookupKey | None, PurePosixPath | None]:
        """Return the key of the work that a reference in the note `base` names, None for none, and
        the note whose key that is, if it is one's."""
        title = title_key(reference.text)
        path = self._targets.find(base, reference)
        if path is None and reference.plain:
            path = self._made.get(title)
        if path is not None and (key := self._of(path)):
            return key, path
        carried = next(iter(reference.identifiers), ())
        return (LookupKey(title, identifier=carried) if title else None), None

    def _of(self, path: PurePosixPath) -> LookupKey | None:
        """Return the key of a note; None where nothing in it names a work."""
        if (key := self._of_note.get(path)) is not None:
            return key
        note = self._notes[path]  # this run does not change it, or nothing in it names a work
        if not (title_key(note.title) or note.identifiers or note.linked_identifiers):
            return None
        return self._key_of(title_key(note.title), path)
