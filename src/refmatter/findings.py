"""What is wrong in a note, or would change: the nouns that rules make and reports tell."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath


class Severity(StrEnum):
    """How bad a finding is; each makes a check fail."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class FindingRule:
    """What is looked for. `summary` says in a sentence what is found, `help` what to do then."""

    name: str
    severity: Severity
    summary: str
    help: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A place in a note, and what is to be said of it.

    `path` is relative to the vault; `line` and `column` count from 1, the column in characters;
    None where the file as a whole is meant. `fixable` tells that it can be put right unasked.
    """

    rule: FindingRule
    path: PurePosixPath
    message: str
    line: int | None = None
    column: int | None = None
    fixable: bool = False

    @property
    def order(self) -> tuple[str, int, int, str, str]:
        """What findings are sorted by: as one reads the files."""
        return (
            str(self.path),
            self.line or 0,
            self.column or 0,
            self.rule.name,
            self.message,
        )
