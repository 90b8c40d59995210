"""A folder of files -> its notes, its conventions, and the files that could not be read."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path, PurePosixPath
from types import MappingProxyType

from refmatter.config.sections import Paper, Style
from refmatter.config.settings import Config
from refmatter.crew import Crew, Row, cores
from refmatter.errors import NoteError
from refmatter.ledger import ours_in
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
from refmatter.notes.shelf import FEW, ByPath, Shelf, packed
from refmatter.titles import LONGEST

PAYS = 2_000
"""Notes that take longer to be read than processes take to start: a second or two."""
MOST = 4
"""Processes that read: what comes of more is read on by one, and waits for it."""
TOGETHER = 250
"""Notes that are handed to a process at once."""


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
    ours: Mapping[PurePosixPath, Mapping[Field, str]] = MappingProxyType({}),
    leftover: Callable[[Path], None] = lambda _: None,
    few: int = FEW,
    processes: int | None = None,
) -> Vault:
    """Read every note under `root`; what cannot be read is refused, and the scan goes on.
    `ours` are the fingerprints of what each note has from us: it teaches nothing. `leftover`
    is told of each temporary file that is met. `few` notes are kept in memory. So many processes
    read them; None: as many as pay."""
    said = config.said
    notes = Shelf(few)
    refused: list[Outcome] = []

    def refuse(path: PurePosixPath, error: NoteError) -> None:
        if chosen(path):
            refused.append(Outcome(path, Status.REFUSED, reason=error.reason, line=error.line))

    names = vault.paths(root, said.notes.include, said.notes.exclude, refuse, leftover)
    if processes is None:
        processes = min(cores(), MOST) if len(names) >= PAYS else 1
    for name, read_ in zip(names, _read_all(root, names, config, processes), strict=True):
        path = PurePosixPath(name)
        if isinstance(read_, Note):
            notes.put(read_)
        elif isinstance(read_, NoteError):
            refuse(path, read_)
        else:
            notes.put_packed(path, *read_)
    picked = frozenset(filter(chosen, notes.paths))
    return Vault(
        root=root,
        notes=tuple(notes) if len(notes) <= few else notes,
        conventions=learning.learn(
            notes.heads(), _said(config), lambda path: ours_in(ours.get(path, {}))
        ),
        chosen=picked if len(picked) < len(notes) else ByPath(notes),
        refused=tuple(refused),
    )


def _read_all(
    root: Path, names: Sequence[str], config: Config, processes: int
) -> Iterator[Note | tuple[bytes, bytes] | NoteError]:
    """Each of these notes, or why it is none. What another process read comes packed, as the shelf
    keeps it."""
    if processes < 2:
        yield from (_tried(root, PurePosixPath(each), config) for each in names)
        return
    with closing(Crew(processes, TOGETHER)) as crew:
        rows = ((each,) for each in names)
        for head, tail, reason, line in crew.spread(partial(_rows, root, config), rows):
            yield NoteError(reason, line) if reason else (head, tail)


def _rows(root: Path, config: Config, rows: Iterator[Row]) -> Iterator[Row]:
    """Paths -> packed notes, or why they are none: what goes to another process and back."""
    for (path,) in rows:
        note = _tried(root, PurePosixPath(path), config)
        if isinstance(note, NoteError):
            yield b"", b"", note.reason, note.line
        else:
            yield (*packed(note), "", None)


def _tried(root: Path, path: PurePosixPath, config: Config) -> Note | NoteError:
    try:
        return read(root, path, config)
    except NoteError as error:
        return error


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
