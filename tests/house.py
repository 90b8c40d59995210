"""A vault in a folder of its own and the command run on it, as a person would."""

from __future__ import annotations

import contextlib
import io
import json
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator

from ledger_text import decisions
from refmatter import commands
from scholar import Corpus, Server, serve
from scholar.server import SERVICES
from support import ROOT

_SCHEMA = Draft202012Validator(json.loads((ROOT / "docs" / "report.schema.json").read_text()))


@dataclass(frozen=True, slots=True)
class Said:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str


class _Plain(yaml.SafeDumper):
    """Writes a value out wherever it stands: a configuration takes no aliases."""

    def ignore_aliases(self, _data: object) -> bool:
        return True


@dataclass(slots=True)
class House:
    """A folder with a vault `notes`, a config.yaml and whatever comes of running on it."""

    folder: Path
    server: Server | None = None
    settings: dict[str, Any] = field(default_factory=dict)

    @property
    def notes(self) -> Path:
        return self.folder / "notes"

    @property
    def config(self) -> Path:
        return self.folder / "config.yaml"

    @property
    def ledger(self) -> Path:
        return self.folder / "refmatter.lock"

    def lines(self) -> dict[str, dict[str, Any]]:
        """The ledger's decisions by title."""
        return {line["title"]: line for line in decisions(self.ledger.read_text())}

    def put(self, name: str, text: str) -> Path:
        path = self.notes / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
        return path

    def take(self, files: Iterable[Path]) -> None:
        self.notes.mkdir(exist_ok=True)
        for file in files:
            shutil.copy(file, self.notes)

    def configure(self, **settings: Any) -> None:
        self.settings |= settings
        services: dict[str, Any] = {}
        for name in SERVICES:
            url = self.server.url(name) if self.server else "http://127.0.0.1:9"
            services[name] = {"base_url": url, "min_interval_seconds": 0}
        chosen = self.settings.get("providers", {})
        providers = {
            name: services.get(name, {}) | chosen.get(name, {}) for name in {*services, *chosen}
        }
        said = {"cache": {"dir": "cache"}} | self.settings | {"providers": providers}
        self.config.write_text(yaml.dump(said, Dumper=_Plain))

    def run(self, *arguments: str) -> Said:
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = commands.main(arguments)
        return Said(code, out.getvalue(), err.getvalue())

    def enrich(self, *options: str) -> Said:
        return self.run("enrich", str(self.notes), "--config", str(self.config), *options)

    def report(self, *options: str) -> dict[str, Any]:
        """The JSON report of a run, held to the published schema, and the exit code."""
        said = self.enrich("--json", "-", *options)
        report: dict[str, Any] = json.loads(said.out)
        _SCHEMA.validate(report)
        return report | {"code": said.code}


@contextlib.contextmanager
def house(folder: Path, corpus: Corpus | None = None, **settings: Any) -> Iterator[House]:
    """A house whose services are the stand-in; without a corpus nobody answers."""
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(serve(corpus)) if corpus else None
        made = House(folder, server)
        made.notes.mkdir(parents=True, exist_ok=True)
        made.configure(**settings)
        yield made
