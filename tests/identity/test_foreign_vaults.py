"""Notes that are no papers, and titles one word away from real ones, get nothing.

`vaults/` has seven small vaults: in the first four, concepts, films, books, diaries, people,
courses, places, recipes and tools have titles that real works have, and one link to a paper or
one key such as `author` or `year`; in the others, papers have titles that no work has, but one
that differs by a word has.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from foreign import ALL_WAYS, VAULTS, WAYS, Runs, bundled, corpus, runs
from refmatter.titles import title_key

NOT_PAPERS = ("garden", "mediathek", "journal", "atelier")
NEAR = ("near-titles", "near-names", "near-languages")
PAPERS = {
    "garden": "Literature",
    "mediathek": "Aufsätze",
    "journal": "papers",
    "atelier": "Articles",
}
"""The folder of the notes that are about papers."""

FILLED = {
    "garden": ("Literature/Learning to Skim Text.md", "Adams Wei Yu"),
    "mediathek": ("Aufsätze/felzenszwalb.md", "Felzenszwalb"),
    "journal": ("papers/searching.md", "Prajit Ramachandran"),
    "atelier": ("Articles/wang.md", "Daixin Wang"),
    "near-titles": ("papers/cho.md", "Kyunghyun Cho"),
    "near-names": ("Enriching Word Vectors with Subword Information.md", "Piotr Bojanowski"),
    "near-languages": ("kniha/elmo.md", "Matthew E. Peters"),
}
"""The one bare note of each vault on a real paper, and an author of it: there is something to
write in each of them."""


def names(vault: str) -> list[str]:
    return sorted(
        path.relative_to(VAULTS / vault).as_posix() for path in (VAULTS / vault).rglob("*.md")
    )


def front(vault: str, name: str) -> dict[str, object]:
    text = (VAULTS / vault / name).read_text("utf-8")
    return yaml.safe_load(text.split("---\n")[1]) or {}


def title(vault: str, name: str) -> str:
    """What a person would call the note."""
    text = (VAULTS / vault / name).read_text("utf-8")
    heading = re.search(r"^# (.+)$", text, re.MULTILINE)
    return str(front(vault, name).get("title") or (heading and heading[1]) or Path(name).stem)


def is_complete(vault: str, name: str) -> bool:
    """Whether it is a paper's note that has all that its vault keeps, and shows its manners."""
    said = front(vault, name)
    is_paper = vault in NEAR or name.startswith(PAPERS[vault])
    return is_paper and all(said.values())


NOTES = [
    (vault, name)
    for vault in (*NOT_PAPERS, *NEAR)
    for name in names(vault)
    if name != FILLED[vault][0]
]
"""All the others: none of them changes."""
SUBJECTS = [each for each in NOTES if not is_complete(*each)]


@pytest.fixture(scope="session")
def seen() -> dict[tuple[str, str], Runs]:
    return {}


def after(
    vault: str, way: str, seen: dict[tuple[str, str], Runs], folders: pytest.TempPathFactory
) -> Runs:
    """The runs on a vault; those of a test before, if there are any."""
    if (vault, way) not in seen:
        seen[vault, way] = runs(vault, way, folders.mktemp(vault))
    return seen[vault, way]


def test_there_are_forty_of_each_kind() -> None:
    assert sum(vault in NOT_PAPERS for vault, _ in SUBJECTS) == 40
    assert sum(vault in NEAR for vault, _ in SUBJECTS) == 40


@pytest.mark.parametrize(("vault", "name"), SUBJECTS)
def test_the_titles_are_what_they_are_here_for(vault: str, name: str) -> None:
    known = {title_key(each.title) for each in bundled()}
    assert (title_key(title(vault, name)) in known) is (vault in NOT_PAPERS)
    if vault in NEAR:
        assert not corpus().semantic_scholar.equal(title(vault, name))


SETTLED_BY_EVIDENCE = ("near-titles", "papers/without-2.md")
"""With first author and year beside it a near title may be written, to whoever asks for what is
likely: it says of which work the note is."""


def ways(vault: str, name: str) -> tuple[str, ...]:
    """The ways in which a note is run."""
    if vault not in NEAR or (vault, name) == SETTLED_BY_EVIDENCE:
        return tuple(WAYS)
    return tuple(ALL_WAYS)


@pytest.mark.parametrize(
    ("vault", "name", "way"), [(*each, way) for each in NOTES for way in ways(*each)]
)
def test_it_stays_as_it_is(
    vault: str,
    name: str,
    way: str,
    seen: dict[tuple[str, str], Runs],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    ran = after(vault, way, seen, tmp_path_factory)
    assert ran.first[name] == ran.before[name]
    assert ran.second[name] == ran.before[name]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("vault", [*NOT_PAPERS, *NEAR])
def test_the_bare_paper_is_filled_and_no_note_is_made(
    vault: str,
    way: str,
    seen: dict[tuple[str, str], Runs],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    ran = after(vault, way, seen, tmp_path_factory)
    name, author = FILLED[vault]
    assert author.encode() in ran.first[name]
    assert ran.second[name] == ran.first[name]
    assert ran.second.keys() == ran.before.keys()
