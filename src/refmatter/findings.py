"""A finding of `lint` or `check`: the rule, the place and the message."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath


class Severity(StrEnum):
    """How bad a finding is; errors and warnings make a check fail."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class FindingRule:
    """A rule of `lint` or `check`: `summary` says what it finds, `help` what to do about it."""

    name: str
    severity: Severity
    summary: str
    help: str

    @property
    def fails(self) -> bool:
        """Whether its findings make a check fail."""
        return self.severity is not Severity.NOTE


@dataclass(frozen=True, slots=True)
class Finding:
    """A place in a note, and what is wrong there.

    `path` is relative to the vault. `line` and `column` count from 1, the column in characters;
    None if the file as a whole is meant. `fixable` tells that `--fix` can correct it.
    """

    rule: FindingRule
    path: PurePosixPath
    message: str
    line: int | None = None
    column: int | None = None
    fixable: bool = False

    @property
    def sort_key(self) -> tuple[str, int, int, str, str]:
        """The key to sort findings by: path, line, column, then rule and message."""
        return (
            str(self.path),
            self.line or 0,
            self.column or 0,
            self.rule.name,
            self.message,
        )
