"""Resolve the links in reference lists: where they lead, and where moved notes are."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from pathlib import PurePosixPath
from posixpath import normpath, relpath

from refmatter.lint.same_title import equal_titles, is_distinctive
from refmatter.model import Note, Reference
from refmatter.notes.vault import exists, folded_path, resolve_link
from refmatter.stages.learn import Vault
from refmatter.stages.link_targets import LinkIndex, aliases_of
from refmatter.state.note_store import heads
from refmatter.titles import title_key

_TOP = PurePosixPath("-")
"""A note of no name at the top: what a wikilink's path starts from."""


class VaultLinks:
    """The notes of a vault by path, name and title, to resolve links as GitHub and Obsidian do.

    A link leads to a path, or by a bare name to a note anywhere in the vault; a wikilink also to
    the end of a path or an alias, in any letter case.
    """

    def __init__(self, vault: Vault) -> None:
        paths = [*(note.path for note in vault.notes), *vault.unread]
        self._root = vault.root
        self._links = LinkIndex(paths, chain.from_iterable(map(aliases_of, heads(vault.notes))))
        self._by_path = _group_by_name((folded_path(path), path) for path in paths)
        self._by_name = _group_by_name(
            (folded_path(PurePosixPath(path.stem)), path) for path in paths
        )
        self._by_title: dict[str, list[Note]] = {}
        for note in vault.notes:
            if note.is_paper and (key := title_key(note.title)):
                self._by_title.setdefault(key, []).append(note)

    def is_dangling(self, note: Note, reference: Reference) -> bool:
        """Whether a reference links to something in the vault that does not exist.

        Links to attachments or out of the vault are not checked, and never dangling.
        """
        target = reference.target
        if target is None or self._is_file(note, target):
            return False
        path = self._written_path(note, reference)
        return path is not None and not (
            exists(self._root, path) or self._is_note_name(note, reference)
        )

    def note_path(self, note: Note, reference: Reference) -> PurePosixPath | None:
        """Return the path of the note that a reference links to, whether it exists or not.

        None if the link leads out of the vault or is missing.
        """
        found = self._links.candidates(note.path, reference.target, wiki=reference.wiki)
        return found[0] if len(found) == 1 else self._written_path(note, reference)

    def _written_path(self, note: Note, reference: Reference) -> PurePosixPath | None:
        """Return the path that a link spells out; None if it leads out of the vault."""
        target = reference.target
        if target is None:
            return None
        from_top = target.startswith("/") or (reference.wiki and "/" in target)
        return resolve_link(self._root, _TOP if from_top else note.path, target.lstrip("/"))

    def moved_to(self, note: Note, reference: Reference) -> PurePosixPath | None:
        """Return the only note that a dangling link can mean; None if there is none, or several.

        That is the note at the same path in another letter case, or the only note of that title, if
        few works share the title.
        """
        path = self.note_path(note, reference)
        same_path = self._by_path.get(folded_path(path), ()) if path else ()
        same_title = [
            other.path
            for other in self._by_title.get(title_key(reference.text), ())
            if not other.identifiers.contradicts(reference.identifiers)
            and is_distinctive(reference.text)
            and equal_titles(reference.text, other.title)
        ]
        found = {*same_path, *same_title} - {note.path}
        return found.pop() if len(found) == 1 and len(same_title) <= 1 else None

    def link_to(self, note: Note, reference: Reference, moved_to: PurePosixPath) -> str:
        """Return a link target for the note `moved_to`, in the present one's form (`./`, `.md`)."""
        old = reference.target or ""
        if reference.wiki:
            named = self._by_name[folded_path(PurePosixPath(moved_to.stem))]
            new = moved_to.name if "/" not in old and len(named) == 1 else str(moved_to)
        elif old.startswith("/"):
            new = f"/{moved_to}"
        else:
            new = relpath(moved_to, note.path.parent)
            new = f"./{new}" if old.startswith("./") and not new.startswith("../") else new
        return new if old.lower().endswith((".md", ".markdown")) else new.removesuffix(".md")

    def _is_file(self, note: Note, target: str) -> bool:
        """Whether a file or folder exists at exactly this target."""
        for base in (note.path.parent, PurePosixPath()):
            place = PurePosixPath(normpath(f"{base}/{target.lstrip('/')}"))
            if "\0" not in target and ".." not in place.parts and exists(self._root, place):
                return True
        return False

    def _is_note_name(self, note: Note, reference: Reference) -> bool:
        """Whether a wikilink leads to a note, or a target without a folder is a note's name."""
        if reference.wiki:
            return bool(self._links.candidates(note.path, reference.target, wiki=True))
        name = PurePosixPath((reference.target or "").removesuffix(".md"))
        named = self._by_name.get(folded_path(name), ()) if len(name.parts) == 1 else ()
        return any(path.stem == str(name) for path in named)


def _group_by_name(named: Iterable[tuple[str, PurePosixPath]]) -> dict[str, list[PurePosixPath]]:
    """Return the paths of each name."""
    result: dict[str, list[PurePosixPath]] = {}
    for name, path in named:
        result.setdefault(name, []).append(path)
    return result
