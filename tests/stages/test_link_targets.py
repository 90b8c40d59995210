"""Where the links of a reference list lead."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath

import pytest

from refmatter.model import Reference
from refmatter.stages.link_targets import LinkTargets
from support import note

PATHS = (
    "a.md", "b.md", "sub/b2.md", "sub/deep/c.md", "x/twin.md", "y/twin.md", "With Spaces.md",
    "\u00e9tude.md", "Straße.MD", "other.markdown", "v1.0 notes.md",
)  # fmt: skip


def found(target: str | None, base: str = "a.md", *more: str, wiki: bool = False) -> str | None:
    notes = [note(path, {}) for path in (*PATHS, base) if path != "made.md"]
    notes.append(replace(note("diary.md", {}), is_paper=False))
    targets = LinkTargets(notes, map(PurePosixPath, more))
    path = targets.find(PurePosixPath(base), Reference("T", target, 1, wiki=wiki))
    return None if path is None else str(path)


@pytest.mark.parametrize(
    ("target", "base", "path"),
    [
        ("./b.md", "a.md", "b.md"),
        ("b.md", "a.md", "b.md"),
        ("b", "a.md", "b.md"),
        ("./B.md", "a.md", "b.md"),
        ("./b.MD", "a.md", "b.md"),
        (" ./b.md ", "a.md", "b.md"),
        ("./sub/b2.md", "a.md", "sub/b2.md"),
        ("../b.md", "sub/x.md", "b.md"),
        ("/sub/b2.md", "sub/deep/x.md", "sub/b2.md"),
        ("deep/c.md", "sub/x.md", "sub/deep/c.md"),
        ("./With Spaces.md", "a.md", "With Spaces.md"),
        ("with spaces", "a.md", "With Spaces.md"),
        ("./e\u0301tude.md", "a.md", "\u00e9tude.md"),
        ("./\u00c9TUDE", "a.md", "\u00e9tude.md"),
        ("./STRASSE.md", "a.md", "Straße.MD"),
        ("./other.markdown", "a.md", "other.markdown"),
        ("v1.0 notes", "a.md", "v1.0 notes.md"),
        # A bare name leads to the one note of that name, wherever it is.
        ("c.md", "a.md", "sub/deep/c.md"),
        ("c", "x/twin.md", "sub/deep/c.md"),
        ("twin", "x/other.md", "x/twin.md"),  # the one beside it
        ("twin", "a.md", None),
        # By a path only what stands there.
        ("./deep/c.md", "a.md", None),
        ("deep/c.md", "a.md", None),
        ("../../b.md", "a.md", None),
        ("../outside.md", "a.md", None),
        ("./nowhere.md", "a.md", None),
        ("diary", "a.md", None),
        ("", "a.md", None),
        (None, "a.md", None),
        ("https://example.org/b.md", "a.md", None),
    ],
)
def test_a_link_leads_by_its_path_or_its_bare_name(
    target: str | None, base: str, path: str | None
) -> None:
    assert found(target, base) == path


@pytest.mark.parametrize(
    ("target", "base", "path"),
    [
        ("b", "sub/deep/c.md", "b.md"),
        ("B", "a.md", "b.md"),
        ("c", "a.md", "sub/deep/c.md"),
        ("deep/c", "a.md", "sub/deep/c.md"),
        ("sub/deep/c", "x/twin.md", "sub/deep/c.md"),
        ("eep/c", "a.md", None),  # no whole folder
        ("x/twin", "a.md", "x/twin.md"),
        ("twin", "a.md", None),
        ("z/twin", "a.md", None),
        ("With Spaces", "sub/b2.md", "With Spaces.md"),
    ],
)
def test_a_wikilink_leads_by_a_name_or_the_end_of_a_path(
    target: str, base: str, path: str | None
) -> None:
    assert found(target, base, wiki=True) == path


@pytest.mark.parametrize("target", ["./a.md", "a", "A.md", "./sub/../a.md"])
@pytest.mark.parametrize("wiki", [False, True])
def test_a_note_that_links_to_itself_leads_nowhere(target: str, wiki: bool) -> None:
    assert found(target, wiki=wiki) is None


def test_a_note_to_be_made_is_led_to() -> None:
    assert found("./made.md", "a.md", "made.md") == "made.md"
    assert found("made", "sub/b2.md", "made.md") == "made.md"
    assert found("./made.md") is None


@pytest.mark.parametrize(
    ("target", "wiki", "path"),
    [
        ("Deep  Residual Learning", True, "b.md"),
        ("deep residual learning", True, "b.md"),
        ("Deep Residual Learning", False, None),  # only wikilinks follow aliases
        ("a", True, "a.md"),  # a name before an alias
        ("Shared", True, None),
        ("lit/Deep Residual Learning", True, None),
    ],
)
def test_wikilinks_follow_aliases(target: str, wiki: bool, path: str | None) -> None:
    notes = [
        note("a.md", {"aliases": ["Shared"]}),
        note("b.md", {"aliases": ["Deep Residual Learning", "a", "Shared", 3]}),
        note("c.md", {"alias": "ResNet"}),
    ]
    targets = LinkTargets(notes)
    found = targets.find(PurePosixPath("c.md"), Reference("T", target, 1, wiki=wiki))
    assert found == (path and PurePosixPath(path))
