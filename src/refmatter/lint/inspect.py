"""A vault as scanned, and its ledger -> what is wrong with its notes, and where."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, groupby
from pathlib import Path, PurePosixPath

from refmatter.errors import ConflictError, NoteError
from refmatter.fields import Field
from refmatter.findings import Finding
from refmatter.lint import fields, lists, works
from refmatter.lint.problems import Fix, Problem
from refmatter.lint.rules import UNREADABLE
from refmatter.lint.targets import Targets
from refmatter.model import Note
from refmatter.notes import frontmatter, mending, references
from refmatter.notes import vault as files
from refmatter.stages.link_targets import ReferenceKeys
from refmatter.stages.scan import Vault
from refmatter.state.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Inspection:
    """What is wrong with a vault's notes: `findings` in reading order; `fixes`, by note, are what
    puts right those that can be; `unread` counts the files that could not be looked into."""

    findings: tuple[Finding, ...]
    fixes: tuple[tuple[Note, tuple[Fix, ...]], ...]
    notes: int
    unread: int


@dataclass(frozen=True, slots=True)
class LintScope:
    """What is looked for: under these `headings`, not what a rule in `disabled` finds. `latest` is
    the last year that a work may have; with `wishes` links to notes that are not there stand for
    notes to be made."""

    headings: Sequence[str]
    latest: int
    disabled: frozenset[str] = frozenset()
    wishes: bool = False


def inspect(vault: Vault, ledger: Ledger, bounds: LintScope) -> Inspection:
    """Look at the paper notes that are chosen, and say where each thing stands."""
    problems = sorted(
        (
            each
            for each in _problems(vault, ledger, bounds)
            if each.rule.name not in bounds.disabled
        ),
        key=lambda problem: str(problem.note.path),
    )
    findings = [
        Finding(UNREADABLE, each.path, each.reason, each.line)
        for each in vault.refused
        if UNREADABLE.name not in bounds.disabled
    ]
    fixes: list[tuple[Note, tuple[Fix, ...]]] = []
    unread = len(vault.refused)
    for _, group in groupby(problems, key=lambda problem: problem.note.path):
        mine = list(group)
        note = mine[0].note
        try:
            page = _LintedFile(vault.root, note, bounds.headings)
        except NoteError as error:
            findings.append(Finding(UNREADABLE, note.path, error.reason, error.line))
            unread += 1
            continue
        found = [(problem, page.finding(problem)) for problem in mine]
        findings += [finding for _, finding in found]
        certain = tuple(problem.fix for problem, told in found if told.fixable and problem.fix)
        if certain:
            fixes.append((note, certain))
    findings.sort(key=lambda finding: finding.order)
    return Inspection(tuple(findings), tuple(fixes), sum(True for _ in vault.heads()), unread)


def _problems(vault: Vault, ledger: Ledger, bounds: LintScope) -> Iterator[Problem]:
    manner, targets = vault.conventions, Targets(vault)
    keys = ReferenceKeys(vault.notes, ledger.key)
    every = sorted((note for note in vault.notes if note.is_paper), key=lambda n: str(n.path))
    same = works.same(every, manner, ledger)
    yield from (problem for problem in same if problem.note.path in vault.chosen)
    for note in vault.papers():
        yield from chain(
            lists.astray(note, targets, wishes=bounds.wishes),
            lists.twice(note, targets),
            fields.keys_twice(note),
            fields.year(note, manner, bounds.latest),
            fields.counts(note, manner),
            fields.identifiers(note),
            works.retracted(note, keys, ledger),
            works.copied(note, manner, ledger),
        )


def mended(data: bytes, fixes: Sequence[Fix], headings: Sequence[str]) -> bytes:
    """The note with what is wrong put right. Raises NoteError where that cannot be done without
    changing something else."""
    lists_ = [fix for fix in fixes if isinstance(fix, mending.NoteRepair)]
    entries = [fix for fix in fixes if isinstance(fix, frontmatter.KeyEdit)]
    # Lists first: a reference's line counts in the file as it was scanned.
    return frontmatter.splice(mending.mend(data, lists_, headings), entries)


def read_unmoved(root: Path, note: Note) -> bytes:
    """The bytes of a note. Raises Conflict where they are no longer those that were scanned."""
    data = files.read(root, note.path)
    if files.digest(data) != note.digest:
        raise ConflictError("changed while refmatter was at work; run it again")
    return data


class _LintedFile:
    """A note's file, in which problems are found again."""

    def __init__(self, root: Path, note: Note, headings: Sequence[str]) -> None:
        self._path: PurePosixPath = note.path
        self._data = read_unmoved(root, note)
        self._headings = headings
        self._keys = frontmatter.places(self._data)
        titles = Field.TITLE.spec.keys
        self._titled = next((i for i, (k, _) in enumerate(note.entries) if k in titles), None)
        self._lists = references.columns(self._data, headings) if note.references else {}

    def finding(self, problem: Problem) -> Finding:
        """The problem with its place, and whether what would put it right can be done."""
        line, column = self._place(problem)
        return Finding(
            problem.rule,
            self._path,
            problem.message,
            line,
            column,
            fixable=problem.fix is not None and self._takes(problem.fix),
        )

    def _place(self, problem: Problem) -> tuple[int | None, int | None]:
        if problem.reference is not None:
            line = problem.reference.line
            return line, self._lists.get(line)
        index = self._titled if problem.entry is None else problem.entry
        return (1, None) if index is None else self._keys[index]

    def _takes(self, fix: Fix) -> bool:
        try:
            return mended(self._data, [fix], self._headings) != self._data
        except NoteError:
            return False
