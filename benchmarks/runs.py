"""A vault and a stand-in server -> the real command, run on it in a process of its own."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from benchmarks.standstill import StandStill

from ledger_text import decisions
from refmatter.config.loading import load
from refmatter.location import locate_vault
from refmatter.pipeline import enrich
from refmatter.report.json import render
from refmatter.report.report_model import build_report
from refmatter.run_model import Options
from refmatter.web.client import NetworkPolicy
from scholar import Entry, Server
from scholar.server import SERVICES

KEY = "SEMANTIC_SCHOLAR_API_KEY"
_KEYS = (KEY, "OPENALEX_API_KEY")
_ENDINGS = (0, 1, 3)
"""Exit codes of a run that came to its end."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What a run took, in seconds, what it reported, and what the server saw of it."""

    seconds: float
    report: dict[str, Any]
    log: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Home:
    """A folder with a vault, a config.yaml, a ledger and a cache."""

    folder: Path

    @property
    def notes(self) -> Path:
        """The folder of the notes."""
        return self.folder / "notes"

    @property
    def ledger(self) -> Path:
        """The ledger."""
        return self.folder / "refmatter.lock"

    @property
    def cache(self) -> Path:
        """The answers' folder."""
        return self.folder / "cache"

    def configure(self, server: Server, *, every: float | None = None, **said: object) -> None:
        """Write a config.yaml whose services are the stand-in, each at its own pace, or with
        `every` seconds between two requests."""
        pace = {} if every is None else {"min_interval_seconds": every}
        services = {name: {"base_url": server.url(name)} | pace for name in SERVICES}
        whole = {
            "providers": {"catalog": {"enabled": False}} | services,
            "cache": {"dir": "cache"},
        }
        text = yaml.safe_dump(whole | said, sort_keys=False)
        (self.folder / "config.yaml").write_text(text)

    def enrich(self, server: Server, *options: str, key: bool = False) -> Ran:
        """Run `refmatter enrich`, with or without a Semantic Scholar key."""
        before = len(server.log)
        report = self.folder / "report.json"
        command = [sys.executable, "-m", "refmatter", "enrich", str(self.notes), "--quiet"]
        command += ["--config", str(self.folder / "config.yaml"), "--json", str(report), *options]
        begun = time.perf_counter()
        done = subprocess.run(
            command, env=_environment(key=key), capture_output=True, text=True, check=False
        )
        seconds = time.perf_counter() - begun
        if done.returncode not in _ENDINGS:
            raise SystemExit(f"refmatter ended with {done.returncode}:\n{done.stderr}")
        return Ran(seconds, json.loads(report.read_text()), tuple(server.log[before:]))

    def enrich_here(self, server: Server, clock: StandStill, *, key: bool = False) -> Ran:
        """The same in this process and by a clock of its own."""
        before, begun = len(server.log), clock()
        place = locate_vault([self.notes], self.folder / "config.yaml")
        patience = NetworkPolicy(clock=clock, sleep=clock.sleep)
        with _keyed(key=key):
            done = enrich(place, load(place.config), Options(), policy=patience)
        report = json.loads(render(build_report(done)))
        return Ran(clock() - begun, report, tuple(server.log[before:]))

    def state(self) -> dict[str, str]:
        """A digest of each note and of the ledger."""
        files: Sequence[Path] = [*sorted(self.notes.rglob("*.md")), self.ledger]
        return {
            str(path.relative_to(self.folder)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in files
            if path.exists()
        }

    def lines(self) -> list[dict[str, Any]]:
        """The ledger's decisions."""
        return list(decisions(self.ledger.read_text()))


@contextmanager
def _keyed(*, key: bool) -> Iterator[None]:
    """The environment with a key for Semantic Scholar, or with none."""
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update(_environment(key=key))
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _environment(*, key: bool) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in _KEYS}
    return kept | {"NO_PROXY": "127.0.0.1"} | ({KEY: "any"} if key else {})
