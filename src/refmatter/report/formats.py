"""The formats of reports by name, each with its writer, which is loaded only when it is used."""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False  # as typing has it, without the time that importing typing takes
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path
    from typing import TypeAlias

    from refmatter.findings import Finding, FindingRule
    from refmatter.report.report_model import ReportModel

    RunWriter: TypeAlias = Callable[[ReportModel], str]
    FindingsWriter: TypeAlias = Callable[
        [Sequence[Finding], Sequence[FindingRule], Path], Iterator[str]
    ]


class RunFormat:
    """A format of a run's report: the function that writes it is `render` of `module`."""

    def __init__(self, module: str) -> None:
        """`module` is one of this package."""
        self.module = module

    def writer(self) -> RunWriter:
        """Return the function that turns a report into the text of its file."""
        writer: RunWriter = import_module(f"{__package__}.{self.module}").render
        return writer


class FindingsFormat:
    """A format of the findings of `lint` and `check`, written by `render` of `module`."""

    def __init__(self, label: str, module: str, *, for_people: bool = False) -> None:
        """`for_people` tells that people read standard output, so that a summary may stand there
        too."""
        self.label = label
        self.module = module
        self.for_people = for_people

    def writer(self) -> FindingsWriter:
        """Return the function that turns findings, the rules that were looked for and the vault's
        folder into lines."""
        writer: FindingsWriter = import_module(f"{__package__}.{self.module}").render
        return writer


RUN_FORMATS: Mapping[str, RunFormat] = {
    ".html": RunFormat("html"),
    ".md": RunFormat("markdown"),
    ".json": RunFormat("json"),
}
"""By the suffix of the report's file."""

FINDINGS_FORMATS: Mapping[str, FindingsFormat] = {
    "text": FindingsFormat("text", "findings", for_people=True),
    "github": FindingsFormat("GitHub annotations", "github", for_people=True),
    "json": FindingsFormat("JSON", "findings_json"),
    "sarif": FindingsFormat("SARIF", "sarif"),
}
"""By the name on the command line; the first one is the default."""


def either(names: Iterable[str]) -> str:
    """Return names as people list a choice: `a, b or c`."""
    *first, last = names
    return f"{', '.join(first)} or {last}"
