"""Run `refmatter lint`: inspect the vault, and apply the safe fixes if asked to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from refmatter.config.sections import Create
from refmatter.config.settings import Config
from refmatter.errors import NoteError
from refmatter.lint.inspect import (
    Inspection,
    LintScope,
    apply_fixes,
    inspect_vault,
    read_unchanged,
)
from refmatter.lint.problems import Fix
from refmatter.location import VaultLocation
from refmatter.model import Note, Outcome, Status
from refmatter.open_run import OpenRun, open_run
from refmatter.stages.write import save


@dataclass(frozen=True, slots=True)
class LintOptions:
    """The command line's options. With `dry_run`, fixes are worked out but not written."""

    fix: bool = False
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class LintResult:
    """What is wrong (after `--fix`: what is left), and the outcomes of the notes that were fixed.

    `fixed` counts the problems that were fixed, or with `dry_run` would be.
    """

    inspection: Inspection
    outcomes: tuple[Outcome, ...] = ()
    fixed: int = 0
    dry_run: bool = False

    @property
    def refused(self) -> tuple[Outcome, ...]:
        """The notes that could not be fixed after all."""
        return tuple(outcome for outcome in self.outcomes if outcome.status is Status.REFUSED)


def lint(location: VaultLocation, config: Config, options: LintOptions) -> LintResult:
    """Find the errors in the notes, and fix what is safe if asked to. No requests are made.

    Raises:
        LedgerError: the ledger cannot be read.
        VaultBusyError: notes would change while another run is at work.

    """
    headings, disabled = config.settings.references.headings, config.settings.lint.disable
    deed = "lint --fix" if options.fix and not options.dry_run else None
    with open_run(location, config, deed) as run:
        inspection = _inspection(run, disabled)
        if not options.fix:
            return LintResult(inspection)
        fixed_notes = [fix_note(location.root, *fix, headings) for fix in inspection.fixes]
        outcomes = tuple(fixed_notes)
        if run.journal is not None:
            outcomes = tuple(save(location.root, fixed_notes, run.journal))
        written = {outcome.path for outcome in outcomes if outcome.status is Status.WRITTEN}
        count = sum(len(fixes) for note, fixes in inspection.fixes if note.path in written)
        result = LintResult(inspection, outcomes, count, options.dry_run)
        if written and not options.dry_run:
            result = replace(result, inspection=_inspection(run, disabled))
        return result


def fix_note(root: Path, note: Note, fixes: Sequence[Fix], headings: Sequence[str]) -> Outcome:
    """Return the outcome of applying fixes to one note: WRITTEN with its new bytes, or REFUSED."""
    try:
        before = read_unchanged(root, note)
        after = apply_fixes(before, fixes, headings)
    except NoteError as error:
        return Outcome(note.path, Status.REFUSED, reason=error.reason, line=error.line)
    return Outcome(note.path, Status.WRITTEN, before=before, after=after)


def _inspection(run: OpenRun, disabled: Sequence[str]) -> Inspection:
    """Read the vault and inspect it, but for the disabled rules."""
    vault, references = run.read_vault(), run.settings.references
    scope = LintScope(
        headings=references.headings,
        latest_year=datetime.now(UTC).year + 1,  # publishers date ahead
        disabled=frozenset(disabled),
        creates_notes=references.create is not Create.NEVER,
    )
    return inspect_vault(vault, run.ledger, scope)
