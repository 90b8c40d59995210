"""Scan a folder: its notes, and the files that could not be read."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path, PurePosixPath

from refmatter.config.sections import VaultSettings
from refmatter.errors import FrontMatterError, NoteError
from refmatter.fields import Field
from refmatter.model import Note, Outcome, Status
from refmatter.notes import citations, frontmatter, note_identifiers, references, title, vault
from refmatter.schema import conventions, paper_notes
from refmatter.schema.paper_notes import (
    NO_CONTEXT,
    Draft,
    NoteFacts,
    PaperRule,
    Survey,
    VaultContext,
    facts_of_note,
)
from refmatter.schema.reading_lists import is_reading_list
from refmatter.state.note_store import FEW, NotesByPath, NoteStore, packed
from refmatter.titles import MAX_TITLE_LETTERS
from refmatter.worker_pool import Row, WorkerPool, usable_cores

PAYS = 2_000
"""Notes that take longer to be read than processes take to start: a second or two."""
MOST = 4
"""Processes that read: what comes of more is read on by one, and waits for it."""
_ARCHETYPES = "archetypes"
"""Hugo's folder of templates."""
TOGETHER = 250
"""Notes that are handed to a process at once."""


@dataclass(frozen=True, slots=True)
class ScannedNotes:
    """The notes of a folder. `chosen` are those that this run may change; `refused` and
    `unreadable` could not be read; `context` is what the notes say about each other: with it a
    note is read alone as it is here. `other_formats` are the files whose front matter is in a
    format that is not read, with its name: they are left alone, and no fault."""

    root: Path
    notes: Sequence[Note]
    chosen: Container[PurePosixPath]
    refused: tuple[Outcome, ...] = ()
    unreadable: tuple[PurePosixPath, ...] = ()
    context: VaultContext = NO_CONTEXT
    other_formats: Mapping[PurePosixPath, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ScanLimits:
    """How many notes are kept in memory, and how many processes read them (None: as many as
    pay)."""

    few: int = FEW
    processes: int | None = None


DEFAULT_LIMITS = ScanLimits()


def scan(
    root: Path,
    settings: VaultSettings,
    chosen: Callable[[PurePosixPath], bool] = lambda _: True,
    leftover: Callable[[Path], None] = lambda _: None,
    limits: ScanLimits = DEFAULT_LIMITS,
) -> ScannedNotes:
    """Read every note under `root`; what cannot be read is refused, and the scan goes on.
    `leftover` is called with each temporary file that is met."""
    notes = NoteStore(limits.few)
    refused: list[Outcome] = []
    other_formats: dict[PurePosixPath, str] = {}
    unread: list[PurePosixPath] = []

    def refuse(path: PurePosixPath, error: NoteError) -> None:
        if not chosen(path):
            return
        if error.other_format:
            other_formats[path] = error.other_format
        else:
            reason, line, fault = error.reason, error.line, error.fault
            refused.append(
                Outcome(path, Status.REFUSED, reason=reason, line=line, yaml_fault=fault)
            )

    names = vault.note_paths(root, settings.notes.include, settings.notes.exclude, refuse, leftover)
    names = [name for name in names if not paper_notes.is_conflict_copy(name)]
    processes = limits.processes
    if processes is None:
        processes = min(usable_cores(), MOST) if len(names) >= PAYS else 1
    survey = Survey()
    for name, found in zip(names, _read_all(root, names, settings, processes), strict=True):
        path = PurePosixPath(name)
        if isinstance(found, Draft):
            survey.add(path, facts_of_note(found))
            notes.put(found)
        elif isinstance(found, _PackedNote):
            survey.add(path, found.facts)
            notes.put_packed(path, found.head, found.tail)
        elif found is not None:
            unread.append(path)
            refuse(path, found)
    context = survey.context()
    notes.finish(context)
    picked = frozenset(filter(chosen, notes.paths))
    return ScannedNotes(
        root=root,
        notes=tuple(notes) if len(notes) <= limits.few else notes,
        chosen=picked if len(picked) < len(notes) else NotesByPath(notes),
        refused=tuple(refused),
        unreadable=tuple(unread),
        context=context,
        other_formats=other_formats,
    )


@dataclass(frozen=True, slots=True)
class _PackedNote:
    """A note that another process read."""

    head: bytes
    tail: bytes
    facts: NoteFacts


def _read_all(
    root: Path, names: Sequence[str], settings: VaultSettings, processes: int
) -> Iterator[Draft | _PackedNote | NoteError | None]:
    """Yield each of these notes, or why it cannot be read; None for a template that cannot be read.
    A note from another process comes packed, as the note store keeps it."""
    if processes < 2:
        rule = paper_rule(settings)
        yield from (_tried(root, PurePosixPath(name), settings, rule) for name in names)
        return
    with closing(WorkerPool(processes, TOGETHER)) as pool:
        rows = ((name,) for name in names)
        for head, tail, facts, *refusal in pool.map_grouped(partial(_rows, root, settings), rows):
            if refusal:
                yield NoteError(*refusal)
            else:
                yield _PackedNote(head, tail, facts) if facts is not None else None


def _rows(root: Path, settings: VaultSettings, rows: Iterator[Row]) -> Iterator[Row]:
    """Yield paths -> packed notes, or why they are none: what goes to another process and back."""
    rule = paper_rule(settings)
    for (path,) in rows:
        found = _tried(root, PurePosixPath(path), settings, rule)
        if isinstance(found, NoteError):
            yield b"", b"", None, found.reason, found.line, found.fault, found.other_format
        elif found is None:
            yield b"", b"", None
        else:
            yield (*packed(found), facts_of_note(found))


def _tried(
    root: Path, path: PurePosixPath, settings: VaultSettings, rule: PaperRule
) -> Draft | NoteError | None:
    try:
        return draft(root, path, settings, rule)
    except NoteError as error:
        is_template = paper_notes.is_template_file(path) or _ARCHETYPES in path.parts[:-1]
        return None if is_template else error


def read_note(
    root: Path,
    path: PurePosixPath,
    settings: VaultSettings,
    context: VaultContext = NO_CONTEXT,
) -> Note:
    """Return one note, as it is in a vault of this context.

    Raises:
        NoteError: it cannot be read.

    """
    return paper_notes.finish(draft(root, path, settings, paper_rule(settings)), context)


def draft(root: Path, path: PurePosixPath, settings: VaultSettings, rule: PaperRule) -> Draft:
    """Return one note as it is without the others of its vault.

    Raises:
        NoteError: it cannot be read.

    """
    data = vault.read(root, path)
    front, marked = _front(data)
    section = references.find(
        front.body, front.body_line, settings.references.headings, note_identifiers.identify
    )
    key = settings.fields.key_for(Field.TITLE)
    titles, heading, stated = title.titles(front.entries, path, front.body, key)
    preamble = note_identifiers.preamble(front.body, heading.start if heading else -1)
    links = (link.target for link in references.links_in(heading.text if heading else ""))
    carried = note_identifiers.carried(front.entries, preamble, path, links)
    named, source, others = paper_notes.chosen(titles)
    note = Note(
        path=path,
        digest=vault.digest(data),
        entries=front.entries,
        styles=front.styles,
        title=named,
        references=tuple(
            reference if citations.is_titled(reference.text) else replace(reference, titled=False)
            for reference in section.references
        ),
        identifiers=carried.deciding,
        is_paper=False,
        title_source=source,
        other_titles=others,
        linked_identifiers=carried.linked,
        stated_authors=stated.authors,
        stated_year=stated.year,
    )
    if marked or paper_notes.is_template(note):
        note = replace(note, is_template=True)
    elif paper_notes.is_paper(note, rule, carried):
        keyed = conventions.value_of(front.entries, Field.TITLE, key)
        if isinstance(keyed, str) and len(keyed) > MAX_TITLE_LETTERS:
            raise NoteError(f"its title has more than {MAX_TITLE_LETTERS} letters")
        if is_reading_list(front.body, titles, carried):
            return Draft(note, titles, is_reading_list=True)
        note = replace(note, is_paper=True)
    return Draft(note, titles)


def _front(data: bytes) -> tuple[frontmatter.FrontMatter, bool]:
    """Return the front matter of a note, and whether it can be read only without a template's
    marks."""
    try:
        return frontmatter.read(data), False
    except FrontMatterError:
        bare = title.without_template_marks(data)
        if bare == data:
            raise
        return frontmatter.read(bare), True


def paper_rule(settings: VaultSettings) -> PaperRule:
    """Return what config.yaml says of paper notes."""
    paper, names = settings.notes.paper, settings.fields.by_field()
    return PaperRule(
        tags=paper_notes.folded_tags(paper.tags),
        folders=tuple(PurePosixPath(folder) for folder in paper.folders),
        files=vault.glob_pattern(paper.files) if paper.files else None,
        keys={key: paper_notes.folded_values(values) for key, values in paper.keys.items()},
        heading=paper.heading,
        fields=paper.fields,
        configured_keys={name: configured for name, configured in names.items() if configured},
    )
