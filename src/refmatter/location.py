"""Find the vault, its config.yaml and the chosen notes from the paths on the command line."""

from __future__ import annotations

import difflib
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from refmatter.config.discovery import config_above
from refmatter.errors import ConfigError

_ROOT_MARKS = (".git", ".obsidian", "refmatter.lock")
"""What stands in the top folder of a vault."""


@dataclass(frozen=True, slots=True)
class VaultLocation:
    """The vault that a command works on.

    `is_chosen` tells whether a note's path in the vault was named on the command line; with
    `is_whole` all of them are.
    """

    root: Path
    config: Path | None
    is_chosen: Callable[[PurePosixPath], bool]
    is_whole: bool = False


def locate_vault(paths: Sequence[Path], config: Path | None) -> VaultLocation:
    """Find the vault that the paths on the command line belong to.

    A single folder is the vault. Files (or several paths) belong to the vault whose folder is the
    nearest above all of them that has a config.yaml, a ledger, or a repository; the whole vault is
    read, and only the named notes are changed.

    Raises:
        ConfigError: a path does not exist.

    """
    for path in paths:
        if not _exists(path):
            raise ConfigError(f"{path}: there is no such file or folder{_suggestion(path)}")
    if config is not None and not config.is_file():
        raise ConfigError(f"{config}: there is no such file")
    given = [path.resolve() for path in paths] or [Path.cwd()]
    if len(given) == 1 and given[0].is_dir():
        root = given[0]
        return VaultLocation(root, config or config_above(root), lambda _: True, is_whole=True)
    top = Path(os.path.commonpath([path.parent if path.is_file() else path for path in given]))
    found = config or config_above(top)
    root = _vault_above(top, found)
    meant = frozenset(PurePosixPath(path.relative_to(root).as_posix()) for path in given)
    return VaultLocation(
        root, found, lambda note: note in meant or any(folder in meant for folder in note.parents)
    )


def _exists(path: Path) -> bool:
    """Whether a path exists; False for a name that no file can have."""
    try:
        return path.exists()
    except OSError:  # a name that no file can have
        return False


def _suggestion(path: Path) -> str:
    """Return a hint with the existing name nearest to a wrong path; "" if none is near."""
    try:
        names = [entry.name for entry in path.parent.iterdir()]
    except OSError:
        return ""
    near = difflib.get_close_matches(path.name, names, n=1)
    return f"; did you mean `{path.with_name(near[0])}`?" if near else ""


def _vault_above(top: Path, config: Path | None) -> Path:
    """Return the nearest folder, from `top` upwards, that is the root of a vault; else `top`."""
    if config is not None and top.is_relative_to(config.resolve().parent):
        return config.resolve().parent
    marked = (
        folder for folder in (top, *top.parents) if any((folder / m).exists() for m in _ROOT_MARKS)
    )
    return next(marked, top)
