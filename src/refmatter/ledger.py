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
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any, Literal, TypeAlias

from pydantic import BaseModel, TypeAdapter, ValidationError

from refmatter.errors import LedgerError
from refmatter.files import settle, temporary
from refmatter.model import Field, Identifiers, Match, Provenance, Rung, Tier, Value
from refmatter.rows import Day, Ids, MatchRow, row_of

Verdict: TypeAlias = Literal["accepted", "ambiguous", "unmatched", "ruled"]


@dataclass(frozen=True, slots=True)
class Line:
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
    were, for titles that are not settled; `hints` is the digest of what the notes said of the
    work then, "" for nothing.
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
    asked: frozenset[str] = frozenset()
    checked: str = ""
    tries: int = 0
    hints: str = ""
    written: Mapping[PurePosixPath, Mapping[Field, str]] = field(default_factory=dict)

    def due(self, today: date, after: int) -> bool:
        """Whether it is time to ask again for a title nobody knew: after `after` days, then
        twice as long with each try, a year at most."""
        wait: int = min(after * 2 ** max(self.tries - 1, 0), 366)
        return (today - date.fromisoformat(self.checked)).days >= wait


def digest(value: object) -> str:
    """A short fingerprint of a value as a note says it, to tell later whether it changed."""
    return hashlib.sha256(repr(value).encode("utf-8", "surrogatepass")).hexdigest()[:12]


def is_ours(written: str, value: object) -> bool:
    """Whether a note still says what was written. While a run is at work the ledger holds the
    old and the new fingerprint of a value, so that a run that is killed disowns neither."""
    return digest(value) in written.split("|")


class Ledger:
    """The lines of a ledger by key. `load` reads one, `save` writes it where it changed."""

    def __init__(self, lines: Iterable[Line] = (), prefix: PurePosixPath | None = None) -> None:
        """`prefix` leads from the ledger's folder to the vault's: notes are written down by
        their path from the ledger, so that a run on a part of a vault knows them too."""
        self._lines = {line.key: line for line in lines}
        self._prefix = prefix or PurePosixPath()

    def __len__(self) -> int:
        return len(self._lines)

    def __iter__(self) -> Iterator[Line]:
        """The lines, by key."""
        return iter([self._lines[key] for key in sorted(self._lines)])

    def line(self, key: str) -> Line | None:
        """What is known under a key."""
        return self._lines.get(key)

    def record(self, line: Line) -> None:
        """Remember a line, keeping what was written to notes under this key before."""
        old = self._lines.get(line.key)
        self._lines[line.key] = replace(line, written=old.written) if old else line

    def written(self, key: str, path: PurePosixPath) -> Mapping[Field, str]:
        """The digests of the values that a note has from us."""
        line = self._lines.get(key)
        return line.written.get(self._prefix / path, {}) if line else {}

    def fingerprints(self) -> dict[PurePosixPath, dict[Field, str]]:
        """The digests of the values that each note has from us, by its path in the vault."""
        said: dict[PurePosixPath, dict[Field, str]] = {}
        for line in self._lines.values():
            for path, digests in line.written.items():
                if path.is_relative_to(self._prefix):
                    said.setdefault(path.relative_to(self._prefix), {}).update(digests)
        return said

    def wrote(self, key: str, path: PurePosixPath, said: Mapping[Field, str]) -> None:
        """Remember the digests of the values that a note now has from us; none to forget it.
        A title without a line of its own has nothing to remember."""
        line = self._lines.get(key)
        if line is not None:
            others = {p: d for p, d in line.written.items() if p != self._prefix / path}
            mine = {self._prefix / path: dict(said)} if said else {}
            self._lines[key] = replace(line, written={**others, **mine})

    @classmethod
    def load(cls, path: Path, root: Path | None = None) -> Ledger:
        """Read a ledger for the vault at `root` (its own folder where none is given); an empty
        one where there is no file. Raises LedgerError."""
        prefix = PurePosixPath(Path(os.path.relpath(root or path.parent, path.parent)).as_posix())
        try:
            text = path.read_text("utf-8")
        except FileNotFoundError:
            return cls((), prefix)
        except (OSError, UnicodeDecodeError) as error:
            raise LedgerError(f"{path}: cannot be read: {error}") from error
        lines = []
        for number, row in enumerate(text.split("\n"), 1):
            if row.startswith(("<<<<<<<", "=======", ">>>>>>>")):
                raise LedgerError(
                    f"{path}:{number}: has a merge conflict; keep either side of it and run again"
                )
            if row.strip():
                lines.append(_read(path, number, row))
        return cls(lines, prefix)

    def text(self) -> str:
        """The file's text: the same lines give the same text."""
        return "".join(f"{_row(line)}\n" for line in self)

    def save(self, path: Path) -> bool:
        """Write the file where it differs, in one step; whether it did. Raises LedgerError."""
        data = self.text().encode()
        try:
            if path.exists() and path.read_bytes() == data:
                return False
            if not data and not path.exists():
                return False
            _replace(path, data)
        except OSError as error:
            raise LedgerError(f"{path}: cannot be written: {error.strerror}") from error
        return True


def _replace(path: Path, data: bytes) -> None:
    path = path.resolve()
    path.parent.mkdir(parents=True, exist_ok=True)
    with temporary(path.parent, data) as (fresh, file):
        if path.exists():
            os.fchmod(file, stat.S_IMODE(path.stat().st_mode))
        os.fsync(file)
        fresh.replace(path)
    settle(path.parent)


class _Said(BaseModel, extra="forbid"):
    provider: str
    by: Rung
    fetched: Day
    values: dict[Field, int | str | list[str] | None]


class _Row(BaseModel, extra="forbid"):
    key: str
    title: str
    decision: Verdict
    reason: str = ""
    tier: Tier | None = None
    named: str = ""
    rule: str = ""
    features: dict[str, float] = {}
    ids: Ids = {}
    said: list[_Said] = []
    other_venues: list[str] = []
    remarks: list[str] = []
    retracted: list[str] = []
    rivals: list[MatchRow] = []
    asked: list[str] = []
    checked: Day = ""
    tries: int = 0
    hints: str = ""
    written: dict[str, dict[Field, str]] = {}


_ROW = TypeAdapter(_Row)


def _read(path: Path, number: int, row: str) -> Line:
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
    return Line(
        key=said.key,
        title=said.title,
        verdict=said.decision,
        reason=said.reason,
        identifiers=Identifiers(**said.ids),
        values={
            name: (_frozen(value), Provenance(each.provider, each.by, each.fetched))
            for each in said.said
            for name, value in each.values.items()
        },
        other_venues=tuple(said.other_venues),
        remarks=tuple(said.remarks),
        retracted=tuple(said.retracted),
        tier=said.tier,
        named=said.named,
        rule=said.rule,
        features=said.features,
        rivals=tuple(each.match() for each in said.rivals),
        asked=frozenset(said.asked),
        checked=said.checked,
        tries=said.tries,
        hints=said.hints,
        written={PurePosixPath(note): digests for note, digests in said.written.items()},
    )


def _frozen(value: int | str | list[str] | None) -> Value:
    return tuple(value) if isinstance(value, list) else value


def _row(line: Line) -> str:
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
    kept = {name: value for name, value in row.items() if value not in ("", 0, {}, [])}
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
