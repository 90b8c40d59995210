"""Show the progress of a run on a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from types import TracebackType
from typing import Self

from rich.console import Console, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from refmatter.model import Rung
from refmatter.report.labels import provider_name, rung_name
from refmatter.resolve.context import RequestCounter

_WORDS = {
    Rung.IDENTIFIER: "by identifier",
    Rung.CITING_REFERENCES: "reference lists",
    Rung.TITLE_BATCH: "by titles, many at a time",
    Rung.TITLE_SEARCH: "by title",
    Rung.SAME_TITLE_SEARCH: "namesakes",
    Rung.COMPARE_REFERENCES: "reference lists of namesakes",
}


class ProgressBars:
    """A line on what is settled, and a bar for each provider of the rung that is climbed, with
    the requests and the waiting that it took so far and the time that it may still take. A
    context manager; all goes away when the run is over."""

    def __init__(self, console: Console) -> None:
        self._display = _Picture(
            TextColumn("{task.description}"),
            BarColumn(bar_width=12),
            MofNCompleteColumn(),
            TextColumn("{task.fields[spent]}"),
            TimeRemainingColumn(),
            console=console,
            transient=True,
        )
        self._tasks = {"": self._display.add_task("reading the notes", total=None, spent="")}
        self._services: Mapping[str, RequestCounter] = {}
        self._notes = 0
        self._resolved: Counter[Rung] = Counter()

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

    def begin(self, notes: int, services: Mapping[str, RequestCounter]) -> None:
        """Show that so many notes were read; `services` count the requests."""
        self._notes, self._services = notes, services

    def resolved(self, rung: Rung, lookups: int, left: int) -> None:
        """Add the lookups that a rung resolved; `left` are still open."""
        self._resolved[rung] += lookups
        counts = ", ".join(f"{rung_name(rung)} {n}" for rung, n in self._resolved.items() if n > 0)
        self._display.head = (
            f"{self._notes} notes: {self._resolved.total()} titles settled"
            f"{f' ({counts})' if counts else ''}, {left} open"
        )

    def start(self, requests: Sequence[tuple[Rung, str, int]]) -> None:
        """Show a bar for each request: a rung, a provider, and the number of lookups."""
        for done in self._tasks.values():
            self._display.update(done, visible=False)
        self._tasks = {}
        for rung, provider, lookups in requests:
            words = f"{provider_name(provider)}, {_WORDS.get(rung, rung_name(rung))}"
            self._tasks[provider] = self._display.add_task(
                words, total=lookups, spent=self._requests_text(provider)
            )

    def advance(self, provider: str, lookups: int) -> None:
        """Move a provider's bar on by so many answered lookups."""
        self._display.update(
            self._tasks[provider], advance=lookups, spent=self._requests_text(provider)
        )

    def _requests_text(self, provider: str) -> str:
        service = self._services.get(provider)
        if service is None:
            return ""
        waited = f", {service.waited:.0f} s waited" if service.waited >= 1 else ""
        return f"{service.requests} asked{waited}"


class _Picture(Progress):
    """Bars below a line of text."""

    head = ""

    def get_renderables(self) -> Iterable[RenderableType]:
        """Return the line, where there is one yet, and the bars."""
        if self.head:
            yield Text(self.head, no_wrap=True, overflow="ellipsis")
        yield from super().get_renderables()
