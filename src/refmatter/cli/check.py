"""`refmatter check`: which notes enrich would change."""

from __future__ import annotations

from refmatter.cli.arguments import (
    DONE,
    INCOMPLETE,
    WOULD_CHANGE,
    command,
    path,
    report_path,
)
from refmatter.cli.places import config_of
from refmatter.cli.runs import (
    asked,
    carried_out,
    keep,
    looked,
    options_of,
    recalled,
    spare,
    write_reports,
)

TYPE_CHECKING = False  # as typing has it, without the time that importing typing takes
if TYPE_CHECKING:
    import argparse

    from refmatter.cli.arguments import Commands
    from refmatter.manifest import Manifest
    from refmatter.place import Place


def add(commands: Commands) -> None:
    """Tell the parser of `check`."""
    check = command(
        commands,
        "check",
        "see whether notes lack what is known",
        "See which notes `enrich` would change, at file and line. Nothing is written, and "
        "nobody is asked: ledger, cache and catalogue only. Exit 1 if a note would change, 3 if "
        "one cannot be read.",
        ("refmatter check", "this folder"),
        ("refmatter check notes --diff", "and what would change, line by line"),
        ("refmatter check notes --format github", "annotations, in a workflow"),
    )
    check.add_argument(
        "paths", nargs="*", type=path, metavar="PATH",
        help="the notes' folder, or single notes in it (default: this folder)",
    )  # fmt: skip
    check.add_argument("--config", type=path, metavar="FILE", help="instead of the one found")
    check.add_argument(
        "--online", dest="offline", action="store_false", help="ask the services as enrich does"
    )
    check.add_argument(
        "--format", choices=("text", "github", "json", "sarif"), default="text",
        help="for people, as annotations, or for machines",
    )  # fmt: skip
    check.add_argument("--diff", action="store_true", help="show what would change")
    check.add_argument(
        "--report", action="append", default=[], type=report_path, metavar="FILE",
        help="write the report to read: .html, .md or .json; may be given several times",
    )  # fmt: skip
    check.add_argument(
        "-q", "--quiet", action="store_true", help="say nothing if nothing would change"
    )
    check.set_defaults(
        run=run,
        dry_run=True,
        refresh=False,
        refill=False,
        budget=None,
        only=None,
        json=None,
        create=None,
    )


def run(said: argparse.Namespace) -> int:
    """Do it; the exit code."""
    from refmatter.manifest import Manifest
    from refmatter.place import locate

    for file in said.report:
        spare(file)
    place = locate(said.paths, said.config)
    manifest = Manifest(place, asked(said))
    if not said.report:
        # What a run that writes did not do either is as good; its reports tell the same.
        others = Manifest(place, {**asked(said), "dry": False, "offline": False})
        for each in (manifest, others):
            told = recalled(each, dry=True)
            if told and told.code == DONE:
                from refmatter.checking.telling import show

                show([], place.root, said.format, quiet=said.quiet)
                return DONE
    return _checked(said, place, manifest)


def _checked(said: argparse.Namespace, place: Place, manifest: Manifest) -> int:
    from refmatter.checking import found as checking
    from refmatter.report import facts as reports

    config = config_of(place, said.paths)
    seen = looked(manifest, place, config)
    done = carried_out(place, config, options_of(said), said.halt, quiet=said.quiet)
    facts = reports.facts(done)
    found = checking.findings(done)
    checking.tell(done, facts, found, said.format, diff=said.diff, quiet=said.quiet)
    if said.report:
        write_reports(said, done, facts)
    code = INCOMPLETE if facts.refused or facts.outages else DONE
    if not said.halt.called:
        keep(manifest, seen, done, facts, code)
    return WOULD_CHANGE if found and code == DONE else code
