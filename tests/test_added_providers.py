"""Providers of other packages, which an entry point of `refmatter.providers` adds."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import EntryPoint
from pathlib import Path
from threading import Thread
from types import ModuleType

import pytest
import yaml

from refmatter.model import Rung
from refmatter.providers import dblp
from refmatter.providers.base import ProviderInfo
from refmatter.registry import GROUP, PROVIDERS, added_providers

ROOT = Path(__file__).parents[1]
TITLE = "Shelving of Many Printed Volumes in Narrow Rooms"
MODULE = '''
"""A provider in one file, as another package may have it."""

import json

from refmatter.model import Failure, Limits, Query, Rung, Trouble, Work
from refmatter.providers.base import ProviderInfo

INFO = ProviderInfo(
    name="shelf",
    label="The Shelf",
    homepage="https://shelf.example/",
    terms="CC BY 4.0",
    host="https://shelf.example",
    rungs={Rung.TITLE_SEARCH: (1,)},
    api_key_env="SHELF_KEY",
)


def headers(key):
    return {"Accept": "application/json"}


def limits(key, contact):
    return Limits()


def limits_from_headers(headers):
    return Limits()


def queries(rung, lookups, size=None):
    return [Query("shelf", rung, (each,), "/find", (("q", each.title),)) for each in lookups]


def read(query, answer):
    if answer.status != 200:
        return Failure("shelf", query.rung, Trouble.BROKEN, f"answered {answer.status}")
    works = json.loads(answer.body)
    found = [Work(w["title"], tuple(w["authors"]), w["year"], w["venue"]) for w in works]
    return {query.about[0].key: tuple(found)}


def is_cacheable(query, answer):
    return answer.status == 200
'''


class Shelf(BaseHTTPRequestHandler):
    """The service that the provider asks: it knows one work."""

    def do_GET(self) -> None:
        work = {"title": TITLE, "authors": ["Ada Lender"], "year": 2011, "venue": "Rooms"}
        body = json.dumps([work]).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Write nothing."""


@pytest.fixture
def address() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Shelf)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


class Installed:
    """A folder of packages on the path of a refmatter that runs in a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def add(self, module: str) -> None:
        """Put the package with the provider `shelf` there."""
        info = self.folder / "refmatter_shelf-1.0.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: refmatter-shelf\nVersion: 1\n")
        (info / "entry_points.txt").write_text(f"[{GROUP}]\nshelf = shelf_provider\n")
        (self.folder / "shelf_provider.py").write_text(module)

    def run(self, *command: object) -> subprocess.CompletedProcess[str]:
        paths = (self.folder, ROOT / "src")
        return subprocess.run(
            [sys.executable, *map(str, command)],
            check=False, capture_output=True, text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, paths)), "NO_PROXY": "*"},
        )  # fmt: skip

    def refmatter(self, *arguments: object) -> subprocess.CompletedProcess[str]:
        return self.run("-m", "refmatter", *arguments)


@pytest.fixture
def installed(tmp_path: Path) -> Installed:
    return Installed(tmp_path / "packages")


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "a.md").write_text(
        f"---\ntitle: {TITLE}\nauthors: [Ada Lender]\nyear: 2011\nvenue:\ntags: [paper]\n---\n"
    )
    return folder


def configure(vault: Path, address: str, **more: object) -> None:
    """Write a config.yaml by which only the added provider is asked, at this address."""
    others = {name: {"enabled": False} for name in (*PROVIDERS, "catalog")}
    providers = {**others, "shelf": {"base_url": address}}
    settings = {"providers": providers, "cache": {"dir": "cache"}, **more}
    (vault / "config.yaml").write_text(yaml.safe_dump(settings))


def test_a_provider_of_another_package_works_from_the_answer_to_the_report(
    installed: Installed, vault: Path, address: str, tmp_path: Path
) -> None:
    installed.add(MODULE)
    configure(vault, address)
    markdown, data = tmp_path / "report.md", tmp_path / "report.json"
    done = installed.refmatter("enrich", vault, "-v", "--report", markdown, "--json", data)
    assert done.returncode == 0, done.stderr
    assert "venue: Rooms\n" in (vault / "a.md").read_text()
    assert "venue (The Shelf)" in done.stdout
    assert "[The Shelf](https://shelf.example/) (CC BY 4.0)" in markdown.read_text()
    assert json.loads(data.read_text())["requests"] == {"shelf": 1}
    assert "The Shelf" in installed.refmatter("why", vault / "a.md").stdout


def test_doctor_looks_at_it(installed: Installed, vault: Path, address: str) -> None:
    installed.add(MODULE)
    configure(vault, address)
    lines = installed.refmatter("doctor", vault).stdout.splitlines()
    (line,) = [line for line in lines if "The Shelf" in line]
    assert line.startswith("ok")


def test_schema_and_documentation_name_it(installed: Installed) -> None:
    installed.add(MODULE)
    schema = json.loads(installed.refmatter("config", "--schema").stdout)
    settings = schema["$defs"]["ProviderSettings"]["properties"]["shelf"]["default"]
    assert settings["api_key_env"] == "SHELF_KEY"
    assert "shelf" in schema["$defs"]["StepSettings"]["properties"]["ask"]["items"]["enum"]
    page = installed.run(ROOT / "scripts" / "write_configuration.py").stdout
    (row,) = [line for line in page.splitlines() if line.startswith("| `shelf` |")]
    assert "The Shelf" in row
    assert "`https://shelf.example`" in row


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    ("order", "venue"), [(["shelf"], "venue: Rooms\n"), (["dblp"], "venue:\n")]
)
def test_ladder_and_precedence_may_name_it(
    installed: Installed, vault: Path, address: str, order: list[str], venue: str
) -> None:
    installed.add(MODULE)
    ladder = [{"rung": "title_search", "ask": ["shelf"]}]
    configure(vault, address, ladder=ladder, precedence={"venue": order})
    assert installed.refmatter("enrich", vault).returncode == 0
    assert venue in (vault / "a.md").read_text()


def test_one_that_cannot_be_used_stops_what_would_ask_it(
    installed: Installed, vault: Path, address: str
) -> None:
    installed.add(MODULE.replace("def queries(", "def query("))
    configure(vault, address)
    done = installed.refmatter("enrich", vault)
    assert done.returncode == 2
    assert "refmatter-shelf" in done.stderr
    assert "queries" in done.stderr
    assert installed.refmatter("lint", vault).returncode == 0
    doctor = installed.refmatter("doctor", vault)
    assert doctor.returncode != 0
    assert "refmatter-shelf" in doctor.stdout


def module(info: object, *missing: str) -> ModuleType:
    """A module with the functions of a provider, but for those that are missing."""
    made = ModuleType("made_provider")
    for name in ("headers", "limits", "limits_from_headers", "queries", "read", "is_cacheable"):
        if name not in missing:
            setattr(made, name, getattr(dblp, name))
    if info is not None:
        made.__dict__["INFO"] = info
    return made


def info(name: str = "shelf", **more: object) -> ProviderInfo:
    rungs = more.get("rungs", {Rung.TITLE_SEARCH: (1,)})
    assert isinstance(rungs, dict)
    return ProviderInfo(name, "The Shelf", "https://shelf.example/", "CC0", rungs=rungs)


@pytest.mark.parametrize(
    ("name", "made", "missing"),
    [
        ("shelf", module(None), "INFO"),
        ("shelf", module({"name": "shelf"}), "ProviderInfo"),
        ("shelf", module(info("other")), "other"),
        ("shelf", module(info(), "is_cacheable", "read"), "read, is_cacheable"),
        ("shelf", module(info(rungs={})), "rungs"),
        ("shelf", module(info(rungs={Rung.LEDGER: (1,)})), "rungs"),
        ("shelf", module(info(rungs={Rung.TITLE_SEARCH: ()})), "rungs"),
        ("openalex", module(info("openalex")), "taken"),
        ("catalog", module(info("catalog")), "taken"),
        ("The Shelf", module(info("The Shelf")), "lower case"),
    ],
)
def test_what_is_wrong_with_one_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, made: ModuleType, missing: str
) -> None:
    monkeypatch.setitem(sys.modules, "made_provider", made)
    providers, problems = added_providers([EntryPoint(name, "made_provider", GROUP)])
    assert providers == {}
    assert list(problems) == [name]
    assert missing in problems[name]


def test_the_others_are_used_beside_a_broken_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "made_provider", module(info()))
    found = [
        EntryPoint("shelf", "made_provider", GROUP),
        EntryPoint("gone", "no_such_module_anywhere", GROUP),
    ]
    providers, problems = added_providers(found)
    assert list(providers) == ["shelf"]
    assert "no_such_module_anywhere" in problems["gone"]
    again, taken = added_providers([found[0], found[0]])
    assert list(again) == list(taken) == ["shelf"]
