"""A half of the catalogue and a seed -> the generated cases, about 5,000.

Made once for each state of this folder's code, then read from `build/matching`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from itertools import chain
from pathlib import Path

from benchmarks.matching.case import Case
from benchmarks.matching.distorted import hole, noise
from benchmarks.matching.draw import Draw, library
from benchmarks.matching.negatives import headings_and_garbage, neg, twin
from benchmarks.matching.works import Half, catalogue_file

HERE = Path(__file__).parent
BUILD = HERE.parents[1] / "build" / "matching"
MAKERS = (
    "cases", "damage", "distorted", "draw", "hints", "inventions", "junk", "negatives", "noise",
    "retrieval", "rewording", "spelling", "twins", "works",
)  # fmt: skip
"""The modules that decide what the cases are."""


def cases(half: Half, seed: int) -> list[Case]:
    """The cases of a half and a seed, the same each time. Raises NoCatalogueError."""
    kept = BUILD / f"{half}-{seed}-{_state()}.jsonl"
    if kept.is_file():
        return _read(kept)
    draw = Draw(library(), half, seed)
    # The rare pairs first, so that no other class uses them up.
    made = list(chain(neg(draw), twin(draw), noise(draw), hole(draw), headings_and_garbage(draw)))
    _keep(kept, made)
    return made


def _state() -> str:
    """A name for the code and the catalogue that the cases come from."""
    digest = hashlib.sha256(str(catalogue_file().stat().st_size).encode())
    for name in MAKERS:
        digest.update((HERE / f"{name}.py").read_bytes())
    return digest.hexdigest()[:12]


def _read(path: Path) -> list[Case]:
    with path.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [Case(group, kind, question, frozenset(right)) for group, kind, question, right in rows]


def _keep(path: Path, made: Iterable[Case]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = ([case.group, case.kind, case.question, sorted(case.right)] for case in made)
    part = path.with_suffix(".part")
    part.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    part.replace(path)
