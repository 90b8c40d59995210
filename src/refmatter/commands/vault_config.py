"""Find the vault and load the configuration that a command's arguments mean."""

from __future__ import annotations

from refmatter.errors import ConfigError

TYPE_CHECKING = False  # as typing has it, without the time that importing typing takes
if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence
    from pathlib import Path

    from refmatter.config.settings import Config
    from refmatter.location import VaultLocation


def vault_and_config(paths: Sequence[Path], config: Path | None) -> tuple[VaultLocation, Config]:
    """Return the vault that these paths belong to, and its configuration. Raises ConfigError."""
    from refmatter.location import locate_vault

    location = locate_vault(paths, config)
    return location, load_config(location, paths)


def load_config(location: VaultLocation, paths: Sequence[Path]) -> Config:
    """Return the configuration of a vault.

    Raises:
        ConfigError: config.yaml cannot be read, or one of the paths is a file but no note.

    """
    from refmatter.config.loading import load

    config = load(location.config)
    for path in paths:
        if path.is_file():
            _check_is_note(path, location, config)
    return config


def _check_is_note(path: Path, location: VaultLocation, config: Config) -> None:
    """Raise ConfigError if a file is not a note of the vault by its name."""
    from pathlib import PurePosixPath

    from refmatter.notes.vault import is_note_path

    in_vault = PurePosixPath(path.resolve().relative_to(location.root).as_posix())
    include = config.settings.notes.include
    if not is_note_path(in_vault, include):
        raise ConfigError(f"{path}: is no note; `notes.include` takes {', '.join(include)}")


def locate_folder(arguments: argparse.Namespace) -> VaultLocation:
    """Return the vault of a command that takes one folder.

    Raises:
        ConfigError: the folder does not exist, or is a file.

    """
    from refmatter.location import locate_vault

    vault = arguments.vault
    if vault is not None and vault.is_file():
        raise ConfigError(f"{vault}: is a file; name the folder that your notes are in")
    return locate_vault([vault] if vault else [], arguments.config)
