"""Vaults that other people might have, the works that they name, and runs on them."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from benchmarks import library
from house import house
from scholar import Corpus, Record
from support import ROOT, snapshot

VAULTS = Path(__file__).parent / "identity" / "vaults"
WAYS = ("offline", "online")
"""With the bundled catalogue alone, and with the stand-in for the services beside it."""
ALL_WAYS = (*WAYS, "offline, likely", "online, likely")
"""The same, and with matches written that are only likely."""
_SCHEMA = (ROOT / "config.schema.json").read_text("utf-8")
WRITE = "auto_write" if '"auto_write"' in _SCHEMA else "write"
"""What the setting for that is called."""


@dataclass(frozen=True, slots=True)
class Runs:
    """The notes of a vault: before, after a first run, and after a second with its ledger."""

    before: Mapping[str, bytes]
    first: Mapping[str, bytes]
    second: Mapping[str, bytes]


@cache
def bundled() -> tuple[Record, ...]:
    """Every work of the bundled catalogue, as the services would know it."""
    return tuple(library.bundled())


@cache
def corpus() -> Corpus:
    """The services' corpus of these works; made once, since its indexes take a while."""
    return Corpus(bundled())


def runs(name: str, way: str, folder: Path) -> Runs:
    """Run twice on a copy of a vault of `VAULTS`, with the ledger between."""
    service, _, tier = way.partition(", ")
    settings = {"match": {WRITE: tier}} if tier else {}
    with house(folder, corpus() if service == "online" else None, **settings) as home:
        shutil.copytree(VAULTS / name, home.notes, dirs_exist_ok=True)
        options = () if service == "online" else ("--offline",)
        states = [snapshot(home.notes)]
        for _ in range(2):
            ran = home.enrich(*options)
            assert ran.code in (0, 3), ran.err
            states.append(snapshot(home.notes))
    return Runs(*states)
