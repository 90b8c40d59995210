"""A run's journal -> the files as they were before it, where they are still as it left them."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal, TypeAlias

from refmatter.config.settings import Config
from refmatter.errors import ConflictError, FrontMatterError, JournalError, NoteError
from refmatter.fields import Field
from refmatter.files import alone
from refmatter.location import VaultLocation
from refmatter.model import Outcome, Status
from refmatter.notes import frontmatter, vault
from refmatter.schema.conventions import value_or_absent
from refmatter.stages.write import AT_ONCE, save
from refmatter.state import journal, ownership
from refmatter.state.journal import Journal, JournalEntry, Past
from refmatter.state.ledger import Ledger, put

LedgerFate: TypeAlias = Literal["untouched", "restored", "corrected"]
_Digests: TypeAlias = Mapping[Field, str]


@dataclass(frozen=True, slots=True)
class UndoResult:
    """What was undone of a run. A note that was put back is WRITTEN (without bytes after, it
    was taken away), or CREATED; UNCHANGED is as it was before the run already, REFUSED is
    not as the run left it."""

    past: Past
    outcomes: tuple[Outcome, ...]
    ledger: LedgerFate
    dry: bool

    @property
    def left(self) -> tuple[Outcome, ...]:
        """The notes that were left as they are."""
        return tuple(each for each in self.outcomes if each.status is Status.REFUSED)


def undo(
    place: VaultLocation, config: Config, number: int | None = None, *, dry: bool = False
) -> UndoResult:
    """Undo a run, the last where none is named; with `dry` only tell what would come of it.

    Files go back to what they were where their bytes are those that the run left. So does the
    ledger if all of its notes do; else it only forgets what was written to those that do. Undo
    is a run itself and leaves a journal, so that it can be undone. Raises JournalError,
    LedgerError, and Busy.
    """
    path = config.ledger_path(place.root)
    with alone(path.parent):
        past = journal.run(path, number)
        root = _root(path, past, place)
        found = [_found(root, entry, config) for entry in past.notes]
        if dry:
            return UndoResult(past, tuple(found), "untouched", dry)
        return _undone(past, root, found, path, config)


def _root(ledger: Path, past: Past, place: VaultLocation) -> Path:
    """The vault of that run. Raises JournalError where it is not in the folder that was named."""
    try:
        root = Path(os.path.realpath(ledger.parent / past.root))
    except ValueError as error:  # a name that no folder can have
        raise JournalError(f"run {past.number}: its journal does not name a folder") from error
    if not root.is_relative_to(os.path.realpath(place.root)):
        raise JournalError(
            f"run {past.number} was on {root}, which is not in {place.root}; name it with --vault"
        )
    return root


def _found(root: Path, entry: JournalEntry, config: Config) -> Outcome:
    """What undoing comes to for a note."""
    path = entry.path or PurePosixPath()
    if not vault.names_note(path, config.settings.notes.include):
        reason = "is no note of a vault; the journal is damaged or not refmatter's"
        return Outcome(path, Status.REFUSED, reason=reason)
    try:
        now = vault.read(root, path) if vault.is_there(root, path) else None
        left = journal.digest(now)
        if left == entry.before and left not in entry.after:
            return Outcome(path, Status.UNCHANGED)
        if left not in entry.after:
            raise ConflictError("gone since" if now is None else "changed since")
        then = entry.restored(now)
    except NoteError as error:
        return Outcome(path, Status.REFUSED, reason=error.reason)
    status = Status.CREATED if now is None else Status.WRITTEN
    return Outcome(path, status, before=now, after=then)


@dataclass(frozen=True, slots=True)
class _Memory:
    """What the ledger says of a note: now, and what it is to say once the note is put back."""

    home: str
    now: _Digests
    then: _Digests


def _undone(past: Past, root: Path, found: list[Outcome], path: Path, config: Config) -> UndoResult:
    now = Ledger.load(path, root)
    data = path.read_bytes() if path.exists() else None
    entry = past.ledger
    old = _kept(entry, path, past)
    then = Ledger.read(old or b"", path, root)
    moves = {} if entry is None else _memories(found, now, then)
    _remember(now, found, moves, config)
    with Journal(path, root, f"undo {past.number}") as diary:
        now.save(path, diary.ledger)
        done: list[Outcome] = []
        for start in range(0, len(found), AT_ONCE):
            done += save(root, found[start : start + AT_ONCE], diary)
        _clear(root, past.notes, done)
        if entry is None:
            return UndoResult(past, tuple(done), "untouched", dry=False)
        left = any(each.status is Status.REFUSED for each in done)
        if journal.digest(data) in entry.after and not left:
            put(path, old, diary.ledger)
            return UndoResult(past, tuple(done), "restored", dry=False)
        for each in done:
            if (move := moves.get(each.path)) is not None:
                refused = each.status is Status.REFUSED
                now.wrote(move.home, each.path, move.now if refused else move.then)
        now.save(path, diary.ledger)
    same = now.text().encode() == (data or b"")
    return UndoResult(past, tuple(done), "untouched" if same else "corrected", dry=False)


def _kept(entry: JournalEntry | None, path: Path, past: Past) -> bytes | None:
    """The ledger's bytes before the run. Raises JournalError."""
    try:
        return entry.restored(None) if entry else None
    except NoteError as error:
        raise JournalError(
            f"{path.parent / journal.FOLDER}: run {past.number}: what is kept of the ledger is "
            "damaged; nothing was undone"
        ) from error


def _memories(found: Sequence[Outcome], now: Ledger, then: Ledger) -> dict[PurePosixPath, _Memory]:
    """What changes in the ledger, by note. What is marked as a person's stays theirs."""
    moves = {}
    for each in found:
        if each.before != each.after:
            said = now.written(each.path)
            marks = {name: one for name, one in said.items() if ownership.marked(one)}
            home = now.home(each.path) or then.home(each.path)
            moves[each.path] = _Memory(home, said, {**then.written(each.path), **marks})
    return moves


def _remember(
    now: Ledger,
    found: Sequence[Outcome],
    moves: Mapping[PurePosixPath, _Memory],
    config: Config,
) -> None:
    """Have the ledger say of each note that it is the one or the other while it is put back."""
    for each in found:
        if (move := moves.get(each.path)) is not None:
            old, new = _saying(each.before, config), _saying(each.after, config)
            now.wrote(move.home, each.path, ownership.either(move.now, move.then, old, new))


def _saying(data: bytes | None, config: Config) -> Callable[[Field], object]:
    """What a note of these bytes says for a field."""
    try:
        entries = frontmatter.read(data or b"").entries
    except FrontMatterError:
        entries = ()
    names = config.settings.fields.by_field()
    return lambda name: value_or_absent(entries, name, names.get(name) or None)


def _clear(root: Path, entries: Sequence[JournalEntry], done: Sequence[Outcome]) -> None:
    """Take away the folders that the run made for notes that are gone, where they are empty."""
    gone = {each.path for each in done if each.before is not None and each.after is None}
    for entry in entries:
        if entry.path in gone:
            for folder in entry.folders:
                vault.clear(root, folder)
