"""Notes that share a title, a heading or a file name: none gets what belongs to another one."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest
import yaml

from foreign import bundled
from house import House, house
from scholar import Corpus, Record

pytestmark = pytest.mark.unmeasured

TEACHERS = {
    "papers/skim.md": """\
---
title: Learning to Skim Text
authors:
  - Adams Wei Yu
  - Hongrae Lee
  - Quoc V. Le
year: 2017
venue: ACL
tags:
  - paper
---
""",
    "papers/subword.md": """\
---
title: Enriching Word Vectors with Subword Information
authors:
  - Piotr Bojanowski
  - Edouard Grave
year: 2017
venue: TACL
tags:
  - paper
---
""",
}
"""Filled notes that show the vault's keys."""


def paper(title: str | None, body: str = "", **said: object) -> str:
    """A note with the vault's keys, empty but for what is given."""
    front: dict[str, object] = {} if title is None else {"title": title}
    front |= {"authors": None, "year": None, "venue": None} | said | {"tags": ["paper"]}
    text = yaml.safe_dump(front, sort_keys=False, allow_unicode=True, width=1000)
    return f"---\n{text.replace(' null', '')}---\n{body}"


@dataclass(frozen=True)
class Case:
    """Notes, those that come between the two runs, and what none of them may say at the end.

    `never` and `own` are words that a note may not, or must, have in its front matter then.
    `ruled` names an author: the person rules for that candidate, by `review`.
    """

    notes: Mapping[str, str]
    never: Mapping[str, tuple[str, ...]]
    later: Mapping[str, str] = field(default_factory=dict)
    gone: tuple[str, ...] = ()
    own: Mapping[str, str] = field(default_factory=dict)
    ruled: str | None = None


def work(number: int, title: str, *authors: str, year: int, venue: str, doi: str) -> Record:
    return Record(
        title,
        f"{number:040x}",
        authors=authors,
        full_names=authors,
        year=year,
        venue=venue,
        short_venue=venue,
        citation_count=40 + number,
        reference_count=8,
        fields_of_study=("Computer Science",),
        doi=doi,
    )


TREES, TOWN = "Random Trees", "A history of the reading room of a small town"
MAPS = "How maps of woods were drawn before there were aeroplanes"
NOVAK = work(1, TREES, "Ada Novak", "Ben Ito", year=2005, venue="ICML", doi="10.5555/trees.1")
LIND = work(2, TREES, "Bo Lindqvist", year=1988, venue="Forestry", doi="10.5555/trees.2")
TOWN_1 = work(3, TOWN, "Ada Novak", "Cy Oduya", year=1994, venue="Libri", doi="10.5555/town.1")
TOWN_2 = work(4, TOWN, "Dora Weiss", year=2011, venue="Archiv", doi="10.5555/town.2")
CITING = work(5, MAPS, "Eve Marsh", year=2013, venue="Cartography", doi="10.5555/maps")
CITED = [
    work(10 + n, title, "Fay Grant", year=1980 + n, venue="Nature", doi=f"10.5555/cited.{n}")
    for n, title in enumerate((
        "Counting the rings of oaks that fell in a storm",
        "The price of paper in a century of wars",
        "Surveying with chains on steep and stony ground",
        "Forest wardens and the names that they gave",
        "On colours that fade when the sun is out",
        "Letters of a printer to his eldest daughter",
    ))
]  # fmt: skip
LIST = "".join(f"- {each.title}\n" for each in CITED)


@cache
def services() -> Corpus:
    """The catalogue's works and ours; the work on maps cites the trees of Novak."""
    ours = [NOVAK, LIND, TOWN_1, TOWN_2, CITING, *CITED]
    cites = {CITING.paper_id or "": [each.paper_id or "" for each in (NOVAK, *CITED)]}
    return Corpus([*ours, *bundled()], cites)


OFFLINE = {
    "a filled namesake": Case(
        {
            "a.md": paper("Multitask Learning", authors=["R. Caruana"], year=1998),
            "b.md": paper("Multitask learning"),
        },
        never={"b.md": ("Caruana", "1998")},
    ),
    "a namesake with author and year": Case(
        {
            "a.md": paper("Linear Systems", authors=["T. Kailath"], year=1980, venue="Prentice"),
            "b.md": paper("Linear systems", body="## References\n\n- Matrix theory\n"),
        },
        never={"b.md": ("Kailath", "1980", "Prentice")},
    ),
    "each with an author of its own": Case(
        {
            "a.md": paper("Affective Computing", authors=["Rosalind W. Picard"]),
            "b.md": paper("Affective Computing", authors=["E. Vesterinen"]),
        },
        never={"a.md": ("2001", "Vesterinen"), "b.md": ("1997", "Picard")},
    ),
    "a book and a bare chapter": Case(
        {
            "a.md": paper(
                "Semi-Supervised Learning", authors=["O. Chapelle", "A. Zien"], year=2006
            ),
            "b.md": paper("Semi-supervised Learning", authors=["Xiaojin Zhu"]),
        },
        never={"b.md": ("Chapelle", "2006")},
    ),
    "an alias of a filled note": Case(
        {
            "a.md": paper(
                "Enumerating graphs by hand",
                aliases=["Random Graphs"],
                authors=["B. Bollobás"],
                year=1985,
                venue="Academic Press",
            ),
            "b.md": paper("Random graphs"),
        },
        never={"b.md": ("Bollob", "1985", "Academic")},
    ),
    "a title that nobody knows": Case(
        {
            "a.md": paper(
                "Our unpublished notes on the weirs of the upper river",
                authors=["Ann Miller"],
                year=2019,
                venue="Club bulletin",
            ),
            "b.md": paper("Our unpublished notes on the weirs of the upper river"),
        },
        never={"b.md": ("Miller", "2019", "bulletin")},
    ),
    "a copy with the same list": Case(
        {
            "a.md": paper(
                "Our unpublished notes on the weirs of the upper river",
                body=f"\n## References\n\n{LIST}",
                authors=["Ann Miller"],
                year=2019,
            ),
            "b.md": paper(
                "Our unpublished notes on the weirs of the upper river",
                body=f"\n## References\n\n{LIST}",
            ),
        },
        never={"b.md": ("Miller", "2019")},
    ),
    "a later bare note": Case(
        {"a.md": paper("Occam's Razor", authors=["C. Rasmussen", "Z. Ghahramani"], year=2000)},
        later={"b.md": paper("Occam's razor")},
        never={"b.md": ("Rasmussen", "2000", "NIPS")},
    ),
    "a later note with another author": Case(
        {"a.md": paper("Occam's Razor", authors=["C. Rasmussen", "Z. Ghahramani"], year=2000)},
        later={"b.md": paper("Occam's Razor", authors=["A. Blumer"])},
        never={"b.md": ("Rasmussen", "2000", "NIPS")},
    ),
    "a later note with another DOI": Case(
        {"a.md": paper("Occam's Razor", authors=["C. Rasmussen", "Z. Ghahramani"], year=2000)},
        later={"b.md": paper("Occam's Razor", doi="10.1016/0020-0190(87)90114-1")},
        never={"b.md": ("Rasmussen", "2000", "NIPS")},
    ),
    "two on one work, and one on none": Case(
        {
            "a.md": paper("Deep Contextualized Word Representations"),
            "b.md": paper("Deep contextualized word representations"),
            "c.md": paper("Deep Contextualized Word Representations", authors=["Jane Roe"]),
        },
        never={"c.md": ("2018", "NAACL")},
        own={"a.md": "NAACL", "b.md": "NAACL"},
    ),
    "a note that goes": Case(
        {
            "a.md": paper("Distributional Structure", authors=["Z. Harris"], year=1981),
            "b.md": paper("Distributional Structure"),
        },
        gone=("a.md",),
        never={"b.md": ("Harris", "1981")},
    ),
    "a later bare note of a ruled title": Case(
        {"a.md": paper("Algebraic Graph Theory")},
        later={"b.md": paper("Algebraic graph theory")},
        never={"b.md": ("Godsil", "Royle", "2001", "Graduate")},
        own={"a.md": "Godsil"},
        ruled="Godsil",
    ),
    "a later note of a ruled title with another author": Case(
        {"a.md": paper("Algebraic Graph Theory")},
        later={"b.md": paper("Algebraic Graph Theory", authors=["N. Biggs"])},
        never={"b.md": ("Godsil", "Royle", "2001", "Graduate")},
        own={"a.md": "Godsil"},
        ruled="Godsil",
    ),
    "an identifier that is put beside a ruled title": Case(
        {"a.md": paper("Algebraic Graph Theory")},
        later={"a.md": paper("Algebraic Graph Theory", arxiv="1410.5401")},
        never={"a.md": ("Godsil", "Royle", "2001", "Graduate")},
        ruled="Godsil",
    ),
    "a later note of a ruled title with a year": Case(
        {"a.md": paper("Pattern Classification")},
        later={"b.md": paper("Pattern Classification", year=1973)},
        never={"b.md": ("Shigeo", "Springer")},
        own={"a.md": "Shigeo"},
        ruled="Shigeo",
    ),
}
ONLINE = {
    "each with a DOI of its own": Case(
        {"a.md": paper(TREES, doi=NOVAK.doi), "b.md": paper(TREES, doi=LIND.doi)},
        never={"a.md": ("Lindqvist", "1988"), "b.md": ("Novak", "2005")},
        own={"a.md": "Novak", "b.md": "Lindqvist"},
    ),
    "one with a DOI and one bare": Case(
        {"a.md": paper(TREES, doi=NOVAK.doi), "b.md": paper(TREES)},
        never={"b.md": ("Novak", "2005", "Lindqvist", "1988")},
        own={"a.md": "Novak"},
    ),
    "a long title, an author here and a year there": Case(
        {"a.md": paper(TOWN, authors=["Ada Novak"]), "b.md": paper(TOWN, year=2011)},
        never={"a.md": ("2011", "Weiss", "Archiv"), "b.md": ("Novak", "1994", "Libri")},
    ),
    "a long title, later with another author": Case(
        {"a.md": paper(TOWN, authors=["Ada Novak"], year=1994)},
        later={"b.md": paper(TOWN, authors=["Dora Weiss"])},
        never={"b.md": ("Novak", "1994", "Libri")},
        own={"a.md": "Libri"},
    ),
    "a long title, later bare": Case(
        {"a.md": paper(TOWN, authors=["Ada Novak"], year=1994)},
        later={"b.md": paper(TOWN)},
        never={"b.md": ("Novak", "1994", "Libri", "Weiss", "2011")},
        own={"a.md": "Libri"},
    ),
    "a plain bullet of another note": Case(
        {
            "a.md": paper(MAPS, body=f"\n## References\n\n- {TREES}\n{LIST}"),
            "b.md": paper(TREES),
        },
        never={"b.md": ("Novak", "2005", "Lindqvist")},
        own={"a.md": "Eve Marsh"},
    ),
    "a bullet that says whose work it is": Case(
        {
            "a.md": paper(
                MAPS, body=f"\n## References\n\n- Bo Lindqvist (1988). {TREES}. Forestry.\n{LIST}"
            ),
            "b.md": paper(TREES),
        },
        never={"b.md": ("Novak", "2005", "Lindqvist", "1988")},
    ),
    "a bullet that links elsewhere": Case(
        {
            "a.md": paper(MAPS, body=f"\n## References\n\n- [{TREES}](./c.md)\n{LIST}"),
            "b.md": paper(TREES),
            "c.md": paper(TREES),
        },
        never={"b.md": ("Novak", "2005", "Lindqvist")},
        own={"c.md": "Novak"},
    ),
    "a list of its own": Case(
        {
            "a.md": paper(TREES, authors=["Ada Novak", "Ben Ito"], year=2005),
            "b.md": paper(TREES, body=f"\n## References\n\n{LIST}"),
        },
        never={"b.md": ("Novak", "2005", "ICML")},
        own={"a.md": "ICML"},
    ),
}

HEADINGS = (
    "Zusammenfassung", "Résumé", "Аннотация", "摘要", "概要", "Notizen und Fragen",
    "Idées principales", "Reading notes", "TL;DR", "초록",
)  # fmt: skip
PLACEHOLDERS = (
    "Ohne Titel", "Sans titre", "Без названия", "無題", "无标题", "New note", "{{title}}",
    "<% tp.file.title %>", "Título", "제목 없음",
)  # fmt: skip
FILES = ("index", "README", "_index", "Untitled", "note", "paper", "Neue Notiz", "メモ")
SKIM, SUBWORD = TEACHERS["papers/skim.md"], TEACHERS["papers/subword.md"]
MINE = ("Adams", "2017", "ACL")
"""What the filled one of two such notes says."""


def untitled(text: str, heading: str = "") -> str:
    """A teacher without its title, under a heading."""
    return re.sub(r"title: .*\n", "", text) + (f"\n# {heading}\n" if heading else "\n")


def under_a_heading(heading: str) -> Case:
    """Of two notes under one heading, one is filled."""
    return Case(
        {
            "a.md": untitled(SKIM, heading),
            "b.md": paper(None, body=f"\n# {heading}\n\nWords.\n"),
        },
        never={"b.md": MINE},
    )


def of_a_placeholder(title: str) -> Case:
    """Of two notes whose title is a placeholder, one is filled."""
    filled = untitled(SKIM).replace("---\n", f"---\ntitle: {title!r}\n", 1)
    return Case({"a.md": filled, "b.md": paper(title)}, never={"b.md": MINE})


def of_a_name(name: str) -> Case:
    """Of two files of one name, one is filled; and the other has what names another work."""
    return Case(
        {
            f"skim/{name}.md": untitled(SKIM),
            f"razor/{name}.md": paper(None),
            f"elmo/{name}.md": paper(None, arxiv="1802.05365"),
        },
        never={f"razor/{name}.md": MINE, f"elmo/{name}.md": ("Adams", "2017")},
        own={f"elmo/{name}.md": "Matthew E. Peters"},
    )


CASES = {
    **{f"offline: {name}": case for name, case in OFFLINE.items()},
    **{f"online: {name}": case for name, case in ONLINE.items()},
    **{f"offline: heading {name}": under_a_heading(name) for name in HEADINGS},
    **{f"offline: placeholder {name}": of_a_placeholder(name) for name in PLACEHOLDERS},
    **{f"offline: file {name}": of_a_name(name) for name in FILES},
}


@contextlib.contextmanager
def started(case: Case, folder: Path, *, online: bool) -> Iterator[House]:
    """A house with the case's first notes."""
    with house(folder, services() if online else None) as home:
        for name, text in {**TEACHERS, **case.notes}.items():
            home.put(name, text)
        yield home


def rule(home: House, author: str) -> None:
    """Rule for the candidate by this author, as a person does: in the file that review writes."""
    sheet = home.folder / "sheet.yaml"
    common = (str(home.notes), "--config", str(home.config))
    assert home.run("review", *common, "--export", str(sheet)).code == 0
    text = sheet.read_text("utf-8")
    (doubt,) = yaml.safe_load(text)["doubtful"]
    number = next(n for n, each in doubt["candidates"].items() if author in each["authors"])
    sheet.write_text(re.sub(r"ruling:$", f"ruling: {number}", text, count=1, flags=re.MULTILINE))
    assert home.run("review", *common, "--apply", str(sheet)).code == 0


def front(home: House, name: str) -> str:
    return (home.notes / name).read_text("utf-8").split("---\n")[1]


def check(case: Case, folder: Path, *, online: bool) -> None:
    """Run, rule, change and run again, and look at every note of the case."""
    options = () if online else ("--offline",)
    with started(case, folder, online=online) as home:
        assert home.enrich(*options).code in (0, 3)
        if case.ruled:
            rule(home, case.ruled)
            assert home.enrich(*options).code in (0, 3)
        for each in case.gone:
            (home.notes / each).unlink()
        for each, text in case.later.items():
            home.put(each, text)
        assert home.enrich(*options).code in (0, 3)
        before = {**case.notes, **case.later}
        for each, words in case.never.items():
            text = front(home, each)
            own = before[each].split("---\n")[1]
            assert not [word for word in words if word in text and word not in own], text
        for each, word in case.own.items():
            assert word in front(home, each)


@pytest.mark.parametrize("name", CASES)
def test_nobody_gets_what_is_anothers(name: str, tmp_path: Path) -> None:
    check(CASES[name], tmp_path, online=name.startswith("online"))


@pytest.mark.parametrize("name", [name for name, case in OFFLINE.items() if not case.ruled])
def test_nor_with_the_services(name: str, tmp_path: Path) -> None:
    check(OFFLINE[name], tmp_path, online=True)
