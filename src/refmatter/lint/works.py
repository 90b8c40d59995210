"""Notes and the ledger -> several notes on one work, and works that were retracted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from refmatter.fields import Field, read_year
from refmatter.lint.problems import Problem
from refmatter.lint.rules import FROM_ANOTHER_NOTE, RETRACTED, SAME_WORK
from refmatter.lint.same_title import equal
from refmatter.model import Identifiers, Note, Rung
from refmatter.people import read_people, same_person
from refmatter.report.terminal import provider_name
from refmatter.schema.conventions import Conventions
from refmatter.stages.link_targets import ReferenceKeys
from refmatter.state.ledger import Ledger, LedgerLine, is_ours
from refmatter.titles import title_key

_APART = 1
"""Years by which a preprint and its publication may differ and be one work."""


def same(papers: Sequence[Note], manner: Conventions, ledger: Ledger) -> Iterator[Problem]:
    """The notes that are about the work of an earlier one: they carry the same identifier, have
    equal titles and nothing that contradicts, or are one work by the ledger."""
    named: dict[tuple[str, str], Note] = {}
    known: dict[tuple[str, str], Note] = {}
    titled: dict[str, list[Note]] = {}
    for note in papers:
        key = title_key(note.title)
        line = _line(note, ledger)
        carried = note.identifiers.or_else(note.linked_identifiers)
        own = _first(carried, named)
        namesakes = (n for n in titled.get(key, ()) if equal(n.title, note.title))
        alike = next((n for n in namesakes if not _differ(n, note, manner)), None)
        resolved = _first(line.identifiers if line else Identifiers(), known)
        if own is not None:
            other, (scheme, name) = own
            yield _same(note, other, f"both carry {scheme} {name}")
        elif alike is not None:
            yield _same(note, alike, "equal titles, and nothing speaks against it")
        elif resolved is not None and not resolved[0].identifiers.contradicts(note.identifiers):
            other, (scheme, name) = resolved
            yield _same(note, other, f"both are {scheme} {name} by the ledger")
        for pair in carried:
            named.setdefault(pair, note)
        for pair in line.identifiers if line else ():
            known.setdefault(pair, note)
        if key:
            titled.setdefault(key, []).append(note)


def retracted(note: Note, keys: ReferenceKeys, ledger: Ledger) -> Iterator[Problem]:
    """The note's own work and those in its list, where a service said they were retracted."""
    line = _line(note, ledger)
    if line and line.retracted:
        yield Problem(RETRACTED, note, f"the work was retracted, {_said_by(line)}")
    for reference in note.references:
        line = ledger.line(keys.find(note.path, reference)[0])
        if line and line.retracted and not line.identifiers.contradicts(reference.identifiers):
            message = f"`{reference.text}` was retracted, {_said_by(line)}"
            yield Problem(RETRACTED, note, message, reference)


def copied(note: Note, manner: Conventions, ledger: Ledger) -> Iterator[Problem]:
    """Yield the values of a note that an earlier version copied from another note, where they
    still stand as it wrote them."""
    line, now = ledger.line(ledger.home(note.path)), _line(note, ledger)
    keys = [key for key, _ in note.entries]
    for name, written in ledger.written(note.path).items() if line else ():
        form = manner.forms.get(name)
        if line is None or form is None or form.key not in keys:
            continue
        value, copy = note.entry(form.key), line.values.get(name)
        if copy is None or copy[1].rung is not Rung.VAULT or not is_ours(written, value):
            continue
        confirmed = now.values.get(name) if now else None
        if confirmed is None or confirmed[1].rung is Rung.VAULT or confirmed[0] != copy[0]:
            entry = keys.index(form.key)
            message = f"`{form.key}` was copied from another note of the same title"
            yield Problem(FROM_ANOTHER_NOTE, note, message, entry=entry)


def _line(note: Note, ledger: Ledger) -> LedgerLine | None:
    """What the ledger holds of a note's work, if it knows which that is."""
    line = ledger.line(ledger.key(title_key(note.title), note.path))
    known = line is not None and line.verdict in ("accepted", "ruled")
    return line if known and line and not line.identifiers.contradicts(note.identifiers) else None


def _first(
    names: Identifiers, seen: dict[tuple[str, str], Note]
) -> tuple[Note, tuple[str, str]] | None:
    """The first note seen under one of these names, and the name."""
    return next(((seen[pair], pair) for pair in names if pair in seen), None)


def _differ(one: Note, other: Note, manner: Conventions) -> bool:
    """Whether identifiers, years or first authors tell two notes of one title apart."""
    if one.identifiers.contradicts(other.identifiers):
        return True
    years = [read_year(manner.value_of(each.entries, Field.YEAR)) for each in (one, other)]
    if years[0] is not None and years[1] is not None and abs(years[0] - years[1]) > _APART:
        return True
    people = [read_people(manner.value_of(each.entries, Field.AUTHORS)) for each in (one, other)]
    return all(people) and same_person(people[0][0], people[1][0]) is False


def _same(note: Note, other: Note, why: str) -> Problem:
    return Problem(SAME_WORK, note, f"is about the same work as `{other.path}`: {why}")


def _said_by(line: LedgerLine) -> str:
    return f"{' and '.join(provider_name(name) for name in line.retracted)} says"
