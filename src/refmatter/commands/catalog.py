"""`refmatter catalog`: build, update and inspect catalogues of your own, and search in them."""

from __future__ import annotations

import sys

from refmatter.commands import catalog_match, engines
from refmatter.commands.arguments import DONE, INCOMPLETE, Commands, add_command, path
from refmatter.commands.output import printable
from refmatter.commands.vault_config import vault_and_config

TYPE_CHECKING = False  # as typing has it, without the time that importing typing takes
if TYPE_CHECKING:
    import argparse
    from datetime import date

    from refmatter.catalog.coverage import CatalogCoverage
    from refmatter.catalog.database import CatalogDatabase
    from refmatter.catalog.inputs import InputFiles

_PURPOSE = "build a catalogue"
_KEPT_AFTER_KILL = "the catalogue is unchanged, and what was read is kept; run the command again"
_NOTHING_CHANGED = "nothing was changed"
_DUMP_KINDS = (
    "DBLP XML, ACL Anthology XML, arXiv's metadata, Semantic Scholar's papers, OpenAlex works, "
    "Crossref's public data, BibTeX, CSL-JSON, another catalogue"
)


def add(commands: Commands) -> None:
    """Add the command `catalog` and its subcommands to the parser."""
    catalog = add_command(
        commands,
        "catalog",
        "build and use a catalogue of your own",
        "Build a catalogue from the dumps that services publish, to look up titles without the "
        "network. Runs use it with `providers.catalog.path` in config.yaml. docs/catalog.md lists "
        "the dumps.",
        ("refmatter catalog build CATALOG dblp.xml.gz", "build or rebuild one"),
        ("refmatter catalog info CATALOG", "show its contents and terms"),
    )
    inner = Commands(
        catalog, "refmatter catalog", "see refmatter catalog COMMAND --help", dest="inner"
    )
    _add_build(inner)
    _add_update(inner)
    _add_info(inner)
    _add_search(inner)
    catalog_match.add(inner)


def _add_build(inner: Commands) -> None:
    """Add `refmatter catalog build`."""
    build = add_command(
        inner,
        "build",
        "build a catalogue from dumps",
        f"Build a catalogue from files and folders of dumps: {_DUMP_KINDS}. The kind of a file is "
        "detected from its content. The existing catalogue stays usable until the new one is "
        "complete, and a build that was killed continues when it is started again. Exit 3 if "
        "records could not be read; the others are included.",
        ("refmatter catalog build CATALOG dblp.xml.gz acl", "of two dumps"),
        ("refmatter catalog build CATALOG acl --memory 4GB", "within four gigabytes"),
    )
    build.add_argument("folder", type=path, metavar="CATALOG", help="the catalogue's folder")
    build.add_argument("paths", nargs="+", type=path, metavar="DUMP", help="a file or a folder")
    _add_build_options(build)
    build.set_defaults(run=run_build, kept=_KEPT_AFTER_KILL)


def _add_update(inner: Commands) -> None:
    """Add `refmatter catalog update`."""
    update = add_command(
        inner,
        "update",
        "add newer dumps to a catalogue",
        "Rebuild a catalogue with newer dumps. A newer dump replaces the older one of its origin. "
        "The records of other origins are reused, or their files are read again. Without a dump, "
        "the files of the last build are checked again.",
        ("refmatter catalog update CATALOG dblp-2026-11-01.xml.gz", "a newer release"),
        ("refmatter catalog update CATALOG acl/2026.xml --add", "in addition to the older dump"),
    )
    update.add_argument("folder", type=path, metavar="CATALOG", help="the catalogue's folder")
    update.add_argument("paths", nargs="*", type=path, metavar="DUMP", help="a file or a folder")
    update.add_argument(
        "--add", action="store_true",
        help="keep the older dumps of the same origin; the newest version of a record is used",
    )  # fmt: skip
    _add_build_options(update)
    update.set_defaults(run=run_update, kept=_KEPT_AFTER_KILL)


def _add_build_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that build and update have in common."""
    parser.add_argument(
        "--released", type=parse_day, metavar="DATE",
        help="the day of the dumps (default: from the name, or else the file's last change)",
    )  # fmt: skip
    parser.add_argument(
        "--counts", metavar="ORIGIN",
        help="the origin of its citation counts (default: semantic_scholar; never mixed)",
    )  # fmt: skip
    parser.add_argument(
        "--no-lookup", action="store_true",
        help="make only Parquet files: match files with it, but no look-ups",
    )  # fmt: skip
    engines.add_options(parser)
    parser.add_argument("--json", action="store_true", help="as JSON")


def _add_info(inner: Commands) -> None:
    """Add `refmatter catalog info`."""
    info = add_command(
        inner,
        "info",
        "show the contents of a catalogue",
        "Show the contents of a catalogue: works, origins, their days, licences and credits; with "
        "a vault, how many of its titles it has.",
        ("refmatter catalog info CATALOG", ""),
        ("refmatter catalog info CATALOG notes", "also how many titles of these notes it has"),
    )
    info.add_argument("folder", type=path, metavar="CATALOG", help="the catalogue's folder")
    info.add_argument(
        "vault", nargs="?", type=path, metavar="PATH", help="a notes' folder, or a note"
    )
    info.add_argument("--config", type=path, metavar="FILE", help="instead of the one found")
    info.add_argument(
        "--verify", action="store_true", help="read every file, and compare it with its digest"
    )
    info.add_argument("--json", action="store_true", help="as JSON")
    info.set_defaults(run=run_info, kept=_NOTHING_CHANGED)


def _add_search(inner: Commands) -> None:
    """Add `refmatter catalog search`."""
    search = add_command(
        inner,
        "search",
        "look a title up in a catalogue",
        "Look a title up in a catalogue: show the works with this title, or else similar ones, and "
        "the matcher's decision. No requests are made.",
        ('refmatter catalog search CATALOG "Attention is All you Need"', ""),
    )
    search.add_argument("folder", type=path, metavar="CATALOG", help="the catalogue's folder")
    search.add_argument("title", metavar="TITLE", help="as you would write it in a note")
    search.add_argument("--year", type=int, metavar="YEAR", help="the year, if you know it")
    search.add_argument("--author", metavar="NAME", help="the first author, if you know them")
    search.add_argument("--json", action="store_true", help="as JSON")
    search.set_defaults(run=run_search, kept=_NOTHING_CHANGED)


def run_build(arguments: argparse.Namespace) -> int:
    """Run `refmatter catalog build`; return the exit code."""
    engines.require_extra(_PURPOSE)
    from refmatter.catalog.inputs import find_dumps

    return _build_and_report(arguments, find_dumps(arguments.paths, arguments.released))


def run_update(arguments: argparse.Namespace) -> int:
    """Run `refmatter catalog update`; return the exit code."""
    engines.require_extra(_PURPOSE)
    from refmatter.catalog.inputs import find_dumps
    from refmatter.catalog.update import plan_update

    inputs = find_dumps(arguments.paths, arguments.released) if arguments.paths else None
    plan = plan_update(arguments.folder, inputs, add=arguments.add)
    for line in plan.messages:
        print(printable(line), file=sys.stderr)
    if not plan.has_changes:
        return DONE
    return _build_and_report(arguments, plan.inputs)


def _build_and_report(arguments: argparse.Namespace, inputs: InputFiles) -> int:
    """Build a catalogue from dumps, print its contents and problems; return the exit code."""
    from refmatter.catalog import progress_text
    from refmatter.catalog.build import BuildOptions, build_catalog
    from refmatter.report.screen import Screen

    options = BuildOptions(arguments.counts, False if arguments.no_lookup else None)
    open_engine = engines.engine_opener(arguments, _PURPOSE)
    with engines.build_progress() as progress:
        manifest, staged = build_catalog(
            arguments.folder, inputs.dumps, open_engine, progress, options
        )
    for line in progress_text.problem_lines(staged, inputs.unknown):
        print(printable(line), file=sys.stderr)
    if arguments.json:
        sys.stdout.write(
            progress_text.catalog_json(arguments.folder, manifest, None, staged, inputs.unknown)
        )
    else:
        progress_text.print_catalog(arguments.folder, manifest, Screen(sys.stdout))
    return INCOMPLETE if any(staged_file.tally.bad for staged_file in staged) else DONE


def run_info(arguments: argparse.Namespace) -> int:
    """Run `refmatter catalog info`; return the exit code."""
    from refmatter.catalog import progress_text
    from refmatter.catalog.manifest import load_manifest, verify_files
    from refmatter.report.screen import Screen

    manifest = load_manifest(arguments.folder)
    if arguments.verify:
        verify_files(arguments.folder, manifest)
    coverage = None
    if arguments.vault is not None:
        coverage = _measure_coverage(arguments)
    if arguments.json:
        sys.stdout.write(progress_text.catalog_json(arguments.folder, manifest, coverage))
    else:
        progress_text.print_catalog(arguments.folder, manifest, Screen(sys.stdout), coverage)
    return DONE


def _measure_coverage(arguments: argparse.Namespace) -> CatalogCoverage:
    """Return how much of the vault the catalogue covers."""
    from contextlib import closing

    from refmatter.catalog.coverage import measure_coverage

    location, config = vault_and_config([arguments.vault], arguments.config)
    with closing(_open_database(arguments)) as database:
        return measure_coverage(database, location, config.settings)


def run_search(arguments: argparse.Namespace) -> int:
    """Run `refmatter catalog search`; return the exit code."""
    from contextlib import closing

    from refmatter.catalog import progress_text
    from refmatter.catalog.search import search_catalog
    from refmatter.model import Hints
    from refmatter.report import json, terminal
    from refmatter.report.screen import Screen

    with closing(_open_database(arguments)) as database:
        result = search_catalog(database, arguments.title, Hints(arguments.year, arguments.author))
    resolution = progress_text.search_resolution(result)
    if arguments.json:
        sys.stdout.write(json.resolution(resolution))
    else:
        terminal.print_resolution(resolution, Screen(sys.stdout))
    return DONE


def _open_database(arguments: argparse.Namespace) -> CatalogDatabase:
    """Open the catalogue that was named."""
    from refmatter.catalog.database import open_catalog

    return open_catalog(arguments.folder)


def parse_day(text: str) -> date:
    """Return the day in an argument, written as in ISO 8601. Raises ArgumentTypeError."""
    import argparse
    from datetime import date

    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(
            f"invalid date: `{text}`, expected one such as 2026-11-01"
        ) from error
