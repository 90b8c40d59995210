"""What is decided of a note does not depend on which other notes are there.

A vault of a few notes is run twice, some of them coming between the two runs. What each note
gained is compared with what it gains where it is the only one, with the same configuration.
No note links to another one: a link says whose evidence the citing list is. Only one thing may
depend on others: whether a heading is a title, if several notes have it.
"""

from __future__ import annotations

import re
import tempfile
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
import yaml
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from foreign import bundled, corpus
from house import house
from scholar import Corpus, Record
from scholar.corpus import split

pytestmark = pytest.mark.unmeasured

SEVERAL = (
    "Multitask Learning", "Occam's Razor", "Algebraic Graph Theory", "Linear Systems",
    "Semi-supervised Learning", "Independent Component Analysis",
)  # fmt: skip
"""Titles that several works of the catalogue have."""
SINGLE = (
    "Neural Turing Machines", "Learning to Skim Text", "Pointer Networks",
    "Deep Contextualized Word Representations",
)  # fmt: skip
NEAR = ("Differentiable Neural Turing Machines", "Context-free Pointer Networks")
NOBODYS = ("Our unpublished notes on the weirs of the upper river", "What the miller said")
WORDS = ("Untitled", "Summary", "Résumé", "README")
TITLES = (*SEVERAL, *SINGLE, *NEAR, *NOBODYS, *WORDS)

ARXIV = {"Neural Turing Machines": "1410.5401", "Learning to Skim Text": "1704.06877"}
SHARED = 3
"""A heading of so many notes is no title."""
SHOWN = ("authors", "year", "venue", "citations")
TEACHER = {
    "title": "Recurrent Batch Normalization",
    "authors": ["Tim Cooijmans", "Nicolas Ballas"],
    "year": 2017,
    "venue": "ICLR",
    "citations": 300,
}


@dataclass(frozen=True)
class Dialect:
    """Under which keys a vault keeps what, how it lists names, and where its titles stand."""

    keys: Mapping[str, str]
    joined: bool
    title: str


@dataclass(frozen=True)
class Sketch:
    """A note: its title, what a person wrote of its work, and whether it comes only later."""

    title: str
    authors: tuple[str, ...] = ()
    year: int | None = None
    identifier: tuple[str, str] | None = None
    list: tuple[str, ...] = ()
    later: bool = False


ENGLISH = Dialect({each: each for each in SHOWN}, joined=False, title="key")
DIALECTS = (
    ENGLISH,
    Dialect({each: each for each in SHOWN}, joined=False, title="heading"),
    Dialect(
        {"authors": "Author", "year": "Year", "venue": "Journal", "citations": "citations"},
        joined=True,
        title="key",
    ),
    Dialect(
        {"authors": "author", "year": "year", "venue": "journal", "citations": "numCitedBy"},
        joined=True,
        title="file name",
    ),
)


@cache
def works() -> Mapping[str, Sequence[Record]]:
    """The works of each title of `TITLES`."""
    found: dict[str, list[Record]] = defaultdict(list)
    wanted = {" ".join(split(each)): each for each in TITLES}
    for each in bundled():
        title = wanted.get(" ".join(split(each.title)))
        if title is not None:
            found[title].append(each)
    return found


@st.composite
def sketches(draw: st.DrawFn, titles: Sequence[str]) -> Sketch:
    title = draw(st.sampled_from(titles))
    known = [each for name in (title, *titles) for each in works().get(name, ())]
    names: tuple[str, ...] = ()
    year = None
    if known:
        of = draw(st.sampled_from(known))
        names = draw(st.sampled_from([(), of.authors[:1], of.authors, ("Li",), ("W. Li",)]))
        year = draw(st.sampled_from([None, of.year, 2014]))
    number = draw(st.sampled_from([None, None, None, *ARXIV.values()]))
    key = draw(st.sampled_from(["arxiv", "url"]))
    value = f"https://arxiv.org/abs/{number}" if key == "url" else number
    return Sketch(
        title,
        names,
        year,
        identifier=(key, value) if value and number else None,
        list=tuple(draw(st.lists(st.sampled_from(TITLES), max_size=4, unique=True))),
        later=draw(st.booleans()),
    )


@st.composite
def vaults(draw: st.DrawFn) -> tuple[Sketch, ...]:
    """Two to four notes of at most three titles."""
    titles = draw(st.lists(st.sampled_from(TITLES), min_size=1, max_size=3, unique=True))
    return tuple(draw(st.lists(sketches(titles), min_size=2, max_size=4)))


def text_of(sketch: Sketch, dialect: Dialect) -> str:
    """The note."""
    authors: object = list(sketch.authors) or None
    if dialect.joined and sketch.authors:
        authors = "; ".join(sketch.authors)
    said = {"authors": authors, "year": sketch.year, "venue": None, "citations": None}
    front: dict[str, object] = {"title": sketch.title} if dialect.title == "key" else {}
    front |= {dialect.keys[name]: value for name, value in said.items()}
    front |= dict([sketch.identifier] if sketch.identifier else []) | {"tags": ["paper"]}
    heading = f"\n# {sketch.title}\n" if dialect.title == "heading" else ""
    cited = "".join(f"- {each}\n" for each in sketch.list)
    below = f"\n## References\n\n{cited}" if cited else ""
    text = yaml.safe_dump(front, sort_keys=False, allow_unicode=True, width=1000)
    return f"---\n{text.replace(' null', '')}---\n{heading}{below}"


def place_of(number: int, sketch: Sketch, dialect: Dialect) -> str:
    """Its path: a folder for each, so that two can have one file name."""
    name = sketch.title if dialect.title == "file name" else "note"
    return f"{number}/{name}.md"


def has_shared_headings(sketched: Sequence[Sketch]) -> bool:
    """Whether three notes have one title, or two with different identifiers: as a heading, it
    names no work then."""
    titles = Counter(each.title for each in sketched)
    named = Counter(
        title for title, known in {(each.title, each.identifier) for each in sketched} if known
    )
    return max(titles.values()) >= SHARED or any(count > 1 for count in named.values())


def said(text: str) -> dict[str, object]:
    found: dict[str, object] = yaml.safe_load(text.split("---\n")[1])
    return found


def gained(
    numbered: Mapping[int, Sketch], dialect: Dialect, services: Corpus | None
) -> dict[int, dict[str, list[str]]]:
    """The words that two runs put into each note, by its number and by key."""
    fields = {
        "title": "title" if dialect.title == "key" else False,
        "authors": dialect.keys["authors"],
        "year": dialect.keys["year"],
        "venue": dialect.keys["venue"],
        "citation_count": dialect.keys["citations"],
        "reference_count": False,
        "fields_of_study": False,
        "key": False,
    }
    style = {"names": "first_last", "venues": "given", "unknown_venue": "omit"}
    options = () if services else ("--offline",)
    before = {number: text_of(each, dialect) for number, each in numbered.items()}
    paths = {number: place_of(number, each, dialect) for number, each in numbered.items()}
    with (
        tempfile.TemporaryDirectory() as folder,
        house(Path(folder), services, fields=fields, style=style) as home,
    ):
        home.put("teacher.md", _teacher(dialect))
        for later in (False, True):
            for number, each in numbered.items():
                if each.later is later:
                    home.put(paths[number], before[number])
            ran = home.enrich(*options)
            assert ran.code in (0, 3), ran.err
        after = {number: (home.notes / path).read_text("utf-8") for number, path in paths.items()}
    return {
        number: {
            str(key): sorted(re.findall(r"\w+", str(value)))
            for key, value in said(after[number]).items()
            if said(before[number]).get(key) != value
        }
        for number in numbered
    }


def _teacher(dialect: Dialect) -> str:
    authors: object = TEACHER["authors"]
    if dialect.joined:
        authors = "; ".join(TEACHER["authors"])  # type: ignore[arg-type]  # it is a list
    front = {dialect.keys[name]: TEACHER[name] for name in SHOWN} | {
        dialect.keys["authors"]: authors,
        "tags": ["paper"],
    }
    title = {"title": TEACHER["title"]} if dialect.title == "key" else {}
    text = yaml.safe_dump(title | front, sort_keys=False)
    return f"---\n{text}---\n\n# {TEACHER['title']}\n"


def check(sketched: Sequence[Sketch], dialect: Dialect, services: Corpus | None) -> None:
    assume(dialect.title != "heading" or not has_shared_headings(sketched))
    numbered = dict(enumerate(sketched))
    together = gained(numbered, dialect, services)
    alone = {
        number: gained({number: each}, dialect, services)[number]
        for number, each in numbered.items()
    }
    assert together == alone


RASMUSSEN = Sketch("Occam's Razor", ("C. Rasmussen", "Zoubin Ghahramani"), 2000)
BARE = Sketch("Occam's Razor")
MILLER = Sketch(NOBODYS[0], ("Ann Miller",), 2019)


@given(vaults(), st.sampled_from(DIALECTS))
@example((RASMUSSEN, BARE), ENGLISH)
@example((RASMUSSEN, Sketch("Occam's Razor", later=True)), ENGLISH)
@example((MILLER, Sketch(NOBODYS[0])), ENGLISH)
@example((Sketch("Summary", ("Ann Miller",), 2019), Sketch("Summary")), DIALECTS[1])
@settings(max_examples=max(settings().max_examples // 5, 1))
def test_offline_a_note_is_decided_as_if_it_were_alone(
    sketched: Sequence[Sketch], dialect: Dialect
) -> None:
    check(sketched, dialect, None)


@given(vaults(), st.sampled_from(DIALECTS))
@example((RASMUSSEN, BARE), ENGLISH)
@example((RASMUSSEN, Sketch("Occam's Razor", later=True)), ENGLISH)
@settings(max_examples=max(settings().max_examples // 10, 1))
def test_with_the_services_a_note_is_decided_as_if_it_were_alone(
    sketched: Sequence[Sketch], dialect: Dialect
) -> None:
    check(sketched, dialect, corpus())


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda each: each.title)
def test_a_note_with_evidence_is_filled_in_every_dialect(dialect: Dialect) -> None:
    """Else the properties would hold of a program that does nothing."""
    sketched = {0: Sketch("Learning to Skim Text"), 1: Sketch(NOBODYS[1])}
    found = gained(sketched, dialect, None)
    assert found[0].keys() >= {dialect.keys["authors"], dialect.keys["year"]}
    assert not found[1]
