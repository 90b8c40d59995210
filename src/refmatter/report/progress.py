"""How far a run is -> a moving bar on a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from refmatter.model import Rung
from refmatter.report.terminal import provider_name

_WORDS = {
    Rung.IDENTIFIER: "by identifier",
    Rung.CITING: "reference lists",
    Rung.TITLES: "by titles, many at a time",
    Rung.TITLE: "by title",
    Rung.NAMESAKES: "namesakes",
    Rung.LISTS: "reference lists of namesakes",
}


class Bars:
    """A bar for each provider of the rung that is climbed. A context manager; the bars go away
    when the run is over."""

    def __init__(self, console: Console) -> None:
        self._bars = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
            transient=True,
        )
        self._lanes = {"": self._bars.add_task("reading the notes", total=None)}

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

    def start(self, lanes: Sequence[tuple[Rung, str, int]]) -> None:
        """Lanes set out together: a rung, a provider, and how many lookups."""
        for done in self._lanes.values():
            self._bars.update(done, visible=False)
        self._lanes = {}
        for rung, provider, lookups in lanes:
            words = f"{provider_name(provider)}, {_WORDS.get(rung, rung.value)}"
            self._lanes[provider] = self._bars.add_task(words, total=lookups)

    def advance(self, provider: str, lookups: int) -> None:
        """So many of those that a provider was asked for are answered."""
        self._bars.advance(self._lanes[provider], lookups)
