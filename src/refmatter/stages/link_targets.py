"""A link in a reference list -> the note that it leads to.

Links are followed as GitHub and Obsidian follow them: by their path, or by a bare name anywhere
in the vault; wikilinks also by the end of a path. Letter case and the encoding of accents do not
count. No file is looked at: a link counts only where it leads to one of the given notes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import PurePosixPath
from posixpath import normpath
from unicodedata import normalize

from refmatter.model import Note, Reference
from refmatter.notes.shelf import heads

_SUFFIXES = (".md", ".markdown")


class LinkTargets:
    """The paper notes of a vault, and the notes to be made, by the links that lead to them."""

    def __init__(self, notes: Sequence[Note], more: Iterable[PurePosixPath] = ()) -> None:
        """`more` are notes to be made. Nothing is worked out before the first link is looked
        for: many vaults have none."""
        self._notes, self._more = notes, more

    @cached_property
    def _by_path(self) -> dict[str, PurePosixPath]:
        papers = (note.path for note in heads(self._notes) if note.is_paper)
        return {_folded(path.with_suffix("")): path for path in (*papers, *self._more)}

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
        path = _folded(PurePosixPath(normpath(f"{folder}/{target.lstrip('/')}")))
        found = self._by_path.get(path)
        if found is None:
            named = self._by_name.get(path.rpartition("/")[2], ())
            if "/" in target:
                end = "/" + path.lstrip("./")
                named = [p for p in named if reference.wiki and _ends(p).endswith(end)]
            found = named[0] if len(named) == 1 else None
        return None if found == base else found


def _ends(path: PurePosixPath) -> str:
    return "/" + _folded(path.with_suffix(""))


def _folded(path: PurePosixPath) -> str:
    return normalize("NFC", str(path)).casefold()
