"""The HTML report in a real browser: nothing is asked, nothing complains, nothing sticks out."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from browser import CHROMIUM, Browser, browser
from refmatter.report.html import render
from refmatter.report.report_model import build_report
from reporting import made_of, small

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here")

LONG = "Anunbrokenwordthatislongerthanaphoneiswide" * 5
HOSTILE = "<script>document.title='gone'</script><img src=https://evil.example/x onerror=alert(1)>"


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browser(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


@pytest.mark.parametrize("width", [1200, 390])
@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("text", ["", LONG, HOSTILE])
def test_a_page_in_a_browser(
    chromium: Browser, tmp_path: Path, text: str, width: int, dark: bool
) -> None:
    page = tmp_path / "report.html"
    page.write_text(render(build_report(made_of(text) if text else small())), "utf-8")
    chromium.open(page, width=width, dark=dark)
    chromium.tell("document.querySelectorAll('details').forEach(each => each.open = true)")
    assert chromium.tell("document.documentElement.scrollWidth <= window.innerWidth")
    assert chromium.tell("document.title.endsWith('refmatter')")
    assert chromium.tell("document.scripts.length + document.images.length") == 0
    background = chromium.tell("getComputedStyle(document.body).backgroundColor")
    assert background == ("rgb(22, 24, 26)" if dark else "rgb(253, 253, 251)")
    asked = [e for e in chromium.heard if e.get("method") == "Network.requestWillBeSent"]
    assert [each["params"]["request"]["url"] for each in asked] == [page.as_uri()]
    complaints = ("Log.entryAdded", "Runtime.consoleAPICalled", "Runtime.exceptionThrown")
    assert [each for each in chromium.heard if each.get("method") in complaints] == []


CONTRAST = """
(() => {
  const channel = v => (v /= 255) <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
  const light = c => { const [r, g, b] = c.match(/[\\d.]+/g).map(Number).map(channel);
                       return .2126 * r + .7152 * g + .0722 * b; };
  const behind = e => { for (; e; e = e.parentElement) {
    const c = getComputedStyle(e).backgroundColor; if (!/, 0\\)$/.test(c)) return c; } };
  const worst = [...document.body.querySelectorAll('*')]
    .filter(e => [...e.childNodes].some(n => n.nodeType == 3 && n.data.trim()))
    .map(e => { const a = light(getComputedStyle(e).color), b = light(behind(e));
                return (Math.max(a, b) + .05) / (Math.min(a, b) + .05); });
  return Math.min(...worst);
})()
"""
"""The least contrast of a text to what is behind it, as WCAG 2 reckons it."""


@pytest.mark.parametrize("dark", [False, True])
def test_every_text_can_be_made_out(chromium: Browser, tmp_path: Path, dark: bool) -> None:
    page = tmp_path / "report.html"
    page.write_text(render(build_report(small())), "utf-8")
    chromium.open(page, width=1200, dark=dark)
    assert chromium.tell(CONTRAST) >= 4.5  # WCAG 2, level AA
