"""`refmatter config`: the configuration in force."""

from __future__ import annotations

import sys

from refmatter.commands.arguments import DONE, add_config, command
from refmatter.commands.paths import place_of, plain

TYPE_CHECKING = False  # as typing has it, without the time that importing typing takes
if TYPE_CHECKING:
    import argparse

    from refmatter.commands.arguments import Commands


def add(commands: Commands) -> None:
    """Tell the parser of `config`."""
    parser = command(
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


def run(said: argparse.Namespace) -> int:
    """Do it; the exit code."""
    if said.schema:
        import json

        from refmatter.config.schema import schema

        print(json.dumps(schema(), indent=2))
        return DONE
    _, loaded = place_of([], said.config)
    sys.stdout.write(plain(loaded.as_yaml()))
    return DONE
