"""What a note's own words prove of its work, and what they do not: one note at a time.

Each test runs offline on the bundled catalogue, or against the stand-in where a work of our own
is needed, on a vault of two filled notes and the notes of the case.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from foreign import bundled
from house import House, house
from scholar import Corpus, Record

FILLED = {
    "papers/subword.md": """\
---
title: Enriching Word Vectors with Subword Information
authors:
  - Piotr Bojanowski
  - Edouard Grave
year: 2017
venue: TACL
citations: 5000
tags:
  - paper
---
""",
    "papers/pointer.md": """\
---
title: Pointer Networks
authors:
  - Oriol Vinyals
  - Meire Fortunato
year: 2015
venue: NIPS
citations: 1500
tags:
  - paper
---
""",
}
SKIM, SKIM_ARXIV, SKIM_DOI = "Learning to Skim Text", "1704.06877", "10.18653/v1/p17-1172"
TURING, TURING_ARXIV = "Neural Turing Machines", "1410.5401"
SUBWORDS = "Enriching Word Vectors with Subword Information"
KEYS = ("authors", "year", "venue", "citations")


def paper(title: str | None = None, body: str = "", **said: Any) -> str:
    """A note with the vault's keys, empty but for what is given; `title=None`: without that."""
    front: dict[str, object] = {} if title is None else {"title": title}
    front |= dict.fromkeys(KEYS) | {"tags": ["paper"]} | said
    text = yaml.safe_dump(front, sort_keys=False, allow_unicode=True, width=1000)
    return f"---\n{text.replace(' null', '')}---\n{body}"


@contextlib.contextmanager
def vault(
    folder: Path, notes: Mapping[str, str], services: Corpus | None = None, **settings: Any
) -> Iterator[House]:
    with house(folder, services, **settings) as home:
        for name, text in {**FILLED, **notes}.items():
            home.put(name, text)
        yield home


def run(home: House) -> None:
    assert home.enrich(*(() if home.server else ("--offline",))).code in (0, 3)


def front(home: House, name: str) -> dict[str, object]:
    text = (home.notes / name).read_text("utf-8")
    found: dict[str, object] = yaml.safe_load(text.split("---\n")[1])
    return found


def after(
    folder: Path, text: str, services: Corpus | None = None, name: str = "papers/case.md"
) -> dict[str, object]:
    """The front matter of one note after two runs."""
    with vault(folder, {name: text}, services) as home:
        run(home)
        run(home)
        return front(home, name)


def names(said: Mapping[str, object]) -> str:
    return str(said.get("authors") or "")


# Identifiers


@pytest.mark.parametrize(
    "said",
    [{"arxiv": SKIM_ARXIV}, {"doi": SKIM_DOI}, {"DOI": f"https://doi.org/{SKIM_DOI}"}],
    ids=lambda each: next(iter(each)),
)
@pytest.mark.parametrize(
    ("title", "name"),
    [
        (None, "Some thoughts about reading less and less.md"),
        (None, "yu2017.md"),
        ("yu2017", "2024-05-03.md"),
    ],
)
def test_an_identifier_under_its_key_decides_alone(
    said: dict[str, Any], title: str | None, name: str, tmp_path: Path
) -> None:
    assert "Adams Wei Yu" in names(after(tmp_path, paper(title, **said), name=f"papers/{name}"))


@pytest.mark.parametrize(
    "name", [f"{SKIM_ARXIV}.md", f"{SKIM_ARXIV}v2.md", f"arXiv {SKIM_ARXIV}.md"]
)
def test_and_so_does_one_that_is_the_file_name(name: str, tmp_path: Path) -> None:
    assert "Adams Wei Yu" in names(after(tmp_path, paper(), name=f"papers/{name}"))


@pytest.mark.parametrize(
    "said",
    [
        {"doi": SKIM_DOI, "arxiv": TURING_ARXIV},
        {"arxiv": SKIM_ARXIV, "doi": "10.1109/cvpr.2016.264"},
        {"acl": "P17-1172", "arxiv": TURING_ARXIV},
    ],
)
@pytest.mark.parametrize("title", [None, SKIM, "Neither of the two that are named"])
def test_identifiers_of_two_works_decide_nothing(
    said: dict[str, Any], title: str | None, tmp_path: Path
) -> None:
    found = after(tmp_path, paper(title, **said))
    assert not any(found[key] for key in KEYS)


@pytest.mark.parametrize("key", ["url", "source", "link", "links"])
def test_a_link_does_not_decide_against_a_title_of_another_work(key: str, tmp_path: Path) -> None:
    link = f"https://arxiv.org/abs/{TURING_ARXIV}"
    title = "A field guide to the mosses of northern walls"
    said: dict[str, Any] = {key: [link] if key == "links" else link}
    found = after(tmp_path, paper(title, **said))
    assert not any(found[each] for each in KEYS)


@pytest.mark.parametrize("heading", ["Ein Wanderführer für die Moose nördlicher Mauern"])
def test_nor_against_a_heading_or_a_file_name(heading: str, tmp_path: Path) -> None:
    link = f"\nhttps://arxiv.org/abs/{TURING_ARXIV}\n"
    noted = {
        "papers/moos.md": paper(body=f"\n# {heading}\n{link}"),
        f"papers/{heading}.md": paper(body=link),
    }
    with vault(tmp_path, noted) as home:
        run(home)
        for name in noted:
            assert not any(front(home, name)[each] for each in KEYS)


@pytest.mark.parametrize(
    "title", ["神经图灵机", "Нейронные машины Тьюринга", "ニューラルチューリングマシン"]
)
def test_a_title_in_another_script_says_nothing_against_a_link(title: str, tmp_path: Path) -> None:
    found = after(tmp_path, paper(title, url=f"https://arxiv.org/abs/{TURING_ARXIV}"))
    assert "Graves" in names(found)


@pytest.mark.parametrize(
    "body",
    [
        f"https://arxiv.org/abs/{TURING_ARXIV}\n",
        f"# 2024-05-03\n\n<https://arxiv.org/abs/{TURING_ARXIV}>\n",
        f"# Montag\n\n- Milch, Brot\n- https://arxiv.org/abs/{TURING_ARXIV}\n",
        f"## Links\n\n[[{TURING}]] https://doi.org/{SKIM_DOI}\n",
    ],
)
@pytest.mark.parametrize("head", ["", "---\ndate: 2024-05-03\n---\n", "---\ntags: [daily]\n---\n"])
def test_a_lone_link_makes_no_paper_of_a_day(body: str, head: str, tmp_path: Path) -> None:
    text = f"{head}\n{body}"
    with vault(tmp_path, {"2024-05-03.md": text}) as home:
        run(home)
        assert (home.notes / "2024-05-03.md").read_text("utf-8") == text


# Authors, years and titles that many works may have


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    ("title", "name", "year"),
    [
        ("Linear Systems", "Kailath", 1980),
        ("Spatial vision", "Sekuler", 1974),
        ("Random Graphs", "Frieze", 2006),
        ("Quantum mechanics", "Powell", 1961),
    ],
)
def test_a_bare_family_name_is_no_evidence_for_a_generic_title(
    title: str, name: str, year: int, tmp_path: Path
) -> None:
    found = after(tmp_path, paper(title, authors=[name], year=year))
    assert (found["authors"], found["venue"], found["citations"]) == ([name], None, None)


@pytest.mark.parametrize(
    ("title", "authors", "year"),
    [
        ("Linear Systems", ["T. Kailath"], 1980),
        ("Occam's Razor", ["Rasmussen", "Ghahramani"], 2000),
        ("Affective Computing", ["Rosalind W. Picard"], 1997),
    ],
)
def test_an_initial_or_a_second_author_is(
    title: str, authors: list[str], year: int, tmp_path: Path
) -> None:
    assert after(tmp_path, paper(title, authors=authors, year=year))["citations"]


UNPARSED: dict[str, object] = {
    "Vancouver": "Yu AW, Lee H, Le QV",
    "APA": "Yu, A. W., Lee, H., & Le, Q. V.",
    "ampersand": "Yu & Lee",
    "et al": "Yu et al.",
    "German": "Yu u. a.",
    "Russian": "Yu и др.",
    "Chinese": "Adams Wei Yu 等",
    "institution": "Google Brain",
    "institutions": ["Google Brain", "Carnegie Mellon University"],
    "maps": [{"name": "Adams Wei Yu", "affiliation": "CMU"}, {"name": "Hongrae Lee"}],
    "CSL": [{"family": "Yu", "given": "Adams Wei"}, {"family": "Lee", "given": "Hongrae"}],
    "links": ["[[@yu|Adams Wei Yu]]", "[[Hongrae Lee]]"],
    "a question": "who?",
    "number": 3,
}


@pytest.mark.unmeasured
@pytest.mark.parametrize("form", UNPARSED)
def test_what_cannot_be_read_as_names_says_nothing_against_a_work(
    form: str, tmp_path: Path
) -> None:
    found = after(tmp_path, paper(SKIM, authors=UNPARSED[form]))
    assert (found["authors"], found["year"]) == (UNPARSED[form], 2017)


@pytest.mark.parametrize(
    "authors", [["Jane Roe"], "Roe, Jane", ["Roe J"], "Jane Roe & Max Muster", ["[[Jane Roe]]"]]
)
def test_other_names_do(authors: object, tmp_path: Path) -> None:
    found = after(tmp_path, paper(SKIM, authors=authors))
    assert (found["year"], found["venue"], found["citations"]) == (None, None, None)


@pytest.mark.parametrize("year", [1950, 1994, 2003])
def test_a_year_of_another_decade_is_contrary_evidence(year: int, tmp_path: Path) -> None:
    found = after(tmp_path, paper(SKIM, year=year))
    assert (found["authors"], found["venue"], found["citations"]) == (None, None, None)


# Records of services: with contrary evidence, and impossible ones

BOOK = "The grammar of river names in seven valleys"
LISTED = [
    Record(
        f"{first} {second} of the {third}",
        f"{100 + number:040x}",
        authors=("Gil Hart",),
        full_names=("Gil Hart",),
        year=1960 + number,
        venue="Names",
        citation_count=3,
        doi=f"10.5555/listed.{number}",
    )
    for number, (first, second, third) in enumerate(
        (first, second, third)
        for first in ("Early maps", "Field names", "Spoken forms")
        for second in ("and settlers", "and floods", "and mills", "and abbeys")
        for third in ("upper Rhone", "lower Danube", "middle Elbe", "young Vistula")
    )
]
MINE = LISTED
THEIRS = [
    replace(each, title=title, paper_id=f"{900 + number:040x}", doi=f"10.5555/others.{number}")
    for number, (each, title) in enumerate(
        zip(
            LISTED,
            (
                "Backpropagation through curved time",
                "Why volcanoes whisper before dawn",
                "Sorting pancakes by greedy flips",
                "A treaty on the loan of umbrellas",
                "Knitting patterns as formal systems",
                "Moss, lichen and the price of roofs",
                "Quantum error budgets for bakers",
                "Yeast genomes under low gravity",
                "Juggling robots make mistakes",
                "Chess openings played blindfold",
                "Bridges that hum at dusk",
                "Tax law in medieval Iceland",
            ),
            strict=False,
        )
    )
]


def work(title: str, *authors: str, **more: object) -> Record:
    said: dict[str, object] = {
        "authors": authors,
        "full_names": authors,
        "year": 1998,
        "venue": "Onoma",
        "citation_count": 31,
        "reference_count": 12,
        "doi": "10.5555/case",
    }
    return Record(title, f"{1:040x}", **(said | more))  # type: ignore[arg-type]  # a test's own words


def bullets(*records: Record) -> str:
    return "\n## References\n\n" + "".join(f"- {each.title}\n" for each in records)


def listing(record: Record, *cited: Record) -> Corpus:
    """The services, with a work that cites these."""
    lists = {record.paper_id or "": [each.paper_id or "" for each in cited]}
    return Corpus([record, *LISTED, *THEIRS, *_shown()], lists)


@cache
def _shown() -> tuple[Record, ...]:
    """The works of the filled notes."""
    titles = (SKIM, TURING, "Pointer Networks", "Enriching Word Vectors with Subword Information")
    return tuple(each for each in bundled() if each.title in titles)


@pytest.mark.parametrize("cited", [THEIRS[:5], THEIRS], ids=["five others", "twelve others"])
def test_a_list_that_shares_nothing_is_no_certain_match(
    cited: list[Record], tmp_path: Path
) -> None:
    review = work(BOOK, "Ina Krug", reference_count=len(cited))
    found = after(tmp_path, paper(BOOK, body=bullets(*MINE)), listing(review, *cited))
    assert not any(found[key] for key in KEYS)


def test_a_list_that_shares_all_is_one(tmp_path: Path) -> None:
    book = work(BOOK, "Ina Krug", reference_count=len(MINE))
    found = after(tmp_path, paper(BOOK, body=bullets(*MINE)), listing(book, *MINE))
    assert "Ina Krug" in names(found)


IMPOSSIBLE = (
    ("Ina Krug", "../../../etc/passwd"),
    ("Ina Krug", "https://example.org/people"),
    ("Department of Geography, University of Graz", "Ina Krug"),
    ("Ina Krug", "H Germany", "T. Munich"),
    ("Stanford, Usa",),
    ("Ina Krug", "12345"),
    ("Ina Krug", "C:\\Users\\ina"),
    ("---", "Ina Krug"),
    ("Ina Krug", "ina.krug@example.org"),
)


@pytest.mark.parametrize("authors", IMPOSSIBLE)
def test_of_an_impossible_list_of_authors_nothing_is_used(
    authors: tuple[str, ...], tmp_path: Path
) -> None:
    found = after(tmp_path, paper(BOOK), listing(work(BOOK, *authors)))
    assert found["authors"] is None


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("J&ouml;rg M&uuml;ller", "Jörg Müller"),
        ("<i>Ina</i> Krug", "Ina Krug"),
        ("Ina&#160;Krug", "Ina Krug"),
        ("Ina  Krug", "Ina Krug"),
    ],
)
def test_entities_and_markup_in_names_are_cleaned(name: str, clean: str, tmp_path: Path) -> None:
    found = after(tmp_path, paper(BOOK), listing(work(BOOK, name)))
    assert found["authors"] in ([clean], None)
    assert found["year"] == 1998


def test_versions_of_near_titles_are_not_one_work(tmp_path: Path) -> None:
    """The longer title's year and venue are another work's, though the authors are the same."""
    one = work("Counting river names", "Ina Krug", year=1991, venue="Names", doi="10.5555/one")
    other = replace(
        work("Counting river names in seven valleys", "Ina Krug", year=1993, citation_count=900),
        paper_id=f"{2:040x}",
        doi="10.5555/other",
    )
    services = Corpus([one, other, *_shown()])
    found = after(tmp_path, paper(one.title, authors=["Ina Krug"]), services)
    assert found["year"] in (1991, None)
    assert found["citations"] in (31, None)


# Titles with decorations

DECORATED = (
    f"[{SKIM}](https://aclanthology.org/P17-1172)",
    f"**{SKIM}**",
    f"{SKIM} ^a1b2c3",
    f"{SKIM}[^1]",
    f"{SKIM} #reading #todo",
    f"📚 {SKIM}",
    f"[ACL 2017] {SKIM}",
    f"【論文メモ】{SKIM}",
    f"[논문 정리] {SKIM}",
    f"Paper Note: {SKIM}",
    f"Yu et al. 2017 - {SKIM}",
    f"{SKIM} (ACL 2017)",
    f"{SKIM} \\[ACL\\_2017\\]",
)


@pytest.mark.unmeasured
@pytest.mark.parametrize("heading", DECORATED)
def test_a_decorated_heading_is_found_and_its_decorations_never_written(
    heading: str, tmp_path: Path
) -> None:
    text = paper(body=f"\n# {heading}\n\nWords.\n").replace("authors:", "title:\nauthors:", 1)
    found = after(tmp_path, text)
    assert "Adams Wei Yu" in names(found)
    assert found["title"] in (SKIM, None)


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    "heading",
    [
        f"{SKIM}\n=====================",
        f"# {SKIM} #",
        f"## Zusammenfassung\n\nWorte.\n\n# {SKIM}",
        f"# Learning\n\n## {SKIM}",
    ],
)
def test_other_headings_never_become_titles(heading: str, tmp_path: Path) -> None:
    text = paper(body=f"\n{heading}\n\nWords.\n").replace("authors:", "title:\nauthors:", 1)
    assert after(tmp_path, text)["title"] in (SKIM, None)


@pytest.mark.parametrize("name", ["yu2017.md", "@yu2017.md", "2024-05-03.md"])
def test_an_alias_of_four_words_is_a_title_where_nothing_else_names_a_work(
    name: str, tmp_path: Path
) -> None:
    found = after(tmp_path, paper(aliases=["Yu17", SKIM]), name=f"papers/{name}")
    assert "Adams Wei Yu" in names(found)


@pytest.mark.parametrize(
    "alias",
    ["Deep Sets", "Word Space", "Yu et al. (2017)", "yu2017", "Recurrent Batch Normalization"],
)
def test_a_shorter_one_is_not_nor_a_citation(alias: str, tmp_path: Path) -> None:
    found = after(tmp_path, paper(aliases=[alias]), name="papers/yu2017.md")
    assert not any(found[key] for key in KEYS)


def test_an_alias_is_no_title_beside_one(tmp_path: Path) -> None:
    found = after(tmp_path, paper("What the miller said to the river", aliases=[SKIM]))
    assert not any(found[key] for key in KEYS)


def test_a_second_level_heading_is_a_title_where_the_file_is_called_so(tmp_path: Path) -> None:
    body = f"\n## Zusammenfassung\n\nWorte.\n\n## {SKIM}\n\nWorte.\n"
    found = after(tmp_path, paper(body=body), name=f"papers/{SKIM}.md")
    assert "Adams Wei Yu" in names(found)


@pytest.mark.parametrize("heading", [SKIM, "Enriching Word Vectors with Subword Information"])
def test_a_heading_of_three_notes_is_none(heading: str, tmp_path: Path) -> None:
    noted = {f"papers/chapter-{n}.md": paper(body=f"\n# {heading}\n") for n in range(3)}
    with vault(tmp_path, noted) as home:
        for teacher in FILLED:
            rewritten(home, teacher, ("^title: .*\n", ""))
        run(home)
        for name in noted:
            assert not any(front(home, name)[key] for key in KEYS)


@pytest.mark.parametrize("heading", ["Zusammenfassung", "Конспект", "笔记", "What I think of it"])
def test_lint_takes_no_two_notes_of_one_heading_for_one_work(heading: str, tmp_path: Path) -> None:
    body = f"\n# {heading}\n"
    noted = {
        "papers/a.md": paper(body=body, arxiv=SKIM_ARXIV),
        "papers/b.md": paper(body=body, arxiv=TURING_ARXIV),
        "papers/c.md": paper(body=body),
    }
    with vault(tmp_path, noted) as home:
        said = home.run("lint", str(home.notes), "--config", str(home.config))
        assert "same-work" not in said.out


# What a paper note is


PAPERS = {
    "two values": "authors: [Adams Wei Yu]\nyear: 2017\nvenue:\ncitations:\n",
    "an identifier": f"arxiv: '{SKIM_ARXIV}'\nauthors:\nyear:\n",
    "a tag": "tags: [literature-note]\nauthors:\nyear:\n",
    "a nested tag": "tags: [paper/nlp]\nauthors:\nyear:\n",
    "a type": "type: literature\nauthors:\nyear:\n",
    "a category": "category: literature-note\nauthors:\nvenue:\n",
    "a citekey": "citekey: yu2017\nauthors:\nyear:\n",
}
OTHERS = {
    "one author": "authors: [Adams Wei Yu]\n",
    "one author in one text": "author: Adams Wei Yu\nmood: fine\n",
    "one year": "year: 2017\n",
    "a journal": "journal: my diary\n",
    "a publication": "publication: The Daily Bugle\n",
    "a date and a link": f"date: 2017-04-23\nurl: https://arxiv.org/abs/{SKIM_ARXIV}\n",
    "publisher and language": "publisher: ACL\nlanguage: en\n",
    "empty keys": "author:\nmade:\n",
    "a person's tag": "tags: [people]\nauthor: me\n",
    "a newspaper": "tags: [newspaper]\nyear: 2017\n",
}


@pytest.mark.unmeasured
@pytest.mark.parametrize("sign", PAPERS)
def test_a_paper_note_by_any_sign_is_filled(sign: str, tmp_path: Path) -> None:
    text = f"---\ntitle: {SKIM}\n{PAPERS[sign]}---\n"
    found = after(tmp_path, text, name="elsewhere/case.md")
    assert found.get("year") == 2017 or found.get("venue")


@pytest.mark.unmeasured
@pytest.mark.parametrize("sign", OTHERS)
def test_what_is_no_sign_makes_no_paper_note(sign: str, tmp_path: Path) -> None:
    text = f"---\ntitle: {SKIM}\n{OTHERS[sign]}---\n\nWords.\n"
    with vault(tmp_path, {"elsewhere/case.md": text}) as home:
        run(home)
        run(home)
        assert (home.notes / "elsewhere/case.md").read_text("utf-8") == text


@pytest.mark.parametrize(
    "name",
    [
        "papers/yu.sync-conflict-20240503-101112-ABCDEFG.md",
        "papers/yu (conflicted copy).md",
        "papers/yu (Ann's conflicted copy 2024-05-03).md",
        "Templates/Paper.md",
        "_templates/paper.md",
    ],
)
def test_copies_of_conflicts_and_templates_are_no_notes(name: str, tmp_path: Path) -> None:
    text = paper("{{title}}" if "emplate" in name else SKIM)
    with vault(tmp_path, {name: text}) as home:
        run(home)
        assert (home.notes / name).read_text("utf-8") == text


# The vault's schema


def test_marks_that_refmatter_wrote_teach_nothing(tmp_path: Path) -> None:
    """A key that was configured once, and is no more, goes into no further note."""
    asked = {"reference_count": "ref_count", "fields_of_study": "fieldsOfStudy"}
    with vault(tmp_path, {"papers/a.md": paper(SKIM)}, fields=asked) as home:
        run(home)
        assert front(home, "papers/a.md").keys() >= {*asked.values()}
        home.settings.pop("fields")
        home.configure()
        home.put("papers/b.md", paper(TURING))
        run(home)
        assert front(home, "papers/b.md").keys() == {"title", *KEYS, "tags"}


BARE_KEYS = {
    "English": "status: unread\nrating:\nproject: [[thesis]]\n",
    "German": "status: ungelesen\nbewertung:\nprojekt: Diss\n",
    "Japanese": "状態: 未読\n評価:\n",
    "none": "",
}


@pytest.mark.parametrize("language", BARE_KEYS)
def test_a_bare_vault_does_not_get_the_keys_of_another_one(language: str, tmp_path: Path) -> None:
    with house(tmp_path) as home:
        for number, title in enumerate((SKIM, TURING, "Pointer Networks", "Nobody knows this one")):
            home.put(
                f"{number}.md", f"---\ntitle: {title}\n{BARE_KEYS[language]}tags: [paper]\n---\n"
            )
        before = set(front(home, "3.md"))
        run(home)
        for number in range(4):
            new = front(home, f"{number}.md").keys() - before
            assert new <= {"authors", "year", "venue", "citations"}
        assert front(home, "3.md").keys() == before


@pytest.mark.parametrize("key", ["journal", "conference"])
def test_of_two_keys_for_a_field_the_one_that_is_there_is_filled(key: str, tmp_path: Path) -> None:
    def filled(title: str, key: str) -> str:
        values = f"authors: [Ann Be, Cy De]\nyear: 2001\n{key}: X"
        return f"---\ntitle: {title}\n{values}\ntags: [paper]\n---\n"

    with house(tmp_path) as home:
        home.put("a.md", filled("Kept by one person for another", "journal"))
        home.put("b.md", filled("Kept by another person for one", "conference"))
        home.put("c.md", f"---\ntitle: {SKIM}\nauthors:\nyear:\n{key}:\ntags: [paper]\n---\n")
        run(home)
        found = front(home, "c.md")
        assert found[key]
        assert found.keys() == {"title", "authors", "year", key, "tags"}


# After a change of mind


def rewritten(home: House, name: str, *changes: tuple[str, str]) -> None:
    """What a person changes in a note."""
    path = home.notes / name
    text = path.read_text("utf-8")
    for old, new in changes:
        assert re.search(old, text, re.MULTILINE)
        text = re.sub(old, new, text, count=1, flags=re.MULTILINE)
    path.write_text(text, "utf-8")


NAME = "papers/case.md"


@pytest.mark.parametrize(
    "title", [SUBWORDS, "What the miller said to the river", "Multitask Learning"]
)
def test_what_was_written_for_another_title_goes(title: str, tmp_path: Path) -> None:
    with vault(tmp_path, {NAME: paper(SKIM)}) as home:
        run(home)
        assert "Adams Wei Yu" in names(front(home, NAME))
        rewritten(home, NAME, (SKIM, title))
        before = (home.notes / NAME).read_bytes()
        report = home.report("--offline")
        found = front(home, NAME)
        assert "Yu" not in names(found)
        assert ("Bojanowski" in names(found)) is (title == SUBWORDS)
        assert (found.get("year") is not None) is (title == SUBWORDS)
        assert NAME in str(report)
        assert home.run("undo", "--vault", str(home.notes), "--config", str(home.config)).code == 0
        assert (home.notes / NAME).read_bytes() == before


def test_what_the_person_touched_since_stays(tmp_path: Path) -> None:
    with vault(tmp_path, {NAME: paper(SKIM)}) as home:
        run(home)
        rewritten(
            home, NAME, (SKIM, "What the miller said to the river"), ("^year: .*", "year: 1999")
        )
        run(home)
        found = front(home, NAME)
        assert (found.get("authors"), found["year"], found.get("citations")) == (None, 1999, None)


def test_what_the_person_wrote_before_stays(tmp_path: Path) -> None:
    with vault(tmp_path, {NAME: paper(SKIM, authors=["Adams Wei Yu"])}) as home:
        run(home)
        rewritten(home, NAME, (SKIM, "What the miller said to the river"))
        run(home)
        found = front(home, NAME)
        assert (found["authors"], found.get("year")) == (["Adams Wei Yu"], None)


@pytest.mark.parametrize(
    "title", ["Learning to skim text.", "Learning to  Skim Text", "Learning To Skim Text"]
)
def test_a_title_spelt_otherwise_is_no_other_one(title: str, tmp_path: Path) -> None:
    with vault(tmp_path, {NAME: paper(SKIM)}) as home:
        run(home)
        rewritten(home, NAME, (SKIM, title))
        before = (home.notes / NAME).read_bytes()
        run(home)
        assert (home.notes / NAME).read_bytes() == before


def test_a_title_that_is_changed_back_brings_the_values_back(tmp_path: Path) -> None:
    other = "What the miller said to the river"
    with vault(tmp_path, {NAME: paper(SKIM)}) as home:
        run(home)
        before = front(home, NAME)
        rewritten(home, NAME, (SKIM, other))
        run(home)
        assert "Yu" not in names(front(home, NAME))
        rewritten(home, NAME, (other, SKIM))
        run(home)
        assert front(home, NAME) == before


@pytest.mark.parametrize("said", [f"arxiv: '{TURING_ARXIV}'", "doi: 10.48550/arXiv.1410.5401"])
def test_an_identifier_that_is_added_later_decides_anew(said: str, tmp_path: Path) -> None:
    with vault(tmp_path, {NAME: paper(SKIM)}) as home:
        run(home)
        rewritten(home, NAME, (f"^title: {SKIM}$", f"title: A machine with a tape\n{said}"))
        run(home)
        assert "Yu" not in names(front(home, NAME))


def test_a_heading_that_is_another_one_is_another_title(tmp_path: Path) -> None:
    name = "papers/case.md"
    with vault(tmp_path, {name: paper(body=f"\n# {SKIM}\n")}) as home:
        for teacher in FILLED:
            rewritten(home, teacher, ("^title: .*\n", ""))
        run(home)
        assert "Adams Wei Yu" in names(front(home, name))
        rewritten(home, name, (f"# {SKIM}", "# What the miller said to the river"))
        run(home)
        assert names(front(home, name)) == ""


def test_what_refmatter_wrote_is_no_evidence_of_the_persons(tmp_path: Path) -> None:
    """Authors, year and identifiers of the first work stand there, written by us: they neither
    keep the new title from being found, nor bring the first work back."""
    keys: dict[str, Any] = {"doi": None, "arxiv": None}
    with vault(tmp_path, {NAME: paper(SKIM, **keys)}) as home:
        for teacher in FILLED:
            rewritten(home, teacher, ("^tags:", "doi: 10.5555/x\narxiv: '1506.03134'\ntags:"))
        run(home)
        rewritten(home, NAME, (SKIM, SUBWORDS))
        run(home)
        assert "Bojanowski" in names(front(home, NAME))


def test_a_plain_bullet_is_no_evidence_for_a_note_and_its_link_is_none_if_we_made_it(
    tmp_path: Path,
) -> None:
    """The first run may link the bullet to the note of that title; the person did not."""
    razor = [each for each in bundled() if each.title == "Occam's Razor" and each.year == 2000]
    others = [each for each in bundled() if each.title in ("Occam's Razor", "Occam's razor")]
    citing = work(BOOK, "Ina Krug")
    cited = [*razor, *MINE[:9]]
    lists = {citing.paper_id or "": [each.paper_id or "" for each in cited]}
    services = Corpus([citing, *LISTED, *others, *_shown()], lists)
    noted = {
        "papers/book.md": paper(BOOK, body=bullets(*cited)),
        "papers/occam-s-razor.md": paper("Occam's Razor"),
    }
    with vault(tmp_path, noted, services) as home:
        for _ in range(3):
            run(home)
        assert not any(front(home, "papers/occam-s-razor.md")[key] for key in KEYS)
