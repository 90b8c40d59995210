"""`refmatter undo`: restore the files as they were before a run, unless they changed since."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Literal, TypeAlias

from refmatter.config.sections import FieldSettings
from refmatter.config.settings import Config
from refmatter.errors import ConflictError, FrontMatterError, JournalError, NoteError
from refmatter.fields import Field, shared_field_of
from refmatter.files import lock_folder
from refmatter.location import VaultLocation
from refmatter.model import LookupKey, Outcome, Ownership, Status
from refmatter.notes import frontmatter, vault
from refmatter.schema.conventions import ABSENT, value_or_absent
from refmatter.stages.write import AT_ONCE, save
from refmatter.state import journal, ownership
from refmatter.state.journal import Journal, JournalEntry, PastRun
from refmatter.state.ledger import Ledger, put

LedgerFate: TypeAlias = Literal["untouched", "restored", "corrected"]
_Written: TypeAlias = Mapping[Field, Ownership]
_Entries: TypeAlias = tuple[tuple[object, object], ...]


@dataclass(frozen=True, slots=True)
class UndoResult:
    """What was undone of a run, and the outcome for each note.

    Restored notes are WRITTEN (without bytes after: deleted) or CREATED. UNCHANGED notes are as
    before the run already, REFUSED ones were changed since.
    """

    undone_run: PastRun
    outcomes: tuple[Outcome, ...]
    ledger: LedgerFate
    dry_run: bool

    @property
    def refused(self) -> tuple[Outcome, ...]:
        """The notes that were left as they are."""
        return tuple(outcome for outcome in self.outcomes if outcome.status is Status.REFUSED)


def undo(
    location: VaultLocation, config: Config, number: int | None = None, *, dry_run: bool = False
) -> UndoResult:
    """Undo a run, by default the last; with `dry_run` only work out what would happen.

    Files whose bytes are those that the run left are restored. The ledger is restored if all of
    the run's notes are; else it forgets only what was written to those that are. An undo is a run
    itself and leaves a journal, so it can be undone.

    Raises:
        JournalError: the run's journal is missing or damaged, or is about another folder.
        LedgerError: the ledger cannot be read.
        VaultBusyError: another run is at work.

    """
    path = config.ledger_path(location.root)
    with lock_folder(path.parent):
        undone_run = journal.run(path, number)
        root = _vault_root(path, undone_run, location)
        include = config.settings.notes.include
        planned = [_undo_of_note(root, entry, include) for entry in undone_run.notes]
        if dry_run:
            return UndoResult(undone_run, tuple(planned), "untouched", dry_run)
        return _apply(undone_run, root, planned, path, config.settings.fields)


def _vault_root(ledger: Path, undone_run: PastRun, location: VaultLocation) -> Path:
    """Return the root of the vault of that run.

    Raises:
        JournalError: it is not in the folder that was named.

    """
    try:
        root = Path(os.path.realpath(ledger.parent / undone_run.root))
    except ValueError as error:  # a name that no folder can have
        raise JournalError(
            f"run {undone_run.number}: its journal does not name a folder"
        ) from error
    if not root.is_relative_to(os.path.realpath(location.root)):
        raise JournalError(
            f"run {undone_run.number} was on {root}, which is not in {location.root}; "
            "name it with --vault"
        )
    return root


def _undo_of_note(root: Path, entry: JournalEntry, include: Sequence[str]) -> Outcome:
    """Return the outcome of undoing one note, before anything is written."""
    path = entry.path or PurePosixPath()
    if not vault.is_note_path(path, include):
        reason = "is no note of a vault; the journal is damaged or not refmatter's"
        return Outcome(path, Status.REFUSED, reason=reason)
    try:
        current = vault.read(root, path) if vault.exists(root, path) else None
        current_digest = journal.digest(current)
        if current_digest == entry.before and current_digest not in entry.after:
            return Outcome(path, Status.UNCHANGED)
        if current_digest not in entry.after:
            raise ConflictError("gone since" if current is None else "changed since")
        restored = entry.restored(current)
    except NoteError as error:
        return Outcome(path, Status.REFUSED, reason=error.reason)
    status = Status.CREATED if current is None else Status.WRITTEN
    return Outcome(path, status, before=current, after=restored)


@dataclass(frozen=True, slots=True)
class _LedgerChange:
    """The written values that the ledger holds of a note: now, and from before the run."""

    key: LookupKey | None
    now: _Written
    before: _Written


def _apply(
    undone_run: PastRun,
    root: Path,
    planned: list[Outcome],
    ledger_path: Path,
    fields: FieldSettings,
) -> UndoResult:
    """Restore the planned notes and the ledger, and leave a journal."""
    ledger = Ledger.load(ledger_path, root)
    ledger_bytes = ledger_path.read_bytes() if ledger_path.exists() else None
    entry = undone_run.ledger
    old_bytes = _ledger_before(entry, ledger_path, undone_run)
    before = Ledger.from_bytes(old_bytes or b"", ledger_path, root)
    changes = {} if entry is None else _ledger_changes(planned, ledger, before)
    _record_both(ledger, planned, changes, fields)
    with Journal(ledger_path, root, f"undo {undone_run.number}") as journal_writer:
        ledger.save(ledger_path, journal_writer.ledger)
        done: list[Outcome] = []
        for start in range(0, len(planned), AT_ONCE):
            done += save(root, planned[start : start + AT_ONCE], journal_writer)
        _remove_made_folders(root, undone_run.notes, done)
        if entry is None:
            return UndoResult(undone_run, tuple(done), "untouched", dry_run=False)
        some_refused = any(outcome.status is Status.REFUSED for outcome in done)
        if journal.digest(ledger_bytes) in entry.after and not some_refused:
            put(ledger_path, old_bytes, journal_writer.ledger)
            return UndoResult(undone_run, tuple(done), "restored", dry_run=False)
        for outcome in done:
            if (change := changes.get(outcome.path)) is not None:
                refused = outcome.status is Status.REFUSED
                ledger.set_written(
                    change.key, outcome.path, change.now if refused else change.before
                )
        ledger.save(ledger_path, journal_writer.ledger)
    is_unchanged = ledger.text().encode() == (ledger_bytes or b"")
    return UndoResult(
        undone_run, tuple(done), "untouched" if is_unchanged else "corrected", dry_run=False
    )


def _ledger_before(entry: JournalEntry | None, path: Path, undone_run: PastRun) -> bytes | None:
    """Return the ledger's bytes before the run; None if it did not exist or did not change.

    Raises:
        JournalError: the journal's copy is damaged.

    """
    try:
        return entry.restored(None) if entry else None
    except NoteError as error:
        raise JournalError(
            f"{path.parent / journal.FOLDER}: run {undone_run.number}: its copy of the ledger "
            "is damaged; nothing was undone"
        ) from error


def _ledger_changes(
    planned: Sequence[Outcome], now: Ledger, before: Ledger
) -> dict[PurePosixPath, _LedgerChange]:
    """Return what changes in the ledger, by note; values that a person took over stay theirs."""
    changes = {}
    for outcome in planned:
        if outcome.before != outcome.after:
            written = now.written(outcome.path)
            marks = {name: ownership for name, ownership in written.items() if ownership.is_persons}
            key = now.key_of_note(outcome.path) or before.key_of_note(outcome.path)
            changes[outcome.path] = _LedgerChange(
                key, written, {**before.written(outcome.path), **marks}
            )
    return changes


def _record_both(
    ledger: Ledger,
    planned: Sequence[Outcome],
    changes: Mapping[PurePosixPath, _LedgerChange],
    fields: FieldSettings,
) -> None:
    """Make the ledger accept each note in both of its states while it is being restored."""
    for outcome in planned:
        if (change := changes.get(outcome.path)) is not None:
            readers = _value_readers((outcome.before, outcome.after), fields)
            either = ownership.either(change.now, change.before, *readers)
            ledger.set_written(change.key, outcome.path, either)


def _value_readers(
    versions: Sequence[bytes | None], fields: FieldSettings
) -> list[Callable[[Field], object]]:
    """Return for each version of a note a function that reads a field's value from it, all under
    one key: the field's, or else a word for anything such as `date`."""
    read = [_entries(data) for data in versions]
    names = fields.by_field()

    def value(entries: _Entries, name: Field) -> object:
        key = names.get(name) or None
        if all(value_or_absent(version, name, key) is ABSENT for version in read):
            keys = (key for version in read for key, _ in version)
            key = next((str(key) for key in keys if shared_field_of(key) is name), None)
        return value_or_absent(entries, name, key)

    return [partial(value, entries) for entries in read]


def _entries(data: bytes | None) -> _Entries:
    """Return the pairs of the front matter of a note; none where it cannot be read."""
    try:
        return frontmatter.read(data or b"").entries
    except FrontMatterError:
        return ()


def _remove_made_folders(
    root: Path, entries: Sequence[JournalEntry], outcomes: Sequence[Outcome]
) -> None:
    """Remove the folders that the run made for notes that are deleted now, if they are empty."""
    gone = {
        outcome.path for outcome in outcomes if outcome.before is not None and outcome.after is None
    }
    for entry in entries:
        if entry.path in gone:
            for folder in entry.folders:
                vault.remove_empty_folder(root, folder)
