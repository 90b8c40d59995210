"""`refmatter catalog`: dumps -> a catalogue of one's own; what is in it, and what it knows."""

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

_WHAT = "a catalogue is built with it"
_KEPT = "the catalogue is as it was, and what was read is kept, so start it again"
_NOTHING = "nothing was changed"
_KINDS = (
    "DBLP XML, ACL Anthology XML, arXiv's metadata, Semantic Scholar's papers, OpenAlex works, "
    "Crossref's public data, BibTeX, CSL-JSON, another catalogue"
)


def add(commands: Commands) -> None:
    """Tell the parser of `catalog` and its own commands."""
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
    build = add_command(
        inner,
        "build",
        "build a catalogue from dumps",
        f"Build a catalogue from files and folders of dumps: {_KINDS}. The kind of a file is "
        "detected from its content. The existing catalogue stays usable until the new one is "
        "complete, and a build that was killed continues when it is started again. Exit 3 if "
        "records could not be read; the others are included.",
        ("refmatter catalog build CATALOG dblp.xml.gz acl", "of two dumps"),
        ("refmatter catalog build CATALOG acl --memory 4GB", "within four gigabytes"),
    )
    build.add_argument("folder", type=path, metavar="CATALOG", help="the catalogue's folder")
    build.add_argument("paths", nargs="+", type=path, metavar="DUMP", help="a file or a folder")
    _add_building(build)
    build.set_defaults(run=run_build, kept=_KEPT)


def _add_update(inner: Commands) -> None:
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
    _add_building(update)
    update.set_defaults(run=run_update, kept=_KEPT)


def _add_building(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--released", type=day, metavar="DATE",
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
    engines.add(parser)
    parser.add_argument("--json", action="store_true", help="as JSON")


def _add_info(inner: Commands) -> None:
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
    info.set_defaults(run=run_info, kept=_NOTHING)


def _add_search(inner: Commands) -> None:
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
    search.set_defaults(run=run_search, kept=_NOTHING)


def run_build(said: argparse.Namespace) -> int:
    """Build; the exit code."""
    engines.needs(_WHAT)
    from refmatter.catalog.inputs import gather

    return _build(said, gather(said.paths, said.released))


def run_update(said: argparse.Namespace) -> int:
    """Build anew with newer dumps; the exit code."""
    engines.needs(_WHAT)
    from refmatter.catalog.inputs import gather
    from refmatter.catalog.update import renew

    given = gather(said.paths, said.released) if said.paths else None
    renewed = renew(said.folder, given, add=said.add)
    for line in renewed.told:
        print(printable(line), file=sys.stderr)
    if not renewed.moved:
        return DONE
    return _build(said, renewed.gathered)


def _build(said: argparse.Namespace, gathered: InputFiles) -> int:
    from refmatter.catalog import progress_text
    from refmatter.catalog.build import BuildOptions, build
    from refmatter.report.screen import Screen

    wish = BuildOptions(said.counts, False if said.no_lookup else None)
    engine = engines.chosen(said, _WHAT)
    with engines.watching() as watch:
        made, staged = build(said.folder, gathered.dumps, engine, watch, wish)
    for line in progress_text.trouble(staged, gathered.unknown):
        print(printable(line), file=sys.stderr)
    if said.json:
        sys.stdout.write(progress_text.as_json(said.folder, made, None, staged, gathered.unknown))
    else:
        progress_text.show(said.folder, made, Screen(sys.stdout))
    return INCOMPLETE if any(each.tally.bad for each in staged) else DONE


def run_info(said: argparse.Namespace) -> int:
    """Tell; the exit code."""
    from refmatter.catalog import manifest, progress_text
    from refmatter.report.screen import Screen

    made = manifest.load(said.folder)
    if said.verify:
        manifest.verify(said.folder, made)
    covered = None
    if said.vault is not None:
        covered = _covered(said)
    if said.json:
        sys.stdout.write(progress_text.as_json(said.folder, made, covered))
    else:
        progress_text.show(said.folder, made, Screen(sys.stdout), covered)
    return DONE


def _covered(said: argparse.Namespace) -> CatalogCoverage:
    from contextlib import closing

    from refmatter.catalog.coverage import coverage

    place, config = vault_and_config([said.vault], said.config)
    with closing(_shelf(said)) as shelf:
        return coverage(shelf, place, config)


def run_search(said: argparse.Namespace) -> int:
    """Look it up; the exit code."""
    from contextlib import closing

    from refmatter.catalog import progress_text
    from refmatter.catalog.search import search
    from refmatter.model import Hints
    from refmatter.report import json, terminal
    from refmatter.report.screen import Screen

    with closing(_shelf(said)) as shelf:
        found = search(shelf, said.title, Hints(said.year, said.author))
    told = progress_text.resolution(found)
    if said.json:
        sys.stdout.write(json.resolution(told))
    else:
        terminal.show_resolution(told, Screen(sys.stdout))
    return DONE


def _shelf(said: argparse.Namespace) -> CatalogDatabase:
    from refmatter.catalog.database import open_shelf

    return open_shelf(said.folder)


def day(text: str) -> date:
    """A day, as typed."""
    import argparse
    from datetime import date

    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no day, such as 2026-11-01") from error
