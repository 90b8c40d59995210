"""`refmatter catalog match`: titles or references in bulk -> what the matcher says of each."""

from __future__ import annotations

import sys
from contextlib import contextmanager

from refmatter.commands import engines
from refmatter.commands.arguments import DONE, INCOMPLETE, command, path
from refmatter.commands.paths import plain

TYPE_CHECKING = False  # as typing has it, without the time that importing typing takes
if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from refmatter.catalog.build import BuildProgress
    from refmatter.catalog.engine import Engine, Opening
    from refmatter.catalog.questions import BulkQuestion
    from refmatter.commands.arguments import Commands
    from refmatter.dumps.record import BadRecord
    from refmatter.matching.thresholds import Thresholds

SHOWN = 10
"""Bad lines that are named; the others are counted."""
_STEP = 10_000


def add(inner: Commands) -> None:
    """Tell the parser of `catalog` of its command `match`."""
    match = command(
        inner,
        "match",
        "match files of titles with a catalogue",
        "Match titles in bulk with a catalogue, by the same rule as a run. A file is JSON Lines, "
        "CSV or Parquet with `title` and other columns (`year`, `authors`, `doi`, ...), BibTeX or "
        "CSL-JSON, or text with one title a line; `-` is standard input. Exit 3 if lines could "
        "not be read; the others are matched. docs/catalog.md describes the output.",
        ("refmatter catalog match CATALOG titles.txt", "JSON Lines, one line a title"),
        ("refmatter catalog match CATALOG refs.bib --output found.parquet", "as Parquet"),
    )
    match.add_argument("folder", type=path, metavar="CATALOG", help="the catalogue's folder")
    match.add_argument(
        "paths", nargs="+", type=path, metavar="FILE", help="a file of titles or references"
    )
    match.add_argument(
        "--output", "-o", type=path, metavar="FILE",
        help="where to write (default: standard output); Parquet if its name ends in .parquet",
    )  # fmt: skip
    match.add_argument(
        "--config", type=path, metavar="FILE",
        help="a config.yaml with thresholds (default: the defaults)",
    )  # fmt: skip
    engines.add(match)
    match.add_argument(
        "--scratch", type=path, metavar="FOLDER",
        help="a folder for data that does not fit into memory (default: the system's)",
    )  # fmt: skip
    match.add_argument("--json", action="store_true", help="print the counts as JSON")
    match.set_defaults(run=run, kept="nothing is kept of it, so start it again")


def run(said: argparse.Namespace) -> int:
    """Do it; the exit code."""
    engine = engines.chosen(said, "titles are matched in bulk with it")
    from refmatter.catalog import manifest, match_output
    from refmatter.catalog.bulk_match import Matcher
    from refmatter.dumps.decompress import files

    paths = [file for each in said.paths for file in files(each)]
    made = manifest.load(said.folder)
    bars = _bars(said.config)
    with engines.watching() as watch, _opened(engine, said.scratch) as running:
        matcher = Matcher(running, said.folder, made, bars)
        reading = _Reading(paths, watch)
        rows = matcher.decide(reading.questions())
        if said.output:
            match_output.write(rows, said.output)
        else:
            match_output.put(rows, sys.stdout)
    for each in reading.bad:
        print(plain(_where(each)), file=sys.stderr)
    if said.json:
        bad = [{"file": str(e.file), "line": e.line, "reason": e.reason} for e in reading.bad]
        told = match_output.as_json(matcher.tally, bad, reading.count)
    else:
        told = "".join(f"{line}\n" for line in match_output.counted(matcher.tally, reading.count))
    # What was asked for goes to standard output, and what is told of it with it only if it is free.
    (sys.stdout if said.output else sys.stderr).write(told)
    return INCOMPLETE if reading.count else DONE


class _Reading:
    """Files as they are read, and what could not be: the first of it, and how much it is."""

    def __init__(self, paths: Sequence[Path], watch: BuildProgress) -> None:
        self._paths = paths
        self._watch = watch
        self.bad: list[BadRecord] = []
        self.count = 0

    def questions(self) -> Iterator[BulkQuestion]:
        """The questions of all files."""
        from refmatter.catalog.questions import questions
        from refmatter.dumps.record import BadRecord

        for file in self._paths:
            self._watch.begin(file)
            for count, each in enumerate(questions(file), start=1):
                if not count % _STEP:
                    self._watch.read(_STEP)
                if not isinstance(each, BadRecord):
                    yield each
                    continue
                self.count += 1
                if len(self.bad) < SHOWN:
                    self.bad.append(each)


def _where(bad: BadRecord) -> str:
    line = "" if bad.line is None else f":{bad.line}"
    return f"{bad.file}{line}: {bad.reason}"


def _bars(config: Path | None) -> Thresholds:
    from refmatter.matching.thresholds import DEFAULT

    if config is None:
        return DEFAULT
    from refmatter.config.loading import load

    return load(config).settings.match.thresholds()


@contextmanager
def _opened(engine: Opening, scratch: Path | None) -> Iterator[Engine]:
    """The engine at work in a folder that is gone when it is done."""
    import tempfile
    from pathlib import Path

    with (
        tempfile.TemporaryDirectory(prefix="refmatter-", dir=scratch) as folder,
        engine(Path(folder) / "engine") as running,
    ):
        yield running
