"""What a person typed -> the vault's folder, its config.yaml, and the notes that are meant."""

from __future__ import annotations

import difflib
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from refmatter.config.discovery import config_above
from refmatter.errors import ConfigError

_MARKS = (".git", ".obsidian", "refmatter.lock")
"""What stands in the top folder of a vault."""


@dataclass(frozen=True, slots=True)
class VaultLocation:
    """Where a run works. `chosen` tells of a note's path in the vault whether it is meant, `whole`
    that all of them are."""

    root: Path
    config: Path | None
    chosen: Callable[[PurePosixPath], bool]
    whole: bool = False


def locate(paths: Sequence[Path], config: Path | None) -> VaultLocation:
    """Find the vault that paths on the command line speak of.

    One folder is the vault. Files (or several paths) belong to the vault whose folder is the
    nearest above all of them that has a config.yaml, a ledger, or a repository; all of it is
    read, and only they are changed. Raises ConfigError for a path that is not there.
    """
    for path in paths:
        if not _is_there(path):
            raise ConfigError(f"{path}: there is no such file or folder{_near(path)}")
    if config is not None and not config.is_file():
        raise ConfigError(f"{config}: there is no such file")
    given = [path.resolve() for path in paths] or [Path.cwd()]
    if len(given) == 1 and given[0].is_dir():
        root = given[0]
        return VaultLocation(root, config or config_above(root), lambda _: True, whole=True)
    top = Path(os.path.commonpath([path.parent if path.is_file() else path for path in given]))
    found = config or config_above(top)
    root = _vault_above(top, found)
    meant = frozenset(PurePosixPath(path.relative_to(root).as_posix()) for path in given)
    return VaultLocation(
        root, found, lambda note: note in meant or any(folder in meant for folder in note.parents)
    )


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a name that no file can have
        return False


def _near(path: Path) -> str:
    """The name that stands where one was meant that is not there."""
    try:
        names = [each.name for each in path.parent.iterdir()]
    except OSError:
        return ""
    near = difflib.get_close_matches(path.name, names, n=1)
    return f"; did you mean `{path.with_name(near[0])}`?" if near else ""


def _vault_above(top: Path, config: Path | None) -> Path:
    if config is not None and top.is_relative_to(config.resolve().parent):
        return config.resolve().parent
    marked = (each for each in (top, *top.parents) if any((each / m).exists() for m in _MARKS))
    return next(marked, top)
