"""Resolve a reference to the note it links to, and to the key of the work it names.

Links are followed as GitHub and Obsidian follow them: by their path, or by a bare name anywhere
in the vault; wikilinks also by the end of a path, or by an alias of a note. Letter case and the
encoding of accents do not count. No file is looked at: a link counts only where it leads to one of
the given notes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import PurePosixPath
from posixpath import normpath
from types import MappingProxyType
from typing import TypeAlias

from refmatter.model import LookupKey, Note, Reference
from refmatter.notes.citations import title_of
from refmatter.notes.vault import folded_path
from refmatter.state.note_store import NotesByPath, heads
from refmatter.titles import title_key

KeyOf: TypeAlias = Callable[[str, PurePosixPath], LookupKey]
"""Makes the key of a note's lookup of its title key and its path."""
_NO_KEYS: Mapping[PurePosixPath, LookupKey] = MappingProxyType({})
_NO_NOTES: Mapping[str, PurePosixPath] = MappingProxyType({})

_SUFFIXES = (".md", ".markdown")


class LinkIndex:
    """Notes by the links that lead to them: by path, name, the end of a path, or alias."""

    def __init__(
        self, paths: Iterable[PurePosixPath], aliases: Iterable[tuple[str, PurePosixPath]] = ()
    ) -> None:
        self._by_path = {folded_path(path.with_suffix("")): path for path in paths}
        self._by_name: dict[str, list[PurePosixPath]] = {}
        for bare, path in self._by_path.items():
            self._by_name.setdefault(bare.rpartition("/")[2], []).append(path)
        self._by_alias: dict[str, list[PurePosixPath]] = {}
        for alias, path in aliases:
            named = self._by_alias.setdefault(_folded(alias), [])
            named += [path] * (path not in named)

    def candidates(
        self, base: PurePosixPath, target: str | None, *, wiki: bool
    ) -> Sequence[PurePosixPath]:
        """Return the notes to which a link in the note `base` may lead: one, none, or several of
        the same name."""
        target = (target or "").strip()
        if not target or "://" in target:
            return ()
        bare = target.rpartition(".")[0] if target.casefold().endswith(_SUFFIXES) else target
        from_top = bare.startswith("/") or (wiki and "/" in bare)
        folder = PurePosixPath() if from_top else base.parent
        path = folded_path(PurePosixPath(normpath(f"{folder}/{bare.lstrip('/')}")))
        if (found := self._by_path.get(path)) is not None:
            return (found,)
        named = self._by_name.get(path.rpartition("/")[2], ())
        if "/" in bare:
            end = "/" + path.lstrip("./")
            return [p for p in named if wiki and _ends(p).endswith(end)]
        return named or (self._by_alias.get(_folded(target), ()) if wiki else ())


def aliases_of(note: Note) -> Iterator[tuple[str, PurePosixPath]]:
    """Yield the aliases in the front matter of a note, by which wikilinks may lead to it."""
    for key, value in note.entries:
        if isinstance(key, str) and key.casefold() in ("aliases", "alias"):
            for alias in value if isinstance(value, list) else [value]:
                if isinstance(alias, str) and alias.strip():
                    yield alias, note.path


class LinkTargets:
    """The paper notes of a vault, and the notes to be made, by the links that lead to them."""

    def __init__(self, notes: Sequence[Note], more: Iterable[PurePosixPath] = ()) -> None:
        """Index `notes`, and `more`, the notes to create. The index is built when the first link is
        looked up: many vaults have none."""
        self._notes, self._more = notes, more

    @cached_property
    def _index(self) -> LinkIndex:
        aliases: list[tuple[str, PurePosixPath]] = []
        papers: list[PurePosixPath] = []
        for note in heads(self._notes):
            if note.is_paper:
                papers.append(note.path)
                aliases += aliases_of(note)
        return LinkIndex((*papers, *self._more), aliases)

    def find(self, base: PurePosixPath, reference: Reference) -> PurePosixPath | None:
        """Return the one other note to which a reference in the note `base` links; None where
        it links to none, or where more than one could be meant."""
        if not reference.target or "://" in reference.target:
            return None
        found = self._index.candidates(base, reference.target, wiki=reference.wiki)
        return found[0] if len(found) == 1 and found[0] != base else None


def _ends(path: PurePosixPath) -> str:
    return "/" + folded_path(path.with_suffix(""))


def _folded(alias: str) -> str:
    return " ".join(alias.split()).casefold()


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
        title = title_key(reference.text) if reference.titled else ""
        path = self._targets.find(base, reference)
        if path is None and reference.plain and self._made:
            path = self._made.get(title_key(title_of(reference)))
        if path is not None and (key := self._of(path)):
            return key, path
        carried = next(iter(reference.identifiers), ())
        return (LookupKey(title, identifier=carried) if title or carried else None), None

    def _of(self, path: PurePosixPath) -> LookupKey | None:
        """Return the key of a note; None where nothing in it names a work."""
        if (key := self._of_note.get(path)) is not None:
            return key
        note = self._notes[path]  # this run does not change it, or nothing in it names a work
        if not (title_key(note.title) or note.identifiers or note.linked_identifiers):
            return None
        return self._key_of(title_key(note.title), path)
