"""Decide whose each value in a note is: written by refmatter, or by a person.

The ledger keeps a digest of each value that a note has from us. A look at the note tells whether it
still says that. Where it says something else, or nothing any more, a person changed it: it is
theirs from then on, whatever they make of it later.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import PurePosixPath
from types import MappingProxyType

from refmatter.fields import Field
from refmatter.model import Change, Note, Owner, Ownership
from refmatter.schema.conventions import ABSENT, Conventions, is_empty
from refmatter.state.ledger import Ledger
from refmatter.state.note_store import heads, paths
from refmatter.titles import title_key


def digest(value: object) -> str:
    """Return a short digest of a value as a note says it, to tell later whether it changed."""
    return hashlib.sha256(repr(value).encode("utf-8", "surrogatepass")).hexdigest()[:12]


def is_ours(ownership: Ownership, value: object) -> bool:
    """Whether a note still says what was written. While a run is at work that is any of the
    values that it may have left, so that a run that is killed disowns none of them."""
    now = digest(value)
    return any(state.digest == now and _is_written(state) for state in ownership.states)


def _is_written(state: Ownership) -> bool:
    return state.owner in (Owner.OURS, Owner.OURS_WITH_KEY)


def ours_in(written: Mapping[Field, Ownership]) -> dict[Field, bool]:
    """Return the fields of a note whose values are ours, and whether we added the key too."""
    return {name: own.has_our_key for name, own in written.items() if not own.is_persons}


def observed(ownership: Ownership, value: object) -> Ownership | None:
    """Return whose a value is after a look at what the note says; None where the note is as it was
    before a run that was killed."""
    if ownership.is_persons:
        return ownership
    now, states = digest(value), ownership.states
    for state in states:
        if state.digest == now and _is_written(state):
            return state
    if any(state.digest == now and state.owner is Owner.BEFORE for state in states):
        return None
    written = [state.digest for state in states if _is_written(state)] or [now]
    return Ownership(Owner.PERSON, written[-1])


def is_theirs(ownership: Ownership, value: object) -> bool:
    """Whether a value that we wrote is a person's since."""
    seen = observed(ownership, value)
    return seen is not None and seen.is_persons


def renamed(
    notes: Sequence[Note], ledger: Ledger, gone: Callable[[PurePosixPath], bool]
) -> dict[PurePosixPath, PurePosixPath]:
    """Return the notes that were renamed, old path to new: a note that the ledger knows nothing of
    and that is the only one such of its title is the only one of this title that it knows and that
    is `gone`."""
    known, here = ledger.written_by_note(), frozenset(paths(notes))
    keys = {path: ledger.key_of_note(path) for path in known if path not in here and gone(path)}
    left = _by_title({path: key.title for path, key in keys.items() if key})
    if not left:
        return {}
    fresh = {n.path: title_key(n.title) for n in heads(notes) if n.path not in known}
    found: dict[PurePosixPath, PurePosixPath] = {}
    for title, new in _by_title(fresh).items():
        old = left.get(title, ())
        if title and len(new) == len(old) == 1:
            found[old[0]] = new[0]
    return found


def _by_title(titles: Mapping[PurePosixPath, str]) -> dict[str, list[PurePosixPath]]:
    found: dict[str, list[PurePosixPath]] = {}
    for path, title in titles.items():
        found.setdefault(title, []).append(path)
    return found


def observed_notes(
    notes: Iterable[Note],
    conventions: Conventions,
    written: Callable[[PurePosixPath], Mapping[Field, Ownership]],
    refilled: Collection[Field] = (),
) -> dict[PurePosixPath, Mapping[Field, Ownership]]:
    """Return whose the values are, of the notes where that has changed since `written` was told
    of them. The fields of `refilled` that a person emptied are left out, so that they are filled
    once more."""
    changed: dict[PurePosixPath, Mapping[Field, Ownership]] = {}
    for note in notes:
        before = written(note.path)
        seen = {
            name: _observed_field(note, conventions, name, before[name], refilled)
            for name in before
        }
        after = {name: ownership for name, ownership in seen.items() if ownership}
        if after != before:
            changed[note.path] = after
    return changed


def _observed_field(
    note: Note,
    conventions: Conventions,
    name: Field,
    ownership: Ownership,
    refilled: Collection[Field],
) -> Ownership | None:
    if not conventions.has_key_for(name):  # the vault keeps it no more: nothing to be seen
        return ownership
    value = conventions.value_or_absent(note.entries, name)
    now = observed(ownership, value)
    return None if name in refilled and now and now.is_persons and is_empty_here(value) else now


def is_empty_here(value: object) -> bool:
    """Whether what stands in a note for a field is nothing, or its key is not there."""
    return value is ABSENT or is_empty(value)


def emptied(
    notes: Iterable[Note],
    conventions: Conventions,
    written: Callable[[PurePosixPath], Mapping[Field, Ownership]],
) -> dict[PurePosixPath, frozenset[Field]]:
    """Return the fields that a person took out of each note after we had filled them."""
    found = {}
    for note in notes:
        theirs = (name for name, own in written(note.path).items() if own.is_persons)
        gone = frozenset(
            n for n in theirs if is_empty_here(conventions.value_or_absent(note.entries, n))
        )
        if gone:
            found[note.path] = gone
    return found


def after_writing(
    changes: Iterable[Change],
    entries: Iterable[tuple[object, object]],
    before: Mapping[Field, Ownership] = MappingProxyType({}),
) -> dict[Field, Ownership]:
    """Return whose the values of a note are once it is written, `before` being what held of it with
    these entries; nothing for what is taken out. A key that we added stays ours when its value is
    renewed."""
    there = {key for key, _ in entries}
    after = dict(before)
    for change in changes:
        own = before.get(change.field)
        if change.removed:
            after.pop(change.field, None)
            continue
        with_key = change.key not in there or (own is not None and own.has_our_key)
        owner = Owner.OURS_WITH_KEY if with_key else Owner.OURS
        after[change.field] = Ownership(owner, digest(change.new))
    return after


def either(
    before: Mapping[Field, Ownership],
    after: Mapping[Field, Ownership],
    old: Callable[[Field], object],
    new: Callable[[Field], object],
) -> dict[Field, Ownership]:
    """Return what is remembered for as long as it is not sure whether a note has the old values or
    the new ones, so that a run that is killed disowns neither and claims nothing that it found.
    `old` and `new` return what the note says for a field before and after."""
    both = {}
    for name in {**before, **after}:
        was = before.get(name) or Ownership(Owner.BEFORE, digest(old(name)))
        becomes = after.get(name) or Ownership(Owner.BEFORE, digest(new(name)))
        theirs = next((own for own in (becomes, was) if own.is_persons), None)
        both[name] = theirs or _in_progress((*was.states, *becomes.states))
    return both


def _in_progress(states: Iterable[Ownership]) -> Ownership:
    """Return one of these states, it is not known which; the last one is to come."""
    *earlier, last = dict.fromkeys(states)
    return Ownership(last.owner, last.digest, tuple(earlier))
