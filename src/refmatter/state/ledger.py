"""refmatter.lock: which work each title is, and where every value came from.

One JSON object a line, sorted by key, meant to be committed. A line holds the title, the
decision and its reason, the identifiers, the values by who said them and when, and for each
note the digests of the values written there, so that a later run can tell its own words from
a person's. The cache is disposable; this file is not: it is written whole, beside the old
one, and put in its place in one step.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
import sys
from array import array
from collections.abc import (
    Callable,
    Collection,
    Iterable,
    Iterator,
    Mapping,
    MutableMapping,
    Sequence,
)
from collections.abc import (
    Set as AbstractSet,
)
from datetime import date, timedelta
from functools import partial
from io import BytesIO
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Annotated, Any, BinaryIO, Literal, TypeAlias

from msgspec import Struct, field
from msgspec.structs import replace
from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic import Field as Bounded

from refmatter.errors import LedgerError
from refmatter.fields import Field, Value
from refmatter.files import describe_os_error, sync_folder, temporary_file
from refmatter.model import NO_QUESTIONS, Identifiers, Match, Provenance, Questions, Rung, Tier
from refmatter.state.hash_index import HashIndex
from refmatter.state.lines_by_note import LinesByNote
from refmatter.state.match_json import Day, Ids, MatchRow, Weight, row_of
from refmatter.state.row_file import RowFile

Heed: TypeAlias = Callable[[bytes | None, bytes | None], None]
"""Is told of a file's bytes before and after; None stands for no file."""
THEIRS, ADDED = "~", "+"
"""What a fingerprint begins with: a person changed the value since; we added its key too."""
FEW = 500
"""So many lines are kept in memory as they are."""

_BEHIND_TITLE = re.compile("[@#]")
_NO_NAMES = Identifiers()
_NOTHING: Mapping[Any, Any] = MappingProxyType({})
"""What most lines have nothing of: one for all of them."""

Verdict: TypeAlias = Literal["accepted", "ambiguous", "unmatched", "ruled"]


class LedgerLine(Struct, frozen=True, gc=False):
    """What the ledger knows of one title.

    `remarks` tell what was said of the work that cannot be so, and is left out or cleaned;
    `retracted` names the providers that say it was retracted.
    `named` is the title of the work's record where it is not the one that was asked for; `rule`
    is the matcher's version that decided, `tier` how sure it was of what it accepted, `features`
    what spoke for and against it.
    `rivals` are the candidates of a title that is ambiguous, or was before a person ruled, and
    those that an accepted title was told from. `asked` are the questions that were answered
    (`arxiv/title`, `citing/<S2 id>`), kept only while the title is not accepted or a provider's
    word is still missing; `checked` is the day (ISO) of the last try and `tries` how many there
    were, for titles that are not settled; `hints` is the digest of the note's own evidence
    that was decided by, "" for none. `key` is the title's; behind it stands `@` and the path of
    the note that the line is about, or `#` and the identifier that a reference carries.
    """

    key: str
    title: str
    verdict: Verdict
    reason: str
    identifiers: Identifiers = Identifiers()
    values: Mapping[Field, tuple[Value, Provenance]] = field(default_factory=dict)
    other_venues: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    retracted: tuple[str, ...] = ()
    tier: Tier | None = None
    named: str = ""
    rule: str = ""
    features: Mapping[str, float] = field(default_factory=dict)
    rivals: tuple[Match, ...] = ()
    asked: AbstractSet[str] = NO_QUESTIONS
    checked: str = ""
    tries: int = 0
    hints: str = ""
    written: Mapping[PurePosixPath, Mapping[Field, str]] = field(default_factory=dict)

    def due(self, today: date, after: int) -> bool:
        """Whether it is time to ask again for a title nobody knew: after `after` days, then
        twice as long with each try, a year at most."""
        return today >= self.due_on(after)

    def due_on(self, after: int) -> date:
        """The first day on which it is."""
        wait: int = min(after * 2 ** min(max(self.tries - 1, 0), 9), 366)
        checked = date.fromisoformat(self.checked)
        return checked + min(timedelta(days=wait), date.max - checked)


def base_key(key: str) -> str:
    """Return the title key that a key begins with: what is asked for by title."""
    return _BEHIND_TITLE.split(key, maxsplit=1)[0]


def note_of(key: str) -> str:
    """Return the path, from the ledger's folder, of the note that a key is about; "" for a title
    that only reference lists name."""
    title, at, place = key.partition("@")
    return place if at and "#" not in title else ""


def places_of(line: LedgerLine) -> list[str]:
    """Return the paths, from the ledger's folder, of the notes that a line knows: those to which
    values were written, and the one that it is about."""
    own = note_of(line.key)
    places = [str(path) for path in line.written]
    return places if not own or own in places else [*places, own]


def digest(value: object) -> str:
    """A short fingerprint of a value as a note says it, to tell later whether it changed."""
    return hashlib.sha256(repr(value).encode("utf-8", "surrogatepass")).hexdigest()[:12]


def is_ours(written: str, value: object) -> bool:
    """Whether a note still says what was written. While a run is at work the ledger holds the
    old and the new fingerprint of a value, so that a run that is killed disowns neither."""
    return digest(value) in (each.removeprefix(ADDED) for each in written.split("|"))


def ours_in(written: Mapping[Field, str]) -> dict[Field, bool]:
    """Return the fields of a note whose values are ours, and whether we added the key too."""
    return {
        name: ADDED in fingerprint
        for name, fingerprint in written.items()
        if not fingerprint.startswith(THEIRS)
    }


class Ledger:
    """The lines of a ledger by key. `load` reads one, `save` writes it where it changed."""

    def __init__(
        self, lines: Iterable[LedgerLine] = (), prefix: PurePosixPath | None = None
    ) -> None:
        """`prefix` leads from the ledger's folder to the vault's: notes are written down by
        their path from the ledger, so that a run on a part of a vault knows them too."""
        self._lines: MutableMapping[str, LedgerLine] = {}
        self._homes = LinesByNote()
        self._prefix = prefix or PurePosixPath()
        self._lead = "" if self._prefix == PurePosixPath() else f"{self._prefix}/"
        self._seen: str | None = None  # nothing was read, so nothing can have moved on
        for line in lines:
            self._put(line)

    def __len__(self) -> int:
        return len(self._lines)

    def __iter__(self) -> Iterator[LedgerLine]:
        """The lines, by key."""
        return iter([self._lines[key] for key in sorted(self._lines)])

    def line(self, key: str) -> LedgerLine | None:
        """What is known under a key."""
        return self._lines.get(key)

    def record(self, line: LedgerLine) -> None:
        """Remember a line, keeping what was written to notes under this key before."""
        old = self._lines.get(line.key)
        self._put(replace(line, written=old.written) if old else line)

    def key(self, title_key: str, path: PurePosixPath) -> str:
        """Return the key of the decision about a note: its title's, `@`, and its path from the
        ledger's folder. Notes of one title are each decided by themselves."""
        return f"{title_key}@{self._place(path)}"

    def home(self, path: PurePosixPath) -> str:
        """The key of the line that knows what a note has from us, else of one that holds a
        decision about it; "" where there is none."""
        keys = self._homes.get(self._place(path), ())
        place = self._prefix / path
        written = (key for key in keys if place in self._lines[key].written)
        return next(written, next(iter(keys), ""))

    def move(self, old: PurePosixPath, new: PurePosixPath) -> None:
        """Give what is known of a note that was renamed to its new path."""
        here, there = self._place(old), self._place(new)
        for key in self._homes.pop(here, ()):
            line = self._lines[key]
            written = {PurePosixPath(there if str(p) == here else p): d
                       for p, d in line.written.items()}  # fmt: skip
            if note_of(key) == here:
                del self._lines[key]
                key = f"{base_key(key)}@{there}"  # noqa: PLW2901 - the line's new key
            self._put(replace(line, key=key, written=written))

    def forget(self, path: PurePosixPath, but: str) -> None:
        """Drop the decisions on titles that a note has no more, `but` the one under this key and
        those that know what was written to a note."""
        place = self._place(path)
        for key in self._homes.get(place, ()):
            if note_of(key) == place and key != but and not self._lines[key].written:
                del self._lines[key]
                self._unhouse(place, key)

    def written(self, path: PurePosixPath) -> Mapping[Field, str]:
        """The digests of the values that a note has from us, whichever title it had then."""
        said: dict[Field, str] = {}
        homes = self._homes.get(self._place(path), ())
        place = self._prefix / path if homes else path
        for home in homes:
            said |= self._lines[home].written.get(place, {})
        return said

    def fingerprints(self) -> Mapping[PurePosixPath, Mapping[Field, str]]:
        """The digests of the values that each note has from us, by its path in the vault; they
        are looked up when they are asked for."""
        return _Fingerprints(self, self._homes, self._prefix, self._place)

    def wrote(self, key: str, path: PurePosixPath, said: Mapping[Field, str]) -> None:
        """Remember the digests of the values that a note now has from us; none to forget it.
        They move to this title's line from the one that the note had before; as long as this
        title has no line they stay where they are, and a note of no line has nothing to
        remember."""
        place = self._prefix / path
        homes = self._homes.get(str(place), ())
        if key not in self._lines:
            key = self.home(path)
        for home in homes:
            line = self._lines[home]
            if place in line.written:
                others = {p: d for p, d in line.written.items() if p != place}
                self._lines[home] = replace(line, written=others)
                if note_of(home) != str(place):
                    self._unhouse(str(place), home)
        if key and said:
            line = self._lines[key]
            self._put(replace(line, written={**line.written, place: dict(said)}))

    def _place(self, path: PurePosixPath) -> str:
        return f"{self._lead}{path}"

    def _put(self, line: LedgerLine) -> None:
        self._lines[line.key] = line
        self._house(line)

    def _unhouse(self, place: str, key: str) -> None:
        left = tuple(each for each in self._homes.get(place, ()) if each != key)
        if left:
            self._homes[place] = left
        else:
            self._homes.pop(place, None)

    def _house(self, line: LedgerLine) -> None:
        """Remember which notes a line knows."""
        for place in places_of(line):
            homes = self._homes.get(place, ())
            if line.key not in homes:
                self._homes[place] = (*homes, line.key)

    @classmethod
    def load(cls, path: Path, root: Path | None = None, few: int = FEW) -> Ledger:
        """Read a ledger for the vault at `root` (its own folder where none is given); an empty
        one where there is no file. Up to `few` lines are kept in memory. Raises LedgerError."""
        made = cls((), _prefix(path, root))
        try:
            with _opened(path) as file:
                made._lines, made._homes, made._seen = _lines_of(path, file, few)
        except FileNotFoundError:
            made._seen = _mark(None)
        except OSError as error:
            raise LedgerError(f"{path}: cannot be read: {describe_os_error(error)}") from error
        return made

    @classmethod
    def read(cls, data: bytes, path: Path, root: Path | None = None) -> Ledger:
        """The same from the bytes of the file, as they are or once were. Raises LedgerError."""
        made = cls((), _prefix(path, root))
        made._lines, made._homes, _ = _lines_of(path, BytesIO(data))
        return made

    def text(self) -> str:
        """The file's text: the same lines give the same text."""
        return "".join(f"{_row(line)}\n" for line in self)

    def save(self, path: Path, heed: Heed | None = None) -> bool:
        """Write the file where it differs, in one step; whether it did. `heed` is told of the
        bytes before and after, ere they are replaced. Raises LedgerError, also where the file is
        no longer what was read."""
        # Half a character, as a name of a file or an argument may have, is nothing JSON can say.
        data = self.text().encode("utf-8", "replace") or None
        changed = put(path, data, heed, self._seen)
        if changed:
            self._seen = _mark(data)
        return changed


def put(path: Path, data: bytes | None, heed: Heed | None = None, seen: str | None = None) -> bool:
    """Give the file these bytes, None for no file; whether it had others. An empty file is left
    where there is one already. Raises LedgerError, also where its mark is not the one `seen`."""
    try:
        old = _bytes(path)
        if (old or None) == data:
            return False
        if seen not in (None, _mark(old)):
            raise LedgerError(f"{path}: was changed while refmatter was at work; run it again")
        if heed is not None:
            heed(old, data)
        if data is None:
            path.unlink()
            sync_folder(path.parent)
        else:
            _replace(path, data)
    except OSError as error:
        raise LedgerError(f"{path}: cannot be written: {describe_os_error(error)}") from error
    return True


def _prefix(path: Path, root: Path | None) -> PurePosixPath:
    return PurePosixPath(Path(os.path.relpath(root or path.parent, path.parent)).as_posix())


class _Fingerprints(Mapping[PurePosixPath, Mapping[Field, str]]):
    """What a ledger knows of the notes of a vault."""

    def __init__(
        self,
        ledger: Ledger,
        homes: Mapping[str, object],
        prefix: PurePosixPath,
        place: Callable[[PurePosixPath], str],
    ) -> None:
        self._ledger, self._homes, self._prefix, self._place = ledger, homes, prefix, place

    def __getitem__(self, path: PurePosixPath) -> Mapping[Field, str]:
        if path not in self:
            raise KeyError(path)
        return self._ledger.written(path)

    def __contains__(self, path: object) -> bool:
        return isinstance(path, PurePosixPath) and self._place(path) in self._homes

    def __iter__(self) -> Iterator[PurePosixPath]:
        places = map(PurePosixPath, tuple(self._homes))
        return (p.relative_to(self._prefix) for p in places if p.is_relative_to(self._prefix))

    def __len__(self) -> int:
        return sum(True for _ in self)


def _mark(data: bytes | None) -> str:
    """By what it is told whether a file, or that there is none, is still as it was."""
    return "" if data is None else hashlib.sha256(data).hexdigest()


def _opened(path: Path) -> BinaryIO:
    """The file, to be read. Raises OSError and LedgerError."""
    _refuse_stray(path)
    if path.exists() and not path.is_file():  # a pipe would keep us waiting
        raise OSError("it is no ordinary file; move it out of the way")
    return path.open("rb")


def _bytes(path: Path) -> bytes | None:
    """The file's bytes; None where there is none. Raises OSError and LedgerError."""
    try:
        with _opened(path) as file:
            return file.read()
    except FileNotFoundError:
        return None


def _refuse_stray(path: Path) -> None:
    """Raises LedgerError for a link that leads out of its folder: it may have come with
    somebody's repository, and what it leads to is not ours to write."""
    if path.is_symlink() and not path.resolve().is_relative_to(path.parent.resolve()):
        raise LedgerError(
            f"{path}: is a link that leads out of its folder; name the file itself as `ledger` "
            "in config.yaml"
        )


def _replace(path: Path, data: bytes) -> None:
    path = path.resolve()
    path.parent.mkdir(parents=True, exist_ok=True)
    with temporary_file(path.parent, data) as (fresh, file):
        if path.exists():
            os.fchmod(file, stat.S_IMODE(path.stat().st_mode))
        os.fsync(file)
        fresh.replace(path)
    sync_folder(path.parent)


class _ValuesRow(BaseModel, extra="forbid"):
    provider: str
    by: Rung
    fetched: Day
    values: dict[Field, int | str | list[str] | None]


class _LedgerRow(BaseModel, extra="forbid"):
    key: str
    title: str
    decision: Verdict
    reason: str = ""
    tier: Tier | None = None
    named: str = ""
    rule: str = ""
    # Factories, since pydantic copies any other default that can change, and deeply: that took
    # half of the time of reading a line.
    features: dict[str, Weight] = Bounded(default_factory=dict)
    ids: Ids = Bounded(default_factory=dict)
    said: list[_ValuesRow] = Bounded(default_factory=list)
    other_venues: list[str] = Bounded(default_factory=list)
    remarks: list[str] = Bounded(default_factory=list)
    retracted: list[str] = Bounded(default_factory=list)
    rivals: list[MatchRow] = Bounded(default_factory=list)
    asked: list[str] = Bounded(default_factory=list)
    checked: Day = ""
    tries: Annotated[int, Bounded(ge=0, le=1_000_000)] = 0
    hints: str = ""
    written: dict[str, dict[Field, str]] = Bounded(default_factory=dict)


_ROW = TypeAdapter(_LedgerRow)


def _lines_of(
    path: Path, file: BinaryIO, few: int = sys.maxsize
) -> tuple[MutableMapping[str, LedgerLine], LinesByNote, str]:
    """The lines by key, which of them know a note, and the file's mark. Every line is read once,
    so that a damaged one is told of; up to `few` are kept, of more only where they stand in the
    file. Of a key that stands there twice the last line counts."""
    lines: dict[str, LedgerLine] = {}
    starts, hashes = array("Q"), array("q")
    places, knowing = array("q"), array("Q")
    place, mark = 0, hashlib.sha256()
    for number, row in enumerate(file, 1):
        mark.update(row)
        if line := _line(path, number, row):
            noted = places_of(line)
            places.extend(map(hash, noted))
            knowing.extend([len(starts)] * len(noted))
            starts.append(place)
            hashes.append(hash(line.key))
            if len(starts) <= few:
                lines[line.key] = line
        place += len(row)
    if len(starts) > few and len(set(hashes)) == len(hashes):
        starts.append(place)
        kept = RowFile(file.fileno(), starts, hashes, partial(_keyed, path))
        return (
            kept,
            LinesByNote(HashIndex(places, knowing), partial(_knows, kept)),
            mark.hexdigest(),
        )
    if len(starts) > few:
        file.seek(0)
        every = (_line(path, number, row) for number, row in enumerate(file, 1))
        lines = {line.key: line for line in every if line}
    homes = LinesByNote()
    for line in lines.values():
        for known in places_of(line):
            homes[known] = (*homes.get(known, ()), line.key)
    return lines, homes, mark.hexdigest()


def _knows(lines: RowFile[LedgerLine], number: int) -> tuple[str, Collection[str]]:
    """A row's key, and the notes that its line knows."""
    key, line = lines.at(number)
    return key, places_of(line)


def _line(path: Path, number: int, row: bytes) -> LedgerLine | None:
    """A line of the file; None for an empty one. Raises LedgerError."""
    try:
        text = row.decode().strip()
    except UnicodeDecodeError as error:
        raise LedgerError(
            f"{path}:{number}: cannot be read: {error}; take the file from an earlier commit"
        ) from error
    if text.startswith(("<<<<<<<", "=======", ">>>>>>>")):
        raise LedgerError(
            f"{path}:{number}: has a merge conflict; keep either side of it and run again"
        )
    return _read(path, number, text) if text else None


def _keyed(path: Path, row: bytes) -> tuple[str, LedgerLine]:
    line = _read(path, 0, row.decode().strip())
    return line.key, line


def _read(path: Path, number: int, row: str) -> LedgerLine:
    try:
        said = _ROW.validate_json(row)
        if said.decision in ("unmatched", "ambiguous") and not said.checked:
            raise ValueError("it does not say when it was checked")  # noqa: TRY301 - one way out
    except (ValidationError, ValueError) as error:
        problem = error.errors()[0]["msg"] if isinstance(error, ValidationError) else str(error)
        raise LedgerError(
            f"{path}:{number}: is not a line of the ledger ({problem}); "
            "remove the line, or take the file from an earlier commit"
        ) from error
    return LedgerLine(
        key=said.key,
        title=said.title,
        verdict=said.decision,
        reason=sys.intern(said.reason),
        identifiers=Identifiers(**said.ids) if said.ids else _NO_NAMES,
        values=_valued(said.said) or _NOTHING,
        other_venues=tuple(said.other_venues),
        remarks=tuple(said.remarks),
        retracted=tuple(said.retracted),
        tier=said.tier,
        named=said.named,
        rule=sys.intern(said.rule),
        features=said.features or _NOTHING,
        rivals=tuple(each.match() for each in said.rivals),
        asked=Questions(map(sys.intern, said.asked)) if said.asked else NO_QUESTIONS,
        checked=sys.intern(said.checked),
        tries=said.tries,
        hints=said.hints,
        written={PurePosixPath(note): digests for note, digests in said.written.items()}
        or _NOTHING,
    )


def _valued(said: Iterable[_ValuesRow]) -> dict[Field, tuple[Value, Provenance]]:
    found: dict[Field, tuple[Value, Provenance]] = {}
    for each in said:
        where = Provenance(sys.intern(each.provider), each.by, sys.intern(each.fetched))
        found |= {name: (_frozen(value), where) for name, value in each.values.items()}
    return found


def _frozen(value: int | str | list[str] | None) -> Value:
    return tuple(value) if isinstance(value, list) else value


def _row(line: LedgerLine) -> str:
    """A line as JSON, keys in a fixed order, what is empty left out."""
    row: dict[str, Any] = {
        "key": line.key,
        "title": line.title,
        "decision": line.verdict,
        "reason": line.reason,
        "tier": line.tier or "",
        "named": line.named,
        "rule": line.rule,
        "features": dict(line.features),
        "ids": dict(line.identifiers),
        "said": _said(line.values),
        "other_venues": list(line.other_venues),
        "remarks": list(line.remarks),
        "retracted": list(line.retracted),
        "rivals": [row_of(each) for each in line.rivals],
        "asked": sorted(line.asked),
        "checked": line.checked,
        "tries": line.tries,
        "hints": line.hints,
        "written": {
            str(note): {name.value: digests[name] for name in Field if name in digests}
            for note, digests in sorted(line.written.items())
        },
    }
    needed = ("key", "title", "decision")
    kept = {n: value for n, value in row.items() if n in needed or value not in ("", 0, {}, [])}
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))


def _said(values: Mapping[Field, tuple[Value, Provenance]]) -> Sequence[dict[str, Any]]:
    by: dict[Provenance, dict[str, Value]] = {}
    for name in Field:
        if name in values:
            value, where = values[name]
            by.setdefault(where, {})[name.value] = value
    return [
        {"provider": w.provider, "by": w.rung.value, "fetched": w.fetched, "values": said}
        for w, said in by.items()
    ]
