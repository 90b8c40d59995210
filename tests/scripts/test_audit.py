"""The audit asks pip-audit itself, and that a stand-in for the advisory service."""

from __future__ import annotations

import importlib.util
import json
import re
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from flaky import unused_url
from support import absent

pytestmark = pytest.mark.unmeasured

ROOT = Path(__file__).parents[2]
LOCK = f"diskcache==5.6.3 \\\n    --hash=sha256:{'0' * 64}\n"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("audit", ROOT / "scripts/audit.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    path = tmp_path / "requirements.lock"
    path.write_text(LOCK)
    return path


@contextmanager
def service(*flaws: str, silent: bool = False) -> Iterator[str]:
    """The URL of an advisory service that says this of every package, or never answers."""
    ended = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            if silent:
                ended.wait()
                return
            body = json.dumps({"vulns": [advisory(each) for each in flaws]}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            ended.set()
            server.shutdown()


def advisory(name: str) -> dict[str, Any]:
    package = {"name": "diskcache", "ecosystem": "PyPI"}
    ranges = [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "9.9"}]}]
    return {"id": f"GHSA-of-{name}", "aliases": [name], "summary": "bad",
            "published": "2026-02-11T00:00:00Z",
            "affected": [{"package": package, "ranges": ranges}]}  # fmt: skip


def audited(script: ModuleType, lock: Path, url: str, *more: str) -> int:
    return int(script.main([str(lock), "--vulnerability-service", "osv", "--osv-url", url, *more]))


def test_what_is_not_accepted_fails_and_what_is_does_not(
    script: ModuleType, lock: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with service("CVE-2025-69872", "CVE-2099-1") as url:
        assert audited(script, lock, url) == 1
    out = capsys.readouterr().out
    (found,) = [line for line in out.splitlines() if line.startswith("vulnerable: ")]
    assert absent(found, "diskcache 5.6.3: CVE-2099-1", "9.9") == []
    assert absent(out, "1 of 1 packages", "1 vulnerabilities") == []
    assert "5.6.3: CVE-2025-69872" not in out
    with service("CVE-2025-69872") as url:
        assert audited(script, lock, url) == 0
    assert "accepted: CVE-2025-69872 of diskcache: " in capsys.readouterr().out


@pytest.mark.parametrize("silent", [True, False])
def test_a_service_that_cannot_be_asked_costs_one_line(
    script: ModuleType, lock: Path, silent: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    if silent:
        with service(silent=True) as url:
            assert audited(script, lock, url, "--seconds", "0.5") == 0
    else:
        assert audited(script, lock, unused_url()) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith("not audited: ")


def test_an_audit_that_fails_by_itself_is_no_outage(
    script: ModuleType, lock: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lock.write_text("diskcache==5.6.3\n")
    assert audited(script, lock, unused_url()) == 2
    assert "hash" in capsys.readouterr().out


def test_packages_that_the_service_does_not_know_are_named(script: ModuleType) -> None:
    known, unknown = {"name": "a", "version": "1", "vulns": []}, {"name": "b", "skip_reason": "?"}
    code, lines = script.told({"dependencies": [known, unknown]})
    assert code == 0
    assert absent(lines[0], "1 of 2 packages", "0 vulnerabilities") == []
    assert absent(lines[1], "not audited", "b") == []
    with pytest.raises(script.Unaudited, match=r"\bnone of the 1 packages"):
        script.told({"dependencies": [unknown]})


def test_what_is_accepted_is_a_dependency_with_a_test_that_holds_it(script: ModuleType) -> None:
    names = re.findall(r"^([a-z0-9-]+)==", (ROOT / "requirements.lock").read_text(), re.MULTILINE)
    for each in script.ACCEPTED.values():
        assert each.package in names
        path, _, test = each.test.partition("::")
        assert f"def {test}(" in (ROOT / path).read_text()
