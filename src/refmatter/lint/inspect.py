"""Inspect a scanned vault and its ledger: what is wrong in its notes, and where."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, groupby
from pathlib import Path, PurePosixPath

from refmatter.errors import ConflictError, NoteError
from refmatter.fields import Field, field_of
from refmatter.findings import Finding
from refmatter.lint import fields, lists, works
from refmatter.lint.problems import Fix, Problem
from refmatter.lint.rules import RETRACTED, UNREADABLE
from refmatter.lint.targets import VaultLinks
from refmatter.model import Note
from refmatter.notes import frontmatter, reference_repair, references
from refmatter.notes import vault as note_files
from refmatter.stages.learn import Vault
from refmatter.stages.link_targets import ReferenceKeys
from refmatter.state.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Inspection:
    """The result of an inspection: `findings` in reading order, and the safe `fixes` by note.

    Findings of retracted works come before all others. `notes` counts the paper notes, `unread` the
    files that could not be read.
    """

    findings: tuple[Finding, ...]
    fixes: tuple[tuple[Note, tuple[Fix, ...]], ...]
    notes: int
    unread: int


@dataclass(frozen=True, slots=True)
class LintScope:
    """What to look for: reference lists under these `headings`, and all rules but the `disabled`.

    `latest_year` is the last plausible year. With `creates_notes`, a link to a note that does not
    exist is no problem, because `enrich` creates that note.
    """

    headings: Sequence[str]
    latest_year: int
    disabled: frozenset[str] = frozenset()
    creates_notes: bool = False


def inspect_vault(vault: Vault, ledger: Ledger, scope: LintScope) -> Inspection:
    """Return what is wrong in the chosen paper notes of a vault, with line and column."""
    problems = sorted(
        (
            problem
            for problem in _problems(vault, ledger, scope)
            if problem.rule.name not in scope.disabled
        ),
        key=lambda problem: str(problem.note.path),
    )
    findings = [
        Finding(UNREADABLE, outcome.path, outcome.reason, outcome.line)
        for outcome in vault.refused
        if UNREADABLE.name not in scope.disabled
    ]
    fixes: list[tuple[Note, tuple[Fix, ...]]] = []
    unread = len(vault.refused)
    for _, problems_of_note in groupby(problems, key=lambda problem: problem.note.path):
        of_note = list(problems_of_note)
        note = of_note[0].note
        try:
            file = _LintedFile(vault.root, note, scope.headings)
        except NoteError as error:
            findings.append(Finding(UNREADABLE, note.path, error.reason, error.line))
            unread += 1
            continue
        found = [(problem, file.finding(problem)) for problem in of_note]
        findings += [finding for _, finding in found]
        certain = tuple(
            problem.fix for problem, finding in found if finding.fixable and problem.fix
        )
        if certain:
            fixes.append((note, certain))
    findings.sort(key=lambda finding: (finding.rule is not RETRACTED, finding.sort_key))
    return Inspection(tuple(findings), tuple(fixes), sum(True for _ in vault.heads()), unread)


def _problems(vault: Vault, ledger: Ledger, scope: LintScope) -> Iterator[Problem]:
    """Yield what is wrong, before it is known where in the file."""
    style, targets = vault.conventions, VaultLinks(vault)
    keys = ReferenceKeys(vault.notes, ledger.key)
    papers = sorted((note for note in vault.notes if note.is_paper), key=lambda n: str(n.path))
    same_work = works.notes_on_same_work(papers, style, ledger)
    yield from (problem for problem in same_work if problem.note.path in vault.chosen)
    for note in vault.papers():
        yield from chain(
            lists.dangling_links(note, targets, creates_notes=scope.creates_notes),
            lists.duplicate_references(note, targets),
            fields.duplicate_keys(note),
            fields.year_problems(note, style, scope.latest_year),
            fields.count_problems(note, style),
            fields.malformed_identifiers(note),
            works.retracted_works(note, keys, ledger),
        )


def apply_fixes(data: bytes, fixes: Sequence[Fix], headings: Sequence[str]) -> bytes:
    """Return the bytes of a note with its fixes applied.

    Raises:
        NoteError: that cannot be done without changing something else.

    """
    repairs = [fix for fix in fixes if isinstance(fix, reference_repair.ReferenceRepair)]
    edits = [fix for fix in fixes if isinstance(fix, frontmatter.KeyEdit)]
    # Lists first: a reference's line counts in the file as it was scanned.
    return frontmatter.splice(reference_repair.repair_references(data, repairs, headings), edits)


def read_unchanged(root: Path, note: Note) -> bytes:
    """Return the bytes of a note.

    Raises:
        ConflictError: they are not the bytes that were scanned.
        NoteError: the note cannot be read.

    """
    data = note_files.read(root, note.path)
    if note_files.digest(data) != note.digest:
        raise ConflictError("changed while refmatter was at work; run it again")
    return data


class _LintedFile:
    """A note's file, in which the places of its problems are found."""

    def __init__(self, root: Path, note: Note, headings: Sequence[str]) -> None:
        self._path: PurePosixPath = note.path
        self._data = read_unchanged(root, note)
        self._headings = headings
        self._keys = frontmatter.key_positions(self._data)
        places = (i for i, (key, _) in enumerate(note.entries) if field_of(key) is Field.TITLE)
        self._title_entry = next(places, None)
        self._lists = references.columns(self._data, headings) if note.references else {}

    def finding(self, problem: Problem) -> Finding:
        """Return the problem as a finding, with its place and whether its fix can be applied."""
        line, column = self._place(problem)
        return Finding(
            problem.rule,
            self._path,
            problem.message,
            line,
            column,
            fixable=problem.fix is not None and self._can_apply(problem.fix),
        )

    def _place(self, problem: Problem) -> tuple[int | None, int | None]:
        """Return the line and column of a problem; None for what is not known."""
        if problem.reference is not None:
            line = problem.reference.line
            return line, self._lists.get(line)
        index = self._title_entry if problem.entry is None else problem.entry
        return (1, None) if index is None else self._keys[index]

    def _can_apply(self, fix: Fix) -> bool:
        """Whether a fix changes the file, and nothing but what it should."""
        try:
            return apply_fixes(self._data, [fix], self._headings) != self._data
        except NoteError:
            return False
