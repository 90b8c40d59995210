"""A catalogue, a build of it or a look-up in it -> what is told to people and machines."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from refmatter.catalog import manifest
from refmatter.catalog.coverage import CatalogCoverage, Share
from refmatter.catalog.dump import StagedFile
from refmatter.catalog.manifest import CatalogManifest, DataSource
from refmatter.catalog.search import SearchHit
from refmatter.matching import precedence
from refmatter.model import Accepted, Resolution
from refmatter.report.labels import plain
from refmatter.report.screen import Surface

SHOWN = 10
"""Bad records and files of no known kind that are named; the others are counted."""


class Spinner:
    """How far a build is, on a terminal. A context manager; all goes away when it is over."""

    def __init__(self, console: Console) -> None:
        self._bars = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            TimeElapsedColumn(),
            console=console,
            transient=True,
        )
        self._task = self._bars.add_task("")
        self._name = ""
        self._entries = 0

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bars.stop()

    def begin(self, path: Path) -> None:
        """This file is read now."""
        self._name = path.name
        self.read(0)

    def read(self, entries: int) -> None:
        """So many more entries were read."""
        self._entries += entries
        self.step(f"reading {plain(self._name, 60)}: {self._entries:,} entries")

    def step(self, what: str) -> None:
        """What is done now."""
        self._bars.update(self._task, description=what.replace("[", r"\["))


class SilentBuild:
    """Nobody is told."""

    def begin(self, path: Path) -> None:
        """Say nothing."""

    def read(self, entries: int) -> None:
        """Say nothing."""

    def step(self, what: str) -> None:
        """Say nothing."""


def show(
    folder: Path, made: CatalogManifest, screen: Surface, covered: CatalogCoverage | None = None
) -> None:
    """What a catalogue is made of, and on which terms."""
    screen.line(f"{folder}: {made.works:,} works out of {made.records:,} records", "bold")
    where = "the file for look-ups with it" if made.lookup else "no file for look-ups"
    screen.line(f"  built {made.built:%Y-%m-%d} by refmatter {made.tool}; {where}")
    if made.counts.origin:
        screen.line(f"  counts of {made.counts.origin}, as of {made.counts.released}")
    for each in made.origins:
        for line in _origin(each):
            screen.line(line)
    for line in _apart(made):
        screen.line(line)
    if covered is not None:
        screen.line(f"  of the notes' own titles: {_share(covered.notes)}")
        screen.line(f"  of the titles in reference lists alone: {_share(covered.references)}")


def _origin(each: DataSource) -> Iterator[str]:
    files = "1 file" if len(each.inputs) == 1 else f"{len(each.inputs):,} files"
    yield f"{each.name}, {each.released}: {each.kept:,} records of {files}"
    yield f"  {each.licence}: {each.attribution}"
    for reason, count in each.left.items():
        yield f"  left out: {count:,}, {plain(reason)}"
    if each.bad:
        yield f"  could not be read: {each.bad:,}"


def _apart(made: CatalogManifest) -> Iterator[str]:
    apart = made.apart
    if apart.many:
        yield f"not merged: {apart.many:,} groups of more records than one work has"
    if apart.contradict:
        yield f"not merged: {apart.contradict:,} groups whose identifiers contradict each other"
    if apart.crowded:
        yield f"not used: {apart.crowded:,} identifiers that too many titles have"


def _share(share: Share) -> str:
    if not share.titles:
        return "there are none"
    part = 100 * share.found / share.titles
    doubtful = share.known - share.found
    more = f", {doubtful:,} more are doubtful" if doubtful else ""
    return f"{share.found:,} of {share.titles:,} are found ({part:.0f} %){more}"


def trouble(staged: Sequence[StagedFile], unknown: Sequence[Path]) -> Iterator[str]:
    """What could not be read, at file and line, and what nobody knows."""
    shown = 0
    for each in staged:
        for line, reason in each.tally.shown[: SHOWN - shown]:
            where = each.dump.path if line is None else f"{each.dump.path}:{line}"
            yield f"{where}: {plain(reason)}"
            shown += 1
    total = sum(each.tally.bad for each in staged)
    if total > shown:
        yield f"and {total - shown:,} more records that could not be read"
    for path in unknown[:SHOWN]:
        yield f"{path}: passed over: no dump of a known kind"
    if len(unknown) > SHOWN:
        yield f"and {len(unknown) - SHOWN:,} more files of no known kind"


def as_json(
    folder: Path,
    made: CatalogManifest,
    covered: CatalogCoverage | None = None,
    staged: Sequence[StagedFile] = (),
    unknown: Sequence[Path] = (),
) -> str:
    """The same for machines: the manifest, and beside it what else is known."""
    said: dict[str, Any] = {"catalog": str(folder), **manifest.as_json(made)}
    if staged:
        said["bad"] = [
            {"file": str(each.dump.path), "line": line, "reason": reason}
            for each in staged
            for line, reason in each.tally.shown
        ]
        said["unknown"] = [str(each) for each in unknown]
    if covered is not None:
        said["coverage"] = {
            name: {"titles": each.titles, "known": each.known, "found": each.found}
            for name, each in (("notes", covered.notes), ("references", covered.references))
        }
    return json.dumps(said, ensure_ascii=False, indent=2) + "\n"


def resolution(found: SearchHit) -> Resolution:
    """What a search found, as a title that was looked up is told."""
    decision = found.decision
    chosen = [m.candidate for m in decision.matches] if isinstance(decision, Accepted) else []
    return Resolution(
        lookup=found.lookup,
        decision=decision,
        identifiers=precedence.identifiers(chosen),
        values=precedence.values(chosen),
    )
