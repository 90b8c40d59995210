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

from foreign import ALL_WAYS, VAULTS, WAYS, bundled, corpus, runs
from refmatter.titles import title_key

pytestmark = pytest.mark.unmeasured

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


def test_there_are_forty_of_each_kind() -> None:
    assert sum(vault in NOT_PAPERS for vault, _ in SUBJECTS) == 40
    assert sum(vault in NEAR for vault, _ in SUBJECTS) == 40


def test_the_titles_are_what_they_are_here_for() -> None:
    known = {title_key(each.title) for each in bundled()}
    real = {subject for subject in SUBJECTS if title_key(title(*subject)) in known}
    assert real == {(vault, name) for vault, name in SUBJECTS if vault in NOT_PAPERS}
    near = [subject for subject in SUBJECTS if subject[0] in NEAR]
    assert not [each for each in near if corpus().semantic_scholar.equal(title(*each))]


SETTLED_BY_EVIDENCE = ("near-titles", "papers/without-2.md")
"""With first author and year beside it a near title may be written, to whoever asks for what is
likely: it says of which work the note is."""


RUNS = [
    (vault, way) for vault in (*NOT_PAPERS, *NEAR) for way in (ALL_WAYS if vault in NEAR else WAYS)
]


@pytest.mark.parametrize(("vault", "way"), RUNS)
def test_no_note_changes_but_the_bare_paper(vault: str, way: str, tmp_path: Path) -> None:
    ran = runs(vault, way, tmp_path)
    assert ran.first.keys() == ran.second.keys() == ran.before.keys()
    may_change = {FILLED[vault][0]}
    if way not in WAYS and SETTLED_BY_EVIDENCE[0] == vault:
        may_change.add(SETTLED_BY_EVIDENCE[1])
    for state in (ran.first, ran.second):
        assert {name for name in state if state[name] != ran.before[name]} <= may_change
    if way in WAYS:
        name, author = FILLED[vault]
        assert author.encode() in ran.first[name]
        assert ran.second[name] == ran.first[name]
