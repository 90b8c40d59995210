"""The vault's folder -> how paths in it are called by whoever reads a report."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath
from typing import TypeAlias

Called: TypeAlias = Callable[[PurePosixPath], str]


def from_here(root: Path) -> Called:
    """As a person would type it: from the current folder, or whole where it lies outside."""
    return _from(Path.cwd(), root)


def from_repository(root: Path, environ: Mapping[str, str] = os.environ) -> Called:
    """As GitHub and others name a file: from the top of the repository that is checked.

    In a workflow that is the outermost repository within `$GITHUB_WORKSPACE` (a checkout may
    have been given a folder of its own, and a submodule is no part of what is annotated), or
    the workspace itself; elsewhere the nearest repository, or else the current folder.
    """
    root = root.resolve()
    above = [root, *root.parents]
    said = environ.get("GITHUB_WORKSPACE")
    workspace = Path(said).resolve() if said else None
    if workspace in above:
        inside = above[: above.index(workspace) + 1][::-1]
        return _from(next((each for each in inside if (each / ".git").exists()), workspace), root)
    return _from(next((each for each in above if (each / ".git").exists()), Path.cwd()), root)


def _from(base: Path, root: Path) -> Called:
    root = root.resolve()
    inside = root.is_relative_to(base)
    folder = PurePosixPath((root.relative_to(base) if inside else root).as_posix())
    return lambda path: str(folder / path)
