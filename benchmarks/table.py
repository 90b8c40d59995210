"""Figures and what they should be -> a plain table, and JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TypeAlias

Figure: TypeAlias = float | str | dict[str, int]


@dataclass(frozen=True, slots=True)
class Row:
    """A figure, its target in words, and whether it is reached (None: there is no target).
    What `must` hold makes the benchmark fail."""

    what: str
    figure: Figure
    target: str = ""
    holds: bool | None = None
    must: bool = False

    @property
    def broken(self) -> bool:
        """Whether the benchmark fails for it."""
        return self.must and self.holds is False


@dataclass(slots=True)
class Case:
    """A benchmark's rows."""

    name: str
    rows: list[Row] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def say(self, what: str, figure: Figure) -> None:
        """A figure without a target."""
        self.rows.append(Row(what, figure))

    def at_most(self, what: str, figure: float, most: float, *, must: bool = False) -> None:
        """A figure that should not be larger."""
        target = f"{most:g}" if most == 0 else f"<= {most:g}"
        self.rows.append(Row(what, figure, target, figure <= most, must))


def show(case: Case) -> None:
    """Print a case's rows."""
    print(f"\n{case.name}")
    for row in case.rows:
        verdict = {None: "", True: "ok", False: "MUST HOLD AND DOES NOT" if row.must else "missed"}
        print(f"  {row.what:<46} {shown(row.figure):>12}  {row.target:<8} {verdict[row.holds]}")
    for remark in case.remarks:
        print(f"    {remark}")


def shown(figure: Figure) -> str:
    """A figure in as many digits as it is worth."""
    if isinstance(figure, dict):
        return ", ".join(f"{name} {count}" for name, count in figure.items()) or "none"
    if isinstance(figure, float):
        return f"{figure:.2f}"
    return str(figure)


def save(file: Path, about: dict[str, object], cases: Sequence[Case]) -> None:
    """Write all of it as JSON."""
    said = about | {"cases": [asdict(case) for case in cases]}
    file.write_text(json.dumps(said, indent=2, ensure_ascii=False) + "\n")
