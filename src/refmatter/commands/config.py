"""`refmatter config`: show the configuration in force."""

from __future__ import annotations

import sys

from refmatter.commands.arguments import DONE, add_command, add_config
from refmatter.commands.output import printable
from refmatter.commands.vault_config import vault_and_config

TYPE_CHECKING = False  # as typing has it, without the time that importing typing takes
if TYPE_CHECKING:
    import argparse

    from refmatter.commands.arguments import Commands


def add(commands: Commands) -> None:
    """Add the parser of `config`."""
    parser = add_command(
        commands,
        "config",
        "show the configuration in force",
        "Show the configuration in force and where it comes from. API keys are never shown.",
        ("refmatter config", "in this folder"),
        ("refmatter config --schema > schema.json", "for your editor"),
    )
    add_config(parser)
    parser.add_argument("--schema", action="store_true", help="print config.yaml's JSON Schema")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run the command and return the exit code."""
    if arguments.schema:
        import json

        from refmatter.config.schema import schema

        sys.stdout.write(json.dumps(schema(), indent=2) + "\n")
        return DONE
    _, loaded = vault_and_config([], arguments.config)
    sys.stdout.write(printable(loaded.as_yaml()))
    return DONE
