"""Parse a ruling file into ledger lines, and list what is wrong in it.

The file comes from an editor or somebody's pull request: nothing in it is believed but the
rulings, and no object is ever made from it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import yaml

from refmatter.errors import ConfigError
from refmatter.matching.precedence import DEFAULT, PrecedenceRule
from refmatter.model import Identifiers, LookupKey
from refmatter.notes import note_identifiers as notation
from refmatter.report import labels
from refmatter.report.sentences import reason_text
from refmatter.review import ruling_file, rulings
from refmatter.review.rulings import InvalidRuling
from refmatter.safe_yaml import UnreadableYamlError, YamlLimits, compose_limited
from refmatter.state.ledger import Ledger
from refmatter.state.ledger_line import LedgerLine

MOST = 20_000_000
"""Letters of the largest file that is read: some ten thousand cases."""
_BOUNDS = YamlLimits(letters=MOST, depth=8, values=1_000_000)
_PARTS = ("doubtful", "ruled")
_KNOWN = ("title", "key", "why", "stands in", "candidates", "ruled", "ruling")
_OTHERS = "has other candidates by now; export it anew and rule on those"
_EMPTY = ("", "~", "null")

_Plain: TypeAlias = Any
"""A node as text, lists and mappings of text."""


@dataclass(frozen=True, slots=True)
class Applied:
    """What a file's rulings come to: the `lines` they change, how many already stand, how many
    are left open, and what is wrong with the others, by the file's line."""

    lines: tuple[LedgerLine, ...] = ()
    standing: int = 0
    open: int = 0
    refused: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class _RulingEntry:
    """A case as the file has it; `line` is that of its ruling, from 1 in the file."""

    key: str
    title: str
    ruling: str
    line: int
    candidates: Mapping[str, _Plain]


def apply(text: str, name: str, ledger: Ledger, rule: PrecedenceRule = DEFAULT) -> Applied:
    """Apply the rulings of a file, called `name`, to the lines of a ledger; an invalid ruling is
    refused without holding up the others. Raises ConfigError if it is no ruling file."""
    seen: dict[str, str] = {}
    lines: dict[LookupKey, LedgerLine] = {}
    refused: list[tuple[int, str]] = []
    standing = left = 0
    known = tuple(ledger)
    by_text = {str(line.key): line for line in known}
    for entry in _entries(_composed(text, name), name):
        if isinstance(entry, tuple):
            refused.append(entry)
            continue
        try:
            _refuse_another(entry, seen)
            line = _ruled(entry, by_text.get(entry.key), rule) if entry.ruling else None
        except InvalidRuling as error:
            refused.append((entry.line, f"{labels.plain(entry.title, 80)}: {error}"))
            continue
        if line is not None and (before := by_text.get(entry.key)) is not None:
            lines[line.key] = line
            for other in rulings.shared(before, line, known):
                lines.setdefault(other.key, other)
        left += not entry.ruling
        standing += bool(entry.ruling) and line is None
    return Applied(tuple(lines.values()), standing, left, tuple(refused))


def _refuse_another(entry: _RulingEntry, seen: dict[str, str]) -> None:
    """Raises InvalidRuling for a title that the file has ruled on already, and otherwise."""
    if entry.ruling and seen.setdefault(entry.key, entry.ruling) != entry.ruling:
        raise InvalidRuling("is ruled on before in this file, and otherwise")


def _ruled(entry: _RulingEntry, line: LedgerLine | None, rule: PrecedenceRule) -> LedgerLine | None:
    """Return the line that the ruling makes of one; None where it already stands. Raises
    InvalidRuling."""
    if line is None:
        raise InvalidRuling("is no title of the ledger")
    word = entry.ruling.casefold()
    if word == "revoke":
        return rulings.revoke(line) if line.verdict == "ruled" else None
    if word.isdecimal():
        return _numbered(entry, line, rule)
    identifiers = Identifiers() if word == "none" else rulings.parse_identifiers(entry.ruling)
    if rulings.says(line, identifiers):
        return None
    _refuse_settled(line)
    if identifiers:
        return rulings.identify(line, identifiers, rule)
    if not _alike(entry, line):
        raise InvalidRuling(_OTHERS)
    return rulings.none(line)


def _numbered(entry: _RulingEntry, line: LedgerLine, rule: PrecedenceRule) -> LedgerLine | None:
    """Return the line that a candidate's number makes of one. The ledger's own candidates count; of
    the file's only whether they are still the same."""
    number = str(int(entry.ruling)) if len(entry.ruling) < 5 else entry.ruling
    if number not in entry.candidates:
        last = len(entry.candidates)
        only = f", only 1 to {last}" if last else ""
        raise InvalidRuling(f"has no candidate {number[:20]}{only}")
    alike = _alike(entry, line)
    if alike:
        identifiers = line.candidates[int(number) - 1].candidate.work.identifiers
    else:
        identifiers = _linked(entry.candidates[number])
    if identifiers and rulings.says(line, identifiers):
        return None
    _refuse_settled(line)
    if not alike:
        raise InvalidRuling(_OTHERS)
    return rulings.accept(line, line.candidates[int(number) - 1], rule)


def _refuse_settled(line: LedgerLine) -> None:
    """Raises InvalidRuling for a title that a run has settled."""
    if line.verdict not in ("ambiguous", "ruled"):
        reason = labels.plain(reason_text(line.reason))
        raise InvalidRuling(f"is settled by now ({line.verdict}: {reason})")


def _linked(entry: _Plain) -> Identifiers:
    """Return what the addresses of a candidate in the file name."""
    pages = entry.get("identifiers") if isinstance(entry, dict) else None
    found = Identifiers()
    for page in pages if isinstance(pages, list) else ():
        found = found.or_else(notation.identify(str(page)))
    return found


def _alike(entry: _RulingEntry, line: LedgerLine) -> bool:
    """Whether the file's candidates are those of the ledger, as far as they tell who they are."""
    now = {str(n): ruling_file.candidate(m) for n, m in enumerate(line.candidates, 1)}
    return _identifying_texts(entry.candidates) == _identifying_texts(now)


def _identifying_texts(candidates: Mapping[str, _Plain]) -> list[_Plain]:
    """Return the number and the texts by which each candidate is known."""
    return [
        (number, [_texts(entry.get(name, "")) for name in ruling_file.IDENTITY])
        for number, entry in candidates.items()
        if isinstance(entry, dict)
    ]


def _texts(value: _Plain) -> _Plain:
    return [str(text) for text in value] if isinstance(value, list) else str(value)


def _composed(text: str, name: str) -> yaml.MappingNode:
    """Return the file as nodes, of which nothing is made. Raises ConfigError."""
    try:
        tree = compose_limited(text, _BOUNDS)
    except UnreadableYamlError as error:
        where = f"{name}:{error.line}" if error.line else name
        raise ConfigError(f"{where}: {error.reason}") from error
    if not isinstance(tree, yaml.MappingNode) or not any(k.value in _PARTS for k, _ in tree.value):
        raise ConfigError(f"{name}: is no file of `refmatter review --export`")
    return tree


def _entries(tree: yaml.MappingNode, name: str) -> Iterator[_RulingEntry | tuple[int, str]]:
    """Yield the cases of both parts; (line, what is wrong) for what cannot be read as one."""
    for key, part in tree.value:
        line = key.start_mark.line + 1
        if key.value not in _PARTS:
            yield line, f"unknown part `{_cut(key)}`; there are doubtful and ruled"
        elif isinstance(part, yaml.SequenceNode):
            for node in part.value:
                yield _parse_entry(node)
        elif part.value not in _EMPTY:
            raise ConfigError(f"{name}:{line}: `{key.value}` should be a list of cases")


def _parse_entry(node: yaml.Node) -> _RulingEntry | tuple[int, str]:
    """Return an entry of the ruling file, or the line and the reason why it is none."""
    line = node.start_mark.line + 1
    if not isinstance(node, yaml.MappingNode):
        return line, "should be a case with title, key and ruling"
    parts: dict[str, _Plain] = {}
    for key, value in node.value:
        at = key.start_mark.line + 1
        if key.value not in _KNOWN:
            return at, f"unknown key `{_cut(key)}`; the ruling stands behind `ruling:`"
        if key.value in parts:
            return at, f"`{key.value}` stands there twice"
        parts[key.value] = _plain(value)
        line = at if key.value == "ruling" else line
    key, title, ruling = (parts.get(name, "") for name in ("key", "title", "ruling"))
    if not isinstance(key, str) or not key:
        return line, "says no `key`; export it anew"
    if not isinstance(ruling, str):
        return line, "a ruling is a number, `none`, `revoke` or one identifier"
    candidates = parts.get("candidates", {})
    return _RulingEntry(
        key=key,
        title=title if isinstance(title, str) else key,
        ruling="" if ruling.strip() in _EMPTY else ruling.strip(),
        line=line,
        candidates=candidates if isinstance(candidates, dict) else {},
    )


def _cut(node: yaml.Node) -> str:
    return labels.plain(str(node.value), 40)


def _plain(node: yaml.Node) -> _Plain:
    """Return a node's text as it was typed: `2104.10` is no number here."""
    if isinstance(node, yaml.MappingNode):
        return {str(_plain(key)): _plain(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item) for item in node.value]
    return str(node.value)
