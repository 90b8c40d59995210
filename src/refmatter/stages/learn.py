"""Learn the conventions of the notes that were scanned."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from types import MappingProxyType

from refmatter.config.sections import VaultSettings
from refmatter.errors import NoteError
from refmatter.fields import Field
from refmatter.model import Note, Outcome, Ownership, Quotes, Sequences
from refmatter.notes import frontmatter, vault
from refmatter.schema import conventions, learning
from refmatter.schema.paper_notes import NO_CONTEXT, VaultContext
from refmatter.stages.scan import ScannedNotes, scan
from refmatter.state import note_store
from refmatter.state.ownership import ours_in


@dataclass(frozen=True, slots=True)
class Vault:
    """A folder of notes as scanned, and the conventions learned from them. `chosen` are the notes
    this run may change; `context` is what the notes say about each other: with it and the
    conventions a note is read alone as it is here. `other_formats` are the files whose front
    matter is in a format that is not read, with its name: they are left alone, and no fault."""

    root: Path
    notes: Sequence[Note]
    conventions: conventions.Conventions
    chosen: Container[PurePosixPath]
    refused: tuple[Outcome, ...] = ()
    context: VaultContext = NO_CONTEXT
    other_formats: Mapping[PurePosixPath, str] = field(default_factory=dict)

    @property
    def unread(self) -> tuple[PurePosixPath, ...]:
        """Return the files that are no `notes`, as they could not be read or are left alone."""
        return (*(outcome.path for outcome in self.refused), *self.other_formats)

    def papers(self) -> Iterator[Note]:
        """Return the paper notes this run is about."""
        return (note for note in self.notes if note.is_paper and note.path in self.chosen)

    def heads(self) -> Iterator[Note]:
        """Yield the paper notes, perhaps without their references, which costs less."""
        every = note_store.heads(self.notes)
        return (note for note in every if note.is_paper and note.path in self.chosen)


def learn(
    scanned: ScannedNotes,
    settings: VaultSettings,
    ours: Mapping[PurePosixPath, Mapping[Field, Ownership]] = MappingProxyType({}),
) -> Vault:
    """Return the notes with their conventions. `ours` tells whose the values of each note are:
    what is ours teaches nothing."""
    root = scanned.root
    return Vault(
        root=root,
        notes=scanned.notes,
        conventions=learning.learn(
            note_store.heads(scanned.notes),
            _style_overrides(settings),
            lambda path: ours_in(ours.get(path, {})),
            unread=lambda bare: (_names(root, path) for path in (*scanned.unreadable, *bare)),
        ),
        chosen=scanned.chosen,
        refused=scanned.refused,
        context=scanned.context,
        other_formats=scanned.other_formats,
    )


def read_vault(
    root: Path,
    settings: VaultSettings,
    chosen: Callable[[PurePosixPath], bool] = lambda _: True,
    ours: Mapping[PurePosixPath, Mapping[Field, Ownership]] = MappingProxyType({}),
) -> Vault:
    """Return the notes under a folder with their conventions, and change nothing."""
    return learn(scan(root, settings, chosen), settings, ours)


def _names(root: Path, path: PurePosixPath) -> tuple[str, ...]:
    """Return the keys that a note seems to have; none where the file cannot be read."""
    try:
        return frontmatter.names(vault.read(root, path))
    except NoteError:
        return ()


def _style_overrides(settings: VaultSettings) -> learning.StyleOverrides:
    """Return what config.yaml says of conventions."""
    style = settings.style
    return learning.StyleOverrides(
        names=settings.fields.by_field(),
        order=style.order,
        lists=Sequences(style.lists) if style.lists else None,
        quotes=Quotes(style.quotes) if style.quotes else None,
        authors=style.names,
        unknown_venue=style.unknown_venue,
        venues=style.venues,
    )
