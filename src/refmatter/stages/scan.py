"""A folder of files -> its notes, its conventions, and the files that could not be read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from types import MappingProxyType

from refmatter.config.sections import Paper, Style
from refmatter.config.settings import Config
from refmatter.errors import NoteError
from refmatter.model import (
    LOOKED_UP,
    Field,
    Note,
    Outcome,
    Quotes,
    Sequences,
    Status,
)
from refmatter.notes import (
    conventions,
    frontmatter,
    identifiers,
    learning,
    references,
    shelf,
    vault,
)
from refmatter.notes.shelf import FEW, ByPath, Shelf
from refmatter.titles import LONGEST


@dataclass(frozen=True, slots=True)
class Vault:
    """A folder of notes as scanned. `chosen` are the notes this run may change."""

    root: Path
    notes: Sequence[Note]
    conventions: conventions.Conventions
    chosen: Container[PurePosixPath]
    refused: tuple[Outcome, ...] = ()

    def papers(self) -> Iterator[Note]:
        """The paper notes this run is about."""
        return (note for note in self.notes if note.is_paper and note.path in self.chosen)

    def heads(self) -> Iterator[Note]:
        """The same, perhaps without their references: they come at less cost."""
        every = shelf.heads(self.notes)
        return (note for note in every if note.is_paper and note.path in self.chosen)


def scan(  # noqa: PLR0913, PLR0917 - a folder, and all that is known of it beforehand
    root: Path,
    config: Config,
    chosen: Callable[[PurePosixPath], bool] = lambda _: True,
    ours: Mapping[PurePosixPath, Collection[Field]] = MappingProxyType({}),
    leftover: Callable[[Path], None] = lambda _: None,
    few: int = FEW,
) -> Vault:
    """Read every note under `root`; what cannot be read is refused, and the scan goes on.
    `ours` are the fields that each note has from an earlier run: they teach nothing. `leftover`
    is told of each temporary file that is met. `few` notes are kept in memory."""
    said = config.said
    notes = Shelf(few)
    refused: list[Outcome] = []

    def refuse(path: PurePosixPath, error: NoteError) -> None:
        if chosen(path):
            refused.append(Outcome(path, Status.REFUSED, reason=error.reason, line=error.line))

    for path in vault.walk(root, said.notes.include, said.notes.exclude, refuse, leftover):
        try:
            notes.put(read(root, path, config))
        except NoteError as error:
            refuse(path, error)
    picked = frozenset(filter(chosen, notes.paths))
    return Vault(
        root=root,
        notes=tuple(notes) if len(notes) <= few else notes,
        conventions=learning.learn(notes.heads(), _said(config), ours),
        chosen=picked if len(picked) < len(notes) else ByPath(notes),
        refused=tuple(refused),
    )


def read(root: Path, path: PurePosixPath, config: Config) -> Note:
    """One note. Raises NoteError where it cannot be read."""
    data = vault.read(root, path)
    front = frontmatter.read(data)
    said = config.said
    headings = said.references.headings
    section = references.find(front.body, front.body_line, headings, identifiers.identify)
    note = Note(
        path=path,
        digest=vault.digest(data),
        entries=front.entries,
        styles=front.styles,
        title=_title(front, path, config),
        references=section.references,
        identifiers=identifiers.carried(front.entries, identifiers.preamble(front.body)),
    )
    note = replace(note, is_paper=_is_paper(note, section.present, said.notes.paper, config))
    if note.is_paper and len(note.title) > LONGEST:
        raise NoteError(f"its title has more than {LONGEST} letters")
    return note


def _title(front: frontmatter.FrontMatter, path: PurePosixPath, config: Config) -> str:
    """The front matter's title, else the first heading, else the file's name."""
    own = config.said.fields.title or None
    titled = conventions.held(front.entries, Field.TITLE, own)
    if titled is not None:
        return str(titled)
    return references.first_heading(front.body) or path.stem


def _is_paper(note: Note, has_references: bool, paper: Paper, config: Config) -> bool:
    tags = note.entry("tags")
    tagged = tags if isinstance(tags, list) else str(tags or "").replace(",", " ").split()
    wanted = {tag.casefold() for tag in paper.tags}
    if any(str(tag).lstrip("#").casefold() in wanted for tag in tagged):
        return True
    if paper.heading and has_references:
        return True
    return paper.fields and any(key in _schema(config) for key, _ in note.entries)


def _schema(config: Config) -> frozenset[object]:
    """The keys that only notes on papers have."""
    aliases = (name for field in LOOKED_UP for name in conventions.ALIASES[field])
    own = (name for f, name in config.said.fields.names().items() if f is not Field.TITLE and name)
    return frozenset((*aliases, *own, *conventions.ALIASES[Field.KEY]))


def _said(config: Config) -> learning.Said:
    """What config.yaml says of conventions."""
    style: Style = config.said.style
    return learning.Said(
        names=config.said.fields.names(),
        order=style.order,
        lists=Sequences(style.lists) if style.lists else None,
        quotes=Quotes(style.quotes) if style.quotes else None,
        authors=style.names,
        unknown_venue=style.unknown_venue,
        venues=style.venues,
    )
