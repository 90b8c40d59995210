"""Place and config -> `refmatter lint`: what is wrong, told, and put right where that is asked."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from refmatter.config.sections import Create
from refmatter.config.settings import Config
from refmatter.files import alone
from refmatter.lint.fix import fix
from refmatter.lint.inspect import Inspection, LintScope, inspect
from refmatter.location import VaultLocation
from refmatter.model import Outcome, Status
from refmatter.stages.scan import scan
from refmatter.stages.write import save
from refmatter.state.journal import Journal
from refmatter.state.ledger import Ledger


@dataclass(frozen=True, slots=True)
class LintOptions:
    """What the command line asks for. `dry` works out what `fix` would change, and changes
    nothing."""

    fix: bool = False
    dry: bool = False


@dataclass(frozen=True, slots=True)
class LintResult:
    """What is wrong (after `--fix`: what is left), and what became of the notes put right;
    `fixed` counts what was, or with `dry` would be."""

    inspection: Inspection
    outcomes: tuple[Outcome, ...] = ()
    fixed: int = 0
    dry: bool = False

    @property
    def refused(self) -> tuple[Outcome, ...]:
        """The notes that could not be put right after all."""
        return tuple(each for each in self.outcomes if each.status is Status.REFUSED)


def lint(place: VaultLocation, config: Config, options: LintOptions) -> LintResult:
    """Look at the notes, and put right what is certain. Nobody is asked; the ledger is read and
    not written. Raises LedgerError, and Busy where notes would be changed beside another run."""
    ledger_path = config.ledger_path(place.root)
    headings = config.settings.references.headings
    with ExitStack() as stack:
        if options.fix and not options.dry:
            stack.enter_context(alone(ledger_path.parent))
        ledger = Ledger.load(ledger_path, place.root)
        found = _inspection(place, config, ledger)
        if not options.fix:
            return LintResult(found)
        proven = [fix(place.root, note, fixes, headings) for note, fixes in found.fixes]
        outcomes = tuple(proven)
        if not options.dry:
            with Journal(ledger_path, place.root, "lint --fix") as journal:
                outcomes = tuple(save(place.root, proven, journal))
        done = {each.path for each in outcomes if each.status is Status.WRITTEN}
        count = sum(len(fixes) for note, fixes in found.fixes if note.path in done)
        linted = LintResult(found, outcomes, count, options.dry)
        if done and not options.dry:
            linted = replace(linted, inspection=_inspection(place, config, ledger))
        return linted


def _inspection(place: VaultLocation, config: Config, ledger: Ledger) -> Inspection:
    vault = scan(place.root, config, place.chosen, ledger.written_by_note())
    bounds = LintScope(
        headings=config.settings.references.headings,
        latest=datetime.now(UTC).year + 1,  # publishers date ahead
        disabled=frozenset(config.settings.lint.disable),
        wishes=config.settings.references.create is not Create.NEVER,
    )
    return inspect(vault, ledger, bounds)
