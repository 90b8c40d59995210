import re
from html.parser import HTMLParser

from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from refmatter.report import MARK
from refmatter.report.labels import plain
from refmatter.report.markdown import render, text
from refmatter.report.report_model import account
from reporting import doubting, made_of, ran, small

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


def test_a_small_report() -> None:
    assert (
        render(account(small()))
        == f"""\
{MARK}

# 1 note gained 4 values, 1 new note

**1 title of notes may be one of several works; 1 could not be looked up; \
1 note could not be read or written.**

2026-01-04: 3 paper notes of 3 files; requests: 2 to Semantic Scholar.

## How complete the notes are

| field | before | after | | filled | missing |
|---|--:|--:|---|--:|---|
| authors | 0 % | 33 % | ███░░░░░░░ | 1 | 1 not looked up, 1 disagrees |
| year | 33 % | 33 % | ███░░░░░░░ | 0 | 1 not looked up, 1 disagrees |
| venue | 0 % | 33 % | ███░░░░░░░ | 1 | 1 not looked up, 1 disagrees |
| citation count | 33 % | 33 % | ███░░░░░░░ | 0 | 1 not looked up, 1 disagrees, 1 refreshed |
| key | 0 % | 33 % | ███░░░░░░░ | 1 | 1 not looked up, 1 disagrees |

## 1 doubtful title

Nothing was written from these. `refmatter review` settles them.

**Deep**: 2 works share this title. In deep.md (its own title) · deep.md:9

| | 1 | 2 |
|---|---|---|
| title | Deep | Deep |
| authors | Ada | Bo |
| year | 2001 | 2001 |
| venue | not known | not known |
| found by | Semantic Scholar, by title, 2026-01-01 | Semantic Scholar, by title, 2026-01-01 |
| differs | a difference |  |
| for | same title | same title |
| against | a title many works may have |  |
| cited |  | 1 time |
| pages | [S2 000000000000…](<https://www.semanticscholar.org/paper/{"0" * 39}1>) | \
[DOI 10.1/x](<https://doi.org/10.1/x>) [arXiv 2001.00001](<https://arxiv.org/abs/2001.00001>) |


## Not checked, not found

- **arXiv could not be asked**: broken: 500. Nothing is taken for “not found”; \
the next run asks again.
- **bad.md:3** was left as it is: no UTF-8. Then run `refmatter enrich` again.
- **deep.md** says 1999. Yours counts.
- **Lost** could not be looked up.
- **Odd** is not known to anybody.

## Who said so

| from | values | of these fields | said on |
|---|--:|---|---|
| Semantic Scholar, by identifier | 2 | authors 1, citation count 1 | 2026-01-01 |
| the catalogue, bundled with refmatter | 1 | venue 1 | 2022-07-03 |
| the note itself, its file name or heading | 2 | title 1, key 1 |  |

## The vault

- Years: 2019 to 2019; most notes, 1, in 2019.
- Venues: NAACL 1. 3 notes without a venue.
- Age of citation counts, in notes: up to a week 1.

## What changed, note by note

<details><summary>2 notes</summary>

- **bert.md**: authors: nothing → Ada Lovelace, Bo Ek (Semantic Scholar, by identifier, \
2026-01-01); venue: nothing → NAACL (the catalogue, bundled with refmatter, 2022-07-03); \
numCitedBy: 5 → 70 (Semantic Scholar, by identifier, 2026-01-01); \
meta\\_key: nothing → bert (the note itself)
- **new.md** (new): title: nothing → New (the note itself)

</details>

Data: [Semantic Scholar](https://www.semanticscholar.org/) (ODC-BY 1.0)
"""
    )


def test_a_run_over_nothing_is_short() -> None:
    assert render(account(ran(dry=True))) == (
        f"{MARK}\n\n# Nothing to change\n\n2026-01-04: 0 paper notes of 0 files, a dry run; "
        "requests: 2 to Semantic Scholar.\n"
    )


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
    mine, plain_one = render(account(made_of(said))), render(account(made_of("word")))
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
    none, many = render(account(doubting(0))), render(account(doubting(9)))
    assert none.endswith("\n\n**Deep**: why. In deep.md (its own title)\n")
    assert "| | 1 | 2 | 3 | 4 |\n" in many
    assert "\n… and 5 more candidates.\n" in many
