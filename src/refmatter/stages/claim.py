"""Claim the values in the notes: find out whose each of them is, ours or a person's."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from refmatter.fields import Field
from refmatter.model import LookupKey, Ownership
from refmatter.notes.vault import exists
from refmatter.stages.learn import Vault
from refmatter.state.ledger import Ledger
from refmatter.state.ledger_line import LedgerLine
from refmatter.state.ownership import observed_notes, renamed
from refmatter.state.renamed_ledger import KnownLines, RenamedLedger


@dataclass(frozen=True, slots=True)
class Claim:
    """Whose the values of each note are after a look at it.

    `known` is the ledger under the names that the notes have now, `renamed` the new path of each
    renamed note by its old one, and `seen` whose the values are of the notes where that has
    changed since the ledger was written.
    """

    known: KnownLines
    renamed: Mapping[PurePosixPath, PurePosixPath]
    seen: Mapping[PurePosixPath, Mapping[Field, Ownership]]

    def line(self, key: LookupKey) -> LedgerLine | None:
        """Return what the ledger knows under a key."""
        return self.known.line(key)

    def written(self, path: PurePosixPath) -> Mapping[Field, Ownership]:
        """Return whose the values are that a note has from us."""
        return self.seen[path] if path in self.seen else self.known.written(path)


NO_CLAIM = Claim(Ledger(), {}, {})
"""That of a vault without a ledger."""


def claim(vault: Vault, ledger: Ledger, refilled: Collection[Field] = ()) -> Claim:
    """Return whose the values are in the notes of a vault. The fields of `refilled` that a person
    emptied are nobody's, so that they are filled once more."""
    moved = renamed(vault.notes, ledger, lambda path: not exists(vault.root, path))
    known = RenamedLedger(ledger, moved) if moved else ledger
    seen = observed_notes(vault.heads(), vault.conventions, known.written, refilled)
    return Claim(known, moved, seen)
