"""Show a catalogue, the progress of its build, or a look-up in it, to people and machines."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from refmatter.catalog.coverage import CatalogCoverage, TitleCounts
from refmatter.catalog.dump import StagedFile
from refmatter.catalog.manifest import CatalogManifest, DataSource, as_json
from refmatter.catalog.search import SearchResult
from refmatter.matching import precedence
from refmatter.model import Accepted, Resolution
from refmatter.report.labels import plain
from refmatter.report.screen import Surface

MAX_SHOWN = 10
"""The most bad records, and the most unknown files, that are listed; the others are counted."""


class BuildSpinner:
    """The progress of a build on a terminal, removed at the end. A context manager."""

    def __init__(self, console: Console) -> None:
        self._display = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            TimeElapsedColumn(),
            console=console,
            transient=True,
        )
        self._task = self._display.add_task("")
        self._name = ""
        self._entries = 0

    def __enter__(self) -> Self:
        self._display.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._display.stop()

    def begin_file(self, path: Path) -> None:
        """Show the file that is read from now on."""
        self._name = path.name
        self.add_entries(0)

    def add_entries(self, entries: int) -> None:
        """Count and show entries that were read."""
        self._entries += entries
        self.begin_step(f"reading {plain(self._name, 60)}: {self._entries:,} entries")

    def begin_step(self, step: str) -> None:
        """Show the step that starts now."""
        self._display.update(self._task, description=step.replace("[", r"\["))


class SilentBuild:
    """Shows no progress."""

    def begin_file(self, path: Path) -> None:
        """Show nothing."""

    def add_entries(self, entries: int) -> None:
        """Show nothing."""

    def begin_step(self, step: str) -> None:
        """Show nothing."""


def print_catalog(
    folder: Path, manifest: CatalogManifest, screen: Surface, covered: CatalogCoverage | None = None
) -> None:
    """Show the contents of a catalogue, its terms, and how much of a vault it covers."""
    screen.line(f"{folder}: {manifest.works:,} works out of {manifest.records:,} records", "bold")
    where = "the file for look-ups with it" if manifest.lookup else "no file for look-ups"
    screen.line(f"  built {manifest.built:%Y-%m-%d} by refmatter {manifest.tool}; {where}")
    if manifest.counts.origin:
        screen.line(f"  counts of {manifest.counts.origin}, as of {manifest.counts.released}")
    for source in manifest.origins:
        for line in _source_lines(source):
            screen.line(line)
    for line in _not_merged_lines(manifest):
        screen.line(line)
    if covered is not None:
        screen.line(f"  of the notes' own titles: {_counts_text(covered.notes)}")
        screen.line(f"  of the titles in reference lists alone: {_counts_text(covered.references)}")


def _source_lines(source: DataSource) -> Iterator[str]:
    """Yield the lines for an origin: files, licence, credit, skipped and unreadable records."""
    files = "1 file" if len(source.inputs) == 1 else f"{len(source.inputs):,} files"
    yield f"{source.name}, {source.released}: {source.kept:,} records of {files}"
    yield f"  {source.licence}: {source.attribution}"
    for reason, count in source.left.items():
        yield f"  left out: {count:,}, {plain(reason)}"
    if source.bad:
        yield f"  could not be read: {source.bad:,}"


def _not_merged_lines(manifest: CatalogManifest) -> Iterator[str]:
    """Yield the lines for groups that were not merged and identifiers that were not used."""
    groups = manifest.apart
    if groups.many:
        yield f"not merged: {groups.many:,} groups of more records than one work has"
    if groups.contradict:
        yield f"not merged: {groups.contradict:,} groups whose identifiers contradict each other"
    if groups.crowded:
        yield f"not used: {groups.crowded:,} identifiers that too many titles have"


def _counts_text(share: TitleCounts) -> str:
    """Return how many titles of a vault were found, in words."""
    if not share.titles:
        return "none"
    part = 100 * share.found / share.titles
    doubtful = share.known - share.found
    suffix = f", {doubtful:,} more are ambiguous" if doubtful else ""
    return f"{share.found:,} of {share.titles:,} are found ({part:.0f} %){suffix}"


def problem_lines(staged: Sequence[StagedFile], unknown: Sequence[Path]) -> Iterator[str]:
    """Yield a line for each bad record, at file and line, and each file of unknown kind."""
    shown = 0
    for staged_file in staged:
        for line, reason in staged_file.tally.shown[: MAX_SHOWN - shown]:
            where = staged_file.dump.path if line is None else f"{staged_file.dump.path}:{line}"
            yield f"{where}: {plain(reason)}"
            shown += 1
    total = sum(staged_file.tally.bad for staged_file in staged)
    if total > shown:
        yield f"and {total - shown:,} more records that could not be read"
    for path in unknown[:MAX_SHOWN]:
        yield f"{path}: skipped: not a dump of a known kind"
    if len(unknown) > MAX_SHOWN:
        yield f"and {len(unknown) - MAX_SHOWN:,} more files of no known kind"


def catalog_json(
    folder: Path,
    manifest: CatalogManifest,
    covered: CatalogCoverage | None = None,
    staged: Sequence[StagedFile] = (),
    unknown: Sequence[Path] = (),
) -> str:
    """Return the manifest as JSON, with the coverage of a vault and the problems of a build."""
    content: dict[str, Any] = {"catalog": str(folder), **as_json(manifest)}
    if staged:
        content["bad"] = [
            {"file": str(staged_file.dump.path), "line": line, "reason": reason}
            for staged_file in staged
            for line, reason in staged_file.tally.shown
        ]
        content["unknown"] = [str(path) for path in unknown]
    if covered is not None:
        content["coverage"] = {
            name: {"titles": counts.titles, "known": counts.known, "found": counts.found}
            for name, counts in (("notes", covered.notes), ("references", covered.references))
        }
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def search_resolution(result: SearchResult) -> Resolution:
    """Return a search result as the resolution of a title, as a run would report it."""
    decision = result.decision
    chosen = [m.candidate for m in decision.matches] if isinstance(decision, Accepted) else []
    return Resolution(
        lookup=result.lookup,
        decision=decision,
        identifiers=precedence.identifiers(chosen),
        values=precedence.values(chosen),
    )
