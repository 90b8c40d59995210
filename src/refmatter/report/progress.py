"""How far a run is -> a moving bar on a terminal."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from refmatter.model import Rung
from refmatter.report.terminal import provider_name

_WORDS = {
    Rung.IDENTIFIER: "by identifier",
    Rung.CITING: "reference lists",
    Rung.TITLE: "by title",
    Rung.NAMESAKES: "namesakes",
}


class Bars:
    """A bar for each rung and provider, gone when the run is over. A context manager."""

    def __init__(self, console: Console) -> None:
        self._bars = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
            transient=True,
        )
        self._current = self._bars.add_task("reading the notes", total=None)

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

    def start(self, rung: Rung, provider: str, lookups: int) -> None:
        """A rung begins, for so many lookups."""
        self._bars.update(self._current, visible=False)
        words = f"{provider_name(provider)}, {_WORDS.get(rung, rung.value)}"
        self._current = self._bars.add_task(words, total=lookups)

    def advance(self, lookups: int) -> None:
        """So many of them are answered."""
        self._bars.advance(self._current, lookups)
