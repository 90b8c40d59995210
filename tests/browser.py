"""A headless Chromium, spoken to over a pipe (the DevTools protocol), for looking at a page."""

from __future__ import annotations

import contextlib
import json
import os
import select
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
"""Where the browser is; None where there is none."""
_MOVED = """
import fcntl, os, sys
read, write = (fcntl.fcntl(int(each), fcntl.F_DUPFD, 10) for each in sys.argv[1:3])
os.dup2(read, 3)
os.dup2(write, 4)
os.execv(sys.argv[3], sys.argv[3:])
"""
"""Gives a program the two ends of its pipes under the numbers that it looks for."""


@dataclass(slots=True)
class Browser:
    """An open page. `heard` are the events so far: what it logs, throws and asks the network."""

    asking: int
    answering: int
    session: str = ""
    heard: list[dict[str, Any]] = field(default_factory=list)
    _asked: int = 0
    _buffer: bytes = b""

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        """The result of a command; what happens meanwhile is kept."""
        self._asked += 1
        said = {"id": self._asked, "method": method, "params": params}
        said |= {"sessionId": self.session} if self.session else {}
        os.write(self.asking, json.dumps(said).encode() + b"\0")
        while (answer := self._next()).get("id") != self._asked:
            self.heard.append(answer)
        result: dict[str, Any] = answer["result"]
        return result

    def open(self, page: Path, *, width: int, dark: bool) -> None:
        """Load a page in a window of so many pixels, and wait until it is there."""
        self.ask(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=900, deviceScaleFactor=1, mobile=width < 600,
        )  # fmt: skip
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.ask("Emulation.setEmulatedMedia", features=[scheme])
        self.heard.clear()
        self.ask("Page.navigate", url=page.as_uri())
        while not any(each.get("method") == "Page.loadEventFired" for each in self.heard):
            self.heard.append(self._next())

    def tell(self, expression: str) -> Any:
        """What a JavaScript expression is, on the page."""
        said = self.ask("Runtime.evaluate", expression=expression, returnByValue=True)
        return said["result"].get("value")

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            ready, _, _ = select.select([self.answering], [], [], 60)
            assert ready, "the browser does not answer"
            more = os.read(self.answering, 1 << 16)
            assert more, "the browser is gone"
            self._buffer += more
        one, _, self._buffer = self._buffer.partition(b"\0")
        message: dict[str, Any] = json.loads(one)
        return message


@contextlib.contextmanager
def browser(profile: Path) -> Iterator[Browser]:
    """A browser with an empty page; ended with the block. It reads descriptor 3, writes 4."""
    assert CHROMIUM
    theirs, asking = os.pipe()
    answering, ours = os.pipe()
    command = [
        CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe",
        "--disable-dev-shm-usage", "--no-first-run", f"--user-data-dir={profile}",
    ]  # fmt: skip
    with subprocess.Popen(
        [sys.executable, "-c", _MOVED, str(theirs), str(ours), *command],
        pass_fds=(theirs, ours),
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            os.close(theirs)
            os.close(ours)
            page = Browser(asking, answering)
            target = page.ask("Target.createTarget", url="about:blank")["targetId"]
            attached = page.ask("Target.attachToTarget", targetId=target, flatten=True)
            page.session = attached["sessionId"]
            for domain in ("Page", "Log", "Runtime", "Network"):
                page.ask(f"{domain}.enable")
            yield page
        finally:
            process.terminate()
            os.close(asking)
            os.close(answering)
