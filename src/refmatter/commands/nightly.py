"""`refmatter nightly`: run enrich for cron and timers."""

from __future__ import annotations

from refmatter.commands.arguments import (
    add_command,
    add_config,
    add_log,
    add_paths,
    add_report,
    number,
)
from refmatter.commands.enrich import run

TYPE_CHECKING = False  # as typing has it, without the time that importing typing takes
if TYPE_CHECKING:
    from refmatter.commands.arguments import Commands


def add(commands: Commands) -> None:
    """Add the parser of `nightly`."""
    nightly = add_command(
        commands,
        "nightly",
        "run enrich for cron and timers: quiet, within a budget",
        "Fill missing values, refresh the oldest counts, and ask whether known works were "
        "retracted or preprints published, within a budget. It prints one line if there is news, "
        "one line on standard error if something failed (exit 2 or 3), "
        "and nothing otherwise.",
        ("refmatter nightly notes", "in a crontab or a timer"),
        ("refmatter nightly notes --log-json nightly.jsonl", ""),
    )
    add_paths(nightly, "the notes' folder")
    add_config(nightly)
    nightly.add_argument(
        "--budget", type=number, metavar="REQUESTS", default=50,
        help="refresh the oldest counts, using at most REQUESTS requests (default: 50)",
    )  # fmt: skip
    add_log(nightly)
    add_report(nightly)
    nightly.set_defaults(
        run=run, nightly=True, dry_run=False, offline=False, diff=False, refresh=False,
        refill_removed=False, only=None, create=None, json=None, quiet=True, verbose=False,
    )  # fmt: skip
