"""A folder -> the git repository it is in, and what that tracks and ignores."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

_CALM = ("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null")
"""No program that a repository names is run for looking at it."""
_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository, by the folder at its top."""

    top: Path

    def tracks(self, path: Path) -> bool:
        """Whether the file, or one in the folder, is committed or is to be."""
        return bool(self._said("ls-files", "-z", "--", str(path)).stdout)

    def ignores(self, path: Path) -> bool:
        """Whether git is told to leave it alone."""
        return self._said("check-ignore", "--quiet", "--", str(path)).returncode == 0

    def _said(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        git = shutil.which("git") or "git"
        # The program is the person's own git, and what it is given are paths behind `--`.
        return subprocess.run(  # noqa: S603
            [git, *_CALM, "-C", str(self.top), *arguments],
            capture_output=True, text=True, check=False, timeout=_SECONDS,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip


def top_of(folder: Path) -> Path | None:
    """The top of the repository that a folder is in; None where it is in none."""
    return next((each for each in (folder, *folder.parents) if (each / ".git").exists()), None)


def can_be_asked() -> bool:
    """Whether git is installed."""
    return shutil.which("git") is not None
