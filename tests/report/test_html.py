import re
from collections import Counter
from html.parser import HTMLParser
from urllib.parse import urlsplit

from hypothesis import example, given
from hypothesis import strategies as st

from refmatter.report import figures, sentences
from refmatter.report.html import render
from refmatter.report.labels import plain
from refmatter.report.report_model import build_report
from reporting import REMARK, doubting, made_of, ran, small
from support import SAME_TITLE, absent

HOSTS = {
    "www.semanticscholar.org", "doi.org", "arxiv.org", "aclanthology.org", "openalex.org",
    "dblp.org", "www.crossref.org",
}  # fmt: skip
"""Where links may lead."""
VOID = {"meta", "br", "rect"}


class Page(HTMLParser):
    """The tags of a page, its links, and the texts between tags, in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.attributes: Counter[str] = Counter()
        self.links: list[str] = []
        self.texts: list[str] = []
        self.open: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes.update(name for name, _ in attrs)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if data.strip() and self.open[-1] != "style":
            self.texts.append(" ".join(data.split()))


def page(text: str) -> Page:
    return Page(render(build_report(made_of(text))))


PLAIN = page("word")
HOSTILE = (
    "<script>alert(1)</script>",
    "\"'><img src=x onerror=alert(1)>",
    "javascript:alert(1)",
    "{{ 7 * 7 }}{% raw %}",
    "</style></title><!--",
    "&lt;b&gt; &amp; &",
    "\ud800 \u202e \x1b[2J\x00",
    "//evil.example/?q=\\..",
)


def test_a_small_report_says_all_of_it() -> None:
    said = Page(render(build_report(small())))
    assert said.open == []
    (files,) = said.texts[4:5]
    assert files.endswith(f"; {sentences.requests_text(build_report(small()))}.")
    assert absent(files, "3 paper notes", "3 files") == []
    assert said.texts[:4] + said.texts[5:10] == [
        f"{sentences.headline(build_report(small()))} · refmatter",
        "refmatter · 2026-01-04",
        sentences.headline(build_report(small())),
        f"{sentences.waiting(build_report(small()))}.",
        "How complete", "Doubtful", "Not checked, not found", "Who said so", "The vault",
    ]  # fmt: skip
    told = " | ".join(said.texts)
    for expected in (
        "authors | 0 % | 33 % | 1 | 1 not ",
        f"Deep | {sentences.reason_text(SAME_TITLE)} | In deep.md",
        "1 title of notes",
        "| : broken: 500.",
        "bad.md:3 | ",
        f"deep.md | {sentences.remark_text(REMARK)}.",
        "1 | Lost | lost.md",
        "1 | Odd | odd.md",
        "Semantic Scholar | by identifier | 2 | authors 1, citation count 1 | 2026-01-01",
        "numCitedBy | 5 | → | 70 | Semantic Scholar, by identifier, 2026-01-01",
        "venue | nothing | → | NAACL",
        "new.md | new note",
        f"{figures.ages(build_report(small()))[0][0]} | 1",
    ):
        assert expected in told
    assert "https://doi.org/10.1/x" in said.links
    assert render(build_report(small())) == render(build_report(small()))


def test_a_run_over_nothing_is_a_page_too() -> None:
    said = Page(render(build_report(ran())))
    assert said.open == []
    assert "Nothing changed" in said.texts
    assert "How complete" not in said.texts


def test_a_page_needs_nothing_else() -> None:
    text = render(build_report(small()))
    said = Page(text)
    assert not {"script", "link", "img", "iframe", "object", "base", "form"} & said.tags.keys()
    assert "default-src 'none'" in text
    assert not re.search(r"url\(|@import|@font-face", text)
    assert all(name[:2] != "on" for name in said.attributes)


def test_a_page_can_be_read_without_eyes() -> None:
    text = render(build_report(small()))
    said = Page(text)
    assert said.tags["table"] == said.tags["caption"] == 4
    assert said.tags["h1"] == 1
    assert said.tags["h2"] == 6
    assert '<html lang="en">' in text
    drawn = re.findall(r"<svg[^>]*>", text)
    assert drawn
    assert all('aria-hidden="true"' in each or "aria-label=" in each for each in drawn)


@given(st.text(min_size=1, max_size=120))
@example(HOSTILE[0])
@example(HOSTILE[1])
@example(HOSTILE[2])
@example(HOSTILE[3])
@example(HOSTILE[4])
@example(HOSTILE[5])
@example(HOSTILE[6])
@example(HOSTILE[7])
def test_any_text_stays_text(text: str) -> None:
    said = page(text)
    assert said.open == []
    assert said.tags.keys() == PLAIN.tags.keys()
    assert {urlsplit(link).hostname for link in said.links if link[:1] != "#"} <= HOSTS
    assert {urlsplit(link).scheme for link in said.links if link[:1] != "#"} <= {"https"}
    assert said.attributes.keys() == PLAIN.attributes.keys()
    shown = " ".join(plain(text).split())
    if shown:
        assert said.texts.count(shown) >= 6  # title, candidates' titles and venues, reason


@given(st.text("<>&\"'ab;/=", min_size=1, max_size=40))
def test_text_makes_no_tag_and_loses_none(text: str) -> None:
    def counts(each: str) -> Counter[str]:
        return page(f"x{each}").tags

    assert counts(text) == PLAIN.tags


def test_doubtful_titles_with_no_candidates_and_with_many() -> None:
    none, many = (" ".join(Page(render(build_report(doubting(n)))).texts) for n in (0, 9))
    assert "No candidate is known" in none
    assert "3 more candidates" in many
