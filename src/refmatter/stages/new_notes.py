"""Find the notes to create for references, and the links to insert."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from posixpath import relpath

from refmatter.config.sections import Create
from refmatter.model import Note, Reference
from refmatter.notes.citations import title_of
from refmatter.notes.vault import exists, folded_path, resolve_link
from refmatter.stages.learn import Vault
from refmatter.stages.link_targets import LinkIndex, aliases_of
from refmatter.state.note_store import heads
from refmatter.titles import slug, title_key


@dataclass(frozen=True, slots=True)
class NewNote:
    """A note to be made for a reference: where, and the title that the reference cites."""

    path: PurePosixPath
    title: str


def notes_to_make(vault: Vault, create: Create) -> tuple[NewNote, ...]:
    """Return the notes to be made, by path; of several references to one path the first names it.

    A linked reference gets the note it links to; a plain one, with `all`, a note beside the
    citing one, unless a note of that title is there or is made already.
    """
    if create is Create.NEVER:
        return ()
    names = _Names(vault)
    titled = {title_key(note.title) for note in heads(vault.notes) if note.is_paper}
    made: dict[str, NewNote] = {}
    for note, reference in _titled_references(vault):
        if reference.target is None or names.know(note.path, reference):
            continue
        base = PurePosixPath("-") if reference.wiki and "/" in reference.target else note.path
        path = resolve_link(vault.root, base, reference.target)
        if path is not None and names.are_free(path):
            title = title_of(reference)
            made.setdefault(folded_path(path), NewNote(path, title))
            titled.add(title_key(title))
    for note, reference in _titled_references(vault) if create is Create.ALL else ():
        title = title_of(reference)
        key = title_key(title)
        path = resolve_link(vault.root, note.path, f"{_file_name(title)}.md")
        if reference.plain and key not in titled and path is not None and names.are_free(path):
            made.setdefault(folded_path(path), NewNote(path, title))
            titled.add(key)
    return tuple(made[name] for name in sorted(made))


def links(
    vault: Vault, create: Create, made: tuple[NewNote, ...]
) -> dict[PurePosixPath, tuple[tuple[Reference, str], ...]]:
    """Return the plain references that get a link, by note: to a note of that title, old or new."""
    if create is not Create.ALL:
        return {}
    note_of_title: dict[str, PurePosixPath] = {}
    for note in heads(vault.notes):
        if note.is_paper:
            note_of_title.setdefault(title_key(note.title), note.path)
    new_of_title = {title_key(new_note.title): new_note.path for new_note in reversed(made)}
    spell = _spelling(vault)
    found: dict[PurePosixPath, list[tuple[Reference, str]]] = {}
    for note, reference in _titled_references(vault):
        target = note_of_title.get(title_key(reference.text)) or new_of_title.get(
            title_key(title_of(reference))
        )
        if reference.plain and target not in (None, note.path):
            found.setdefault(note.path, []).append((reference, spell(note.path, target)))
    return {path: tuple(pairs) for path, pairs in found.items()}


def leans_on_disk(vault: Vault, create: Create) -> bool:
    """Whether it hangs on files that are no notes which notes are to be made: a reference leads
    to a place that no note has, and yet none is made there."""
    if create is Create.NEVER:
        return False
    names = _Names(vault)
    nowhere = Path("/nonexistent")  # where no symbolic link leads a path out
    titled = {title_key(note.title) for note in heads(vault.notes) if note.is_paper}
    for note, reference in _titled_references(vault):
        if reference.target is not None and not names.know(note.path, reference):
            base = PurePosixPath("-") if reference.wiki and "/" in reference.target else note.path
            path = resolve_link(nowhere, base, reference.target)
        elif (
            create is Create.ALL
            and reference.plain
            and title_key(title_of(reference)) not in titled
        ):
            path = resolve_link(nowhere, note.path, f"{_file_name(title_of(reference))}.md")
        else:
            continue
        if path is not None and not names.are_notes(path):
            return True
    return False


def _titled_references(vault: Vault) -> Iterator[tuple[Note, Reference]]:
    """Return the references with a title, of the paper notes that this run may change."""
    return (
        (note, reference)
        for note in vault.papers()
        for reference in note.references
        if reference.titled and title_key(reference.text)
    )


class _Names:
    """The names that are taken: on disk, and among the notes that were read or could not be."""

    def __init__(self, vault: Vault) -> None:
        paths = (*(n.path for n in heads(vault.notes)), *vault.unread)
        self._root = vault.root
        self._taken = {folded_path(path) for path in paths}
        aliases = (alias for note in heads(vault.notes) for alias in aliases_of(note))
        self._links = LinkIndex(paths, aliases)

    def are_notes(self, path: PurePosixPath) -> bool:
        """Whether a note of the vault has that name, or one that could not be read."""
        return folded_path(path) in self._taken

    def are_free(self, path: PurePosixPath) -> bool:
        """Whether no file has that name, however its letters and accents are encoded."""
        return not self.are_notes(path) and not exists(self._root, path)

    def know(self, base: PurePosixPath, reference: Reference) -> bool:
        """Whether a reference in the note `base` links to a note, or to several of one name."""
        return bool(self._links.candidates(base, reference.target, wiki=reference.wiki))


def _file_name(title: str) -> str:
    """Return the title's slug, cut so that the name fits into the 255 bytes file systems allow."""
    return slug(title).encode()[:200].decode(errors="ignore").strip("-")


def _spelling(vault: Vault) -> Callable[[PurePosixPath, PurePosixPath], str]:
    """Return how this vault spells a link from one note to another: with `./`, with `.md`."""
    targets = [r.target for n in vault.papers() for r in n.references if r.target is not None]
    dotted = 2 * sum(t.startswith("./") for t in targets) >= len(targets)
    suffixed = 2 * sum(t.endswith(".md") for t in targets) >= len(targets)

    def spell(base: PurePosixPath, target: PurePosixPath) -> str:
        path = relpath(target, base.parent)
        path = path if suffixed else path.removesuffix(".md")
        return f"./{path}" if dotted and not path.startswith("../") else path

    return spell
