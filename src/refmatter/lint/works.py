"""Find several notes on one work, retracted works, and values copied from other notes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from refmatter.fields import Field, read_year
from refmatter.lint.problems import Problem
from refmatter.lint.rules import RETRACTED, SAME_WORK
from refmatter.lint.same_title import equal_titles
from refmatter.model import Identifiers, Note
from refmatter.people import read_people, same_person
from refmatter.report.labels import provider_name
from refmatter.schema.conventions import Conventions
from refmatter.stages.link_targets import ReferenceKeys
from refmatter.state.ledger import Ledger
from refmatter.state.ledger_line import LedgerLine
from refmatter.titles import title_key

_MAX_YEARS_APART = 1
"""Years by which a preprint and its publication may differ and be one work."""


def notes_on_same_work(
    papers: Sequence[Note], style: Conventions, ledger: Ledger
) -> Iterator[Problem]:
    """Yield a problem for each note that is about the work of an earlier one.

    They have the same identifier, or equal titles and nothing that contradicts, or the ledger
    resolved both to one work.
    """
    by_identifier: dict[tuple[str, str], Note] = {}
    by_ledger: dict[tuple[str, str], Note] = {}
    by_title: dict[str, list[Note]] = {}
    for note in papers:
        key = title_key(note.title)
        line = _settled_line(note, ledger)
        identifiers = note.identifiers.or_else(note.linked_identifiers)
        same_identifier = _first_seen(identifiers, by_identifier)
        equals = (n for n in by_title.get(key, ()) if equal_titles(n.title, note.title))
        same_title = next((n for n in equals if not _are_different(n, note, style)), None)
        same_by_ledger = _first_seen(line.identifiers if line else Identifiers(), by_ledger)
        if same_identifier is not None:
            other, (scheme, name) = same_identifier
            yield _same_work_problem(note, other, f"both carry {scheme} {name}")
        elif same_title is not None:
            yield _same_work_problem(
                note, same_title, "equal titles, and nothing speaks against it"
            )
        elif same_by_ledger is not None and not same_by_ledger[0].identifiers.contradicts(
            note.identifiers
        ):
            other, (scheme, name) = same_by_ledger
            yield _same_work_problem(note, other, f"both are {scheme} {name} by the ledger")
        for pair in identifiers:
            by_identifier.setdefault(pair, note)
        for pair in line.identifiers if line else ():
            by_ledger.setdefault(pair, note)
        if key:
            by_title.setdefault(key, []).append(note)


def retracted_works(note: Note, keys: ReferenceKeys, ledger: Ledger) -> Iterator[Problem]:
    """Yield a problem for each retracted work: the note's own and those in its list."""
    line = _settled_line(note, ledger)
    if line and line.retracted:
        yield Problem(RETRACTED, note, f"the work was retracted, {_retracted_by(line)}")
    for reference in note.references:
        key, _ = keys.find(note.path, reference)
        line = ledger.line(key) if key else None
        if line and line.retracted and not line.identifiers.contradicts(reference.identifiers):
            message = f"`{reference.text}` was retracted, {_retracted_by(line)}"
            yield Problem(RETRACTED, note, message, reference)


def _settled_line(note: Note, ledger: Ledger) -> LedgerLine | None:
    """Return the ledger line of a note's work; None if the work is not decided."""
    line = ledger.line(ledger.key(title_key(note.title), note.path))
    known = line is not None and line.verdict in ("accepted", "ruled")
    return line if known and line and not line.identifiers.contradicts(note.identifiers) else None


def _first_seen(
    names: Identifiers, seen: dict[tuple[str, str], Note]
) -> tuple[Note, tuple[str, str]] | None:
    """Return the first note seen under one of these identifiers, and the identifier."""
    return next(((seen[pair], pair) for pair in names if pair in seen), None)


def _are_different(note: Note, other: Note, style: Conventions) -> bool:
    """Whether identifiers, years or first authors show that two notes are about two works."""
    if note.identifiers.contradicts(other.identifiers):
        return True
    years = [read_year(style.evidence_of(either.entries, Field.YEAR)) for either in (note, other)]
    if (
        years[0] is not None
        and years[1] is not None
        and abs(years[0] - years[1]) > _MAX_YEARS_APART
    ):
        return True
    people = [
        read_people(style.evidence_of(either.entries, Field.AUTHORS)) for either in (note, other)
    ]
    return all(people) and same_person(people[0][0], people[1][0]) is False


def _same_work_problem(note: Note, other: Note, why: str) -> Problem:
    """Return the problem that a note is about the same work as another."""
    return Problem(SAME_WORK, note, f"is about the same work as `{other.path}`: {why}")


def _retracted_by(line: LedgerLine) -> str:
    """Return which services say that a work was retracted."""
    names = [provider_name(name) for name in line.retracted]
    return f"{' and '.join(names)} {'say' if len(names) > 1 else 'says'}"
