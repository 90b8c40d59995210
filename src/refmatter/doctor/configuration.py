"""Check the configuration and the environment."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from pathlib import Path

from refmatter import __version__
from refmatter.config.discovery import FILE_NAME, looks_ours
from refmatter.config.loading import load
from refmatter.config.settings import Config
from refmatter.doctor.check import Check, CheckKind, ok, problem, warning
from refmatter.errors import ConfigError
from refmatter.location import VaultLocation
from refmatter.registry import PROVIDERS
from refmatter.sources import Sources
from refmatter.web.contact import is_example


def program() -> Check:
    """Return a check with the versions of refmatter and Python."""
    python, system = platform.python_version(), platform.system()
    return ok("program", CheckKind.PROGRAM, f"refmatter {__version__}, Python {python}, {system}")


def configuration(location: VaultLocation) -> tuple[Config | None, list[Check]]:
    """Return the configuration, None if it is invalid, and the checks of it."""
    try:
        config = load(location.config)
        Sources(config, location.root).ladder()
    except ConfigError as error:
        way_out = "correct the line; `refmatter config --schema` shows what it may hold"
        invalid = CheckKind.CONFIGURATION_INVALID
        lines = str(error).splitlines()
        return None, [problem("configuration", invalid, line, way_out) for line in lines]
    return config, [_check_config_file(location), _contact(config.settings.contact), *_keys(config)]


def _check_config_file(location: VaultLocation) -> Check:
    """Return a check that says which config.yaml is in force."""
    if location.config is not None:
        return ok("configuration", CheckKind.CONFIGURATION_FOUND, str(location.config))
    other = location.root / FILE_NAME
    if other.is_file() and not looks_ours(other):
        return warning(
            "configuration",
            CheckKind.CONFIGURATION_FOREIGN,
            f"{other} is another program's; the defaults are in force",
            "to have one, name it with --config: `refmatter init --print` shows how it looks",
        )
    message = "none; the defaults fit most vaults"
    none = CheckKind.CONFIGURATION_NONE
    return ok("configuration", none, message, "`refmatter init` writes one")


def _contact(contact: str | None) -> Check:
    address = contact or ""
    if "@" in address and not is_example(address):
        return ok("contact", CheckKind.CONTACT_SET, address)
    return warning(
        "contact",
        CheckKind.CONTACT_MISSING,
        "an example, and no address of yours" if address else "no e-mail address",
        "add `contact: YOUR-ADDRESS` to config.yaml: Crossref answers three times as fast "
        "to those who leave one",
    )


def _keys(config: Config) -> Iterator[Check]:
    for name in PROVIDERS:
        variable = config.service(name).api_key_env
        if variable and config.service(name).enabled:
            if config.api_key(name):
                yield ok("key", CheckKind.KEY_SET, f"{variable} is set")
            else:
                message = f"{variable} is not set; you do not need it"
                yield ok("key", CheckKind.KEY_NOT_SET, message)


def where(path: Path, root: Path) -> str:
    """Return a path as a person in the vault reads it."""
    return str(path.relative_to(root)) if path.is_relative_to(root) else str(path)
