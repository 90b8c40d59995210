"""`refmatter catalog match`: match files of titles or references with a catalogue."""

from __future__ import annotations

import sys
from contextlib import contextmanager

from refmatter.commands import engines
from refmatter.commands.arguments import DONE, INCOMPLETE, add_command, path
from refmatter.commands.output import printable

TYPE_CHECKING = False  # as typing has it, without the time that importing typing takes
if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from refmatter.catalog.build import BuildProgress
    from refmatter.catalog.engine import Engine, EngineOpener
    from refmatter.catalog.questions import BulkQuestion
    from refmatter.commands.arguments import Commands
    from refmatter.dumps.record import BadRecord
    from refmatter.matching.thresholds import Thresholds

MAX_SHOWN = 10
"""The most bad lines that are listed; the others are counted."""
_PROGRESS_STEP = 10_000


def add(inner: Commands) -> None:
    """Add the command `match` to the parser of `catalog`."""
    match = add_command(
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
    engines.add_options(match)
    match.add_argument(
        "--scratch", type=path, metavar="FOLDER",
        help="a folder for data that does not fit into memory (default: the system's)",
    )  # fmt: skip
    match.add_argument("--json", action="store_true", help="print the counts as JSON")
    match.set_defaults(run=run, kept="nothing was written; run the command again")


def run(arguments: argparse.Namespace) -> int:
    """Run `refmatter catalog match`; return the exit code."""
    open_engine = engines.engine_opener(arguments, "match titles in bulk")
    from refmatter.catalog import match_output
    from refmatter.catalog.bulk_match import BulkMatcher
    from refmatter.catalog.manifest import load_manifest
    from refmatter.dumps.decompress import list_files

    paths = [file for typed_path in arguments.paths for file in list_files(typed_path)]
    manifest = load_manifest(arguments.folder)
    thresholds = _load_thresholds(arguments.config)
    with (
        engines.build_progress() as progress,
        _open_in_scratch(open_engine, arguments.scratch) as engine,
    ):
        matcher = BulkMatcher(engine, arguments.folder, manifest, thresholds)
        reading = _QuestionReader(paths, progress)
        rows = matcher.decide(reading.questions())
        if arguments.output:
            match_output.write_decisions(rows, arguments.output)
        else:
            match_output.write_json_lines(rows, sys.stdout)
    for record in reading.bad:
        print(printable(_bad_record_line(record)), file=sys.stderr)
    if arguments.json:
        bad = [
            {"file": str(record.file), "line": record.line, "reason": record.reason}
            for record in reading.bad
        ]
        summary = match_output.summary_json(matcher.tally, bad, reading.bad_count)
    else:
        summary = "".join(
            f"{line}\n" for line in match_output.summary_lines(matcher.tally, reading.bad_count)
        )
    # What was asked for goes to standard output, and what is told of it with it only if it is free.
    (sys.stdout if arguments.output else sys.stderr).write(summary)
    return INCOMPLETE if reading.bad_count else DONE


class _QuestionReader:
    """Reads questions from files; `bad` has the first unreadable ones, `bad_count` their number."""

    def __init__(self, paths: Sequence[Path], progress: BuildProgress) -> None:
        self._paths = paths
        self._progress = progress
        self.bad: list[BadRecord] = []
        self.bad_count = 0

    def questions(self) -> Iterator[BulkQuestion]:
        """Yield the questions of all files."""
        from refmatter.catalog.questions import read_questions
        from refmatter.dumps.record import BadRecord

        for file in self._paths:
            self._progress.begin_file(file)
            for count, entry in enumerate(read_questions(file), start=1):
                if not count % _PROGRESS_STEP:
                    self._progress.add_entries(_PROGRESS_STEP)
                if not isinstance(entry, BadRecord):
                    yield entry
                    continue
                self.bad_count += 1
                if len(self.bad) < MAX_SHOWN:
                    self.bad.append(entry)


def _bad_record_line(bad: BadRecord) -> str:
    """Return a line with the file, the line and the reason of a bad record."""
    line = "" if bad.line is None else f":{bad.line}"
    return f"{bad.file}{line}: {bad.reason}"


def _load_thresholds(config: Path | None) -> Thresholds:
    """Return the thresholds in a config.yaml, or the default ones for None."""
    from refmatter.matching.thresholds import DEFAULT

    if config is None:
        return DEFAULT
    from refmatter.config.loading import load

    return load(config).settings.match.thresholds()


@contextmanager
def _open_in_scratch(open_engine: EngineOpener, scratch: Path | None) -> Iterator[Engine]:
    """Yield the engine, working in a temporary folder within `scratch`."""
    import tempfile
    from pathlib import Path

    with (
        tempfile.TemporaryDirectory(prefix="refmatter-", dir=scratch) as folder,
        open_engine(Path(folder) / "engine") as engine,
    ):
        yield engine
