"""What was typed -> the vault and its configuration; text -> where it was asked for."""

from __future__ import annotations

import sys

from refmatter.errors import ConfigError

TYPE_CHECKING = False  # as typing has it, without the time that importing typing takes
if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from pathlib import Path

    from refmatter.config.settings import Config
    from refmatter.location import VaultLocation


def place_of(paths: Sequence[Path], config: Path | None) -> tuple[VaultLocation, Config]:
    """The vault that these paths mean, and its configuration. Raises ConfigError."""
    from refmatter.location import locate

    place = locate(paths, config)
    return place, config_of(place, paths)


def config_of(place: VaultLocation, paths: Sequence[Path]) -> Config:
    """The configuration that holds for these paths. Raises ConfigError."""
    from refmatter.config.loading import load

    loaded = load(place.config)
    for path in paths:
        if path.is_file():
            _mind_note(path, place, loaded)
    return loaded


def _mind_note(path: Path, place: VaultLocation, config: Config) -> None:
    """Raises ConfigError for a file that can be no note."""
    from pathlib import PurePosixPath

    from refmatter.notes.vault import names_note

    inner = PurePosixPath(path.resolve().relative_to(place.root).as_posix())
    include = config.settings.notes.include
    if not names_note(inner, include):
        raise ConfigError(f"{path}: is no note; `notes.include` takes {', '.join(include)}")


def folder_of(said: argparse.Namespace) -> VaultLocation:
    """The place of a command that takes one folder. Raises ConfigError."""
    from refmatter.location import locate

    if said.vault is not None and said.vault.is_file():
        raise ConfigError(f"{said.vault}: is a file; name the folder that your notes are in")
    return locate([said.vault] if said.vault else [], said.config)


def save(file: Path | str, text: str) -> None:
    """Write a file. Raises ConfigError."""
    from pathlib import Path

    try:
        Path(file).write_text(text, "utf-8")
    except OSError as error:
        raise ConfigError(f"{file}: cannot be written: {error.strerror}") from error


def put_out(file: str | None, text: str) -> None:
    """A report for machines, where one is wanted."""
    if file == "-":
        sys.stdout.write(text)
    elif file:
        save(file, text)


def plain(text: str) -> str:
    """The text with what could do something to a terminal as `?`."""
    return "".join(c if c.isprintable() or c == "\n" else "?" for c in text)
