"""The notes of a vault -> where the links in their reference lists lead, and where they should."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath
from posixpath import normpath, relpath

from refmatter.lint.same_title import equal, telling
from refmatter.model import Note, Reference
from refmatter.notes.vault import folded, inside, is_there
from refmatter.stages.scan import Vault
from refmatter.titles import title_key

_ROOT = PurePosixPath("-")
"""A note of no name at the top: what a wikilink's path starts from."""


class Targets:
    """What stands under which name. `leads` follows a link as GitHub and Obsidian do: by its path,
    or by a bare name anywhere in the vault; wikilinks also by the end of a path, in any case."""

    def __init__(self, vault: Vault) -> None:
        paths = [*(note.path for note in vault.notes), *(each.path for each in vault.refused)]
        self._root = vault.root
        self._paths = _grouped((folded(path), path) for path in paths)
        self._names = _grouped((folded(PurePosixPath(path.stem)), path) for path in paths)
        self._ends = {
            folded(PurePosixPath(*bare.parts[start:]))
            for bare in (path.with_suffix("") for path in paths)
            for start in range(len(bare.parts))
        }
        self._titled: dict[str, list[Note]] = {}
        for note in vault.notes:
            if note.is_paper and (key := title_key(note.title)):
                self._titled.setdefault(key, []).append(note)

    def dangles(self, note: Note, reference: Reference) -> bool:
        """Whether a reference links to something in the vault that is not there. What a link
        from outside of the vault, or to an attachment anywhere, leads to is not known."""
        target = reference.target
        if target is None or self._leads_to_file(note, target):
            return False
        path = self.path(note, reference)
        return path is not None and not (
            is_there(self._root, path) or self._is_named(target, wiki=reference.wiki)
        )

    def path(self, note: Note, reference: Reference) -> PurePosixPath | None:
        """The path of the note that a reference means, be it there or not; None where it means
        none in the vault."""
        target = reference.target
        if target is None:
            return None
        from_top = target.startswith("/") or (reference.wiki and "/" in target)
        path = inside(self._root, _ROOT if from_top else note.path, target.lstrip("/"))
        if path is None or "/" in target or is_there(self._root, path):
            return path
        named = self._names.get(folded(PurePosixPath(target.removesuffix(".md"))), ())
        return named[0] if len(named) == 1 else path

    def home(self, note: Note, reference: Reference) -> PurePosixPath | None:
        """The one note that a dangling link can only mean: its path in another letter case, or
        the only note of that title, if few works share that. None where not one alone fits."""
        path = self.path(note, reference)
        cased = self._paths.get(folded(path), ()) if path else ()
        titled = [
            each.path
            for each in self._titled.get(title_key(reference.text), ())
            if not each.identifiers.contradicts(reference.identifiers)
            and telling(reference.text)
            and equal(reference.text, each.title)
        ]
        found = {*cased, *titled} - {note.path}
        return found.pop() if len(found) == 1 and len(titled) <= 1 else None

    def spelt(self, note: Note, reference: Reference, home: PurePosixPath) -> str:
        """A link to another note in the manner of the one that is there: with `./`, with `.md`."""
        old = reference.target or ""
        if reference.wiki:
            named = self._names[folded(PurePosixPath(home.stem))]
            new = home.name if "/" not in old and len(named) == 1 else str(home)
        elif old.startswith("/"):
            new = f"/{home}"
        else:
            new = relpath(home, note.path.parent)
            new = f"./{new}" if old.startswith("./") and not new.startswith("../") else new
        return new if old.lower().endswith((".md", ".markdown")) else new.removesuffix(".md")

    def _leads_to_file(self, note: Note, target: str) -> bool:
        """Whether a file or folder stands just there, be it a note or not."""
        for base in (note.path.parent, PurePosixPath()):
            place = PurePosixPath(normpath(f"{base}/{target.lstrip('/')}"))
            if "\0" not in target and ".." not in place.parts and is_there(self._root, place):
                return True
        return False

    def _is_named(self, target: str, *, wiki: bool) -> bool:
        name = PurePosixPath(target.removesuffix(".md"))
        if "/" not in target:
            named = self._names.get(folded(name), ())
            return bool(named) if wiki else any(each.stem == str(name) for each in named)
        return wiki and folded(name) in self._ends


def _grouped(named: Iterable[tuple[str, PurePosixPath]]) -> dict[str, list[PurePosixPath]]:
    result: dict[str, list[PurePosixPath]] = {}
    for name, path in named:
        result.setdefault(name, []).append(path)
    return result
