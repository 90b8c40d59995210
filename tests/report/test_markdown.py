import re
from html.parser import HTMLParser

from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from refmatter.report import MARK, sentences
from refmatter.report.labels import plain
from refmatter.report.markdown import render, text
from refmatter.report.report_model import build_report
from reporting import REMARK, doubting, made_of, ran, small
from support import SAME_TITLE

READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
HOSTILE = (
    "<script>alert(1)</script>",
    "[x](javascript:alert(1)) ![y](https://evil.example/z)",
    "@octocat fixes #123 GH-7 www.evil.example https://evil.example",
    "| a | b |",
    "`code` **bold** _it_ ~~gone~~ $x$ :tada: :+1:",
    "</details><!-- -->",
    "# head",
    "1. one",
    "\\",
    "&lt;b&gt; &amp;",
    "[^1]: note",
)


class Read(HTMLParser):
    """The tags of rendered Markdown, and its text."""

    def __init__(self, markdown: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.text = ""
        self.feed(READER.render(markdown))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]

    def handle_data(self, data: str) -> None:
        self.text += data


def tags(said: str) -> list[str]:
    return [tag for tag in Read(said).tags if tag != "span"]


def test_a_small_report_has_all_of_it() -> None:
    page = render(build_report(small()))
    assert page.startswith(f"{MARK}\n")
    headings = [line.removeprefix("## ") for line in page.splitlines() if line.startswith("## ")]
    assert headings[1:4:2] == ["1 doubtful title", "Who said so"]
    lines = page.splitlines()

    def line_of(start: str) -> str:
        (line,) = [line for line in lines if line.startswith(start)]
        return line

    for start, facts in (
        ("# ", ["1 note ", "4 values", "1 new note"]),
        ("2026-01-04", ["3 paper notes", "3 files", "2 to Semantic Scholar"]),
        ("| authors | 0 %", ["33 %", "███░░░░░░░", "1 not looked up", "1 disagrees"]),
        ("| citation count", ["33 %", "1 refreshed"]),
        ("**Deep**", [sentences.reason_text(SAME_TITLE), "deep.md", "deep.md:9"]),
        ("| authors | Ada", ["Bo"]),
        ("| found by", ["Semantic Scholar", "2026-01-01"]),
        ("| differs", ['"a"', '"b"']),
        ("| cited", ["1 time"]),
        ("| pages", ["(<https://doi.org/10.1/x>)", "(<https://arxiv.org/abs/2001.00001>)"]),
        ("- **arXiv", ["broken: 500"]),
        ("- **bad.md:3**", ["no UTF-8"]),
        ("- **deep.md**", [sentences.remark_text(REMARK)]),
        ("- **Lost**", ["could not be looked up"]),
        ("- **Odd**", ["not found"]),
        ("| Semantic Scholar", ["by identifier", "2", "authors 1, citation count 1", "2026-01-01"]),
        ("| the catalogue", ["bundled with refmatter", "venue 1", "2022-07-03"]),
        ("| the note itself", ["title 1, key 1"]),
        ("- Years", ["2019"]),
        ("- Venues", ["NAACL 1", "3 notes"]),
        ("- **bert.md**", ["Ada Lovelace, Bo Ek", "NAACL", "5 → 70", "meta\\_key"]),
        ("- **new.md**", ["(new)", "New"]),
        ("Data:", ["Semantic Scholar"]),
    ):
        for fact in facts:
            assert fact in line_of(start)
    assert render(build_report(small())) == page


def test_a_run_over_nothing_is_short() -> None:
    mark, _, heading, _, scope = render(build_report(ran(dry=True))).splitlines()
    assert (mark, heading) == (MARK, "# Nothing to change")
    for fact in ("2026-01-04", "0 paper notes", "0 files", "dry run", "2 to Semantic Scholar"):
        assert fact in scope


@given(st.text(min_size=1, max_size=80))
@example(HOSTILE[0])
@example(HOSTILE[1])
@example(HOSTILE[2])
@example(HOSTILE[3])
@example(HOSTILE[4])
@example(HOSTILE[5])
@example(HOSTILE[6])
@example(HOSTILE[7])
@example(HOSTILE[8])
@example(HOSTILE[9])
@example(HOSTILE[10])
def test_any_text_stays_text(said: str) -> None:
    line = f"- **x{text(said)}x** y"
    assert tags(line) == ["ul", "li", "strong"]
    assert Read(line).text.replace("\u200b", "").strip() == f"x{plain(said)}x y"
    cell = f"| a | b |\n|---|---|\n| x{text(said)}x | y |"
    assert tags(cell) == tags("| a | b |\n|---|---|\n| x | y |")
    assert Read(cell).text.replace("\u200b", "").split("\n")[-6] == f"x{plain(said)}x"


@settings(max_examples=settings().max_examples // 2)
@given(st.text(min_size=1, max_size=60))
@example(HOSTILE[2])
@example(HOSTILE[5])
def test_a_report_made_of_any_text_has_the_tags_of_one_made_of_words(said: str) -> None:
    mine, plain_one = render(build_report(made_of(said))), render(build_report(made_of("word")))
    assert set(Read(mine).tags) <= {*Read(plain_one).tags, "span"}
    hosts = {link.split("/")[2] for link in Read(mine).links}
    assert hosts <= {"www.semanticscholar.org", "doi.org", "arxiv.org", "aclanthology.org",
                     "openalex.org", "dblp.org"}  # fmt: skip


def test_nobody_is_mentioned_and_no_issue_is_linked() -> None:
    shown = Read(text(HOSTILE[2])).text
    assert not re.search(r"@\w|#\d|GH-\d|www\.|https?://", shown)
    assert shown.replace("\u200b", "").strip() == HOSTILE[2]
    assert text("a:tada:b") == "a:&#8203;tada:b"
    assert text("bert.md:12") == "bert.md:12"
    assert text("$x$") == "<span>$</span>x<span>$</span>"


def test_doubtful_titles_with_no_candidates_and_with_many() -> None:
    none, many = render(build_report(doubting(0))), render(build_report(doubting(9)))
    assert "\n\n**Deep**: " in none
    assert "| | 1 |" not in none
    assert "| | 1 | 2 | 3 | 4 |\n" in many
    assert "\n… and 5 more candidates.\n" in many
