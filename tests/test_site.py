"""The site that `make docs` built: nothing is fetched from elsewhere, and it can be read."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from browser import CHROMIUM, Browser, browser

SITE = Path(os.environ.get("REFMATTER_SITE") or "no site").resolve()
PAGES = sorted(SITE.rglob("*.html"))
LOOKED_AT = ["README", "docs/configuration", "docs/commands", "docs/how-it-decides", "docs/data"]

pytestmark = pytest.mark.skipif(not PAGES, reason="`make docs` builds the site and looks at it")

_FETCHED = re.compile(
    r"<(?:script|img|iframe|source|video|audio|embed)\b[^>]*?\ssrc=[\"']([^\"']+)"
    r"|<link\b(?![^>]*rel=[\"'](?:next|prev|search|index|author))[^>]*?\shref=[\"']([^\"']+)"
)
_NAMED = re.compile(r"url\(\s*[\"']?([^\"')]+)|@import\s+[\"']([^\"']+)")


def _elsewhere(pattern: re.Pattern[str], text: str) -> list[str]:
    found = ("".join(each) for each in pattern.findall(text))
    return [url for url in found if urlsplit(url).scheme not in ("", "data") or url[:2] == "//"]


def test_pages_and_styles_fetch_nothing_from_elsewhere() -> None:
    for file in [*PAGES, *SITE.rglob("*.css")]:
        text = file.read_text("utf-8")
        assert _elsewhere(_NAMED if file.suffix == ".css" else _FETCHED, text) == [], file


def test_what_is_looked_for_would_be_found() -> None:
    page = '<script async src="https://x.example/a.js"></script><link href="//x.example/a.css">'
    assert len(_elsewhere(_FETCHED, page)) == 2
    style = "@import 'https://x.example/a.css'; a { src: url(https://x.example/font.woff2) }"
    assert len(_elsewhere(_NAMED, style)) == 2


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("there is no Chromium here")
    with browser(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("name", LOOKED_AT)
def test_a_page_in_a_browser(chromium: Browser, name: str, width: int, dark: bool) -> None:
    chromium.open(SITE / f"{name}.html", width=width, dark=dark)
    assert chromium.tell("document.documentElement.scrollWidth <= window.innerWidth")
    asked = [e for e in chromium.heard if e.get("method") == "Network.requestWillBeSent"]
    schemes = {urlsplit(each["params"]["request"]["url"]).scheme for each in asked}
    assert schemes <= {"file", "data"}
    complaints = ("Log.entryAdded", "Runtime.consoleAPICalled", "Runtime.exceptionThrown")
    assert [each for each in chromium.heard if each.get("method") in complaints] == []
    background = chromium.tell("getComputedStyle(document.body).backgroundColor")
    assert (sum(map(int, re.findall(r"\d+", background)[:3])) < 3 * 128) is dark


def test_the_first_page_leads_to_the_readme_and_that_to_every_page(chromium: Browser) -> None:
    assert 'url=README.html"' in (SITE / "index.html").read_text()
    chromium.open(SITE / "README.html", width=1280, dark=False)
    bar = "[...document.querySelectorAll('.sidebar-tree a')].map(each => each.href)"
    listed = {Path(urlsplit(url).path.partition("#")[0]) for url in chromium.tell(bar)}
    made = {SITE / f"{name}.html" for name in ("README", "index", "search", "genindex")}
    assert listed == set(PAGES) - made
