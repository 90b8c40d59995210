"""Run `refmatter init`: print the profile, create files, and name the next steps."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from refmatter.config.discovery import FILE_NAME, looks_ours
from refmatter.config.loading import load
from refmatter.config.sections import VaultSettings
from refmatter.errors import ConfigError, NoteError
from refmatter.files import create_file
from refmatter.location import VaultLocation
from refmatter.report.screen import Screen
from refmatter.setup.config_writer import config_yaml
from refmatter.setup.profile_text import profile_json, profile_lines
from refmatter.setup.recipes import recipe_files
from refmatter.setup.vault_profile import VaultProfile, profile_vault


@dataclass(frozen=True, slots=True)
class InitOptions:
    """What the command line asks for. `ask` puts the one question there is, for an address,
    where somebody sits at a terminal; `folder` is the folder as it was typed; `papers` are patterns
    of the files that are paper notes."""

    contact: str | None = None
    recipes: Sequence[str] = ()
    ask: Callable[[str], str] | None = None
    folder: str = ""
    papers: Sequence[str] = ()


def init(location: VaultLocation, options: InitOptions, screen: Screen) -> bool:
    """Look at the vault, print what it is like, and make the missing files; return whether all that
    was asked for could be made. Files that exist stay. Raises ConfigError."""
    settings = _settings(location, options.papers)
    screen.line(f"Looking at {location.root}: no note is changed.")
    profile = _profile(location.root, settings)
    for text, colour in profile_lines(profile):
        screen.line(text, colour)
    if not profile.files:
        return False  # most likely another folder was meant
    screen.line()
    _configure(location, profile, options, screen)
    folder = location.config.resolve().parent if location.config else location.root
    done = [_make_recipe(name, location.root, folder, screen) for name in options.recipes]
    _print_next_steps(profile, options, screen)
    return all(done)


def config_text(location: VaultLocation, contact: str | None, papers: Sequence[str] = ()) -> str:
    """Return the text of the config.yaml that fits the vault. Raises ConfigError."""
    return config_yaml(_profile(location.root, _settings(location, papers)), contact)


def profile_as_json(location: VaultLocation, papers: Sequence[str] = ()) -> str:
    """Return what was counted in a vault, as JSON text. Raises ConfigError."""
    return profile_json(_profile(location.root, _settings(location, papers)))


def _settings(location: VaultLocation, papers: Sequence[str]) -> VaultSettings:
    """Return the settings of a vault, with these patterns of paper notes, if there are any. Raises
    ConfigError."""
    settings = load(location.config).vault
    if papers:
        paper = settings.notes.paper.model_copy(update={"files": tuple(papers)})
        notes = settings.notes.model_copy(update={"paper": paper})
        settings = settings.model_copy(update={"notes": notes})
    return settings


def _profile(root: Path, settings: VaultSettings) -> VaultProfile:
    """Return the profile of a vault. Raises ConfigError."""
    try:
        return profile_vault(root, settings)
    except NoteError as error:
        raise ConfigError(error.reason) from error


def _configure(
    location: VaultLocation, profile: VaultProfile, options: InitOptions, screen: Screen
) -> None:
    """Write config.yaml, or say why not."""
    goal = location.root / FILE_NAME
    if location.config is not None:
        screen.line(f"{location.config} is in force, and stays as it is.")
        if set(options.papers) - set(load(location.config).settings.notes.paper.files):
            screen.line(f"Add to it: notes: {{paper: {{files: {list(options.papers)}}}}}", "warn")
        screen.line("`refmatter init --print` shows the one that fits your notes today.")
        return
    if goal.exists() and not looks_ours(goal):
        screen.line(f"{goal} is another program's, and stays as it is.", "warn")
        screen.line("Give ours another name: `refmatter init --print > refmatter.yaml`, and")
        screen.line("`--config refmatter.yaml` with every command.")
        return
    contact = options.contact
    if contact is None and options.ask is not None:
        screen.line("An e-mail address the services may write to: Crossref answers three times")
        screen.line("as fast then. It goes into the User-Agent, nowhere else.")
        contact = options.ask("contact (empty for none): ").strip() or None
    _write(goal, config_yaml(profile, contact))
    screen.line(f"written: {goal}", "+")


def _make_recipe(name: str, root: Path, folder: Path, screen: Screen) -> bool:
    """Make a recipe's files; whether it could be done."""
    files, after = recipe_files(name, root, folder)
    there = [file for file in files if file.path.exists()]
    if all(file.path.read_text("utf-8", "replace") == file.text for file in there):
        for file in files:
            if file not in there:
                _write(file.path, file.text)
            screen.line(f"{'there already' if file in there else 'written'}: {file.path}", "+")
        screen.line(f"  then: {after[0]}")
        for line in after[1:]:
            screen.line(f"        {line}")
        return True
    for file in there:
        screen.line(f"{file.path} is there already, and stays as it is; what is to go in:", "warn")
        for line in file.text.splitlines():
            screen.line(f"  {line}")
    return False


def _write(path: Path, text: str) -> None:
    try:
        create_file(path, text.encode())
    except OSError as error:
        raise ConfigError(f"{path}: cannot be written: {error.strerror}") from error


def _print_next_steps(profile: VaultProfile, options: InitOptions, screen: Screen) -> None:
    if not profile.papers:
        return
    where = f" {shlex.quote(options.folder)}" if options.folder else ""
    screen.line()
    screen.line("next:", "bold")
    screen.line(f"  refmatter enrich{where} --dry-run --diff     see what would change")
