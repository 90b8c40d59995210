"""`refmatter doctor`: whether all is well."""

from __future__ import annotations

import sys

from refmatter.commands.arguments import DONE, WOULD_CHANGE, add_config, add_vault, command
from refmatter.commands.paths import folder_of

TYPE_CHECKING = False  # as typing has it, without the time that importing typing takes
if TYPE_CHECKING:
    import argparse

    from refmatter.commands.arguments import Commands


def add(commands: Commands) -> None:
    """Tell the parser of `doctor`."""
    doctor = command(
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


def run(said: argparse.Namespace) -> int:
    """Do it; the exit code."""
    from refmatter.doctor import diagnosis
    from refmatter.report.screen import Screen

    checks = diagnosis.examine(folder_of(said), offline=said.offline)
    if said.json:
        sys.stdout.write(diagnosis.as_json(checks))
    else:
        diagnosis.show(checks, Screen(sys.stdout))
    return DONE if diagnosis.well(checks) else WOULD_CHANGE
