"""Ask git about a folder's repository: what it tracks and ignores."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

_NO_HOOKS = ("-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null")
"""No program that a repository names is run for looking at it."""
_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Repository:
    """A git repository, by its top folder."""

    top: Path

    def tracks(self, path: Path) -> bool:
        """Whether the file, or a file in the folder, is committed or staged."""
        return bool(self._git("ls-files", "-z", "--", str(path)).stdout)

    def ignores(self, path: Path) -> bool:
        """Whether git ignores the path."""
        return self._git("check-ignore", "--quiet", "--", str(path)).returncode == 0

    def _git(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run git in the repository and return its result."""
        git = shutil.which("git") or "git"
        # The program is the person's own git, and what it is given are paths behind `--`.
        return subprocess.run(  # noqa: S603
            [git, *_NO_HOOKS, "-C", str(self.top), *arguments],
            capture_output=True, text=True, check=False, timeout=_SECONDS,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip


def repository_root(folder: Path) -> Path | None:
    """Return the top folder of the repository that a folder is in; None if it is in none."""
    return next(
        (parent for parent in (folder, *folder.parents) if (parent / ".git").exists()), None
    )


def is_git_installed() -> bool:
    """Whether git is installed."""
    return shutil.which("git") is not None
