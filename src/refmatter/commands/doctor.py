"""`refmatter doctor`: check settings, services, cache and ledger."""

from __future__ import annotations

import sys

from refmatter.commands.arguments import DONE, WOULD_CHANGE, add_command, add_config, add_vault
from refmatter.commands.vault_config import locate_folder

TYPE_CHECKING = False  # as typing has it, without the time that importing typing takes
if TYPE_CHECKING:
    import argparse

    from refmatter.commands.arguments import Commands


def add(commands: Commands) -> None:
    """Add the parser of `doctor`."""
    doctor = add_command(
        commands,
        "doctor",
        "check settings, services, cache and ledger",
        "Check configuration, keys, services, cache, ledger, journal, git and notes, and suggest "
        "fixes. Each service gets one cheap request (one of OpenAlex's credits). Nothing is "
        "written. Exit 1 if there is a problem.",
        ("refmatter doctor", "this folder"),
        ("refmatter doctor notes --offline", "make no requests"),
    )
    add_vault(doctor)
    add_config(doctor)
    doctor.add_argument("--offline", action="store_true", help="make no requests")
    doctor.add_argument("--json", action="store_true", help="as JSON")
    doctor.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run the command and return the exit code."""
    from refmatter.doctor import diagnosis
    from refmatter.report.screen import Screen

    checks = diagnosis.examine(locate_folder(arguments), offline=arguments.offline)
    if arguments.json:
        sys.stdout.write(diagnosis.as_json(checks))
    else:
        diagnosis.print_checks(checks, Screen(sys.stdout))
    return DONE if diagnosis.well(checks) else WOULD_CHANGE
