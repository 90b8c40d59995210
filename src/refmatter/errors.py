"""The errors that a person can act on.

RefmatterError
├── ConfigError            stop: config.yaml or the command line is wrong (exit 2)
├── LedgerError            stop: the ledger cannot be read (exit 2)
├── JournalError           stop: a run's journal cannot be read or is missing (exit 2)
├── DiskError              stop: there is no room for a temporary file (exit 2)
├── VaultBusyError         stop: another run is at work on this vault (exit 2)
└── NoteError              leave this note as it is, report it, go on (exit 3)
    ├── FrontMatterError   its front matter cannot be read or cannot be changed safely
    └── ConflictError      the file changed since it was scanned, or is in the way

A failure of a service is never an exception: it is a `model.Failure`, a value.
Anything else that is raised is a bug and ends with a traceback (exit 70).
"""

from __future__ import annotations

TYPE_CHECKING = False  # as typing has it, without the time that importing typing takes
if TYPE_CHECKING:
    from refmatter.yaml_fault import YamlFault


class RefmatterError(Exception):
    """An error that a person can act on; its text names the file, the line and what to do."""


class ConfigError(RefmatterError):
    """config.yaml or the command line is wrong."""


class LedgerError(RefmatterError):
    """The ledger cannot be read."""


class JournalError(RefmatterError):
    """The journal of a run cannot be read or written, or is missing."""


class DiskError(RefmatterError):
    """A temporary file cannot be written or read."""


class VaultBusyError(RefmatterError):
    """Another run is at work on this vault."""


class NoteError(RefmatterError):
    """This note is left as it is; the run goes on.

    `line` counts from 1 in the file; None if no single line is to blame. `fault` tells what is
    wrong with YAML that cannot be read; its own line is that of the front matter. `other_format`
    names the format of front matter that is not read ("TOML"), "" where that is not the reason.
    """

    def __init__(
        self,
        reason: str,
        line: int | None = None,
        fault: YamlFault | None = None,
        other_format: str = "",
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line
        self.fault = fault
        self.other_format = other_format


class FrontMatterError(NoteError):
    """The front matter cannot be read, or cannot be changed safely."""


class ConflictError(NoteError):
    """The file has changed since it was scanned, or one is in the way of a new note."""
