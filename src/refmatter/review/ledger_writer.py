"""Save one ruling at a time in the ledger on disk, so that no ruling is lost."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace

from refmatter.errors import RefmatterError
from refmatter.files import lock_folder
from refmatter.review import rulings
from refmatter.state.ledger import Ledger
from refmatter.state.ledger_line import LedgerLine


class LedgerMoved(RefmatterError):  # noqa: N818 - it says what is the case
    """A run has changed the line since it was read."""


@dataclass(frozen=True, slots=True)
class LedgerWriter:
    """The ledger of the vault at `root`. It is only locked while a ruling is saved: a desk
    that is left open holds up no nightly run."""

    path: Path
    root: Path

    def load(self) -> Ledger:
        """Return the ledger. Raises LedgerError, and Busy while a run is at work on it."""
        with lock_folder(self.path.parent):
            return Ledger.load(self.path, self.root)

    def replace_line(self, before: LedgerLine, after: LedgerLine) -> None:
        """Replace one line, and rule alike on the lines that were shown with it. Raises
        LedgerError, Busy, and LedgerMoved if the line has changed since."""
        with lock_folder(self.path.parent):
            ledger = Ledger.load(self.path, self.root)
            now = ledger.line(before.key)
            if now is None or _text(now) != _text(before):
                raise LedgerMoved(
                    "a run has changed this title since; skip it and run review again"
                )
            for line in (*rulings.shared(before, after, tuple(ledger)), after):
                ledger.record(line)
            ledger.save(self.path)


def _text(line: LedgerLine) -> str:
    """Return a line as the ledger writes it, but for what was written to notes."""
    return Ledger([replace(line, written={})]).text()
