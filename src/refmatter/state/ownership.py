"""What we wrote to a note and what it says now -> whose each value is: ours, or a person's.

The ledger keeps a fingerprint for each value that a note has from us. A look at the note tells
whether it still says that. Where it says something else, or nothing any more, a person changed
it, and the fingerprint is marked: it is theirs from then on, whatever they make of it later.

    9f3a…          the note has this value from us, under a key that stood there empty
    +9f3a…         the note has this value and its key from us
    ~9f3a…         it had, and is the person's since
    9f3a…|77b0…    a run is at work, or was killed: it has one of the two from us
    -9f3a…|77b0…   likewise; the first is what it had before us
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from types import MappingProxyType

from refmatter.fields import Field
from refmatter.model import Change, Note
from refmatter.schema.conventions import ABSENT, Conventions, is_empty
from refmatter.state.ledger import ADDED, THEIRS, Ledger, base_key, digest
from refmatter.state.note_store import heads, paths
from refmatter.titles import title_key

_FOUND = "-"


def settle(written: str, value: object) -> str:
    """What is to be remembered after a look at what the note says: the one fingerprint that it
    has, "" where it is as it was before a run that was killed, or the mark of a person."""
    if marked(written):
        return written
    now, said = digest(value), written.split("|")
    for each in said:
        if each.removeprefix(ADDED) == now:
            return each
    if _FOUND + now in said:
        return ""
    ours = [each for each in said if not each.startswith(_FOUND)] or [now]
    return THEIRS + ours[-1].removeprefix(ADDED)


def marked(written: str) -> bool:
    """Whether a value is known to be a person's since."""
    return written.startswith(THEIRS)


def unmarked(written: str) -> str:
    """The fingerprint of what we wrote last, whosever it is by now."""
    return written.removeprefix(THEIRS).rpartition("|")[2].removeprefix(ADDED)


def is_theirs(written: str, value: object) -> bool:
    """Whether a value that we wrote is a person's since."""
    return marked(settle(written, value))


class FingerprintView(Mapping[PurePosixPath, Mapping[Field, str]]):
    """What is remembered of each note, by path: what was `seen` just now, else what was known."""

    def __init__(
        self,
        known: Mapping[PurePosixPath, Mapping[Field, str]],
        seen: Mapping[PurePosixPath, Mapping[Field, str]],
    ) -> None:
        self._known, self._seen = known, seen

    def __getitem__(self, path: PurePosixPath) -> Mapping[Field, str]:
        return self._seen[path] if path in self._seen else self._known[path]

    def __contains__(self, path: object) -> bool:
        return path in self._seen or path in self._known

    def __iter__(self) -> Iterator[PurePosixPath]:
        yield from self._seen
        yield from (path for path in self._known if path not in self._seen)

    def __len__(self) -> int:
        return sum(True for _ in self)


def renamed(
    notes: Sequence[Note], ledger: Ledger, gone: Callable[[PurePosixPath], bool]
) -> dict[PurePosixPath, PurePosixPath]:
    """The notes that were renamed, old path to new: a note that the ledger knows nothing of and
    that is the only one such of its title is the only one of this title that it knows and that
    is `gone`."""
    known, here = ledger.fingerprints(), frozenset(paths(notes))
    left = _by_title({p: ledger.home(p) for p in known if p not in here and gone(p)})
    if not left:
        return {}
    fresh = {n.path: title_key(n.title) for n in heads(notes) if n.path not in known}
    found: dict[PurePosixPath, PurePosixPath] = {}
    for title, new in _by_title(fresh).items():
        old = left.get(title, ())
        if title and len(new) == len(old) == 1:
            found[old[0]] = new[0]
    return found


def _by_title(homes: Mapping[PurePosixPath, str]) -> dict[str, list[PurePosixPath]]:
    titled: dict[str, list[PurePosixPath]] = {}
    for path, key in homes.items():
        titled.setdefault(base_key(key), []).append(path)
    return titled


def settled(
    notes: Iterable[Note],
    manner: Conventions,
    written: Mapping[PurePosixPath, Mapping[Field, str]],
    again: Collection[Field] = (),
) -> dict[PurePosixPath, Mapping[Field, str]]:
    """What is to be remembered of the notes of which that is something else by now. The fields
    of `again` that a person emptied are forgotten, so that they are filled once more."""
    said: dict[PurePosixPath, Mapping[Field, str]] = {}
    for note in notes:
        mine = written.get(note.path, {})
        seen = {name: _settled(note, manner, name, mine[name], again) for name in mine}
        kept = {name: each for name, each in seen.items() if each}
        if kept != mine:
            said[note.path] = kept
    return said


def _settled(
    note: Note, manner: Conventions, name: Field, written: str, again: Collection[Field]
) -> str:
    if not manner.has_key_for(name):  # the vault keeps it no more: nothing to be seen
        return written
    value = manner.value_or_absent(note.entries, name)
    now = settle(written, value)
    return "" if name in again and marked(now) and is_empty_here(value) else now


def is_empty_here(value: object) -> bool:
    """Whether what stands in a note for a field is nothing, or its key is not there."""
    return value is ABSENT or is_empty(value)


def emptied(
    notes: Iterable[Note],
    manner: Conventions,
    written: Mapping[PurePosixPath, Mapping[Field, str]],
) -> dict[PurePosixPath, frozenset[Field]]:
    """The fields that a person took out of each note after we had filled them."""
    found = {}
    for note in notes:
        marks = (name for name, said in written.get(note.path, {}).items() if marked(said))
        gone = frozenset(n for n in marks if is_empty_here(manner.value_or_absent(note.entries, n)))
        if gone:
            found[note.path] = gone
    return found


def keep(
    ledger: Ledger,
    homes: Mapping[PurePosixPath, str],
    seen: Mapping[PurePosixPath, Mapping[Field, str]],
) -> None:
    """Put into the ledger what was seen, each note's under the title that it has now."""
    for path, said in seen.items():
        if said != ledger.written(path):
            ledger.wrote(homes.get(path, ""), path, said)


def wrote(
    changes: Iterable[Change],
    entries: Iterable[tuple[object, object]],
    was: Mapping[Field, str] = MappingProxyType({}),
) -> dict[Field, str]:
    """The fingerprints of what is written to a note that has these entries; "" for what is taken
    out of it. A key that we added stays ours when its value is renewed."""
    there = {key for key, _ in entries}
    added = {name for name, fingerprint in was.items() if ADDED in fingerprint}
    return {
        change.field: ""
        if change.removed
        else (ADDED if change.key not in there or change.field in added else "")
        + digest(change.new)
        for change in changes
    }


def either(
    was: Mapping[Field, str],
    new: Mapping[Field, str],
    old: Callable[[Field], object],
    then: Callable[[Field], object],
) -> dict[Field, str]:
    """What is remembered for as long as it is not sure whether a note has the old values or the
    new ones, so that a run that is killed disowns neither and claims nothing that it found.
    `old` and `then` tell what the note says for a field before and after."""
    both = {}
    for name in {**was, **new}:
        one = was.get(name) or _FOUND + digest(old(name))
        other = new.get(name) or _FOUND + digest(then(name))
        mark = next((each for each in (other, one) if marked(each)), None)
        both[name] = mark or "|".join(dict.fromkeys((*one.split("|"), other)))
    return both
